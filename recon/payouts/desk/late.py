"""What became known of closed periods: true-ups of what they should have paid, and releases of what they held.

A closed period is never computed again in place. The earliest period whose entries or facts are no longer those that
were paid on, and all after it, are computed again in order, each from the balances that the one before leaves, so that
caps, draws and budgets hold as if the late facts had been there. The differences are items of the open period.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.calculation.limits import Balances
from recon.payouts.desk.balances import EARNING, going_on
from recon.payouts.desk.basis import basis_of
from recon.payouts.desk.closed import Closed, rows_about
from recon.payouts.desk.held_since import held_since
from recon.payouts.desk.refunds import LateRefund, without_late_refunds
from recon.payouts.desk.settling import Item
from recon.payouts.desk.shelf import PublishedPayout
from recon.payouts.desk.taken_back import Less, lowered, taken_back
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.known_facts import KnownFact, known_in, read_facts
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind, plain

ZERO = Decimal(0)


@dataclass
class Late:
    """Items by payee, the balances with which the open period begins, and what was found of each closed period."""

    items: dict[str, list[Item]] = field(default_factory=dict)
    balances: Mapping[str, Balances] = field(default_factory=dict)
    recomputed: dict[Period, Mapping[str, Balances]] = field(default_factory=dict)
    refunds: Sequence[LateRefund] = ()
    basis: dict[str, str] = field(default_factory=dict)
    changed: bool = False
    """Whether a period so far came out differently, so that those after it have to be computed again."""

    def add(self, payee: str, *items: Item) -> None:
        """Add the items that change anything."""
        for item in items:
            if item.amount:
                self.items.setdefault(payee, []).append(item)


def late_facts(
    engine: DuckEngine,
    books: Books,
    line: Sequence[PublishedPayout],
    current: Sequence[KnownFact],
    on_hold: Collection[str] = (),
    refunds: Sequence[LateRefund] = (),
    plan: Plan | None = None,
) -> Late:
    """What the periods of a line would earn and hold by the books as they are now, against what was paid.

    Args:
        engine: holds the books.
        books: those of the run that the open period is paid on.
        line: the payouts that stand for the plan's earlier periods, oldest first.
        current: facts as known now; dated ones replace those that a period was paid on.
        on_hold: payees who are paid nothing for now; nothing of theirs is released.
        refunds: those of sales of an earlier period than their own.
        plan: the version that pays the open period; closed periods that it says it was in force in are trued up to it.

    Raises:
        InputRefused: a figure of an entry is absent, or a total lies in no band.
    """
    late = Late()
    booked = frozenset(
        row["reference"] for one in line for row in one.late_rows if row["kind"] == Kind.CORRECTION
    )
    less: list[Less] = []
    for number, payout in enumerate(line, start=1):
        _take_off(late, less, {row["reference"] for row in payout.late_rows if row["kind"] == Kind.CORRECTION})
        closed = _closed(payout, line[number:], current, number, late.balances, plan)
        everything = credited_books(engine, closed.plan, books, closed.period, closed.known)
        credited = without_late_refunds(engine, everything, refunds)
        earned = _earned_now(engine, late, closed, credited)
        before = _booked_before(closed, refunds, changed=late.changed)
        own = closed.booked.keys()
        found = taken_back(engine, closed.plan, everything, closed.period, closed.known, refunds, own, before)
        for who, item in held_since(engine, closed, credited, earned, on_hold, refunds, found.items):
            late.add(who, item)
        for who, items in found.items.items():
            late.items.setdefault(who, []).extend(items)
        less += found.less
    _take_off(late, less, {one.refund for one in less} - booked)
    return late


def _booked_before(
    closed: Closed, refunds: Sequence[LateRefund], *, changed: bool
) -> Mapping[str, Mapping[str, Decimal]]:
    """What refunds took back of a closed period that may be another amount now, by refund and payee.

    That is all of it where the period or one before it `changed`, and else what refunds took back that are gone, or
    name no sale of the period any more, as where a file was corrected.
    """
    now = {one.refund for one in refunds if one.period == closed.period}
    return {name: own for name, own in closed.booked.items() if changed or name not in now}


def _take_off(late: Late, less: Sequence[Less], refunds: Collection[str]) -> None:
    """Let balances count less from the period on that takes refunds back."""
    late.balances = lowered(late.balances, [one for one in less if one.refund in refunds])


def _earned_now(engine: DuckEngine, late: Late, closed: Closed, books: Books) -> Mapping[str, Decimal]:
    """What a closed period earns by the books as they are now; its balances and true-ups are told to `late`.

    It is computed again only where its basis, or that of a period before it, is another one. Where it is not, it
    earned what was paid for it.
    """
    period = closed.period
    basis = basis_of(engine, closed.plan, books, period, closed.known)
    late.basis[str(period)] = basis
    late.changed = late.changed or basis != _last_basis(closed.payout, closed.after)
    if not late.changed:
        late.balances = _last_balances(closed.payout, closed.after)
        return closed.paid if closed.held else {}
    rows = period_rows(engine, closed.plan, books, period, closed.known)
    earned = dict(rows.earned())
    late.balances = late.recomputed[period] = going_on(rows.balances, period, closed.plan.year_begins)
    for who in sorted(earned.keys() | closed.paid.keys()):
        late.add(who, *_true_up(closed, earned.get(who, ZERO), closed.paid.get(who, ZERO)))
    return earned


def _closed(
    payout: PublishedPayout,
    after: Sequence[PublishedPayout],
    current: Sequence[KnownFact],
    number: int,
    balances: Mapping[str, Balances],
    plan: Plan | None,
) -> Closed:
    then = [fact for path, shown in payout.inputs("facts") for fact in read_facts(path, shown)]
    known = known_in(_as_now_known(then, current), payout.period, number)
    known = replace(known, balances=balances)
    held: dict[str, Decimal] = {}
    for row in rows_about(payout.period, [payout, *after], Kind.HOLD, Kind.RELEASE):
        held[row["payee"]] = held.get(row["payee"], ZERO) - row["amount"]
    held = {who: amount for who, amount in held.items() if amount}
    return Closed(payout, after, _version(payout, after, plan), known, held)


def _version(payout: PublishedPayout, after: Sequence[PublishedPayout], plan: Plan | None) -> Plan:
    """The version by which a closed period is looked at: the latest, of those that paid since, that began before it.

    A version that comes later and says that it was in force then is one, too: what it changes is trued up.
    """
    later = [*(one.as_written for one in after), *([plan] if plan is not None else [])]
    first, last = payout.period.first, payout.period.last
    covering = [one for one in later if one.effective <= first and (one.until is None or last <= one.until)]
    return max([payout.as_written, *covering], key=lambda one: one.effective)


def _as_now_known(then: Sequence[KnownFact], current: Sequence[KnownFact]) -> list[KnownFact]:
    """The facts that a period was paid on, with the dated ones as they are known now.

    A fact without dates says nothing of earlier periods: a new quota does not change what last month's was.
    """
    dated = [fact for fact in current if fact.dated]
    keys = {fact.key for fact in dated}
    return [*(fact for fact in then if fact.key not in keys), *dated]


def _last_basis(payout: PublishedPayout, after: Sequence[PublishedPayout]) -> str:
    """What the period's amounts rested on when they were last looked at."""
    looked = [payout, *(one for one in after if str(payout.period) in one.manifest["basis"])]
    return str(looked[-1].manifest["basis"][str(payout.period)])


def _last_balances(payout: PublishedPayout, after: Sequence[PublishedPayout]) -> Mapping[str, Balances]:
    """The balances after the period, by the payout that computed them last."""
    period = str(payout.period)
    computed = [payout, *(one for one in after if period in one.manifest["recomputed"])]
    return computed[-1].balances.get((period, EARNING), {})


def _true_up(closed: Closed, now: Decimal, paid: Decimal) -> Iterator[Item]:
    version = closed.plan.version
    what = "late facts of" if version == closed.payout.as_written.version else f"{version} in"
    return true_up(closed.plan, str(closed.period), now, paid, what)


def true_up(plan: Plan, period: str, now: Decimal, paid: Decimal, what: str) -> Iterator[Item]:
    """What makes that which was paid for a closed period equal to what it earns now, booked in the open period."""
    if now == paid:
        return
    version = plan.version
    if plan.corrections.closed_periods == "period_preserving":
        yield Item(period, Kind.TRUE_UP, -paid, f"{period} as it was paid, reversed", version)
        yield Item(period, Kind.TRUE_UP, now, f"{period} as it is known now", version)
        return
    words = f"{what} {period}: {plain(now)} less {plain(paid)} paid"
    yield Item(period, Kind.TRUE_UP, now - paid, words, version)
