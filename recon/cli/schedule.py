"""`recon schedule`: what to give cron or systemd so that the project runs every night."""

import re
import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import epilog
from recon.errors import Problem, UsageError
from recon.project.choices import FailOn

app = typer.Typer()

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@app.command("schedule", epilog=epilog("recon schedule", "recon schedule --at 05:30 --for systemd"))
def schedule(
    context: typer.Context,
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="When the night begins.")] = "02:15",
    system: Annotated[
        Literal["cron", "systemd", "both"], typer.Option("--for", help="What to print it for.")
    ] = "both",
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="What makes a sound night exit 1.")] = "aged",
) -> None:
    """Print a crontab line and a systemd service with its timer for this project. Nothing is installed."""
    time = _TIME.fullmatch(at)
    if time is None:
        raise UsageError(Problem("usage", f"`{at}` is no time of day", hint="write it as 02:15"))
    root = terminal(context).project().root
    words = [str(_program()), "--project", str(root), "run", "--nightly", "--fail-on", fail_on]
    parts = []
    if system in {"cron", "both"}:
        parts.append(_cron(words, int(time[1]), int(time[2])))
    if system in {"systemd", "both"}:
        parts.append(_systemd(words, root, f"{int(time[1]):02}:{time[2]}"))
    sys.stdout.write("\n".join(parts))


def _program() -> Path:
    """The program as it runs now, so that cron, which knows no environment, finds the same one."""
    beside = Path(sys.executable).parent / "recon"
    return beside if beside.is_file() else Path(sys.argv[0]).absolute()


def _cron(words: list[str], hour: int, minute: int) -> str:
    command = shlex.join(words).replace("%", "\\%")  # a bare % ends the command in a crontab
    return f"# crontab -e\n{minute} {hour} * * * {command}\n"


def _systemd(words: list[str], root: Path, time: str) -> str:
    command = " ".join(_unit_word(word) for word in words)
    name = re.sub(r"[^A-Za-z0-9-]+", "-", root.name).strip("-") or "project"
    return f"""\
# ~/.config/systemd/user/recon-{name}.service
[Unit]
Description=recon: the night of {root.name.replace("%", "%%")}

[Service]
Type=oneshot
ExecStart={command}
# 1: breaks were found; the run itself is sound
SuccessExitStatus=1
UMask=0077

# ~/.config/systemd/user/recon-{name}.timer
[Unit]
Description=recon: every night at {time}

[Timer]
OnCalendar=*-*-* {time}:00
Persistent=true

[Install]
WantedBy=timers.target

# systemctl --user daemon-reload && systemctl --user enable --now recon-{name}.timer
"""


def _unit_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if re.search(r"""[\s"'\\]""", word) else escaped
