"""A night as cron runs it: silent when all is well, one line of JSON however it ends, and notices to whom they are for.

A notice that does not arrive never changes how the night ended; the line and stderr say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from recon.cli.match import exit_status
from recon.cli.run import assembled, kept_workbook, result_line, taken_on
from recon.cli.terminal.console import Terminal
from recon.errors import Busy, Problem, ReconError
from recon.project.choices import FailOn

if TYPE_CHECKING:
    from recon.outputs.notices.notice import Notice
    from recon.project.nights import NotifySettings


def night(
    told: Terminal,
    period: str | None,
    as_of: datetime | None,
    fail_on: FailOn | None,
    *,
    fresh: bool,
    report: bool,
) -> int:
    """Do a night's work and tell of it; gives the exit status.

    Raises:
        ReconError: the night could not be done, after the line was printed and the notices were sent.
    """
    from recon.outputs.notices.notice import is_wanted, of_run

    quiet = replace(told, quiet=True)
    settings = quiet.project().settings
    try:
        outcome = taken_on(quiet, period, as_of, fresh=fresh)
        made = assembled(outcome)
        workbook = kept_workbook(quiet, made, outcome) if report else None
        status = exit_status(quiet, outcome, fail_on)
    except ReconError as error:
        _tell_failure(quiet, settings.project.name, settings.notify, error)
        raise
    line = result_line(made, outcome, workbook) | {"exit": int(status)}
    wanted = is_wanted(settings.notify.when, made.verdict, new=outcome.is_new)
    quiet.result(line | _notified(quiet, settings.notify, of_run(made, line) if wanted else None))
    return status


def _tell_failure(told: Terminal, project: str, settings: "NotifySettings", error: ReconError) -> None:
    """The line and the notice of a night that ended early. Another night that is still at work tells for itself."""
    from recon.outputs.notices.notice import FAILED, is_wanted, of_failure

    status = "busy" if isinstance(error, Busy) else FAILED
    line: dict[str, Any] = {
        "status": status,
        "exit": int(error.exit_status),
        "problems": [_told_as(problem) for problem in error.problems],
    }
    wanted = is_wanted(settings.when, status, new=False)
    told.result(line | _notified(told, settings, of_failure(project, error.problems, line) if wanted else None))


def _told_as(problem: Problem) -> Mapping[str, str | None]:
    return {
        "code": problem.code,
        "place": str(problem.place) if problem.place else None,
        "message": problem.message,
        "hint": problem.hint,
    }


def _notified(
    told: Terminal, settings: "NotifySettings", notice: "Notice | None"
) -> dict[str, Sequence[object]]:
    """What became of the notices, for the line; one that did not arrive is said on stderr too."""
    from recon.outputs.notices.sending import send

    if notice is None or not (settings.webhook or settings.mail_to):
        return {}
    done = send(notice, settings)
    for one in done:
        if not one.arrived:
            message = (
                f"the notice by {one.way} to {one.to} did not arrive after {one.attempts} attempts: {one.why}"
            )
            told.warn(
                Problem("notice-lost", message, hint="the run itself is not touched by this; see `[notify]`")
            )
    return {"notices": [one.fields for one in done]}
