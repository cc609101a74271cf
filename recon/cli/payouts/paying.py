"""`recon payouts batch`, `export`, `batches`, `sent`, `paid`: what is approved on its way to the bank, exactly once."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recon.cli.payout_books import shown
from recon.cli.terminal.console import terminal
from recon.cli.terminal.files import write_file
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.listing import Column, FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption, NoteOption
from recon.model.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from recon.payouts.desk.batches import Batch

app = typer.Typer()
BatchArgument = Annotated[str, typer.Argument(metavar="BATCH", help="A batch's name, or the beginning of it.")]
Names = Annotated[
    list[str] | None, typer.Argument(metavar="PAYOUT", help="Only these; without them, all that are approved.")
]
TOTALS = ("batch", "currency", "payments", "amount")
ToFile = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the payment file here as well.")
]


DayOption = Annotated[
    datetime | None,
    typer.Option(
        "--day", metavar="DAY", formats=["%Y-%m-%d"], help="When the bank shall pay; today without it."
    ),
]
SameAccountOption = Annotated[
    bool, typer.Option("--same-account", help="Pay what failed once more, even to the account that failed.")
]


@app.command("batch", epilog=epilog("recon payouts batch --day 2026-11-05", statuses=WRITES))
def batch(
    context: typer.Context,
    names: Names = None,
    day: DayOption = None,
    same_account: SameAccountOption = False,
    form: FormatOption = None,
) -> None:
    """Put approved payouts into a batch: one payment a payee and currency, each payout in exactly one batch.

    Payments that the bank rejected or returned are made once more as soon as their payee has another account.
    """
    made = _batched(context, names, day, same_account=same_account)
    if made is not None:
        print_listing(TOTALS, [(made.identity, *total) for total in _totals(made)], form)


@app.command(
    "export",
    epilog=epilog(
        "recon payouts export --to outbox", "recon payouts export --output payments.csv", statuses=WRITES
    ),
)
def export(
    context: typer.Context,
    names: Names = None,
    again: Annotated[
        str | None,
        typer.Option("--again", metavar="BATCH", help="Write the files of an earlier batch once more."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Write the bank files of configs/payments into this folder."),
    ] = None,
    only: Annotated[
        str | None, typer.Option("--bank-file", metavar="NAME", help="Write only the files of this bank file.")
    ] = None,
    day: DayOption = None,
    same_account: SameAccountOption = False,
    output: ToFile = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Export a batch for the bank, with control totals; approved payouts that are in no batch make one first.

    When no approved payout is left to pay, nothing happens. The files hold account numbers in full.
    """
    from recon.payouts.desk import batches

    told = terminal(context)
    if again is not None:
        made: Batch | None = batches.batch_named(told.store(), again)
    else:
        made = _batched(context, names, day, same_account=same_account)
    if made is None:
        return
    told.say(f"batch {made.identity}: {made.published.shown}/{batches.FILE}")
    if output is not None:
        write_file(output, made.file(batches.FILE).read_bytes())
    if to is not None or only is not None:
        _write_bank_files(context, made, to or Path(), only, by)
    print_listing(TOTALS, [(made.identity, *total) for total in _totals(made)], form)


def _batched(
    context: typer.Context, names: list[str] | None, day: "datetime | None", *, same_account: bool
) -> "Batch | None":
    """A batch of what is approved and of what failed; None, and told so, when nothing is left."""
    from recon.payouts.bank.owed import holds_on, owed_again
    from recon.payouts.desk import batches
    from recon.payouts.desk.payments import first_payments
    from recon.payouts.desk.shelf import Shelf

    told = terminal(context)
    store = told.store()
    shelf, waiting, held = Shelf(store), list[str](), dict[str, str]()
    chosen = [shelf.named(name) for name in names] if names else None

    def again(when: "date") -> "list[dict[str, Any]]":
        due = owed_again(told.project(), store, when, same_account=same_account)
        waiting.extend(str(row["payee"]) for row in due.waiting)
        held.update(due.held)
        return due.rows

    def holds(when: "date") -> "Mapping[str, str]":
        on_hold = holds_on(told.project(), store, when)
        due = batches.due_payouts(store, chosen) if on_hold else []
        kept = (row["payee"] for row in first_payments(due, when))
        held.update({who: on_hold[who] for who in kept if who in on_hold})
        return on_hold

    made = batches.export(store, chosen, again, day.date() if day else None, holds)
    if waiting:
        what = counted(len(waiting), "payment")
        told.say(f"{what} that failed: no other account is known yet of {', '.join(sorted(waiting))}")
    for who, reason in sorted(held.items()):
        told.say(f"nothing is paid to {who}, who is on hold: {reason}")
    if made is None:
        told.say(f"no approved payout is left to pay{' to anybody else' if held else ''}")
    return made


def _write_bank_files(
    context: typer.Context, made: "Batch", folder: Path, only: str | None, by: str | None
) -> None:
    """The bank files of a batch with their control totals beside them, and which payments none of them takes."""
    import json

    from recon.payouts.bank.files import bank_files
    from recon.payouts.bank.ordered import keep
    from recon.payouts.bank.profile import bank_files_in

    told = terminal(context)
    project = told.project()
    filed = bank_files_in(project.configs / "payments", project.relative)
    found = bank_files(made, filed, only)
    keep(told.store(), made, found.files, told.person(by))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in found.files:
        write_file(folder / one.name, one.content)
        control = json.dumps(one.control, indent=2, sort_keys=True) + "\n"
        write_file(folder / f"{one.name}.control.json", control.encode())
        count = counted(len(one.message.instructions), "payment")
        told.say(f"{folder / one.name}: {count}, {one.control['amount']} {one.control['currency']}")
    for row in found.left if only is None else ():
        amount = shown(row["amount"], row["currency"])
        told.say(
            f"no bank file takes payment {row['payment_id']} to {row['payee']}, {amount} {row['currency']}"
        )


@app.command(
    "batches", epilog=epilog("recon payouts batches", "recon payouts batches 2026-10", statuses=WRITES)
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

    store = terminal(context).store()
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


@app.command("sent", epilog=epilog("recon payouts sent 2026-10", statuses=WRITES))
def sent(context: typer.Context, name: BatchArgument, by: ByOption = None, note: NoteOption = "") -> None:
    """Record that a batch was handed to the bank."""
    _mark(context, name, "sent", by, note)


@app.command("paid", epilog=epilog("recon payouts paid 2026-10", statuses=WRITES))
def paid(context: typer.Context, name: BatchArgument, by: ByOption = None, note: NoteOption = "") -> None:
    """Record that the bank paid a batch."""
    _mark(context, name, "paid", by, note)


PAYMENT = (
    "payment_id",
    "payee",
    "name",
    "bank_account",
    "bank",
    "currency",
    "amount",
    "day",
    "payouts",
    "again_of",
)


def _totals(batch: "Batch") -> "list[tuple[str, int, Decimal]]":
    """Payments and their sum by currency."""
    from decimal import Decimal

    totals = batch.published.manifest["totals"]["totals"]
    return [(currency, one["payments"], Decimal(one["amount"])) for currency, one in totals.items()]


def _mark(context: typer.Context, name: str, state: str, by: str | None, note: str) -> None:
    from recon.payouts.desk import batches

    told = terminal(context)
    store = told.store()
    batch = batches.mark(store, batches.batch_named(store, name), state, told.person(by), note)
    told.say(f"batch {batch.identity}: {batch.state}")
