"""What every payout promises, each as a test over plans of all kinds: amounts are rows, limits hold, replays agree."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.paying import pay
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.together import calculate_all
from recon.payouts.plan.measures import Of
from recon.payouts.plan.plan import Plan
from tests.properties.test_payouts import AMOUNT, FEW, ZERO, bands, facts, plan, tiers
from tests.properties.test_payouts_sets import ENTRIES, MONTH, plans, written
from tests.unit.payouts.books import entries as entry_table

Entries = list[tuple[str, Decimal, str, str]]


def month(entries: Entries) -> list[Facts]:
    """The entries of each payee."""
    found: dict[str, list[Transaction]] = {}
    for one in written(entries):
        words = dict(one["attributes"])
        figures = {"amount": one["amount"], "contracted": Decimal(words.pop("contracted"))}
        found.setdefault(words["agent"], []).append(Transaction(one["entry_id"], figures, words))
    return [Facts(who, tuple(own), "2026-01") for who, own in sorted(found.items())]


@settings(max_examples=40)
@given(what=plans(), entries=ENTRIES)
def test_the_amount_is_the_sum_of_its_rows(what: Plan, entries: Entries) -> None:
    for outcome in calculate_all(what, month(entries)):
        assert sum((row.amount for row in outcome.rows), ZERO) == outcome.earned
        assert sum(outcome.payees.values(), ZERO) == outcome.earned
        assert all(row.version == what.version for row in outcome.rows)
        payout = pay(what, outcome.facts, outcome.of(outcome.facts.payee))
        assert sum((row.amount for row in payout.rows), ZERO) == payout.net


@settings(max_examples=30)
@given(what=plans(), entries=ENTRIES, seed=st.randoms(use_true_random=False))
def test_no_result_depends_on_the_order_of_entries(what: Plan, entries: Entries, seed: Any) -> None:
    for one in month(entries):
        shuffled = list(one.transactions)
        seed.shuffle(shuffled)
        again = calculate(what, replace(one, transactions=tuple(shuffled)))
        assert again.rows == calculate(what, one).rows


@FEW
@given(rows=bands(), amounts=st.lists(AMOUNT, min_size=2, max_size=2, unique=True))
def test_a_running_total_as_booked_depends_on_the_order_and_says_so(
    rows: list[dict[str, str]], amounts: list[Decimal]
) -> None:
    """The total is the same either way; which transaction is paid at which rate is not."""
    booked = plan(component={"scope": "transaction", "order": "as_booked", "tiers": tiers(rows)})
    there = calculate(booked, facts(amounts))
    turned = replace(facts(amounts), transactions=tuple(reversed(facts(amounts).transactions)))
    back = calculate(booked, turned)
    assert there.earned == back.earned
    assert [line.transactions[0].id for line in there.lines] == ["000", "001"]
    assert [line.transactions[0].id for line in back.lines] == ["001", "000"]


@settings(max_examples=40)
@given(
    rows=bands(),
    amount=st.decimals(min_value="0.01", max_value=50_000, places=2),
    method=st.sampled_from(["marginal", "whole"]),
    flat=st.sampled_from(["0", "2.5"]),
)
def test_a_refund_of_a_whole_transaction_takes_back_what_it_was_paid(
    rows: list[dict[str, str]], amount: Decimal, method: str, flat: str
) -> None:
    single = {"scope": "transaction", "accumulate": "none", "each": {"at_least": "1", "at_most": "300"}}
    built = {**tiers([{**row, "flat": flat} for row in rows], method), "flat_at_zero": False}
    assert calculate(plan(component={**single, "tiers": built}), facts([amount, -amount])).earned == 0


@FEW
@given(
    months=st.lists(AMOUNT, min_size=1, max_size=6),
    cap=AMOUNT,
    per=st.sampled_from(["quarter", "year", "forever"]),
    excess=st.sampled_from(["lost", "later"]),
)
def test_a_cap_over_several_periods_is_never_exceeded(
    months: list[Decimal], cap: Decimal, per: str, excess: str
) -> None:
    what = plan(
        component={"rate": {"percent": "100"}}, limits=[{"cap": str(cap), "excess": excess, "per": per}]
    )
    balances: dict[str, Decimal] = {}
    sums: dict[str, Decimal] = {}
    for number, amount in enumerate(months, start=1):
        period = Period.parse(f"2026-{number:02}")
        known = replace(facts([amount]), period=str(period), day=period.last, number=number)
        outcome = calculate(what, known, balances)
        balances = dict(outcome.balances)
        window = f"Q{(number + 2) // 3}" if per == "quarter" else "all"
        sums[window] = sums.get(window, ZERO) + outcome.earned
    assert all(paid <= cap for paid in sums.values())


@pytest.mark.parametrize("threads", [1, 2])
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(what=plans(), entries=ENTRIES, seed=st.randoms(use_true_random=False))
def test_a_replay_is_the_same_to_the_byte(
    what: Plan, entries: Entries, seed: Any, threads: int, tmp_path: Path
) -> None:
    shuffled = written(entries)
    seed.shuffle(shuffled)
    once = rows_written(what, written(entries), tmp_path / "once.parquet", 2)
    assert rows_written(what, shuffled, tmp_path / "again.parquet", threads) == once


def rows_written(what: Plan, entries: Sequence[dict[str, Any]], path: Path, threads: int) -> bytes:
    """The file of a plan's rows over the entries."""
    with DuckEngine.open(threads=threads, outputs=[path.parent]) as engine:
        engine.register("entries", entry_table(entries))
        engine.materialise("matched", "SELECT entry_id FROM entries")
        period_rows(engine, what, Books("entries", {Of.MATCHED: "matched"}), MONTH).write(path)
    return path.read_bytes()
