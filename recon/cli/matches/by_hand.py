"""`recon matches make|unmatch`: matches made and taken back by hand."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.breaks.asked import DryOption, find, tell_proposals
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.listing import print_listing
from recon.cli.terminal.options import ByOption, OfRuleSetOption, ReasonOption
from recon.model.money import exact

if TYPE_CHECKING:
    from recon.breaks.casework.matching import Chosen

app = typer.Typer()

Items = Annotated[
    list[str], typer.Argument(metavar="ID...", help="Open items: breaks, or references of their entries.")
]


@app.command(
    epilog=epilog(
        "recon matches make 3fa9c1d2 81be77aa --reason 'the customer typed it wrong'",
        "recon matches make 3fa9c1d2 81be77aa 09cc1a2b --difference fee --reason 'one payout, less a charge'",
        statuses=WRITES,
    )
)
def make(
    context: typer.Context,
    items: Items,
    reason: ReasonOption,
    difference: Annotated[
        str,
        typer.Option(
            "--difference", metavar="WORD", help="What is left between the sides: fee, fx, rounding, short, …"
        ),
    ] = "",
    of: OfRuleSetOption = None,
    by: ByOption = None,
    dry: DryOption = False,
) -> None:
    """Match open items by hand, one or several on each side, and show the running difference.

    The next run makes the match before any pass. A difference stays as a break of the match, to be written off,
    adjusted or claimed. Over the amount under `four_eyes.alone` a second person approves it first.
    """
    from recon.breaks.casework.matching import make as make_match
    from recon.breaks.casework.matching import running

    asked = find(context, items, None, of)
    _show(running(asked.breaks))
    if dry:
        terminal(context).say("nothing was written")
        return
    person = terminal(context).person(by)
    ledger = asked.store.ledger
    tell_proposals(context, [make_match(ledger, person, asked.breaks, reason, asked.run.identity, difference)])


@app.command(
    epilog=epilog("recon matches unmatch 9b70ddc0 --reason 'another customer of that name'", statuses=WRITES)
)
def unmatch(
    context: typer.Context,
    names: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Matches of any run, by id or its beginning.")
    ],
    reason: ReasonOption,
    by: ByOption = None,
) -> None:
    """Take matches back: the next run has their entries again, and does not match them this way."""
    from recon.breaks.casework.matching import take_back
    from recon.matchers.explain.matches import find_match, with_members

    store, person = terminal(context).store(), terminal(context).person(by)
    runs = [one for one in reversed(store.recorded("run")) if one.present]
    told = []
    for name in names:
        run, match = find_match(runs, name)
        told += with_members([match], {run.identity: run}, store.ingests_of(run))
    tell_proposals(context, take_back(store.ledger, person, told, reason))


def _show(chosen: "list[Chosen]") -> None:
    """The items side by side, with the difference of left and right so far."""
    rows = [
        (
            one.item.side, one.item.break_id, one.item.reference, one.item.business_date,
            exact(one.item.amount, one.item.currency), one.item.currency, exact(one.difference, one.item.currency),
        )
        for one in chosen
    ]  # fmt: skip
    print_listing(("side", "id", "reference", "date", "amount", "currency", "difference"), rows)
