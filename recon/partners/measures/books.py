"""The activity of partners in tables of the engine: entries with their partner, and their sums day by day.

`activity` is a view with one row for each entry that counts; `partner_days` holds their sums by partner, day and
currency, on which all figures rest: entries are read once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.matchers.standing import (
    MATCHED,
    decided_in,
    decisions_of,
    lay_matched,
    lay_taken_back,
    leave_out_withdrawn,
)
from recon.matchers.wholes import PARTS, parts_files
from recon.model.tables import ENTRIES as ENTRY
from recon.partners.measures.settings import Activity, Measure, Measures
from recon.partners.registry.registry import Registry
from recon.project.workspace import Project
from recon.store.lineage import continued
from recon.store.store import Store

ENTRIES, HOLDINGS, ACTIVITY, DAYS = "entries", "holdings", "activity", "partner_days"
MONEY_SQL: Final = "DECIMAL(38,8)"
_DATED: Final = [("first", pa.date32()), ("last", pa.date32())]


@contextmanager
def activity_of(
    project: Project, store: Store, measures: Measures, registry: Registry, temporary: Path | None = None
) -> Iterator[DuckEngine]:
    """An engine with the view `activity` over all published entries that stand; every file read is verified.

    Raises:
        ControlFailed: something published is gone or was changed.
        UsageError: matched entries are asked for, and there is no run.
    """
    ingests = store.ingests()
    tables = {ENTRIES: [one.verified("entries.parquet") for one in ingests]}
    runs = continued(store, store.run("latest")) if measures.activity.of == "matched" else ()
    if runs:
        tables |= {name: [one.verified(f"{name}.parquet") for one in runs] for name in ("members", "matches")}
        tables[PARTS] = parts_files(runs)
    inputs = [path for paths in tables.values() for path in paths]
    inputs += [decisions_of(one) for one in decided_in(runs)]
    machine = project.settings.run
    with DuckEngine.open(machine.memory_mb, machine.threads, temporary, inputs) as engine:
        for name, paths in tables.items():
            if paths:
                engine.scan(name, paths)
        if not tables[ENTRIES]:
            engine.register(ENTRIES, ENTRY.empty_table())
        leave_out_withdrawn(engine, ENTRIES, ingests)
        if runs:
            lay_taken_back(engine, runs)
            lay_matched(engine)
        lay_activity(engine, measures.activity, registry)
        yield engine


def lay_activity(engine: DuckEngine, activity: Activity, registry: Registry) -> None:
    """The view `activity` over the table `entries` of an engine."""
    named = word(activity.partner)
    partner, joins = named, ""
    if activity.holder_of is not None:
        rows = [
            {"partner": row["partner"], "thing": row["thing"], "first": row.first, "last": row.last}
            for row in registry.tables["holdings"]
            if row["what"] == activity.holder_of
        ]
        schema = pa.schema([("partner", pa.string()), ("thing", pa.string()), *_DATED])
        engine.register("held_things", pa.Table.from_pylist(rows, schema))
        engine.materialise(HOLDINGS, "SELECT * FROM held_things")
        partner = "h.partner"
        joins = f'JOIN {HOLDINGS} AS h ON h.thing = {named} AND {DAY} BETWEEN h."first" AND h."last"'
    matched = f"SEMI JOIN {MATCHED} AS m ON m.entry_id = e.entry_id " if activity.of == "matched" else ""
    sources = ", ".join(text_literal(one) for one in activity.source)
    types = ", ".join(text_literal(one) for one in activity.types)
    product = f"coalesce({word(activity.product)}, '')" if activity.product else "''"
    engine.view(
        ACTIVITY,
        f"SELECT e.*, {partner} AS partner, {DAY} AS day, {product} AS product, "
        f"coalesce(e.{identifier(activity.value)}, e.amount) AS value, {REVERSED} AS reversed "
        f"FROM {ENTRIES} AS e {matched}{joins} "
        f"WHERE e.source IN ({sources}) AND e.type IN ({types}) AND e.status = 'booked' AND {partner} IS NOT NULL "
        f"AND {DAY} IS NOT NULL",
    )


DAY: Final = "coalesce(e.business_date, e.booking_date)"
REVERSED: Final = "(e.is_reversal OR e.type = 'refund')"


def word(name: str, table: str = "e") -> str:
    """A column or an attribute of an entry."""
    if name in ENTRY.names:
        return f"{table}.{identifier(name)}"
    return f"{table}.attributes[{text_literal(name)}]"


def lay_days(engine: DuckEngine, measures: Measures, by: Sequence[str] = ()) -> int:
    """The table `partner_days`: sums by partner, day and currency, and by more columns of `activity` if asked for."""
    keys = ", ".join(["partner", "day", "currency", *by])
    columns = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in sums_of(measures).items())
    return engine.materialise(DAYS, f"SELECT {keys}, {columns} FROM {ACTIVITY} GROUP BY ALL")


def sums_of(measures: Measures) -> dict[str, str]:
    """The aggregate of each measure by name; money first exact, counts as whole numbers."""
    return {
        "volume": f"CAST(sum(value) AS {MONEY_SQL})",
        "count": "count(*) FILTER (WHERE NOT reversed AND type <> 'chargeback')",
        "fees": f"CAST(coalesce(sum(fee), 0) AS {MONEY_SQL})",
        "reversals": "count(*) FILTER (WHERE reversed)",
        "chargebacks": "count(*) FILTER (WHERE type = 'chargeback')",
        **{name: _aggregate(one) for name, one in measures.measures.items()},
    }


def is_money(measures: Measures, name: str) -> bool:
    """Whether a measure is an amount of a currency."""
    own = measures.measures.get(name)
    return own.sum is not None if own is not None else name in {"volume", "fees"}


def _aggregate(measure: Measure) -> str:
    conditions = [
        f"{word(name, ACTIVITY)} IN ({', '.join(text_literal(value) for value in values)})"
        for name, values in measure.where.items()
    ]
    where = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
    if measure.sum is None:
        return f"count(*){where}"
    return f"CAST(coalesce(sum({identifier(measure.sum)}){where}, 0) AS {MONEY_SQL})"


def local_time(zone: str, first: date, last: date) -> str:
    """The local time of entries between two days, as SQL: the offsets of the zone are spelled out.

    Zones are Python's, never the engine's, so that every machine sees the same hour.
    """
    offsets: list[tuple[datetime, int]] = []
    moment, end = datetime.combine(first, datetime.min.time()), datetime.combine(last, datetime.max.time())
    own = ZoneInfo(zone)
    while moment <= end:
        minutes = _offset(moment, own)
        if not offsets or offsets[-1][1] != minutes:
            offsets.append((moment, minutes))
        moment += timedelta(hours=1)
    spelled = " ".join(
        f"WHEN event_time >= TIMESTAMP '{start}' THEN {minutes}" for start, minutes in reversed(offsets)
    )
    return f"(event_time + to_minutes(CASE {spelled} ELSE {offsets[0][1]} END))"


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    away = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).utcoffset() or timedelta(0)
    return int(away.total_seconds()) // 60


def dated_table(rows: Sequence[Mapping[str, object]], *columns: str) -> pa.Table:
    """Rows of texts with their days, as a table of the engine."""
    schema = pa.schema([*((name, pa.string()) for name in columns), *_DATED])
    return pa.Table.from_pylist(list(rows), schema)
