"""`recon partners kpi`, `figures`: what partners and groups did, by week or month."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recon.cli.partners.asked import DayOption, PartnerArgument, day_asked, registry_of
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import Column, FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption
from recon.errors import Problem, UsageError
from recon.model.wording import plain_words
from recon.project.suggest import did_you_mean

if TYPE_CHECKING:
    from recon.engines.duck import DuckEngine
    from recon.partners.measures.kpis import Kpi
    from recon.partners.measures.settings import Measures
    from recon.partners.registry.registry import Registry

app = typer.Typer()
EachOption = Annotated[
    Literal["week", "month", "period"],
    typer.Option("--each", help="One line for each week or month that ends in the period, or for all of it."),
]
ByOption = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="GROUP",
        help="partner, owner, region, kind, programme, tag, product, all, or a level above.",
    ),
]
OnlyOption = Annotated[
    list[str] | None, typer.Option("--figure", metavar="NAME", help="Only this figure; may be repeated.")
]


@contextmanager
def measured(context: typer.Context) -> "Iterator[tuple[DuckEngine, Measures, Registry]]":
    """An engine over the activity of partners, what is measured, and the registry."""
    from recon.partners.measures.books import activity_of
    from recon.partners.measures.settings import read_measures
    from recon.store.scratch import scratch_folder

    told = terminal(context)
    project, store = told.project(), told.store()
    measures, registry = read_measures(project), registry_of(context)
    with (
        scratch_folder(project.temporary_dir, "spill-") as spill,
        activity_of(project, store, measures, registry, spill) as engine,
    ):
        yield engine, measures, registry


def counted(context: typer.Context, period: str, by: str, each: str) -> "tuple[list[Kpi], list[str]]":
    """The figures asked for, and the names of all figures that there are."""
    from typing import cast

    from recon.model.periods import Period
    from recon.partners.measures.kpis import figure_names, kpis
    from recon.partners.measures.stretches import Each, stretches
    from recon.partners.settings import read_settings

    wanted = stretches(Period.parse(period), cast("Each", each))
    dormant = read_settings(terminal(context).project()).dormant_days
    with measured(context) as (engine, measures, registry):
        return kpis(engine, measures, registry, by, wanted, dormant), figure_names(measures, by)


@app.command(
    "kpi",
    epilog=epilog(
        "recon partners kpi --period 2026-10 --by coordinator",
        "recon partners kpi --period 2026-10 --by partner --each week --figure volume --figure attained_percent",
        statuses=FILES | READS,
    ),
)
def kpi(
    context: typer.Context,
    period: PeriodOption,
    by: ByOption = "partner",
    each: EachOption = "month",
    only: OnlyOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show volume, activity, retention, targets, contact coverage and issues, by group and by week or month.

    A partner counts in a group on the days on which it belongs to it. Amounts are exact, percentages cut after two
    digits.
    """
    found, names = counted(context, period, by, each)
    chosen = _chosen(names, only)
    rows = [
        (
            one.stretch.name,
            one.group,
            one.currency,
            *(_shown(one.figures.get(name), one.currency) for name in chosen),
        )
        for one in found
    ]
    heads = [each if each != "period" else "period", by, "currency", *chosen]
    print_listing(headed(heads), rows, form, output)


@app.command(
    "figures",
    epilog=epilog(
        "recon partners figures --period 2026-10 --by aggregator --output configs/partners/facts/october.csv",
        statuses=FILES | READS,
    ),
)
def figures(
    context: typer.Context,
    period: PeriodOption,
    by: ByOption = "partner",
    only: OnlyOption = None,
    currency: Annotated[
        str | None,
        typer.Option("--currency", metavar="CODE", help="The currency; needed where there are several."),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Write figures as facts of payees, month by month, so that plans and ladders can look at them."""
    found, names = counted(context, period, by, "month")
    chosen = _chosen(names, only)
    found = _in_one_currency(found, currency)
    rows = [
        (one.group, "figure", name, str(_shown(value, None)), one.stretch.first, one.stretch.last)
        for one in found
        for name in chosen
        if (value := one.figures.get(name)) is not None
    ]
    print_listing(("payee", "what", "name", "value", "from", "until"), rows, form, output)


def _in_one_currency(found: "Sequence[Kpi]", currency: str | None) -> "list[Kpi]":
    """The figures of one currency, and of groups that have none: a fact has one value."""
    known = sorted({one.currency for one in found if one.currency})
    if currency is None and len(known) > 1:
        hint = f"choose one: `--currency {known[0]}`"
        raise UsageError(Problem("several-currencies", f"there are figures in {', '.join(known)}", hint=hint))
    return [one for one in found if one.currency in {currency or (known[0] if known else ""), ""}]


def _chosen(names: Sequence[str], only: Sequence[str] | None) -> Sequence[str]:
    for name in only or ():
        if name not in names:
            hint = did_you_mean(name, names) or f"figures: {', '.join(names)}"
            raise UsageError(Problem("unknown-figure", f"there is no figure {name}", hint=hint))
    return only or names


def _shown(value: object, currency: str | None) -> object:
    from decimal import Decimal

    from recon.model.money import plain

    return Decimal(plain(value, currency)) if isinstance(value, Decimal) else value


@app.command(
    "scorecard",
    epilog=epilog(
        "recon partners scorecard AG-07 --period 2026-11",
        "recon partners scorecard SC-01 --period 2026-11 --format json",
        statuses=FILES | READS,
    ),
)
def scorecard(
    context: typer.Context,
    partner: PartnerArgument,
    period: PeriodOption,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show one partner or person: each figure now, in the period before, its change, and the median of peers.

    The peers of a partner are those of its kind and region, those of a person everybody of the same role.
    """
    from recon.model.periods import Period
    from recon.partners.measures.scorecards import scorecard as card_of
    from recon.partners.settings import read_settings

    dormant = read_settings(terminal(context).project()).dormant_days
    with measured(context) as (engine, measures, registry):
        card = card_of(engine, measures, registry, partner, Period.parse(period), dormant)
    rows = [
        (plain_words(one.figure), one.currency, _shown(one.now, one.currency), _shown(one.before, one.currency),
         one.change, _shown(one.peers, one.currency))
        for one in card.lines
    ]  # fmt: skip
    heads = [Column("figure", "Figure"), Column("currency", "Currency"), Column("now", card.stretch.name),
             Column("before", card.before.name), Column("change_percent", "Change %"),
             Column("peers", f"Median of {card.peers} peers")]  # fmt: skip
    print_listing(heads, rows, form, output, title=f"{partner} in {card.stretch.name}")


@app.command(
    "declines",
    epilog=epilog(
        "recon partners declines --on 2026-11-30",
        "recon partners declines --on 2026-11-30 --all --format json",
        statuses=FILES | READS,
    ),
)
def declines(
    context: typer.Context,
    on: DayOption = None,
    everybody: Annotated[bool, typer.Option("--all", help="Show those who are steady as well.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Find partners who do less than before, fell silent, or came back, with the evidence.

    `usual` is the median week of the partner's history and `spread` the median deviation from it, evened out for
    weekdays and the end of the month; `peers` is the median change of partners of the same kind and region.
    """
    from recon.partners.measures.books import lay_days
    from recon.partners.measures.declines import trends
    from recon.partners.settings import read_settings

    dormant = read_settings(terminal(context).project()).dormant_days
    day = day_asked(context, on)
    with measured(context) as (engine, measures, registry):
        lay_days(engine, measures)
        found = trends(engine, measures.decline, registry, day, dormant)
    rows = [
        (one.partner, one.verdict, one.currency, *(_shown(value, one.currency) for value in
         (one.usual, one.spread, one.recent)), one.change, one.peers_change, one.peers, one.deviations,
         one.last_active, [str(_shown(week, one.currency)) for week in one.weeks])
        for one in found
        if everybody or one.verdict not in {"steady", "too young"}
    ]  # fmt: skip
    names = ("partner", "verdict", "currency", "usual", "spread", "recent", "change_percent", "peers_percent", "peers",
             "deviations", "last_active", "weeks")  # fmt: skip
    print_listing(headed(names), rows, form, output)
