"""Components with days of their own: a promotion within a plan, and refunds that follow their sales across its ends."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon.engines.render import render
from recon.errors import ConfigError
from recon.model.periods import Period
from recon.payouts.books.activity import of_component
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.review.words import sentences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

MONTH = Period.parse("2026-01")
BASE = "rate: {percent: 5}\n"
PROMOTION = """\
- name: promotion
  effective: 2026-01-10
  until: 2026-01-20
  activity: {of: all, source: orders}
  measure: {sum: amount}
  scope: payee
  accumulate: period
  below_zero: reverses
  rate: {percent: 2}
"""


def promoting(folder: Path, promotion: str = PROMOTION, sections: str = "") -> Plan:
    return plan_of(folder, "", sections, component=f"{COMPONENT}  {BASE}{promotion}")


def sale(day: int, amount: int = 1000, who: str = "Ada", **more: Any) -> dict[str, Any]:
    said = {"amount": Decimal(amount), "business_date": date(2026, 1, day), "attributes": [("agent", who)]}
    return {**said, **more}


def refund(day: int, of: str, amount: int = 1000) -> dict[str, Any]:
    return sale(day, -amount, type="refund", ref_original=of)


def earned(plan: Plan, rows: Iterable[Mapping[str, Any]], period: Period = MONTH) -> dict[str, Decimal]:
    with books(rows) as (engine, held):
        credited = credited_books(engine, plan, held, period, Known())
        return dict(period_rows(engine, plan, credited, period).earned())


@pytest.mark.parametrize("scope", ["payee", "transaction"])
@pytest.mark.parametrize(("day", "pays"), [(9, 50), (10, 70), (20, 70), (21, 50)])
def test_a_component_counts_its_own_days(tmp_path: Path, scope: str, day: int, pays: int) -> None:
    promotion = PROMOTION.replace("scope: payee", f"scope: {scope}").replace(
        "accumulate: period", "accumulate: none"
    )
    assert earned(promoting(tmp_path, promotion), [sale(day)]) == {"Ada": pays}


def test_out_of_its_days_a_component_pays_nothing_at_all(tmp_path: Path) -> None:
    """Its floor is no floor in February."""
    promotion = PROMOTION + "  limits: [{floor: 500, recoverable: false, per: period}]\n"
    plan = promoting(tmp_path, promotion)
    assert earned(plan, [sale(5)]) == {"Ada": 550}
    february = [{**sale(5), "business_date": date(2026, 2, 5)}]
    assert earned(plan, february, Period.parse("2026-02")) == {"Ada": 50}


@pytest.mark.parametrize(
    ("sold", "undone", "pays"),
    [
        (15, 25, 0),
        (5, 15, 0),
        (15, 18, 0),
        (25, 26, 0),
        (5, 25, 0),
    ],
)
def test_a_refund_takes_back_what_its_sale_paid(tmp_path: Path, sold: int, undone: int, pays: int) -> None:
    rows = [sale(sold, ref_merchant="s1"), refund(undone, "s1")]
    assert earned(promoting(tmp_path), rows).get("Ada", 0) == pays


def test_what_is_won_back_is_paid_as_its_sale_was(tmp_path: Path) -> None:
    won = sale(28, type="chargeback_reversal", ref_original="s1")
    rows = [sale(15, ref_merchant="s1"), {**refund(22, "s1"), "type": "chargeback"}, won]
    assert earned(promoting(tmp_path), rows) == {"Ada": 70}


def test_a_plan_that_ends_within_the_period_takes_refunds_back(tmp_path: Path) -> None:
    ended = {"until": date(2026, 1, 20)}
    plan = plan_of(tmp_path, BASE).model_copy(update=ended)
    begun = plan_of(tmp_path, BASE).model_copy(update={"effective": date(2026, 1, 10)})
    rows = [sale(15, ref_merchant="s1"), sale(16), refund(25, "s1")]
    assert earned(plan, rows) == {"Ada": 50}
    early = [sale(5, ref_merchant="s1"), sale(16), refund(15, "s1")]
    assert earned(begun, early) == {"Ada": 50}


def test_the_entries_of_a_component_are_those_of_its_days(tmp_path: Path) -> None:
    plan = promoting(tmp_path)
    with books([sale(5), sale(15), sale(25)]) as (engine, held):
        counted = [engine.rows(render(of_component(plan, held, one, MONTH))) for one in plan.components]
    assert [len(one) for one in counted] == [3, 1]


def test_words_say_the_days(tmp_path: Path) -> None:
    assert "- counts from 2026-01-10 to 2026-01-20 only" in sentences(promoting(tmp_path))
    open_end = PROMOTION.replace("  until: 2026-01-20\n", "")
    assert "- counts from 2026-01-10 only" in sentences(promoting(tmp_path, open_end))


@pytest.mark.parametrize(
    ("promotion", "message"),
    [
        (PROMOTION.replace("until: 2026-01-20", "until: 2026-01-09"), "before it begins on 2026-01-10"),
        (
            PROMOTION.replace("until: 2026-01-20", "until: 2025-12-31").replace(
                "  effective: 2026-01-10\n", ""
            ),
            "before the plan begins on 2026-01-01",
        ),
    ],
)
def test_days_on_which_nothing_counts_are_refused(tmp_path: Path, promotion: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        promoting(tmp_path, promotion)
