"""`recon init`: a new project from the shipped configuration."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import epilog
from recon.errors import Place, Problem, UsageError
from recon.project.shipped import shipped_configs

app = typer.Typer()

_SETTINGS = """\
# The project's settings; `recon config show --origin` lists them all.
[project]
name = {name}

[run]
max_refused = 0       # refused rows a file may have before the run is refused
fail_on = "breaks"    # exit 1 on any break; "aged": only on overdue ones; "none": never
"""
_SAMPLE_FILES = re.compile(rb"sample_data/[^/\s]+/data/")
_LIBRARY = "library"  # its profiles are used by name, wherever they are
_IGNORED = """\
# what recon writes, and what it reads
/store/
/runs/
/reports/
/inbox/
"""


@app.command("init", epilog=epilog("recon init acme", "recon --project acme doctor"))
def init(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The project's folder; made if missing.")
    ] = Path(),
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="The project's name; by default the folder's.")
    ] = None,
) -> None:
    """Make a project: settings, the shipped configuration to start from, and an inbox for files.

    Nothing that exists is overwritten, so that it is safe to run again. Without a terminal nothing is asked.
    """
    told = terminal(context)
    project_name = name or _ask_name(folder)
    made, kept = _make(folder, project_name)
    for path in made:
        print(path.as_posix())  # noqa: T201  (data)
    if kept:
        told.say(f"kept as they were: {', '.join(path.as_posix() for path in kept)}")
    where = "" if folder == Path() else f"--project {folder.as_posix()} "
    told.say(f"next: put files into {(folder / 'inbox').as_posix()}, then `recon {where}doctor`")


def _ask_name(folder: Path) -> str:
    default = folder.resolve().name or "project"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return default
    answer: str = typer.prompt("Name of the project", default=default, err=True)
    return answer


def _make(folder: Path, name: str) -> tuple[list[Path], list[Path]]:
    """Make what is missing; the files made and the files kept, each list sorted.

    Raises:
        UsageError: if the folder cannot be written to.
    """
    made: list[Path] = []
    kept: list[Path] = []
    try:
        for path, content in _contents(folder, name):
            _make_folder(path.parent)
            if _write_new(path, content):
                made.append(path)
            else:
                kept.append(path)
        inbox = folder / "inbox"
        if not inbox.is_dir():
            _make_folder(inbox)
            made.append(inbox)
    except OSError as error:
        where = Place(str(error.filename or folder))
        hint = "choose a folder that you may write to"
        raise UsageError(
            Problem("unwritable-folder", f"cannot be made: {error.strerror}", where, hint)
        ) from error
    return sorted(made), sorted(kept)


def _contents(folder: Path, name: str) -> Iterator[tuple[Path, bytes]]:
    import json

    quoted = json.dumps(name, ensure_ascii=False)  # a JSON string is a TOML string
    yield folder / "recon.toml", _SETTINGS.format(name=quoted).encode("utf-8")
    yield folder / ".gitignore", _IGNORED.encode("utf-8")
    shipped = shipped_configs()
    for path in sorted(shipped.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and path.parent.name != _LIBRARY:
            yield folder / "configs" / path.relative_to(shipped), _for_the_inbox(path.read_bytes())


def _for_the_inbox(content: bytes) -> bytes:
    """Shipped profiles read the sample story; those of a new project read its inbox."""
    return _SAMPLE_FILES.sub(rb"inbox/", content)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700)


def _write_new(path: Path, content: bytes) -> bool:
    """Write a private file unless there is one; whether it was written."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return True
