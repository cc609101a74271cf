"""`recon report`: the run on the terminal, its workbook in its place, other renderings on request."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from recon.project.workspace import open_project
from recon.store.publish import publishing
from recon.store.store import Store
from tests.cli.conftest import Outcome
from tests.unit.outputs.story import month

Run = Callable[..., Outcome]
RUN = "2026-10-31-5f0c9a1b"
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture
def published(project: Path) -> Path:
    """A project in which the sample month was run."""
    opened = open_project(project)
    run = month()
    inputs = {"ingests": ["i-1"], "files": []}
    with publishing(Store.open(opened), "run", RUN, opened.runs_dir, inputs) as publication:
        run.write_tables(publication.folder)
        publication.content |= run.content()
    return project


def test_without_options_the_run_is_shown_and_the_workbook_written(recon: Run, published: Path) -> None:
    outcome = recon("report")
    assert (outcome.status, outcome.stderr) == (0, "")
    workbook = published / "reports" / RUN / "reconciliation.xlsx"
    assert f"Workbook  reports/{RUN}/reconciliation.xlsx" in outcome.stdout
    assert f"Parquet   runs/{RUN}" in outcome.stdout
    assert "BREAKS - 13 breaks to clear; 8 statements tie out, nothing unexplained" in outcome.stdout
    assert stat.S_IMODE(workbook.stat().st_mode) == 0o600
    assert openpyxl.load_workbook(workbook).sheetnames[:2] == ["About", "Summary"]


def test_text_and_json_go_to_stdout_and_write_no_workbook(recon: Run, published: Path) -> None:
    assert "13 breaks" in recon("report", "latest", "--format", "text").stdout
    document = json.loads(recon("report", RUN[:10], "--format", "json").stdout)
    assert document["about"]["run_id"] == RUN
    assert not (published / "reports").exists()


@pytest.mark.parametrize("name", ["pack.xlsx", "pack.json", "pack.txt"])
def test_the_name_of_the_file_says_the_format(recon: Run, published: Path, name: str) -> None:
    outcome = recon("report", "--output", name)
    assert outcome.status == 0
    assert stat.S_IMODE((published / name).stat().st_mode) == 0o600
    start = {"pack.xlsx": b"PK", "pack.json": b"{", "pack.txt": b"lagos"}[name]
    assert (published / name).read_bytes().startswith(start)
    assert not (published / "reports").exists()


def test_no_run_is_a_usage_error_with_the_next_step(recon: Run, project: Path) -> None:
    outcome = recon("report", "--project", str(project))
    assert outcome.status == 2
    outcome = recon("report")
    assert outcome.status == 2
    assert "no run" in outcome.stderr


def test_a_changed_run_is_a_failed_control(recon: Run, published: Path) -> None:
    with (published / "runs" / RUN / "breaks.parquet").open("ab") as file:
        file.write(b"\0")
    outcome = recon("report", "--format", "text")
    assert outcome.status == 4
    assert "breaks.parquet" in outcome.stderr


def test_a_file_that_cannot_be_written_is_named(recon: Run, published: Path) -> None:
    outcome = recon("report", "--output", str(published / "missing" / "pack.json"))
    assert outcome.status == 2
    assert "pack.json: cannot be written: No such file or directory" in outcome.stderr
    assert "name a file in a folder that exists" in outcome.stderr


def test_a_report_that_cannot_be_written_leaves_the_one_before_it(recon: Run, published: Path) -> None:
    folder = published / "out"
    folder.mkdir()
    (folder / "pack.txt").write_text("before", encoding="utf-8")
    assert recon("report", "--output", "out/pack.txt").status == 0
    assert (folder / "pack.txt").read_text(encoding="utf-8") != "before"
    assert [path.name for path in folder.iterdir()] == ["pack.txt"]
