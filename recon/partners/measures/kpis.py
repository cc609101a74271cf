"""Figures of partners and groups by week and month: measures, activity, retention, targets, contacts, issues.

Money is exact and by currency; percentages are exact decimals cut after two digits. What is no money is the same in
every currency of a group.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from recon.engines.duck import DuckEngine
from recon.partners.measures.books import DAYS, is_money, lay_days, sums_of
from recon.partners.measures.counting import coming_and_going, lay_groups, sums, talks
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
"""Figures behind the measures; `target` and `attained_percent` are of the volume.

Nothing is attained in percent where a group has volume in several currencies.
"""


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
    names = ("active", "active_days", *sums_of(measures))
    if by == PRODUCT:
        return [
            Kpi(numbered[row["n"]], row["grp"], row["currency"],
                {name: row[name] for name in names} | {"reversal_percent": percent(row["reversals"], row["count"])})
            for row in rows
        ]  # fmt: skip
    counts = coming_and_going(engine, dormant_days)
    for key, more in talks(engine, registry, wanted).items():
        counts.setdefault(key, {}).update(more)
    by_group: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_group.setdefault((row["n"], row["grp"]), []).append(row)
    aims = Aims(registry)
    members = _members(engine) if aims.any else {}
    nothing = {"currency": "", **{name: Decimal(0) if is_money(measures, name) else 0 for name in names}}
    found = []
    for key in sorted(key for key in by_group.keys() | counts.keys() if key[0] in numbered):
        stretch = numbered[key[0]]
        target = aims.of(key[1], members.get(key, ()), "volume", stretch) if aims.any else None
        counted = _counted(counts.get(key, {}), target)
        own = by_group.get(key) or [nothing]
        one_currency = len({row["currency"] for row in own}) == 1  # a target names none to compare with
        for row in own:
            figures = {name: row[name] for name in names} | counted
            figures["reversal_percent"] = percent(row["reversals"], row["count"])
            figures["attained_percent"] = percent(row["volume"], target) if one_currency else None
            found.append(Kpi(stretch, key[1], row["currency"], figures))
    return found


def _counted(counts: Mapping[str, int], target: Decimal | None) -> dict[str, Figure]:
    """What is the same in every currency of a group."""
    get = counts.get
    return {
        "partners": get("partners", 0),
        "active_percent": percent(get("active_now", 0), get("partners")),
        "retention_percent": percent(get("stayed", 0), get("active_before")),
        "activated": get("activated", 0),
        "reactivated": get("reactivated", 0),
        "dormant": get("dormant", 0),
        "target": target,
        "contacts": get("contacts", 0),
        "coverage_percent": percent(get("reached", 0), get("due")),
        "opened": get("opened", 0),
        "resolved": get("resolved", 0),
        "still_open": get("still_open", 0),
    }


def _members(engine: DuckEngine) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = {}
    for number, group, partner in engine.rows("SELECT n, grp, partner FROM members WHERE n > 0 ORDER BY ALL"):
        found.setdefault((number, group), []).append(partner)
    return found
