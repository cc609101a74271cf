"""Account sections of a 1C exchange file, and the dates and currencies that its keys say."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from recon.sources.bank import BankStatement, signed_amount

_DATE: Final = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})", re.ASCII)
_CURRENCIES: Final = {
    "810": "RUB",
    "643": "RUB",
    "840": "USD",
    "978": "EUR",
    "156": "CNY",
    "826": "GBP",
    "756": "CHF",
}
"""Currencies by digits 6 to 8 of a Russian account number; 810 is the rouble's number of before 1998."""
SUMS: Final = ("НачальныйОстаток", "КонечныйОстаток", "ВсегоПоступило", "ВсегоСписано")
"""The keys of opening and closing balance, money in and money out."""


@dataclass(slots=True)
class Section:
    """An account section: its statement and its fields."""

    statement_no: int
    fields: dict[str, str] = field(default_factory=dict)

    def statement(self, currency: str | None) -> BankStatement:
        """The statement that the section says."""
        amounts = {name: signed_amount(self.fields.get(name, "")) for name in SUMS}
        opening, closing, plus, minus = amounts.values()
        return BankStatement(
            statement_no=self.statement_no,
            account=self.fields.get("РасчСчет") or None,
            currency=currency_of(self.fields.get("РасчСчет", "")) or currency,
            period_from=day_of(self.fields.get("ДатаНачала", "")),
            period_to=day_of(self.fields.get("ДатаКонца", "")),
            opening=opening,
            closing=closing,
            stated_credits=plus,
            stated_debits=abs(minus) if minus is not None else None,
        )

    def holds(self, account: str, day: date | None) -> bool:
        """Whether a movement of an account on a day belongs to the section."""
        first, last = day_of(self.fields.get("ДатаНачала", "")), day_of(self.fields.get("ДатаКонца", ""))
        inside = day is None or ((first is None or first <= day) and (last is None or day <= last))
        return self.fields.get("РасчСчет") == account and inside


def currency_of(account: str) -> str | None:
    """The currency of a Russian account number of twenty digits, or None."""
    return (
        _CURRENCIES.get(account[5:8])
        if len(account) == 20 and account.isascii() and account.isdigit()
        else None
    )


@lru_cache(maxsize=20_000)
def day_of(text: str) -> date | None:
    """The day of a `dd.mm.yyyy` text, or None."""
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
