"""`recon payouts review`, `approve`, `reject`: four eyes and more on what is going to be paid."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.payouts.running import PayoutArgument
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.options import ByOption, NoteOption
from recon.errors import Problem, UsageError

if TYPE_CHECKING:
    from recon.payouts.desk.shelf import PublishedPayout
    from recon.payouts.desk.states import State
    from recon.store.store import Store

app = typer.Typer()


@app.command("review", epilog=epilog("recon payouts review pos_withdrawal-2026-10", statuses=WRITES))
def review(context: typer.Context, name: PayoutArgument, by: ByOption = None, note: NoteOption = "") -> None:
    """Record that you looked through a calculated payout. Whoever calculated it cannot review it."""
    from recon.payouts.desk import acts

    store, payout = _found(context, name)
    _say(
        context,
        payout,
        acts.review(terminal(context).project(), store, payout, terminal(context).person(by), note),
    )


@app.command(
    "approve",
    epilog=epilog(
        "recon payouts approve pos_withdrawal-2026-10 --level regional",
        "recon payouts approve pos_withdrawal-2026-10 --level central --note 'as discussed'",
        statuses=WRITES,
    ),
)
def approve(
    context: typer.Context,
    name: PayoutArgument,
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="LEVEL", help="The level of approval; without it, the next one."),
    ] = None,
    by: ByOption = None,
    note: NoteOption = "",
) -> None:
    """Approve a reviewed payout. Each level needs another person, and nobody approves their own work.

    The last approval closes the period of the plan: what becomes known later is booked in the open period. A payout
    that is no longer what the books, the plan or the breaks say is not approved; it is calculated again first.
    """
    from recon.payouts.desk import acts

    project = terminal(context).project()
    store, payout = _found(context, name)
    wanted = level or acts.next_level(project, store, payout)
    if wanted is None:
        raise UsageError(Problem("payout-closed", f"{payout.identity} has every approval"))
    _say(context, payout, acts.approve(project, store, payout, terminal(context).person(by), wanted, note))


@app.command(
    "reject",
    epilog=epilog(
        "recon payouts reject pos_withdrawal-2026-10 --note 'quota of May is wrong'", statuses=WRITES
    ),
)
def reject(context: typer.Context, name: PayoutArgument, by: ByOption = None, note: NoteOption = "") -> None:
    """Send a payout back to be reviewed anew, for a reason."""
    from recon.payouts.desk import acts

    store, payout = _found(context, name)
    _say(context, payout, acts.reject(store, payout, terminal(context).person(by), note))


def _found(context: typer.Context, name: str) -> "tuple[Store, PublishedPayout]":
    from recon.payouts.desk.shelf import Shelf
    from recon.store.store import Store

    store = Store.open(terminal(context).project())
    return store, Shelf(store).named(name)


def _say(context: typer.Context, payout: "PublishedPayout", state: "State") -> None:
    closed = f"; {payout.period} is closed for {payout.plan}" if state.closed else ""
    terminal(context).say(f"{payout.identity}: {state.name}{closed}")
