"""The kinds of break, each with what it means, what it is called in a sentence and what a person does next."""

from dataclasses import dataclass
from enum import StrEnum


class BreakKind(StrEnum):
    """What a break is, on this night; the identity of a break does not depend on it."""

    IN_TRANSIT = "in_transit"
    MISSING_IN_BANK = "missing_in_bank"
    MISSING_IN_PROCESSOR = "missing_in_processor"
    MISSING_IN_INTERNAL = "missing_in_internal"
    AMOUNT_MISMATCH = "amount_mismatch"
    FEE_OVERCHARGE = "fee_overcharge"
    FEE_UNDERCHARGE = "fee_undercharge"
    FX_DIFFERENCE = "fx_difference"
    ROUNDING = "rounding"
    DUPLICATE = "duplicate"
    PARTIAL = "partial"
    STATUS_MISMATCH = "status_mismatch"
    REFUND_UNMATCHED = "refund_unmatched"
    CHARGEBACK_UNLINKED = "chargeback_unlinked"
    WRONG_CURRENCY = "wrong_currency"
    UNEXPECTED_CREDIT = "unexpected_credit"
    AMBIGUOUS = "ambiguous"
    STATEMENT_GAP = "statement_gap"
    CONTROL_TOTAL = "control_total"
    RESIDUAL = "residual"


class BreakState(StrEnum):
    """Where a break stands between the previous run and this one."""

    NEW = "new"
    PERSISTING = "persisting"
    RESOLVED = "resolved"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a kind means in one line, and the next step for the person who holds the break."""

    meaning: str
    next_step: str


KIND_WORDS: dict[BreakKind, KindWords] = {
    BreakKind.IN_TRANSIT: KindWords(
        "open, and not yet due on the other side",
        "nothing to do before the due date",
    ),
    BreakKind.MISSING_IN_BANK: KindWords(
        "due, and the bank statement does not show it",
        "ask the payer or the processor for the payment reference and trace it with the bank",
    ),
    BreakKind.MISSING_IN_PROCESSOR: KindWords(
        "due, and the processor's files do not show it",
        "query the processor with the reference, or correct the status in our own records",
    ),
    BreakKind.MISSING_IN_INTERNAL: KindWords(
        "the other side shows it and our own records do not",
        "find the transaction in the payment system; book it, or dispute it with whoever reported it",
    ),
    BreakKind.AMOUNT_MISMATCH: KindWords(
        "both sides show it, with different amounts",
        "compare the two source lines, then correct the wrong one or claim the difference",
    ),
    BreakKind.FEE_OVERCHARGE: KindWords(
        "more was deducted than agreed",
        "claim the difference from the processor, with the rate card",
    ),
    BreakKind.FEE_UNDERCHARGE: KindWords(
        "less was deducted than agreed",
        "check the rate card; keep the difference in reserve, since it may be charged later",
    ),
    BreakKind.FX_DIFFERENCE: KindWords(
        "the two sides used different exchange rates",
        "compare the rates and book the difference as an exchange gain or loss",
    ),
    BreakKind.ROUNDING: KindWords(
        "a difference that rounding explains",
        "book the difference to rounding",
    ),
    BreakKind.DUPLICATE: KindWords(
        "the same side shows the same transaction more than once",
        "check whether money moved twice; return the second payment, or cancel the second record",
    ),
    BreakKind.PARTIAL: KindWords(
        "the other side shows only a part of the amount",
        "ask for the rest, or agree to settle the part that arrived",
    ),
    BreakKind.STATUS_MISMATCH: KindWords(
        "both sides show it, and one of them says that it failed or is pending",
        "find out the final status and correct the side that is wrong",
    ),
    BreakKind.REFUND_UNMATCHED: KindWords(
        "a refund that the other side does not show",
        "check whether the refund was sent; send it again, or cancel it in the books",
    ),
    BreakKind.CHARGEBACK_UNLINKED: KindWords(
        "a chargeback that names no original payment",
        "ask the processor for the original reference, then accept or contest the chargeback",
    ),
    BreakKind.WRONG_CURRENCY: KindWords(
        "both sides show it, in different currencies",
        "find out which currency was paid and correct the other record",
    ),
    BreakKind.UNEXPECTED_CREDIT: KindWords(
        "money that came in and that nobody announced",
        "find out who paid and for what; do not release anything against it before",
    ),
    BreakKind.AMBIGUOUS: KindWords(
        "several counterparts fit equally well",
        "choose one of the suggested matches",
    ),
    BreakKind.STATEMENT_GAP: KindWords(
        "a statement that does not add up, or does not follow from the one before",
        "get the missing or corrected statement from the bank and load it",
    ),
    BreakKind.CONTROL_TOTAL: KindWords(
        "the entries of a statement do not add up to the totals it states",
        "compare the statement with the original file and ask its sender for a corrected one",
    ),
    BreakKind.RESIDUAL: KindWords(
        "a difference that no class explains",
        "run `recon runs verify` and report the defect; do not close the period",
    ),
}
"""Every kind, in words."""

OPEN_KINDS = (BreakKind.MISSING_IN_BANK, BreakKind.MISSING_IN_PROCESSOR, BreakKind.MISSING_IN_INTERNAL)
"""Where an open item is missing: the names that a side of a rule set may give to what stays open."""

BOOKS: dict[BreakKind, str] = {
    BreakKind.MISSING_IN_BANK: "the bank statement",
    BreakKind.MISSING_IN_PROCESSOR: "the processor's files",
    BreakKind.MISSING_IN_INTERNAL: "our own records",
}
"""What the place where an open item is missing is called in a sentence."""
