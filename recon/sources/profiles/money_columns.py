"""What the columns of amounts in a tabular file mean: the `money:` section of a profile and its sign rules."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.model.money import is_currency
from recon.project.models import ConfigModel
from recon.sources.profiles.columns import Cells, Find


class Direction(ConfigModel):
    """A column that says by a word which way the money goes."""

    column: str = Field(description="The column that holds the word.")
    find: Find | None = Field(
        default=None,
        description="A regular expression with one group: the word is what the group finds in the cell.",
    )
    in_: list[str] = Field(alias="in", description="Words for money in.")
    out: list[str] = Field(description="Words for money out.")
    neither: list[str] = Field(
        default_factory=list,
        description="Words for rows that move nothing here: they are kept with an amount of zero.",
    )
    unsaid: list[str] = Field(
        default_factory=list,
        description="Words for rows that go either way: a gross amount then follows from net, fee and tax.",
    )


class Amount(ConfigModel):
    """An amount and its sign rule: signed columns, two columns of money in and out, or a column and a direction."""

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
    sum_of: list[str] = Field(
        default_factory=list,
        description="Several signed columns that make the amount together; the file has one at least.",
    )
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
        if sum((self.column is not None, two, bool(self.sum_of), self.same_as is not None)) != 1:
            raise ValueError("give `column`, or `credit` and `debit`, or `sum_of`, or `same_as`")
        if two and (self.credit is None or self.debit is None):
            raise ValueError("two money columns need both `credit` and `debit`")
        if self.column is not None and len(rules) != 1:
            raise ValueError(
                "say what the sign means: one of `plus: in`, `plus: out`, `direction` and `always`"
            )
        if self.sum_of and rules != ["plus"]:
            raise ValueError("say what a plus means in the columns of `sum_of`: `plus: in` or `plus: out`")
        if self.column is None and not self.sum_of and rules:
            raise ValueError(f"`{rules[0]}` goes with `column` only")
        return self

    def columns(self) -> list[str]:
        """The file's columns that the amount is read from."""
        return [*self.amounts(), *([self.direction.column] if self.direction else ())]

    def amounts(self) -> list[str]:
        """The columns among these that hold numbers."""
        return [*(name for name in (self.column, self.credit, self.debit) if name is not None), *self.sum_of]


class Currency(ConfigModel):
    """The currency of a row, from a column."""

    column: str = Field(description="The column that holds the currency.")
    words: dict[str, str] = Field(
        default_factory=dict, description="Names in the file and their ISO 4217 codes; codes need no entry."
    )
    fallback: str | None = Field(
        default=None, description="The column that is asked where the first is empty, if the file has it."
    )
    optional: bool = Field(default=False, description="Whether the file may lack the column.")


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
    minus_words: list[str] = Field(
        default_factory=list, description="Words beside amounts that mean a minus: Dr in `1,200.00 Dr`."
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
    fx_rate: Cells | None = Field(default=None, description="The column that holds the exchange rate.")
    fx_tolerance: Decimal | None = Field(
        default=None,
        ge=0,
        description="Checks original_amount times fx_rate against gross on each line: how far the one may be off "
        "the other.",
    )
    same_currency: list[str] = Field(
        default_factory=list,
        description="Columns of currencies, of a fee for instance, that must be empty or say the row's own.",
    )
    unequal: Literal["refuse", "keep"] = Field(
        default="refuse",
        description="What becomes of a line whose gross, fee and tax do not make its net: it is refused, or kept by "
        "its net with a warning, while the control of its statement fails.",
    )

    @model_validator(mode="after")
    def _two_marks(self) -> "Money":
        if self.decimal == self.thousands:
            raise ValueError("`decimal` and `thousands` cannot be the same mark")
        if (self.original_amount is None) != (self.original_currency is None):
            raise ValueError("`original_amount` and `original_currency` go together")
        if self.fx_tolerance is not None and (self.original_amount is None or self.fx_rate is None):
            raise ValueError("`fx_tolerance` checks `original_amount` and `fx_rate`: map both")
        return self

    def rules(self) -> dict[str, Amount]:
        """The amount rules by field, those of the line first."""
        named = {
            name: getattr(self, name) for name in ("gross", "fee", "tax", "net", "original_amount", "amount")
        }
        return {name: rule for name, rule in named.items() if rule is not None}
