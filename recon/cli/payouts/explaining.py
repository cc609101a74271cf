"""`recon payouts explain`: an amount taken apart, down to the entries it rests on and the lines of their files."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.help import epilog
from recon.cli.listing import Column, FormatOption, OutputOption, print_listing
from recon.cli.payout_books import (
    FactsOption,
    PaidOnOption,
    PeriodOption,
    Wanted,
    opened_books,
    shown,
    standing_or_previewed,
)
from recon.errors import ExitStatus, Problem, UsageError

if TYPE_CHECKING:
    from recon.payouts.desk.shelf import PublishedPayout

app = typer.Typer()
STATUSES = (ExitStatus.CLEAN, ExitStatus.USAGE, ExitStatus.REFUSED, ExitStatus.CONTROL)


@app.command(
    "explain",
    epilog=epilog("recon payouts explain agent-17 --period 2026-10", statuses=STATUSES),
)
def explain(
    context: typer.Context,
    payee: Annotated[str, typer.Argument(metavar="PAYEE", help="Who was paid.")],
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Explain a payee's amount: its rows, which add up to it, and the entries they rest on with file and line.

    A payout that is kept is explained as it was calculated; a period without one is calculated now.
    """
    names = ("plan", "kind", "component", "words", "units", "rate", "amount", "place")
    lines: list[tuple[object, ...]] = []
    with standing_or_previewed(context, period, only, run, facts) as payouts:
        for payout in payouts:
            lines += _explained(context, payout, payee)
    if not lines:
        message = f"{payee} earns nothing in {period}"
        hint = "`recon payouts calculate` lists everybody who does"
        raise UsageError(Problem("no-payee", message, hint=hint))
    print_listing([Column(name, name.capitalize()) for name in names], lines, form, output)


def _explained(context: typer.Context, payout: "PublishedPayout", payee: str) -> Iterator[tuple[object, ...]]:
    import pyarrow.compute as pc

    version, currency = payout.manifest["version"], payout.manifest["currency"]
    table = payout.explanation
    credited: list[str] = []
    for row in table.filter(pc.equal(table["payee"], payee)).to_pylist():
        whose = "" if row["credited"] == payee else f" (activity of {row['credited']})"
        credited += [row["credited"]] if row["credited"] not in credited else []
        amounts = (shown(row["units"]), row["rate"], shown(row["amount"], currency))
        yield version, row["kind"], row["component"], f"{row['words']}{whose}", *amounts, ""
    for row in payout.payments:
        if row["payee"] == payee and row["kind"] != "earned":
            amount = shown(row["amount"], currency)
            yield version, row["kind"], "", row["words"], None, "", amount, row["reference"]
    for row in payout.table("held").to_pylist():
        if row["credited"] in credited:
            words = f"entry {row['entry_id']} is held by the break {row['break_id']} ({row['kind']})"
            yield version, "held entry", row["component"], words, None, "", None, ""
    if credited:
        yield from _entries(context, payout, credited)


def _entries(
    context: typer.Context, payout: "PublishedPayout", credited: list[str]
) -> Iterator[tuple[object, ...]]:
    """The entries that the rows rest on, from the books of the run that the payout was paid on."""
    from recon.payouts.credited import credited_books
    from recon.payouts.resting import entries_of

    plan, period = payout.as_written, payout.period
    with opened_books(context, str(payout.manifest["run"])) as (engine, all_books):
        books = credited_books(engine, plan, all_books, period, payout.known)
        for who in credited:
            for component in plan.components:
                for entry in entries_of(engine, plan, component, books, period, who):
                    words = f"entry {entry.entry_id} of {entry.day}"
                    amounts = (shown(entry.amount, entry.currency), "", None)
                    yield plan.version, "entry", component.name, words, *amounts, f"{entry.file}:{entry.line}"
