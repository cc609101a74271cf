"""`recon store`: what the project keeps, and what may go after a while."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.close.retention import Candidate

app = typer.Typer(help="What the project keeps: remove what is old and needed by nothing.")


@app.command(
    "prune",
    epilog=epilog(
        "recon store prune",
        "recon store prune --apply",
        statuses=WRITES,
    ),
)
def prune(
    context: typer.Context,
    apply: Annotated[
        bool, typer.Option("--apply", help="Remove what is listed as `goes`; else nothing is.")
    ] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List what is as old as `[retention]` says, and with `--apply` remove it.

    What a period was closed on, a payout rests on, or runs continue from always stays, and so does every file that was
    read. The ledger keeps the trace of every run that went.
    """
    from recon.close.retention import candidates
    from recon.close.retention import prune as remove

    told = terminal(context)
    store = told.store()
    found = candidates(told.project(), store)
    going = [one for one in found if not one.keeps]
    if apply and going:
        remove(store, going)
    print_listing(
        ("what", "kind", "name", "days", "bytes", "why"), [_row(one, done=apply) for one in found], form, output
    )
    size = f"{sum(one.size for one in going):,} bytes"
    if not going:
        told.say("nothing is old enough to go")
    elif apply:
        told.say(f"{counted(len(going), 'thing')} removed, {size}")
    else:
        told.say(f"{counted(len(going), 'thing')} would go, {size}; `recon store prune --apply` removes them")


def _row(one: "Candidate", *, done: bool) -> tuple[object, ...]:
    what = "stays" if one.keeps else "gone" if done else "goes"
    return what, one.kind, one.name, one.days, one.size, one.keeps
