"""`recon sql`: questions over what is published, and nothing but questions."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from recon.breaks.cases.case import Link
from recon.breaks.cases.working import open_case
from recon.model.tables import BREAKS, FILES
from recon.project.workspace import open_project
from recon.store.four_eyes import Ask, approve, propose
from recon.store.parquet import write_table
from recon.store.people import Person
from recon.store.publish import publishing
from recon.store.store import Store
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]

BREAK = {
    "ruleset": "processor_vs_bank", "kind": "in_transit", "state": "new", "source": "bank", "account": "0123456789",
    "currency": "NGN", "first_seen": date(2026, 10, 1), "age_days": 3, "age_business_days": 1, "reason": "late",
    "next_step": "wait",
}  # fmt: skip
FILE = {
    "source": "bank", "path": "in/bank.csv", "sha256": "0" * 64, "size": 9, "reader": "csv", "lines": 2, "entries": 1,
    "known": 0, "refused": 1, "recognised": 0, "proof_ok": True,
}  # fmt: skip


@pytest.fixture
def published(project: Path) -> Path:
    """A project with two ingests and two runs."""
    store = Store.open(open_project(project))
    for number in (1, 2):
        with publishing(store, "ingest", f"i{number}", store.ingests_folder, {"n": str(number)}) as publication:
            files = [{**FILE, "file_id": f"f{number}"}]
            write_table(pa.Table.from_pylist(files, schema=FILES), publication.folder / "files.parquet")
        with publishing(store, "run", f"r{number}", store.runs_folder, {"n": str(number)}) as publication:
            rows = [{**BREAK, "break_id": f"b{k}", "amount": Decimal("0.10") * number} for k in range(number)]
            write_table(pa.Table.from_pylist(rows, schema=BREAKS), publication.folder / "breaks.parquet")
            publication.content |= {"verdict": "breaks", "as_of": "2026-10-14"}
    return project


def answer(outcome: Outcome) -> object:
    assert outcome.stderr == ""
    assert outcome.status == 0
    return json.loads(outcome.stdout)


def everything(project: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file()}


def test_decisions_and_cases_are_tables(recon: Run, published: Path) -> None:
    """What people decided and what they were asked; tables that no run has are there and empty."""
    ledger, ada, ben = Store.open(open_project(published)).ledger, Person("ada", "ada"), Person("ben", "ben")
    amounts = {"EUR": Decimal("1.50")}
    asks = [Ask("write_off", (name,), "small", {"ruleset": "r"}, amounts, "r2") for name in ("b1", "b2")]
    first, _ = propose(ledger, ada, asks)
    approve(ledger, ben, [first.number])
    open_case(ledger, ada, "Miller", "where is it", links=[Link("entry", "e1")])
    query = "SELECT about, state, amount, proposed_by, decided_by FROM decisions ORDER BY number"
    assert answer(recon("sql", query, "--format", "json")) == [
        {"about": "b1", "state": "approved", "amount": "1.50000000", "proposed_by": "ada", "decided_by": "ben"},
        {"about": "b2", "state": "pending", "amount": "1.50000000", "proposed_by": "ada", "decided_by": ""},
    ]
    query = "SELECT name, status, asked_by, about, year(opened_at) > 2000 AS dated FROM cases"
    assert answer(recon("sql", query, "--format", "json")) == [
        {"name": "C-0001", "status": "open", "asked_by": "Miller", "about": "entry e1", "dated": True}
    ]
    for table in ("prior", "parts", "decided", "all_prior", "all_parts"):
        assert answer(recon("sql", f"SELECT count(*) AS n FROM {table}", "--format", "json")) == [{"n": 0}]


def test_tables_of_runs_are_the_latest_run_and_all_of_them_on_request(recon: Run, published: Path) -> None:
    before = everything(published)
    latest = recon(
        "sql", "SELECT run, count(*) AS n, sum(amount) AS total FROM breaks GROUP BY run", "--format", "json"
    )
    assert answer(latest) == [{"run": "r2", "n": 2, "total": "0.40000000"}]
    every = recon(
        "sql", "FROM all_breaks SELECT run, count(*) AS n GROUP BY run ORDER BY run;", "--format", "json"
    )
    assert answer(every) == [{"run": "r1", "n": 1}, {"run": "r2", "n": 2}]
    assert everything(published) == before


def test_tables_of_ingests_are_all_of_them(recon: Run, published: Path) -> None:
    outcome = recon("sql", 'SELECT ingest, file_id FROM "FILES" ORDER BY 1', "--format", "json")
    assert answer(outcome) == [{"ingest": "i1", "file_id": "f1"}, {"ingest": "i2", "file_id": "f2"}]
    assert published.is_dir()


def test_the_ledger_can_be_asked(recon: Run, published: Path) -> None:
    outcome = recon("sql", "SELECT seq, kind FROM ledger WHERE kind = 'run.published'", "--format", "json")
    assert answer(outcome) == [{"seq": 4, "kind": "run.published"}, {"seq": 8, "kind": "run.published"}]
    assert published.is_dir()


def test_an_empty_project_has_empty_tables_and_stays_empty(recon: Run, project: Path) -> None:
    for table in ("entries", "open", "all_journeys", "ledger"):
        assert answer(recon("sql", f"SELECT count(*) AS n FROM {table}", "--format", "json")) == [{"n": 0}]
    assert sorted(path.name for path in project.iterdir()) == ["configs", "recon.toml"]


def test_without_a_query_the_tables_are_listed(recon: Run, project: Path) -> None:
    listed = answer(recon("sql", "--format", "json"))
    assert isinstance(listed, list)
    assert {"table": "ledger", "columns": "seq at kind body hash"} in listed
    assert {"entries", "refused", "breaks", "all_breaks"} <= {row["table"] for row in listed}
    assert project.is_dir()


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM breaks",
        "DROP VIEW breaks",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP VIEW breaks",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'x.db'",
        "SET memory_limit = '9GB'",
        "INSTALL httpfs",
        "CREATE TABLE x AS SELECT 1",
        "PRAGMA database_list",
        "",
        "/* nothing */",
    ],
)
def test_anything_but_one_select_is_refused(recon: Run, published: Path, query: str) -> None:
    before = everything(published)
    outcome = recon("sql", query)
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert "only answers questions: give it one SELECT" in outcome.stderr
    assert everything(published) == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM '{root}/recon.toml'",
        "SELECT * FROM read_text('{root}/recon.toml')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_parquet('{root}/runs/*/breaks.parquet')",
        "SELECT * FROM 'https://example.com/a.parquet'",
    ],
)
def test_nothing_but_the_tables_can_be_reached(recon: Run, published: Path, query: str) -> None:
    outcome = recon("sql", query.format(root=published))
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert "Permission Error" in outcome.stderr or "does not exist" in outcome.stderr


def test_mistakes_are_shown_where_they_are(recon: Run, published: Path) -> None:
    outcome = recon("sql", "SELECT * FROM braks")
    assert outcome.status == 2
    assert outcome.stderr.startswith("there is no table `braks`")
    assert "did you mean `breaks`?" in outcome.stderr
    outcome = recon("sql", "SELECT amuont FROM breaks")
    assert outcome.status == 2
    assert "amount" in outcome.stderr
    assert "^" in outcome.stderr
    outcome = recon("sql", "SELEC 1")
    assert outcome.status == 2
    assert "syntax error" in outcome.stderr
    assert published.is_dir()


def test_every_kind_of_value_can_be_listed(recon: Run, project: Path) -> None:
    query = (
        "SELECT 1.5::DOUBLE AS d, 'nan'::DOUBLE AS n, [1, 2] AS l, {'a': 1} AS s, MAP {'k': 'v'} AS m, "
        "'\\x01'::BLOB AS b, TIME '01:02:03' AS t, 170141183460469231731687303715884105727::HUGEINT AS h, "
        "INTERVAL 1 DAY AS i, DATE '2026-10-14' AS day, true AS ok"
    )
    (row,) = json.loads(recon("sql", query, "--format", "json").stdout)
    assert row == {
        "d": "1.5", "n": "nan", "l": "[1, 2]", "s": '{"a": 1}', "m": '{"k": "v"}', "b": "01", "t": "01:02:03",
        "h": 170141183460469231731687303715884105727, "i": "1 day, 0:00:00", "day": "2026-10-14", "ok": True,
    }  # fmt: skip
    assert project.is_dir()


def test_a_changed_file_is_found_before_it_is_read(recon: Run, published: Path) -> None:
    path = published / "runs" / "r2" / "breaks.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    outcome = recon("sql", "SELECT count(*) FROM breaks")
    assert outcome.status == 4
    assert "runs/r2/breaks.parquet" in outcome.stderr
    assert recon("sql", "SELECT count(*) FROM files").status == 0


def test_descriptions_are_questions_too(recon: Run, published: Path) -> None:
    described = answer(recon("sql", "DESCRIBE breaks", "--format", "json"))
    assert isinstance(described, list)
    assert [row["column_name"] for row in described] == [*BREAKS.names, "run"]
    assert published.is_dir()
