"""Every line of a payout rests on matched entries, whatever the plan: what did not match changes no row."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.payouts.period_rows import period_rows
from recon.payouts.plan.plan import Plan
from tests.properties.test_payouts import bands, plan, tiers
from tests.properties.test_payouts_sets import ENTRIES, MONTH, plans, written
from tests.unit.payouts.books import books

Rows = list[dict[str, Any]]
USUAL = {"accumulate": "period", "scope": "payee", "measure": {"sum": "amount"}, "below_zero": "reverses"}


@st.composite
def shared_plans(draw: st.DrawFn) -> Plan:
    """A plan that is computed payee by payee: split among parties."""
    component: dict[str, Any] = {
        **USUAL, "name": "a", "activity": {"of": "matched", "source": "orders"}, "tiers": tiers(draw(bands()))
    }  # fmt: skip
    return plan(components=[component], split={"parties": {"shop": "30", "house": "70"}})


def rows_of(what: Plan, entries: Rows, matched: list[str]) -> Rows:
    """The rows of a plan over books in which some entries matched."""
    with books(entries, matched) as (engine, held):
        return list(period_rows(engine, what, held, MONTH).rows())


@settings(max_examples=25)
@given(what=st.one_of(plans(), plans(), shared_plans()), entries=ENTRIES, picked=st.integers(0, 255))
def test_every_line_rests_on_matched_entries(
    what: Plan, entries: list[tuple[str, Decimal, str, str]], picked: int
) -> None:
    everything = written(entries)
    matched = [one for number, one in enumerate(everything) if picked >> number & 1]
    ids = [one["entry_id"] for one in matched]
    found = rows_of(what, everything, ids)
    assert found == rows_of(what, matched, ids)
    agents = {dict(one["attributes"])["agent"] for one in matched}
    assert {row["credited"] for row in found} <= agents
    assert {row["entry_id"] for row in found} - {None} <= set(ids)
    assert all(row["entries"] <= len(ids) for row in found)
