"""What is said on stderr: bars and colours on a terminal, log lines elsewhere, nothing when quiet."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from recon.cli.terminal.console import Terminal
from recon.errors import Place, Problem
from recon.model.accounts import masked

PROGRAM = """
from recon.cli.terminal.console import Terminal
from recon.errors import Place, Problem
from recon.model.accounts import masked
terminal = Terminal({options})
with terminal.progress("Reading", total=2) as steps:
    steps.step("bank.csv", rows=10, account="NG1234567890")
    steps.step("card.csv", rows=2)
terminal.say("next: recon match")
terminal.fail(Problem("x", "not so", Place("a.yaml", 1, 2), "do this", "  1 | a\\n    |  ^"))
"""


def on_a_terminal(options: str, **variables: str) -> str:
    """What the program writes when stderr is a terminal."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "80", **variables}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(options=options)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment,
    ) as process:
        os.close(theirs)
        parts = []
        try:
            while part := os.read(ours, 4096):
                parts.append(part)
        except OSError:  # the other side has closed
            pass
        assert process.wait(60) == 0
    os.close(ours)
    return b"".join(parts).decode("utf-8").replace("\r\n", "\n")


def speak(terminal: Terminal) -> None:
    with terminal.progress("Reading", total=2) as steps:
        steps.step("bank.csv", rows=10, account="NG1234567890")
    terminal.say("next: recon match")


@pytest.fixture(autouse=True)
def _no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_one_json_line_for_each_step_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    speak(Terminal(log_format="json"))
    captured = capsys.readouterr()
    assert captured.out == ""
    step, said = [json.loads(line) for line in captured.err.splitlines()]
    assert step.pop("timestamp").endswith("Z")
    assert step == {"event": "Reading: bank.csv", "rows": 10, "account": "…7890", "level": "info"}
    assert said["event"] == "next: recon match"


def test_steps_are_json_lines_by_default_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    speak(Terminal())
    first = capsys.readouterr().err.splitlines()[0]
    assert json.loads(first)["event"] == "Reading: bank.csv"


def test_text_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    speak(Terminal(log_format="text"))
    assert capsys.readouterr().err == "Reading: bank.csv rows=10 account=…7890\nnext: recon match\n"


def test_quiet_says_nothing_but_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(quiet=True, log_format="text")
    speak(terminal)
    terminal.warn(Problem("x", "not so", Place("a.yaml", 1)))
    assert capsys.readouterr().err == "a.yaml:1: not so\n"


def test_the_result_is_one_json_line_of_data(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(quiet=True).result({"status": 1, "verdict": "breaks", "breaks": 7})
    assert capsys.readouterr() == ('{"status": 1, "verdict": "breaks", "breaks": 7}\n', "")


def test_a_bar_on_a_terminal_is_gone_at_the_end() -> None:
    said = on_a_terminal("")
    assert "Reading: card.csv" in said
    assert "2/2" in said
    assert "NG1234567890" not in said
    assert "\x1b[1ma.yaml:1:2\x1b[0m: not so" in said


def test_verbose_keeps_a_line_for_each_step() -> None:
    assert "Reading: bank.csv rows=10 account=…7890\n" in on_a_terminal("verbosity=1", NO_COLOR="1")


def test_no_color_is_respected() -> None:
    said = on_a_terminal("quiet=True", NO_COLOR="1")
    assert "[3" not in said.replace("[32", "[3")
    assert "not so" in said


def test_quiet_on_a_terminal_shows_no_bar() -> None:
    assert "Reading" not in on_a_terminal("quiet=True")


@pytest.mark.parametrize(
    ("account", "shown"),
    [("NG1234567890", "…7890"), ("1234", "…"), ("", ""), (None, ""), ("12345", "…2345")],
)
def test_masked(account: str | None, shown: str) -> None:
    assert masked(account) == shown
