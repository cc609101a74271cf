"""`recon breaks split`: an open item taken apart by amounts, each part a break of its own."""

from typing import Annotated

import typer

from recon.cli.breaks.asked import DryOption, find, tell_proposals
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.listing import print_listing
from recon.cli.terminal.options import ByOption, EntryArgument, OfRuleSetOption, ReasonOption
from recon.errors import UsageError
from recon.model.money import exact

app = typer.Typer()


@app.command(
    epilog=epilog(
        "recon breaks split 3fa9c1d2 20.00 rest --reason 'two orders in one payment'",
        "recon breaks split ORD-12 20.00 10.00 3.00 --reason 'paid in three' --dry-run",
        statuses=WRITES,
    )
)
def split(
    context: typer.Context,
    name: EntryArgument,
    parts: Annotated[
        list[str],
        typer.Argument(
            metavar="AMOUNT...", help="What each part comes to, without a sign; `rest` is what is left."
        ),
    ],
    reason: ReasonOption,
    of: OfRuleSetOption = None,
    by: ByOption = None,
    dry: DryOption = False,
) -> None:
    """Split an open item into parts that add up to it: each is a break of its own from the next run on.

    A part is assigned, matched by hand, written off or split again as any other break; ages and due days count from
    the entry's own. Over the amount under `four_eyes.alone` a second person approves it first. Undone, the item stands
    again as long as all its parts are open.
    """
    from recon.breaks.casework.splitting import amounts_of, not_open, unfit
    from recon.breaks.casework.splitting import split as take_apart

    asked = find(context, [name], None, of)
    (one,) = asked.breaks
    if problems := not_open(one):
        raise UsageError(*problems)
    amounts = amounts_of(parts, abs(one.amount))
    if problems := unfit(one, amounts):
        raise UsageError(*problems)
    rows = [
        (place, exact(amount.copy_sign(one.amount), one.currency), one.currency, one.reference)
        for place, amount in enumerate(amounts, 1)
    ]
    print_listing(("part", "amount", "currency", "reference"), rows)
    if dry:
        terminal(context).say("nothing was written")
        return
    person, run = terminal(context).person(by), asked.run.identity
    held = asked.casefile.open_item(one)
    tell_proposals(context, [take_apart(asked.store.ledger, person, one, held, amounts, reason, run)])
