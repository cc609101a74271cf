"""Carrying breaks over from the night before gives what working all of them out again gives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from recon.breaks.lifecycle import find_breaks
from recon.breaks.settings import BreakSettings
from recon.model.tables import BREAKS, OPEN
from tests.unit.breaks.books import AS_OF, RULESET, SCOPE, Books, Row, table_of

RULES = BreakSettings.model_validate(
    {
        "left": {"open": "missing_in_bank", "due": {"business": "2"}},
        "right": {"open": "missing_in_internal"},
        "kinds": [{"side": "left", "where": "type = 'refund' and amount < -50", "kind": "refund_unmatched"}],
    }
)
FEW = settings(
    max_examples=8,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def add(books: Books, random: Random, names: Sequence[str]) -> None:
    """Entries with few references between them, so that many have one in common."""
    for name in names:
        books.entry(
            random.choice(("left", "right")),
            name,
            random.choice(("100", "100", "60", "98", "-100")),
            currency=random.choice(("NGN", "NGN", "NGN", "USD")),
            ref_merchant=random.choice((None, "M1", "m-1", "M2", "M3", "M4", "M5", "000", "٣٤")),
            ref_bank=random.choice((None, None, "M1", "B2", "B3")),
            ref_payout=random.choice((None, None, "P1", "P2")),
            status=random.choice(("booked", "booked", "booked", "failed")),
            type=random.choice(("payment", "payment", "refund", "chargeback")),
            business_date=books.as_of - timedelta(random.randrange(6)),
        )


def settle(books: Books, random: Random) -> None:
    """Some open entries are matched, some left out, some suggested for one another."""
    for number in range(4):
        sides = {side: [row for row in books.open_items() if row["side"] == side] for side in ("left", "right")}
        if not all(sides.values()):
            return
        pair = [random.choice(rows)["entry_id"] for rows in sides.values()]
        state = random.choice(("confirmed", "suggested", "none", "excluded"))
        if state == "excluded":
            books.exclude(pair[0], "a rule leaves it out")
        elif state != "none":
            name = f"m{books.as_of.day}{number}"
            books.match(name, *pair, state=state, alternatives=random.choice((0, 1)), variance=0)


def next_night(books: Books, before: list[Row], random: Random) -> Books:
    """The night after: what was open, what is new, and what becomes of them."""
    night = Books(as_of=books.as_of + timedelta(random.randrange(1, 4)), previous=before)
    night.scope = [row | {"is_new": False} for row in books.open_items()]
    add(night, random, [f"n{night.as_of.day:02}-{number}" for number in range(random.randrange(4))])
    settle(night, random)
    return night


def found(night: Books, nights: Sequence[Books], *, continued: bool) -> dict[str, Row]:
    """The breaks of a night after others by identity, all worked out or some carried over."""
    known = {row["entry_id"]: row for one in nights for row in one.scope}
    went = nights[-1].open_items() if nights else []
    with night.engine() as engine:
        for name, rows, schema in (("known", list(known.values()), SCOPE), ("went", went, OPEN)):
            engine.register(f"{name}_rows", table_of(rows, schema))
        engine.view("known_before", "FROM known_rows")
        engine.view("previous_open", "FROM went_rows")
        engine.view("questioned_matches", "SELECT * FROM matches")
        engine.view("questioned_members", "SELECT * FROM members")
        find_breaks(engine, {RULESET: RULES}, night.as_of, continued=continued)
        table = engine.table("SELECT * FROM breaks").cast(BREAKS)
        return {row["break_id"]: row for row in table.to_pylist()}


@FEW
@given(st.integers(0, 2**32))
def test_what_is_carried_over_is_what_would_be_worked_out(seed: int) -> None:
    random = Random(seed)
    books = Books(as_of=date(2026, 10, 28))
    add(books, random, [f"e{number:02}" for number in range(14)])
    settle(books, random)
    nights, before = [books], list(found(books, [], continued=False).values())
    for _ in range(2):
        night = next_night(nights[-1], before, random)
        carried, worked_out = (found(night, nights, continued=one) for one in (True, False))
        assert carried.keys() == worked_out.keys()
        for name, one in carried.items():
            again = worked_out[name]
            if again["kind"] == "unexpected_credit":
                # what announced it was matched in the night before, and is out of sight when all is worked out
                again = again | {name: one[name] for name in ("kind", "reason", "next_step")}
            assert one == again
        nights, before = [*nights, night], list(carried.values())


@pytest.mark.parametrize("days", [1, 40])
def test_a_break_that_stays_grows_older_and_tells_how_far_the_other_side_reaches(days: int) -> None:
    books = Books()
    books.entry("left", "lonely", "100", ref_merchant="M1", business_date=date(2026, 10, 20))
    books.entry("right", "other", "70", ref_merchant="M2")
    before = list(found(books, [], continued=False).values())
    night = replace(books, as_of=AS_OF + timedelta(days), previous=before)
    night.scope = [row | {"is_new": False} for row in books.scope]
    last = night.as_of - timedelta(1)
    night.entry("right", "new", "55", ref_merchant="M3", business_date=last)
    one = next(row for row in found(night, [books], continued=True).values() if row["entry_id"] == "lonely")
    assert (one["state"], one["age_days"]) == ("persisting", days + 11)
    assert one["reason"].endswith(f"not found in the bank statement up to {last}")
