"""`recon breaks assign|comment|tag|due|status|support`: who works on breaks, and what is known. No result changes."""

from typing import Annotated

import typer

from recon.cli.breaks.asked import (
    ApplyOption,
    Asked,
    Breaks,
    DryOption,
    FilterOption,
    WordsOption,
    find,
    goes_on,
)
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.options import ByOption, OfRuleSetOption, ReasonOption
from recon.model.wording import counted

app = typer.Typer()


@app.command(epilog=epilog("recon breaks assign 3fa9c1d2 --to ada", statuses=WRITES))
def assign(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who works on it; empty for nobody.")],
    names: Breaks = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    words: WordsOption = "",
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Give breaks to somebody to work on."""
    _note(context, "assign", to, words, by, find(context, names, where, of), dry=dry, apply=apply)


@app.command(epilog=epilog("recon breaks comment 3fa9c1d2 'the bank traces it'", statuses=WRITES))
def comment(
    context: typer.Context,
    names: Annotated[
        list[str], typer.Argument(metavar="[ID]... TEXT", help="Breaks, and what to say about them last.")
    ],
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Write a comment that stays with breaks for good."""
    asked = find(context, names[:-1], where, of)
    _note(context, "comment", "", names[-1], by, asked, dry=dry, apply=apply)


@app.command(
    epilog=epilog(
        "recon breaks tag 3fa9c1d2 --add vat", "recon breaks tag 3fa9c1d2 --remove vat", statuses=WRITES
    )
)
def tag(
    context: typer.Context,
    names: Breaks = None,
    add: Annotated[str | None, typer.Option("--add", metavar="TAG", help="A word to find it by.")] = None,
    remove: Annotated[str | None, typer.Option("--remove", metavar="TAG", help="A word to take away.")] = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Mark breaks with a word, or take a word away."""
    if (add is None) == (remove is None):
        raise typer.BadParameter("say one of --add and --remove", param_hint="--add")
    kind = "tag" if add is not None else "untag"
    _note(context, kind, add or remove or "", "", by, find(context, names, where, of), dry=dry, apply=apply)


@app.command(epilog=epilog("recon breaks due 3fa9c1d2 --on 2026-11-10", statuses=WRITES))
def due(
    context: typer.Context,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day; empty for the rule set's own.")],
    names: Breaks = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    words: WordsOption = "",
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Say by when breaks have to be cleared."""
    _note(context, "due", on, words, by, find(context, names, where, of), dry=dry, apply=apply)


@app.command(epilog=epilog("recon breaks status 3fa9c1d2 --is waiting", statuses=WRITES))
def status(
    context: typer.Context,
    is_now: Annotated[
        str,
        typer.Option("--is", metavar="STATUS", help="open, investigating, waiting, timing or resolved."),
    ],
    names: Breaks = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    words: WordsOption = "",
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Say where the work on breaks stands. It changes no result: a break is cleared by a match or a decision."""
    _note(context, "status", is_now, words, by, find(context, names, where, of), dry=dry, apply=apply)


@app.command(
    epilog=epilog("recon breaks support 3fa9c1d2 --until 2026-11-03 --reason 'paid on 2 Nov'", statuses=WRITES)
)
def support(
    context: typer.Context,
    reason: ReasonOption,
    names: Breaks = None,
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="The day by which it will have cleared.")
    ] = "",
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Mark breaks as supported: a matter of timing, with the reason, and not to be worked on before a day."""
    _note(context, "support", until, reason, by, find(context, names, where, of), dry=dry, apply=apply)


def _note(
    context: typer.Context,
    kind: str,
    value: str,
    words: str,
    by: str | None,
    asked: Asked,
    *,
    dry: bool,
    apply: bool,
) -> None:
    from recon.breaks.casework.noting import about, note
    from recon.breaks.casework.vocabulary import Note

    if not goes_on(context, asked, kind, dry=dry, apply=apply):
        return
    person = terminal(context).person(by)
    note(asked.store.ledger, person, about(asked.breaks, Note(kind), value, words), asked.run.identity)
    terminal(context).say(
        f"{kind} {value}".strip() + f": {counted(len(asked.breaks), 'break')}, by {person.name}"
    )
