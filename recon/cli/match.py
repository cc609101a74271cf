"""`recon match`: match what is in the store and publish the run."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.errors import ExitStatus
from recon.model.wording import counted
from recon.project.choices import FailOn

if TYPE_CHECKING:
    from recon.runs.match import RunOutcome

app = typer.Typer()

PeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="PERIOD",
        help="A month (2026-10), a day, or 2026-10-01..2026-10-14; the run is as of its last day.",
    ),
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="The day on which ages are counted; the last business date in the store without it.",
    ),
]
FailOnOption = Annotated[
    FailOn | None,
    typer.Option("--fail-on", help="What makes a sound run exit 1; as in `recon.toml` without it."),
]
FreshOption = Annotated[
    bool,
    typer.Option("--fresh", help="Compute from the first file on, without continuing the latest run."),
]
STATUSES = FILES | WRITES | {ExitStatus.BREAKS}


@app.command(
    "match",
    epilog=epilog(
        "recon match --period 2026-10", "recon match processor_vs_bank --as-of 2026-10-14", statuses=STATUSES
    ),
)
def match_entries(
    context: typer.Context,
    rulesets: Annotated[
        list[str] | None,
        typer.Argument(metavar="RULESET", help="Rule sets to run; those of `recon.toml` without any."),
    ] = None,
    period: PeriodOption = None,
    as_of: AsOfOption = None,
    fail_on: FailOnOption = None,
    fresh: FreshOption = False,
) -> int:
    """Match the entries in the store, find breaks, prove that nothing is lost, and publish the run.

    Continues the latest run: what is matched stays matched, what is open is tried again with what is new.
    """
    told = terminal(context)
    outcome = matched(told, period, as_of, tuple(rulesets or ()) or None, fresh)
    say_outcome(told, outcome)
    return exit_status(told, outcome, fail_on)


def matched(
    told: Terminal, period: str | None, as_of: datetime | None, rulesets: tuple[str, ...] | None, fresh: bool
) -> "RunOutcome":
    """Run the match with progress on stderr."""
    from recon.model.periods import Period
    from recon.runs.days import refuse_unbegun, still_to_come
    from recon.runs.match import match
    from recon.store.store import Store

    project = told.project()
    store, today = Store.open(project), _today()
    chosen, day = asked(period, as_of)
    if period and as_of is None:
        refuse_unbegun(store, Period.parse(period), today)
    with told.progress("match") as steps:
        outcome = match(
            project, store, period=chosen, as_of=day, rulesets=rulesets, fresh=fresh, progress=steps
        )
    if words := still_to_come(day or today, today):
        told.say(words)
    return outcome


def _today() -> date:
    return datetime.now().astimezone().date()


def asked(period: str | None, as_of: datetime | None) -> tuple[str | None, date | None]:
    """The period in its shortest form, and the day that the run is to be as of.

    Raises:
        UsageError: the text is no period, or the day lies before it.
    """
    from recon.model.periods import Period
    from recon.runs.days import chosen_day

    chosen = Period.parse(period) if period else None
    return (str(chosen) if chosen else None), chosen_day(chosen, as_of.date() if as_of else None)


def say_outcome(told: Terminal, outcome: "RunOutcome") -> None:
    """One line on stderr: which run, and what came of it."""
    counts = outcome.run.manifest["counts"]
    if not outcome.is_new:
        told.say(f"nothing new: run {outcome.run.identity} stands as it is")
    told.say(
        f"run {outcome.run.identity}: {counted(counts['matches'], 'match')}, "
        f"{counted(counts['breaks'], 'break')}, "
        f"proof {outcome.run.manifest['proof']}, {outcome.verdict}"
    )
    for ruleset in outcome.run.manifest["rulesets"]:
        for item in ruleset["passes"]:
            if count := item.get("unsearched"):
                told.say(
                    f"{ruleset['name']}: `{item['name']}` left {count:,} alone, too many others were in reach"
                )


def exit_status(told: Terminal, outcome: "RunOutcome", fail_on: FailOn | None) -> int:
    """The exit status of a published run."""
    manifest = outcome.run.manifest
    if manifest["verdict"] == "incomplete":
        return ExitStatus.CONTROL
    counted = {"breaks": "breaks", "aged": "overdue", "none": None}[
        fail_on or told.project().settings.run.fail_on
    ]
    return ExitStatus.BREAKS if counted is not None and manifest["counts"][counted] else ExitStatus.CLEAN
