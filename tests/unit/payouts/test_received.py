"""Payees who receive from several who are credited are rounded once, whichever way the rows are computed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon.model.periods import Period
from recon.payouts import period_rows as module
from recon.payouts.calculation.facts import Facts
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.period import Known
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import TAIL, plan_of

MONTH = Period.parse("2026-01")
LEVELS = "overrides: {of: base, basis: same_base, vacant: retain, levels: [{level: zone, percent: 1}]}\n"


@pytest.mark.parametrize("mode", ["half_even", "half_up"])
@pytest.mark.parametrize(
    ("amounts", "zone"),
    [
        # 1% of 0.50 is half a cent, three times: 0.02, and neither 0.00 nor 0.03.
        (["0.50", "0.50", "0.50"], "0.02"),
        (["0.40", "0.40", "0.40"], "0.01"),
        (["0.40"], "0.00"),
        (["1.00", "2.00"], "0.03"),
    ],
)
def test_a_manager_of_several_agents_is_rounded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, amounts: list[str], zone: str
) -> None:
    tail = TAIL.replace("{at: never}", f"{{at: total, mode: {mode}}}")
    plan = plan_of(tmp_path, "rate: {percent: 10}", LEVELS, tail=tail)
    agents = [f"agent {number}" for number in range(len(amounts))]
    sales = [
        {"amount": Decimal(one), "attributes": [("agent", who)]}
        for who, one in zip(agents, amounts, strict=True)
    ]
    known = Known({who: Facts(who, people={"zone": "Zed"}) for who in agents})
    ways: list[list[dict[str, Any]]] = []
    with books(sales) as (engine, held):
        for found in ([], ["told"]):
            if found:
                monkeypatch.setattr(module, "reasons", lambda *_: ["told"])
            rows = period_rows(engine, plan, held, MONTH, known)
            assert dict(rows.earned())["Zed"] == Decimal(zone)
            ways.append(list(rows.rows()))
    assert ways[0] == ways[1]


def test_by_payee_each_agent_is_rounded_alone(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 10}", LEVELS, tail=TAIL.replace("at: never", "at: payee"))
    sales = [{"amount": Decimal("0.50"), "attributes": [("agent", who)]} for who in ("Ada", "Bello")]
    known = Known({who: Facts(who, people={"zone": "Zed"}) for who in ("Ada", "Bello")})
    with books(sales) as (engine, held):
        assert dict(period_rows(engine, plan, held, MONTH, known).earned())["Zed"] == 0
