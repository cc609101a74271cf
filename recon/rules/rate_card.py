"""Rate cards: the fees that were agreed with a processor or a channel, by date, and by what an entry is.

This is the author's form, `configs/rates/<card>.yaml`. What a card gives for an entry is computed in
`recon.rules.card_fee`, for all entries at once.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from recon.engines.gate import PredicateProblem, parse, parse_condition
from recon.engines.types import TEXT, columns_of
from recon.model.closed import never_said
from recon.model.money import is_currency
from recon.model.tables import ENTRIES
from recon.project.models import ConfigModel, Fault, no_currency, refuse
from recon.project.nodes import Steps

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6)]
Money = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=4)]
FeeMode = Literal["half_even", "half_up", "up", "down"]
"""The ways of rounding that the engines have for whole columns; plans know more of them."""
COLUMNS = columns_of(ENTRIES)
MOST_LINES = 500


class Tier(ConfigModel):
    """A stretch of amounts with a rate of its own."""

    up_to: Money | None = Field(
        default=None, description="The largest amount of the tier, included; the last tier has none."
    )
    percent: Percent = Field(default=Decimal(0), description="Percent of the amount in the tier.")
    flat: Money = Field(default=Decimal(0), description="A fixed amount.")


class CardLine(ConfigModel):
    """One line of a card: which entries it is for, and what is charged on each."""

    name: str = Field(default="", description="What the contract calls it.")
    entries: dict[str, str | tuple[str, ...]] = Field(
        default_factory=dict,
        description="Columns (or attributes) and the words that they must say, {attributes.channel: [card, pos]}.",
    )
    where: str | None = Field(default=None, description="A further condition over an entry.")
    money: Literal["in", "out", "both"] = Field(
        default="in",
        description="Whether it is for money that comes in, as payments do, or goes out, as refunds do.",
    )
    currency: str | None = Field(
        default=None,
        description="The currency of its amounts, and of the entries it is for; the card's without.",
    )
    percent: Percent = Field(default=Decimal(0), description="Percent of the amount.")
    flat: Money = Field(default=Decimal(0), description="A fixed amount on each entry.")
    per_unit: Money = Field(default=Decimal(0), description="An amount for each of so many units.")
    units: str | None = Field(
        default=None, description="The column that says how many units, such as attributes.transactions."
    )
    tiers: tuple[Tier, ...] = Field(default=(), description="Rates by amount, the smallest amounts first.")
    tiered: Literal["whole", "marginal"] | None = Field(
        default=None,
        description="Whether an amount is charged `whole` by the tier it falls into, or each part of it by its own.",
    )
    at_least: Money | None = Field(default=None, description="The smallest fee (floor).")
    at_most: Money | None = Field(default=None, description="The largest fee (cap).")
    gives_back: bool = Field(default=False, description="Whether the fee comes back, as it may on refunds.")

    @property
    def has_amounts(self) -> bool:
        """Whether some figure of the line is an amount of money."""
        figures = (self.flat, self.per_unit, self.at_least, self.at_most, *self.tiers)
        return any(figure for figure in figures)

    @model_validator(mode="after")
    def _can_be_read(self) -> "CardLine":
        faults = [*self._tier_faults()]
        for column, said in self.entries.items():
            faults += _column_faults(column, ("entries", column))
            faults += _word_faults(column, said)
        if self.where is not None:
            try:
                parse_condition(self.where, COLUMNS)
            except PredicateProblem as problem:
                faults.append(Fault(problem.message, ("where",), problem.hint, "expression"))
        if (self.units is None) != (not self.per_unit):
            faults.append(
                Fault("`per_unit` and `units` belong together", ("per_unit",), "give both, or neither")
            )
        if self.units is not None:
            faults += _column_faults(self.units, ("units",))
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            faults.append(
                Fault("the smallest fee is larger than the largest", ("at_least",), code="bounds-crossed")
            )
        if self.currency is not None and not is_currency(self.currency):
            faults.append(no_currency(self.currency, "currency"))
        if faults:
            refuse(*faults)
        return self

    def _tier_faults(self) -> list[Fault]:
        if not self.tiers:
            return [] if self.tiered is None else [Fault("there are no tiers", ("tiered",), "add tiers:")]
        faults = []
        if self.tiered is None:
            hint = "write tiered: whole (one rate for all of it) or tiered: marginal (each part at its own)"
            faults.append(Fault("the tiers do not say how an amount is charged", ("tiers",), hint))
        limits = [tier.up_to for tier in self.tiers]
        for place, limit in enumerate(limits[:-1]):
            following = limits[place + 1]
            if limit is None or (following is not None and following <= limit):
                hint = "each tier reaches further than the one before, and only the last has no up_to"
                faults.append(Fault("the tiers do not rise", ("tiers", place, "up_to"), hint, "tiers-order"))
        if limits[-1] is not None:
            hint = "leave up_to out of the last tier; use at_most: for a cap"
            faults.append(
                Fault(
                    "amounts beyond the last tier have no rate", ("tiers", len(limits) - 1), hint, "tiers-end"
                )
            )
        return faults


class CardVersion(ConfigModel):
    """The lines of a card from a day on; the first that is for an entry counts."""

    effective: date = Field(description="The first day on which these lines hold, until the next version.")
    lines: tuple[CardLine, ...] = Field(min_length=1, description="The first line that is for an entry counts.")


class FeeRounding(ConfigModel):
    """How a fee is rounded."""

    mode: FeeMode = Field(default="half_even", description="How a fee is rounded to its last digit.")
    digits: Annotated[int, Field(ge=0, le=8)] | None = Field(
        default=None, description="Digits after the point; those of the currency without."
    )


class RateCard(ConfigModel):
    """The fees that were agreed on, by date. An entry that no line is for is charged nothing."""

    card: Name = Field(description="Name of the card; the file is called the same.")
    title: str = Field(default="", description="What the reports call it.")
    amount: Literal["amount", "gross"] = Field(
        default="gross", description="The amount that fees are taken on; gross falls back to amount."
    )
    currency: str | None = Field(default=None, description="The currency of the card's amounts.")
    rounding: FeeRounding = Field(
        default_factory=FeeRounding, description="How a fee, and the tax on it, is rounded."
    )
    tax: Percent = Field(default=Decimal(0), description="Percent of tax on the fee.")
    versions: tuple[CardVersion, ...] = Field(
        min_length=1, description="What holds from when on, the oldest first."
    )

    def placed(self) -> Iterator[tuple[Steps, CardLine]]:
        """Every line, with where it stands in the card."""
        for place, version in enumerate(self.versions):
            for number, line in enumerate(version.lines):
                yield ("versions", place, "lines", number), line

    @model_validator(mode="after")
    def _is_whole(self) -> "RateCard":
        faults = list[Fault]()
        if self.currency is not None and not is_currency(self.currency):
            faults.append(no_currency(self.currency, "currency"))
        for place, version in enumerate(self.versions):
            if place and version.effective <= self.versions[place - 1].effective:
                hint = "versions stand in the order of their days"
                at = ("versions", place, "effective")
                faults.append(
                    Fault("the version does not come after the one before", at, hint, "versions-order")
                )
        for at_line, line in self.placed():
            if line.has_amounts and (line.currency or self.currency) is None:
                hint = "write currency: NGN, here or for the whole card"
                faults.append(Fault("amounts without a currency", at_line, hint, "no-currency"))
        if sum(len(version.lines) for version in self.versions) > MOST_LINES:
            hint = "split it by merchant or channel into several cards"
            faults.append(Fault(f"the card has more than {MOST_LINES} lines", ("versions",), hint, "too-long"))
        if faults:
            refuse(*faults)
        return self


def _column_faults(column: str, at: tuple[str, ...]) -> list[Fault]:
    try:
        found = parse(column, COLUMNS).type
    except PredicateProblem as problem:
        return [Fault(problem.message, at, problem.hint, "expression", key=at[0] == "entries")]
    if found != TEXT:
        return [
            Fault(
                f"`{column}` is no text, and words are compared",
                at,
                "use where: for it",
                key=at[0] == "entries",
            )
        ]
    return []


def _word_faults(column: str, said: str | tuple[str, ...]) -> list[Fault]:
    """Words of a line that no entry ever says, so that it would charge nothing in silence."""
    words = [((), said)] if isinstance(said, str) else [((place,), word) for place, word in enumerate(said)]
    return [
        Fault(told[0], ("entries", column, *at), told[1], "expression")
        for at, word in words
        if (told := never_said(column, word))
    ]
