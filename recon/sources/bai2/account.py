"""One account of a BAI2 file while it is being read: its balances, its totals, its control figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from recon.sources.bai2.amounts import Amount, day_of, decimals, minor_units, sign_of
from recon.sources.bai2.records import Record
from recon.sources.bank import BankStatement, in_units

OPENING: Final = "010"
CLOSING: Final = "015"
_CREDITS: Final = "100"
_DEBITS: Final = "400"
MOST_SAID: Final = 5
"""Lines of an account that are no records and are told one by one."""


@dataclass(slots=True)
class Account:
    """What is known of an account. `total` and `records` are what its control record must say.

    `notes` tell of lines in it that are no records; its control fails by them.
    """

    statement_no: int
    number: str | None
    currency: str
    as_of: str
    amounts: list[Amount]
    nai: bool
    total: int = 0
    records: int = 0
    counts: dict[int, int] = field(default_factory=lambda: {1: 0, -1: 0})
    sums: dict[int, int] = field(default_factory=lambda: {1: 0, -1: 0})
    failed: bool = False
    checked: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def day(self) -> date | None:
        """The as-of date of the group."""
        return day_of(self.as_of)

    def add(self, code: str, minor: int) -> None:
        """Count a transaction."""
        self.total += minor
        if sign := sign_of(code):
            self.counts[sign] += 1
            self.sums[sign] += minor

    def check(self, trailer: Record) -> None:
        """Compare the account's trailer: the sum of all its amounts, and how many records it has.

        NAI defines its two sums otherwise; they are not compared.
        """
        if not self.nai:
            self.compare(trailer, self.total, {1: self.records})

    def compare(self, trailer: Record, total: int, counts: Mapping[int, int]) -> None:
        """Compare the sum that a trailer states, and its counts by their position; what is empty says nothing."""
        values = trailer.fields()
        self.checked = True
        stated = {place: values[place] for place in counts if len(values) > place and values[place]}
        sum_fails = bool(values[0].strip()) and minor_units(values[0]) != total
        if sum_fails or any(stated[place] != str(counts[place]) for place in stated):
            self.failed = True

    def statement(self) -> BankStatement:
        """The statement of the account."""
        plus, minus = self._stated(_CREDITS), self._stated(_DEBITS)
        control = [self._ties(plus, 1), self._ties(minus, -1), not self.failed if self.checked else None]
        known = [verdict for verdict in (*control, False if self.notes else None) if verdict is not None]
        return BankStatement(
            statement_no=self.statement_no,
            account=self.number,
            currency=self.currency,
            period_from=self.day,
            period_to=self.day,
            opening=self._balance(OPENING),
            closing=self._balance(CLOSING),
            stated_credits=self._units(plus),
            stated_debits=self._units(minus),
            control_ok=all(known) if known else None,
            control_note="; ".join(self.notes[:MOST_SAID]) or None,
        )

    def _stated(self, code: str) -> Amount | None:
        return next(
            (amount for amount in self.amounts if amount.code == code and amount.minor is not None), None
        )

    def _units(self, amount: Amount | None) -> Decimal | None:
        return in_units(amount.minor, decimals(self.currency)) if amount and amount.minor is not None else None

    def _balance(self, code: str) -> Decimal | None:
        return self._units(self._stated(code))

    def _ties(self, stated: Amount | None, sign: int) -> bool | None:
        """Whether a stated total of credits or debits is that of the transactions."""
        if stated is None:
            return None
        count = str(int(stated.items)) if stated.items.isascii() and stated.items.isdigit() else ""
        return abs(stated.minor or 0) == self.sums[sign] and count in {"", str(self.counts[sign])}
