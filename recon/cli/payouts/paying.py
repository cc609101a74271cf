"""`recon payouts export`, `batches`, `sent`, `paid`: approved payouts on their way to the bank, each exactly once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.console import terminal
from recon.cli.files import write_file
from recon.cli.help import epilog
from recon.cli.listing import Column, FormatOption, OutputOption, print_listing
from recon.cli.payout_books import ByOption, NoteOption, shown
from recon.errors import ExitStatus

if TYPE_CHECKING:
    from decimal import Decimal

    from recon.payouts.desk.batches import Batch
    from recon.store.store import Store

app = typer.Typer()
STATUSES = (ExitStatus.CLEAN, ExitStatus.USAGE, ExitStatus.CONTROL, ExitStatus.BUSY)
BatchArgument = Annotated[str, typer.Argument(metavar="BATCH", help="A batch's name, or the beginning of it.")]
ToFile = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the payment file here as well.")
]


@app.command(
    "export",
    epilog=epilog("recon payouts export --output payments.csv", statuses=STATUSES),
)
def export(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="PAYOUT", help="Only these; without them, all that are approved."),
    ] = None,
    again: Annotated[
        str | None,
        typer.Option("--again", metavar="BATCH", help="Write the file of an earlier batch once more."),
    ] = None,
    output: ToFile = None,
    form: FormatOption = None,
) -> None:
    """Export approved payouts as one payment file with control totals; each payout goes into exactly one batch.

    When no approved payout is left to pay, nothing happens. The file holds account numbers in full.
    """
    from recon.payouts.desk import batches
    from recon.payouts.desk.shelf import Shelf

    told = terminal(context)
    store = _store(context)
    if again is not None:
        batch: Batch | None = batches.batch_named(store, again)
    else:
        shelf = Shelf(store)
        batch = batches.export(store, [shelf.named(name) for name in names] if names else None)
    if batch is None:
        told.say("no approved payout is left to pay")
        return
    told.say(f"batch {batch.identity}: {batch.published.shown}/{batches.FILE}")
    if output is not None:
        write_file(output, batch.file(batches.FILE).read_bytes())
    rows = [(batch.identity, *total) for total in _totals(batch)]
    print_listing(("batch", "currency", "payments", "amount"), rows, form)


@app.command(
    "batches", epilog=epilog("recon payouts batches", "recon payouts batches 2026-10", statuses=STATUSES)
)
def batches_(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="BATCH", help="The payments of this one; without it, all batches.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the batches, or the payments of one."""
    from recon.payouts.desk import batches

    store = _store(context)
    if name is None:
        rows = [(one.identity, one.state, *total) for one in batches.batches(store) for total in _totals(one)]
        print_listing(("batch", "state", "currency", "payments", "amount"), rows, form, output)
        return
    columns = [Column(one, account=one == "bank_account") for one in PAYMENT]
    payments = batches.batch_named(store, name).payments
    lines = [
        tuple(shown(row[one], row["currency"]) if one == "amount" else row[one] for one in PAYMENT)
        for row in payments
    ]
    print_listing(columns, lines, form, output)


@app.command("sent", epilog=epilog("recon payouts sent 2026-10", statuses=STATUSES))
def sent(context: typer.Context, name: BatchArgument, by: ByOption = None, note: NoteOption = "") -> None:
    """Record that a batch was handed to the bank."""
    _mark(context, name, "sent", by, note)


@app.command("paid", epilog=epilog("recon payouts paid 2026-10", statuses=STATUSES))
def paid(context: typer.Context, name: BatchArgument, by: ByOption = None, note: NoteOption = "") -> None:
    """Record that the bank paid a batch."""
    _mark(context, name, "paid", by, note)


PAYMENT = ("payment_id", "payee", "name", "bank_account", "currency", "amount", "payouts")


def _totals(batch: "Batch") -> "list[tuple[str, int, Decimal]]":
    """Payments and their sum by currency."""
    from decimal import Decimal

    totals = batch.published.manifest["totals"]["totals"]
    return [(currency, one["payments"], Decimal(one["amount"])) for currency, one in totals.items()]


def _mark(context: typer.Context, name: str, state: str, by: str | None, note: str) -> None:
    from recon.payouts.desk import batches

    store = _store(context)
    batch = batches.mark(store, batches.batch_named(store, name), state, terminal(context).person(by), note)
    terminal(context).say(f"batch {batch.identity}: {batch.state}")


def _store(context: typer.Context) -> "Store":
    from recon.store.store import Store

    return Store.open(terminal(context).project())
