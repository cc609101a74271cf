"""Figures of partners and groups by week and month: measures, activity, retention, targets, contacts, issues.

Money is exact and by currency; percentages are exact decimals cut after two digits. What is no money is the same in
every currency of a group.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from recon.engines.duck import DuckEngine
from recon.partners.measures.books import DAYS, is_money, lay_days, sums_of
from recon.partners.measures.counting import Counts, coming_and_going, lay_groups, sums, talks
from recon.partners.measures.groups import PRODUCT
from recon.partners.measures.settings import Measures
from recon.partners.measures.stretches import Stretch
from recon.partners.measures.targets import Aims, percent
from recon.partners.registry.registry import Registry

Figure = Decimal | int | None
BEFORE: Final = ("partners", "active", "active_percent", "active_days")
AFTER: Final = (
    "reversal_percent", "retention_percent", "activated", "reactivated", "dormant", "target", "attained_percent",
    "contacts", "coverage_percent", "opened", "resolved", "still_open",
)  # fmt: skip
"""Figures behind the measures; `target` and `attained_percent` are of the volume."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """The figures of a group in a stretch and a currency."""

    stretch: Stretch
    group: str
    currency: str
    figures: Mapping[str, Figure]


def figure_names(measures: Measures, by: str) -> list[str]:
    """The names of all figures, in the order in which they are shown."""
    if by == PRODUCT:
        return ["active", "active_days", *sums_of(measures), "reversal_percent"]
    return [*BEFORE, *sums_of(measures), *AFTER]


def kpis(
    engine: DuckEngine,
    measures: Measures,
    registry: Registry,
    by: str,
    wanted: list[Stretch],
    dormant_days: int,
) -> list[Kpi]:
    """The figures of every group in every stretch, by stretch, group and currency.

    Raises:
        UsageError: there is no such group.
    """
    if by == PRODUCT or not engine.has(DAYS):
        lay_days(engine, measures, (PRODUCT,) if by == PRODUCT else ())
    lay_groups(engine, registry, by, wanted, measures.activity.kinds)
    numbered = {one.number: one for one in wanted if one.number}
    rows = sums(engine, measures, by)
    if by == PRODUCT:
        return [
            Kpi(numbered[row["n"]], row["grp"], row["currency"],
                _own(row, measures) | {"reversal_percent": _reversed(row)})
            for row in rows
        ]  # fmt: skip
    moves, talked = coming_and_going(engine, dormant_days), talks(engine, registry, wanted)
    aims = Aims(registry)
    by_group: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_group.setdefault((row["n"], row["grp"]), []).append(row)
    keys = sorted(key for key in {*by_group, *moves, *talked} if key[0] in numbered)
    members = _members(engine) if aims.any else {}
    return [
        one
        for key in keys
        for one in _of_group(key, numbered, by_group, (moves, talked), measures, aims, members)
    ]


def _of_group(
    key: tuple[int, str],
    numbered: Mapping[int, Stretch],
    by_group: Mapping[tuple[int, str], list[dict[str, Any]]],
    counts: tuple[Counts, Counts],
    measures: Measures,
    aims: Aims,
    members: Mapping[tuple[int, str], list[str]],
) -> Iterator[Kpi]:
    stretch, group = numbered[key[0]], key[1]
    moved, talked = counts[0].get(key, {}), counts[1].get(key, {})
    target = aims.of(group, members.get(key, ()), "volume", stretch)
    nothing = {name: Decimal(0) if is_money(measures, name) else 0 for name in sums_of(measures)}
    for row in by_group.get(key) or [{"currency": "", "active": 0, "active_days": 0, **nothing}]:
        figures = _own(row, measures)
        figures |= {
            "partners": moved.get("partners", 0),
            "active_percent": percent(moved.get("active_now", 0), moved.get("partners")),
            "reversal_percent": _reversed(row),
            "retention_percent": percent(moved.get("stayed", 0), moved.get("active_before")),
            **{name: moved.get(name, 0) for name in ("activated", "reactivated", "dormant")},
            "target": target,
            "attained_percent": percent(row["volume"], target),
            "contacts": talked.get("contacts", 0),
            "coverage_percent": percent(talked.get("reached", 0), talked.get("due")),
            **{name: talked.get(name, 0) for name in ("opened", "resolved", "still_open")},
        }
        yield Kpi(stretch, group, row["currency"], figures)


def _own(row: Mapping[str, Any], measures: Measures) -> dict[str, Figure]:
    return {name: row[name] for name in ("active", "active_days", *sums_of(measures))}


def _reversed(row: Mapping[str, Any]) -> Decimal | None:
    return percent(row["reversals"], row["count"])


def _members(engine: DuckEngine) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = {}
    for number, group, partner in engine.rows("SELECT n, grp, partner FROM members WHERE n > 0 ORDER BY ALL"):
        found.setdefault((number, group), []).append(partner)
    return found
