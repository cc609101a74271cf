"""Scratch folders: private, gone afterwards, swept when their process was killed, never while it lives."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from recon.errors import ControlFailed
from recon.store.scratch import scratch_folder, sweep_below

HOLD = """
import sys, time
from pathlib import Path
from recon.store.scratch import scratch_folder, sweep_below
with scratch_folder(Path(sys.argv[1]), "spill-") as folder:
    (folder / "part").write_text("1")
    print(folder, flush=True)
    time.sleep(60)
"""


def held_elsewhere(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    command = [sys.executable, "-c", HOLD, str(parent)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_it_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "tmp", "spill-") as one, scratch_folder(tmp_path / "tmp", "spill-") as two:
        assert one != two
        assert stat.S_IMODE(one.stat().st_mode) == 0o700
        (one / "part").write_text("1", encoding="utf-8")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    dead, left = held_elsewhere(tmp_path)
    os.kill(dead.pid, signal.SIGKILL)
    dead.wait()
    alive, used = held_elsewhere(tmp_path)
    try:
        assert (left.exists(), used.exists()) == (False, True)
        (tmp_path / "ingest-x").mkdir()
        with scratch_folder(tmp_path, "replay-"):
            assert (used / "part").is_file()
            assert (tmp_path / "ingest-x").is_dir(), "not a scratch folder"
    finally:
        alive.kill()
        alive.wait()


def test_in_a_folder_of_the_user_only_ones_own_is_swept(tmp_path: Path) -> None:
    for name in (".a[1].part.scratch", ".b.part.scratch", "mine.scratch"):
        (tmp_path / name).mkdir()
    with scratch_folder(tmp_path, ".a[1].", beside_others=True) as own:
        assert own.name.startswith(".a[1].")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".b.part.scratch", "mine.scratch"]


def test_a_place_that_is_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "tmp").write_text("", encoding="utf-8")
    with (
        pytest.raises(ControlFailed, match="cannot make a temporary folder"),
        scratch_folder(tmp_path / "tmp", "x"),
    ):
        pass


def test_what_killed_processes_left_in_any_folder_is_swept_and_nothing_else(tmp_path: Path) -> None:
    process, left = held_elsewhere(tmp_path / "run-1")
    hidden = left.rename(tmp_path / "run-1" / ".book.1.scratch")
    (tmp_path / "run-1" / "book").write_text("kept")
    sweep_below(tmp_path)
    assert (hidden / "part").exists(), "somebody works in it"
    process.kill()
    process.communicate()
    sweep_below(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["run-1", "book"]
