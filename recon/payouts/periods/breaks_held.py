"""What breaks hold: the part of an amount that rests on entries with open breaks, and the breaks by name.

What is held is the difference between all that was earned and what is earned without those entries, computed by the
same plan: so it is right under bands, caps and floors, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.names import identifier, text_literal
from recon.engines.relations import select, where
from recon.engines.render import render
from recon.model.periods import Period
from recon.payouts.books.activity import Books, of_component, payee
from recon.payouts.books.measured import readings
from recon.payouts.calculation.undone import NAMES, UNDOING
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.period import Flag, Known
from recon.payouts.plan.plan import Plan

ZERO = Decimal(0)
FLAGS, FLAGGED = "risk_flags", "broken_or_flagged"
UNBROKEN = "rows_without_broken"
REFERENCES = ("ref_end_to_end", "ref_bank", "ref_merchant", "ref_processor")
"""References by which a risk flag may name an entry."""


@dataclass(frozen=True, slots=True)
class Held:
    """One entry that holds money, and the break that holds it. `credited` is whose activity the entry is."""

    credited: str
    component: str
    entry_id: str
    break_id: str
    kind: str


def held_by(engine: DuckEngine, plan: Plan, books: Books, flags: Sequence[Flag]) -> Books:
    """The books with what holds money under a plan: open breaks, unless it pays in spite of them, and risks always."""
    known = books if plan.payment.open_break == "hold" else replace(books, broken=None)
    return _with_undoing(engine, with_flags(engine, known, flags))


def _with_undoing(engine: DuckEngine, books: Books) -> Books:
    """The books in which refunds are held with the sales that they undo: what is not paid is not taken back either."""
    if books.broken is None or engine.is_bare(books.broken):
        return books
    name = f"{books.broken}_or_undone"
    if books.broken == FLAGGED or not engine.has(name):
        broken, types = identifier(books.broken), ", ".join(text_literal(one) for one in UNDOING)
        names = " UNION ALL ".join(
            f"SELECT source, {one} AS name, break_id, b.kind FROM {identifier(books.entries)} JOIN {broken} AS b "
            f"USING (entry_id) WHERE {one} IS NOT NULL AND coalesce(type, '') NOT IN ({types})"
            for one in ("entry_id", *NAMES)
        )
        engine.materialise(
            name,
            f"SELECT entry_id, break_id, kind FROM {broken} UNION SELECT r.entry_id, s.break_id, s.kind "
            f"FROM {identifier(books.entries)} AS r JOIN ({names}) AS s ON s.name = r.ref_original "
            f"AND s.source = r.source WHERE r.type IN ({types})",
        )
    return replace(books, broken=name)


def with_flags(engine: DuckEngine, books: Books, flags: Sequence[Flag]) -> Books:
    """The books in which entries that raise a risk are held as those with open breaks are."""
    if not flags:
        return books
    rows = [{"entry": one.entry, "reason": one.reason} for one in flags]
    engine.register(
        FLAGS, pa.Table.from_pylist(rows, pa.schema([("entry", pa.string()), ("reason", pa.string())]))
    )
    references = ", ".join(f"e.{name}" for name in ("entry_id", *REFERENCES))
    broken = (
        f"SELECT entry_id, break_id, kind FROM {identifier(books.broken)} UNION ALL " if books.broken else ""
    )
    engine.materialise(
        FLAGGED,
        f"{broken}SELECT e.entry_id, concat('flag ', f.reason) AS break_id, 'risk_flag' AS kind "
        f"FROM {identifier(books.entries)} AS e JOIN {FLAGS} AS f ON f.entry IN ({references})",
    )
    return replace(books, broken=FLAGGED)


def held_entries(engine: DuckEngine, plan: Plan, books: Books, period: Period) -> list[Held]:
    """The entries with open breaks that a plan counts, by payee, component or figure, and entry."""
    if books.broken is None:
        return []
    found = list(_held(engine, plan, books, period, books.broken))
    for one in plan.figures:
        for ago, days, alone in readings(plan, one, period):
            found += _held(engine, alone, books, days, books.broken) if ago == 0 else ()
    return found


def _held(engine: DuckEngine, plan: Plan, books: Books, period: Period, broken: str) -> Iterator[Held]:
    for component in plan.components:
        relation = of_component(plan, books, component, period)
        named = where(relation, call("ne", payee(plan, relation), literal("")))
        own = render(select(named, {"payee": payee(plan, named), "entry_id": named["entry_id"]}))
        rows = engine.rows(
            f"SELECT payee, entry_id, break_id, kind FROM ({own}) JOIN {identifier(broken)} USING (entry_id) "
            "ORDER BY payee, entry_id, break_id"
        )
        for who, entry_id, break_id, kind in rows:
            yield Held(who, component.name, entry_id, break_id, kind)


def held_amounts(
    engine: DuckEngine, plan: Plan, books: Books, period: Period, earned: Mapping[str, Decimal], known: Known
) -> dict[str, Decimal]:
    """What of each payee's amount is held; nothing for those whose amount rests on no open break."""
    if not held_entries(engine, plan, books, period):
        return {}
    left = period_rows(engine, plan, replace(books, without_broken=True), period, known, name=UNBROKEN)
    unbroken = dict(left.earned())
    held = {who: amount - unbroken.get(who, ZERO) for who, amount in earned.items()}
    if plan.budgets:
        # Without the broken entries others would have more of the budget; that is no reason to pay them more now.
        held = {who: max(amount, ZERO) for who, amount in held.items()}
    return {who: amount for who, amount in held.items() if amount}
