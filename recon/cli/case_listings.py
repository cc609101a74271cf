"""`recon cases list|report`: the clocks of cases, and what they tell together."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import refuse_unknown_owner

if TYPE_CHECKING:
    from recon.breaks.cases.report import Timed

app = typer.Typer()

_COLUMNS = (
    "case", "status", "clock", "priority", "asked_by", "subject", "owner", "opened", "due", "used_hours",
    "allowed_hours", "cause",
)  # fmt: skip


@app.command("list", epilog=epilog("recon cases list", "recon cases list --late --format json"))
def list_cases(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Resolved ones, too.")] = False,
    late: Annotated[bool, typer.Option("--late", help="Only those that are late.")] = False,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME", help="Only of this owner.")] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the cases that are not resolved, with their clock in business hours."""
    from recon.breaks.cases.report import escalated

    held = _timed(context)
    if owner is not None:
        people = terminal(context).project().settings.people
        refuse_unknown_owner(owner, (one.case.owner for one in held), people)
    rows = [
        _row(one)
        for one in held
        if (every or one.case.is_living)
        and (not late or one.clock == "late")
        and (owner is None or one.case.owner == owner)
    ]
    print_listing(_COLUMNS, rows, form, output)
    to = terminal(context).project().settings.cases.escalate_to
    if to and (lately := escalated(held)):
        terminal(context).say(f"late, for {to}: {', '.join(one.case.name for one in lately)}")


@app.command(epilog=epilog("recon cases report", "recon cases report --by asker --format json"))
def report(
    context: typer.Context,
    by: Annotated[
        Literal["cause", "age", "asker", "owner", "month"], typer.Option("--by", help="What to group by.")
    ] = "cause",
    repeated: Annotated[bool, typer.Option("--repeated", help="Only who asks again and again.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Report on all cases: how many, late, opened again, and the business hours that they took."""
    from recon.breaks.cases.report import hours, offenders
    from recon.breaks.cases.report import report as grouped

    held = _timed(context)
    lines = offenders(held) if repeated else grouped(held, by)
    rows = [
        (
            one.group, one.cases, one.living, one.late, one.reopened,
            *(None if taken is None else hours(taken) for taken in (one.median_minutes, one.longest_minutes)),
        )
        for one in lines
    ]  # fmt: skip
    columns = ("group", "cases", "living", "late", "reopened", "median_hours", "longest_hours")
    print_listing(columns, rows, form, output)


def _timed(context: typer.Context) -> "list[Timed]":
    from recon.breaks.cases.case import cases
    from recon.breaks.cases.report import timed

    told = terminal(context)
    store, settings = told.store(), told.project().settings.cases
    now = store.clock()
    return [timed(one, settings, now) for one in cases(store.ledger)]


def _row(one: "Timed") -> tuple[object, ...]:
    from recon.breaks.cases.report import hours

    case = one.case
    return (
        case.name, case.status, one.clock, case.priority, case.asked_by, case.subject, case.owner,
        f"{case.opened_at:%Y-%m-%d %H:%M}", f"{one.due:%Y-%m-%d %H:%M}" if one.due else "", hours(one.used),
        hours(one.allowed), case.cause,
    )  # fmt: skip
