"""Prizes for those who did most, and a pool of what everybody did."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.period import Known, compute
from recon.payouts.plan.plan import Plan
from recon.payouts.review.words import sentences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, TAIL, plan_of

MONTH = Period.parse("2026-01")
EACH = (
    COMPONENT.replace("commission", "each").replace("scope: payee", "scope: transaction")
    + "  rate: {percent: 0}\n"
)
"""A component of single transactions: payees are calculated from entries, not from sums."""
TO_CENTS = TAIL.replace("at: never", "at: payee")


def paid(
    what: Plan, sold: Mapping[str, int], points: Mapping[str, int] | None = None, **words: str
) -> dict[str, str]:
    """What everybody earns on sales of these amounts; `words` are tiers of payees."""
    rows = [{"amount": Decimal(amount), "attributes": [("agent", who)]} for who, amount in sold.items()]
    known = Known(
        {
            who: Facts(
                who, figures={"points": Decimal(number)}, words={"tier": words[who]} if who in words else {}
            )
            for who, number in (points or dict.fromkeys(words, 0)).items()
        }
    )
    with books(rows) as (engine, held):
        found = compute(engine, what, held, MONTH, known)
        table = dict(period_rows(engine, what, held, MONTH, known).earned())
    earned = {who: format(amount.normalize(), "f") for who, amount in found.payees}
    assert {who: Decimal(amount) for who, amount in earned.items()} == table
    return earned


@pytest.mark.parametrize("component", [COMPONENT, EACH + COMPONENT])
@pytest.mark.parametrize(
    ("ties", "sold", "expected"),
    [
        ("share", {"A": 90, "B": 70, "C": 50, "D": 10}, ["500", "300", "200", "0"]),
        ("share", {"A": 90, "B": 90, "C": 50, "D": 10}, ["400", "400", "200", "0"]),
        ("each", {"A": 90, "B": 90, "C": 50, "D": 10}, ["500", "500", "200", "0"]),
        ("share", {"A": 70, "B": 70, "C": 70, "D": 90}, ["166.67", "166.67", "166.66", "500"]),
        ("each", {"A": 10, "B": 90, "C": 70, "D": 70}, ["0", "500", "300", "300"]),
        ("share", {"A": 90, "B": 0, "C": -5, "D": 20}, ["500", "0", "0", "300"]),
    ],
)
def test_places_take_their_prizes(
    tmp_path: Path, component: str, ties: str, sold: dict[str, int], expected: list[str]
) -> None:
    what = plan_of(
        tmp_path, f"contest: {{prizes: [500, 300, 200], ties: {ties}}}", component=component, tail=TO_CENTS
    )
    assert list(paid(what, sold).values()) == expected


def test_whoever_is_not_eligible_or_below_the_least_takes_no_place(tmp_path: Path) -> None:
    what = plan_of(
        tmp_path,
        "contest: {prizes: [500, 300], ties: each, at_least: 60}",
        "eligible: {tier: gold}\n",
        tail=TO_CENTS,
    )
    found = paid(what, {"A": 900, "B": 70, "C": 50}, A="tin", B="gold", C="gold")
    assert {who: amount for who, amount in found.items() if amount != "0"} == {"B": "500"}


def test_a_pool_of_everybodys_turnover_is_shared_to_the_last_cent(tmp_path: Path) -> None:
    """2% of 5,000 is 100.00, by 1, 1 and 1 points: who has none has nothing, and who sold nothing has a share."""
    what = plan_of(tmp_path, "pool: {percent: 2, shared_by: points}", tail=TO_CENTS)
    found = paid(what, {"A": 4000, "B": 1000}, {"A": 1, "C": 1, "D": 1})
    assert found == {"A": "33.34", "B": "0", "C": "33.33", "D": "33.33"}
    assert paid(what, {"A": -10}, {"A": 1}) == {"A": "0"}
    assert "- pays a share by points of 2% of what everybody measures" in sentences(what)


@pytest.mark.parametrize(
    ("pays", "component", "message"),
    [
        (
            "contest: {prizes: [5], ties: each}\nrate: {percent: 1}",
            COMPONENT,
            "contest and rate both say what is paid",
        ),
        (
            "pool: {percent: 2, shared_by: points}",
            COMPONENT.replace("accumulate: period", "accumulate: year"),
            "pool is of what payees measure in a period",
        ),
        ("contest: {prizes: [], ties: each}", COMPONENT, "the list is empty"),
        ("pool: {percent: 101, shared_by: points}", COMPONENT, "expected 100 or less"),
    ],
)
def test_what_cannot_be_shared_is_refused(tmp_path: Path, pays: str, component: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        plan_of(tmp_path, pays, component=component)
