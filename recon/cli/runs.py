"""`recon runs`: the runs that were published, what each says of itself, whether it still is and still comes out so."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import READS, epilog
from recon.cli.terminal.listing import Column, Format, FormatOption, OutputOption, print_json, print_listing
from recon.cli.terminal.options import RunArgument
from recon.errors import ControlFailed, Problem
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.store.published import Published
    from recon.store.store import Store

app = typer.Typer(help="The runs that were published: list, look, verify, replay.")


@app.command("list", epilog=epilog("recon runs list", "recon runs list --format json"))
def list_runs(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List the published runs, the latest last."""
    columns = ("run", "as_of", "period", "verdict", "proof", "published", "folder")
    rows = [
        (one.identity, *_headlines(one), one.at, one.shown) for one in terminal(context).store().recorded("run")
    ]
    print_listing(columns, rows, form, output)


@app.command("show", epilog=epilog("recon runs show latest", "recon runs show latest --format json"))
def show(
    context: typer.Context, run: RunArgument = "latest", form: FormatOption = None, output: OutputOption = None
) -> None:
    """Show what a run says of itself: inputs, configuration, counts, match rates, proof, verdict, files."""
    found = terminal(context).store().run(run)
    if form is Format.JSON:
        print_json(found.manifest, output)
        return
    rows = [("published", found.at), ("folder", found.shown), *_flat("", found.manifest)]
    print_listing([Column("name", "Name"), Column("value", "Value")], rows, form, output)


@app.command(
    "verify",
    epilog=epilog(
        "recon runs verify",
        "recon runs verify latest",
        "recon runs verify evidence-2026-10",
        statuses=READS,
    ),
)
def verify(
    context: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="One run and what it rests on, or the folder of an evidence pack; everything without it.",
        ),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Prove that nothing was changed since it was published, and that the runs' figures still add up.

    The ledger's chain is followed from its first row, decisions of people with a key are checked for their signature,
    every published file is read again and compared with the hash in its manifest, and each run's proof is made again
    from its files alone. An evidence pack is proven from its own files, wherever it lies; it needs no project.
    """
    if run is not None and _is_pack(run):
        _verify_pack(context, Path(run), form, output)
        return
    store = terminal(context).store()
    runs = store.recorded("run") if run is None else [store.run(run)]
    if run is None:
        ingests = store.recorded("ingest")
        problems = store.verify_all() + _forged(context, store)
        problems += [] if problems else _casework(store)
    else:
        ingests = _ingests_of(store, runs[0])
        problems = store.ledger.verify() + _forged(context, store)
        problems += [p for one in (*ingests, *runs) for p in one.problems()]
    problems += _proof_problems(store, runs, problems)
    if problems:
        raise ControlFailed(*problems)
    rows = [("ledger", store.ledger.shown, len(store.ledger.rows()), "rows, chain unbroken")]
    rows += [(one.kind, one.identity, len(one.names()), "files as published") for one in (*ingests, *runs)]
    print_listing(("kind", "name", "count", "verified"), rows, form, output)


@app.command(
    "replay",
    epilog=epilog(
        "recon runs replay",
        "recon runs replay 2026-10-31",
        statuses=READS,
    ),
)
def replay(
    context: typer.Context, run: RunArgument = "latest", form: FormatOption = None, output: OutputOption = None
) -> None:
    """Do a run again from its recorded inputs, and compare every file with the published one, byte by byte.

    Nothing is published. The configuration and the versions have to be those that the run was made with; what is
    not is named. Exit 4 names each file that comes out different, and the first row in which it does.
    """
    from recon.runs.replay import replay as do_again

    told = terminal(context)
    store = terminal(context).store()
    with told.progress("replay") as steps:
        done = do_again(told.project(), store, store.run(run), steps)
    if done.problems:
        raise ControlFailed(*done.problems)
    told.say(f"run {done.run.identity}: identical, {counted(len(done.files), 'file')}, byte by byte")
    rows = [(done.run.identity, name, "identical") for name in done.files]
    print_listing(("run", "file", "replayed"), rows, form, output)


def _is_pack(name: str) -> bool:
    from recon.close.pack.verifying import is_pack

    return is_pack(Path(name))


def _verify_pack(context: typer.Context, folder: Path, form: Format | None, output: Path | None) -> None:
    from recon.close.pack.verifying import verify_pack

    found = verify_pack(folder)
    if found.problems:
        raise ControlFailed(*found.problems)
    print_listing(("kind", "name", "count", "verified"), list(found.looked_at), form, output)
    terminal(context).say(f"evidence of {found.period}, sealed as {found.seal}")


def _forged(context: typer.Context, store: "Store") -> list[Problem]:
    """Decisions that are not signed by who they are said to be by; nothing where the chain itself is broken."""
    from recon.store.signatures import signature_problems

    rows, broken = store.ledger.examine()
    people = terminal(context).project().settings.people
    keys = {name: person.keys for name, person in people.items()}
    return [] if broken else signature_problems(rows, keys, store.ledger.shown)


def _headlines(run: "Published") -> tuple[object, ...]:
    """What the list shows of a manifest; a run whose folder is gone stays in the list."""
    if not run.present:
        return "", "", "gone", ""
    return tuple(run.manifest.get(name, "") for name in ("as_of", "period", "verdict", "proof"))


def _casework(store: "Store") -> "list[Problem]":
    """What is remembered of notes and is not what the ledger says."""
    from recon.breaks.casework.decided import undone_rows
    from recon.breaks.casework.remembered import forged
    from recon.breaks.casework.vocabulary import UNDONE

    return forged(store.ledger, undone_rows(store.ledger.rows(UNDONE)))


def _ingests_of(store: "Store", run: "Published") -> list["Published"]:
    """The ingests that the run was made from."""
    named = run.manifest.get("inputs", {}).get("ingests", [])
    wanted = {str(one["ingest_id"]) if isinstance(one, Mapping) else str(one) for one in named}
    return [one for one in store.recorded("ingest") if one.identity in wanted]


def _proof_problems(store: "Store", runs: list["Published"], known: list[Problem]) -> list[Problem]:
    """What does not add up in runs that are as they were published, like the ingests and the run they rest on."""
    from recon.close.verify import verify_run

    places = [problem.place.file for problem in known if problem.place]
    broken = {one.shown for kind in ("ingest", "run") for one in store.recorded(kind) if _named(one, places)}
    found: list[Problem] = []
    for run in runs:
        if run.shown in broken:
            continue
        ingests = [one for one in _ingests_of(store, run) if one.present]
        previous = store.find("run", str(run.manifest.get("previous_run")))
        if not broken & {one.shown for one in (*ingests, *([previous] if previous else []))}:
            found += verify_run(run.folder, [one.folder for one in ingests])
    return found


def _named(one: "Published", places: list[str]) -> bool:
    """Whether a problem lies in a published folder."""
    return any(place == one.shown or place.startswith(f"{one.shown}/") for place in places)


def _flat(name: str, value: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401  (whatever JSON holds)
    """A manifest as rows of dotted names and values; elements of a list go by their own name if they have one."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else key, inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            own = inner.get("name", number) if isinstance(inner, Mapping) else number
            yield from _flat(f"{name}.{own}", inner)
    elif value is not None:
        yield name, value
