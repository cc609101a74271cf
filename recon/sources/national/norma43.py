"""Norma 43 (also CSB 43 or AEB 43), the statements of Spanish banks: records of 80 characters."""

import re
from decimal import Decimal
from typing import Final

from recon.model.money import currency_of_number
from recon.sources.bank import BankOptions
from recon.sources.national.reading import Reading, RecordsReader
from recon.sources.national.records import Record, minor_amount, year_month_day
from recon.sources.national.statement import Entry, Open
from recon.sources.reader import Collector, Refused

_DECIMALS: Final = 2
_CONCEPTS: Final = {"03": "payment", "12": "payment"}
"""Canonical types by common concept, where that is certain: direct debits and cards."""
_KINDS: Final = frozenset({"00", "11", "22", "23", "24", "33", "88"})


class _Norma43(Reading):
    closes = "final record of the account (33)"

    def __init__(self, out: Collector, options: BankOptions) -> None:
        super().__init__(out, options)
        self._records = 0
        self._currency = ""

    def kind(self, record: Record) -> str:
        kind = record.text[:2]
        return kind if kind in _KINDS else ""

    def take(self, kind: str, record: Record) -> Refused | None:
        if kind == "88":
            return self._file_end(record)
        self._records += 1
        if kind == "11":
            return self._begin(record)
        if self.statement is None or (self.statement.ended and kind != "00"):
            return (
                None
                if kind == "00"
                else self.refusal(record, "record", "no header of an account (11) stands before it")
            )
        if kind == "22":
            return self._movement(record)
        if kind == "33":
            return self._end(record)
        if self.entry is not None:
            self.entry.texts.append(record.text)
            if kind == "23":
                self.entry.words += [record.words(5, 42), record.words(43, 80)]
            elif kind == "24":
                amount, code = (
                    minor_amount(record.words(8, 21), _DECIMALS),
                    currency_of_number(record.words(5, 7)),
                )
                self.entry.original = (amount, code) if amount is not None and code else None
        return None

    def _begin(self, record: Record) -> Refused | None:
        opening = _signed(record, 33, 34, 47)
        if opening is None:
            return self.refusal(record, "balance", "the opening balance has no key 1 or 2, or is no amount")
        self._currency = number = record.words(48, 50)
        self.begin(
            Open(
                self.statements + 1,
                record.line_no,
                record.part(3, 20) or None,
                currency_of_number(number) or self.options.currency,
                opening=opening,
                period_from=year_month_day(record.words(21, 26))[0],
                period_to=year_month_day(record.words(27, 32))[0],
            )
        )
        return None

    def _movement(self, record: Record) -> Refused | None:
        self.flush()
        statement = self.statement
        if statement is None:
            return None
        amount = _signed(record, 28, 29, 42)
        if amount is None:
            return self.refusal(record, "amount", "the movement has no key 1 or 2, or no amount")
        if statement.currency is None:
            reason = "its account names no currency that is known; state `currency:` in the source's layout"
            return self.refusal(record, "currency-missing", reason)
        concept, first, second = record.part(23, 24), record.part(53, 64), record.part(65, 80)
        self.open(
            Entry(
                record, amount, statement.currency, year_month_day(record.words(11, 16)),
                year_month_day(record.words(17, 22)), _CONCEPTS.get(concept, "other"),
                f"{concept}/{record.part(25, 27)}", ref_bank=_said(record.part(43, 52)), ref_merchant=_said(first),
                attributes={"reference_2": _said(second) or "", "office": record.part(7, 10)},
            )
        )  # fmt: skip
        return None

    def _end(self, record: Record) -> Refused | None:
        self.flush()
        statement, closing = self.statement, _signed(record, 59, 60, 73)
        if statement is None or closing is None:
            return self.refusal(record, "balance", "the closing balance has no key 1 or 2, or is no amount")
        statement.closing, statement.ended = closing, True
        statement.compare("currency", record.part(74, 76) or self._currency, self._currency)
        counts = [record.part(21, 25), record.part(40, 44)]
        statement.stated_debits = minor_amount(record.words(26, 39), _DECIMALS)
        statement.stated_credits = minor_amount(record.words(45, 58), _DECIMALS)
        statement.compare("debits", statement.stated_debits, statement.debits)
        statement.compare("credits", statement.stated_credits, statement.credits)
        if all(count.isascii() and count.isdigit() for count in counts):
            statement.stated_entries = sum(map(int, counts))
            statement.compare("number of entries", statement.stated_entries, statement.entries)
        return None

    def _file_end(self, record: Record) -> Refused | None:
        """Take the end of the file, which counts the records before it."""
        self.flush()
        stated = record.part(21, 26)
        if self.statement is not None and stated.isascii() and stated.isdigit():
            self.statement.compare("number of records", int(stated), self._records)
        self.close()
        self._records = 0
        return None


def _signed(record: Record, key: int, first: int, last: int) -> Decimal | None:
    amount = minor_amount(record.words(first, last), _DECIMALS)
    mark = record.text[key - 1]
    return None if amount is None or mark not in "12" else -amount if mark == "1" else amount


def _said(reference: str) -> str | None:
    """A reference, or None where it is empty or all zeros."""
    return reference if reference.strip("0 ") else None


READER: Final = RecordsReader(
    "norma43", "Norma 43", 80, re.compile(rb"(?:00[^\r\n]{70,90}[\r\n]+)?11\d{30}[12]\d{17}[123 ]"), _Norma43,
    ".n43", ".q43", ".c43", ".csb", ".aeb",
)  # fmt: skip
