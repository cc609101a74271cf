"""Cases against their clock, and what they tell together: causes, ages, time to resolve, who asks again and again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import Final

from recon.breaks.cases.case import Case, CaseStatus
from recon.breaks.cases.clock import BusinessClock
from recon.project.cases import CaseSettings

NEARLY: Final = 75
"""Percent of its time after which a case is nearly late."""
_AGES: Final = ((480, "up to 8 h"), (960, "up to 16 h"), (2400, "up to 40 h"))


@dataclass(frozen=True, slots=True)
class Timed:
    """A case with its clock: business minutes used and allowed, when it is due, and whether it is late."""

    case: Case
    used: int
    allowed: int
    due: datetime | None

    @property
    def clock(self) -> str:
        """`late`, `nearly late`, `in time`, or `stopped` while it waits for whoever asked."""
        if self.used > self.allowed:
            return "late"
        if self.case.status is CaseStatus.WAITING:
            return "stopped"
        return "nearly late" if self.case.is_living and self.used * 100 > self.allowed * NEARLY else "in time"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: how many cases, how many live or are late, and the business minutes that they took."""

    group: str
    cases: int
    living: int
    late: int
    reopened: int
    median_minutes: int | None
    longest_minutes: int | None


def hours(minutes: int) -> str:
    """Minutes as hours and minutes."""
    return f"{minutes // 60}:{minutes % 60:02}"


def timed(one: Case, settings: CaseSettings, now: datetime) -> Timed:
    """A case with its clock at a moment.

    Raises:
        ConfigError: the calendar of the settings does not exist.
    """
    clock = BusinessClock.of(settings)
    used = sum(clock.minutes(part.start, part.end or now) for part in one.stretches)
    allowed = settings.hours_for(one.priority) * 60
    running = bool(one.stretches) and one.stretches[-1].end is None
    due = clock.after(now, allowed - used) if running and used <= allowed else None
    return Timed(one, used, allowed, due)


def escalated(held: Iterable[Timed]) -> list[Timed]:
    """The living cases that are late, the latest first."""
    late = [one for one in held if one.case.is_living and one.clock == "late"]
    return sorted(late, key=lambda one: (one.allowed - one.used, one.case.number))


def report(held: Sequence[Timed], by: str) -> list[Line]:
    """The cases by `cause`, `age`, `asker`, `owner` or `month`, the largest group first."""
    groups: dict[str, list[Timed]] = defaultdict(list)
    for one in held:
        groups[_GROUPS[by](one)].append(one)
    lines = [_line(name, found) for name, found in groups.items()]
    return sorted(lines, key=lambda line: (-line.cases, line.group))


def offenders(held: Sequence[Timed]) -> list[Line]:
    """What asks or causes again and again: askers and linked merchants with several cases."""
    found = [line for line in report(held, "asker") if line.cases > 1]
    merchants: dict[str, list[Timed]] = defaultdict(list)
    for one in held:
        for link in one.case.links:
            if link.what == "merchant" and link.name != one.case.asked_by:
                merchants[f"merchant {link.name}"].append(one)
    return found + [_line(name, mine) for name, mine in sorted(merchants.items()) if len(mine) > 1]


def _line(name: str, found: Sequence[Timed]) -> Line:
    times = sorted(one.used for one in found if not one.case.is_living)
    return Line(
        group=name,
        cases=len(found),
        living=sum(one.case.is_living for one in found),
        late=sum(one.clock == "late" for one in found),
        reopened=sum(one.case.reopened for one in found),
        median_minutes=median_low(times) if times else None,
        longest_minutes=times[-1] if times else None,
    )


def _age(one: Timed) -> str:
    return next((words for most, words in _AGES if one.used <= most), "over 40 h")


_GROUPS: Final[Mapping[str, Callable[[Timed], str]]] = {
    "cause": lambda one: one.case.cause or "not resolved",
    "age": _age,
    "asker": lambda one: one.case.asked_by,
    "owner": lambda one: one.case.owner or "nobody",
    "month": lambda one: f"{one.case.opened_at:%Y-%m}",
}
