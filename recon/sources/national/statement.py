"""One account of a file of fixed records while it is being read, and an entry of it that further records go on with."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from recon.sources.bank import BankStatement
from recon.sources.national.records import Record, joined
from recon.sources.reader import Row, raw_json


@dataclass(slots=True)
class Open:
    """What is known of a statement. `ended` says that its closing record was read.

    `notes` tell what its own totals or records say otherwise; its control fails by them, and holds once totals were
    `checked` and none did.
    """

    statement_no: int
    line_no: int
    account: str | None
    currency: str | None
    statement_id: str | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    period_from: date | None = None
    period_to: date | None = None
    stated_entries: int | None = None
    stated_credits: Decimal | None = None
    stated_debits: Decimal | None = None
    credits: Decimal = Decimal(0)
    debits: Decimal = Decimal(0)
    entries: int = 0
    ended: bool = False
    checked: bool = False
    notes: list[str] = field(default_factory=list)

    def add(self, amount: Decimal) -> None:
        """Count an entry."""
        self.entries += 1
        if amount.is_signed():
            self.debits -= amount
        else:
            self.credits += amount

    def compare(self, name: str, stated: object, found: object) -> None:
        """Compare a figure that the file states."""
        self.checked = True
        if stated != found:
            self.notes.append(f"{name} stated as {stated}, found {found}")

    def statement(self) -> BankStatement:
        """The statement as it was said."""
        return BankStatement(
            statement_no=self.statement_no,
            statement_id=self.statement_id,
            account=self.account,
            currency=self.currency,
            period_from=self.period_from,
            period_to=self.period_to,
            opening=self.opening,
            closing=self.closing,
            stated_entries=self.stated_entries,
            stated_credits=self.stated_credits,
            stated_debits=self.stated_debits,
            control_ok=False if self.notes else True if self.checked else None,
            control_note="; ".join(self.notes) or None,
        )


@dataclass(slots=True)
class Entry:
    """A movement whose further records are still to come; `words` are pieces of its text."""

    record: Record
    amount: Decimal
    currency: str
    booked: tuple[date | None, str | None]
    valued: tuple[date | None, str | None]
    type: str = "other"
    type_raw: str | None = None
    reversal: bool = False
    ref_end_to_end: str | None = None
    ref_bank: str | None = None
    ref_merchant: str | None = None
    name: str | None = None
    account: str | None = None
    original: tuple[Decimal, str] | None = None
    words: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def row(self, statement: Open) -> Row:
        """The entry as a row; its records are kept as they were written."""
        attributes = {name: text for name, text in self.attributes.items() if text}
        doubts = [doubt for _, doubt in (self.booked, self.valued) if doubt]
        if doubts:
            attributes["warning"] = "; ".join(dict.fromkeys(doubts))
        original = self.original
        return Row(
            line_no=self.record.line_no,
            amount=self.amount,
            currency=self.currency,
            raw=raw_json({"records": [text.rstrip() for text in [self.record.text, *self.texts]]}),
            statement_no=statement.statement_no,
            account=statement.account,
            statement_id=statement.statement_id,
            is_reversal=self.reversal,
            booking_date=self.booked[0],
            value_date=self.valued[0],
            type=self.type,
            type_raw=self.type_raw or None,
            ref_end_to_end=self.ref_end_to_end or None,
            ref_bank=self.ref_bank or None,
            ref_merchant=self.ref_merchant or None,
            counterparty_name=self.name or None,
            counterparty_account=self.account or None,
            remittance=joined(self.words),
            attributes=attributes or None,
            original_amount=original[0].copy_sign(self.amount) if original else None,
            original_currency=original[1] if original else None,
        )
