"""`recon payouts due`: the periods that plans are to pay, and have not paid."""

from datetime import datetime
from typing import Annotated

import typer

from recon.cli.payout_books import PaidOnOption, Wanted, filed_plans, opened_books
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing

app = typer.Typer()


@app.command(
    "due",
    epilog=epilog("recon payouts due", "recon payouts due --as-of 2026-10-16 --all", statuses=FILES | READS),
)
def due(
    context: typer.Context,
    only: Wanted = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Periods that ended before it; without it, all that the run covers.",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Also periods that are not over yet.")] = False,
    run: PaidOnOption = "latest",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the periods that have entries, are over, and are not approved, of plans that say how long they are.

    A plan says so by `payment: {every: half_month}`.
    """
    from datetime import date, timedelta

    from recon.payouts.desk.due_periods import due_periods
    from recon.payouts.desk.shelf import Shelf
    from recon.payouts.plan.plan import Purpose
    from recon.store.store import Store

    store = Store.open(terminal(context).project())
    shelf = Shelf(store)
    covered = date.fromisoformat(str(store.run(run).manifest["as_of"]))
    day = as_of.date() if as_of else covered + timedelta(days=1)
    plans = [one.plan for one in filed_plans(context, only) if one.plan.purpose is not Purpose.VERIFY_FEES]
    rows = []
    with opened_books(context, run) as (engine, books):
        for plan in plans:
            found = due_periods(engine, plan, books, shelf, day, only_complete=not every)
            rows += [(one.plan.version, str(one.period), one.state) for one in found]
    if not any(plan.payment.every for plan in plans):
        terminal(context).say("no plan says how long its periods are: `payment: {every: month}` does")
    print_listing(headed(("plan", "period", "state")), rows, form, output)
