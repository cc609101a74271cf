"""Period-preserving true-ups: late units are corrected in the period that booked them, line by line.

Each period's lines are those of its own step of the running total. What a period booked and would not book now
is reversed there, at the rate it was booked; what is new is booked at the new rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from recon.payouts.facts import Facts
from recon.payouts.plan.bands import Tiers
from recon.payouts.rating import Setting
from recon.payouts.rows import EXACT, Kind
from recon.payouts.tiering import Reach, parts

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """Units at one rate, booked to a period. A line of an earlier period corrects what that period booked."""

    period: int
    rate: str
    units: Decimal
    amount: Decimal


def booked_lines(tiers: Tiers, units: Sequence[Decimal]) -> list[PeriodLine]:
    """The lines of each period for its units; under whole tiers a later step may reverse earlier lines."""
    with localcontext(EXACT):
        lines: list[PeriodLine] = []
        held: dict[str, tuple[Decimal, Decimal]] = {}
        running = ZERO
        for period, step in enumerate(units, start=1):
            running += step
            now = _by_rate(tiers, running)
            for rate in sorted(held.keys() | now.keys(), key=lambda one: (one in now, one)):
                units_now, amount_now = now.get(rate, (ZERO, ZERO))
                units_held, amount_held = held.get(rate, (ZERO, ZERO))
                if units_now == units_held and amount_now == amount_held:
                    continue
                at = period if rate in now else _booked_in(lines, rate)
                lines.append(PeriodLine(at, rate, units_now - units_held, amount_now - amount_held))
            held = now
        return lines


def corrections(tiers: Tiers, booked: Sequence[Decimal], now: Sequence[Decimal]) -> list[PeriodLine]:
    """The lines that turn what was booked into what the units now known give; earlier periods first."""
    sums: dict[tuple[int, str], tuple[Decimal, Decimal]] = {}
    for sign, lines in ((1, booked_lines(tiers, now)), (-1, booked_lines(tiers, booked))):
        for line in lines:
            units, amount = sums.get((line.period, line.rate), (ZERO, ZERO))
            sums[line.period, line.rate] = (units + sign * line.units, amount + sign * line.amount)
    return [
        PeriodLine(period, rate, *sums[period, rate])
        for period, rate in sorted(sums)
        if sums[period, rate] != (ZERO, ZERO)
    ]


def _by_rate(tiers: Tiers, total: Decimal) -> dict[str, tuple[Decimal, Decimal]]:
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for part in parts(tiers, Reach(ZERO, total, total), Setting(Facts(""))):
        units, amount = sums.get(part.rate, (ZERO, ZERO))
        added = part.units if part.kind is Kind.BAND and part.units is not None else ZERO
        sums[part.rate] = (units + added, amount + part.amount)
    return sums


def _booked_in(lines: Sequence[PeriodLine], rate: str) -> int:
    return next(line.period for line in lines if line.rate == rate)
