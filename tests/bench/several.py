"""Several against several without a key: invoices of customers, and what they transferred for them, with the truth.

`python -m tests.bench.several [ENTRIES]` makes a month of so many invoices, matches it by a rule set that adds up one
side, then both, and prints how many matches of each pass are right, and of the settlements of each shape (invoices to
transfers) how many were confirmed and suggested. A settlement is two to six invoices of a customer paid by one to three
transfers of any amounts; one invoice in ten is never paid, one transfer in thirty is a prepayment, and one amount in
five is round. One customer has about ten invoices a month.
"""

import sys
from pathlib import Path
from typing import Any, Final

import duckdb
from rich.console import Console
from rich.table import Table

from recon.engines.duck import DuckEngine
from recon.model.tables import ENTRIES, FILES
from recon.store.store import Store
from tests.bench.facts import FIRST_DAY
from tests.bench.generate import EMPTY, ENTRIES_FILE, TRUTH, TRUTH_FILE, empty, entry
from tests.bench.keyless import DEPOSITS, TAKINGS
from tests.bench.measure import Usage, measured
from tests.bench.project import fresh_project

ROOT: Final = Path(__file__).resolve().parents[2]
RULESET: Final = "invoices_vs_transfers"
PER_CUSTOMER: Final = 10
WINDOW: Final = "within: {days: {before: 0, after: 5}}"
RULES: Final = f"""\
ruleset: {RULESET}
left: {TAKINGS}
right: {DEPOSITS}
passes:
  - name: one transfer for several invoices
    same: [counterparty_name]
    subset: {{many: left, most: 6, runs: false}}
    {WINDOW}
  - name: several transfers for several invoices
    same: [counterparty_name]
    subset: {{many: both, most: 6}}
    {WINDOW}
"""
_MONEY: Final = "CAST(CAST({} AS DECIMAL(18,0)) * 0.01 AS DECIMAL(24,8))"


def tell(connection: duckdb.DuckDBPyConnection, invoices: int, seed: int = 7) -> None:
    """Make the tables `invoices` and `transfers`."""
    settlements, customers = max(invoices // 4, 10), max(invoices // PER_CUSTOMER, 5)
    first = f"DATE '{FIRST_DAY}'"
    price = (
        "CASE WHEN draw(i * 8 + j, 'round', 5) = 0 THEN 50000 * (1 + draw(i * 8 + j, 'price', 60)) "
        "ELSE 20000 + draw(i * 8 + j, 'price', 9000000) END"
    )
    connection.execute(
        f"""
        CREATE MACRO draw(i, salt, n) AS CAST(hash(hash(i, salt, {seed})) % n AS BIGINT);
        CREATE TABLE settlements AS
        SELECT i, 'CUSTOMER ' || printf('%06d', draw(i, 'who', {customers})) AS owner, draw(i, 'day', 20) AS day,
            2 + draw(i, 'invoices', 5) AS invoices, 1 + draw(i, 'transfers', 3) AS transfers
        FROM range({settlements}) s(i);
        CREATE TABLE invoices AS
        SELECT i * 8 + j AS no, owner, {first} + CAST(day + draw(i * 8 + j, 'later', 3) AS INTEGER) AS day,
            {price} AS amount, draw(i * 8 + j, 'second', 86400) AS second, i AS thing, invoices, transfers
        FROM settlements, range(6) n(j) WHERE j < invoices
        UNION ALL
        SELECT -1 - i, 'CUSTOMER ' || printf('%06d', draw(i, 'whose', {customers})),
            {first} + CAST(draw(i, 'unpaid', 25) AS INTEGER), 20000 + draw(i, 'unpaid price', 9000000),
            draw(i, 'unpaid second', 86400), NULL, 0, 0
        FROM range({settlements * 4 // 10}) u(i);
        CREATE TABLE transfers AS
        WITH cut AS (
            SELECT thing AS i, sum(amount) AS total FROM invoices WHERE thing IS NOT NULL GROUP BY thing
        ), parts AS (
            SELECT s.*, j, total, CASE WHEN j < s.transfers - 1
                THEN 1 + total // 5 + draw(i * 8 + j, 'part', CAST(total // 5 AS BIGINT)) END AS part
            FROM settlements s JOIN cut USING (i), range(3) n(j) WHERE j < s.transfers
        )
        SELECT i * 8 + j AS no, owner, {first} + CAST(day + 3 + draw(i * 8 + j, 'paid', 3) AS INTEGER) AS day,
            coalesce(part, total - coalesce(sum(part) OVER (PARTITION BY i), 0)) AS amount,
            draw(i * 8 + j, 'paid second', 86400) AS second, i AS thing, invoices, transfers
        FROM parts
        UNION ALL
        SELECT -1 - i, 'CUSTOMER ' || printf('%06d', draw(i, 'prepaid', {customers})),
            {first} + CAST(3 + draw(i, 'prepaid day', 20) AS INTEGER), 100000 + draw(i, 'prepaid amount', 9000000),
            draw(i, 'prepaid second', 86400), NULL, 0, 0
        FROM range({settlements * 2 // 30}) p(i);
        """
    )


def write(invoices: int, folder: Path) -> None:
    """Write the files of an ingest, and the truth beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        tell(connection, invoices)
        engine = DuckEngine(connection)
        values = {
            "account": "'0001-NGN'", "line_no": "no", "booking_date": "day", "business_date": "day",
            "event_time": "CAST(day AS TIMESTAMP) + to_seconds(second)", "amount": _MONEY.format("amount"),
            "currency": "'NGN'", "type": "'transfer'", "counterparty_name": "owner",
        }  # fmt: skip
        sides = (("left", TAKINGS, "invoices"), ("right", DEPOSITS, "transfers"))
        parts, truths = [], []
        for side, source, table in sides:
            name = f"md5('{source}/' || no)[1:24]"
            parts.append(entry(source, {**values, "entry_id": name}, table))
            kind = "invoices || ' to ' || transfers"
            truths.append(
                f"SELECT '{RULESET}' AS ruleset, '{side}' AS side, {name} AS entry_id, thing, {kind} AS kind "
                f"FROM {table}"
            )
        ordered = "ORDER BY source, business_date, entry_id"
        engine.copy(f"SELECT * FROM ({' UNION ALL '.join(parts)}) {ordered}", folder / ENTRIES_FILE, ENTRIES)
        engine.copy(f"SELECT * FROM ({' UNION ALL '.join(truths)}) ORDER BY ALL", folder / TRUTH_FILE, TRUTH)
        for name, schema in {**EMPTY, "files.parquet": FILES}.items():
            engine.copy(empty(schema), folder / name, schema)


def measure(invoices: int, bench: Path) -> tuple[Usage, Path, Path]:
    """Match a month of so many invoices: what the run took, its folder and the truth."""
    data = bench / "data" / f"several-{invoices}"
    write(invoices, data)
    project = fresh_project(bench, f"several-{invoices}", data)
    (project.root / "configs" / "rules" / f"{RULESET}.yaml").write_text(RULES, encoding="utf-8")
    command = [sys.executable, "-m", "recon", "match", RULESET, "--period", "2026-10", "--fail-on", "none"]
    (bench / "logs").mkdir(parents=True, exist_ok=True)
    used = measured(command, project.root, bench / "logs" / f"several-{invoices}.log")
    return used, Store.open(project).runs()[-1].folder, data / TRUTH_FILE


def scored(run: Path, truth: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """By pass and state how many matches there are and how many are exactly a settlement; by shape what was found."""
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.execute(
            f"""
            CREATE TABLE truth AS FROM read_parquet('{truth}');
            CREATE TABLE things AS SELECT thing, min(kind) AS kind, count(*) AS n FROM truth
                WHERE thing IS NOT NULL GROUP BY thing;
            CREATE TABLE told AS
            SELECT m.match_id, m."pass" AS name, m.state, min(t.thing) AS thing,
                count(*) = count(t.thing) AND count(DISTINCT t.thing) = 1 AND count(*) = max(n) AS is_right
            FROM read_parquet('{run / "matches.parquet"}') m JOIN read_parquet('{run / "members.parquet"}') b
                USING (match_id) JOIN truth t ON t.entry_id = b.entry_id LEFT JOIN things USING (thing) GROUP BY ALL
            """
        )
        passes = connection.execute(
            "SELECT name, state, count(*), count(*) FILTER (is_right) FROM told GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        shapes = connection.execute(
            """
            SELECT kind, count(*), count(*) FILTER (state = 'confirmed'), count(*) FILTER (state = 'suggested') FROM (
                SELECT thing, kind, min(state) AS state FROM things
                LEFT JOIN (FROM told WHERE is_right) USING (thing) GROUP BY ALL) GROUP BY ALL ORDER BY ALL
            """
        ).fetchall()
    return passes, shapes


def main(invoices: int, bench: Path = ROOT / ".bench") -> None:
    """Measure and print the tables."""
    used, run, truth = measure(invoices, bench)
    passes, shapes = scored(run, truth)
    console = Console(width=None if sys.stdout.isatty() else 120)
    title = f"{invoices:,} invoices: {used.wall:.1f} s, {used.cpu:.1f} CPU s, {used.peak_mb:.0f} MB"
    for name, columns, rows in (
        (title, ("pass", "state", "matches", "right"), passes),
        ("settlements by invoices to transfers", ("shape", "there are", "confirmed", "suggested"), shapes),
    ):
        table = Table(*columns, title=name)
        for row in rows:
            table.add_row(*(f"{value:,}" if isinstance(value, int) else value for value in row))
        console.print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
