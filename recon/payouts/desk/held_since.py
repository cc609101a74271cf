"""What closed periods hold now: what nothing holds any more is released, and what came late with a break is held.

What was paid already is not taken back where a break opens later; but nothing more is paid on an entry that has one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.payouts.books.activity import Books
from recon.payouts.desk.closed import Closed, rows_about
from recon.payouts.desk.refunds import LateRefund
from recon.payouts.desk.settling import Item, few, reference_of, referred
from recon.payouts.periods.breaks_held import Held, held_amounts, held_entries
from recon.payouts.rows import Kind

ZERO = Decimal(0)


def held_since(
    engine: DuckEngine,
    closed: Closed,
    books: Books,
    earned: Mapping[str, Decimal],
    on_hold: Collection[str],
    refunds: Sequence[LateRefund],
    back: Mapping[str, Sequence[Item]],
) -> Iterator[tuple[str, Item]]:
    """What is released or held anew of a closed period, by payee.

    `earned` is what it earns as it is known now; nothing where it was not asked. `back` are the items by which
    `refunds` take back sales of it now: of a sale that is held, what is taken back is held no more. Never more is
    released than was held, and never more is held than that and what came late.
    """
    trued = {who: change for who in earned if (change := earned[who] - closed.paid.get(who, ZERO))}
    won = any(item.amount > 0 for items in back.values() for item in items)
    if not closed.held and not trued and not won:
        return
    earned = earned or closed.paid
    broken = held_entries(engine, closed.plan, books, closed.period)
    still = held_amounts(engine, closed.plan, books, closed.period, earned, closed.known)
    sales = {one.entry_id for one in broken}
    undone = {one.refund for one in refunds if one.sale in sales}
    anew = {who: _sum(one for one in items if one.reference in undone) for who, items in back.items()}
    for who in sorted(closed.held.keys() | trued.keys() | anew.keys()):
        taken = anew.get(who, ZERO)
        before, change = closed.held.get(who, ZERO), trued.get(who, ZERO) + taken
        now = still.get(who, ZERO) + taken + closed.taken_back(who, undone)
        if who in on_hold:
            # What comes late is carried while the payee is on hold; only what a break holds as well outlasts that.
            now, change = earned.get(who, ZERO), change if now else ZERO
        low, high = min(before, ZERO) + min(change, ZERO), max(before, ZERO) + max(change, ZERO)
        kept = min(max(now, low), high)
        if abs(kept) > abs(before):
            yield who, _held(closed, who, before - kept, broken)
        elif kept != before:
            yield who, _released(closed, who, before - kept, broken, undone=bool(taken))


def held_words(held: Sequence[Held]) -> str:
    """How many entries hold an amount, and the breaks by name."""
    names = sorted({f"{one.break_id} ({one.kind})" for one in held})
    count = len({one.entry_id for one in held})
    return f"held: {count} {'entry' if count == 1 else 'entries'} with open breaks: {few(names)}"


def _held(closed: Closed, who: str, amount: Decimal, broken: Sequence[Held]) -> Item:
    own = [one for one in broken if one.credited == who] or list(broken)
    words = f"late in {closed.period}, {held_words(own)}"
    return Item(str(closed.period), Kind.HOLD, amount, words, reference_of({one.break_id for one in own}))


def _sum(items: Iterable[Item]) -> Decimal:
    return sum((one.amount for one in items), ZERO)


def _released(closed: Closed, who: str, amount: Decimal, broken: Sequence[Held], *, undone: bool) -> Item:
    period, open_now = closed.period, {one.break_id for one in broken}
    holds = [
        row for row in rows_about(period, [closed.payout, *closed.after], Kind.HOLD) if row["payee"] == who
    ]
    resolved = sorted({name for row in holds for name in referred(row["reference"])} - open_now)
    why = f"resolved: {few(resolved)}" if resolved else "nothing holds it any more"
    if undone and not resolved:
        why = "its sale was undone, and what it paid is taken back"
    return Item(str(period), Kind.RELEASE, amount, f"held in {period}, {why}", reference_of(resolved))
