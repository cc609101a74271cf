"""Who stands above whom on a day, and over which days: the chain of the dated tree.

A post that nobody holds on a day is vacant: the chain goes on through it, and the level has no holder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from recon.partners.registry.reading import FIRST, LAST
from recon.partners.registry.registry import Registry

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days (both included) over which the same people hold the levels above somebody."""

    first: date
    last: date
    people: Mapping[str, str]


@dataclass(frozen=True)
class Hierarchy:
    """The tree over a registry."""

    registry: Registry

    def above(self, who: str, day: date) -> Iterator[str]:
        """Everybody above somebody on a day, the nearest first; a loop ends where it closes."""
        seen = {who}
        current = who
        while current := self.registry.value("hierarchy", (current,), "above", day):
            if current in seen:
                return
            seen.add(current)
            yield current

    def level(self, who: str, day: date) -> str:
        """What somebody is on a day: the role of a person or the kind of a partner; nothing while a post is vacant."""
        role = self.registry.value("people", (who,), "role", day)
        return role or self.registry.value("partners", (who,), "kind", day)

    def people(self, who: str, day: date) -> dict[str, str]:
        """Who holds each level above somebody on a day."""
        found: dict[str, str] = {}
        for one in self.above(who, day):
            if level := self.level(one, day):
                found.setdefault(level, one)
        return found

    def spans(self, who: str) -> list[Span]:
        """All days on which somebody stands above, in stretches over which nothing moves."""
        found: list[Span] = []
        starts = sorted(self._starts(who))
        for first, after in zip(starts, [*starts[1:], None], strict=True):
            people = self.people(who, first)
            last = after - DAY if after is not None else LAST
            if found and found[-1].people == people and found[-1].last + DAY == first:
                found[-1] = Span(found[-1].first, last, people)
            elif people:
                found.append(Span(first, last, people))
        return found

    def _starts(self, who: str) -> set[date]:
        """Every day from which on something above somebody may be different."""
        starts, waiting, seen = {FIRST}, [who], {who}
        while waiting:
            current = waiting.pop()
            starts |= self._changes.get(current, set())
            for row in self.registry.by_about["hierarchy"].get(current, ()):
                if row["above"] not in seen:
                    seen.add(row["above"])
                    waiting.append(row["above"])
        return starts

    @cached_property
    def _changes(self) -> Mapping[str, set[date]]:
        """The days on which what is said of somebody changes."""
        found: dict[str, set[date]] = {}
        for table in ("hierarchy", "people", "partners"):
            for who, rows in self.registry.by_about[table].items():
                days = found.setdefault(who, set())
                days |= {row.first for row in rows}
                days |= {row.last + DAY for row in rows if row.last != LAST}
        return found
