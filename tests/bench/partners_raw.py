"""The yardstick: the bare aggregations and windows that figures, trends and monitors rest on, in plain DuckDB."""

import argparse
from pathlib import Path
from typing import Final

import duckdb

from tests.bench.partners_generate import ENTRIES_FILE, REGISTRY

ACTIVITY: Final = (
    "SELECT h.partner, e.business_date AS day, e.currency, e.gross, e.fee, e.is_reversal, e.event_time, "
    "e.attributes['device'] AS device, e.attributes['proof'] AS proof, e.entry_id "
    "FROM entries AS e JOIN holdings AS h ON h.thing = e.attributes['terminal']"
)
OCTOBER: Final = "day >= DATE '2026-10-01'"
GROUPS: Final = ("o.owner", "p.region")
QUERIES: Final = (
    f"CREATE TABLE days AS SELECT partner, day, currency, sum(gross) AS volume, count(*) AS n, sum(fee) AS fees, "
    f"count(*) FILTER (WHERE is_reversal) AS reversed FROM ({ACTIVITY}) GROUP BY ALL",
    *(
        f"SELECT partner, date_trunc('{each}', day) AS t, currency, sum(volume), sum(n), sum(fees), sum(reversed), "
        "count(DISTINCT day) FROM days GROUP BY ALL"
        for each in ("week", "month")
    ),
    *(
        f"SELECT {group}, date_trunc('month', d.day) AS t, d.currency, sum(d.volume), sum(d.n), sum(d.fees), "
        "sum(d.reversed), count(DISTINCT d.partner), count(DISTINCT (d.partner, d.day)) FROM days AS d "
        "JOIN owners AS o USING (partner) JOIN partners AS p USING (partner) GROUP BY ALL"
        for group in GROUPS
    ),
    "CREATE TABLE weeks AS SELECT DISTINCT partner, date_trunc('week', day) AS week FROM days",
    "SELECT a.week, count(*) FROM weeks AS a JOIN weeks AS b "
    "ON b.partner = a.partner AND b.week = a.week - INTERVAL 7 DAY GROUP BY ALL",
    "SELECT partner, day, lag(day) OVER (PARTITION BY partner ORDER BY day) FROM days",
    "CREATE TABLE usual AS SELECT partner, quantile_disc(volume, 0.5) AS usual, list(volume ORDER BY day) AS volumes "
    "FROM (SELECT partner, date_trunc('week', day) AS day, sum(volume) AS volume FROM days GROUP BY ALL) GROUP BY ALL",
    "SELECT partner, quantile_disc(abs(d.volume - u.usual), 0.5) FROM days AS d JOIN usual AS u USING (partner) "
    "GROUP BY ALL",
    f"CREATE TABLE daily AS SELECT partner, day, count(*) FILTER (WHERE gross BETWEEN 19000 AND 20000) AS near, "
    "count(*) FILTER (WHERE hour(event_time) < 5) AS night, count(*) FILTER (WHERE gross % 10000 = 0) AS whole, "
    f"count(*) FILTER (WHERE is_reversal) AS back FROM ({ACTIVITY}) WHERE {OCTOBER} GROUP BY ALL",
    f"CREATE TABLE hourly AS SELECT partner, date_trunc('hour', event_time) AS hour, count(*) AS n FROM ({ACTIVITY}) "
    f"WHERE {OCTOBER} GROUP BY ALL",
    "SELECT partner, sum(whole), sum(back) FROM daily GROUP BY ALL",
    f"SELECT partner, hour, list(entry_id ORDER BY entry_id) FROM ({ACTIVITY}) AS a JOIN hourly AS h USING (partner) "
    f"WHERE {OCTOBER} AND h.n >= 12 AND date_trunc('hour', event_time) = h.hour GROUP BY ALL",
    f"SELECT partner, list(entry_id ORDER BY entry_id) FROM ({ACTIVITY}) SEMI JOIN (SELECT partner FROM daily "
    f"WHERE near >= 4 OR night >= 4) USING (partner) WHERE {OCTOBER} GROUP BY ALL",
    *(
        f"SELECT {what}, list(entry_id ORDER BY entry_id) FROM ({ACTIVITY}) SEMI JOIN (SELECT {what} FROM ({ACTIVITY}) "
        f"WHERE {OCTOBER} AND {what} <> '' GROUP BY {what} HAVING {many}) USING ({what}) WHERE {OCTOBER} GROUP BY ALL"
        for what, many in (("device", "count(DISTINCT partner) > 1"), ("proof", "count(*) > 1"))
    ),
)


def run(data: Path, spill: Path, memory_mb: int) -> None:
    """Every query once, its rows thrown away."""
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(":memory:", config={"threads": 2})
    connection.execute(f"SET memory_limit = '{memory_mb}MB'")
    connection.execute(f"SET temp_directory = '{spill}'")
    connection.execute(f"CREATE VIEW entries AS SELECT * FROM read_parquet('{data / ENTRIES_FILE}')")
    for table in ("holdings", "owners", "partners"):
        path = data / REGISTRY / f"{table}.csv"
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{path}')")
    for number, query in enumerate(QUERIES):
        connection.execute(query if query.startswith("CREATE") else f"CREATE TABLE r{number} AS {query}")
        if not query.startswith("CREATE"):
            connection.execute(f"DROP TABLE r{number}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("spill", type=Path)
    parser.add_argument("memory_mb", type=int)
    given = parser.parse_args()
    run(given.data, given.spill, given.memory_mb)
