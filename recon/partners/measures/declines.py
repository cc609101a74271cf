"""Who does less than before: recent weeks against the partner's own history, and against its peers.

Weeks are blocks of seven days that end on the day asked for, evened out by how busy their days are. A partner's usual
week is the median of its history, its spread the median deviation from it (MAD). In decline is who lies below by more
than so many robust standard deviations (1.4826 MAD), by so many percent, and by so many points more than its peers.
All of it is whole numbers: amounts in hundredths, changes in thousandths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.partners.measures.books import DAYS, dated_table
from recon.partners.measures.seasons import factors
from recon.partners.measures.settings import Decline
from recon.partners.measures.targets import percent
from recon.partners.registry.lifecycle import WORKING
from recon.partners.registry.registry import Registry

Verdict = Literal["decline", "dormant", "reactivated", "steady", "too young"]
WEEK: Final = 7
ROBUST: Final = 14826
"""Standard deviations of a MAD for ordinary scatter, in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Trend:
    """How a partner does in a currency, with the evidence. `weeks` are the volumes of each block, the oldest first."""

    partner: str
    currency: str
    verdict: Verdict
    usual: Decimal
    spread: Decimal
    recent: Decimal
    change: Decimal | None
    peers_change: Decimal | None
    peers: int
    deviations: Decimal | None
    last_active: date | None
    weeks: Sequence[Decimal]


def trends(engine: DuckEngine, rules: Decline, registry: Registry, day: date, dormant_days: int) -> list[Trend]:
    """The trend of every working partner with any activity up to a day, by partner and currency."""
    blocks = _blocks(rules, day)
    _lay_blocks(engine, blocks, registry, blocks[rules.weeks][1])
    engine.materialise(
        "weekly",
        "SELECT k.partner, k.currency, b.block, coalesce(sum(d.volume), 0) AS volume, "
        "CAST(coalesce(sum(d.volume), 0) * 100 AS HUGEINT) * any_value(b.length) // any_value(b.exposure) AS evened "
        'FROM known AS k JOIN blocks AS b ON b.currency = k.currency AND b."first" >= k.first_day '
        f"LEFT JOIN {DAYS} AS d ON d.partner = k.partner AND d.currency = k.currency "
        'AND d.day BETWEEN b."first" AND b."last" GROUP BY k.partner, k.currency, b.block',
    )
    history = f"block <= {rules.weeks}"
    engine.materialise(
        "usual",
        f"SELECT partner, currency, quantile_disc(evened, 0.5) FILTER (WHERE {history}) AS usual, "
        f"count(*) FILTER (WHERE {history}) AS weeks, "
        f"coalesce(sum(evened) FILTER (WHERE NOT {history}), 0)::HUGEINT // {rules.recent} AS recent, "
        "list(volume ORDER BY block) AS volumes FROM weekly GROUP BY partner, currency",
    )
    engine.materialise(
        "judged",
        "SELECT u.*, s.spread, CASE WHEN u.usual > 0 THEN (u.recent - u.usual) * 1000 // u.usual END AS change, "
        "p.kind, p.region FROM usual AS u JOIN peerage AS p USING (partner) LEFT JOIN (SELECT w.partner, w.currency, "
        "quantile_disc(abs(w.evened - u.usual), 0.5) AS spread FROM weekly AS w "
        "JOIN usual AS u USING (partner, currency) "
        f"WHERE w.{history} GROUP BY ALL) AS s USING (partner, currency)",
    )
    for name, keys in (("near", "kind, region, currency"), ("far", "kind, currency")):
        engine.materialise(
            name,
            f"SELECT {keys}, quantile_disc(change, 0.5) AS change, count(*) AS peers FROM judged "
            f"WHERE change IS NOT NULL GROUP BY {keys}",
        )
    rows = engine.rows(
        "SELECT j.partner, j.currency, j.usual, j.spread, j.recent, j.change, j.weeks, j.volumes, "
        f"CASE WHEN n.peers > {rules.peers} THEN n.change ELSE f.change END, "
        f"CASE WHEN n.peers > {rules.peers} THEN n.peers ELSE f.peers END, k.last_day, k.gap FROM judged AS j "
        "JOIN known AS k USING (partner, currency) "
        "LEFT JOIN near AS n ON n.kind = j.kind AND n.region = j.region AND n.currency = j.currency "
        "LEFT JOIN far AS f ON f.kind = j.kind AND f.currency = j.currency ORDER BY j.partner, j.currency"
    )
    return [_trend(rules, day, dormant_days, row) for row in rows]


def _blocks(rules: Decline, day: date) -> list[tuple[int, date, date]]:
    """Number, first and last day of each block, the oldest first."""
    count = rules.weeks + rules.recent
    return [
        (
            number,
            day - timedelta(days=WEEK * (count - number + 1) - 1),
            day - timedelta(days=WEEK * (count - number)),
        )
        for number in range(1, count + 1)
    ]


def _lay_blocks(
    engine: DuckEngine, blocks: Sequence[tuple[int, date, date]], registry: Registry, recent_from: date
) -> None:
    first, day = blocks[0][1], blocks[-1][2]
    days = [first + timedelta(days=number) for number in range((day - first).days + 1)]
    totals: dict[str, dict[date, Decimal]] = {}
    sql = f"SELECT currency, day, sum(volume) FROM {DAYS} WHERE day BETWEEN ? AND ? GROUP BY ALL"
    for currency, on, total in engine.rows(sql, (first, day)):
        totals.setdefault(currency, {})[on] = total
    rows = []
    for currency in sorted(totals):
        busy = factors(totals[currency], days)
        for number, start, end in blocks:
            exposure = sum(busy[one] for one in days if start <= one <= end)
            rows.append({"block": number, "currency": currency, "first": start, "last": end,
                         "exposure": exposure, "length": WEEK * 1000})  # fmt: skip
    schema = pa.schema([("block", pa.int32()), ("currency", pa.string()), ("first", pa.date32()),
                        ("last", pa.date32()), ("exposure", pa.int64()), ("length", pa.int64())])  # fmt: skip
    engine.register("blocks_read", pa.Table.from_pylist(rows, schema))
    engine.materialise("blocks", "SELECT * FROM blocks_read")
    peerage = [
        {"partner": name, "kind": row["kind"], "region": row["region"], "first": day, "last": day}
        for name in registry.partners
        if (row := registry.on("partners", (name,), day)) is not None
        and registry.value("statuses", (name,), "status", day) in WORKING
    ]
    engine.register("peerage_read", dated_table(peerage, "partner", "kind", "region"))
    engine.materialise("peerage", "SELECT * FROM peerage_read")
    engine.materialise(
        "known",
        "SELECT partner, currency, min(day) AS first_day, max(day) AS last_day, "
        f"max(gap) FILTER (WHERE day >= DATE '{recent_from}') AS gap FROM ("
        "SELECT partner, currency, day, day - lag(day) OVER (PARTITION BY partner, currency ORDER BY day) AS gap "
        f"FROM {DAYS} WHERE day <= DATE '{day}') SEMI JOIN peerage USING (partner) GROUP BY ALL",
    )


def _trend(rules: Decline, day: date, dormant_days: int, row: Sequence[Any]) -> Trend:
    partner, currency, usual, spread, recent, change, weeks, volumes, peers_change, peers, last_active, gap = (
        row
    )
    usual, spread = usual or 0, spread or 0
    below = usual - recent
    deviations = percent(below * 100, spread * ROBUST) if spread else None
    verdict: Verdict = "steady"
    if (day - last_active).days > dormant_days:
        verdict = "dormant"
    elif gap is not None and gap > dormant_days:
        verdict = "reactivated"
    elif weeks * 2 < rules.weeks:
        verdict = "too young"
    elif (
        below > 0
        and change <= -10 * rules.percent
        and below * 10000 > rules.spread * ROBUST * spread
        and (peers_change is None or change <= peers_change - 10 * rules.points)
    ):
        verdict = "decline"
    return Trend(
        partner, currency, verdict, _hundredths(usual), _hundredths(spread), _hundredths(recent), _tenths(change),
        _tenths(peers_change), max((peers or 0) - 1, 0), deviations, last_active, volumes,
    )  # fmt: skip


def _hundredths(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


def _tenths(thousandths: int | None) -> Decimal | None:
    """Thousandths as percent."""
    return None if thousandths is None else Decimal(thousandths).scaleb(-1)
