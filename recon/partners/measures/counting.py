"""Sets that are counted for figures: sums of groups, who is there, who came, who stayed, who fell silent.

Every answer is by stretch and group; nothing here takes partners one by one.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.partners.measures.books import DAYS, dated_table, sums_of
from recon.partners.measures.groups import PRODUCT, group_table
from recon.partners.measures.settings import Measures
from recon.partners.measures.stretches import Stretch, days_table
from recon.partners.registry.lifecycle import WORKING
from recon.partners.registry.reading import Row, day_of
from recon.partners.registry.registry import Registry

Counts = dict[tuple[int, str], dict[str, Any]]
"""Figures by the number of a stretch and a group."""
_IN_GROUP: Final = 'JOIN groups AS g ON g.partner = d.partner AND d.day BETWEEN g."first" AND g."last"'


def lay_groups(
    engine: DuckEngine, registry: Registry, by: str, wanted: list[Stretch], kinds: Sequence[str] = ()
) -> None:
    """The tables that all counting rests on: days, stretches, groups, and who works on the last day of a stretch.

    `kinds` are those of whom activity is expected; all without any.
    """
    engine.register("days_read", days_table(wanted))
    engine.materialise("days", "SELECT * FROM days_read")
    engine.materialise("stretches", 'SELECT n, min(day) AS "first", max(day) AS "last" FROM days GROUP BY n')
    engine.register("groups_read", group_table(registry, by))
    engine.materialise("groups", "SELECT * FROM groups_read")
    engine.register("working_read", dated_table(list(_working(registry, kinds)), "partner"))
    engine.materialise("working", "SELECT * FROM working_read")
    engine.materialise(
        "members",
        "SELECT DISTINCT s.n, g.grp, g.partner FROM stretches AS s, groups AS g JOIN working AS w USING (partner) "
        'WHERE s."last" BETWEEN g."first" AND g."last" AND s."last" BETWEEN w."first" AND w."last"',
    )


def _working(registry: Registry, kinds: Sequence[str]) -> Iterator[dict[str, object]]:
    """Who works on which days, of the kinds; a partner may be of one of them on some of the days only."""
    for row in registry.tables["statuses"]:
        if row["status"] not in WORKING:
            continue
        days = [(row.first, row.last)]
        if kinds:
            said = registry.by_key["partners"].get((row["partner"],), ())
            days = [
                (max(row.first, one.first), min(row.last, one.last)) for one in said if one["kind"] in kinds
            ]
        for first, last in days:
            if first <= last:
                yield {"partner": row["partner"], "first": first, "last": last}


def sums(engine: DuckEngine, measures: Measures, by: str) -> list[dict[str, Any]]:
    """The measures by stretch, group and currency, with how many partners were active on how many days."""
    columns = ", ".join(
        f"CAST(sum(d.{identifier(name)}) AS {'BIGINT' if _counts(measures, name) else 'DECIMAL(38,8)'}) "
        f"AS {identifier(name)}"
        for name in sums_of(measures)
    )
    group = f"d.{PRODUCT}" if by == PRODUCT else "g.grp"
    return engine.records(
        f"SELECT n, {group} AS grp, d.currency, count(DISTINCT d.partner) AS active, "
        f"count(DISTINCT (d.partner, d.day)) AS active_days, {columns} "
        f"FROM {DAYS} AS d JOIN days USING (day) {_IN_GROUP} WHERE n > 0 GROUP BY ALL ORDER BY n, grp, d.currency"
    )


def _counts(measures: Measures, name: str) -> bool:
    own = measures.measures.get(name)
    return own.sum is None if own is not None else name in {"count", "reversals", "chargebacks"}


def coming_and_going(engine: DuckEngine, dormant_days: int) -> Counts:
    """Who works, who was active in this stretch and the one before, who came first or came back, who fell silent.

    Somebody came back whose last day of activity lay more than `dormant_days` before; somebody is dormant who works and
    was last active longer ago than that, or never.
    """
    engine.materialise(
        "seen",
        'SELECT partner, day, lag(day) OVER (PARTITION BY partner ORDER BY day) AS "before" '
        f"FROM (SELECT DISTINCT partner, day FROM {DAYS})",
    )
    engine.materialise(
        "present", f"SELECT DISTINCT n, g.grp, d.partner FROM seen AS d JOIN days USING (day) {_IN_GROUP}"
    )
    engine.materialise(
        "marks",
        "SELECT partner, max(day) AS day FROM seen "
        'WHERE day < (SELECT min("first") FROM stretches) GROUP BY partner '
        "UNION ALL SELECT partner, max(day) FROM seen JOIN days USING (day) GROUP BY partner, n",
    )
    engine.materialise(
        "last_seen",
        "SELECT s.n, d.partner, max(d.day) AS day FROM marks AS d "
        'JOIN stretches AS s ON d.day <= s."last" GROUP BY ALL',
    )
    found: Counts = {}
    _take(engine, found, "partners", "SELECT n, grp, count(*) FROM members WHERE n > 0 GROUP BY ALL")
    _take(
        engine,
        found,
        "stayed",
        "SELECT a.n, a.grp, count(*) FROM present AS a JOIN present AS b "
        "ON b.n = a.n - 1 AND b.grp = a.grp AND b.partner = a.partner GROUP BY ALL",
    )
    _take(engine, found, "active_before", "SELECT n + 1, grp, count(*) FROM present GROUP BY ALL")
    _take(engine, found, "active_now", "SELECT n, grp, count(*) FROM present GROUP BY ALL")
    came = f"SELECT n, g.grp, count(*) FROM seen AS d JOIN days USING (day) {_IN_GROUP} WHERE"
    _take(engine, found, "activated", f'{came} d."before" IS NULL GROUP BY ALL')
    _take(engine, found, "reactivated", f'{came} d.day - d."before" > {dormant_days} GROUP BY ALL')
    _take(
        engine,
        found,
        "dormant",
        "SELECT m.n, m.grp, count(*) FROM members AS m JOIN stretches AS s USING (n) "
        "LEFT JOIN last_seen AS l ON l.n = m.n AND l.partner = m.partner "
        f'WHERE l.day IS NULL OR s."last" - l.day > {dormant_days} GROUP BY ALL',
    )
    return found


def talks(engine: DuckEngine, registry: Registry, wanted: list[Stretch]) -> Counts:
    """Contacts, how many partners were due and reached in the weeks that end in each stretch, and issues."""
    _lay_log(engine, "spoken", registry.tables["contacts"], ("day",))
    _lay_log(engine, "asked", registry.tables["issues"], ("opened", "resolved"))
    _lay_due(engine, wanted)
    found: Counts = {}
    _take(engine, found, "due", "SELECT n, grp, count(*) FROM due GROUP BY ALL")
    _take(
        engine,
        found,
        "reached",
        "SELECT k.n, k.grp, count(*) FROM due AS k SEMI JOIN spoken AS c ON c.partner = k.partner "
        'AND c.day BETWEEN k."first" AND k."last" GROUP BY ALL',
    )
    _take(
        engine,
        found,
        "contacts",
        f"SELECT n, g.grp, count(*) FROM spoken AS d JOIN days USING (day) {_IN_GROUP} GROUP BY ALL",
    )
    for name, column in (("opened", "opened"), ("resolved", "resolved")):
        _take(
            engine,
            found,
            name,
            f"SELECT n, g.grp, count(*) FROM (SELECT partner, {column} AS day FROM asked) AS d "
            f"JOIN days USING (day) {_IN_GROUP} GROUP BY ALL",
        )
    _take(
        engine,
        found,
        "still_open",
        "SELECT s.n, g.grp, count(*) FROM asked AS d, stretches AS s JOIN groups AS g ON g.partner = d.partner "
        'AND s."last" BETWEEN g."first" AND g."last" WHERE d.opened <= s."last" '
        'AND (d.resolved IS NULL OR d.resolved > s."last") GROUP BY ALL',
    )
    return found


def _lay_due(engine: DuckEngine, wanted: list[Stretch]) -> None:
    """The table `due`: who works on the last day of each week that ends in a stretch, by group."""
    weeks = pa.Table.from_pylist(
        [
            {"n": one.number, "first": date.fromordinal(last - 6), "last": date.fromordinal(last)}
            for one in wanted
            for last in range(one.first.toordinal(), one.last.toordinal() + 1)
            if date.fromordinal(last).weekday() == 6
        ],
        pa.schema([("n", pa.int32()), ("first", pa.date32()), ("last", pa.date32())]),
    )
    engine.register("weeks_read", weeks)
    engine.materialise("weeks", "SELECT * FROM weeks_read")
    engine.materialise(
        "due",
        'SELECT DISTINCT k.n, k."first", k."last", g.grp, g.partner FROM weeks AS k, groups AS g '
        'JOIN working AS w USING (partner) WHERE k."last" BETWEEN g."first" AND g."last" '
        'AND k."last" BETWEEN w."first" AND w."last"',
    )


def _take(engine: DuckEngine, found: Counts, name: str, sql: str) -> None:
    for number, group, count in engine.rows(sql):
        found.setdefault((number, group), {})[name] = count


def _lay_log(engine: DuckEngine, name: str, rows: Sequence[Row], days: tuple[str, ...]) -> None:
    schema = pa.schema([("partner", pa.string()), *((one, pa.date32()) for one in days)])
    table = pa.Table.from_pylist(
        [{"partner": row["partner"], **{one: day_of(row[one]) for one in days}} for row in rows], schema
    )
    engine.register(f"{name}_read", table)
    engine.materialise(name, f"SELECT * FROM {name}_read")
