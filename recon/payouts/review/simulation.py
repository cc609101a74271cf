"""A changed plan over past periods: who gains, who loses, what it costs, and what it leaves for later.

Both plans are paid period by period, each from the balances that its own periods leave: totals and limits that build
up, draws and excess, standings on ladders, what waits, what is carried below a minimum or kept in reserve. Both begin
with what the payouts that are stored left before the first of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import ndiff

from recon.engines.duck import DuckEngine
from recon.errors import Problem, UsageError
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.windows import period_before
from recon.payouts.desk.balances import EARNING, PAYING, going_on, still_said, windows_after
from recon.payouts.desk.due_days import DueLater, due_later
from recon.payouts.desk.refunds import LateRefund, late_refunds, without_late_refunds
from recon.payouts.desk.settling import WAIT, Item, Settled, settle
from recon.payouts.desk.shelf import Shelf
from recon.payouts.desk.taken_back import TakenBack, lowered, taken_back
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.review.words import sentences
from recon.payouts.rows import Kind

ZERO = Decimal(0)
LATER = {
    "waiting": WAIT,
    "carried": "carried",
    "in reserve": "reserve.",
    "excess of caps": "excess.",
    "draws to recover": "draw.",
    "floors to recover": "floor.",
}
"""What a plan leaves for later periods, by how the names of the balances begin."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one payee earns and is paid in a period under the plan in force and under the changed one."""

    period: Period
    payee: str
    before: Decimal
    after: Decimal
    paid_before: Decimal
    paid_after: Decimal

    @property
    def difference(self) -> Decimal:
        """What the payee gains (or loses, below zero)."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Opening:
    """What the stored payouts of a plan left before the first simulated period: their periods and balances."""

    periods: Sequence[Period] = ()
    earning: Mapping[str, Balances] = field(default_factory=dict)
    paying: Mapping[str, Balances] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Simulated:
    """The changes, period by period, the largest loss first; and what each plan leaves for later, by what it is."""

    changes: tuple[Change, ...]
    left: tuple[Mapping[str, Decimal], Mapping[str, Decimal]]

    @property
    def gains(self) -> dict[str, Decimal]:
        """Each payee's difference over all periods."""
        sums: dict[str, Decimal] = {}
        for one in self.changes:
            sums[one.payee] = sums.get(one.payee, ZERO) + one.difference
        return sums


@dataclass(frozen=True, slots=True)
class Month:
    """One period to simulate: the version that was in force, if any, and what is known of payees."""

    period: Period
    plan: Plan | None
    known: Known = field(default_factory=Known)


def opening_of(shelf: Shelf, plan: str, period: Period) -> Opening:
    """What the stored payouts of a plan left before a period."""
    line = shelf.line(plan, period)
    if not line:
        return Opening()
    last, balances = str(line[-1].period), line[-1].balances
    earning, paying = (balances.get((last, stage), {}) for stage in (EARNING, PAYING))
    return Opening([one.period for one in line], earning, paying)


def periods_since(since: Period, period: Period) -> list[Period]:
    """The periods from one to another, each as long as the last: months, quarters, or so many days.

    Raises:
        UsageError: the first comes after the last.
    """
    if since.first > period.first:
        message = f"{since} comes after {period}: there is nothing between them to simulate"
        raise UsageError(
            Problem("period", message, hint="give the first period with --since, the last with --period")
        )
    found = [period]
    while found[0].first > since.first:
        found.insert(0, period_before(found[0]))
    return found


def simulate(
    engine: DuckEngine, changed: Plan, books: Books, months: Sequence[Month], opening: Opening | None = None
) -> Simulated:
    """Pay past periods, in order of time, by the plan that was in force and by a changed one.

    Raises:
        ConfigError: a plan asks for what the books do not have.
        InputRefused: a figure of an entry is absent, or a total lies in no band.
    """
    left = opening or Opening()
    new = _as_if_in_force(changed, months[0].period)
    ways = (_Line(engine, books, left), _Line(engine, books, left))
    changes: list[Change] = []
    for month in months:
        paid = [
            line.pay(plan, month) if plan is not None else {}
            for line, plan in zip(ways, (month.plan, new), strict=True)
        ]
        own = [_change(month.period, who, *paid) for who in sorted(paid[0].keys() | paid[1].keys())]
        changes += sorted(own, key=lambda change: (change.difference, change.payee))
    return Simulated(tuple(changes), (ways[0].left(), ways[1].left()))


class _Line:
    """One plan, paid from period to period."""

    def __init__(self, engine: DuckEngine, books: Books, opening: Opening) -> None:
        self._engine, self._books, self._opening = engine, books, opening
        self._earning, self._paying = opening.earning, opening.paying
        self._past: list[tuple[Plan, Period, Known]] = []
        self._booked: frozenset[str] = frozenset()

    def pay(self, plan: Plan, month: Month) -> dict[str, Settled]:
        """What everybody earns and is paid in the next period, in the plan's currency."""
        engine, period = self._engine, month.period
        number = len(self._opening.periods) + len(self._past) + 1
        known = replace(month.known, number=number)
        booked = self._booked
        earlier = [*self._opening.periods, *(one for _, one, _ in self._past)]
        refunds = late_refunds(
            engine, [*(one for one, _, _ in self._past), plan], self._books, [*earlier, period]
        )
        back = [self._taken_back(*one, refunds) for one in self._past]
        self._booked |= {one.refund for one in refunds}
        less = [less for one in back for less in one.less if less.refund not in booked]
        known = replace(known, balances=lowered(self._earning, less))
        credited = credited_books(engine, plan, self._books, period, known)
        rows = period_rows(engine, plan, without_late_refunds(engine, credited, refunds), period, known)
        items = {who: [Item(str(period), Kind.EARNED, amount, "earned")] for who, amount in rows.earned()}
        for one in back:
            for who, own in one.items.items():
                items.setdefault(who, []).extend(own)
        self._past.append((plan, period, known))
        self._earning = going_on(rows.balances, period, plan.year_begins)
        due = due_later(rows, credited, plan.payment.hold, period)
        settled = {one.payee: one for one in self._settled(plan, period, known, items, due)}
        self._paying = {who: one.balances for who, one in settled.items() if one.balances}
        return settled

    def _taken_back(self, plan: Plan, period: Period, known: Known, refunds: Sequence[LateRefund]) -> TakenBack:
        """What refunds of the sales of one period take back now."""
        books = credited_books(self._engine, plan, self._books, period, known)
        return taken_back(self._engine, plan, books, period, known, refunds, self._booked)

    def _settled(
        self, plan: Plan, period: Period, known: Known, items: Mapping[str, Sequence[Item]], due: DueLater
    ) -> Iterator[Settled]:
        """Everybody's payment, before it is exchanged into another currency."""
        alike = plan.model_copy(update={"payment": plan.payment.model_copy(update={"fx": None})})
        alive = windows_after(period, plan.year_begins)
        for who in sorted(items.keys() | self._paying.keys()):
            own = items.get(who, ())
            one = settle(alike, known.of(who, period), period, own, self._paying.get(who, {}), {}, due.get(who))
            yield replace(one, balances=still_said(one.balances, alive))

    def left(self) -> dict[str, Decimal]:
        """What is left for later periods, by what it is."""
        balances = [*self._earning.values(), *self._paying.values()]
        sums = {
            word: sum((own[name] for own in balances for name in own if name.startswith(start)), ZERO)
            for word, start in LATER.items()
        }
        return {word: amount for word, amount in sums.items() if amount}


def _change(period: Period, who: str, before: Mapping[str, Settled], after: Mapping[str, Settled]) -> Change:
    return Change(
        period, who, *(_earned(one.get(who)) for one in (before, after)),
        *(one[who].net if who in one else ZERO for one in (before, after)),
    )  # fmt: skip


def _earned(settled: Settled | None) -> Decimal:
    """What is earned in a period, less what refunds of earlier ones take back."""
    if settled is None:
        return ZERO
    kinds = {Kind.EARNED, Kind.CORRECTION}
    return sum((item.amount for item in settled.items if item.kind in kinds), ZERO)


def _as_if_in_force(plan: Plan, period: Period) -> Plan:
    """A plan for the future, as if it had begun with a past period."""
    return plan.model_copy(update={"effective": min(plan.effective, period.first), "until": None})


def differences(before: Plan, after: Plan) -> list[tuple[str, str]]:
    """What two versions say differently, sentence by sentence: what was, and what will be."""
    lines = ndiff(sentences(before), sentences(after))
    words = {"-": "was", "+": "will be"}
    return [(words[line[0]], line[2:].removeprefix("- ")) for line in lines if line[0] in words]
