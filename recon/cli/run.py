"""`recon run`: the whole night in one command: take in what is new, match, prove, write the workbook."""

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recon.cli.match import (
    STATUSES,
    AsOfOption,
    FailOnOption,
    FreshOption,
    PeriodOption,
    asked,
    exit_status,
    matched,
)
from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.help import epilog
from recon.errors import Problem, UsageError

if TYPE_CHECKING:
    from recon.outputs.report import RunReport
    from recon.project.workspace import Project
    from recon.runs.match import RunOutcome

app = typer.Typer()
RunFormat = Literal["text", "json"]


@app.command(
    "run",
    epilog=epilog("recon run --period 2026-10", "recon run --nightly --fail-on aged", statuses=STATUSES),
)
def run(
    context: typer.Context,
    period: PeriodOption = None,
    as_of: AsOfOption = None,
    fail_on: FailOnOption = None,
    fresh: FreshOption = False,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Whether to write the workbook.")] = True,
    nightly: Annotated[
        bool,
        typer.Option(
            "--nightly",
            help="For cron: quiet, one line of JSON however it ends, and notices to whom `[notify]` names.",
        ),
    ] = False,
    form: Annotated[
        RunFormat | None,
        typer.Option(
            "--format", help="How the result is told; text on a terminal, one line of JSON otherwise."
        ),
    ] = None,
) -> int:
    """Take in new files, match, find breaks, prove that nothing is lost, and write the workbook.

    On a terminal the result is shown; otherwise one line of JSON on stdout says how the run ended. Running
    again with nothing new changes nothing. With `--quiet` nothing is said on stderr unless something is wrong.
    """
    if nightly:
        from recon.cli.nights import night

        return night(terminal(context), period, as_of, fail_on, fresh=fresh, report=report)
    told = terminal(context)
    outcome = taken_on(told, period, as_of, fresh=fresh)
    made = assembled(outcome)
    workbook = kept_workbook(told, made, outcome) if report else None
    _show(told, made, outcome, workbook, form)
    return exit_status(told, outcome, fail_on)


def taken_on(told: Terminal, period: str | None, as_of: datetime | None, *, fresh: bool) -> "RunOutcome":
    """Take in what is new and match it; what others left half done in the project's temporary folder is swept.

    Raises:
        UsageError: there is nothing to run on, or the day is past or closed.
        InputRefused: a file cannot be taken.
    """
    from recon.cli.ingest import ingested
    from recon.runs.match import prepare
    from recon.runs.unfed import passed_over
    from recon.store.scratch import sweep
    from recon.store.store import Store

    project, store = told.project(), Store.open(told.project())
    configuration = prepare(project, store, asked(period, as_of)[1], fresh=fresh)
    if not ingested(told).seen:
        _refuse_nothing(project)
    for problem in passed_over(project, store, configuration):
        told.warn(problem)
    sweep(project.temporary_dir)
    return matched(told, period, as_of, None, fresh)


def _refuse_nothing(project: "Project") -> None:
    """Where no file lies and none ever did, say what was looked for; nothing has been made.

    Raises:
        UsageError: there is nothing to run on.
    """
    from recon.sources.profiles.profile import load_profiles
    from recon.store.store import Store

    if Store.open(project).ingests():
        return
    patterns = [
        f"  {loaded.source}: {pattern}" for loaded in load_profiles(project) for pattern in loaded.profile.files
    ]
    hint = "put files there, or correct `files:` of the sources; `recon sources list` shows them"
    if not patterns:
        hint = "describe a source first: `recon sources detect FILE` drafts its profile"
    message = "there are no files to run on, and none were taken in before"
    looked_for = "\n".join(["looked for:", *patterns]) if patterns else None
    raise UsageError(Problem("nothing-ingested", message, hint=hint, excerpt=looked_for))


def assembled(outcome: "RunOutcome") -> "RunReport":
    """The report of a run."""
    from recon.outputs.assemble import assemble

    return assemble(outcome.run.folder)


def kept_workbook(told: Terminal, made: "RunReport", outcome: "RunOutcome") -> str:
    """Write the workbook unless it stands already, and sweep what killed writers of others left; its place as shown."""
    from recon.breaks.casework.shown import touched
    from recon.cli.report import workbook_path
    from recon.outputs.excel.workbook import write_workbook
    from recon.store.scratch import sweep_below

    project = told.project()
    sweep_below(project.reports_dir)
    path = workbook_path(project, outcome.run.identity)
    if outcome.is_new or not path.is_file():
        with told.progress("report") as steps:
            steps.step("writing the workbook")
            work = touched(project, told.store(), outcome.run)
            write_workbook(made, outcome.run.folder, path, work=work)
    return project.relative(path)


def _show(
    told: Terminal, made: "RunReport", outcome: "RunOutcome", workbook: str | None, form: RunFormat | None
) -> None:
    if form == "text" or (form is None and sys.stdout.isatty() and not told.quiet):
        from recon.outputs.terminal import render_run

        if not outcome.is_new:
            told.say(f"nothing new: run {outcome.run.identity} stands as it is")
        render_run(made, told.out, folder=outcome.run.shown, workbook=workbook or "")
        return
    sys.stdout.write(json.dumps(result_line(made, outcome, workbook), ensure_ascii=False) + "\n")


def result_line(made: "RunReport", outcome: "RunOutcome", workbook: str | None) -> dict[str, object]:
    """What cron is told in one line."""
    from recon.outputs.json import final_line

    return final_line(made) | {"new": outcome.is_new, "workbook": workbook}
