"""`recon plans`: what plans say, what their authors should decide, and whether their own examples hold."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from recon.cli.console import terminal
from recon.cli.help import epilog
from recon.cli.listing import Column, FormatOption, OutputOption, print_json, print_listing
from recon.cli.payout_books import (
    FactsOption,
    PaidOnOption,
    PeriodOption,
    filed_plans,
    in_force,
    known_of,
    opened_books,
    shown,
)
from recon.errors import ExitStatus

app = typer.Typer(help="Commission plans and rate cards.")

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
    """Find what a plan leaves undecided: gaps, overlaps, one more unit that pays less, expired rates.

    The exit status is 2 if anything is found. A finding that is meant is written into the plan under `accepted`.
    """
    from recon.payouts.lint import undecided

    columns = [Column(name, name.capitalize()) for name in ("plan", "place", "finding", "message", "hint")]
    rows = [
        (one.plan.version, str(one.document.place(finding.steps)), finding.code, finding.message, finding.hint)
        for one in filed_plans(context, names)
        for finding in undecided(one.plan, as_of.date() if as_of else None)
    ]
    print_listing(columns, rows, form, output)
    if rows:
        raise typer.Exit(ExitStatus.USAGE)


@app.command("show", epilog=epilog("recon plans show pos_withdrawal"))
def show(context: typer.Context, names: Names = None) -> None:
    """Show plans in plain words."""
    from recon.payouts.words import sentences

    texts = ["\n".join(_indented(line) for line in sentences(one.plan)) for one in filed_plans(context, names)]
    print("\n\n".join(texts))  # noqa: T201  (data)


@app.command("test", epilog=epilog("recon plans test", "recon plans test pos_withdrawal --format json"))
def run_tests(
    context: typer.Context, names: Names = None, form: FormatOption = None, output: OutputOption = None
) -> None:
    """Run the examples inside plans. The exit status is 2 if one does not pay what it must."""
    from recon.payouts.proving import prove

    columns = [Column(name, name.capitalize()) for name in ("plan", "test", "ok", "pays", "wrong")]
    rows = [
        (one.plan.version, proof.test, not proof.wrong, proof.outcome.earned, "; ".join(proof.wrong))
        for one in filed_plans(context, names)
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
    from recon.payouts.simulation import differences

    rows = differences(load(before)[0], load(after)[0])
    print_listing([Column("change", "Change"), Column("says", "Says")], rows, form, output)


@app.command("simulate", epilog=epilog("recon plans simulate drafts/sales.yaml --period 2026-10"))
def simulate(
    context: typer.Context,
    changed: Annotated[Path, typer.Argument(metavar="FILE", help="The changed plan.")],
    period: PeriodOption,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Pay a past period by a changed plan: who gains, who loses, and what it costs; nothing is stored.

    It is compared with the version of the same plan that was in force, by its name.
    """
    from decimal import Decimal

    from recon.model.periods import Period
    from recon.payouts.plan.plan import load
    from recon.payouts.simulation import simulate as simulated

    wanted = Period.parse(period)
    plan, _ = load(changed)
    was = next((one for one in in_force(filed_plans(context, None), wanted) if one.plan == plan.plan), None)
    with opened_books(context, run) as (engine, books):
        changes = simulated(engine, (was, plan), books, wanted, known_of(context, facts, wanted))
    columns = [Column(name, name.capitalize()) for name in ("period", "payee", "before", "after", "difference")]
    rows = [
        (
            str(wanted),
            one.payee,
            *(shown(value, plan.currency) for value in (one.before, one.after, one.difference)),
        )
        for one in changes
    ]
    print_listing(columns, rows, form, output)
    cost = sum((one.difference for one in changes), Decimal(0))
    gains = sum(one.difference > 0 for one in changes)
    losses = sum(one.difference < 0 for one in changes)
    told = f"{gains} gain, {losses} lose, {shown(cost, plan.currency)} {plan.currency} more in all"
    terminal(context).say(told if was else f"no version of {plan.plan} was in force; {told}")


@app.command("schema", epilog=epilog("recon plans schema --output plan.schema.json"))
def schema(output: OutputOption = None) -> None:
    """Write the JSON Schema of plans, for completion and checks in editors."""
    from recon.payouts.plan.plan import Plan
    from recon.project.schema import json_schema

    print_json(json_schema(Plan, "commission plan"), output)


def _indented(line: str) -> str:
    return f"  {line}" if line.startswith("- ") else line
