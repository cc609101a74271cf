"""How values read to a person: amounts at their currency's digits, kinds as words, verdicts as sentences."""

from decimal import Decimal

from recon.model.money import plain
from recon.outputs.report import RunReport

STATEMENTS = "bank statements"
"""Where breaks belong that no rule set found: statements that do not add up or do not follow."""


def money(amount: Decimal, currency: str) -> str:
    """The amount with thousands separated, at the currency's own digits or more when it has more."""
    text = plain(amount, currency)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, fraction = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{fraction}"


def number(count: int) -> str:
    """A count with thousands separated."""
    return f"{count:,}"


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 break`, `12 breaks`, `3 entries`."""
    if count == 1:
        return f"1 {noun}"
    ending = "ies" if noun.endswith("y") and not noun.endswith("ay") else "es" if noun.endswith("ch") else "s"
    plural = f"{noun[:-1] if ending == 'ies' else noun}{ending}"
    return f"{number(count)} {plural}"


def kind_words(kind: str) -> str:
    """A kind of break or class of variance in plain words: `missing in bank`."""
    return kind.replace("_", " ")


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
