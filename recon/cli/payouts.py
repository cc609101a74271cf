"""`recon payouts`: what everybody earned and is paid for a period, and why, down to the line of the file."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recon.cli.console import terminal
from recon.cli.help import epilog
from recon.cli.listing import Column, FormatOption, OutputOption, print_listing
from recon.cli.payout_books import (
    FactsOption,
    PeriodOption,
    RunOption,
    filed_plans,
    in_force,
    known_of,
    opened_books,
    shown,
)
from recon.errors import ExitStatus, Problem, UsageError

if TYPE_CHECKING:
    from decimal import Decimal

    from recon.payouts.activity import Books
    from recon.payouts.period import Known, LeftOut
    from recon.payouts.period_rows import PeriodRows

app = typer.Typer(help="Commissions: what was earned, what is paid, and why.")
STATUSES = (ExitStatus.CLEAN, ExitStatus.USAGE, ExitStatus.REFUSED, ExitStatus.CONTROL)

PAID = (
    "plan", "payee", "currency", "earned", "held", "adjusted", "carried", "reserved", "paid", "paid_in", "payable_from",
)  # fmt: skip
Wanted = Annotated[
    list[str] | None, typer.Option("--plan", metavar="NAME", help="Only this plan; may be repeated.")
]


@app.command(
    "calculate",
    epilog=epilog(
        "recon payouts calculate --period 2026-10",
        "recon payouts calculate --period 2026-10 --plan pos_withdrawal --format json",
        statuses=STATUSES,
    ),
)
def calculate(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: RunOption = "latest",
    facts: FactsOption = None,
    adjustments: Annotated[
        Path | None,
        typer.Option(
            "--adjustments",
            metavar="FILE",
            help="A CSV file of bonuses, corrections and clawbacks by hand, each with author and approver.",
        ),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Calculate what every payee earned in a period on what reconciled, and what is paid of it.

    What rests on an entry with an open break is held, if the plan says so; `explain` names the break. Nothing is
    stored: the same run, plans and facts give the same amounts.
    """
    from recon.model.periods import Period
    from recon.payouts.adjustment_file import read_adjustments
    from recon.payouts.rows import by_payee

    rows: list[tuple[object, ...]] = []
    plans = {plan.plan: plan for plan in in_force(filed_plans(context, only), Period.parse(period))}
    booked = read_adjustments(adjustments, adjustments.as_posix(), plans) if adjustments else {}
    with _opened(context, period, only, run, facts) as (found, known, books):
        for result in found:
            by_hand = by_payee(booked.get(result.plan.plan, []))
            rows += _paid(result, known, books, by_hand)
            _say_left_out(context, result.plan.version, result.left_out)
    print_listing([Column(name, name.replace("_", " ").capitalize()) for name in PAID], rows, form, output)


def _paid(
    result: "PeriodRows", known: "Known", books: "Books", by_hand: "Mapping[str, Decimal]"
) -> Iterator[tuple[object, ...]]:
    """One line per payee, from what was earned to what is paid."""
    from recon.payouts.holds import release
    from recon.payouts.period_payouts import period_payouts

    plan = result.plan
    due = release(plan.payment.hold, result.period.last, None).due
    for line, payout in period_payouts(result, known, books, by_hand):
        amounts = (line.earned, line.held, line.adjusted, payout.carried, payout.reserved)
        texts = (shown(amount, plan.currency) for amount in amounts)
        paid = shown(payout.paid, payout.currency)
        yield plan.version, line.payee, plan.currency, *texts, paid, payout.currency, due


@app.command("journal", epilog=epilog("recon payouts journal --period 2026-10", statuses=STATUSES))
def journal(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: RunOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """The journal of what is paid, by plan: expense and tax against withheld tax, reserves and what is payable.

    What an open break holds is no expense yet.
    """
    from recon.payouts.journal import accrual
    from recon.payouts.period_payouts import period_payouts

    names = ("plan", "side", "account", "amount", "currency")
    lines: list[tuple[object, ...]] = []
    with _opened(context, period, only, run, facts) as (found, known, books):
        for result in found:
            plan = result.plan
            paid = [row for _, payout in period_payouts(result, known, books, {}) for row in payout.rows]
            for one in accrual(paid):
                amount = shown(one.amount, plan.currency)
                lines.append((plan.version, one.side, one.account, amount, plan.currency))
    print_listing([Column(name, name.capitalize()) for name in names], lines, form, output)


@app.command(
    "rows",
    epilog=epilog("recon payouts rows --period 2026-10 --output rows.parquet", statuses=STATUSES),
)
def rows(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: RunOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Write the explanation rows of every payee: band, units, rate, cap, split, rounding; amounts are their sums."""
    from recon.payouts.tables import PAYOUT_ROWS

    with _opened(context, period, only, run, facts) as (found, _, _):
        values = (_row(row, result.plan.currency) for result in found for row in result.rows())
        print_listing(PAYOUT_ROWS.names, values, form, output)


def _row(row: "Mapping[str, Any]", currency: str) -> tuple[object, ...]:
    exact = {"units": shown(row["units"]), "amount": shown(row["amount"], currency)}
    return tuple({**row, **exact}.values())


@app.command(
    "explain",
    epilog=epilog("recon payouts explain agent-17 --period 2026-10", statuses=STATUSES),
)
def explain(
    context: typer.Context,
    payee: Annotated[str, typer.Argument(metavar="PAYEE", help="Who was paid.")],
    period: PeriodOption,
    only: Wanted = None,
    run: RunOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Explain a payee's amount: its rows, which add up to it, and the entries they rest on with file and line."""
    names = ("plan", "kind", "component", "words", "units", "rate", "amount", "place")
    lines: list[tuple[object, ...]] = []
    with _opened(context, period, only, run, facts) as (found, _, books):
        for result in found:
            lines += _explained(result, books, payee)
    if not lines:
        message = f"{payee} earns nothing in {period}"
        hint = "`recon payouts calculate` lists everybody who does"
        raise UsageError(Problem("no-payee", message, hint=hint))
    print_listing([Column(name, name.capitalize()) for name in names], lines, form, output)


def _explained(result: "PeriodRows", books: "Books", payee: str) -> Iterator[tuple[object, ...]]:
    from recon.payouts.breaks_held import held_entries
    from recon.payouts.resting import entries_of

    plan, credited = result.plan, []
    holds = held_entries(result.engine, plan, books, result.period)
    for row in result.rows(payee):
        whose = "" if row["credited"] == payee else f" (activity of {row['credited']})"
        credited += [row["credited"]] if row["credited"] not in credited else []
        amounts = (shown(row["units"]), row["rate"], shown(row["amount"], plan.currency))
        yield plan.version, row["kind"], row["component"], f"{row['words']}{whose}", *amounts, ""
    for hold in holds:
        if hold.credited in credited:
            words = f"entry {hold.entry_id} is held by the break {hold.break_id} ({hold.kind})"
            yield plan.version, "hold", hold.component, words, None, "", None, ""
    for who in credited:
        for component in plan.components:
            for entry in entries_of(result.engine, plan, component, books, result.period, who):
                words = f"entry {entry.entry_id} of {entry.day}"
                amounts = (shown(entry.amount, entry.currency), "", None)
                yield plan.version, "entry", component.name, words, *amounts, f"{entry.file}:{entry.line}"


@app.command(
    "verify-fees",
    epilog=epilog(
        "recon payouts verify-fees --card interchange_plus --period 2026-10 --tolerance 0.01",
        statuses=(*STATUSES, ExitStatus.BREAKS),
    ),
)
def verify_fees(
    context: typer.Context,
    card: Annotated[str, typer.Option("--card", metavar="PLAN", help="The rate card: a plan per transaction.")],
    period: PeriodOption,
    tolerance: Annotated[
        str, typer.Option("--tolerance", metavar="AMOUNT", help="Differences up to it are let go.")
    ],
    run: RunOption = "latest",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Compare the fees charged on entries with those a rate card gives: over- and undercharges with money on them.

    The exit status is 1 if there are any.
    """
    from recon.model.money import decimal_of
    from recon.model.periods import Period
    from recon.payouts.fee_check import fee_differences

    allowed = decimal_of(tolerance)
    if allowed is None or allowed < 0:
        message = f"--tolerance {tolerance} is no amount"
        raise UsageError(Problem("usage", message, hint="write it as 0.01"))
    wanted = Period.parse(period)
    plans = in_force(filed_plans(context, [card]), wanted)
    names = ("entry_id", "day", "kind", "expected", "charged", "difference", "place")
    lines: list[tuple[object, ...]] = []
    with opened_books(context, run) as (engine, books):
        for plan in plans:
            check = fee_differences(engine, plan, books, wanted, allowed)
            _say_left_out(context, plan.version, check.left_out)
            for one in check.differences:
                amounts = (shown(value, plan.currency) for value in (one.expected, one.charged, one.difference))
                lines.append((one.entry_id, one.day, one.kind, *amounts, f"{one.file}:{one.line}"))
    print_listing([Column(name, name.capitalize()) for name in names], lines, form, output)
    if lines:
        raise typer.Exit(ExitStatus.BREAKS)


def _say_left_out(context: typer.Context, version: str, left_out: "Sequence[LeftOut]") -> None:
    for left in left_out:
        amount = f"{shown(left.amount, left.currency)} {left.currency}"
        terminal(context).say(f"{version}: {left.entries} {left.reason}, {amount}")


@contextmanager
def _opened(
    context: typer.Context, period: str, names: list[str] | None, run: str, facts: Path | None
) -> Iterator[tuple[Iterator["PeriodRows"], "Known", "Books"]]:
    """The rows of each plan in force at the end of the period, one plan at a time, while the books are open."""
    from recon.model.periods import Period
    from recon.payouts.period_rows import period_rows

    wanted = Period.parse(period)
    plans = in_force(filed_plans(context, names), wanted)
    known = known_of(facts)
    with opened_books(context, run) as (engine, books):
        yield (period_rows(engine, plan, books, wanted, known) for plan in plans), known, books
