"""What closed periods hold now: what nothing holds any more is released, and what came late with a break is held.

What was paid already is not taken back where a break opens later; but nothing more is paid on an entry that has one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.payouts.activity import Books
from recon.payouts.breaks_held import Held, held_amounts, held_entries
from recon.payouts.desk.closed import Closed, rows_about
from recon.payouts.desk.settling import Item, few, reference_of, referred
from recon.payouts.rows import Kind

ZERO = Decimal(0)


def held_since(
    engine: DuckEngine, closed: Closed, books: Books, earned: Mapping[str, Decimal], on_hold: Collection[str]
) -> Iterator[tuple[str, Item]]:
    """What is released or held anew of a closed period, by payee.

    `earned` is what it earns as it is known now; nothing where it was not asked. Never more is released than was held,
    and never more is held than that and what came late.
    """
    trued = {who: change for who in earned if (change := earned[who] - closed.paid.get(who, ZERO))}
    if not closed.held and not trued:
        return
    broken = held_entries(engine, closed.plan, books, closed.period)
    still = held_amounts(engine, closed.plan, books, closed.period, earned, closed.known)
    for who in sorted(closed.held.keys() | trued.keys()):
        before, change = closed.held.get(who, ZERO), trued.get(who, ZERO)
        now = still.get(who, ZERO)
        if who in on_hold:
            # What comes late is carried while the payee is on hold; only what a break holds as well outlasts that.
            now, change = earned.get(who, ZERO), change if now else ZERO
        low, high = min(before, ZERO) + min(change, ZERO), max(before, ZERO) + max(change, ZERO)
        kept = min(max(now, low), high)
        if abs(kept) > abs(before):
            yield who, _held(closed, who, before - kept, broken)
        elif kept != before:
            yield who, _released(closed, who, before - kept, broken)


def held_words(held: Sequence[Held]) -> str:
    """How many entries hold an amount, and the breaks by name."""
    names = sorted({f"{one.break_id} ({one.kind})" for one in held})
    count = len({one.entry_id for one in held})
    return f"held: {count} {'entry' if count == 1 else 'entries'} with open breaks: {few(names)}"


def _held(closed: Closed, who: str, amount: Decimal, broken: Sequence[Held]) -> Item:
    own = [one for one in broken if one.credited == who] or list(broken)
    words = f"late in {closed.period}, {held_words(own)}"
    return Item(str(closed.period), Kind.HOLD, amount, words, reference_of({one.break_id for one in own}))


def _released(closed: Closed, who: str, amount: Decimal, broken: Sequence[Held]) -> Item:
    period, open_now = closed.period, {one.break_id for one in broken}
    holds = [
        row for row in rows_about(period, [closed.payout, *closed.after], Kind.HOLD) if row["payee"] == who
    ]
    resolved = sorted({name for row in holds for name in referred(row["reference"])} - open_now)
    why = f"resolved: {few(resolved)}" if resolved else "nothing holds it any more"
    return Item(str(period), Kind.RELEASE, amount, f"held in {period}, {why}", reference_of(resolved))
