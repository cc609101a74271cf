"""How a report puts things: its verdict and its proof as sentences."""

from recon.model.wording import counted, number
from recon.outputs.report import RunReport

STATEMENTS = "bank statements"
"""Where breaks belong that no rule set found: statements that do not add up or do not follow."""


def verdict_words(report: RunReport) -> str:
    """The verdict and what it rests on, in one sentence."""
    if report.verdict == "incomplete":
        failed = counted(report.failed_checks, "check") if report.failed_checks else "the proof"
        fails = "fail" if report.failed_checks > 1 else "fails"
        return f"INCOMPLETE - {failed} {fails}; do not rely on these figures"
    tied = counted(len(report.statements), "statement")
    tie = "ties" if len(report.statements) == 1 else "tie"
    if report.verdict == "breaks":
        open_ = counted(report.break_count, "break")
        return f"BREAKS - {open_} to clear; {tied} {tie} out, nothing unexplained"
    return f"RECONCILED - nothing open; {tied} {tie} out"


def proof_words(report: RunReport) -> str:
    """The proof in one sentence."""
    controls = [check for check in report.checks if check.control]
    held = len(controls) - report.failed_checks
    proved = "ok" if report.proof_ok else "FAILED"
    return f"{proved} - {number(held)} of {counted(len(controls), 'control')} hold"
