"""A changed plan over past periods: who gains, who loses, and what it costs altogether."""

from dataclasses import dataclass
from decimal import Decimal
from difflib import ndiff

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.payouts.activity import Books
from recon.payouts.credited import credited_books
from recon.payouts.period import Known
from recon.payouts.period_rows import period_rows
from recon.payouts.plan.plan import Plan
from recon.payouts.words import sentences

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Change:
    """What one payee earns in a period under the plan in force and under the changed one."""

    period: Period
    payee: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """What the payee gains (or loses, below zero)."""
        return self.after - self.before


def simulate(
    engine: DuckEngine,
    plans: tuple[Plan | None, Plan],
    books: Books,
    period: Period,
    known: Known | None = None,
) -> list[Change]:
    """Every payee's change between two plans, the largest loss first, then by payee.

    The first plan may be None: nothing was paid before.

    Raises:
        ConfigError: a plan asks for what the books do not have.
        InputRefused: a figure of an entry is absent, or a total lies in no band.
    """
    about = known or Known()
    sums = [
        _earned(engine, plan, books, period, about) if plan is not None else {}
        for plan in (plans[0], _as_if_in_force(plans[1], period))
    ]
    changes = [
        Change(period, who, sums[0].get(who, ZERO), sums[1].get(who, ZERO))
        for who in sorted(sums[0].keys() | sums[1].keys())
    ]
    return sorted(changes, key=lambda change: (change.difference, change.payee))


def _earned(engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known) -> dict[str, Decimal]:
    credited = credited_books(engine, plan, books, period, known)
    return dict(period_rows(engine, plan, credited, period, known).earned())


def _as_if_in_force(plan: Plan, period: Period) -> Plan:
    """A plan for the future, as if it had begun with a past period."""
    return plan.model_copy(update={"effective": min(plan.effective, period.first), "until": None})


def differences(before: Plan, after: Plan) -> list[tuple[str, str]]:
    """What two versions say differently, sentence by sentence: what was, and what will be."""
    lines = ndiff(sentences(before), sentences(after))
    words = {"-": "was", "+": "will be"}
    return [(words[line[0]], line[2:].removeprefix("- ")) for line in lines if line[0] in words]
