"""Where the money of settlements and claims stands: paid or to be paid, waiting, in reserve, held, carried."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from recon.model.periods import Period
from recon.payouts.desk.balances import PAYING
from recon.payouts.desk.settling import WAIT
from recon.payouts.desk.shelf import PublishedPayout, Shelf
from recon.payouts.desk.states import state_of
from recon.payouts.plan.plan import Purpose
from recon.payouts.rows import Kind

ZERO = Decimal(0)
RESERVE: Final = "reserve."
CARRIED: Final = "carried"


@dataclass(frozen=True, slots=True)
class Owed:
    """One amount of a merchant or funder. `what` is the state of a payout, or waiting, reserve, held, or carried.

    `day` is the last day of the payout's period, or the day on which something is due or released; `period` is that of
    the payout that says so, or that something held is of.
    """

    plan: str
    payee: str
    name: str
    currency: str
    what: str
    day: date | None
    amount: Decimal
    period: str
    words: str = ""


def settled_in(shelf: Shelf, period: Period, purpose: Purpose) -> list[PublishedPayout]:
    """The payouts that stand of plans with a purpose, of periods within a period, oldest first."""
    return [
        one
        for one in shelf.standing()
        if period.first <= one.period.first
        and one.period.last <= period.last
        and one.as_written.purpose is purpose
    ]


def owed(shelf: Shelf, period: Period, purpose: Purpose, payees: Sequence[str] = ()) -> list[Owed]:
    """Every amount that settlements (or claims) of a period say, and what is left of earlier ones, by payee."""
    found: list[Owed] = []
    payouts = settled_in(shelf, period, purpose)
    for plan in sorted({one.plan for one in payouts}):
        own = [one for one in payouts if one.plan == plan]
        found += [line for one in own for line in _paid(shelf, one)]
        found += _left(own[-1])
        found += _held([*shelf.line(plan, own[-1].period), own[-1]])
    chosen = [one for one in found if one.amount and (not payees or one.payee in payees)]
    return sorted(chosen, key=lambda one: (one.plan, one.payee, one.day or date.max, one.what, one.words))


def _paid(shelf: Shelf, payout: PublishedPayout) -> Iterator[Owed]:
    state = state_of(shelf.store, payout).name
    for row in payout.payouts:
        who, day, period = row["payee"], payout.period.last, str(payout.period)
        yield Owed(payout.plan, who, _name(payout, who), row["paid_in"], state, day, row["paid"], period)


def _left(payout: PublishedPayout) -> Iterator[Owed]:
    """What a payout leaves for later: waiting for its day, in reserve until one, carried."""
    currency = str(payout.manifest["currency"])
    for who, balances in payout.balances.get((str(payout.period), PAYING), {}).items():
        for name, amount in balances.items():
            what, day = "carried", None
            if name.startswith(WAIT):
                what, day = "waiting", _day(name.removeprefix(WAIT))
            elif name.startswith(RESERVE):
                what, day = "reserve", _day(name.removeprefix(RESERVE))
            elif name != CARRIED:
                continue
            yield Owed(payout.plan, who, _name(payout, who), currency, what, day, amount, str(payout.period))


def _held(line: Sequence[PublishedPayout]) -> Iterator[Owed]:
    """What is held and not released, by the period it is of."""
    held: dict[tuple[str, str], Decimal] = {}
    words: dict[tuple[str, str], str] = {}
    for payout in line:
        for row in payout.late_rows:
            if row["kind"] in {Kind.HOLD, Kind.RELEASE}:
                key = (row["payee"], row["of_period"])
                held[key] = held.get(key, ZERO) - row["amount"]
                words.setdefault(key, row["words"])
    last = line[-1]
    for (who, period), amount in held.items():
        currency, day = str(last.manifest["currency"]), Period.parse(period).last
        why = words[who, period].removeprefix("held: ")
        yield Owed(last.plan, who, _name(last, who), currency, "held", day, amount, period, why)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text[:1].isdigit() else None


def _name(payout: PublishedPayout, who: str) -> str:
    return payout.known.of(who, payout.period).words.get("name", "")
