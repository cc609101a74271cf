"""CODA, the coded statements of account of Belgian banks: records of 128 characters, version 2 of the standard."""

import re
from decimal import Decimal
from typing import Final

from recon.sources.bank import BankOptions, account_of
from recon.sources.national.reading import Reading, RecordsReader
from recon.sources.national.records import Record, day_month_year, minor_amount
from recon.sources.national.statement import Entry, Open
from recon.sources.reader import Collector, Refused

_DECIMALS: Final = 3
_FAMILIES: Final = {
    "01": "payment", "03": "payment", "04": "payment", "05": "payment", "41": "payment", "80": "fee",
}  # fmt: skip
"""Canonical types by the family of the transaction code, where that is certain."""
_COUNTED: Final = frozenset("1238")
"""How records begin that the trailer counts."""
_REFERENCE: Final = frozenset({"101", "102"})
"""Structured communications that are a reference of the invoice."""
_PARTS: Final = {"2": ((11, 63),), "3": ((83, 125),)}
_NONE: Final = frozenset({"", "NOTPROVIDED"})


class _Coda(Reading):
    closes = "new balance (record 8)"

    def __init__(self, out: Collector, options: BankOptions) -> None:
        super().__init__(out, options)
        self._counted = 0
        self._structured = False
        self._structure = ""

    def kind(self, record: Record) -> str:
        first, second = record.text[0], record.text[1]
        return first + second if first in "23" and second in "123" else first if first in "01489" else ""

    def take(self, kind: str, record: Record) -> Refused | None:
        self._counted += kind[0] in _COUNTED
        if kind == "0":
            self._counted = 0
            return None
        if kind == "1":
            return self._begin(record)
        if kind == "9":
            return self._trailer(record)
        if self.statement is None:
            return (
                None
                if kind == "4"
                else self.refusal(record, "record", "no old balance (record 1) stands before it")
            )
        if kind == "21":
            return self._movement(record)
        if kind == "8":
            return self._end(record)
        if self.entry is not None and kind != "4":
            self._go_on(self.entry, kind, record)
        return None

    def _begin(self, record: Record) -> Refused | None:
        opening = _signed(record, 43, 44, 58)
        self._structure = record.text[1]
        account, currency = _account(self._structure, record.words(6, 42))
        if opening is None:
            return self.refusal(record, "balance", "the old balance has no sign or is no amount")
        day, _ = day_month_year(record.words(59, 64))
        number = record.part(126, 128) or None
        self.begin(
            Open(
                self.statements + 1, record.line_no, account, currency, number, opening=opening, period_from=day
            )
        )
        return None

    def _movement(self, record: Record) -> Refused | None:
        statement = self.statement
        if statement is None:
            return None
        if record.part(7, 10).strip("0"):
            if self.entry is not None:  # a part of the movement that is open: its total counts, not its parts
                self.entry.texts.append(record.text)
            return None
        amount = _signed(record, 32, 33, 47)
        if amount is None or statement.currency is None:
            self.flush()
            what = "amount" if amount is None else "currency"
            return self.refusal(
                record,
                what,
                "the movement has no sign or no amount" if amount is None else "its account names none",
            )
        code = record.part(54, 61)
        entry = Entry(
            record, amount, statement.currency, day_month_year(record.words(116, 121)),
            day_month_year(record.words(48, 53)), _FAMILIES.get(code[1:3], "other"), code,
            ref_bank=record.part(11, 31),
        )  # fmt: skip
        self.open(entry)
        self._structured = record.text[61] == "1"
        if self._structured:
            kind, said = record.part(63, 65), record.part(66, 115)
            entry.attributes["structured"] = f"{kind} {said}".strip()
            if kind in _REFERENCE:
                entry.ref_merchant = said[:12]
        else:
            entry.words.append(record.words(63, 115))
        return None

    def _go_on(self, entry: Entry, kind: str, record: Record) -> None:
        """Take a further record of the movement that is open; those of its parts are only kept."""
        entry.texts.append(record.text)
        if record.part(7, 10).strip("0") and kind[0] == "2":
            return
        if kind == "22":
            said = record.part(64, 98)
            entry.ref_end_to_end = None if said in _NONE else said
            entry.attributes |= {"bank": record.part(99, 109), "return_reason": record.part(114, 117)}
        elif kind == "23":
            entry.account = (
                account_of(_account("", record.words(11, 47))[0] or "") if record.part(11, 47) else None
            )
            entry.name = record.part(48, 82)
        if kind[0] == "2":
            if not self._structured:
                entry.words += [record.words(*place) for place in _PARTS[kind[1]]]
            return
        places = {"1": (41, 113), "2": (11, 115), "3": (11, 100)}[kind[1]]
        before = entry.attributes.get("information", "")
        entry.attributes["information"] = " ".join(f"{before} {record.part(*places)}".split())

    def _end(self, record: Record) -> Refused | None:
        self.flush()
        statement, closing = self.statement, _signed(record, 42, 43, 57)
        if statement is None or closing is None:
            return self.refusal(record, "balance", "the new balance has no sign or is no amount")
        statement.closing, statement.ended = closing, True
        statement.compare("currency", _account(self._structure, record.words(5, 41))[1], statement.currency)
        statement.period_to, _ = day_month_year(record.words(58, 63))
        return None

    def _trailer(self, record: Record) -> Refused | None:
        self.flush()
        statement = self.statement
        if statement is None:
            return None
        statement.stated_debits = minor_amount(record.words(23, 37), _DECIMALS)
        statement.stated_credits = minor_amount(record.words(38, 52), _DECIMALS)
        statement.compare("debits", statement.stated_debits, statement.debits)
        statement.compare("credits", statement.stated_credits, statement.credits)
        statement.compare("number of records", record.part(17, 22).lstrip("0"), str(self._counted))
        self.close()
        return None


def _signed(record: Record, sign: int, first: int, last: int) -> Decimal | None:
    amount = minor_amount(record.words(first, last), _DECIMALS)
    mark = record.text[sign - 1]
    return None if amount is None or mark not in "01" else -amount if mark == "1" else amount


def _account(structure: str, text: str) -> tuple[str | None, str | None]:
    """Account number and currency of the 37 characters that a structure lays out."""
    if structure == "0":
        return text[:12].strip() or None, text[13:16].strip() or None
    return (text[:31] if structure == "2" else text[:34]).strip() or None, text[34:37].strip() or None


READER: Final = RecordsReader("coda", "CODA", 128, re.compile(rb"00000\d{6}[\d ]{3}05"), _Coda, ".cod", ".coda")
