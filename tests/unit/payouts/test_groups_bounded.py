"""Bounds of what one group earns: at most so much for each customer, at least so much for each merchant."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.corrections import Refund, reversals
from recon.payouts.plan.plan import Plan
from recon.payouts.review.component_words import component_words
from recon.payouts.rows import Kind
from tests.unit.payouts.plans import COMPONENT, TAIL, plan_of

EACH = COMPONENT.replace("scope: payee", "scope: group\n  group: customer")
SALES = (("A", "100"), ("A", "900"), ("B", "300"), ("C", "10"))


def bounded(folder: Path, bounds: str, component: str = EACH, reversal: str = "recompute") -> Plan:
    pays = f"rate: {{percent: 10}}\neach: {bounds}\n"
    return plan_of(folder, pays, component=component, tail=TAIL.replace("recompute", reversal))


def sold(*sales: tuple[str, str]) -> Facts:
    rows = (
        Transaction(f"t{number}", {"amount": Decimal(amount)}, {"customer": who})
        for number, (who, amount) in enumerate(sales)
    )
    return Facts("Ada", tuple(rows), "2026-01", date(2026, 1, 31))


@pytest.mark.parametrize(
    ("bounds", "sales", "pays"),
    [
        ("{at_most: 50}", SALES, "81"),
        ("{at_least: 25}", SALES, "155"),
        ("{at_least: 25, at_most: 50}", SALES, "105"),
        ("{at_most: 50}", (("A", "-1000"), ("B", "300")), "-20"),
    ],
)
def test_each_customer_earns_within_bounds(
    tmp_path: Path, bounds: str, sales: tuple[tuple[str, str], ...], pays: str
) -> None:
    """10% of 1,000 for customer A is 100, of which 50 at most; B earns 30 and C 1."""
    assert calculate(bounded(tmp_path, bounds), sold(*sales)).earned == Decimal(pays)


def test_rows_and_words_name_the_group(tmp_path: Path) -> None:
    plan = bounded(tmp_path, "{at_most: 50}")
    (row,) = (one for one in calculate(plan, sold(*SALES)).rows if one.kind is Kind.BOUND)
    assert (row.amount, row.words) == (Decimal(-50), "customer A: at most 50")
    assert "- each customer earns at most 50" in list(component_words(plan.components[0]))


def test_a_refund_takes_back_its_part_of_what_was_bounded(tmp_path: Path) -> None:
    """Customer A earned 50 on 1,000; 450 of these are nine tenths of half of it."""
    plan = bounded(tmp_path, "{at_most: 50}", reversal="original_rate")
    assert reversals(plan, sold(*SALES), Refund("t1", Decimal(450)))[0].amount == Decimal("-22.5")


@pytest.mark.parametrize(
    ("component", "message"),
    [
        (COMPONENT, "each looks at single transactions"),
        (EACH.replace("accumulate: period", "accumulate: year"), "here it builds up over the year"),
    ],
)
def test_bounds_of_what_builds_up_are_refused(tmp_path: Path, component: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        bounded(tmp_path, "{at_most: 50}", component)
