"""What a notice says: the result of a night as fields for machines and as a few lines for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recon.errors import Problem
from recon.model.wording import counted, plain_words, with_currency
from recon.outputs.report import RunReport
from recon.outputs.words import verdict_words
from recon.project.nights import NotifyOn

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: a subject, lines of text, and the fields of the result, amounts as text."""

    subject: str
    lines: tuple[str, ...]
    fields: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines) + "\n"


def of_run(report: RunReport, fields: Mapping[str, Any]) -> Notice:
    """The notice of a night that published a run, or found that nothing was new."""
    about = report.about
    lines = [
        f"{about.project}, {about.period}, as of {about.as_of}",
        verdict_words(report),
        "",
        f"{counted(len(report.files), 'file')} read, {counted(report.entries, 'entry')}, "
        f"{counted(report.refused_rows, 'refused row')}",
    ]
    for line in report.breaks:
        overdue = f", {line.overdue} overdue" if line.overdue else ""
        where = line.ruleset or "bank statements"
        lines.append(
            f"{where}: {counted(line.count, 'break')} {plain_words(line.kind)}, "
            f"{with_currency(line.amount, line.currency)}, oldest {counted(line.oldest_days, 'day')}{overdue}"
        )
    lines += ["", f"run {about.run_id}"]
    return Notice(f"{about.project}: {_headline(report)} ({about.as_of})", tuple(lines), fields)


def of_failure(project: str, problems: Sequence[Problem], fields: Mapping[str, Any]) -> Notice:
    """The notice of a night that ended without a run."""
    lines = [f"{project}: the night ended without a run", ""]
    for problem in problems:
        lines.append(f"{problem.place}: {problem.message}" if problem.place else problem.message)
        if problem.hint:
            lines.append(f"  hint: {problem.hint}")
    return Notice(f"{project}: the night failed ({problems[0].code})", tuple(lines), fields)


def is_wanted(when: NotifyOn, status: str, *, new: bool) -> bool:
    """Whether a night is told. One in which nothing was new was told before."""
    if when == "never":
        return False
    if status in {FAILED, "incomplete"}:
        return new or status == FAILED
    return new and (when == "always" or (when == "breaks" and status == "breaks"))


def _headline(report: RunReport) -> str:
    if report.verdict == "incomplete":
        return "a control failed"
    return counted(report.break_count, "break") if report.break_count else "reconciled"
