"""Passes that add up what one text names: what counts at once, and what waits for a person."""

import json
from decimal import Decimal
from typing import Any

import pytest

from recon.matchers.explain.facts import Gate
from recon.matchers.listed.completed import completed, ranged
from recon.matchers.words import pass_words
from recon.rules.ruleset import Compare
from recon.runs.decisions import REJECTED
from tests.unit.matchers.bench_of import Row, entry, matched, matches, ruleset
from tests.unit.matchers.looked_back import explained
from tests.unit.matchers.test_decided import decided

TEXT = {"right.remittance": "left.ref_merchant"}


def rules(**settings: Any) -> Any:
    """A rule set of one pass that adds up the left entries named in a text of the right."""
    return ruleset([{"name": "listed", "lists": TEXT, **settings}])


def found(pass_rules: Any, rows: list[Row]) -> list[tuple[str, tuple[str, ...], str]]:
    """State, left entries and reason of the matches, the best first."""
    told = sorted(matches(pass_rules, rows), key=lambda one: one["rank"])
    return [(one["state"], one["sides"][0], json.loads(one["evidence"])["because"]) for one in told]


INVOICES = [
    entry("a", "left", "113.27", ref_merchant="10023"),
    entry("b", "left", "250.11", ref_merchant="10031"),
    entry("c", "left", "77.03", ref_merchant="10040"),
    entry("d", "left", "12.00", ref_merchant="2026"),
]
ALL = "each reference in the text names one open entry, and all of them add up"
PART = "only some of what the text names adds up"
DOUBTFUL = "an entry that the text does not name would do as well as a number in it"
BRIEF = "short numbers in a text may mean something else"


def paid(amount: str, text: str, **values: Any) -> Row:
    return entry("x", "right", amount, remittance=text, **values)


@pytest.mark.parametrize(
    "text",
    ["RE 10023 10031", "Invoices 10023, 10031 and 4711", "10031/10023 of 03.10.2026", "SVWZ+RE10023 re10031"],
)
def test_all_that_a_text_names_is_confirmed_when_it_adds_up(text: str) -> None:
    assert found(rules(), [*INVOICES, paid("363.38", text)]) == [("confirmed", ("a", "b"), ALL)]


def test_one_for_many_is_the_same_the_other_way_round() -> None:
    rows = [
        entry("x", "left", "363.38", remittance="TX-88120 TX-88121"),
        entry("a", "right", "113.27", ref_bank="TX88120"),
        entry("b", "right", "250.11", ref_bank="TX88121"),
    ]
    one = ruleset([{"name": "listed", "lists": {"left.remittance": "right.ref_bank"}}])
    assert matched(one, rows) == [("listed", "confirmed", ("x",), ("a", "b"))]


@pytest.mark.parametrize(
    ("amount", "sides"), [("440.41", ("a", "b", "c")), ("363.38", ("a", "b")), ("327.14", ("b", "c"))]
)
def test_some_of_what_a_text_names_is_suggested(amount: str, sides: tuple[str, ...]) -> None:
    ((state, left, why),) = found(rules(), [*INVOICES, paid(amount, "10023 10031 10040")])
    assert (state, left, why) == (
        ("confirmed", sides, ALL) if amount == "440.41" else ("suggested", sides, PART)
    )


def test_all_but_few_of_a_long_list_are_suggested() -> None:
    rows = [
        entry(f"e{n:02}", "left", f"{n + 1}.{n * 7 % 100:02}", ref_merchant=f"RE{5000 + n}") for n in range(12)
    ]
    total = sum((row["amount"] for row in rows[1:]), Decimal(0))
    text = " ".join(row["ref_merchant"] for row in rows)
    told = found(rules(), [*rows, paid(str(total), text)])
    assert ("suggested", tuple(f"e{n:02}" for n in range(1, 12)), PART) in told


@pytest.mark.parametrize(("confirm", "state"), [(None, "suggested"), ("automatic", "confirmed")])
def test_short_numbers_wait_for_a_person(confirm: str | None, state: str) -> None:
    (one,) = found(rules(confirm=confirm), [*INVOICES, paid("375.38", "10023 10031 of 2026")])
    assert one == (state, ("a", "b", "d"), BRIEF if state == "suggested" else ALL)


def test_days_years_and_prices_are_no_names() -> None:
    rows = [entry(f"e{n}", "left", "10.00", ref_merchant=str(n)) for n in (3, 10, 2026)]
    rows.append(entry("f", "left", "10.00", ref_merchant="20261003"))
    told = found(rules(), [*rows, paid("20.00", "fee 10.00 of 3.10.2026, 20261003")])
    assert {state for state, *_ in told} <= {"suggested"}


def test_words_side_by_side_are_not_one_number() -> None:
    rows = [
        entry("a", "left", "113.27", ref_merchant="INV-7"),
        entry("b", "left", "250.11", ref_merchant="INV-9"),
        entry("c", "left", "9.00", ref_merchant="INV-79"),
        entry("d", "left", "8.00", ref_merchant="79112"),
    ]
    assert found(rules(), [*rows, paid("363.38", "INV-7, 9 112, INV 9")]) == [("confirmed", ("a", "b"), ALL)]


@pytest.mark.parametrize(
    ("text", "names", "ends"),
    [
        ("Invoices INV-7, INV-9 and 12", {"INV7", "INV9"}, {"INV12"}),
        ("RE 10023, 31", {"10023"}, {"10031"}),
        ("INV-2026-0007/0008/09", {"INV20260007"}, {"INV20260008", "INV20260009"}),
        ("INV-7 of May 12", {"INV7"}, set()),
        ("INV-7", {"INV7"}, set()),
    ],
)
def test_ends_of_a_list_name_whole_references(text: str, names: set[str], ends: set[str]) -> None:
    assert ends <= completed(text, names)
    assert bool(completed(text, names)) == bool(ends)


def test_a_list_whose_beginning_stands_once_is_confirmed() -> None:
    rows = [
        entry("a", "left", "113.27", ref_merchant="INV-7"),
        entry("b", "left", "250.11", ref_merchant="INV-9"),
        entry("c", "left", "77.03", ref_merchant="INV-12"),
    ]
    assert found(rules(), [*rows, paid("440.41", "Invoices INV-7, INV-9 and 12")]) == [
        ("confirmed", ("a", "b", "c"), ALL)
    ]


def test_a_reference_of_several_entries_is_left_to_a_person() -> None:
    rows = [*INVOICES, entry("e", "left", "5.00", ref_merchant="10031", day=2), paid("368.38", "10023 10031")]
    assert found(rules(), rows) == [
        ("suggested", ("a", "b", "e"), "a reference in the text is that of several entries")
    ]
    rows[-1] = paid("363.38", "10023 10031")
    assert found(rules(), rows) == [("suggested", ("a", "b"), PART)]


def test_a_name_that_is_matched_already_makes_it_a_suggestion() -> None:
    first = {"name": "order", "same": ["ref_merchant"]}
    two = ruleset([first, {"name": "listed", "lists": TEXT}])
    rows = [*INVOICES, entry("y", "right", "77.03", ref_merchant="10040"), paid("363.38", "10023 10031 10040")]
    why = "the text also names an entry that is matched or out of reach"
    listed = [one for one in matches(two, rows) if one["pass"] == "listed"]
    assert [(one["state"], json.loads(one["evidence"])["because"]) for one in listed] == [("suggested", why)]


def test_two_texts_that_name_the_same_are_suggested() -> None:
    rows = [
        *INVOICES,
        paid("363.38", "10023 10031"),
        entry("y", "right", "363.38", remittance="10031 10023", day=2),
    ]
    assert {(state, *sides) for _, state, *sides in matched(rules(), rows)} == {
        ("suggested", ("a", "b"), ("x",)), ("suggested", ("a", "b"), ("y",)),
    }  # fmt: skip


@pytest.mark.parametrize(("day", "state"), [(4, ["confirmed"]), (9, [])])
def test_what_is_named_lies_in_the_window(day: int, state: list[str]) -> None:
    rows = [*INVOICES, paid("363.38", "10023 10031", day=day)]
    assert [one[1] for one in matched(rules(within={"days": 3}), rows)] == state


def test_the_sum_is_compared_within_the_tolerance_and_by_the_amount_chosen() -> None:
    rows = [{**row, "net": row["amount"] - 1} for row in INVOICES] + [paid("361.30", "10023 10031")]
    within = {"amount": {"short": "0.10", "over": "0"}}
    (match,) = matches(rules(within=within, compare={"left": "net", "right": "amount"}), rows)
    assert match["state"] == "confirmed"
    assert matched(rules(within={"amount": "0.07"}, compare={"left": "net", "right": "amount"}), rows) == []


def test_keys_and_currency_bound_what_is_named() -> None:
    rows = [{**row, "entity": "M1"} for row in INVOICES] + [{**INVOICES[0], "name": "o", "entity": "M2"}]
    rows[-1] |= {"entry_id": "f" * 24, "amount": Decimal("1.00"), "compared": Decimal("1.00")}
    one = rules(same=["entity"])
    assert matched(one, [*rows, paid("363.38", "10023 10031", entity="M1")]) == [
        ("listed", "confirmed", ("a", "b"), ("x",))
    ]
    assert matched(one, [*rows, paid("363.38", "10023 10031", entity="M2")]) == []
    assert matched(rules(), [*INVOICES, paid("363.38", "10023 10031", currency="USD")]) == []


OTHER = [*INVOICES, entry("o", "left", "250.11", ref_merchant="10777")]
"""The invoice 10777 has the amount of 10031, so that 10031 in a text may be the number of a customer."""


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("Kunde 10031, Rg. 10023", DOUBTFUL),
        ("10023 10031", DOUBTFUL),
        ("10023, 10031", ALL),
        ("10031 und 10023", ALL),
        ("Rg. 10023 Rg. 10031", ALL),
        ("10023 RG 10031", DOUBTFUL),
    ],
)
def test_a_number_beside_the_list_proves_nothing_where_another_entry_would_do(text: str, because: str) -> None:
    assert [(left, why) for _, left, why in found(rules(), [*OTHER, paid("363.38", text)])] == [
        (("a", "b"), because)
    ]


@pytest.mark.parametrize(
    ("amount", "state"), [("250.12", "confirmed"), ("250.61", "suggested"), ("250.63", "confirmed")]
)
def test_what_would_do_as_well_is_told_within_the_tolerance(amount: str, state: str) -> None:
    within = {"amount": "0" if amount == "250.12" else "0.51"}
    rows = [
        *INVOICES,
        entry("o", "left", amount, ref_merchant="10777"),
        paid("363.38", "Kunde 10031 Rg. 10023"),
    ]
    assert [one[1] for one in matched(rules(within=within), rows)] == [state]


@pytest.mark.parametrize("other", [{"day": 20}, {"currency": "USD"}])
def test_what_is_out_of_reach_would_not_do(other: dict[str, Any]) -> None:
    rows = [
        *INVOICES,
        entry("o", "left", "250.11", ref_merchant="10777", **other),
        paid("363.38", "10023 10031"),
    ]
    assert [one[1] for one in matched(rules(within={"days": 3}), rows)] == ["confirmed"]


def test_a_number_that_adds_nothing_beyond_the_tolerance_may_be_no_reference() -> None:
    rows = [
        INVOICES[0],
        entry("b", "left", "0.30", ref_merchant="10031"),
        paid("113.57", "Kunde 10031 Rg. 10023"),
    ]
    assert [one[1] for one in matched(rules(within={"amount": "0.50"}), rows)] == ["suggested"]


@pytest.mark.parametrize(("others", "state"), [(0, "confirmed"), (1, "suggested")])
def test_what_the_text_names_itself_would_not_do_in_place_of_another(others: int, state: str) -> None:
    rows = [entry(f"e{n}", "left", "9.90", ref_merchant=f"1003{n}") for n in range(2 + others)]
    assert [one[1] for one in matched(rules(), [*rows, paid("19.80", "10030 10031")])] == [state]


def test_references_with_letters_are_no_customer_numbers() -> None:
    rows = [
        entry("a", "left", "113.27", ref_merchant="INV-10023"),
        entry("b", "left", "250.11", ref_merchant="INV-10031"),
        entry("o", "left", "250.11", ref_merchant="INV-10032"),
    ]
    assert found(rules(), [*rows, paid("363.38", "INV-10023 of May INV-10031")]) == [
        ("confirmed", ("a", "b"), ALL)
    ]
    assert found(rules(), [*rows, paid("363.38", "INV-10023 31")]) == [("suggested", ("a", "b"), DOUBTFUL)]
    assert found(rules(), [*rows, paid("363.38", "INV-10023, 31")]) == [("confirmed", ("a", "b"), ALL)]


def test_leading_zeros_are_ignored_where_the_rule_says_so() -> None:
    rows = [
        entry("a", "left", "113.27", ref_merchant="INV-0010023"),
        entry("b", "left", "250.11", ref_merchant="0010031"),
        entry("c", "left", "1.00", ref_merchant="10310"),
        paid("363.38", "INV 10023 10031"),
    ]
    assert matched(rules(), rows) == []
    assert found(rules(normalise={"ignore": ["leading_zeros"]}), rows) == [("confirmed", ("a", "b"), ALL)]


def test_a_reference_that_stands_on_many_entries_names_none() -> None:
    rows = [entry(f"e{n}", "left", f"{n + 1}.00", ref_merchant="SHOP1") for n in range(30)]
    assert matched(rules(), [*INVOICES, *rows, paid("363.38", "SHOP1 10023 10031")]) == [
        ("listed", "confirmed", ("a", "b"), ("x",))
    ]


def test_what_people_rejected_is_not_proposed_again() -> None:
    rows = [*INVOICES, entry("e", "left", "250.11", ref_merchant="10031", day=2), paid("363.38", "10023 10031")]
    given = matched(rules(), rows)
    assert [left for *_, left, _ in given] == [("a", "b"), ("a", "e")]
    said = [decided(REJECTED, ["a", "b"], ["x"], under="listed")]
    (match,) = matches(rules(), rows, said)
    assert (match["state"], match["sides"]) == ("suggested", (("a", "e"), ("x",)))


def test_a_pass_says_in_words_what_it_does() -> None:
    assert pass_words(rules().passes[0], Compare()) == (
        "each right entry against the left entries whose ref_merchant its remittance lists, added up, equal amounts: "
        "confirmed where each reference names one open entry, none is a short number, and none is a number that "
        "another entry would replace"
    )


@pytest.mark.parametrize(
    ("text", "names", "between"),
    [
        ("INV-100092-94", {"INV100092"}, {"INV100093"}),
        ("Invoices 10092 bis 10095", {"10092", "10095"}, {"10093", "10094"}),
        ("INV-092 \N{EN DASH} INV-094", {"INV092", "INV094"}, {"INV093"}),
        ("INV-7, 9-12", {"INV7"}, {"INV10", "INV11"}),
        ("INV-099/100-102", {"INV099"}, {"INV101"}),
        ("INV-7, 9 and 12", {"INV7"}, set()),
        ("INV-0007-INV-9007", {"INV0007", "INV9007"}, set()),
        ("INV-7 - RE-9", {"INV7", "RE9"}, set()),
        ("INV-9-7", {"INV9"}, set()),
    ],
)
def test_a_range_names_what_lies_between(text: str, names: set[str], between: set[str]) -> None:
    assert ranged(text, names) == between


RANGE = [
    *(
        entry(name, "left", amount, ref_merchant=f"INV-10009{number}")
        for name, number, amount in (("a", 2, "113.27"), ("b", 3, "250.11"), ("c", 4, "77.03"))
    ),
    entry("d", "left", "250.12", ref_merchant="INV-100077"),
]


@pytest.mark.parametrize(
    ("amount", "matched_as"),
    [
        ("440.41", [("confirmed", ("a", "b", "c"), ALL)]),
        ("190.30", [("confirmed", ("a", "c"), ALL)]),
        ("363.38", [("suggested", ("a", "b"), PART)]),
        ("250.11", []),
        ("500.00", []),
    ],
)
def test_a_range_counts_where_what_is_written_out_does_not_add_up(
    amount: str, matched_as: list[tuple[str, tuple[str, ...], str]]
) -> None:
    assert found(rules(), [*RANGE, paid(amount, "INV-100092-94")]) == matched_as


def test_a_range_in_which_another_entry_would_do_waits_for_a_person() -> None:
    rows = [*RANGE, entry("e", "left", "250.11", ref_merchant="INV-100078"), paid("440.41", "INV-100092-94")]
    assert found(rules(), rows) == [("suggested", ("a", "b", "c"), DOUBTFUL)]


def test_an_entry_in_a_range_is_told_how_it_is_named() -> None:
    rows = [*RANGE, paid("500.00", "INV-100092-94")]
    (told,) = explained(rules(), rows, "b").passes
    assert told.reason.startswith(
        "1 text of the right side names it; the nearest names 2 free entries that add up to 190.30"
    )
    (gate,) = (gate for gate in told.candidates[0].gates if gate.gate is Gate.CONTAINS)
    assert gate.words == "`INV100093` lies in a range that the text names"
