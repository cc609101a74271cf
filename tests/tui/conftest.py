"""October of the sample story, run once; each test works the breaks of a copy."""

import shutil
from pathlib import Path

import pytest

from recon.cli.app import run
from recon.project.workspace import open_project
from tests.tui.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
STORY = "sample_data/miniapp_settlement"
PEOPLE = """
[four_eyes]
trust_by = true
"""


@pytest.fixture(scope="session")
def october(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with October run; not to be written to."""
    folder = tmp_path_factory.mktemp("october") / "project"
    shutil.copytree(ROOT / "configs", folder / "configs")
    shutil.copytree(ROOT / STORY, folder / STORY)
    (folder / "recon.toml").write_text((ROOT / "recon.toml").read_text() + PEOPLE)
    assert run(["--quiet", "--project", str(folder), "run", "--period", "2026-10", "--fail-on", "none"]) == 0
    return folder


@pytest.fixture
def stage(october: Path, tmp_path: Path) -> Stage:
    """A copy of it, with somebody at the keys."""
    shutil.copytree(october, tmp_path / "project")
    return Stage(open_project(tmp_path / "project"))
