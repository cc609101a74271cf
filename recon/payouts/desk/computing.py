"""One plan over one period, from what was earned to what is paid, in tables of the engine and rows of payees."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.model.postings import Posting
from recon.payouts.adjustments import Adjustment, adjustment_words
from recon.payouts.books.activity import Books
from recon.payouts.calculation.limits import Balances
from recon.payouts.desk.balances import PAYING, still_said, windows_after
from recon.payouts.desk.basis import basis_of
from recon.payouts.desk.due_days import DueLater, due_later
from recon.payouts.desk.held_since import held_words
from recon.payouts.desk.late import Late, late_facts
from recon.payouts.desk.materials import FactFiles
from recon.payouts.desk.refunds import LateRefund, late_refunds, without_late_refunds
from recon.payouts.desk.settling import (
    Item,
    Settled,
    pays_at_once,
    reference_of,
    settle,
    settled_at_once,
    without_zeros,
)
from recon.payouts.desk.shelf import PublishedPayout
from recon.payouts.journal import journal_of
from recon.payouts.period_rows import PeriodRows, period_rows
from recon.payouts.periods.breaks_held import Held, held_amounts, held_by, held_entries
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.other_currencies import OtherCurrency, other_currencies
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind, Row

ZERO = Decimal(0)


@dataclass(frozen=True)
class Computed:
    """Everything a payout says; `rows` are still in the engine."""

    rows: PeriodRows
    other_currencies: Sequence[OtherCurrency]
    known: Known
    late: Late
    held: Sequence[Held]
    settled: Sequence[Settled]
    journal: Sequence[Posting]
    basis: str

    @property
    def plan(self) -> Plan:
        """The plan's version."""
        return self.rows.plan

    @property
    def period(self) -> Period:
        """The period paid."""
        return self.rows.period


@dataclass(frozen=True, slots=True)
class Before:
    """What is known before a period is paid: of payees, of entries that hold money, and late of closed periods."""

    known: Known
    books: Books
    refunds: Sequence[LateRefund]
    late: Late


def before_paying(
    engine: DuckEngine,
    books: Books,
    plan: Plan,
    period: Period,
    line: Sequence[PublishedPayout],
    facts: FactFiles,
) -> Before:
    """What a payout begins with. Raises as `compute_payout`."""
    known = facts.known(period, len(line) + 1)
    books = held_by(engine, plan, books, known.flags)
    versions = [*(one.as_written for one in line), plan]
    refunds = late_refunds(engine, versions, books, [*(one.period for one in line), period])
    late = late_facts(engine, books, line, facts.rows if line else [], known.holds, refunds, plan)
    return Before(replace(known, balances=late.balances), books, refunds, late)


def compute_payout(
    engine: DuckEngine,
    books: Books,
    plan: Plan,
    period: Period,
    line: Sequence[PublishedPayout],
    facts: FactFiles,
    by_hand: Sequence[Adjustment],
) -> Computed:
    """Compute a payout. `line` are the payouts that stand for earlier periods, oldest first.

    Raises:
        ConfigError: the plan asks for what the books do not have.
        InputRefused: facts or entries lack what the plan needs.
    """
    begun = before_paying(engine, books, plan, period, line, facts)
    known, books, late = begun.known, begun.books, begun.late
    credited = credited_books(engine, plan, books, period, known)
    credited = without_late_refunds(engine, credited, begun.refunds)
    basis = basis_of(engine, plan, credited, period, known)
    rows = period_rows(engine, plan, credited, period, known)
    earned = dict(rows.earned())
    others = other_currencies(engine, plan, credited, period, known)
    held = held_entries(engine, plan, credited, period)
    amounts = held_amounts(engine, plan, credited, period, earned, known)
    items = _items(rows, earned, _holds(engine, rows, known, earned, amounts, held), late, by_hand)
    before = line[-1].balances.get((str(line[-1].period), PAYING), {}) if line else {}
    due = due_later(rows, credited, plan.payment.hold, period)
    settled = list(_settled(plan, known, period, items, before, line, due))
    paid = [Row(item.kind, item.amount, one.payee, item.words) for one in settled for item in one.items]
    return Computed(rows, others, known, late, held, settled, journal_of(plan, paid), basis)


def _items(
    rows: PeriodRows,
    earned: Mapping[str, Decimal],
    holds: Mapping[str, Item],
    late: Late,
    by_hand: Sequence[Adjustment],
) -> dict[str, list[Item]]:
    """What each payee earned, what is held of it, late facts and adjustments, in this order."""
    period = str(rows.period)
    items: dict[str, list[Item]] = {}
    for who in sorted(earned.keys() | holds.keys() | late.items.keys() | {one.payee for one in by_hand}):
        own = [Item(period, Kind.EARNED, earned.get(who, ZERO), f"earned in {period}", rows.plan.version)]
        own += [holds[who]] if who in holds else []
        items[who] = own + late.items.get(who, [])
    for one in by_hand:
        words = adjustment_words(one)
        items[one.payee].append(Item(period, Kind.ADJUSTMENT, one.amount, words, f"approved by {one.approver}"))
    return items


def _holds(
    engine: DuckEngine,
    rows: PeriodRows,
    known: Known,
    earned: Mapping[str, Decimal],
    amounts: Mapping[str, Decimal],
    held: Sequence[Held],
) -> dict[str, Item]:
    """What is held of each payee, with the breaks that hold it, or the reason for which nothing is paid."""
    period = str(rows.period)
    credited: dict[str, set[str]] = {}
    if amounts:
        for who, activity in engine.rows(f"SELECT DISTINCT payee, credited FROM ({rows.sql})"):
            credited.setdefault(who, set()).add(activity)
    found = {}
    for who, amount in amounts.items():
        own = [one for one in held if one.credited in credited.get(who, set())]
        found[who] = Item(
            period, Kind.HOLD, -amount, held_words(own), reference_of({one.break_id for one in own})
        )
    for who, reason in known.holds.items():
        if earned.get(who):
            found[who] = Item(period, Kind.HOLD, -earned[who], f"held: {reason}", reason)
    return found


def _settled(
    plan: Plan,
    known: Known,
    period: Period,
    items: Mapping[str, Sequence[Item]],
    before: Mapping[str, Balances],
    line: Sequence[PublishedPayout],
    due: DueLater,
) -> Iterator[Settled]:
    """Every payee with something to say, by payee: items, or a balance from the period before."""
    frozen: dict[str, dict[str, Decimal]] = {}
    if plan.payment.fx is not None:
        for payout in line:
            for row in payout.payouts:
                if row["fx_rate"] is not None:
                    frozen.setdefault(row["payee"], {})[str(payout.period)] = row["fx_rate"]
    at_once, alive = pays_at_once(plan), windows_after(period, plan.year_begins)
    for who in sorted(items.keys() | before.keys()):
        own = without_zeros(items.get(who, ()))
        on_hold, carried = known.holds.get(who), before.get(who, {})
        quick = at_once and on_hold is None and who not in before
        if quick and (one := settled_at_once(plan, known, who, own)) is not None:
            yield one
            continue
        later = due.get(who) if on_hold is None else None
        about, rates = known.of(who, period), frozen.get(who, {})
        one = settle(plan, about, period, own, carried, rates, later, on_hold=on_hold)
        yield replace(one, balances=still_said(one.balances, alive))
