"""`recon channels bills`, `margin`, `campaigns`, `effect`: what a period came to, as the books are known now."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.channels.asked import desk_of
from recon.cli.payout_books import PaidOnOption, opened_books, shown
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption

if TYPE_CHECKING:
    from recon.payouts.channels.bills import Bill
    from recon.payouts.channels.campaigns import Campaign, Effect

app = typer.Typer()
ByGroup = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="GROUP",
        help="channel, product, … as `configs/channels.yaml` names them, day, week or month; may be repeated.",
    ),
]


@app.command(
    "bills",
    epilog=epilog("recon channels bills --period 2026-10", statuses=FILES | READS),
)
def bills(
    context: typer.Context,
    period: PeriodOption,
    run: PaidOnOption = "latest",
    wrong: Annotated[
        bool, typer.Option("--wrong", help="What is wrong instead, by kind, with its money.")
    ] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List each channel's bills: lines, fees, how many the ledger knows, what arrived at the bank and what has not.

    `--wrong` adds up the open breaks: missing on a bill, twice on it, charged too much, paid short.
    """
    from recon.model.periods import Period
    from recon.payouts.channels.bills import bills as of_channels
    from recon.payouts.channels.bills import differences
    from recon.payouts.channels.settings import read_channels

    told, wanted = terminal(context), Period.parse(period)
    settings = read_channels(told.project())
    rows: list[tuple[object, ...]]
    with opened_books(context, run) as (engine, _):
        if wrong:
            names: tuple[str, ...] = ("ruleset", "source", "kind", "count", "amount", "currency")
            rows = [
                (one.ruleset, one.source, one.kind, one.count, shown(one.amount, one.currency), one.currency)
                for one in differences(engine, settings, wanted)
            ]
            why = f"no break of bills is open in {wanted}"
        else:
            names = (
                "channel",
                "lines",
                "matched",
                "gross",
                "fees",
                "net",
                "remitted",
                "outstanding",
                "currency",
            )
            found = of_channels(engine, settings, told.store().run(run), wanted)
            rows = [_bill(one) for one in found]
            why = f"no channel has a bill of {wanted}"
    told.say_where_empty(rows, why)
    print_listing(headed(names), rows, form, output)


@app.command(
    "margin",
    epilog=epilog(
        "recon channels margin --period 2026-10",
        "recon channels margin --period 2026-10 --by channel --by product --by card --by week",
        statuses=FILES | READS,
    ),
)
def margin(
    context: typer.Context,
    period: PeriodOption,
    by: ByGroup = None,
    run: PaidOnOption = "latest",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show what merchants are charged, less what campaigns gave and channels charged, plus what funders owe; by group.

    It rests on the entries that were matched with a bill. A row without a group is of no single entry of the ledger,
    such as a line of a bill that it does not know.
    """
    from recon.payouts.channels.margin import margins

    with desk_of(context, period, run) as desk:
        groups = by or [next(iter(desk.settings.by))]
        found = margins(desk, groups)
    names = (*groups, "entries", "volume", "charged", "given", "claimed", "cost", "margin", "currency")
    rows = [
        (
            *one.by, one.entries,
            *(
                shown(value, one.currency)
                for value in (one.volume, one.charged, one.given, one.claimed, one.cost, one.margin)
            ),
            one.currency,
        )
        for one in found
    ]  # fmt: skip
    terminal(context).say_where_empty(rows, f"no entry of {period} was matched with a bill")
    print_listing(headed(names), rows, form, output)


@app.command("campaigns", epilog=epilog("recon channels campaigns --period 2026-10", statuses=FILES | READS))
def campaigns(
    context: typer.Context,
    period: PeriodOption,
    run: PaidOnOption = "latest",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List campaigns: discounts and cashback of the period, the budget and what is used of it, who bears what.

    `recon channels claims` lists what each funder owes.
    """
    from recon.payouts.channels.campaigns import campaigns as of_desk

    with desk_of(context, period, run) as desk:
        rows = [campaign_line(one) for one in of_desk(desk)]
    terminal(context).say_where_empty(rows, f"no campaign has anything of {period}")
    print_listing(headed(CAMPAIGN), rows, form, output)


@app.command("effect", epilog=epilog("recon channels effect --period 2026-10", statuses=FILES | READS))
def effect(
    context: typer.Context,
    period: PeriodOption,
    run: PaidOnOption = "latest",
    merchant: Annotated[
        str, typer.Option("--merchant", metavar="GROUP", help="The group that names the merchant.")
    ] = "merchant",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show what campaigns brought: payments with and without each, of those who took part, and as many days before."""
    from recon.payouts.channels.campaigns import effects

    with desk_of(context, period, run) as desk:
        rows = [effect_line(one) for one in effects(desk, merchant if merchant in desk.settings.by else None)]
    terminal(context).say_where_empty(rows, f"no campaign has anything of {period}")
    print_listing(headed(EFFECT), rows, form, output)


def _bill(one: "Bill") -> tuple[object, ...]:
    amounts = (one.gross, one.fees, one.net, one.remitted, one.outstanding)
    exact = (shown(value, one.currency) for value in amounts)
    return (one.channel, one.lines, one.matched, *exact, one.currency)


CAMPAIGN = (
    "campaign", "plan", "from", "until", "entries", "discounts", "used", "budget", "over", "given", "claimed", "ours",
    "currency",
)  # fmt: skip
EFFECT = (
    "campaign",
    "payments",
    "days",
    "count",
    "volume",
    "discounts",
    "average",
    "volume_by_day",
    "currency",
)


def campaign_line(one: "Campaign") -> tuple[object, ...]:
    """A campaign in the order of `CAMPAIGN`."""
    amounts = (one.discounts, one.used, one.budget, one.over, one.given, one.claimed, one.ours)
    about = (one.campaign, one.plan, one.first, one.last, one.entries)
    return (*about, *(shown(value, one.currency) for value in amounts), one.currency)


def effect_line(one: "Effect") -> tuple[object, ...]:
    """An effect in the order of `EFFECT`."""
    amounts = (one.volume, one.discounts, one.average, one.by_day)
    about = (one.campaign, one.payments, one.days, one.count)
    return (*about, *(shown(value, one.currency) for value in amounts), one.currency)
