"""Journal entries: balanced, never twice, and together always what should be in the books."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.close.journals.accounts import AccountsFile, Booking, Subject, When, booking_for
from recon.close.journals.entries import Wanted, drafted, wanted_of
from recon.close.journals.exporting import control_totals, journal_csv, lines_of
from recon.close.journals.facts import BookedFact
from recon.errors import ConfigError
from recon.model.postings import posting
from recon.project.located import read_yaml

FIRST = date(2026, 10, 1)
ACCOUNTS = ("6930 Losses", "1370 Clearing", "1360 In transit")


def wanted(origin: str, amount: Decimal, debit: int = 0, credit: int = 1, day: date = FIRST) -> Wanted:
    postings = (posting(ACCOUNTS[debit], amount), posting(ACCOUNTS[credit], -amount))
    return Wanted(origin, day, "EUR", "write_off", f"of {origin}", "r1", postings)


def truth(states: list[Wanted]) -> dict[tuple[str, str], Decimal]:
    """What should be in the books, by origin and account; debits are plus."""
    return {
        (one.origin, side.account): side.amount if side.side == "debit" else -side.amount
        for one in states
        for side in one.postings
    }


def booked(lines: list[dict[str, Any]]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        key = (line["origin"], line["account"])
        sums[key] = sums.get(key, Decimal(0)) + (line["amount"] if line["side"] == "debit" else -line["amount"])
    return {key: amount for key, amount in sums.items() if amount}


amounts = st.integers(-(10**9), 10**9).filter(bool).map(lambda cents: Decimal(cents) / 100)
states = st.dictionaries(st.sampled_from("abcd"), st.tuples(amounts, st.sampled_from([(0, 1), (2, 1), (1, 0)])))


@settings(max_examples=120)
@given(st.lists(st.tuples(states, st.booleans()), max_size=8))
def test_all_exports_together_are_always_what_should_be_in_the_books(
    nights: list[tuple[dict[str, tuple[Decimal, tuple[int, int]]], bool]],
) -> None:
    lines: list[dict[str, Any]] = []
    for number, (state, is_exported) in enumerate(nights):
        today = FIRST + timedelta(number)
        now = [wanted(origin, amount, *accounts, today) for origin, (amount, accounts) in state.items()]
        entries = drafted(now, lines, today)
        fresh = [line for entry in entries for line in lines_of(entry)]
        for entry in entries:
            assert sum(line.amount if line.side == "debit" else -line.amount for line in entry.postings) == 0
            assert entry.day >= today
        assert booked([*lines, *fresh]) == truth(now)
        if is_exported:
            lines += fresh
            assert drafted(now, lines, today) == [], "nothing is exported twice"
    ids: dict[tuple[str, int], dict[str, Any]] = {}
    for line in lines:
        assert ids.setdefault((line["journal_id"], line["line"]), line) is line, "an entry is in one export"
    reversed_ = [line["reverses"] for line in lines if line["reverses"] and line["line"] == 1]
    assert len(reversed_) == len(set(reversed_)), "no entry is reversed twice"


def test_what_was_undone_is_reversed_by_name_and_done_again_with_a_new_one() -> None:
    lines: list[dict[str, Any]] = []
    (first,) = drafted([wanted("a", Decimal("12.50"))], [], FIRST)
    lines += lines_of(first)
    (back,) = drafted([], lines, FIRST + timedelta(3))
    assert (back.reverses, back.day, back.words) == (
        (first.journal_id,),
        FIRST + timedelta(3),
        "reversal of of a",
    )
    assert [(one.side, one.account) for one in back.postings] == [
        ("debit", ACCOUNTS[1]),
        ("credit", ACCOUNTS[0]),
    ]
    lines += lines_of(back)
    (again,) = drafted([wanted("a", Decimal("12.50"))], lines, FIRST + timedelta(4))
    assert again.journal_id not in {first.journal_id, back.journal_id}
    assert (again.reverses, again.day) == ((), FIRST + timedelta(4))


def test_the_first_rule_that_fits_counts_and_what_none_books_is_told() -> None:
    rules = (
        Booking(books="write_off", when=When(currency="USD"), account="losses usd", against="clearing"),
        Booking(books="write_off", when=When(kinds=("rounding",)), account="rounding", against="clearing"),
        Booking(books="write_off", account="losses", against="clearing"),
    )

    def subject(currency: str, kind: str) -> Subject:
        return Subject("write_off", "r", "s", currency, kind=kind)

    found = [
        booking_for(rules, subject(*one))
        for one in (("USD", "rounding"), ("EUR", "rounding"), ("EUR", "partial"))
    ]
    assert [one.account for one in found if one] == ["losses usd", "rounding", "losses"]
    tiny = BookedFact("a", subject("EUR", "partial"), Decimal("0.004"), FIRST, "r1", "tiny")
    other = BookedFact("b", Subject("fees", "r", "s", "EUR"), Decimal(3), FIRST, "r1", "fees")
    kept, unbooked = wanted_of([tiny, other], rules)
    assert kept == []
    assert [one.why for one in unbooked] == ["less than the smallest unit", "no rule books it"]


def test_the_file_has_one_amount_a_line_and_text_stays_text() -> None:
    (entry,) = drafted([wanted("a", Decimal("1234.5"))], [], FIRST)
    rows = lines_of(entry)
    rows[0]["text"] = "=HYPERLINK()"
    text = journal_csv(rows).decode().splitlines()
    assert text[1].split(",")[4:9] == ["6930 Losses", "1234.50", "", "EUR", "'=HYPERLINK()"]
    assert text[2].split(",")[4:8] == ["1370 Clearing", "", "1234.50", "EUR"]
    assert control_totals(rows) == {
        "entries": 1, "lines": 2, "totals": {"EUR": {"debit": "1234.50", "credit": "1234.50"}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("journals:\n  - {books: fees, account: a, against: b}\n", "`fees` name their rule set and source"),
        ("journals:\n  - {books: write_off, account: a, against: a}\n", "an account to itself"),
        ("journals:\n  - {books: writeoff, account: a, against: b}\n", "writeoff"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_at_its_place(text: str, said: str, tmp_path: Any) -> None:
    path = tmp_path / "accounts.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"accounts\.yaml:2"):
        read_yaml(path, "accounts.yaml").build(AccountsFile)
    with pytest.raises(ConfigError, match=said):
        read_yaml(path, "accounts.yaml").build(AccountsFile)
