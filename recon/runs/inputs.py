"""The inputs of a run: what was taken in, what of it is new, the run that it continues, and its as-of date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from recon.errors import Problem, UsageError
from recon.runs.days import last_day
from recon.store.published import Published


@dataclass(frozen=True)
class Scope:
    """The inputs of a run: all ingests, those that are new to it, the run it continues, its as-of date."""

    ingests: Sequence[Published]
    new: Sequence[Published]
    previous: Published | None
    as_of: date

    @property
    def previous_as_of(self) -> date | None:
        """The as-of date of the run before."""
        return date.fromisoformat(self.previous.manifest["as_of"]) if self.previous else None

    @cached_property
    def falls_due(self) -> bool:
        """Whether any entry that the run before knew lies after the day of that run."""
        last = last_day(self.earlier) if self.previous_as_of else None
        return last is not None and self.previous_as_of is not None and last > self.previous_as_of

    @property
    def entries(self) -> int:
        """How many entries all ingests hold."""
        return sum(one.rows("entries.parquet") for one in self.ingests)

    @property
    def earlier(self) -> list[Published]:
        """The ingests that the run before knew."""
        new = {one.identity for one in self.new}
        return [one for one in self.ingests if one.identity not in new]


def find_scope(ingests: Sequence[Published], previous: Published | None, as_of: date | None) -> Scope:
    """The inputs of a run as of a date; without one, the last business date among all entries.

    Raises:
        UsageError: nothing was ingested, or the date lies before the run that would be continued.
    """
    if not ingests:
        raise UsageError(
            Problem("nothing-ingested", "there are no entries to match", hint="load files with `recon ingest`")
        )
    seen = set(previous.manifest["inputs"]["ingests"]) if previous else set()
    new = [one for one in ingests if one.identity not in seen]
    chosen = as_of or _latest_day(ingests, previous)
    scope = Scope(list(ingests), new, previous, chosen)
    if previous is not None:
        refuse_going_back(previous, chosen)
    return scope


def refuse_going_back(previous: Published, as_of: date) -> None:
    """Refuse a run as of a day before the run that it would continue.

    Raises:
        UsageError: it is.
    """
    before = date.fromisoformat(previous.manifest["as_of"])
    if as_of < before:
        raise UsageError(
            Problem(
                "period-closed",
                f"the latest run is as of {before}; a run as of {as_of} would go back in time",
                hint="a late entry belongs to the next run; `--fresh` recomputes from the first file on",
            )
        )


def _latest_day(ingests: Sequence[Published], previous: Published | None) -> date:
    last = last_day(ingests)
    before = date.fromisoformat(previous.manifest["as_of"]) if previous else None
    known = [day for day in (last, before) if day is not None]
    if not known:
        raise UsageError(
            Problem("no-dates", "no entry has a business date", hint="say the date with `--as-of`")
        )
    return max(known)
