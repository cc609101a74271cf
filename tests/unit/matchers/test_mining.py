"""What known matches have in common is counted right, and the passes made of it find them again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.matchers.trials.mining import (
    Reference,
    aliases,
    fees,
    lags,
    load_mined,
    pass_of,
    pattern_of,
    references,
)
from recon.model.tables import MATCHES, MEMBERS
from recon.rules.ruleset import Normalise
from tests.unit.engines.bare import bare_engine
from tests.unit.matchers.bench_of import SCOPE_SCHEMA, Row, entry, matched, ruleset

Match = tuple[list[Row], list[Row]]


@contextmanager
def mined(known: Sequence[Match]) -> Iterator[DuckEngine]:
    """An engine that knows these matches, all made by the pass `by hand`."""
    matches, members = list[dict[str, Any]](), list[dict[str, Any]]()
    for number, (left, right) in enumerate(known):
        total = [sum((row["amount"] for row in side), Decimal(0)) for side in (left, right)]
        matches.append(
            {
                "match_id": f"{number:024x}", "ruleset": "left_vs_right", "pass": "by hand", "state": "confirmed",
                "kind": "1:1", "currency": left[0]["currency"], "left_count": len(left), "right_count": len(right),
                "left_amount": total[0], "right_amount": total[1], "variance": total[0] - total[1], "twins": False,
                "alternatives": 0, "rank": 1, "evidence": "{}",
            }
        )  # fmt: skip
        members += [
            {**{name: row.get(name) for name in MEMBERS.names}, "match_id": f"{number:024x}"}
            for row in (*left, *right)
        ]
    rows = [dict(row) for left, right in known for row in (*left, *right)]
    with bare_engine() as engine:
        engine.register("entries", pa.Table.from_pylist(rows, schema=SCOPE_SCHEMA))
        engine.register("h_matches", pa.Table.from_pylist(matches, schema=MATCHES))
        engine.register("h_members", pa.Table.from_pylist(members, schema=MEMBERS))
        assert load_mined(engine, "entries") == len(known)
        yield engine


def pair(number: int, right: str = "100.00", day: int = 2, **values: Any) -> Match:
    """An order and its credit: `left_` and `right_` columns as given."""
    sides = [
        {
            name.removeprefix(side): text.format(n=number)
            for name, text in values.items()
            if name.startswith(side)
        }
        for side in ("left_", "right_")
    ]
    return (
        [entry(f"l{number}", "left", "100.00", day=1, **sides[0])],
        [entry(f"r{number}", "right", right, day=day, **sides[1])],
    )


def test_references_are_found_told_apart_as_much_as_they_allow() -> None:
    known = [pair(n, left_ref_merchant="Ab-{n:03}", right_ref_bank="Ab-{n:03}") for n in range(10)]
    with mined(known) as engine:
        assert references(engine, 5) == [Reference("ref_merchant", "ref_bank", 10, Normalise())]
        assert references(engine, 11) == []
    known = [pair(n, left_ref_merchant="Ab-{n:03}", right_ref_bank="AB{n:03}") for n in range(10)]
    with mined(known) as engine:
        (found,) = references(engine, 5)
        assert found.normalise.ignore == ("separators", "case")
        rules = ruleset([pass_of(engine, found).model_dump(exclude_defaults=True)])
    rows = [row for left, right in known for row in (*left, *right)]
    assert len(matched(rules, rows)) == 10
    assert {state for _, state, *_ in matched(rules, rows)} == {"confirmed"}


def test_a_pass_is_as_wide_as_known_matches_are_and_groups_as_they_do() -> None:
    known = [
        (
            [
                entry(f"a{n}", "left", "60.00", payout_id=f"P{n}"),
                entry(f"b{n}", "left", "40.00", payout_id=f"P{n}"),
            ],
            [entry(f"r{n}", "right", "99.50", day=3, ref_payout=f"P{n}")],
        )
        for n in range(8)
    ]
    with mined(known) as engine:
        (found,) = references(engine, 5)
        item = pass_of(engine, found)
    assert item.group is not None
    assert (item.group.left, item.group.right, item.keys) == ("payout_id", None, (("payout_id", "ref_payout"),))
    assert item.within.bounds("NGN").short == Decimal("0.50")
    assert item.within.window is not None
    assert (item.within.window.earliest, item.within.window.latest) == (0, 2)
    assert (
        len(
            matched(
                ruleset([item.model_dump(exclude_defaults=True)]),
                [row for m in known for side in m for row in side],
            )
        )
        == 8
    )


def test_a_reference_inside_a_text_is_found_with_its_form() -> None:
    known = [
        pair(n, left_payout_id="PO-2610-{n:03}", right_remittance="KESTREL PO-2610-{n:03} settlement 7781")
        for n in range(9)
    ]
    with mined(known) as engine:
        (found,) = references(engine, 5)
        assert (found.left, found.right, found.is_contained) == ("payout_id", "remittance", True)
        assert pass_of(engine, found).contains == {"right.remittance": "left.payout_id"}
        assert pattern_of(engine, found) == "PO-[0-9]+-[0-9]+"


def test_lags_fees_and_other_names_are_counted() -> None:
    known = [
        pair(
            n,
            "98.50",
            day=2 + (n == 0),
            left_counterparty_name="KESTREL LTD",
            right_counterparty_name="KSTRL PAYMENTS",
        )
        for n in range(20)
    ]
    known += [pair(90, "97.00", left_counterparty_name="KESTREL LTD", right_counterparty_name="Kestrel Ltd")]
    with mined(known) as engine:
        (lag,) = lags(engine)
        assert (
            lag.rule
            == "by hand: days: {before: 0, after: 2} takes in 99.5 % (right minus left: 1 to 2, median 1)"
        )
        assert (lag.support, lag.known) == (21, 21)
        (fee,) = fees(engine)
        assert (fee.rule, fee.support, fee.known) == ("by hand: NGN arrives 1.5 % short", 20, 21)
        (alias,) = aliases(engine, 5)
        assert (alias.rule, alias.support, alias.known) == ("'KSTRL PAYMENTS' is 'KESTREL LTD'", 20, 20)
