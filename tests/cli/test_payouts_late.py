"""Whenever facts arrive, what was paid over the months is what everything would have paid had it been known in time."""

import contextlib
import io
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon.cli.app import run
from recon.model.periods import month_end
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.limits import Balances
from recon.payouts.periods.calculate import calculate
from recon.payouts.plan.plan import load
from tests.cli.conftest import Outcome
from tests.cli.payout_stage import Stage, plan_text

PERIODS = ("2026-10", "2026-11", "2026-12", "2027-01")
TIERS = """tiers:
      method: whole
      boundary: lower_inclusive
      outside: refuse
      bands: [{to: 300, percent: 5}, {percent: 8}]"""
SALE = st.tuples(
    st.sampled_from(["Ada", "Bello"]),
    st.integers(-100, 400),
    st.integers(0, 2),  # the month it belongs to
    st.integers(0, 2),  # how many months late it arrives
)


@contextlib.contextmanager
def staged() -> Iterator[Stage]:
    def recon(*words: str) -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(("--project", str(folder), *words))
        return Outcome(int(status), out.getvalue(), err.getvalue())

    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "configs").mkdir()
        (folder / "recon.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
        here = Path.cwd()
        os.chdir(folder)
        try:
            yield Stage(folder, recon)
        finally:
            os.chdir(here)


@pytest.mark.slow
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(sales=st.lists(SALE, min_size=2, max_size=8), style=st.sampled_from(["delta", "period_preserving"]))
def test_paid_and_true_ups_are_what_was_earned(sales: list[tuple[str, int, int, int]], style: str) -> None:
    limits = "limits: [{cap: 40, excess: later, per: quarter}]"
    with staged() as stage:
        stage.plan(plan_text(TIERS, more=limits, closed=style))
        paid: dict[str, Decimal] = {}
        closed: dict[str, bytes] = {}
        for month, period in enumerate(PERIODS):
            arrived = [
                (f"e{number:03}", who, str(amount), f"{PERIODS[of]}-{number + 1:02}")
                for number, (who, amount, of, late) in enumerate(sales)
                if min(of + late, 3) == month
            ]
            stage.night(arrived)
            payout = stage.close(period)
            for who, steps in stage.shown(payout).items():
                new = Decimal(steps.get("earned", "0")) + Decimal(steps.get("corrected", "0"))
                paid[who] = paid.get(who, Decimal(0)) + new
            folder = stage.folder / "store" / "payouts"
            assert all(
                (folder / name / "payouts.parquet").read_bytes() == kept for name, kept in closed.items()
            )
            closed[payout] = (folder / payout / "payouts.parquet").read_bytes()
        assert {who: amount for who, amount in paid.items() if amount} == should_have_paid(stage.folder, sales)


def should_have_paid(folder: Path, sales: list[tuple[str, int, int, int]]) -> dict[str, Decimal]:
    """All months in order over everything, as if it had been known in time."""
    plan, _ = load(folder / "configs" / "plans" / "sales.yaml")
    found = {}
    for who in ("Ada", "Bello"):
        balances: Balances = {}
        total = Decimal(0)
        for month, period in enumerate(PERIODS):
            rows = tuple(
                Transaction(f"e{number:03}", {"amount": Decimal(amount)}, {"source": "orders"})
                for number, (owner, amount, of, _) in enumerate(sales)
                if owner == who and of == month
            )
            day = month_end(plan.effective.replace(year=int(period[:4]), month=int(period[5:])))
            outcome = calculate(plan, Facts(who, rows, period, day, month + 1), balances)
            balances, total = outcome.balances, total + outcome.earned
        if total:
            found[who] = total
    return found
