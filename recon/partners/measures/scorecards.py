"""One partner or person on one page: figures now and before, the peers' median, the trend with its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median_low

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.partners.measures.groups import PARTNER
from recon.partners.measures.kpis import Figure, Kpi, figure_names, kpis
from recon.partners.measures.settings import Measures
from recon.partners.measures.stretches import Stretch, stretches
from recon.partners.measures.targets import percent
from recon.partners.registry.registry import Registry


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of a scorecard: now, before, the change in percent, and the peers' middle value now."""

    figure: str
    currency: str
    now: Figure
    before: Figure
    change: Decimal | None
    peers: Figure


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A partner's or person's figures in a stretch. `peers` is how many there are beside."""

    stretch: Stretch
    before: Stretch
    lines: Sequence[Line]
    peers: int


def scorecard(
    engine: DuckEngine, measures: Measures, registry: Registry, who: str, period: Period, dormant_days: int
) -> Scorecard:
    """The scorecard of a partner among partners of its kind and region, or of a person among those of the same role.

    Raises:
        UsageError: the registry does not know the name.
    """
    registry.refuse_unknown(who)
    before, now = stretches(period, "period")
    earlier = stretches(Period(before.first, before.last), "period")[0]
    wanted = [earlier, Stretch(1, before.first, before.last), Stretch(2, now.first, now.last)]
    role = registry.value("people", (who,), "role", now.last) or registry.value(
        "people", (who,), "role", now.first
    )
    found = kpis(engine, measures, registry, role or PARTNER, wanted, dormant_days)
    peers = _peers(registry, who, role, found, now)
    lines = [
        line
        for currency in _currencies(found, who)
        for line in _lines(found, who, peers, currency, figure_names(measures, PARTNER))
    ]
    return Scorecard(wanted[2], wanted[1], lines, len(peers))


def _peers(registry: Registry, who: str, role: str, found: Sequence[Kpi], now: Stretch) -> set[str]:
    if role:
        return {one.group for one in found if one.stretch.number == 2} - {who}
    own = registry.on("partners", (who,), now.last)
    if own is None:
        return set()
    return {
        row["partner"]
        for partner in registry.partners
        if (row := registry.on("partners", (partner,), now.last)) is not None
        and (row["kind"], row["region"]) == (own["kind"], own["region"])
    } - {who}


def _currencies(found: Sequence[Kpi], who: str) -> list[str]:
    """The currencies of somebody's figures; none at all is said as such."""
    named = sorted({one.currency for one in found if one.group == who and one.currency})
    return named or [""]


def _lines(found: Sequence[Kpi], who: str, peers: set[str], currency: str, names: Sequence[str]) -> list[Line]:
    by_number: dict[int, Mapping[str, Figure]] = {}
    others: list[Mapping[str, Figure]] = []
    for one in found:
        if one.currency not in {currency, ""}:
            continue
        if one.group == who:
            by_number[one.stretch.number] = one.figures
        elif one.group in peers and one.stretch.number == 2:
            others.append(one.figures)
    lines = []
    for name in names:
        now, before = (by_number.get(number, {}).get(name) for number in (2, 1))
        values = [value for one in others if (value := one.get(name)) is not None]
        change = (
            None
            if now is None or before is None
            else percent(Decimal(now) - Decimal(before), abs(Decimal(before)))
        )
        lines.append(Line(name, currency, now, before, change, median_low(values) if values else None))
    return lines
