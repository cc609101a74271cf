"""How well matching goes: rates by count and amount, automatic against by hand, causes, owners, and the trend of these.

The trend runs over the periods that were closed before the run; while none is, over the runs that it continues. Both
are read from the run's own manifest, so that the same run always gives the same figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from recon.outputs import tallies
from recon.outputs.assemble import rates_of
from recon.outputs.exact import tidy, total
from recon.outputs.report import RateLine, RunReport
from recon.outputs.run_folder import RunFolder
from recon.store.manifest import MANIFEST

MOST_POINTS = 12
"""Points of the trend, the run itself included; older ones are left out."""
AUTOMATIC, BY_HAND = "automatic", "by hand"
_WAYS = {"confirmed": AUTOMATIC, "manual": BY_HAND}


@dataclass(frozen=True, slots=True)
class TrendRate:
    """Match rate of one side of a rule set in one currency at one point of the trend."""

    label: str
    run: str
    ruleset: str
    rate: RateLine


@dataclass(frozen=True, slots=True)
class TrendBreaks:
    """Breaks at one point of the trend, by count."""

    label: str
    run: str
    breaks: int
    overdue: int


@dataclass(frozen=True, slots=True)
class WayLine:
    """Matches of a rule set that passes confirmed, or that people made. `amount` is of the left side, signed."""

    ruleset: str
    currency: str
    way: str
    matches: int
    entries: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CauseLine:
    """Breaks of one kind and currency over all rule sets."""

    kind: str
    currency: str
    count: int
    amount: Decimal
    overdue: int


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """What one person has to clear in one currency; nobody's has an empty name."""

    owner: str
    currency: str
    count: int
    amount: Decimal
    overdue: int
    oldest_days: int


@dataclass(frozen=True, slots=True)
class Performance:
    """Everything that is told of how matching goes."""

    ways: tuple[WayLine, ...]
    causes: tuple[CauseLine, ...]
    owners: tuple[OwnerLine, ...]
    trend: tuple[TrendRate, ...]
    trend_breaks: tuple[TrendBreaks, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The points of the trend, oldest first."""
        return tuple(point.label for point in self.trend_breaks)


def performance(report: RunReport, folder: Path, owners: Mapping[str, str] | None = None) -> Performance:
    """How matching went in the run in the folder, and in those before it that lie beside it.

    `owners` names who each break belongs to, by its id.

    Raises:
        ControlFailed: a table of a run is not what its manifest says.
    """
    run = RunFolder(folder)
    points = _points(run)
    trend = [
        TrendRate(label, one.path.name, name, rate)
        for label, one in points
        for name, rates in sorted(rates_of(one).items())
        for rate in rates
    ]
    breaks = [
        TrendBreaks(label, one.path.name, sum(k["count"] for k in kinds), sum(k["overdue"] for k in kinds))
        for label, one in points
        for kinds in [tallies.break_kinds(one)]
    ]
    return Performance(_ways(report), _causes(report), _owners(run, owners or {}), tuple(trend), tuple(breaks))


def _points(run: RunFolder) -> list[tuple[str, RunFolder]]:
    """The points of the trend with their labels, oldest first, the run itself last."""
    closed: Sequence[Mapping[str, Any]] = run.manifest.get("closed", ())
    found: list[tuple[str, RunFolder]] = []
    if closed:
        for one in closed[-(MOST_POINTS - 1) :]:
            folder = run.path.parent / str(one["run"])
            if (folder / MANIFEST).is_file():
                found.append((str(one["period"]), RunFolder(folder)))
    else:
        name = run.manifest["previous_run"]
        while (
            name is not None and len(found) < MOST_POINTS - 1 and (run.path.parent / name / MANIFEST).is_file()
        ):
            earlier = RunFolder(run.path.parent / name)
            found.insert(0, (str(earlier.manifest["as_of"]), earlier))
            name = earlier.manifest["previous_run"]
    own = str(run.manifest["period"] or run.manifest["as_of"]) if closed else str(run.manifest["as_of"])
    return [*found, (own, run)]


def _ways(report: RunReport) -> tuple[WayLine, ...]:
    held: dict[tuple[str, str, str], list[tuple[int, int, Decimal]]] = defaultdict(list)
    for line in report.matches:
        if way := _WAYS.get(line.state):
            entries = line.left_count + line.right_count
            held[line.ruleset, line.currency, way].append((line.matches, entries, line.left_amount))
    return tuple(
        WayLine(
            *key, sum(m for m, _, _ in parts), sum(e for _, e, _ in parts), tidy(total(a for _, _, a in parts))
        )
        for key, parts in sorted(held.items())
    )


def _causes(report: RunReport) -> tuple[CauseLine, ...]:
    held: dict[tuple[str, str], list[tuple[int, Decimal, int]]] = defaultdict(list)
    for line in report.breaks:
        held[line.currency, line.kind].append((line.count, line.amount, line.overdue))
    return tuple(
        CauseLine(
            kind,
            currency,
            sum(c for c, _, _ in parts),
            tidy(total(a for _, a, _ in parts)),
            sum(o for _, _, o in parts),
        )
        for (currency, kind), parts in sorted(held.items())
    )


def _owners(run: RunFolder, owners: Mapping[str, str]) -> tuple[OwnerLine, ...]:
    import polars as pl

    as_of = pl.lit(run.manifest["as_of"]).str.to_date()
    owner = pl.col("break_id").replace_strict(owners, default="", return_dtype=pl.String)
    rows = (
        tallies.live_breaks(run)
        .with_columns((owner if owners else pl.lit("")).alias("owner"))
        .group_by("owner", "currency")
        .agg(
            pl.len().alias("count"),
            pl.col("amount").sum(),
            (pl.col("due_date") < as_of).fill_null(value=False).cast(pl.Int64).sum().alias("overdue"),
            pl.col("age_days").max().alias("oldest_days"),
        )
        .sort("owner", "currency")
        .collect()
        .to_dicts()
    )
    return tuple(OwnerLine(**{**row, "amount": tidy(row["amount"])}) for row in _named_first(rows))


def _named_first(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["owner"] == "", row["owner"], row["currency"]))
