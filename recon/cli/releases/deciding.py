"""`recon releases propose`, `approve`, `reject`: four eyes on what is going to be released."""

from typing import Annotated

import typer

from recon.cli.releases.asked import DayOption, OrdersArgument, books_of
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption, NoteOption, ReasonOption
from recon.model.wording import counted

app = typer.Typer()


@app.command(
    "propose",
    epilog=epilog("recon releases propose", "recon releases propose R-1017 --by ada", statuses=FILES | WRITES),
)
def propose(
    context: typer.Context,
    orders: OrdersArgument = None,
    reason: ReasonOption = "proven and paid",
    on: DayOption = None,
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Propose orders for release; without numbers, all that are ready. What is refused cannot be proposed."""
    from recon.releases.acts import propose as proposed

    told = terminal(context)
    books = books_of(context, on, deciding=True)
    made = proposed(told.store(), books, told.person(by), orders, reason)
    names = ("order", "reseller", "units", "amount", "currency", "price")
    print_listing(names, [tuple(one.ask.content[name] for name in names) for one in made], form, output)
    again = "a second person approves: `recon releases approve`" if made else "nothing is ready"
    told.say(f"{_orders(len(made))} proposed; {again}")


@app.command(
    "approve",
    epilog=epilog(
        "recon releases approve --by ben", "recon releases approve R-1017 R-1018", statuses=FILES | WRITES
    ),
)
def approve(
    context: typer.Context,
    orders: OrdersArgument = None,
    on: DayOption = None,
    by: ByOption = None,
    note: NoteOption = "",
) -> None:
    """Approve what somebody else proposed; without numbers, everything that waits.

    An order that is no longer what was proposed is not approved.
    """
    from recon.releases.acts import approve as approved

    told = terminal(context)
    books = books_of(context, on, deciding=True)
    done = approved(told.store(), books, told.person(by), orders, note)
    final = sum(one.state == "approved" for one in done)
    more = f"; {_orders(len(done) - final)} wait for the next level" if final < len(done) else ""
    told.say(f"{_orders(final)} approved{more}")


@app.command(
    "reject",
    epilog=epilog("recon releases reject R-1017 --reason 'the sender is another'", statuses=FILES | WRITES),
)
def reject(
    context: typer.Context,
    orders: Annotated[list[str], typer.Argument(metavar="ORDER...", help="Orders by their numbers.")],
    reason: ReasonOption,
    on: DayOption = None,
    by: ByOption = None,
) -> None:
    """Refuse what was proposed, for a reason; it may be proposed again."""
    from recon.releases.acts import reject as rejected

    told = terminal(context)
    books = books_of(context, on, deciding=True)
    done = rejected(told.store(), books, told.person(by), orders, reason)
    told.say(f"{_orders(len(done))} refused")


def _orders(count: int) -> str:

    return counted(count, "order")
