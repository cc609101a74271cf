"""CFONB 120, the statements of French banks: records of 120 characters, the sign in the last digit of an amount."""

import re
from decimal import Decimal
from typing import Final

from recon.model.money import is_currency
from recon.sources.bank import account_of
from recon.sources.national.reading import Reading, RecordsReader
from recon.sources.national.records import Record, day_month_year, minor_amount
from recon.sources.national.statement import Entry, Open
from recon.sources.reader import Refused

_PLUS: Final = dict(zip("{ABCDEFGHIé", "01234567890", strict=True))
_MINUS: Final = dict(zip("}JKLMNOPQRè", "01234567890", strict=True))
"""The last digit of an amount and its sign; é and è stand for the braces in French character sets."""
_KINDS: Final = frozenset({"01", "04", "05", "07"})
_WORDS: Final = frozenset({"LIB", "LCC", "LC2", "LCS"})
"""Qualifiers of further records that go on with the text."""
_NAMES: Final = frozenset({"NPY", "NBE"})
_ATTRIBUTES: Final = {"RUM": "mandate", "NPO": "ultimate_debtor", "NBU": "ultimate_creditor", "MMO": "original"}
_NONE: Final = frozenset({"", "NOTPROVIDED"})


class _Cfonb(Reading):
    closes = "new balance (record 07)"

    def kind(self, record: Record) -> str:
        kind = record.text[:2]
        return kind if kind in _KINDS else ""

    def take(self, kind: str, record: Record) -> Refused | None:
        if kind == "01":
            return self._begin(record)
        if self.statement is None or self.statement.ended:
            return self.refusal(record, "record", "no old balance (01) stands before it")
        if kind == "04":
            return self._movement(record)
        if kind == "07":
            return self._end(record)
        if self.entry is not None:
            self._go_on(self.entry, record)
        return None

    def _begin(self, record: Record) -> Refused | None:
        opening, currency = _amount(record), record.part(17, 19)
        if opening is None:
            return self.refusal(record, "balance", "the old balance is no amount with a sign in its last digit")
        account = record.part(3, 7) + record.part(12, 16) + record.part(22, 32)
        day, _ = day_month_year(record.words(35, 40))
        known = currency if is_currency(currency) else self.options.currency
        self.begin(
            Open(self.statements + 1, record.line_no, account or None, known, opening=opening, period_from=day)
        )
        return None

    def _movement(self, record: Record) -> Refused | None:
        self.flush()
        amount, said = _amount(record), record.part(17, 19)
        if amount is None:
            return self.refusal(record, "amount", "the movement has no amount with a sign in its last digit")
        currency = said if is_currency(said) else self.statement.currency if self.statement else None
        if currency is None:
            reason = "its account names no currency that is known; state `currency:` in the source's layout"
            return self.refusal(record, "currency-missing", reason)
        reference = record.part(105, 120)
        self.open(
            Entry(
                record, amount, currency, day_month_year(record.words(35, 40)), day_month_year(record.words(43, 48)),
                type_raw=record.part(33, 34), ref_bank=record.part(82, 88).strip("0 ") or None,
                ref_merchant=None if reference in _NONE else reference, words=[f"{record.words(49, 79)} "],
                attributes={"return_reason": record.part(41, 42), "bank_code": record.part(8, 11)},
            )
        )  # fmt: skip
        return None

    def _go_on(self, entry: Entry, record: Record) -> None:
        entry.texts.append(record.text)
        qualifier, said = record.part(46, 48), record.part(49, 118)
        if qualifier in _WORDS:
            entry.words.append(f"{record.words(49, 118)} ")
        elif qualifier in _NAMES:
            entry.name = said
        elif qualifier == "RCN":
            reference = record.part(49, 83)
            entry.ref_end_to_end = None if reference in _NONE else reference
            entry.attributes["purpose"] = record.part(84, 118)
        elif qualifier in {"IBE", "IPY"}:
            entry.attributes["counterparty_id"] = said
        elif qualifier == "CBE":
            entry.account = account_of(said)
        elif qualifier in _ATTRIBUTES:
            entry.attributes[_ATTRIBUTES[qualifier]] = said

    def _end(self, record: Record) -> Refused | None:
        self.flush()
        statement, closing = self.statement, _amount(record)
        if statement is None or closing is None:
            return self.refusal(record, "balance", "the new balance is no amount with a sign in its last digit")
        statement.closing, statement.ended = closing, True
        statement.period_to, _ = day_month_year(record.words(35, 40))
        return None


def _amount(record: Record) -> Decimal | None:
    """The amount of a record in the number of decimals that it states."""
    text, decimals = record.part(91, 104), record.part(20, 20)
    last = text[-1:]
    digit = _PLUS.get(last) or _MINUS.get(last)
    if digit is None or not (decimals == "" or (decimals.isascii() and decimals.isdigit())):
        return None
    amount = minor_amount(text[:-1] + digit, int(decimals or 2))
    return -amount if amount is not None and last in _MINUS else amount


READER: Final = RecordsReader(
    "cfonb",
    "CFONB 120",
    120,
    re.compile(rb"01\d{5} {4}[\d ]{5}[A-Z ]{3}[\d ]"),
    _Cfonb,
    ".cfonb",
    ".afb",
    ".120",
)
