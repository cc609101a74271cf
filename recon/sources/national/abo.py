"""ABO, also called GPC: the statements of Czech and Slovak banks, records of 128 characters."""

import re
from decimal import Decimal
from typing import Final

from recon.model.money import currency_of_number
from recon.sources.national.reading import Reading, RecordsReader
from recon.sources.national.records import Record, day_month_year, minor_amount
from recon.sources.national.statement import Entry, Open
from recon.sources.reader import Refused

_DECIMALS: Final = 2
_CODES: Final = {"1": (-1, False), "2": (1, False), "4": (1, True), "5": (-1, True)}
"""Sign and reversal by accounting code: debit, credit, and the reversals of each."""
_KINDS: Final = frozenset({"074", "075", "076", "078", "079"})
_SIGNS: Final = {"+": 1, "0": 1, "": 1, "-": -1}


class _Abo(Reading):
    closes = "totals"
    encodings = ("cp1250", "cp852")

    def kind(self, record: Record) -> str:
        kind = record.text[:3]
        return kind if kind in _KINDS else ""

    def take(self, kind: str, record: Record) -> Refused | None:
        if kind == "074":
            return self._begin(record)
        if self.statement is None:
            return self.refusal(record, "record", "no header of a statement (074) stands before it")
        if kind == "075":
            return self._movement(record)
        if self.entry is not None:
            self.entry.texts.append(record.text)
            text = record.words(36, 127) if kind == "076" else record.words(4, 128)
            self.entry.words.append(f"{text} ")
        return None

    def _begin(self, record: Record) -> Refused | None:
        opening, closing = _signed(record, 46, 59), _signed(record, 61, 74)
        if opening is None or closing is None:
            return self.refusal(record, "balance", "the old or the new balance is no amount")
        self.close()
        debits, credits_ = _signed(record, 76, 89), _signed(record, 91, 104)
        statement = Open(
            self.statements + 1, record.line_no, record.part(4, 19) or None, None,
            record.part(106, 108) or None, opening, closing, day_month_year(record.words(40, 45))[0],
            day_month_year(record.words(109, 114))[0], stated_debits=debits, stated_credits=credits_, ended=True,
        )  # fmt: skip
        self.begin(statement)
        return None

    def close(self) -> None:
        self.flush()
        statement = self.statement
        if statement is not None:
            statement.currency = statement.currency or self.options.currency
        if statement is not None and None not in (statement.stated_debits, statement.stated_credits):
            # a reversal may count as less of its own side or as more of the other: the difference is the same
            stated = (statement.stated_credits or Decimal(0)) - (statement.stated_debits or Decimal(0))
            statement.compare("credits less debits", stated, statement.credits - statement.debits)
            statement.stated_debits = statement.stated_credits = None
        super().close()

    def _movement(self, record: Record) -> Refused | None:
        self.flush()
        statement, amount = self.statement, minor_amount(record.words(49, 60), _DECIMALS)
        code = record.text[60]
        if statement is None or amount is None or code not in _CODES:
            return self.refusal(
                record, "amount", "the movement has no amount or no accounting code 1, 2, 4 or 5"
            )
        currency = currency_of_number(record.words(120, 122)) or statement.currency or self.options.currency
        if currency is None:
            reason = "the movement names no currency; state `currency:` in the source's layout"
            return self.refusal(record, "currency-missing", reason)
        statement.currency = statement.currency or currency
        sign, reversal = _CODES[code]
        variable = record.part(62, 71).lstrip("0")
        account, bank = record.part(20, 35).lstrip("0"), record.part(74, 77)
        booked = day_month_year(record.words(123, 128).strip())
        valued = day_month_year(record.words(92, 97).strip())
        self.open(
            Entry(
                record, sign * amount, currency, booked if booked[0] else valued, valued, type_raw=code,
                reversal=reversal, ref_bank=record.part(36, 48).lstrip("0"), ref_merchant=variable,
                name=record.part(98, 117), account=f"{account}/{bank}" if account and bank.strip("0") else account,
                attributes={
                    "variable_symbol": variable,
                    "constant_symbol": record.part(78, 81).lstrip("0"),
                    "specific_symbol": record.part(82, 91).lstrip("0"),
                },
            )
        )  # fmt: skip
        return None


def _signed(record: Record, first: int, last: int) -> Decimal | None:
    """The amount in some places, its sign in the place behind them."""
    amount = minor_amount(record.words(first, last), _DECIMALS)
    sign = _SIGNS.get(record.part(last + 1, last + 1))
    return None if amount is None or sign is None else sign * amount


READER: Final = RecordsReader(
    "abo", "ABO (GPC)", 128, re.compile(rb"074[\d ]{16}[^,;\t\r\n]{20}\d{6}\d{14}[+-]"), _Abo, ".gpc", ".abo"
)
