"""What a plan would pay on a book of contracts that grows: the plan before there are any sales."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.payout_books import looked_at, shown
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from recon.payouts.review.growth import Growth

app = typer.Typer()


@app.command(
    "forecast",
    epilog=epilog(
        "recon plans forecast partner_ladder --months 12 --closings 5 --monthly 250",
        "recon plans forecast partner_ladder --months 24 --closings 5 --monthly 250 --churn 2 --word product=pos",
    ),
)
def forecast(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="PLAN", help="The plan, by name.")],
    months: Annotated[int, typer.Option("--months", min=1, max=600, help="How many months.")],
    closings: Annotated[str, typer.Option("--closings", metavar="NUMBER", help="New contracts in each month.")],
    monthly: Annotated[
        str, typer.Option("--monthly", metavar="AMOUNT", help="What a contract pays in a month.")
    ],
    churn: Annotated[
        str,
        typer.Option("--churn", metavar="PERCENT", help="The percent of the book that leaves in each month."),
    ] = "0",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="MONTH", help="The first month; that of the plan without it."),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option("--word", metavar="NAME=VALUE", help="A word that sales have, as product=pos."),
    ] = None,
    figures: Annotated[
        list[str] | None,
        typer.Option("--figure", metavar="NAME=NUMBER", help="A figure of the payee or a sale, as quota=100."),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Tell what a plan would pay on a book of contracts that grows and loses some month by month.

    The book pays its contracts times the monthly amount; the plan sees it as one sale of the month. What the plan
    carries goes on from month to month.
    """
    from recon.model.periods import Period
    from recon.payouts.plan.plan import version_in
    from recon.payouts.review.growth import forecast as forecast_of

    versions = [one.plan for one in looked_at(context, [name])]
    first = Period.parse(since).first if since else min(one.effective for one in versions)
    plan = version_in(versions, name, Period(first, first)) or versions[-1]
    growth = _growth(closings, monthly, churn, _named(words), _named(figures))
    rows = [
        (
            str(one.month), one.contracts.normalize(),
            shown(one.billed, plan.currency), shown(one.earned, plan.currency),
        )
        for one in forecast_of(plan, growth, first, months)
    ]  # fmt: skip
    print_listing(headed(("month", "contracts", "billed", "earned")), rows, form, output)


def _growth(
    closings: str, monthly: str, churn: str, words: "Mapping[str, str]", figures: "Mapping[str, str]"
) -> "Growth":
    """How a book grows, as the options say it."""
    from recon.payouts.review.growth import Growth

    known = {name: _number("--figure", text) for name, text in figures.items()}
    new, paid, lost = (
        _number("--closings", closings),
        _number("--monthly", monthly),
        _number("--churn", churn),
    )
    return Growth(new, paid, lost, words, known)


def _named(given: list[str] | None) -> dict[str, str]:
    """What is given as NAME=VALUE, by name."""
    return {name: value for name, _, value in (one.partition("=") for one in given or ())}


def _number(option: str, text: str) -> "Decimal":
    from recon.errors import Problem, UsageError
    from recon.model.money import decimal_of

    value = decimal_of(text)
    if value is None or value < 0 or (option == "--churn" and value > 100):
        what = "percentage from 0 to 100" if option == "--churn" else "number of nothing or more"
        raise UsageError(Problem("usage", f"{option} {text} is no {what}", hint="write it as 2 or 2.5"))
    return value
