"""Plans for some days and some payees: campaigns that begin and end within a period, and who may take part."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import UsageError
from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.period import Known
from recon.payouts.plan.measures import Accumulate, Scope
from recon.payouts.plan.plan import Plan, version_in
from recon.payouts.review.simulation import Month, simulate
from recon.payouts.review.words import sentences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import plan_of

MONTH = Period.parse("2026-01")
SALES = [
    {"amount": Decimal(100 * day), "attributes": [("agent", who)], "business_date": date(2026, 1, day)}
    for who in ("Ada", "Bello")
    for day in (5, 10, 20, 25)
]
PAYS = "rate: {percent: 10}"


def version(plan: Plan, effective: str, until: str | None = None) -> Plan:
    return plan.model_copy(
        update={
            "effective": date.fromisoformat(effective),
            "until": date.fromisoformat(until) if until else None,
        }
    )


@pytest.mark.parametrize("scope", ["payee", "transaction"])
@pytest.mark.parametrize(
    ("effective", "until", "earned"),
    [
        ("2026-01-01", None, 600),
        ("2026-01-10", "2026-01-20", 300),
        ("2026-01-21", None, 250),
        ("2025-12-01", "2026-01-05", 50),
    ],
)
def test_a_campaign_counts_its_own_days(
    tmp_path: Path, scope: str, effective: str, until: str | None, earned: int
) -> None:
    accumulate = Accumulate.NONE if scope == "transaction" else Accumulate.PERIOD
    component = {"scope": Scope(scope), "accumulate": accumulate}
    plan = plan_of(tmp_path, PAYS)
    plan = version(
        plan.model_copy(update={"components": (plan.components[0].model_copy(update=component),)}),
        effective,
        until,
    )
    with books(SALES) as (engine, held):
        assert dict(period_rows(engine, plan, held, MONTH).earned()) == {"Ada": earned, "Bello": earned}


def test_a_campaign_that_ended_within_the_period_still_pays_it(tmp_path: Path) -> None:
    campaign = version(plan_of(tmp_path, PAYS), "2025-12-15", "2026-01-10")
    assert version_in([campaign], "test", MONTH) == campaign
    assert version_in([campaign], "test", Period.parse("2026-02")) is None
    assert version_in([campaign], "other", MONTH) is None


def test_versions_that_meet_within_a_period_are_paid_apart(tmp_path: Path) -> None:
    old = version(plan_of(tmp_path, PAYS), "2025-01-01")
    new = version(old, "2026-01-15")
    with pytest.raises(UsageError) as refused:
        version_in([new, old], "test", MONTH)
    assert "test@2026-01-15 takes over from test@2025-01-01 within 2026-01" in str(refused.value)
    assert "pay 2026-01-01..2026-01-14 and 2026-01-15..2026-01-31 apart" in str(refused.value)
    assert version_in([new, old], "test", Period.parse("2026-01-01..2026-01-14")) == old
    assert version_in([new, old], "test", Period.parse("2026-01-15..2026-01-31")) == new
    assert version_in([new, old], "test", Period.parse("2026-02")) == new
    ended = version(old, "2025-01-01", "2026-01-04")
    with pytest.raises(UsageError) as refused:
        version_in([ended, new], "test", MONTH)
    assert "pay 2026-01-01..2026-01-04 and 2026-01-15..2026-01-31 apart" in str(refused.value)
    over = version(old, "2025-01-01", "2025-12-31")
    assert version_in([over, new], "test", MONTH) == new


def test_only_who_is_eligible_takes_part_and_the_rest_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.mkdir()
    plan = plan_of(path, PAYS, "eligible: {tier: [gold, silver], sales: {at_least: 3}}\n")
    gold = {"tier": "gold"}
    ada = Facts("Ada", words=gold, figures={"sales": Decimal(3)})
    known = Known({"Ada": ada, "Bello": Facts("Bello", words=gold)})
    with books(SALES) as (engine, held):
        found = period_rows(engine, plan, held, MONTH, known)
        assert dict(found.earned()) == {"Ada": 600}
        told = [(one.reason, one.entries, one.amount) for one in found.left_out]
    assert told == [("entries of commission are of payees who are not eligible", 4, Decimal(6000))]
    assert "Takes part: who has tier gold or silver and sales at least 3." in sentences(plan)
    assert calculate(plan, Facts("Ada", (Transaction("1", {"amount": Decimal(10)}),))).rows == ()


def test_a_plan_for_the_future_is_simulated_on_a_past_period(tmp_path: Path) -> None:
    now = plan_of(tmp_path, PAYS)
    later = version(now, "2027-01-01", "2027-12-31")
    with books(SALES) as (engine, held):
        found = simulate(engine, later, held, [Month(MONTH, now)])
        assert [one.difference for one in found.changes] == [0, 0]
