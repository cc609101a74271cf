"""`recon sources`: the source profiles and their files; what a file is, what it would give, what is refused."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.files import write_text
from recon.cli.terminal.help import FILES, epilog
from recon.cli.terminal.listing import (
    Column,
    FormatOption,
    OutputOption,
    UnmaskedOption,
    print_json,
    print_listing,
)
from recon.errors import ConfigError, InputRefused, Problem
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.cli.terminal.console import Terminal
    from recon.project.workspace import Project
    from recon.sources.choosing import Candidate
    from recon.sources.intake.discovery import Found

app = typer.Typer(help="Source profiles and their files: list, library, detect, preview, check.")

SourceArgument = Annotated[str | None, typer.Argument(metavar="SOURCE", help="One source; all without.")]
FileOption = Annotated[
    list[Path] | None, typer.Option("--file", "-f", metavar="FILE", help="Only this file; may be repeated.")
]


@app.command("list", epilog=epilog("recon sources list", "recon sources list --format json"))
def list_sources(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List the sources: reader, patterns, files found and how many of them are in the store."""
    from recon.sources.intake.discovery import discover
    from recon.sources.intake.held import held
    from recon.sources.profiles.profile import load_profiles, readers_of
    from recon.store.store import Store

    project = terminal(context).project()
    profiles = load_profiles(project)
    found = discover(project, profiles)
    taken = {(row["source"], row["path"]) for row in held(Store.open(project)).files}
    rows = [
        (
            one.source,
            one.profile.title,
            ", ".join(readers_of(one.profile)),
            sum(file.source == one.source for file in found),
            sum((file.source, file.shown) in taken for file in found if file.source == one.source),
            list(one.profile.files),
        )
        for one in profiles
    ]
    print_listing(("source", "title", "reader", "files", "taken", "patterns"), rows, form, output)


@app.command("library", epilog=epilog("recon sources library", "recon sources library stripe_payouts"))
def library(
    name: Annotated[
        str | None, typer.Argument(metavar="PROFILE", help="Print a source that takes over this profile.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the shipped profiles and what each checks, or print a source to begin with that extends one."""
    from recon.sources.library import shipped_profile, shipped_profiles
    from recon.sources.profiles.describing import checks_of, starter
    from recon.sources.profiles.profile import readers_of

    if name is not None:
        write_text(starter(shipped_profile(name), output.stem if output else None), output, replace=False)
        return
    rows = [
        (one.source, one.profile.title, ", ".join(readers_of(one.profile)), "; ".join(checks_of(one)))
        for one in shipped_profiles()
    ]
    print_listing(("profile", "title", "reader", "checks"), rows, form, output)


@app.command("detect", epilog=epilog("recon sources detect inbox/statement.csv", statuses=FILES))
def detect(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to look at.")],
    form: FormatOption = None,
    output: OutputOption = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Print a profile to start from, as YAML, instead of the list.")
    ] = False,
) -> None:
    """Say which readers and profiles fit a file and why, and draft a profile for it."""
    from recon.sources.choosing import beginning_of, candidates
    from recon.sources.file import SourceFile

    told = terminal(context)
    with SourceFile(file) as opened:
        if draft:
            write_text(beginning_of(opened), output, replace=False)
            return
        found = candidates(opened)
    print_listing(("reader", "profile", "score", "reason"), found, form, output)
    told.say(f"next: {_next(found, file)}")


def _next(found: "Sequence[Candidate]", file: Path) -> str:
    """What to do about a file, by what fits it best."""
    best = found[0].profile
    if best is None:
        return f"recon sources facts {file}"
    if best == "draft":
        return f"recon sources detect --draft {file}"
    return f"extends: {best}, in a profile of your own under configs/sources; or recon sources facts {file}"


@app.command("facts", epilog=epilog("recon sources facts statement.sta", statuses=FILES))
def facts_of(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A statement or settlement file.")],
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Count what a file says: statements, transactions, sums, currencies, balances, by the profile that fits it."""
    from recon.cli.terminal.listing import Format
    from recon.sources.facts import facts

    terminal(context)
    found = facts(file).as_json()
    if form is Format.JSON:
        print_json(found, output)
    else:
        print_listing(
            ("fact", "value"), [(name, _in_a_cell(value)) for name, value in found.items()], form, output
        )


@app.command("preview", epilog=epilog("recon sources preview internal_orders", statuses=FILES))
def preview(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The source.")],
    files: FileOption = None,
    rows: Annotated[int, typer.Option("--rows", "-n", min=1, help="How many entries.")] = 3,
    form: FormatOption = None,
    output: OutputOption = None,
    unmasked: UnmaskedOption = False,
) -> None:
    """Show the first entries of a source's files, field by field, beside the original fields."""
    from recon.sources.intake.checking import previewed

    found = _found(terminal(context).project(), source, files)
    columns = (
        Column("path"),
        Column("line"),
        Column("field"),
        Column("value"),
        Column("raw_field"),
        Column("raw_value"),
    )
    print_listing(columns, previewed(found[:1], rows, mask=not unmasked), form, output)


@app.command("check", epilog=epilog("recon sources check", "recon sources check bank_ngn", statuses=FILES))
def check(
    context: typer.Context,
    source: SourceArgument = None,
    files: FileOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    refused: Annotated[bool, typer.Option("--refused", help="List the refused rows instead.")] = False,
) -> None:
    """Read files without storing anything, and prove them: lines, entries, refused rows, sums, statements."""
    from recon.runs.unfed import unread
    from recon.sources.intake.arrivals import missing_files
    from recon.sources.intake.checking import COLUMNS, REFUSED_COLUMNS, checked, proof_row, refused_rows
    from recon.sources.profiles.profile import load_profiles

    told = terminal(context)
    project = told.project()
    for problem in unread(project) if source is None else ():
        told.warn(problem)
    found = _found(project, source, files)
    if source is None and not files:
        _warn_of_unfed(told)
    staged, problems = checked(project, found)
    for one in missing_files(project, load_profiles(project, None if source is None else [source])):
        told.warn(one.problem)
    if refused:
        print_listing(REFUSED_COLUMNS, refused_rows(staged), form, output)
    else:
        print_listing(COLUMNS, [row for file in staged for row in proof_row(file)], form, output)
    if problems:
        raise InputRefused(*problems)


@app.command("test", epilog=epilog("recon sources test", "recon sources test bank_ngn"))
def run_profile_tests(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Sources by name; all without names.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="The profiles that come with the program, not the project's.")
    ] = False,
) -> None:
    """Run the `tests:` of source profiles: small files as they might arrive, and the entries that must come of them.

    What comes out otherwise is told at its place in the profile, expected beside found, and the command exits 2.
    """
    from recon.sources.library import shipped_profile, shipped_profiles
    from recon.sources.profile_tests import run_tests
    from recon.sources.profiles.profile import load_profiles

    told = terminal(context)
    if shipped:
        profiles = [shipped_profile(name) for name in names] if names else shipped_profiles()
        temporary = None
    else:
        project = told.project()
        profiles, temporary = load_profiles(project, names or None), project.temporary_dir
    rows, problems = list[tuple[str, str, str]](), list[Problem]()
    for loaded in profiles:
        for one in run_tests(loaded, temporary):
            rows.append((loaded.source, one.name, "failed" if one.wrong else "passed"))
            at = ("tests", one.number, "name")
            problems += [loaded.document.problem(at, "profile-test", wrong) for wrong in one.wrong]
    print_listing(("source", "test", "result"), rows, form, output)
    if problems:
        raise ConfigError(*problems)
    told.say(f"{counted(len(rows), 'test')} passed" if rows else "no profile here has tests")


@app.command("schema", epilog=epilog("recon sources schema", "recon sources schema mt940"))
def schema(
    reader: Annotated[
        str, typer.Argument(metavar="READER", help="The reader whose profiles are described.")
    ] = "csv",
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of source profiles, for completion and checks in editors."""
    from recon.sources.profiles.schema import profile_schema

    print_json(profile_schema(reader), output)


def _found(project: "Project", source: str | None, files: Sequence[Path] | None) -> "list[Found]":
    from recon.sources.intake.discovery import discover
    from recon.sources.profiles.profile import load_profiles

    profiles = load_profiles(project, None if source is None else [source])
    found = discover(project, profiles, files or (), chosen=source is not None)
    if not found:
        patterns: Iterable[str] = (pattern for one in profiles for pattern in one.profile.files)
        hint = (
            f"looked for {', '.join(patterns)}" if profiles else "there are no profiles under configs/sources"
        )
        raise InputRefused(Problem("no-files", "there are no files to read", hint=hint))
    return found


def _warn_of_unfed(told: "Terminal") -> None:
    """Warn of sources that rule sets match and that never had a file; what is wrong with rules others tell."""
    from contextlib import suppress

    from recon.runs.configuration import load_configuration
    from recon.runs.unfed import unfed
    from recon.store.store import Store

    with suppress(ConfigError):
        configuration = load_configuration(told.project())
        for problem in unfed(told.project(), Store.open(told.project()), configuration):
            told.warn(problem)


def _in_a_cell(value: object) -> object:
    """A fact in one cell: a single amount as it is, lists joined by `;`, sums by currency as `EUR:1.00`."""
    from recon.model.money import decimal_of

    if isinstance(value, dict):
        return ";".join(f"{code}:{amount}" if code else str(amount) for code, amount in value.items())
    if isinstance(value, list):
        amount = decimal_of(value[0]) if len(value) == 1 else None
        return ";".join(value) if amount is None else amount
    return value
