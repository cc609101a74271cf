"""One statement of an MT940 or MT942 file while it is being read, and what it amounts to."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from recon.sources.bank import BankStatement
from recon.sources.mt940.balance import Balance, Total
from recon.sources.reader import Row

_ZERO: Final = Decimal(0)


@dataclass(slots=True)
class Message:
    """What is known of the statement that is being read. `began` is the line of its :20:, 0 if it has none.

    `notes` tell what is wrong with its balances; its control fails by them.
    """

    statement_no: int | None = None
    began: int = 0
    starts_message: bool = True
    reference: str | None = None
    account: str | None = None
    number: str | None = None
    currency: str | None = None
    opening: Balance | None = None
    closing: Balance | None = None
    totals: dict[str, Total] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: {"C": 0, "D": 0})
    sums: dict[str, Decimal] = field(default_factory=lambda: {"C": _ZERO, "D": _ZERO})
    waiting: list[Row] = field(default_factory=list)
    expected: bool = False
    interim: bool = False
    ended: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether movements of it were read."""
        return any(self.counts.values())

    @property
    def is_bare(self) -> bool:
        """Whether nothing of a statement was read since its :20:: no balance, total, limit or movement."""
        return not (self.opening or self.closing or self.interim or self.moved)

    @property
    def unfinished(self) -> bool:
        """Whether the statement still lacks what a whole one has, should the file end here."""
        if self.ended or self.closing:
            return False
        return self.opening is not None or not (self.began == 0 or self.totals or self.moved)

    def statement(self) -> BankStatement:
        """The statement as it was said.

        Stated totals include expected entries; where there are any, the totals are left out, because statements
        sum booked entries only, and `control_ok` alone tells whether they tie.
        """
        opening, closing = self.opening, self.closing
        plus, minus = self.totals.get("C"), self.totals.get("D")
        counts = [said.count for said in (plus, minus) if said and said.count is not None]
        flipped = opening and closing and closing.currency not in (None, opening.currency)
        return BankStatement(
            statement_no=self.statement_no or 0,
            statement_id=self.number or self.reference,
            account=self.account,
            currency=self.currency,
            period_from=opening.day if opening else None,
            period_to=closing.day if closing else None,
            opening=opening.amount if opening else None,
            closing=closing.amount if closing else None,
            stated_entries=sum(counts) if len(counts) == 2 and not self.expected else None,
            stated_credits=plus.amount if plus and not self.expected else None,
            stated_debits=minus.amount if minus and not self.expected else None,
            control_ok=False if flipped or self.notes else self._control(),
            control_note="; ".join(self.notes) or None,
            kind="mt942" if self.interim and not opening and not closing else "mt940",
            closing_currency=closing.currency if closing and flipped else None,
            starts_message=self.starts_message,
        )

    def _control(self) -> bool | None:
        """Whether the stated totals are those of the entries; None when none is stated."""
        if not self.totals:
            return None
        return all(
            said.currency == self.currency
            and said.count in (None, self.counts[side])
            and said.amount == abs(self.sums[side])
            for side, said in self.totals.items()
        )
