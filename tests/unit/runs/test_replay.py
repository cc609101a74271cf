"""A run done again gives the same bytes, or says which file and row differ, or why it cannot be asked."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.errors import ControlFailed, Problem, UsageError
from recon.model.versions import versions
from recon.project import settings
from recon.project.workspace import Project, open_project
from recon.runs.compute import TABLES
from recon.runs.configuration import Configuration
from recon.runs.kept import KEPT, as_made
from recon.runs.replay import replay
from recon.store.manifest import files_of
from recon.store.published import Published
from recon.store.store import Store
from tests.unit.close.folders import Rows, respell
from tests.unit.runs.worlds import CONFIGS


def replayed(project: Project, number: int = -1) -> tuple[Problem, ...]:
    store = Store.open(project)
    return replay(project, store, store.runs()[number]).problems


def test_every_run_of_a_line_comes_out_the_same(world: Project) -> None:
    store = Store.open(world)
    head, there = store.ledger.head(), sorted(world.root.rglob("*"))
    for run in store.runs():
        done = replay(world, store, run)
        assert done.problems == ()
        tables = {name for name in done.files if not name.startswith(KEPT)}
        assert tables == {"manifest.json", *(f"{table}.parquet" for table in TABLES)}
    assert store.ledger.head() == head
    assert sorted(world.root.rglob("*")) == there, "nothing is left behind"


def test_memory_threads_and_other_rules_do_not_matter(world: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENTRIES_ALONE", 0)
    with (world.root / "recon.toml").open("a", encoding="utf-8") as toml:
        toml.write("threads = 3\nmemory_mb = 200\nrulesets = ['orders_vs_lines']\n")
    more = CONFIGS["rules/orders_vs_lines.yaml"].replace("orders_vs_lines", "another")
    (world.rules_dir / "another.yaml").write_text(more, encoding="utf-8")
    assert replayed(open_project(world.root)) == ()


def test_the_first_row_that_differs_is_named(world: Project) -> None:
    run = Store.open(world).runs()[-1]

    def spoil(rows: Rows) -> None:
        rows[1]["reason"], rows[2]["reason"] = "somebody else's words", "more of them"

    rewritten(run.folder / "breaks.parquet", spoil)
    (problem,) = replayed(world)
    assert str(problem.place) == f"{run.shown}/breaks.parquet:2"
    assert "reason is somebody else's words, replayed " in problem.message


def test_a_row_too_many_or_too_few_is_named(world: Project) -> None:
    folder = Store.open(world).runs()[-1].folder
    rewritten(folder / "members.parquet", lambda rows: [*rows, rows[0]])
    rewritten(folder / "open.parquet", lambda rows: rows[:-1])
    more, fewer = replayed(world)
    assert "the published file has this row, and the replay has not" in more.message
    assert "the replay has this row, and the published file has not" in fewer.message


def test_files_that_are_gone_damaged_or_written_by_others_are_named(world: Project) -> None:
    folder = Store.open(world).runs()[-1].folder
    (folder / "open.parquet").unlink()
    (folder / "proof.parquet").write_bytes(b"PAR1")
    rewritten(folder / "matches.parquet", lambda rows: rows)
    problems = {str(one.place).rpartition("/")[2]: one.message for one in replayed(world)}
    assert problems.keys() == {"open.parquet", "proof.parquet", "matches.parquet"}
    assert "it is not there" in problems["open.parquet"]
    assert "cannot be read" in problems["proof.parquet"]
    assert (
        "not those that the replay gives" in problems["matches.parquet"]
        or "bytes" in problems["matches.parquet"]
    )


def test_a_forged_manifest_is_known_by_the_ledger(world: Project) -> None:
    run = Store.open(world).runs()[-1]
    respell(run.folder, "members", lambda rows: rows)
    with pytest.raises(ControlFailed, match="not the one that the ledger recorded"):
        replayed(world)


def test_what_the_run_rests_on_must_be_as_it_was(world: Project) -> None:
    store = Store.open(world)
    (store.runs()[0].folder / "open.parquet").write_bytes(b"")
    with pytest.raises(ControlFailed, match=r"open\.parquet"):
        replayed(world)


def test_a_run_is_done_again_by_what_it_was_made_with(world: Project) -> None:
    """Rules that are gone, changed or wrong by now do not matter, nor does another name of the project."""
    (world.rules_dir / "to_bank.yaml").unlink()
    (world.rules_dir / "orders_vs_lines.yaml").write_text("ruleset: [", "utf-8")
    with (world.sources_dir / "bank.yaml").open("a", encoding="utf-8") as file:
        file.write("# a word\n")
    settings = world.root / "recon.toml"
    settings.write_text(settings.read_text("utf-8").replace("world", "globe"), "utf-8")
    assert replayed(open_project(world.root)) == ()


def test_a_run_keeps_the_files_that_it_was_made_with(world: Project) -> None:
    """Byte by byte, and with the file of the ledger's word for them: none can be changed unseen."""
    run = Store.open(world).runs()[-1]
    kept = {path.relative_to(run.folder / KEPT).as_posix(): path for path in files_of(run.folder / KEPT)}
    assert set(kept) == {name for name in CONFIGS if name.startswith(("sources/", "rules/"))}
    for name, path in kept.items():
        assert path.read_bytes() == (world.configs / name).read_bytes()
    kept["rules/to_bank.yaml"].write_text("ruleset: another\n", "utf-8")
    (problem,) = run.problems()
    assert str(problem.place) == f"{run.shown}/configuration/rules/to_bank.yaml"
    with pytest.raises(ControlFailed, match=r"to_bank\.yaml"):
        replayed(world)


def test_a_run_that_keeps_nothing_is_not_done_again(world: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of earlier versions list no copies."""
    tables = [f"{table}.parquet" for table in TABLES]
    monkeypatch.setattr(Published, "names", lambda _: tables)
    assert as_made(world, Store.open(world).runs()[-1]) is None
    with pytest.raises(ControlFailed, match="the run does not keep its configuration"):
        replayed(world)


def test_a_shipped_profile_that_changed_is_told(world: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash of a profile is of all that it extends; the copy alone is not what the run was made with."""

    def otherwise(project: Project, run: Published) -> Configuration | None:
        found = as_made(project, run)
        assert found is not None
        first, *others = found.files
        return dataclasses.replace(found, files=[dataclasses.replace(first, sha256="0" * 64), *others])

    monkeypatch.setattr("recon.runs.replay.as_made", otherwise)
    with pytest.raises(ControlFailed, match="a shipped profile is no longer the one"):
        replayed(world)


def test_other_versions_are_refused_with_each_named(world: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    present = versions()
    monkeypatch.setattr("recon.model.versions.versions", lambda: present | {"duckdb": "9.9", "holidays": "8.8"})
    with pytest.raises(UsageError) as refused:
        replayed(world)
    assert [one.place.field for one in refused.value.problems if one.place] == [
        "versions.duckdb",
        "versions.holidays",
    ]


def rewritten(path: Path, change: Callable[[Rows], Rows | None]) -> None:
    """Change the rows of a published table, and nothing else."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows = change(rows) or rows
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
