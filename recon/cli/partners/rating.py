"""`recon partners ratings`, `rate`: who would move on the ladders of plans, proposed and approved before it counts."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.payout_books import FactsOption, PaidOnOption, Wanted, moves_of
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, READS, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import ByOption, PeriodOption
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.partners.ratings import Recommendation

app = typer.Typer()


@app.command(
    "rate",
    epilog=epilog(
        "recon partners rate --period 2026-10",
        "recon partners rate --period 2026-10 --propose --reason 'review of October'",
        statuses=FILES | WRITES,
    ),
)
def rate(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    everybody: Annotated[bool, typer.Option("--all", help="Show those who keep their level as well.")] = False,
    propose: Annotated[bool, typer.Option("--propose", help="Propose the moves to a second person.")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; needed with `--propose`.")] = "",
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Review a period: who is to be promoted or demoted from the day after it, with criteria met and missed.

    A move counts once it is approved: `recon partners approve`. From its day on the level is on record, and plans
    pay by it.
    """
    from recon.partners.ratings import propose_ratings

    found = _recommended(context, period, only, run, facts)
    moves = [one for one in found if one.before != one.after]
    shown = found if everybody else moves
    rows = [
        (
            one.ladder,
            one.partner,
            one.before,
            one.after,
            one.effective,
            list(one.met),
            list(one.missed),
            one.why,
        )
        for one in shown
    ]
    names = ("ladder", "partner", "before", "after", "effective", "met", "missed", "why")
    print_listing(headed(names), rows, form, output)
    told = terminal(context)
    if not propose:
        told.say(f"{counted(len(moves), 'move')}; nothing is proposed without `--propose`")
        return
    for one in propose_ratings(told.store(), told.person(by), moves, reason):
        told.say(f"{one.ask.subjects[0]} {one.ask.content['what']}: {one.state}, proposal {one.number}")


@app.command(
    "ratings",
    epilog=epilog("recon partners ratings", "recon partners ratings AGG-PALM", statuses=FILES | READS),
)
def ratings(
    context: typer.Context,
    partner: Annotated[str | None, typer.Argument(metavar="PARTNER", help="Only of this one.")] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List every rating ever proposed: what became of it, who proposed and approved it, and the days it holds."""
    from recon.partners.ratings import ratings as all_ratings
    from recon.partners.registry.days import said

    rows = [
        (one.recommendation.ladder, one.recommendation.partner, one.recommendation.before, one.recommendation.after,
         one.state, said((one.first, one.last)) if one.state == "approved" else "", one.by, one.approved_by,
         one.recommendation.why, one.number)
        for one in all_ratings(terminal(context).store(), partner)
    ]  # fmt: skip
    names = ("ladder", "partner", "before", "after", "state", "holds", "by", "approved_by", "why", "number")
    print_listing(headed(names), rows, form, output)


def _recommended(
    context: typer.Context, period: str, only: Wanted, run: str, facts: FactsOption
) -> "list[Recommendation]":
    """What every ladder in force says of everybody at the end of the period."""
    from recon.model.periods import Period
    from recon.partners.ratings import Recommendation

    wanted = Period.parse(period)
    return [
        Recommendation(one.component, one.payee, one.move.before, one.move.after, wanted.last + timedelta(days=1),
                       one.move.why, one.met, one.missed)
        for one in moves_of(context, wanted, only, run, facts)
    ]  # fmt: skip
