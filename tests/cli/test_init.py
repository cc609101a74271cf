"""`recon init`: a project that works, made without asking and without overwriting."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from recon.cli import init
from recon.project.workspace import open_project
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shipped"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "bank.yaml").write_text("source: bank\n", encoding="utf-8")
    files = "files: [sample_data/story/data/card/*.csv, sample_data/story/data/x.csv]\n"
    (folder / "sources" / "card.yaml").write_text(files, encoding="utf-8")
    (folder / "sources" / "library").mkdir()
    (folder / "sources" / "library" / "report.yaml").write_text("source: report\n", encoding="utf-8")
    monkeypatch.setattr(init, "shipped_configs", lambda: folder)
    return folder


def test_a_new_project_opens(recon: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = recon("init", 'a "quoted" name')
    assert outcome.status == 0
    assert outcome.stdout.splitlines() == [
        f'a "quoted" name/{made}'
        for made in (
            ".gitignore",
            "configs/sources/bank.yaml",
            "configs/sources/card.yaml",
            "inbox",
            "recon.toml",
        )
    ]
    assert "--project" in outcome.stderr
    opened = open_project(tmp_path / 'a "quoted" name')
    assert opened.settings.project.name == 'a "quoted" name'
    assert (opened.sources_dir / "bank.yaml").read_text(encoding="utf-8") == "source: bank\n"
    assert (opened.sources_dir / "card.yaml").read_text(
        encoding="utf-8"
    ) == "files: [inbox/card/*.csv, inbox/x.csv]\n"
    assert (opened.root / "recon.toml").stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten(recon: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recon("init", "acme", "--name", "Acme Ltd")
    bank = tmp_path / "acme" / "configs" / "sources" / "bank.yaml"
    bank.write_text("source: mine\n", encoding="utf-8")
    (tmp_path / "acme" / ".gitignore").unlink()
    outcome = recon("init", "acme", "--name", "Other")
    assert outcome.stdout == "acme/.gitignore\n"
    assert (
        "kept as they were: acme/configs/sources/bank.yaml, acme/configs/sources/card.yaml, acme/recon.toml"
        in outcome.stderr
    )
    assert bank.read_text(encoding="utf-8") == "source: mine\n"
    assert open_project(tmp_path / "acme").settings.project.name == "Acme Ltd"


def test_quiet_says_only_what_was_made(recon: Run, tmp_path: Path) -> None:
    assert recon("--quiet", "init", str(tmp_path / "acme")).stderr == ""


def test_a_folder_that_cannot_be_made_is_a_usage_error(recon: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    outcome = recon("init", str(tmp_path / "file" / "acme"))
    assert outcome.status == 2
    assert "file: cannot be made: File exists" in outcome.stderr


def test_the_shipped_configuration_is_found() -> None:
    assert (Path(init.__file__).parent.parent.parent / "configs").is_dir()


def test_on_a_terminal_the_name_is_asked_and_the_folder_s_is_offered(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "recon", "init", str(tmp_path / "acme")],
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        said = b""
        while b"[acme]" not in said:
            said += os.read(ours, 1024)
        os.write(ours, b"Acme Ltd\n")
        assert process.stdout is not None
        made = process.stdout.read().decode("utf-8")
        assert process.wait(60) == 0
    os.close(ours)
    assert "Name of the project [acme]" in said.decode("utf-8")
    assert f"{(tmp_path / 'acme' / 'recon.toml').as_posix()}\n" in made
    assert open_project(tmp_path / "acme").settings.project.name == "Acme Ltd"
