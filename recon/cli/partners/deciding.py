"""`recon partners pending`, `approve`, `refuse`: what waits for a second person."""

from typing import Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import ByOption, NoteOption, ReasonOption

app = typer.Typer()
Numbers = Annotated[list[int], typer.Argument(metavar="NUMBER...", help="Proposals by their numbers.")]


@app.command("pending", epilog=epilog("recon partners pending", statuses=FILES | WRITES))
def pending(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List what waits for a second person: changes of payees and bank details, ratings, releases."""
    from recon.partners.deciding import ACTS, in_words
    from recon.store.four_eyes import pending as waiting

    rows = [
        (one.number, one.ask.act, in_words(one), one.by, one.at, one.ask.reason)
        for one in waiting(terminal(context).store().ledger, *ACTS)
    ]
    names = ("number", "act", "what", "by", "at", "reason")
    print_listing(headed(names), rows, form, output)


@app.command("approve", epilog=epilog("recon partners approve 17", statuses=FILES | WRITES))
def approve(context: typer.Context, numbers: Numbers, by: ByOption = None, note: NoteOption = "") -> None:
    """Approve what somebody else proposed; it takes effect at once."""
    from recon.partners.deciding import approve as approved

    told = terminal(context)
    for number in numbers:
        told.say(approved(told.project(), told.store(), told.person(by), number, note))


@app.command(
    "refuse", epilog=epilog("recon partners refuse 17 --reason 'the letter is forged'", statuses=FILES | WRITES)
)
def refuse(context: typer.Context, numbers: Numbers, reason: ReasonOption, by: ByOption = None) -> None:
    """Refuse what somebody proposed, for a reason; it never takes effect."""
    from recon.store.four_eyes import refuse as refused

    told = terminal(context)
    for one in refused(told.store().ledger, told.person(by), numbers, reason):
        told.say(f"{one.number}: {one.state}")
