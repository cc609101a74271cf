"""Plays every case of the error catalogue and compares exactly what is said."""

import os
from pathlib import Path

import pytest

from recon.cli.app import run
from recon.errors import ReconError
from recon.project.located import read_yaml
from tests.errors.catalogue import CASES, Case, read_case
from tests.errors.sample import Sample

FILES = sorted(CASES.glob("*.txt"))


def play(case: Case, capfd: pytest.CaptureFixture[str]) -> tuple[str, str, int]:
    program, *arguments = case.command
    capfd.readouterr()
    if program == "recon":
        status = int(run(arguments))
        captured = capfd.readouterr()
        return captured.out, captured.err, status
    try:
        read_yaml(Path(arguments[0])).build(Sample)
    except ReconError as error:
        return "", "".join(f"{problem}\n" for problem in error.problems), int(error.exit_status)
    return "", "", 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    case = read_case(path)
    folder = tmp_path / "acme"
    folder.mkdir()
    case.lay_out(folder)
    monkeypatch.chdir(folder)
    for variable in ("RECON_PROJECT", "RECON_MEMORY_MB", "RECON_THREADS", "RECON_LOG_FORMAT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "home"))
    for name, value in case.environment.items():
        monkeypatch.setenv(name, value)
    stdout, stderr, status = play(case, capfd)
    stderr = stderr.replace(str(folder), "{project}")
    if os.environ.get("RECON_GOLDEN") == "write":
        path.write_text(str(case.told(stdout, stderr, status)), encoding="utf-8")
        return
    assert stderr == case.text("stderr")
    assert not case.lists or stdout == case.text("stdout")
    assert status == int(case.text("status"))


def test_no_case_is_left_over() -> None:
    assert [path.name for path in CASES.iterdir() if path not in FILES] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case_is_written_as_it_is_read(path: Path) -> None:
    assert str(read_case(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_error_says_what_and_has_a_place_or_a_next_step(path: Path) -> None:
    case = read_case(path)
    assert int(case.text("status")) != 0
    said = case.text("stderr") or case.text("stdout")
    assert ":" in said.splitlines()[0] or "hint" in said
