"""The command line as a whole: exit statuses, help, global options, and what happens when things go wrong."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command
from typer.models import CommandInfo

from recon import __version__
from recon.cli import app as command_line
from recon.cli.app import COMMANDS, build
from recon.cli.terminal.argv import global_first
from recon.cli.terminal.options import ByOption
from recon.errors import Busy, ControlFailed, ExitStatus, InputRefused, Place, Problem, UsageError
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Put a command `fail` on the command line that raises what it is told."""

    def install(error: BaseException) -> None:
        def fail() -> None:
            raise error

        top = build()
        top.command("fail")(fail)
        monkeypatch.setattr(command_line, "program", lambda: get_command(top))

    return install


def test_version(recon: Run) -> None:
    assert recon("--version") == Outcome(0, f"recon {__version__}\n", "")


@pytest.mark.parametrize(
    "words", [("sql", "select 1 as one"), ("doctor", "--format", "json"), ("payouts", "list")]
)
def test_nothing_is_said_after_the_end(recon_process: Run, project: Path, words: tuple[str, ...]) -> None:
    """Libraries that are loaded say nothing of their own when the process ends."""
    assert recon_process(*words, cwd=project).stderr == ""


def test_what_an_encoding_cannot_show_is_replaced_and_told(recon_process: Run, project: Path) -> None:
    select = ("sql", "select 'Prüfbüro' as name")
    narrow = recon_process(*select, cwd=project, PYTHONIOENCODING="ascii")
    assert (narrow.status, narrow.stdout) == (0, "name\nPr?fb?ro\n")
    assert narrow.stderr.startswith("stdout is in ascii, which cannot show some characters")
    wide = recon_process(*select, cwd=project, PYTHONIOENCODING="utf-8")
    assert (wide.stdout, wide.stderr) == ("name\nPrüfbüro\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full here")
@pytest.mark.parametrize(
    ("streams", "good", "bad"),
    [
        (">/dev/full", 4, 2),
        (">/dev/full 2>&1", 4, 2),
        ("2>/dev/full", 0, 2),
        (">&-", 0, 2),
        ("2>&-", 0, 2),
        ("<&- >&- 2>&-", 0, 2),
    ],
)
def test_streams_that_take_nothing_are_no_breaks(project: Path, streams: str, good: int, bad: int) -> None:
    """A night whose log lay on a full disk, or whose stderr was closed, ended with 1, which means breaks."""
    for words, status in (("select 1", good), ("select nothing", bad)):
        command = ["sh", "-c", f'"$@" {streams}', "sh", sys.executable, "-m", "recon", "sql", words]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == status
        if streams == ">/dev/full" and status == good:
            assert done.stderr.startswith("stdout: cannot write the output: no space is left on the disk")


def test_no_arguments_print_the_help_and_are_a_usage_error(recon: Run) -> None:
    outcome = recon()
    assert outcome.status == ExitStatus.USAGE
    assert "Usage: recon" in outcome.stdout + outcome.stderr


def test_an_unknown_command_is_named_with_the_nearest(recon: Run) -> None:
    outcome = recon("confg")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        "recon: No such command 'confg'. Did you mean 'config'?\n  hint: `recon --help` shows what it takes\n"
    )


def test_an_unknown_option_names_the_command(recon: Run) -> None:
    outcome = recon("config", "show", "--orign")
    assert outcome.status == 2
    assert outcome.stderr.startswith("recon config show: No such option: --orign")


def test_a_number_with_a_minus_is_told_as_one(recon: Run) -> None:
    outcome = recon("breaks", "split", "A-1005", "-20", "rest", "--reason", "x")
    assert outcome.status == 2
    assert outcome.stderr.startswith("recon breaks split: a number with a minus is taken for an option")
    assert "leave the minus out, or end the options with `--`" in outcome.stderr


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError(Problem("x", "not so")), 2),
        (InputRefused(Problem("x", "not so")), 3),
        (ControlFailed(Problem("x", "not so")), 4),
        (Busy(Problem("x", "not so")), 5),
        (KeyboardInterrupt(), 130),
        (typer.Abort(), 130),
        (BrokenPipeError(), 130),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 130),
        (typer.Exit(1), 1),
    ],
)
def test_exit_statuses(
    recon: Run, failing: Callable[[BaseException], None], error: BaseException, status: int
) -> None:
    failing(error)
    assert recon("fail").status == status


def test_all_problems_are_printed(recon: Run, failing: Callable[[BaseException], None]) -> None:
    here = Place("bank.csv", 3, None, "amount")
    failing(InputRefused(Problem("a", "one", here, "do this", "  3 | x"), Problem("b", "two")))
    assert recon("fail") == Outcome(3, "", "bank.csv:3:amount: one\n  3 | x\n  hint: do this\ntwo\n")


def test_of_very_many_problems_the_first_are_printed(
    recon: Run, failing: Callable[[BaseException], None]
) -> None:
    failing(InputRefused(*(Problem("a", f"row {number}") for number in range(1234))))
    lines = recon("fail").stderr.splitlines()
    assert (lines[0], lines[99], lines[100:]) == ("row 0", "row 99", ["and 1,134 more problems like these"])


def test_problems_are_json_lines_when_asked(recon: Run, failing: Callable[[BaseException], None]) -> None:
    failing(InputRefused(Problem("a", "one", Place("bank.csv", 3), "do this"), Problem("b", "two")))
    outcome = recon("--log-format", "json", "fail")
    lines = [json.loads(line) for line in outcome.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["one", "two"]
    assert (lines[0]["place"], lines[0]["code"], lines[0]["hint"], lines[0]["level"]) == (
        "bank.csv:3",
        "a",
        "do this",
        "error",
    )


def test_a_file_that_may_not_be_opened_is_no_defect(
    recon: Run, failing: Callable[[BaseException], None]
) -> None:
    failing(PermissionError(13, "Permission denied", "/acme/runs/r1/breaks.parquet"))
    outcome = recon("fail")
    assert outcome.status == ExitStatus.CONTROL
    first, hint = outcome.stderr.splitlines()
    assert first == "/acme/runs/r1/breaks.parquet: cannot go on: Permission denied"
    assert hint.startswith("  hint: check the owner and the mode")


def test_a_crash_is_never_taken_for_breaks(
    recon: Run, failing: Callable[[BaseException], None], project: Path
) -> None:
    failing(ZeroDivisionError("0012345678 is no divisor"))
    outcome = recon("fail")
    assert outcome.status == ExitStatus.CRASH
    assert "Traceback" in outcome.stderr
    (project / "store").mkdir()
    outcome = recon("fail")
    assert outcome.status == ExitStatus.CRASH
    first, hint = outcome.stderr.splitlines()
    assert first.startswith("a defect in the program (ZeroDivisionError); the traceback is in store/crashes/")
    assert hint.startswith("  hint: ")
    written = project / first.rpartition(" ")[2]
    assert "0012345678 is no divisor" in written.read_text(encoding="utf-8")
    assert written.stat().st_mode & 0o777 == 0o600


def test_a_reader_that_goes_away_leaves_no_traceback(project: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "recon", "config", "show", "--format", "csv"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        stderr = process.stderr.read()
        assert process.wait(60) == ExitStatus.INTERRUPTED
    assert stderr == b""


def name_of(command: CommandInfo) -> str:
    assert command.callback is not None
    return command.name or command.callback.__name__.replace("_", "-")


def commands_of(app: typer.Typer) -> Iterator[CommandInfo]:
    """All commands of a module, those of its parts as well."""
    yield from app.registered_commands
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from commands_of(group.typer_instance)


def test_every_registered_command_is_there_and_documented() -> None:
    top = get_command(build())
    names = set(getattr(top, "commands"))  # noqa: B009  (the vendored type is private)
    for entry in COMMANDS:
        app: typer.Typer = getattr(import_module(entry.module), entry.attribute)
        assert app.registered_commands or app.registered_groups, entry.module
        own = {entry.name} if entry.name else {name_of(command) for command in commands_of(app)}
        assert own <= names, entry.module
        assert own == set(entry.words), f"{entry.module}: the register does not know what it is called"
        for command in commands_of(app):
            assert command.callback is not None
            assert (command.callback.__doc__ or command.help or "").strip(), (
                f"{entry.module}: {command.name} has no help"
            )
            assert "Exit status:" in (command.epilog or ""), (
                f"{entry.module}: {command.name} says no exit status"
            )
            assert "`recon " in (command.epilog or ""), f"{entry.module}: {command.name} shows no example"


def test_what_people_do_may_find_somebody_else_at_it() -> None:
    """Whoever acts writes into the ledger, which another may hold; keys are files, and the screen tells it itself."""
    silent = {
        f"{entry.module}:{name_of(command)}"
        for entry in COMMANDS
        for command in commands_of(getattr(import_module(entry.module), entry.attribute))
        if command.callback is not None
        and any(one.annotation == ByOption for one in signature(command.callback).parameters.values())
        and "5 busy" not in (command.epilog or "")
    }
    assert silent == {"recon.cli.people:whoami", "recon.cli.people:keygen", "recon.cli.ui:ui"}


@pytest.mark.parametrize(
    "words",
    [["rules", "--help"], ["--project", "rules", "--help"], ["--project=rules", "-q", "reopen", "--help"]],
)
def test_a_part_of_the_command_line_says_what_all_of_it_says(recon: Run, words: list[str]) -> None:
    command_line.program.cache_clear()
    partly = recon(*words)
    everything = command_line.program()
    assert partly.status == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command_line, "program", lambda *_: everything)
        assert recon(*words) == partly


def test_help_of_every_command_can_be_printed(recon: Run) -> None:
    for entry in COMMANDS:
        app: typer.Typer = getattr(import_module(entry.module), entry.attribute)
        for command in commands_of(app):
            words = [word for word in (entry.name, name_of(command)) if word]
            outcome = recon(*words, "--help")
            assert outcome.status == 0
            assert "Exit status:" in outcome.stdout


def test_an_incomplete_installation_is_no_break(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise ImportError('no typer here')\n", encoding="utf-8")
    root = Path(command_line.__file__).parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "recon", "--version"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (ExitStatus.CRASH, "")
    assert done.stderr == "recon is not completely installed: no typer here\n  hint: install it again\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "--quiet"], ["--quiet", "run"]),
        (["run", "-q", "--period", "2026-10"], ["-q", "run", "--period", "2026-10"]),
        (["--quiet", "runs", "list"], ["--quiet", "runs", "list"]),
        (
            ["runs", "list", "--project", "acme", "--format", "json"],
            ["--project", "acme", "runs", "list", "--format", "json"],
        ),
        (["runs", "-v", "list", "--log-format=text"], ["-v", "--log-format=text", "runs", "list"]),
        (["runs", "list", "--output", "--quiet"], ["runs", "list", "--output", "--quiet"]),
        (["ingest", "--", "--quiet"], ["ingest", "--", "--quiet"]),
        (["run", "--project"], ["--project", "run"]),
        (["unknown", "--quiet"], ["--quiet", "unknown"]),
        ([], []),
    ],
)
def test_global_options_may_stand_anywhere(words: list[str], expected: list[str]) -> None:
    top = get_command(build())
    assert isinstance(top, TyperGroup)
    assert global_first(words, top) == expected


def test_a_run_without_files_says_what_it_looked_for_and_leaves_nothing(recon: Run, project: Path) -> None:
    for folder in ("sources", "rules"):
        (project / "configs" / folder).mkdir()
    for name in ("bank", "branch"):
        text = f"source: {name}\ntitle: A bank\nfiles: inbox/{name}/*.sta\nreader: mt940\n"
        (project / "configs" / "sources" / f"{name}.yaml").write_text(text, encoding="utf-8")
    rules = "ruleset: both\nleft: bank\nright: branch\npasses: [{name: amount, same: [amount]}]\n"
    (project / "configs" / "rules" / "both.yaml").write_text(rules, encoding="utf-8")
    before = sorted(project.rglob("*"))
    outcome = recon("run", "--quiet")
    assert outcome.status == 2
    assert "there are no files to run on" in outcome.stderr
    assert "bank: inbox/bank/*.sta" in outcome.stderr
    assert sorted(project.rglob("*")) == before
