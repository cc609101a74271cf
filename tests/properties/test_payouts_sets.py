"""Rows computed as sets are the rows computed payee by payee: the same kinds, words, units, rates and cents."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts
from recon.payouts.period_rows import rows_table
from recon.payouts.periods.period import Known, compute
from recon.payouts.plan.plan import Plan
from recon.payouts.sets.book import period_book
from recon.payouts.sets.plan_rows import build_rows
from recon.payouts.sets.support import reasons
from tests.properties.test_payouts import AMOUNT, RATE, bands, plan, tiers
from tests.unit.payouts.books import books

MONTH = Period.parse("2026-01")


def entries_of(places: int) -> st.SearchStrategy[list[tuple[str, Decimal, str, str]]]:
    """Who, how much in so many digits, which product, which customer."""
    one = st.tuples(
        st.sampled_from(["Ada", "Bello", "Cora"]),
        st.decimals(min_value=-2_000, max_value=30_000, places=places),
        st.sampled_from(["a", "b"]),
        st.sampled_from(["x", "y", "z", ""]),
    )
    return st.lists(one, min_size=1, max_size=8)


ENTRIES = st.sampled_from([2, 3]).flatmap(entries_of)
"""Whole cents, which the engine computes in a narrow type, and amounts with more digits."""

KINDS = (
    "rate", "flat", "marginal", "whole", "running", "landing", "bounded", "single whole", "contracted", "matrix",
    "different", "counted",
)  # fmt: skip
COUNTS = ("transactions", "customer")
LEVELS = ("agent", "aggregator", "coordinator")


@st.composite
def overrides(draw: st.DrawFn, components: list[str]) -> dict[str, Any] | None:
    """What the levels above an agent earn on some of the components, or on the commission, or nothing."""
    if draw(st.booleans()):
        return None
    of = draw(st.sampled_from(["base", "commission"]))
    some = st.lists(st.sampled_from(components), min_size=1, unique=True)
    return {
        "of": of,
        **({"base_of": draw(some)} if of == "base" and len(components) > 1 else {}),
        "basis": draw(st.sampled_from(["same_base", "subtract_lower", "differential", "level_below"])),
        "vacant": draw(st.sampled_from(["compress_up", "compress_down", "retain"])),
        "levels": [{"level": name, "percent": str(draw(RATE))} for name in LEVELS],
        **({"rest_to": "house"} if draw(st.booleans()) else {}),
    }


@st.composite
def known(draw: st.DrawFn) -> Known:
    """Who holds which level above each agent; one agent may be known and do nothing, or be enrolled."""
    people = st.dictionaries(st.sampled_from(LEVELS), st.sampled_from(["Ada", "Zoe", "Yemi"]))
    facts = {
        name: Facts(name, people=draw(people))
        for name in draw(st.sampled_from([[], ["Ada"], ["Ada", "Chidi"]]))
    }
    if "Chidi" in facts and draw(st.booleans()):
        facts["Chidi"] = replace(facts["Chidi"], words={"plan": "p"})
    return Known(facts)


@st.composite
def pays(draw: st.DrawFn) -> dict[str, Any]:
    """What a component pays, and at which scope."""
    kind = draw(st.sampled_from(KINDS))
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
    if kind == "contracted":
        rate = {"percent_of": "contracted", "minus_percent": str(draw(RATE))}
        return {**single, "rate": rate, "buy": {"bps": "1.5", "flat": "0.2"}, **below}
    if kind == "different":
        return {"rate": {"per_unit": "3"}, "measure": {"count": "customer"}, **below}
    rows = draw(bands())
    if kind == "matrix":
        cases = {"x": {"rate": {"percent": "2"}}, "y": {"tiers": tiers(rows, "whole")}}
        other = {"otherwise": {"rate": {"flat": "1"}}} if draw(st.booleans()) else {}
        return {**single, "by": {"word": "customer", "cases": cases, **other}, **below}
    if kind == "counted":
        steps = [{"to": "2", "percent": "1"}, {"percent": "2", "flat": "9"}]
        chosen = {
            **tiers(steps, "whole"),
            "flat_at_zero": False,
            "by": {"count": draw(st.sampled_from(COUNTS))},
        }
        return {"tiers": chosen, **below}
    if draw(st.booleans()):
        rows = [{**row, "flat": "2.5"} for row in rows]
    boundary = draw(st.sampled_from(["upper_inclusive", "lower_inclusive"]))
    method = {"single whole": "whole", "landing": "landing"}.get(kind, kind if kind == "whole" else "marginal")
    built = {**tiers(rows, method), "boundary": boundary, "flat_at_zero": draw(st.booleans())}
    if kind in {"running", "landing"}:
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
    return plan(
        components=components,
        limits=limits,
        rounding=rounding,
        overrides=draw(overrides([one["name"] for one in components])),
    )


def written(entries: list[tuple[str, Decimal, str, str]]) -> list[dict[str, Any]]:
    found = []
    for number, (who, amount, product, customer) in enumerate(entries):
        words = {"agent": who, "product": product, "customer": customer, "contracted": f"{number % 4}.25"}
        own = [(name, value) for name, value in words.items() if value]
        found.append({"entry_id": f"e{number:03}", "amount": amount, "attributes": own})
    return found


@settings(max_examples=25)
@given(what=plans(), entries=ENTRIES, about=known(), size=st.sampled_from([1, 3, 1_000_000]))
def test_sets_and_single_payees_agree(
    what: Plan, entries: list[tuple[str, Decimal, str, str]], about: Known, size: int
) -> None:
    assert reasons(what, about) == []
    rows = written(entries)
    with patch("recon.payouts.sets.book.ENTRIES_OF_A_PART", size), books(rows) as (engine, held):
        together = engine.table(build_rows(engine, what, held, MONTH, known=about).sql(MONTH)).to_pylist()
        one_by_one = rows_table(compute(engine, what, held, MONTH, about)).drop_columns("position").to_pylist()
    assert together == one_by_one
    with books(reversed(rows)) as (engine, held):
        again = build_rows(engine, what, held, MONTH, known=about).sql(MONTH)
        assert engine.table(again).to_pylist() == together


@settings(max_examples=5)
@given(both=st.tuples(plans(), plans()), entries=ENTRIES)
def test_plans_that_share_a_book_pay_the_same(
    both: tuple[Plan, Plan], entries: list[tuple[str, Decimal, str, str]]
) -> None:
    with books(written(entries), matched=[f"e{n:03}" for n in range(0, len(entries), 2)]) as (engine, held):
        shared = period_book(engine, both, held, MONTH)
        for what in both:
            alone = engine.table(build_rows(engine, what, held, MONTH).sql(MONTH)).to_pylist()
            assert shared.serves(what, held, MONTH)
            assert (
                engine.table(build_rows(engine, what, held, MONTH, book=shared).sql(MONTH)).to_pylist() == alone
            )
