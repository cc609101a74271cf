"""Plain arithmetic of commissions for stories: exact fractions, rounded where money changes hands.

It works out what a story expects and never calls the program. Amounts are minor units as fractions; what is paid is a
whole number of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

T = TypeVar("T")
Money = Fraction
STEPS = (
    "earned", "held", "released", "corrected", "adjusted", "waiting", "carried_in", "tax", "reserved", "carried_out",
)  # fmt: skip


def cents(amount: Fraction | int) -> int:
    """The amount rounded to whole minor units, halves to the even neighbour."""
    return round(Fraction(amount))


def marginal(total: Fraction, bands: Sequence[tuple[int | None, Fraction]]) -> Fraction:
    """Each band's rate on its own part of the total; bands are (upper end, rate), the last one open."""
    paid, low = Fraction(0), Fraction(0)
    for high, rate in bands:
        top = total if high is None else min(total, Fraction(high))
        paid += max(top - low, Fraction(0)) * rate
        low = Fraction(high) if high is not None else low
    return paid


def whole(total: Fraction, count: Fraction, bands: Sequence[tuple[int | None, Fraction]]) -> Fraction:
    """The rate of the band that the count lies in, on all of the total; a band begins where the one before ends."""
    for high, rate in bands:
        if high is None or count < high:
            return total * rate
    raise ValueError("the last band must be open")


@dataclass
class Month:
    """What one plan pays one payee for a month, step by step, in minor units; the steps add up to net."""

    steps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STEPS, 0))

    def add(self, step: str, amount: int) -> None:
        """Add to a step."""
        self.steps[step] += amount

    @property
    def net(self) -> int:
        """The sum of the steps."""
        return sum(self.steps.values())


Earn = Callable[[Sequence[T]], Mapping[str, int]]
"""From the entries that count to what each payee earns, in minor units."""


def held_part(earn: Earn[T], counted: Sequence[T], broken: Callable[[T], bool]) -> dict[str, int]:
    """What rests on broken entries: all that is earned less what is earned without them."""
    everything, sound = earn(counted), earn([one for one in counted if not broken(one)])
    names = everything.keys() | sound.keys()
    parts = {who: everything.get(who, 0) - sound.get(who, 0) for who in names}
    return {who: amount for who, amount in parts.items() if amount}


def payees(*amounts: Mapping[str, object]) -> list[str]:
    """Everybody named, in order."""
    return sorted({who for one in amounts for who in one})


def rows(period: str, plan: str, currency: str, months: Mapping[str, Month]) -> Iterable[Sequence[str]]:
    """The expected rows of a plan: period, plan, payee, currency, each step, net; as decimal text."""
    for who in sorted(months):
        month = months[who]
        if any(month.steps.values()):
            amounts = [*month.steps.values(), month.net]
            yield [period, plan, who, currency, *(text(amount) for amount in amounts)]


def text(minor: int) -> str:
    """Minor units as plain decimal text with two digits."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"
