"""`recon payouts left-out`: the entries that plans count and pay nobody for, and what to do about them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from recon.cli.payout_books import (
    FactsOption,
    PaidOnOption,
    Wanted,
    plans_of_days,
    shown,
    standing_or_previewed,
)
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption

if TYPE_CHECKING:
    from recon.payouts.desk.shelf import PublishedPayout
    from recon.payouts.plan.plan import Plan

app = typer.Typer()
NAMES = ("plan", "component", "source", "payee", "currency", "entries", "amount", "why", "next_step")


@app.command(
    "left-out",
    epilog=epilog(
        "recon payouts left-out --period 2026-10",
        "recon payouts left-out --period 2026-10 --format json",
        statuses=FILES | READS,
    ),
)
def left_out(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the entries that plans count and pay nobody for: in another currency, of nobody, of who takes no part.

    Entries in another currency than the plan's are listed by payee. A payout that is kept tells what it left out when
    it was calculated; a period without one is calculated now.
    """
    lines: list[tuple[object, ...]] = []
    with standing_or_previewed(context, period, only, run, facts) as payouts:
        for payout in payouts:
            lines += _left_out(payout, plans_of_days(context, payout.period))
    print_listing(headed(NAMES), lines, form, output)


def _left_out(payout: "PublishedPayout", plans: "list[Plan]") -> Iterator[tuple[object, ...]]:
    from recon.payouts.periods.other_currencies import hint, paid_by, reason

    plan = payout.as_written
    sources = {component.name: component.activity.source for component in plan.components}
    for left in payout.left_out:
        if left.currency == plan.currency:
            about = (plan.version, left.component, sources.get(left.component, ""), "", left.currency)
            yield *about, left.entries, shown(left.amount, left.currency), left.reason, left.hint
    for one in payout.other_currencies:
        other = paid_by(plan, one.component, one.currency, plans)
        step = hint(plan, one.currency) if other is None else f"paid by {other.version}"
        about = (plan.version, one.component, one.source, one.payee, one.currency)
        yield *about, one.entries, shown(one.amount, one.currency), reason(plan, one.component), step
