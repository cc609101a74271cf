"""`recon plans`: what plans say, what their authors should decide, and whether their own examples hold."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.console import terminal
from recon.cli.help import epilog
from recon.cli.listing import Column, FormatOption, OutputOption, print_json, print_listing
from recon.errors import ExitStatus

if TYPE_CHECKING:
    from recon.payouts.library import Filed

app = typer.Typer(help="Commission plans and rate cards.")

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[PLAN]...", help="Plans by name; all without names.")
]


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
        for one in _plans(context, names)
        for finding in undecided(one.plan, as_of.date() if as_of else None)
    ]
    print_listing(columns, rows, form, output)
    if rows:
        raise typer.Exit(ExitStatus.USAGE)


@app.command("show", epilog=epilog("recon plans show pos_withdrawal"))
def show(context: typer.Context, names: Names = None) -> None:
    """Show plans in plain words."""
    from recon.payouts.words import sentences

    texts = ["\n".join(_indented(line) for line in sentences(one.plan)) for one in _plans(context, names)]
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
        for one in _plans(context, names)
        for proof in prove(one.plan)
    ]
    print_listing(columns, rows, form, output)
    if any(not row[2] for row in rows):
        raise typer.Exit(ExitStatus.USAGE)


@app.command("schema", epilog=epilog("recon plans schema --output plan.schema.json"))
def schema(output: OutputOption = None) -> None:
    """Write the JSON Schema of plans, for completion and checks in editors."""
    from recon.payouts.plan.plan import Plan
    from recon.project.schema import json_schema

    print_json(json_schema(Plan, "commission plan"), output)


def _plans(context: typer.Context, names: list[str] | None) -> "list[Filed]":
    from recon.payouts.library import named, plans_in

    project = terminal(context).project()
    return named(plans_in(project.plans_dir, project.relative), names or [])


def _indented(line: str) -> str:
    return f"  {line}" if line.startswith("- ") else line
