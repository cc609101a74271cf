"""`recon breaks pending|approve|refuse|undo|reopen|history`: the second person, and what is taken back."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.breaks.asked import Breaks, FilterOption, find, tell_proposals
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption, EntryArgument, NoteOption, OfRuleSetOption, ReasonOption
from recon.errors import Problem, UsageError
from recon.model.money import exact
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.store.four_eyes import Proposal
    from recon.store.store import Store

app = typer.Typer()

Numbers = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NUMBER]...", help="Proposals by number, or the ids of what they are about."),
]
AllOption = Annotated[bool, typer.Option("--all", help="All that wait, but for one's own.")]


@app.command(epilog=epilog("recon breaks pending", "recon breaks pending --format json"))
def pending(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List decisions that wait for a second person, the oldest first."""
    from recon.breaks.casework.decided import pending as waiting

    rows = [
        (
            one.number, one.ask.act, list(one.ask.subjects), currency, exact(amount, currency), one.by, one.at,
            one.ask.run, one.ask.reason,
        )
        for one in waiting(terminal(context).store().ledger)
        for currency, amount in one.ask.amounts.items()
    ]  # fmt: skip
    columns = ("number", "act", "about", "currency", "amount", "by", "at", "run", "reason")
    print_listing(columns, rows, form, output)


@app.command(epilog=epilog("recon breaks approve 17", "recon breaks approve --all", statuses=WRITES))
def approve(
    context: typer.Context,
    names: Numbers = None,
    every: AllOption = False,
    note: NoteOption = "",
    by: ByOption = None,
) -> None:
    """Approve what somebody else proposed; from the next run on it is honoured. Nobody approves their own."""
    from recon.store import four_eyes

    store, person = terminal(context).store(), terminal(context).person(by)
    asked = _meant(store, names, every=every)
    own = [one for one in asked if every and person.name in one.hands]
    if own and len(own) < len(asked):
        numbers = ", ".join(str(one.number) for one in own)
        terminal(context).say(f"left for somebody else, since {person.name} had a hand in it: {numbers}")
        asked = [one for one in asked if one not in own]
    tell_proposals(context, four_eyes.approve(store.ledger, person, [one.number for one in asked], note))


@app.command(epilog=epilog("recon breaks refuse 17 --reason 'claim it first'", statuses=WRITES))
def refuse(
    context: typer.Context,
    reason: ReasonOption,
    names: Numbers = None,
    every: AllOption = False,
    by: ByOption = None,
) -> None:
    """Refuse what was proposed, for a reason: it never takes effect."""
    from recon.store import four_eyes

    store = terminal(context).store()
    numbers = [one.number for one in _meant(store, names, every=every)]
    done = four_eyes.refuse(store.ledger, terminal(context).person(by), numbers, reason)
    terminal(context).say(f"refused: {', '.join(str(one.number) for one in done)}")


@app.command(
    epilog=epilog(
        "recon breaks undo 3fa9c1d2 --reason 'typed wrong'",
        "recon breaks undo --row 42 --reason 'typed wrong'",
        statuses=WRITES,
    )
)
def undo(
    context: typer.Context,
    reason: ReasonOption,
    names: Breaks = None,
    row: Annotated[
        list[int] | None,
        typer.Option("--row", metavar="NUMBER", help="A row that `history` shows; may be repeated."),
    ] = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    by: ByOption = None,
) -> None:
    """Take back the last thing that was done about each break; everything is as it was before.

    One's own proposal is withdrawn by that. What runs have honoured comes back with the next run.
    """
    from recon.breaks.casefile import Casefile
    from recon.breaks.casework.undoing import undo as take_back
    from recon.breaks.casework.undoing import undo_rows

    person, store = terminal(context).person(by), terminal(context).store()
    if row:
        runs = store.runs()
        casefile = Casefile(runs[-1]) if runs else None
        _told(context, len(undo_rows(store.ledger, person, row, reason, casefile)))
        return
    asked = find(context, names, where, of)
    ids = [one.break_id for one in asked.breaks]
    _told(context, len(take_back(store.ledger, person, ids, reason, asked.casefile)))


@app.command(epilog=epilog("recon breaks reopen 3fa9c1d2 --reason 'the payer disputes it'", statuses=WRITES))
def reopen(
    context: typer.Context,
    reason: ReasonOption,
    names: Breaks = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    by: ByOption = None,
) -> None:
    """Undo what cleared, split or supported breaks, whatever was noted since: with the next run they stand again."""
    from recon.breaks.casework.undoing import reopen as open_again

    person, asked = terminal(context).person(by), find(context, names, where, of)
    ids = [one.break_id for one in asked.breaks]
    done = open_again(asked.store.ledger, person, ids, reason, asked.casefile)
    _told(context, len(done))


@app.command(
    "history", epilog=epilog("recon breaks history 3fa9c1d2", "recon breaks history ORD-12 --format json")
)
def show_history(
    context: typer.Context,
    name: EntryArgument,
    of: OfRuleSetOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List what runs made of a break and what people did about it, oldest first."""
    from recon.breaks.casefile import Casefile, history
    from recon.breaks.casework.worked import history as done

    store = terminal(context).store()
    casefile = Casefile(store.run("latest"))
    one = casefile.find(name, of)
    published = {run.identity: run.at for run in store.up_to(casefile.run)}
    seen = [
        (published[found.run], "", found.run, found.state, found.reason, None, None)
        for found in history(one.break_id, store.up_to(casefile.run))
    ]
    acts = [
        (found.at, found.by, "", found.act, found.words, found.row, found.undone or None)
        for found in done(store.ledger, one.break_id)
    ]
    rows = sorted((*seen, *acts), key=lambda row: row[0])
    print_listing(("at", "by", "run", "what", "words", "row", "undone"), rows, form, output)


def _meant(store: "Store", names: Sequence[str] | None, *, every: bool) -> "list[Proposal]":
    """The proposals that are meant.

    Raises:
        UsageError: a name stands for none that waits, or nothing is named.
    """
    from recon.breaks.casework.decided import pending as waiting

    held = waiting(store.ledger)
    if every:
        return held
    problems, found = [], list["Proposal"]()
    for name in names or ():
        mine = list(_called(held, name))
        found += mine
        if not mine:
            message = f"no decision `{name}` waits for a second person"
            problems.append(Problem("no-proposal", message, hint="`recon breaks pending` lists what waits"))
    if problems or not found:
        missing = Problem("no-proposal", "no decision is named", hint="give numbers, or `--all`")
        raise UsageError(*(problems or [missing]))
    return found


def _called(held: "Sequence[Proposal]", name: str) -> "Iterator[Proposal]":
    wanted = name.strip().lower()
    for one in held:
        if str(one.number) == wanted or (
            len(wanted) > 3
            and not wanted.isdigit()
            and any(about.startswith(wanted) for about in one.ask.subjects)
        ):
            yield one


def _told(context: typer.Context, count: int) -> None:

    terminal(context).say(f"{counted(count, 'decision')} undone; `recon match` makes the run that honours it")
