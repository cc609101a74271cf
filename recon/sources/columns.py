"""What the columns of a tabular file mean: the sections of a profile that turn cells into entries."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from recon.model.money import is_currency
from recon.project.models import ConfigModel


class CellRef(ConfigModel):
    """Where a text comes from."""

    column: str | None = Field(default=None, description="The column by its name in the file.")
    any: list[str] = Field(
        default_factory=list, description="Names of the column in different versions of the file."
    )
    join: list[str] = Field(default_factory=list, description="Several columns, joined by a blank.")
    optional: bool = Field(default=False, description="Whether the file may lack the column.")
    format: str | None = Field(default=None, description="The date format of this column alone.")
    required: bool = Field(default=False, description="Whether an empty cell refuses the row.")

    @model_validator(mode="after")
    def _one_way(self) -> "CellRef":
        if sum(bool(way) for way in (self.column, self.any, self.join)) != 1:
            raise ValueError("give exactly one of `column`, `any` and `join`")
        return self


def _as_ref(value: object) -> object:
    if isinstance(value, str):
        return {"column": value}
    if isinstance(value, list):
        return {"join": value}
    return value


Cells = Annotated[CellRef, BeforeValidator(_as_ref, json_schema_input_type=str | list[str] | CellRef)]
"""A column name, a list of names that are joined by a blank, or a mapping with more to say."""


class Words(ConfigModel):
    """A column whose words are translated by a table."""

    column: str = Field(description="The column that holds the word.")
    words: dict[str, str] = Field(
        description="The file's word and ours. A word that is not listed refuses the row."
    )
    otherwise: str | None = Field(default=None, description="Ours for every word that is not listed.")
    empty: str | None = Field(default=None, description="Ours for an empty cell, which is refused without it.")


class Direction(ConfigModel):
    """A column that says by a word which way the money goes."""

    column: str = Field(description="The column that holds the word.")
    in_: list[str] = Field(alias="in", description="Words for money in.")
    out: list[str] = Field(description="Words for money out.")


class Amount(ConfigModel):
    """An amount and its sign rule: one signed column, two columns, or a column and a direction."""

    column: str | None = Field(default=None, description="The column that holds the amount.")
    plus: Literal["in", "out"] | None = Field(
        default=None,
        description="What a plus means: money `in` to us, or money `out` (a fee charged, a card statement).",
    )
    direction: Direction | None = Field(
        default=None, description="The column and words that say the direction of an unsigned amount."
    )
    always: Literal["in", "out"] | None = Field(
        default=None, description="The direction of an unsigned amount that always goes the same way."
    )
    credit: str | None = Field(default=None, description="The column of money in, when there are two columns.")
    debit: str | None = Field(default=None, description="The column of money out, when there are two columns.")
    same_as: Literal["gross", "fee", "tax", "net"] | None = Field(
        default=None, description="The amount is that of another field, computed or mapped."
    )
    minus: Literal["refuse", "same", "opposite"] = Field(
        default="refuse",
        description="What a minus means where the rule has the direction already: nothing (`same`) or its "
        "`opposite`. Refused unless said.",
    )
    empty: Literal["refuse", "zero", "none"] | None = Field(
        default=None, description="What an empty cell means. Refused for `amount`, nothing for other fields."
    )
    optional: bool = Field(default=False, description="Whether the file may lack the column.")

    @model_validator(mode="after")
    def _complete(self) -> "Amount":
        rules = [name for name in ("plus", "direction", "always") if getattr(self, name) is not None]
        two = self.credit is not None or self.debit is not None
        if sum((self.column is not None, two, self.same_as is not None)) != 1:
            raise ValueError("give `column`, or `credit` and `debit`, or `same_as`")
        if two and (self.credit is None or self.debit is None):
            raise ValueError("two money columns need both `credit` and `debit`")
        if self.column is not None and len(rules) != 1:
            raise ValueError(
                "say what the sign means: one of `plus: in`, `plus: out`, `direction` and `always`"
            )
        if self.column is None and rules:
            raise ValueError(f"`{rules[0]}` goes with `column` only")
        return self

    def columns(self) -> list[str]:
        """The file's columns that the amount is read from."""
        named = [self.column, self.credit, self.debit, self.direction.column if self.direction else None]
        return [name for name in named if name is not None]


class Currency(ConfigModel):
    """The currency of a row, from a column."""

    column: str = Field(description="The column that holds the currency.")
    words: dict[str, str] = Field(
        default_factory=dict, description="Names in the file and their ISO 4217 codes; codes need no entry."
    )


def _known_currency(value: str | Currency) -> str | Currency:
    codes = [value] if isinstance(value, str) else list(value.words.values())
    for code in codes:
        if not is_currency(code):
            raise ValueError(f'"{code}" is no ISO 4217 currency code')
    return value


CurrencyRule = Annotated[str | Currency, AfterValidator(_known_currency)]


class Money(ConfigModel):
    """How amounts are written and which columns they are in."""

    decimal: Literal[".", ","] = Field(description="The decimal mark.")
    thousands: Literal[",", ".", " ", "'", "none"] = Field(
        default="none", description="The mark between groups of digits."
    )
    currency: CurrencyRule = Field(description="A currency code, or the column that holds it.")
    words: list[str] = Field(
        default_factory=list, description="Words and signs beside amounts that are no part of them: DKK, €."
    )
    minor_units: Literal["currency"] | int | None = Field(
        default=None,
        description="Set when amounts are whole minor units (cents, kobo): how many digits are after the point, or "
        "`currency` for those of ISO 4217.",
    )
    amount: Amount = Field(description="What the entry moves, signed: plus is money to us.")
    gross: Amount | None = Field(default=None, description="The amount before fees.")
    fee: Amount | None = Field(default=None, description="Fees; a fee charged is money out.")
    tax: Amount | None = Field(default=None, description="Tax on fees.")
    net: Amount | None = Field(default=None, description="Gross, fee and tax together.")
    fee_parts: dict[str, Amount] = Field(
        default_factory=dict,
        description="Kinds of fee and their columns; their sum is the fee when `fee` is not given.",
    )
    original_amount: Amount | None = Field(default=None, description="The amount in the customer's currency.")
    original_currency: CurrencyRule | None = Field(default=None, description="The customer's currency.")
    fx_rate: str | None = Field(default=None, description="The column that holds the exchange rate.")

    @model_validator(mode="after")
    def _two_marks(self) -> "Money":
        if self.decimal == self.thousands:
            raise ValueError("`decimal` and `thousands` cannot be the same mark")
        if (self.original_amount is None) != (self.original_currency is None):
            raise ValueError("`original_amount` and `original_currency` go together")
        return self

    def rules(self) -> dict[str, Amount]:
        """The amount rules by field, those of the line first."""
        named = {
            name: getattr(self, name) for name in ("gross", "fee", "tax", "net", "original_amount", "amount")
        }
        return {name: rule for name, rule in named.items() if rule is not None}


TEXT_FIELDS = (
    "account", "entity", "statement_id", "payout_id", "ref_end_to_end", "ref_bank", "ref_merchant", "ref_processor",
    "ref_original", "ref_payout", "counterparty_name", "counterparty_account", "remittance",
)  # fmt: skip
"""The text columns of an entry that a profile maps."""


class Columns(ConfigModel):
    """Fields of an entry and the columns of the file they come from."""

    account: Cells | None = Field(default=None, description="The account, when the file holds several.")
    entity: Cells | None = Field(default=None, description="Merchant, partner, agent or reseller.")
    statement_id: Cells | None = Field(default=None, description="The statement that the row belongs to.")
    payout_id: Cells | None = Field(default=None, description="Batch or settlement that the row was paid with.")
    booking_date: Cells | None = Field(default=None, description="The day on which it was booked.")
    value_date: Cells | None = Field(default=None, description="The day from which it counts.")
    event_time: Cells | None = Field(
        default=None, description="The moment it happened; a date and a time may be joined."
    )
    ref_end_to_end: Cells | None = Field(default=None, description="End-to-end reference.")
    ref_bank: Cells | None = Field(default=None, description="The bank's reference.")
    ref_merchant: Cells | None = Field(default=None, description="Our order number.")
    ref_processor: Cells | None = Field(default=None, description="The processor's reference.")
    ref_original: Cells | None = Field(
        default=None, description="The reference of the transaction that this one changes."
    )
    ref_payout: Cells | None = Field(
        default=None, description="The reference of the payout on the bank statement."
    )
    counterparty_name: Cells | None = Field(default=None, description="The other party.")
    counterparty_account: Cells | None = Field(default=None, description="The other party's account.")
    remittance: Cells | None = Field(default=None, description="Remittance text, narration.")
    attributes: dict[str, Cells] = Field(
        default_factory=dict, description="Whatever else is worth keeping: channel, product, terminal, ..."
    )

    def texts(self) -> dict[str, CellRef]:
        """The text fields that are mapped."""
        named = {name: getattr(self, name) for name in TEXT_FIELDS}
        return {name: ref for name, ref in named.items() if ref is not None}

    def times(self) -> dict[str, CellRef]:
        """The date and time fields that are mapped."""
        named = {name: getattr(self, name) for name in ("booking_date", "value_date", "event_time")}
        return {name: ref for name, ref in named.items() if ref is not None}


class Dates(ConfigModel):
    """How dates are written and where the day ends."""

    formats: list[str] = Field(
        min_length=1, description="Date formats such as dd/MM/yyyy, yyyy-MM-dd HH:mm:ss, dd-MMM-yyyy, unix."
    )
    zone: str | None = Field(
        default=None,
        description="The time zone of times without an offset, such as Africa/Lagos. Needed for event_time.",
    )
    cut_off: str = Field(
        default="00:00 next day",
        description="When the business day ends: `17:00`, or `02:00 next day`. Midnight unless said.",
    )
    business: Literal["event_time", "booking_date", "value_date"] | None = Field(
        default=None,
        description="Which of the dates is the business date, when it is not the first that is there.",
    )

    missing: Literal["refuse", "keep"] = Field(
        default="refuse",
        description="Whether a row without any date is refused or kept; kept, it belongs to no period.",
    )

    @field_validator("formats")
    @classmethod
    def _readable(cls, value: list[str]) -> list[str]:
        from recon.sources.moments import check_formats

        check_formats(value)
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        from recon.sources.moments import zone_of

        if value is not None:
            zone_of(value)
        return value

    @field_validator("cut_off")
    @classmethod
    def _readable_cut_off(cls, value: str) -> str:
        from recon.sources.moments import cut_off_minutes

        cut_off_minutes(value)
        return value


class StatementRule(ConfigModel):
    """What the file says about itself: balances and totals to be checked."""

    running_balance: str | None = Field(
        default=None, description="The column of the balance after each row, checked row by row."
    )
    lines: list[str] = Field(
        default_factory=list,
        description="Regular expressions tried on each line that is no transaction (cells joined by `|`), "
        "with groups named opening, closing, credits, debits, count, sum, currency, from, to, id.",
    )

    @field_validator("lines")
    @classmethod
    def _patterns(cls, value: list[str]) -> list[str]:
        from recon.sources.totals import check_pattern

        for text in value:
            check_pattern(text)
        return value
