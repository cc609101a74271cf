"""Rows computed as sets are the rows computed payee by payee: the same kinds, words, units, rates and cents."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.model.periods import Period
from recon.payouts.period import compute
from recon.payouts.period_rows import rows_table
from recon.payouts.plan.plan import Plan
from recon.payouts.sets.plan_rows import build_rows
from recon.payouts.sets.support import reasons
from tests.properties.test_payouts import AMOUNT, RATE, bands, plan, tiers
from tests.unit.payouts.books import books

MONTH = Period.parse("2026-01")
ENTRY = st.tuples(
    st.sampled_from(["Ada", "Bello"]),
    st.decimals(min_value=-2_000, max_value=30_000, places=3),
    st.sampled_from(["a", "b"]),
)


@st.composite
def pays(draw: st.DrawFn) -> dict[str, Any]:
    """What a component pays, and at which scope."""
    kind = draw(st.sampled_from(["rate", "flat", "marginal", "whole", "running", "bounded", "single whole"]))
    below = {"below_zero": draw(st.sampled_from(["reverses", "pays_nothing"]))}
    if kind == "rate":
        return {"rate": {"percent": str(draw(RATE))}, **below}
    if kind == "flat":
        return {
            "rate": {"per_unit": "0.125", "flat": str(draw(AMOUNT))},
            "measure": {"count": "transactions"},
            **below,
        }
    single = {"scope": "transaction", "accumulate": "none"}
    if kind == "bounded":
        low, high = sorted([draw(AMOUNT), draw(AMOUNT)])
        each = {"at_least": str(low / 1000), "at_most": str(high / 1000)}
        return {
            **single,
            "rate": {"bps": "33.3", "flat": "1"},
            "each": each,
            "each_counts_at_most": "9000",
            **below,
        }
    rows = draw(bands())
    if draw(st.booleans()):
        rows = [{**row, "flat": "2.5"} for row in rows]
    boundary = draw(st.sampled_from(["upper_inclusive", "lower_inclusive"]))
    method = "whole" if "whole" in kind else "marginal"
    built = {**tiers(rows, method), "boundary": boundary, "flat_at_zero": draw(st.booleans())}
    if kind == "running":
        return {"scope": "transaction", "order": "time_then_id", "tiers": built, **below}
    return {**(single if kind == "single whole" else {}), "tiers": built, **below}


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan of one or two components with limits and rounding."""
    usual = {"accumulate": "period", "scope": "payee", "measure": {"sum": "amount"}}
    activity = {"of": "matched", "source": "orders"}
    components = [
        {**usual, "name": name, "activity": {**activity, "where": {"product": name}}, **draw(pays())}
        for name in draw(st.sampled_from([["a"], ["a", "b"]]))
    ]
    limits: list[dict[str, Any]] = []
    if draw(st.booleans()):
        limits.append({"cap": str(draw(AMOUNT) / 100), "excess": "lost", "per": "period"})
    if draw(st.booleans()):
        limits.append({"floor": str(draw(AMOUNT) / 100), "recoverable": False, "per": "period"})
    rounding = {
        "at": draw(st.sampled_from(["never", "line", "payee"])),
        "mode": draw(st.sampled_from(["half_even", "half_up"])),
    }
    return plan(components=components, limits=limits, rounding=rounding)


@settings(max_examples=12, deadline=None)
@given(what=plans(), entries=st.lists(ENTRY, min_size=1, max_size=8))
def test_sets_and_single_payees_agree(what: Plan, entries: list[tuple[str, Decimal, str]]) -> None:
    assert reasons(what) == []
    written = [
        {"entry_id": f"e{n:03}", "amount": amount, "attributes": [("agent", who), ("product", product)]}
        for n, (who, amount, product) in enumerate(entries)
    ]
    with books(written) as (engine, held):
        together = engine.table(build_rows(engine, what, held, MONTH).sql(MONTH)).to_pylist()
        one_by_one = rows_table(compute(engine, what, held, MONTH)).drop_columns("position").to_pylist()
    assert together == one_by_one
    with books(reversed(written)) as (engine, held):
        assert engine.table(build_rows(engine, what, held, MONTH).sql(MONTH)).to_pylist() == together
