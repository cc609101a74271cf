"""Alerts of all monitors over the entries of a period.

Monitors that count do so together, and those that count by the hour: a monitor is a condition on entries, and one on
their counts by partner and window.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.model.wording import counted
from recon.partners.watch.alert import Alert, alert_of
from recon.partners.watch.conditions import LOOKED_AT, flagged, lay_looked_at, of_all
from recon.partners.watch.monitors import Monitor
from recon.partners.watch.sharing import shared
from recon.partners.watch.unusual import unusual_days

COUNTED: Final = ("velocity", "structuring", "round_amounts", "reversals", "chargebacks", "night")
HOUR: Final = "date_trunc('hour', event_time)"
RAISED: Final = pa.schema(
    [("number", pa.int32()), ("partner", pa.string()), ("moment", pa.timestamp("us")), ("first", pa.date32()),
     ("last", pa.date32()), ("n", pa.int64()), ("whole", pa.int64())]
)  # fmt: skip
SHARED: Final = ("shared_account", "shared_device", "reused_proof")


def alerts(engine: DuckEngine, monitors: Sequence[Monitor], zone: str, period: Period) -> list[Alert]:
    """The alerts of all monitors, monitor by monitor, each by partner and window.

    The engine holds the view `activity`; for spikes and drops it needs the table `partner_days` as well.
    """
    lay_looked_at(engine, monitors, period)
    found: dict[int, list[Alert]] = {}
    for hourly in (True, False):
        own = {
            number: one
            for number, one in enumerate(monitors)
            if one.kind in COUNTED and (one.window == "hour") is hourly
        }
        if own:
            _count(engine, own, zone, period)
            for number, one in own.items():
                _raise(engine, number, one, period)
            for number, alert in _counted(engine, own, zone, period):
                found.setdefault(number, []).append(alert)
    for number, one in enumerate(monitors):
        if one.kind in SHARED:
            found[number] = list(shared(engine, one))
        elif one.kind in {"spike", "drop"}:
            found[number] = list(_unusual(engine, one, period))
    return [alert for number in sorted(found) for alert in found[number]]


def _count(engine: DuckEngine, own: Mapping[int, Monitor], zone: str, period: Period) -> None:
    """The table `watched`: by partner and hour or day, how many entries there are and each monitor counts."""
    columns = ", ".join(
        f"count(*) FILTER (WHERE {flagged(one, zone, period)}) AS m{number}, "
        f"count(*) FILTER (WHERE {of_all(one)}) AS a{number}"
        for number, one in own.items()
    )
    moment = f", {HOUR} AS moment" if any(one.window == "hour" for one in own.values()) else ""
    engine.materialise(
        "watched",
        f"SELECT partner, day{moment}, {columns} FROM {LOOKED_AT} GROUP BY ALL",
    )
    engine.create("raised", RAISED)


def _raise(engine: DuckEngine, number: int, one: Monitor, period: Period) -> None:
    """Add to the table `raised` the partners and windows in which a monitor counts too many."""
    days = 'min(day) AS "first", max(day) AS "last"'
    window = {
        "hour": f"moment, {days}",
        "day": f"CAST(day AS TIMESTAMP) AS moment, {days}",
        "period": f"TIMESTAMP '{period.first}' AS moment, DATE '{period.first}' AS \"first\", "
        f"DATE '{period.last}' AS \"last\"",
    }[one.window]
    by = {"hour": "partner, moment", "day": "partner, day", "period": "partner"}[one.window]
    share = f" AND sum(m{number}) * 100 >= {one.percent} * sum(a{number})" if one.percent else ""
    engine.append(
        "raised",
        f"SELECT {number} AS number, partner, {window}, CAST(sum(m{number}) AS BIGINT) AS n, "
        f"CAST(sum(a{number}) AS BIGINT) AS whole FROM watched GROUP BY {by} "
        f"HAVING sum(m{number}) >= {one.at_least}{share}",
    )


def _counted(
    engine: DuckEngine, own: Mapping[int, Monitor], zone: str, period: Period
) -> Iterator[tuple[int, Alert]]:
    """The alerts in the table `raised`, with their entries: gathered in one more reading of the activity."""
    is_counted = " ".join(f"WHEN {number} THEN {flagged(one, zone, period)}" for number, one in own.items())
    hour = f" AND {HOUR} = r.moment" if any(one.window == "hour" for one in own.values()) else ""
    rows = engine.rows(
        'SELECT r.number, r.partner, r.moment, r."first", r."last", r.n, r.whole, min(value), max(value), '
        "min(currency), list(entry_id ORDER BY entry_id) "
        f"FROM {LOOKED_AT} JOIN raised AS r "
        f'ON r.partner = {LOOKED_AT}.partner AND {LOOKED_AT}.day BETWEEN r."first" AND r."last"{hour} '
        f"AND CASE r.number {is_counted} END GROUP BY ALL ORDER BY r.number, r.partner, r.moment"
    )
    for number, partner, moment, first, last, count, whole, least, most, currency, entries in rows:
        one = own[number]
        window = {"hour": f"{moment:%Y-%m-%d %H}:00 UTC", "day": f"{first}"}.get(one.window, str(period))
        words = _words(one, count, whole, (least, most, currency), window)
        yield number, alert_of(one, partner, (first, last), (str(moment),), words, count, entries)


def _words(one: Monitor, count: int, whole: int, amounts: tuple[Any, Any, str], window: str) -> str:
    least, most = (f"{value.normalize():f}" for value in amounts[:2])
    span = f"{least} to {most} {amounts[2]}" if least != most else f"{most} {amounts[2]}"
    match one.kind:
        case "structuring":
            return f"{counted(count, 'amount')} of {span} just below the limit, {window}"
        case "round_amounts":
            return f"{count} of {whole} amounts are round, {window}"
        case "reversals" | "chargebacks":
            return f"{count} {one.kind} beside {whole} sales, {window}"
        case "night":
            return f"{counted(count, 'entry')} between {one.night[0]} and {one.night[1]}, {window}"
    return f"{counted(count, 'entry')}, {window}"


def _unusual(engine: DuckEngine, one: Monitor, period: Period) -> Iterator[Alert]:
    """A day far from the usual one, with all its entries."""
    found = list(unusual_days(engine, one, period))
    rows = [{"partner": partner, "day": day, "currency": currency} for partner, day, currency, _ in found]
    schema = pa.schema([("partner", pa.string()), ("day", pa.date32()), ("currency", pa.string())])
    engine.register("unusual", pa.Table.from_pylist(rows, schema))
    entries = {
        tuple(key): names
        for *key, names in engine.rows(
            f"SELECT partner, day, currency, list(entry_id ORDER BY entry_id) FROM {LOOKED_AT} "
            "SEMI JOIN unusual USING (partner, day, currency) GROUP BY ALL"
        )
    }
    for partner, day, currency, words in found:
        names = entries[partner, day, currency]
        yield alert_of(one, partner, (day, day), (str(day), currency), words, len(names), names)
