"""Two nights of the everyday world, run once; each test works on a copy."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from recon.project.workspace import Project, open_project
from tests.unit.runs.worlds import FIRST, everyday, new_project, night


@pytest.fixture(scope="session")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two published runs; not to be written to."""
    folder = tmp_path_factory.mktemp("nights") / "world"
    project = new_project(folder)
    files = everyday().files(seed=1, most=2, nights=2)
    for number in (0, 1):
        arrived = [file for file in files if file.night == number]
        night(project, arrived, FIRST + timedelta(10 + number))
    return folder


@pytest.fixture
def world(two_nights: Path, tmp_path: Path) -> Project:
    """A copy of it for a test to spoil."""
    shutil.copytree(two_nights, tmp_path / "world")
    return open_project(tmp_path / "world")
