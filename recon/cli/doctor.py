"""`recon doctor`: whether everything a run needs is there, and what to do where it is not."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from recon.cli.doctor_machine import Check, of_machine
from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import Column, FormatOption, OutputOption, print_listing
from recon.errors import ConfigError, ExitStatus, Problem, ReconError, UsageError
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.project.workspace import Project

app = typer.Typer()

LEAST_FREE_MB = 2_000
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "fuse.sshfs", "fuse.s3fs", "fuse.rclone"}
)


@app.command("doctor", epilog=epilog("recon doctor", "recon --project acme doctor --format json"))
def doctor(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """Check the installation, the project and its disk, and say what to do about each trouble found.

    Nothing is changed. The exit status is 2 if any answer is no.
    """
    checks = list(_checks(terminal(context)))
    columns = [
        Column("check", "Check"),
        Column("ok", "OK"),
        Column("found", "Found"),
        Column("remedy", "Remedy"),
    ]
    rows = [(check.question, check.word, check.found, "" if check.answer else check.remedy) for check in checks]
    print_listing(columns, rows, form, output)
    if any(check.answer is False for check in checks):
        raise typer.Exit(ExitStatus.USAGE)


def _checks(told: Terminal) -> Iterator[Check]:
    yield from of_machine()
    try:
        project = told.project()
    except ConfigError as error:
        yield _of_problems("project is sound", error.problems, "")
        return
    yield Check("project is sound", True, f"{project.settings.project.name} in {project.root}")
    of_project: tuple[Callable[[Project], Check], ...] = (
        _configs,
        _profiles,
        _rules,
        _settings,
        _ledger,
        _fed,
        _writable,
        _local,
        _free,
        _lock,
        _leftovers,
    )
    for check in of_project:
        yield check(project)


def _configs(project: "Project") -> Check:
    """Whether the text of every configuration file can be read; what it means is for the checks of each kind."""
    from recon.project.located import read_yaml

    question = "configuration files can be read"
    if not project.configs.is_dir():
        shown = project.relative(project.configs)
        return Check(question, False, f"there is no folder {shown}", "make one with `recon init`")
    files = sorted(path for suffix in ("*.yaml", "*.yml") for path in project.configs.rglob(suffix))
    problems: list[Problem] = []
    for path in files:
        try:
            read_yaml(path, project.relative(path))
        except ConfigError as error:
            problems.extend(error.problems)
    return _of_problems(question, problems, counted(len(files), "file"))


def _profiles(project: "Project") -> Check:
    """Whether every source profile means something."""
    from recon.sources.profiles.profile import load_profiles

    question = "source profiles are sound"
    try:
        return Check(question, True, counted(len(load_profiles(project)), "source"))
    except ConfigError as error:
        return _of_problems(question, error.problems, "")


def _rules(project: "Project") -> Check:
    """Whether every rule set and chain means something, and speaks of sources that there are."""
    from recon.runs.configuration import load_configuration
    from recon.sources.profiles.profile import load_profiles

    question = "rule sets are sound"
    try:
        load_profiles(project)
    except ConfigError:
        return Check(question, None, "cannot be told before the source profiles are sound")
    try:
        book = load_configuration(project).book
    except (ConfigError, UsageError) as error:
        return _of_problems(question, error.problems, "")
    return Check(
        question, True, f"{counted(len(book.rulesets), 'rule set')}, {counted(len(book.chains), 'chain')}"
    )


def _settings(project: "Project") -> Check:
    """Whether plans, bank files and what the desks have set down mean something; a night reads few of them."""
    from recon.cli.doctor_settings import problems_of

    places, problems = problems_of(project)
    return _of_problems("other settings are sound", problems, ", ".join(places) or "none")


def _ledger(project: "Project") -> Check:
    """Whether the ledger can be relied on, and each folder stands that it names; their bytes are for `runs verify`."""
    from recon.store.store import Store

    question, store = "ledger is sound", Store.open(project)
    try:
        problems = store.ledger.verify()
        if problems:
            return _of_problems(question, problems, "")
        store.ingests()
        store.runs()
        return Check(question, True, counted(len(store.ledger.rows()), "row"))
    except ReconError as error:
        return _of_problems(question, error.problems, "")


def _fed(project: "Project") -> Check:
    """Whether every source that rule sets match has or had a file; a project without any file is only beginning."""
    from recon.runs.configuration import load_configuration
    from recon.runs.unfed import passed_over
    from recon.store.store import Store

    question = "sources of rule sets have files"
    try:
        store = Store.open(project)
        problems = passed_over(project, store, load_configuration(project))
        begun = bool(store.ingests())
    except ReconError:
        return Check(question, None, "cannot be told before the rule sets and the ledger are sound")
    if problems and not begun:
        return Check(question, None, str(problems[0]), problems[0].hint or "")
    return _of_problems(question, problems, "all of them")


def _of_problems(question: str, problems: Sequence[Problem], found: str) -> Check:
    """The answer by what is wrong, of which the first is shown."""
    if not problems:
        return Check(question, True, found)
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    message = f"{first.place}: {first.message}{more}" if first.place else f"{first.message}{more}"
    return Check(question, False, message, first.hint or "correct it")


def _nearest(path: Path) -> Path:
    """The folder itself, or the nearest one above that exists."""
    return path if path.exists() else _nearest(path.parent)


def _writable(project: "Project") -> Check:
    import os

    folder = _nearest(project.store_dir)
    found = project.relative(project.store_dir) + ("" if folder == project.store_dir else " (made when needed)")
    writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return Check("store can be written", writable, found, f"allow yourself to write to {folder}")


def _local(project: "Project") -> Check:
    """Whether the store is on a disk of this machine; locks and renames are not reliable over a network."""
    question, remedy = "store is on a local disk", "move the project to a disk of this machine"
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return Check(question, None, "this system does not say", remedy)
    store = _nearest(project.store_dir).resolve()
    best = ("", "unknown")
    for line in mounts:
        _, point, kind, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        if store.is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, kind)
    return Check(question, best[1] not in _NETWORK, best[1], remedy)


def _free(project: "Project") -> Check:
    free = shutil.disk_usage(_nearest(project.store_dir)).free // 1_000_000
    remedy = f"free some space; a run may need {LEAST_FREE_MB:,} MB for what does not fit into memory"
    return Check("enough free disk", free >= LEAST_FREE_MB, f"{free:,} MB", remedy)


def _lock(project: "Project") -> Check:
    from recon.store.lock import holder

    who = holder(project.store_dir)
    if who is None:
        return Check("nobody else is writing", True, "no lock held")
    if not who.may_be_alive():
        return Check(
            "nobody else is writing", True, "a killed process left its note; the next writer removes it"
        )
    return Check("nobody else is writing", False, str(who), "wait until it has ended")


def _leftovers(project: "Project") -> Check:
    """Unfinished folders; the next writer adopts or removes them by itself."""
    found = [
        path
        for folder in (project.store_dir / "entries", project.runs_dir)
        if folder.is_dir()
        for path in folder.glob(".tmp-*")
    ]
    if project.temporary_dir.is_dir():
        found += project.temporary_dir.iterdir()
    names = ", ".join(sorted(project.relative(path) for path in found))
    return Check(
        "no unfinished work left", not found, names or "none", "nothing to do: the next `recon run` settles it"
    )
