"""Somebody above a payee moves in mid-period: each day's people earn on what the components measure of those days."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.model.periods import Period
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.known_facts import KnownFact, known_in
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

JANUARY = Period.parse("2026-01")
OVERRIDES = """\
overrides: {of: base, basis: same_base, vacant: retain, levels: [{level: manager, percent: 10}]}
"""
MOVED = [
    KnownFact("Ada", "person", "manager", "Moses", date.min, date(2026, 1, 15), "facts.csv", 2),
    KnownFact("Ada", "person", "manager", "Nia", date(2026, 1, 16), date.max, "facts.csv", 3),
]
SALES = [
    {
        "amount": Decimal(100),
        "fee": Decimal(fee),
        "business_date": date(2026, 1, day),
        "attributes": [("agent", "Ada"), ("points", points)],
    }
    for day, fee, points in ((5, 90, "1"), (25, 10, "9"))
]


@pytest.mark.parametrize(
    ("measure", "more", "moses", "nia"),
    [
        ("{sum: amount}", "", "10", "10"),
        ("{sum: amount, less: [fee]}", "", "1", "9"),
        ("{sum: points}", "", "0.1", "0.9"),
        ("{count: transactions}", "", "0.1", "0.1"),
        ("{sum: points}", "  each_counts_at_most: 3\n", "0.1", "0.3"),
    ],
)
def test_each_manager_earns_on_what_is_measured_of_the_own_days(
    tmp_path: Path, measure: str, more: str, moses: str, nia: str
) -> None:
    component = COMPONENT.replace("{sum: amount}", measure) + more
    plan = plan_of(tmp_path, "rate: {percent: 0}", OVERRIDES, component=component)
    with books(SALES) as (engine, held):
        earned = dict(period_rows(engine, plan, held, JANUARY, known_in(MOVED, JANUARY)).earned())
    assert (earned["Moses"], earned["Nia"]) == (Decimal(moses), Decimal(nia))
