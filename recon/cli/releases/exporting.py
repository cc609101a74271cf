"""`recon releases export`, `exports`: what is approved leaves the desk exactly once, with control totals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.releases.asked import DayOption, day_of, setting_of
from recon.cli.terminal.console import terminal
from recon.cli.terminal.files import write_file
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.releases.candidates import Books
    from recon.releases.released import Batch

app = typer.Typer()
HEADS = ("export", "orders", "product", "units", "currency", "amount", "file")


@app.command(
    "export",
    epilog=epilog(
        "recon releases export", "recon releases export --output release.csv --by ada", statuses=FILES | WRITES
    ),
)
def export(
    context: typer.Context,
    again: Annotated[
        str | None,
        typer.Option("--again", metavar="EXPORT", help="Write the file of an earlier export once more."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the file here as well.")
    ] = None,
    on: DayOption = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Export the approved orders with their evidence and control totals; each order is in exactly one export.

    Every order is judged once more; one that something has come up against since stays where it is. When nothing is
    left to release, nothing happens.
    """
    from recon.releases.desk import open_desk
    from recon.releases.exporting import export as exported
    from recon.releases.released import batch_named

    told = terminal(context)
    project, store = told.project(), told.store()
    if again is not None:
        made: Batch | None = batch_named(store, again)
    else:
        setting, day = setting_of(context), day_of(context, on, deciding=True)
        made, books = exported(store, told.person(by), lambda: open_desk(project, store, setting, day))
        _say_left(context, books)
    if made is None:
        told.say("no approved order is left to release")
        return
    if to is not None:
        write_file(to, made.file().read_bytes())
    print_listing(HEADS, _totals(made), form)


@app.command(
    "exports",
    epilog=epilog("recon releases exports", "recon releases exports 2026-10-31", statuses=FILES | WRITES),
)
def exports(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="EXPORT", help="The orders of this one; without it, all exports.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the exports with their control totals, or the orders of one with their evidence."""
    from recon.cli.payout_books import shown
    from recon.releases.released import TOLD, batch_named, batches

    store = terminal(context).store()
    if name is None:
        print_listing(HEADS, [row for one in batches(store) for row in _totals(one)], form, output)
        return
    rows = []
    for row in batch_named(store, name).rows:
        figures = {"units": row["units"].normalize(), "amount": shown(row["amount"], row["currency"])}
        rows.append([figures.get(column, row[column]) for column in TOLD])
    print_listing(TOLD, rows, form, output)


def _say_left(context: typer.Context, books: "Books") -> None:
    """Orders that were approved and are not released, each with the reason."""
    from recon.releases.acts import said
    from recon.releases.candidates import State

    for one in books.in_state(State.REFUSED):
        if one.proposal is not None and one.proposal.state == "approved":
            terminal(context).say(f"{one.order} was approved and stays: {said(one)}")


def _totals(one: "Batch") -> "Iterator[tuple[object, ...]]":
    """One row for each product and currency."""
    from recon.cli.payout_books import shown
    from recon.releases.released import FILE

    sums = one.sums
    for (product, currency), (count, units, amount) in sums.items():
        yield (
            one.identity, count, product, units.normalize(), currency, shown(amount, currency),
            f"{one.published.shown}/{FILE}",
        )  # fmt: skip
