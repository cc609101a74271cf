"""Measures of several figures of a transaction: added to one another, or taken off."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.periods import Period
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.period import Known, compute
from recon.payouts.plan.plan import Plan
from recon.payouts.review.simulation import Month, simulate
from recon.payouts.sets.support import reasons
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

MONTHS = [Period.parse(f"2026-0{number}") for number in (1, 2)]
SALES = [
    {
        "amount": Decimal(100 * number),
        "tax": Decimal(number),
        "fee": Decimal("-0.5"),
        "business_date": date(2026, 1, number),
        "attributes": [("agent", "Ada"), ("shipping", str(10 * number))],
        "ref_merchant": f"S{number}",
    }
    for number in (1, 2)
]


def adding(folder: Path, measure: str, scope: str = "payee") -> Plan:
    component = COMPONENT.replace("{sum: amount}", measure).replace("scope: payee", f"scope: {scope}")
    return plan_of(folder, "rate: {percent: 10}", component=component.replace("period", "none"))


@pytest.mark.parametrize("scope", ["payee", "transaction"])
@pytest.mark.parametrize(
    ("measure", "pays"),
    [
        ("{sum: amount, plus: [tax]}", "30.3"),
        ("{sum: amount, plus: [tax], less: [fee]}", "30.4"),
        ("{sum: amount, plus: [shipping]}", "33"),
        ("{sum: amount, plus: [shipping, tax]}", "33.3"),
    ],
)
def test_figures_are_added_before_the_rate(tmp_path: Path, scope: str, measure: str, pays: str) -> None:
    """A tenth of 300 and what comes with it; as sets and payee by payee alike."""
    plan = adding(tmp_path, measure, scope)
    assert bool(reasons(plan)) == ("shipping" in measure)
    with books(SALES) as (engine, held):
        rows = dict(period_rows(engine, plan, held, MONTHS[0]).earned())
        alone = dict(compute(engine, plan, held, MONTHS[0]).payees)
    assert rows == alone == {"Ada": Decimal(pays)}


def test_a_refund_takes_what_was_added_back(tmp_path: Path) -> None:
    """Half of the second sale and 5 of its shipping: a tenth of 105."""
    back = {
        **SALES[1],
        "amount": Decimal(-100),
        "attributes": [("agent", "Ada"), ("shipping", "-5")],
        "business_date": date(2026, 2, 3),
        "type": "refund",
        "ref_original": "S2",
        "ref_merchant": "R1",
    }
    with books([*SALES, back]) as (engine, held):
        plan = adding(tmp_path, "{sum: amount, plus: [shipping]}")
        found = simulate(engine, plan, held, [Month(one, None, Known()) for one in MONTHS])
    assert [one.after for one in found.changes] == [33, Decimal("-10.5")]


def test_words_say_what_is_added(tmp_path: Path) -> None:
    plan = adding(tmp_path, "{sum: amount, plus: [shipping, tax], less: [fee]}")
    assert str(plan.components[0].measure) == "the sum of amount plus shipping and tax less fee"


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ("{sum: amount, plus: [amount]}", "amount is there twice"),
        ("{sum: amount, plus: [tax], less: [tax]}", "tax is there twice"),
        ("{count: transactions, plus: [tax]}", "plus belongs to sum"),
    ],
)
def test_what_is_added_twice_or_to_nothing_is_refused(tmp_path: Path, measure: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        adding(tmp_path, measure)
