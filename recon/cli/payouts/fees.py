"""`recon payouts verify-fees`, `expected-fees`: what a rate card gives for each entry, and what was charged instead."""

from typing import Annotated

import typer

from recon.cli.payout_books import PaidOnOption, filed_plans, in_force, opened_books, say_left_out, shown
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption
from recon.errors import ExitStatus, Problem, UsageError

app = typer.Typer()
CardOption = Annotated[
    str, typer.Option("--card", metavar="PLAN", help="The rate card: a plan per transaction.")
]
EXPECTED = ("entry_id", "reference", "type", "day", "payee", "currency", "gross", "fee", "net", "card", "words")


@app.command(
    "verify-fees",
    epilog=epilog(
        "recon payouts verify-fees --card interchange_plus --period 2026-10 --tolerance 0.01",
        statuses=FILES | READS | {ExitStatus.BREAKS},
    ),
)
def verify_fees(
    context: typer.Context,
    card: CardOption,
    period: PeriodOption,
    tolerance: Annotated[
        str, typer.Option("--tolerance", metavar="AMOUNT", help="Differences up to it are let go.")
    ],
    run: PaidOnOption = "latest",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Compare the fees charged on entries with those a rate card gives: over- and undercharges with money on them.

    The exit status is 1 if there are any.
    """
    from recon.model.money import decimal_of
    from recon.model.periods import Period
    from recon.payouts.periods.fee_check import fee_differences

    allowed = decimal_of(tolerance)
    if allowed is None or allowed < 0:
        message = f"--tolerance {tolerance} is no amount"
        raise UsageError(Problem("usage", message, hint="write it as 0.01"))
    wanted = Period.parse(period)
    names = ("entry_id", "day", "kind", "expected", "charged", "difference", "place")
    lines: list[tuple[object, ...]] = []
    with opened_books(context, run) as (engine, books):
        for plan in in_force(filed_plans(context, [card]), wanted):
            check = fee_differences(engine, plan, books, wanted, allowed)
            say_left_out(context, plan, wanted, check.left_out)
            for one in check.differences:
                amounts = (shown(value, plan.currency) for value in (one.expected, one.charged, one.difference))
                lines.append((one.entry_id, one.day, one.kind, *amounts, f"{one.file}:{one.line}"))
    print_listing(headed(names), lines, form, output)
    if lines:
        raise typer.Exit(ExitStatus.BREAKS)


@app.command(
    "expected-fees",
    epilog=epilog(
        "recon payouts expected-fees --card interchange_plus --period 2026-10 --output inbox/fees/2026-10.csv",
        statuses=FILES | READS,
    ),
)
def expected_fees(
    context: typer.Context,
    card: CardOption,
    period: PeriodOption,
    run: PaidOnOption = "latest",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """What each entry should cost by a rate card: a file that is a source itself, to be matched with what was charged.

    A rule set that verifies `fee` between the two makes a break of every over- and undercharge. `net` is the gross
    amount less the fee, which is negative when it is charged; `words` are the parts of the fee.
    """
    from recon.model.periods import Period
    from recon.payouts.periods.fee_check import expected_fees as fees_of

    wanted = Period.parse(period)
    lines: list[tuple[object, ...]] = []
    with opened_books(context, run) as (engine, books):
        for plan in in_force(filed_plans(context, [card]), wanted):
            found, left_out = fees_of(engine, plan, books, wanted)
            say_left_out(context, plan, wanted, left_out)
            for one in found:
                amounts = (shown(value, one.currency) for value in (one.gross, one.fee, one.gross + one.fee))
                about = (one.entry_id, one.reference, one.type, one.day, one.payee, one.currency)
                lines.append((*about, *amounts, plan.version, one.words))
    print_listing(headed(EXPECTED), lines, form, output)
