"""What plans say, what their authors should decide, whether their own examples hold, and what a change would cost."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.payout_books import (
    FactsOption,
    PaidOnOption,
    facts_of,
    filed_plans,
    looked_at,
    opened_books,
    shown,
)
from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import Column, FormatOption, OutputOption, headed, print_json, print_listing
from recon.cli.terminal.options import PeriodOption
from recon.errors import ExitStatus

if TYPE_CHECKING:
    from recon.payouts.plan.plan import Plan
    from recon.payouts.review.simulation import Simulated

app = typer.Typer()

Names = Annotated[list[str] | None, typer.Argument(metavar="PLAN", help="Plans by name; all without names.")]


@app.command("check", epilog=epilog("recon plans check", "recon plans check pos_withdrawal --as-of 2026-12-31"))
def check(
    context: typer.Context,
    names: Names = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="Also find what has expired by then."
        ),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Find what a plan leaves undecided: gaps, overlaps, one more unit that pays less, expired rates, unknown names.

    The exit status is 2 if anything is found. A finding that is meant is written into the plan under `accepted`.
    """
    from recon.payouts.review.lint import undecided
    from recon.payouts.review.unknown import unknown
    from recon.sources.profiles.of_project import read_profiles

    carried = read_profiles(terminal(context).project()).attributes
    columns = headed(("plan", "place", "finding", "message", "hint"))
    rows = list[tuple[str, str, str, str, str | None]]()
    for one in looked_at(context, names):
        rows += [
            (one.plan.version, str(told.place), told.code, told.message, told.hint)
            for told in unknown([one], carried)
        ]
        rows += [
            (
                one.plan.version,
                str(one.document.place(finding.steps)),
                finding.code,
                finding.message,
                finding.hint,
            )
            for finding in undecided(one.plan, as_of.date() if as_of else None)
        ]
    print_listing(columns, rows, form, output)
    if rows:
        raise typer.Exit(ExitStatus.USAGE)


@app.command("show", epilog=epilog("recon plans show pos_withdrawal"))
def show(context: typer.Context, names: Names = None) -> None:
    """Show plans in plain words."""
    from recon.payouts.review.words import sentences

    texts = ["\n".join(_indented(line) for line in sentences(one.plan)) for one in looked_at(context, names)]
    print("\n\n".join(texts))  # noqa: T201  (data)


@app.command("test", epilog=epilog("recon plans test", "recon plans test pos_withdrawal --format json"))
def run_tests(
    context: typer.Context, names: Names = None, form: FormatOption = None, output: OutputOption = None
) -> None:
    """Run the examples inside plans. The exit status is 2 if one does not pay what it must."""
    from recon.payouts.review.proving import prove

    columns = headed(("plan", "test", "ok", "pays", "wrong"))
    rows = [
        (one.plan.version, proof.test, not proof.wrong, proof.outcome.earned, "; ".join(proof.wrong))
        for one in looked_at(context, names)
        for proof in prove(one.plan)
    ]
    print_listing(columns, rows, form, output)
    if any(not row[2] for row in rows):
        raise typer.Exit(ExitStatus.USAGE)


@app.command("diff", epilog=epilog("recon plans diff configs/plans/sales.yaml drafts/sales.yaml"))
def diff(
    before: Annotated[Path, typer.Argument(metavar="FILE", help="The plan as it is.")],
    after: Annotated[Path, typer.Argument(metavar="FILE", help="The plan as it would be.")],
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show what two versions of a plan say differently, in plain words."""
    from recon.payouts.plan.plan import load
    from recon.payouts.review.simulation import differences

    rows = differences(load(before)[0], load(after)[0])
    print_listing([Column("change", "Change"), Column("says", "Says")], rows, form, output)


@app.command(
    "simulate",
    epilog=epilog(
        "recon plans simulate drafts/sales.yaml --period 2026-10",
        "recon plans simulate drafts/sales.yaml --since 2026-07 --period 2026-10",
    ),
)
def simulate(
    context: typer.Context,
    changed: Annotated[Path, typer.Argument(metavar="FILE", help="The changed plan.")],
    period: PeriodOption,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="PERIOD", help="The first period, for several; `--period` is the last."
        ),
    ] = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Pay past periods by a changed plan: who gains, who loses, and what it costs; nothing is stored.

    It is compared with the version of the same plan that was in force, by its name. Balances go on from period to
    period under each of both: draws, excess, what is carried or kept in reserve. They begin with what the payouts that
    are stored left.
    """
    from recon.model.periods import Period
    from recon.payouts.desk.shelf import Shelf
    from recon.payouts.library import Filed
    from recon.payouts.periods.known_facts import known_in
    from recon.payouts.plan.plan import load, version_in
    from recon.payouts.review.simulation import Month, opening_of, periods_since
    from recon.payouts.review.simulation import simulate as simulated
    from recon.payouts.review.unknown import refuse_unknown

    wanted = Period.parse(period)
    plan, document = load(changed)
    refuse_unknown(terminal(context).project(), terminal(context).store(), [Filed(plan, document, changed)])
    versions = [one.plan for one in filed_plans(context, None)]
    known = facts_of(context, facts)
    months = [
        Month(one, version_in(versions, plan.plan, one), known_in(known, one))
        for one in periods_since(Period.parse(since) if since else wanted, wanted)
    ]
    opening = opening_of(Shelf(terminal(context).store()), plan.plan, months[0].period)
    with opened_books(context, run) as (engine, books):
        found = simulated(engine, plan, books, months, opening)
    rows = [
        (
            str(one.period), one.payee, *(
                shown(value, plan.currency)
                for value in (one.before, one.after, one.difference, one.paid_before, one.paid_after)
            ),
        )
        for one in found.changes
    ]  # fmt: skip
    print_listing(_SIMULATED, rows, form, output)
    _tell(terminal(context), plan, found, known=any(month.plan for month in months))


_SIMULATED = headed(("period", "payee", "before", "after", "difference", "paid_before", "paid_after"))


def _tell(told: Terminal, plan: "Plan", found: "Simulated", *, known: bool) -> None:
    """Say who gains and loses over all periods, what it costs, and what each plan leaves for later."""
    from decimal import Decimal

    gains = list(found.gains.values())
    cost = shown(sum(gains, Decimal(0)), plan.currency)
    ups, downs = sum(one > 0 for one in gains), sum(one < 0 for one in gains)
    words = f"{ups} gain, {downs} lose, {cost} {plan.currency} more in all"
    told.say(words if known else f"no version of {plan.plan} was in force; {words}")
    for which, left in zip(("the plan in force", "the changed plan"), found.left, strict=True):
        if left:
            amounts = ", ".join(f"{word} {shown(amount, plan.currency)}" for word, amount in left.items())
            told.say(f"{which} leaves for later: {amounts} {plan.currency}")


@app.command("schema", epilog=epilog("recon plans schema --output plan.schema.json"))
def schema(output: OutputOption = None) -> None:
    """Print the JSON Schema of plans, for completion and checks in editors."""
    from recon.payouts.plan.plan import Plan
    from recon.project.schema import json_schema

    print_json(json_schema(Plan, "commission plan"), output)


def _indented(line: str) -> str:
    return f"  {line}" if line.startswith("- ") else line
