"""One writer at a time, and a name for whoever keeps the others out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recon.errors import Busy
from recon.store.lock import Holder, holder, writer_lock

REPOSITORY = Path(__file__).parents[3]

CONTENDER = """
import sys, pathlib
from recon.errors import Busy
from recon.store.lock import writer_lock
print("ready", flush=True)
sys.stdin.readline()
try:
    with writer_lock(pathlib.Path(sys.argv[1]), f"start {sys.argv[2]}"):
        print("wrote", flush=True)
        sys.stdin.readline()
except Busy as busy:
    print(busy, flush=True)
"""


def contender(folder: Path, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CONTENDER, str(folder), str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize("round_number", range(10))
def test_of_four_simultaneous_starts_one_writes_and_the_others_name_it(
    tmp_path: Path, round_number: int
) -> None:
    folder = tmp_path / f"store{round_number}"
    processes = [contender(folder, number) for number in range(4)]
    assert [said(process) for process in processes] == ["ready"] * 4
    for process in processes:
        go_on(process)
    answers = [said(process) for process in processes]
    (winner,) = [number for number, answer in enumerate(answers) if answer == "wrote"]
    others = [answer for answer in answers if answer != "wrote"]
    assert len(others) == 3
    for answer in others:
        assert "the project is being written to" in answer
        assert f"`start {winner}`" in answer
        assert f"process {processes[winner].pid} on " in answer
    go_on(processes[winner])
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert sorted(path.name for path in folder.iterdir()) == ["lock"]


def test_a_killed_holder_leaves_a_note_that_keeps_nobody_out(tmp_path: Path) -> None:
    process = contender(tmp_path, 1)
    assert said(process) == "ready"
    go_on(process)
    assert said(process) == "wrote"
    with pytest.raises(Busy, match="start 1"), writer_lock(tmp_path, "mine"):
        pass
    process.kill()
    process.communicate()
    assert holder(tmp_path) is not None, "the note is still there"
    with writer_lock(tmp_path, "mine", "noon"):
        note = holder(tmp_path)
        assert note is not None
        assert (note.pid, note.purpose, note.since) == (os.getpid(), "mine", "noon")
    assert holder(tmp_path) is None


def test_a_note_that_nobody_can_read_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "lock.json").write_text("{")
    with writer_lock(tmp_path, "mine"):
        assert json.loads((tmp_path / "lock.json").read_text())["purpose"] == "mine"


def test_the_lock_may_be_taken_again_inside_and_ends_with_the_outermost(tmp_path: Path) -> None:
    with writer_lock(tmp_path, "outer"):
        with writer_lock(tmp_path, "inner"):
            note = holder(tmp_path)
        assert note is not None
        assert note.purpose == "outer"
        assert holder(tmp_path) == note
    assert holder(tmp_path) is None


def test_the_lock_ends_with_an_exception(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writer_lock(tmp_path, "mine"):
        _ = 1 // 0
    with writer_lock(tmp_path, "mine"):
        pass


def test_a_holder_on_another_host_is_taken_at_its_word() -> None:
    assert Holder(1, "elsewhere", "ada", "run", "noon").may_be_alive()
    assert "`run` by ada (process 1 on elsewhere, since noon)" in str(
        Holder(1, "elsewhere", "ada", "run", "noon")
    )
