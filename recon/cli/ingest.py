"""`recon ingest`: new files into the store, proved line by line, all of them or none."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.errors import ExitStatus
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.sources.intake.ingest import IngestOutcome

app = typer.Typer()

SourceOption = Annotated[
    list[str] | None,
    typer.Option("--source", "-s", metavar="NAME", help="Only this source; may be repeated."),
]
COLUMNS = (
    "source", "path", "reader", "lines", "entries", "known", "refused", "recognised", "duplicate_of", "supersedes",
)  # fmt: skip


@app.command(
    "ingest",
    epilog=epilog(
        "recon ingest",
        "recon ingest --source bank_ngn",
        "recon ingest inbox/orders_2026-10-31.csv",
        statuses=FILES | WRITES,
    ),
)
def ingest(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Only these files; all new files of all sources without."),
    ] = None,
    sources: SourceOption = None,
    keep_going: Annotated[
        bool,
        typer.Option("--keep-going", help="Take the files that can be taken, and exit 3 if one cannot."),
    ] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> int:
    """Take new files into the store.

    Every line of a file becomes an entry, a refused row, or a line known to be no transaction; counts prove it. A
    file that was taken before is not read again, and entries that an overlapping file brought are counted once.
    If one file is refused nothing is stored, and the store is as it was.
    """
    told = terminal(context)
    outcome = ingested(told, sources, files or (), keep_going=keep_going)
    rows = [tuple(getattr(row, name) for name in COLUMNS) for row in outcome.files]
    if rows or form is not None or output is not None:
        print_listing(COLUMNS, rows, form, output)
    return ExitStatus.REFUSED if outcome.problems else ExitStatus.CLEAN


def ingested(
    told: Terminal,
    sources: Sequence[str] | None = None,
    files: Sequence[Path] = (),
    *,
    keep_going: bool = False,
) -> "IngestOutcome":
    """Take new files in, showing the steps and saying what came of it; problems of left-out files are printed.

    Raises:
        ReconError: as `recon.sources.intake.ingest.ingest`.
    """
    from recon.sources.intake.arrivals import missing_files
    from recon.sources.intake.ingest import ingest as take
    from recon.sources.profiles.profile import load_profiles
    from recon.store.store import Store

    project = told.project()
    with told.progress("ingest") as steps:
        outcome = take(
            project,
            Store.open(project),
            sources=sources,
            files=files,
            keep_going=keep_going,
            progress=lambda path, entries: steps.step(path, entries=entries),
        )
    for problem in outcome.problems:
        told.fail(problem)
    told.say(_summary(outcome))
    for one in missing_files(project, load_profiles(project, sources)):
        told.warn(one.problem)
    return outcome


def _summary(outcome: "IngestOutcome") -> str:

    if not outcome.seen:
        return "no files: none matches the patterns of the sources"
    if outcome.seen == outcome.known_files:
        taken = "the file was" if outcome.seen == 1 else f"all {outcome.seen:,} files were"
        return f"nothing new: {taken} taken before"
    parts = [counted(outcome.entries, "new entry")]
    parts += [f"{outcome.known:,} known already"] if outcome.known else []
    parts += [f"{counted(outcome.refused, 'row')} refused"] if outcome.refused else []
    parts += [f"{counted(outcome.known_files, 'file')} taken before"] if outcome.known_files else []
    return ", ".join(parts)
