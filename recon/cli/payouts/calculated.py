"""`recon payouts calculate`, `rows`, `journal`, `verify-fees`: amounts without, or beside, what is kept."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from recon.cli.payout_books import (
    AdjustmentsOption,
    FactsOption,
    PaidOnOption,
    Wanted,
    asked_for,
    filed_in_force,
    filed_plans,
    moves_of,
    refuse_none,
    refuse_rate_cards,
    say_if_early,
    say_left_out,
    shown,
    standing_or_previewed,
)
from recon.cli.payouts.running import PAYEE_COLUMNS, payee_lines
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption

if TYPE_CHECKING:
    from recon.payouts.desk.shelf import PublishedPayout

app = typer.Typer()


@app.command(
    "calculate",
    epilog=epilog(
        "recon payouts calculate --period 2026-10",
        "recon payouts calculate --period 2026-10 --plan pos_withdrawal --format json",
        statuses=FILES | READS,
    ),
)
def calculate(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    adjustments: AdjustmentsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Calculate what `run` would pay, payee by payee, and store nothing.

    What rests on an entry with an open break is held, if the plan says so; `explain` names the break. Of a period that
    no run covers yet it shows what is known so far, and says so.
    """
    from recon.payouts.desk.running import preview
    from recon.store.scratch import scratch_folder

    asked = asked_for(context, period, run, facts, adjustments)
    filed = filed_plans(context, only)
    refuse_rate_cards(filed, only)
    plans = filed_in_force(filed, asked.period)
    refuse_none(plans, asked.period)
    say_if_early(context, asked, plans)
    rows: list[tuple[object, ...]] = []
    with scratch_folder(asked.project.temporary_dir, "payouts-") as folder:
        for payout in preview(asked, plans, folder):
            rows += payee_lines(payout)
            say_left_out(context, payout.as_written, payout.period, payout.left_out)
    print_listing(PAYEE_COLUMNS, rows, form, output)


@app.command("journal", epilog=epilog("recon payouts journal --period 2026-10", statuses=FILES | READS))
def journal(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """The journal of what is paid, by plan: expense and tax against withheld tax, reserves and what is payable.

    What an open break holds is no expense yet. Where a plan has funders, each bears its share of the expense.
    """
    names = ("plan", "side", "account", "amount", "currency")
    lines: list[tuple[object, ...]] = []
    with standing_or_previewed(context, period, only, run, facts) as payouts:
        for payout in payouts:
            for one in payout.table("journal").to_pylist():
                amount = shown(one["amount"], one["currency"])
                lines.append((payout.manifest["version"], one["side"], one["account"], amount, one["currency"]))
    print_listing(headed(names), lines, form, output)


@app.command(
    "rows", epilog=epilog("recon payouts rows --period 2026-10 --output rows.parquet", statuses=FILES | READS)
)
def rows(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Write the explanation rows of every payee: band, units, rate, cap, split, rounding; amounts are their sums."""
    from recon.payouts.tables import PAYOUT_ROWS

    with standing_or_previewed(context, period, only, run, facts) as payouts:
        values = (_row(row) for payout in payouts for row in _batches(payout))
        print_listing(PAYOUT_ROWS.names, values, form, output)


def _batches(payout: "PublishedPayout") -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(payout.file("rows.parquet")) as file:
        for batch in file.iter_batches():
            yield from batch.to_pylist()


def _row(row: dict[str, Any]) -> tuple[object, ...]:
    exact = {"units": shown(row["units"]), "amount": shown(row["amount"], row["currency"])}
    return tuple({**row, **exact}.values())


@app.command("ladders", epilog=epilog("recon payouts ladders --period 2026-10", statuses=FILES | READS))
def ladders(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Who would move up or down the ladders of plans at the end of a period, and why; nothing is stored.

    `earned` is the level that the figures of the period reach; grace and demotion rules decide on `after`.
    """
    from recon.model.periods import Period

    rows = [
        (
            one.plan.version,
            one.component,
            one.payee,
            one.move.before,
            one.move.after,
            one.move.earned,
            one.move.why,
        )
        for one in moves_of(context, Period.parse(period), only, run, facts)
    ]
    names = ("plan", "component", "payee", "before", "after", "earned", "why")
    terminal(context).say_where_empty(rows, f"nobody is on a ladder of the plans in force in {period}")
    print_listing(headed(names), rows, form, output)
