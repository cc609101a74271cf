"""`recon channels settlements`, `claims`: what merchants are owed and when, and what funders owe us."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.payout_books import shown
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption
from recon.errors import Problem, UsageError

if TYPE_CHECKING:
    from recon.payouts.channels.owed import Owed
    from recon.payouts.plan.plan import Purpose

app = typer.Typer()
OWED = ("plan", "payee", "name", "what", "day", "amount", "currency", "period", "words")


@app.command(
    "settlements",
    epilog=epilog(
        "recon channels settlements --period 2026-10",
        "recon channels settlements --period 2026-10-01..2026-10-15 --merchant M-05",
        statuses=FILES | READS,
    ),
)
def settlements(
    context: typer.Context,
    period: PeriodOption,
    merchants: Annotated[
        list[str] | None,
        typer.Option("--merchant", metavar="NAME", help="Only this merchant; may be repeated."),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Tell where each merchant's money is: settled, waiting for its day, in reserve until a day, held, or carried.

    `recon payouts explain MERCHANT` takes an amount apart, down to the lines of the files.
    """
    from recon.payouts.plan.plan import Purpose

    _print(owed_of(context, period, Purpose.SETTLE, merchants or []), form, output)


@app.command(
    "claims",
    epilog=epilog("recon channels claims --period 2026-10 --output claims.csv", statuses=FILES | READS),
)
def claims(
    context: typer.Context,
    period: PeriodOption,
    funders: Annotated[
        list[str] | None, typer.Option("--funder", metavar="NAME", help="Only this funder; may be repeated.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List what the funders of campaigns owe for a period, and the state of each claim; as a file, a source itself.

    A claim is owed once it is approved.
    """
    from recon.payouts.plan.plan import Purpose

    _print(owed_of(context, period, Purpose.CLAIM, funders or []), form, output)


def owed_of(context: typer.Context, period: str, purpose: "Purpose", payees: list[str]) -> "list[Owed]":
    """The amounts of the payouts that stand for a period."""
    from recon.model.periods import Period
    from recon.payouts.channels.owed import owed, settled_in
    from recon.payouts.desk.shelf import Shelf

    shelf, wanted = Shelf(terminal(context).store()), Period.parse(period)
    if not settled_in(shelf, wanted, purpose):
        hint = f"`recon payouts run --period {wanted}` makes them; plans say `purpose: {purpose.value}`"
        raise UsageError(Problem("no-payout", f"nothing to {purpose.value} is stored of {wanted}", hint=hint))
    found = owed(shelf, wanted, purpose, payees)
    if payees and not found:
        raise UsageError(Problem("no-payee", f"the payouts of {wanted} say nothing of {', '.join(payees)}"))
    return found


def owed_line(one: "Owed") -> tuple[object, ...]:
    """An amount in the order of `OWED`."""
    amount = shown(one.amount, one.currency)
    return one.plan, one.payee, one.name, one.what, one.day, amount, one.currency, one.period, one.words


def _print(found: "list[Owed]", form: FormatOption, output: OutputOption) -> None:
    columns = headed(OWED)
    print_listing(columns, [owed_line(one) for one in found], form, output)
