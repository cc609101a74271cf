"""Which files have come and which should have: the days of the files in the project and of those in the store."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from recon.project.workspace import Project
from recon.sources.intake.discovery import discover
from recon.sources.intake.held import Held, Span, held
from recon.sources.profiles.expected import Absent, absent, days_of
from recon.sources.profiles.profile import LoadedProfile
from recon.store.parquet import read_table
from recon.store.published import Published
from recon.store.store import Store


def missing_files(project: Project, profiles: Sequence[LoadedProfile]) -> list[Absent]:
    """For each source that expects files, the days of which none is there; sources that lack nothing are left out.

    Files are expected up to the latest day of any file or entry that is known.

    Raises:
        ControlFailed: what the store says of its files was changed.
    """
    expecting = [one for one in profiles if one.profile.expect is not None]
    if not expecting:
        return []
    already = held(Store.open(project))
    paths: dict[str, list[str]] = defaultdict(list)
    for file in discover(project, expecting):
        paths[file.source].append(file.shown)
    for row in already.files:
        paths[row["source"]].append(row["path"])
    known = known_days(expecting, paths)
    return absences(expecting, known, _latest(known.values(), already))


def paths_of(ingests: Iterable[Published]) -> dict[str, list[str]]:
    """The paths of the files of some ingests, by source."""
    paths: dict[str, list[str]] = defaultdict(list)
    for one in ingests:
        for row in read_table(one.verified("files.parquet")).select(["source", "path"]).to_pylist():
            paths[row["source"]].append(row["path"])
    return paths


def known_days(
    profiles: Iterable[LoadedProfile], paths: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[date]]:
    """The days of the files of each source, by the patterns of its profile."""
    return {one.source: days_of(one.profile.files, paths.get(one.source, ())) for one in profiles}


def absences(
    profiles: Iterable[LoadedProfile], known: Mapping[str, Iterable[date]], until: date | None
) -> list[Absent]:
    """What is absent of the sources that expect files, in the order of their names."""
    found = [
        absent(one.source, one.profile.expect, known[one.source], until)
        for one in sorted(profiles, key=lambda one: one.source)
        if one.profile.expect is not None and until is not None
    ]
    return [one for one in found if one is not None]


def _latest(known: Iterable[Iterable[date]], already: Held) -> date | None:
    """The latest day that anything is known of."""
    days = [day for some in known for day in some]
    for one in already.ingests:
        days += [last for text in one.manifest["days"].values() if (last := Span.parse(text).last) is not None]
    return max(days, default=None)
