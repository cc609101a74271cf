"""What the bank says of payments: pain.002, its statements and notifications, or a table, each by its content."""

import csv
from collections.abc import Set
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from recon.errors import InputRefused, Place, Problem
from recon.model.money import decimal_of
from recon.payouts.bank import pain002
from recon.project.suggest import did_you_mean
from recon.project.text_table import WORKBOOK, read_rows

MOST_BYTES: Final = 64 * 1024 * 1024
TWICE: Final = frozenset({"AM05", "DU01", "DU02", "DU03", "DU04", "DU05", "DUPL"})
"""Reasons for which a bank rejects what it has already (ISO 20022, ExternalStatusReason1Code; DUPL is older)."""


class Status(StrEnum):
    """What became of a payment, in the order in which it can."""

    ACCEPTED = "accepted"
    PAID = "paid"
    REJECTED = "rejected"
    RETURNED = "returned"


class Reasoned:
    """What a bank gives a reason for: a code, words, or both."""

    __slots__ = ()
    code: str
    reason: str

    @property
    def why(self) -> str:
        """Code and words together; empty when neither was given."""
        return " ".join(text for text in (self.code, self.reason) if text)


@dataclass(frozen=True, slots=True)
class Answer(Reasoned):
    """What a file says of one payment. `amount` is positive, None where the file does not state it.

    `message` is the file of payments that is answered as a whole when `payment_id` is empty.
    """

    payment_id: str
    status: Status
    place: Place
    code: str = ""
    reason: str = ""
    amount: Decimal | None = None
    currency: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file read: its answers in order, and in how many other entries it speaks of other things."""

    format: str
    answers: list[Answer]
    others: int = 0


FEE: Final = "fee"
"""The type of entries that are what the bank takes for its work."""
COLUMNS: Final = ("payment_id", "status")
ALSO: Final = ("code", "reason", "amount", "currency")


def read_answers(path: Path, shown: str, ours: Set[str]) -> AnswerFile:
    """The answers in a file. `ours` are the payments by which entries of a statement are known.

    Raises:
        InputRefused: the file cannot be read, or rows of it; all problems together.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise InputRefused(Problem("unreadable", error.strerror or "cannot be read", Place(shown))) from None
    if size > MOST_BYTES:
        raise InputRefused(Problem("too-large", "has more than 64 MB", Place(shown), "split it by day"))
    if pain002.is_one(content):
        return AnswerFile("pain.002", [_had_before(_told(one)) for one in pain002.reports(content, shown)])
    if _is_table(path, content):
        return AnswerFile("table", [_had_before(one) for one in _table(path, shown)])
    return _statement(path, shown, ours)


def _had_before(one: Answer) -> Answer:
    """An answer as it is meant: what is rejected because it came twice, the bank has since it came first."""
    twice = one.status is Status.REJECTED and one.code in TWICE
    return replace(one, status=Status.ACCEPTED) if twice else one


def _told(one: pain002.Report) -> Answer:
    status = {True: Status.PAID, False: Status.ACCEPTED}[one.code in pain002.SETTLED]
    if one.code in pain002.REJECTED:
        status = Status.REJECTED
    return Answer(
        one.payment_id, status, one.place, one.reason_code, one.reason, one.amount, one.currency, one.message
    )


def _is_table(path: Path, content: bytes) -> bool:
    """Whether the file is a workbook, or its first line names the columns that a table of answers has."""
    if path.suffix.lower() == WORKBOOK:
        return True
    head = content[:4096].decode("utf-8-sig", errors="replace").splitlines()[:1]
    return bool(head) and set(COLUMNS) <= {cell.strip() for cell in next(csv.reader(head), [])}


def _table(path: Path, shown: str) -> list[Answer]:
    found, wrong = list[Answer](), list[Problem]()
    for row in read_rows(path, shown, COLUMNS, ALSO):
        status, amount = row["status"].lower(), decimal_of(row["amount"])
        if status not in set(Status):
            hint = did_you_mean(status, list(Status)) or f"one of {', '.join(Status)}"
            said = f"{row['status'] or 'nothing'} is no status of a payment"
            wrong.append(Problem("unknown-value", said, replace(row.place, field="status"), hint))
        elif row["amount"] and amount is None:
            said = f"{row['amount']} is no plain number"
            wrong.append(Problem("not-a-number", said, replace(row.place, field="amount")))
        else:
            about = (row["code"], row["reason"], amount, row["currency"] or None)
            found.append(Answer(row["payment_id"], Status(status), row.place, *about))
    if wrong:
        raise InputRefused(*wrong)
    return found


def _statement(path: Path, shown: str, ours: Set[str]) -> AnswerFile:
    """Entries that name one of our payments: money that left is paid, money that came back is returned.

    What the bank takes for a payment names it too, and is none.

    Raises:
        InputRefused: no reader of a bank's format takes the file, or rows of it were refused.
    """
    from recon.sources.bank import NO_CURRENCY
    from recon.sources.facts import bank_format
    from recon.sources.file import SourceFile
    from recon.sources.registry import reader

    found, others = list[Answer](), 0
    with SourceFile(path) as file:
        name = bank_format(file)
        if name is None:
            hint = f"give pain.002, a bank statement, or a table with the columns {', '.join(COLUMNS)}"
            raise InputRefused(Problem("no-reader", "is no answer of a bank that is known", Place(shown), hint))
        one = reader(name)
        for batch in one.read(file, one.options.model_validate({"currency": NO_CURRENCY})):
            if batch.refused:
                raise InputRefused(
                    *(Problem(row.code, row.reason, Place(shown, row.line_no)) for row in batch.refused)
                )
            for row in batch.entries.to_pylist():
                payment = _named(row, ours) if row["type"] != FEE else None
                others += payment is None
                if payment is not None and row["status"] == "booked":
                    status = Status.PAID if row["amount"] < 0 else Status.RETURNED
                    place = Place(shown, row["line_no"])
                    why = row["remittance"] or "" if status is Status.RETURNED else ""
                    found.append(Answer(payment, status, place, "", why, abs(row["amount"]), row["currency"]))
    return AnswerFile(name, found, others)


def _named(row: dict[str, object], ours: Set[str]) -> str | None:
    """The payment that an entry names in one of its references, or as a word of its text."""
    for column in ("ref_end_to_end", "ref_merchant", "ref_bank", "ref_original"):
        if row.get(column) in ours:
            return str(row[column])
    words = str(row.get("remittance") or "").replace("/", " ").split()
    return next((word for word in words if word in ours), None)
