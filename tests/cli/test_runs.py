"""`recon runs`: list, show and verify what was published."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from recon.errors import Place, Problem
from recon.project.workspace import open_project
from recon.store.parquet import write_table
from recon.store.publish import publishing
from recon.store.store import Store
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]


def proved(_run: Path, _ingests: list[Path]) -> list[Problem]:
    return []


@pytest.fixture
def published(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two ingests and two runs; the second run rests on the second ingest alone.

    These runs hold too little to be proved again, which `recon.close.verify` is tested for elsewhere.
    """
    monkeypatch.setattr("recon.close.verify.verify_run", proved)
    store = Store.open(open_project(project))
    for number in (1, 2):
        with publishing(store, "ingest", f"i{number}", store.ingests_folder, {"n": str(number)}) as publication:
            write_table(pa.table({"n": [number]}), publication.folder / "entries.parquet")
        inputs = {"ingests": [{"ingest_id": f"i{number}"}]}
        with publishing(store, "run", f"2026-10-{number}x", store.runs_folder, inputs) as publication:
            write_table(pa.table({"n": [number]}), publication.folder / "matches.parquet")
            publication.content |= {
                "verdict": "breaks", "as_of": "2026-10-14", "period": "2026-10", "proof": "ok",
                "rulesets": [{"name": "processor_vs_bank", "match_rate": {"left_count": 7}}],
            }  # fmt: skip
    return project


def test_runs_are_listed_the_latest_last(recon: Run, published: Path) -> None:
    rows = json.loads(recon("runs", "list", "--format", "json").stdout)
    assert [(row["run"], row["verdict"], row["as_of"], row["folder"]) for row in rows] == [
        ("2026-10-1x", "breaks", "2026-10-14", "runs/2026-10-1x"),
        ("2026-10-2x", "breaks", "2026-10-14", "runs/2026-10-2x"),
    ]
    shutil.rmtree(published / "runs" / "2026-10-1x")
    rows = json.loads(recon("runs", "list", "--format", "json").stdout)
    assert [row["verdict"] for row in rows] == ["gone", "breaks"]


def test_a_project_without_runs_has_an_empty_list(recon: Run, project: Path) -> None:
    assert recon("runs", "list", "--format", "json") == Outcome(0, "[]\n", "")
    assert "there are no runs yet" in recon("runs", "show").stderr
    assert recon("runs", "verify").status == 0
    assert sorted(path.name for path in project.iterdir()) == ["configs", "recon.toml"]


def test_a_run_is_shown_by_the_beginning_of_its_name(recon: Run, published: Path) -> None:
    shown = recon("runs", "show", "2026-10-1").stdout
    assert "rulesets.processor_vs_bank.match_rate.left_count,7\n" in shown
    assert "files.matches.parquet.rows,1\n" in shown
    manifest = json.loads(recon("runs", "show", "latest", "--format", "json").stdout)
    assert manifest == json.loads((published / "runs" / "2026-10-2x" / "manifest.json").read_text())
    outcome = recon("runs", "show", "2026-10-")
    assert outcome.status == 2
    assert "beginning of 2 runs" in outcome.stderr


def test_verify_says_what_it_verified(recon: Run, published: Path) -> None:
    outcome = recon("runs", "verify", "--format", "json")
    assert outcome.status == 0
    rows = json.loads(outcome.stdout)
    assert [(row["kind"], row["name"], row["count"]) for row in rows] == [
        ("ledger", "store/ledger.db", 8), ("ingest", "i1", 1), ("ingest", "i2", 1), ("run", "2026-10-1x", 1),
        ("run", "2026-10-2x", 1),
    ]  # fmt: skip
    rows = json.loads(recon("runs", "verify", "latest", "--format", "json").stdout)
    assert [row["name"] for row in rows] == ["store/ledger.db", "i2", "2026-10-2x"]
    assert published.is_dir()


def test_verify_names_every_change_and_fails(recon: Run, published: Path) -> None:
    (published / "store" / "entries" / "i1" / "entries.parquet").write_bytes(b"")
    (published / "runs" / "2026-10-2x" / "notes.txt").write_text("mine")
    outcome = recon("runs", "verify")
    assert outcome.status == 4
    assert outcome.stdout == ""
    assert "store/entries/i1/entries.parquet: the file was published with" in outcome.stderr
    assert "runs/2026-10-2x/notes.txt: the file was not published" in outcome.stderr
    assert recon("runs", "verify", "2026-10-1x").status == 4, "its ingest was changed"


def test_verify_proves_each_run_again_with_its_ingests(
    recon: Run, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str]]] = []

    def disproved(run: Path, ingests: list[Path]) -> list[Problem]:
        asked.append((run.name, [path.name for path in ingests]))
        return [Problem("proof", "a cent is missing", Place(f"runs/{run.name}/proof.parquet"))]

    monkeypatch.setattr("recon.close.verify.verify_run", disproved)
    outcome = recon("runs", "verify")
    assert outcome.status == 4
    assert "runs/2026-10-1x/proof.parquet: a cent is missing" in outcome.stderr
    assert asked == [("2026-10-1x", ["i1"]), ("2026-10-2x", ["i2"])]
    (published / "runs" / "2026-10-1x" / "matches.parquet").write_bytes(b"")
    asked.clear()
    recon("runs", "verify")
    assert asked == [("2026-10-2x", ["i2"])], "what was changed is not proved"
