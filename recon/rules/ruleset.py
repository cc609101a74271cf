"""A matching rule set as the analyst writes it: two sides, exclusions, passes from most to least precise.

This is the author's form. What a pass computes is compiled in `recon.matchers`; nothing here runs.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, model_validator

from recon.model.money import is_currency
from recon.model.sides import SIDES, Side
from recon.project.models import ConfigModel, Fault, no_currency, refuse
from recon.rules.examples import RuleTest
from recon.rules.passes import (
    REFERENCE_COLUMNS,
    Compare,
    Groups,
    Ignorable,
    MoneyColumn,
    Normalise,
    Offset,
    Only,
    Pass,
)
from recon.rules.rates import Rates
from recon.rules.tolerance import currency_faults

__all__ = [
    "REFERENCE_COLUMNS", "Chain", "Compare", "Conversion", "Exclusion", "Groups", "Ignorable", "MoneyColumn",
    "Normalise", "Offset", "Only", "Pass", "RuleSet", "Side", "Verify",
]  # fmt: skip
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Sources = Annotated[tuple[str, ...], Field(min_length=1)]


class Exclusion(ConfigModel):
    """Entries that the rule set leaves out, with the reason that the workbook shows."""

    side: Side = Field(description="The side they are on.")
    where: str = Field(description="A condition over the columns of an entry, such as type = 'fee'.")
    reason: Annotated[str, Field(min_length=3)] = Field(description="Why they are left out.")


class Conversion(ConfigModel):
    """The side whose entries are compared in another currency than their own."""

    side: Side = Field(description="The side whose entries are converted.")
    by: str = Field(
        default="stated",
        description="`stated`: into the original currency and amount that an entry names itself. Or the name of a "
        "table of exchange rates.",
    )
    to: str | None = Field(
        default=None, description="With a table: the currency that entries are converted into."
    )
    date: Literal["business_date", "booking_date", "value_date"] = Field(
        default="business_date", description="With a table: the date of an entry whose rate is taken."
    )

    @model_validator(mode="after")
    def _says_whereto(self) -> "Conversion":
        if (self.by == "stated") != (self.to is None):
            message = (
                "a stated amount has its currency"
                if self.to
                else "the table does not say which currency to take"
            )
            hint = "leave out to:" if self.to else "write to: and a currency code"
            refuse(Fault(message, ("to",) if self.to else ("by",), hint))
        if self.to is not None and not is_currency(self.to):
            refuse(no_currency(self.to, "to"))
        return self


class Verify(ConfigModel):
    """A second figure of matched entries that must agree, such as the fee; a difference is a break."""

    field: MoneyColumn = Field(description="The figure to compare on both sides of each confirmed match.")
    within: Annotated[Decimal, Field(ge=0)] | dict[str, Annotated[Decimal, Field(ge=0)]] = Field(
        default=Decimal(0), description="Difference that is let pass, one figure or by currency."
    )

    card: Name | None = Field(
        default=None,
        description="The rate card that says what the fee (or the tax on it) should be; without one, both sides say.",
    )
    charged: Side = Field(default="right", description="With a card: the side that says what was charged.")
    read_from: Side | None = Field(
        default=None,
        description="With a card: the side whose entries the card is read for; that which was charged.",
    )

    @model_validator(mode="after")
    def _card_gives_it(self) -> "Verify":
        if faults := currency_faults(self.within, "within"):
            refuse(*faults)
        if self.card is not None and self.field not in {"fee", "tax"}:
            refuse(Fault(f"a rate card says nothing of {self.field}", ("field",), "verify fee or tax"))
        if self.card is None and (self.read_from is not None or self.charged != "right"):
            refuse(Fault("there is no card to be read", ("card",), "write card: and the name of one"))
        return self

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns of an entry that are added up: the figure, and what the card gives for it."""
        return (self.field,) if self.card is None else (self.field, f"{self.field}_{self.card}")

    @property
    def sides(self) -> tuple[str, str]:
        """The sums that are compared, as `<side>_<column>`: what is expected, and what was charged."""
        if self.card is None:
            return f"left_{self.field}", f"right_{self.field}"
        return f"{self.read_from or self.charged}_{self.figures[1]}", f"{self.charged}_{self.field}"


class RuleSet(ConfigModel):
    """Two books, and how their entries are recognised as the same money."""

    ruleset: Name = Field(description="Name of the rule set; the file is called the same.")
    title: str = Field(default="", description="What the reports call it.")
    left: str | Sources = Field(description="Source (or sources) of the left side.")
    right: str | Sources = Field(description="Source (or sources) of the right side.")
    compare: Compare | MoneyColumn = Field(
        default_factory=Compare,
        description="Which amount is compared: amount (signed), gross, net, or expected_net with a rate card.",
    )
    convert: Conversion | None = Field(
        default=None,
        description="Entries of one side compared in another currency; the proof is kept in that one.",
    )
    exclude: tuple[Exclusion, ...] = Field(default=(), description="Entries left out, each with its reason.")
    passes: tuple[Pass, ...] = Field(min_length=1, description="Most precise first.")
    verify: tuple[Verify, ...] = Field(default=(), description="Figures that matched entries must agree in.")
    tests: tuple[RuleTest, ...] = Field(
        default=(), description="Entries and the matches to be found among them; run by recon rules test."
    )
    breaks: object = Field(default=None, description="What open items are called and when they are due.")
    _rates: Rates = PrivateAttr(default_factory=Rates)

    @model_validator(mode="after")
    def _names_are_unique(self) -> "RuleSet":
        seen: set[str] = set()
        for position, item in enumerate(self.passes):
            if item.name in seen:
                refuse(
                    Fault(
                        f"two passes are called `{item.name}`",
                        ("passes", position, "name"),
                        "give each its own name",
                    )
                )
            seen.add(item.name)
        for position, item in enumerate(self.passes):
            if isinstance(item.compare, Compare) and item.compare.card is not None:
                hint = "write it under the rule set's compare: a fee that was agreed on is no difference of the books"
                refuse(
                    Fault(
                        "a pass cannot bring its own rate card", ("passes", position, "compare", "card"), hint
                    )
                )
        for side in SIDES:
            names = self.sources(side)
            for position, name in enumerate(names):
                if name in names[:position]:
                    refuse(Fault(f"source `{name}` is named twice", (side, position), "name each source once"))
        both = set(self.sources("left")) & set(self.sources("right"))
        if both:
            refuse(
                Fault(
                    f"source `{min(both)}` is on both sides", ("right",), "a source is matched with another one"
                )
            )
        return self

    @property
    def rates(self) -> Rates:
        """The rate cards and tables of exchange rates that the rule set can name."""
        return self._rates

    def with_rates(self, rates: Rates) -> "RuleSet":
        """The rule set with rate cards and tables of exchange rates at hand."""
        made = self.model_copy()
        made._rates = rates  # noqa: SLF001  (its own)
        return made

    @property
    def cards(self) -> tuple[str, ...]:
        """The names of the rate cards that it is computed with."""
        named = {self.compared().card, *(item.card for item in self.verify)}
        return tuple(sorted(name for name in named if name is not None))

    @property
    def rates_used(self) -> tuple[str, ...]:
        """The names of everything under `configs/rates` that its result depends on."""
        table = self.convert.by if self.convert is not None and self.convert.to is not None else None
        return self.cards if table is None else (*self.cards, table)

    def sources(self, side: Side) -> tuple[str, ...]:
        """The sources of a side."""
        value = self.left if side == "left" else self.right
        return (value,) if isinstance(value, str) else value

    def compared(self, item: Pass | None = None) -> Compare:
        """Which amounts a pass compares, or the rule set as a whole."""
        chosen = (item.compare if item is not None else None) or self.compare
        return chosen if isinstance(chosen, Compare) else Compare(left=chosen, right=chosen)


class Chain(ConfigModel):
    """Rule sets in a row: what is right in one is left in the next, so that money is followed end to end."""

    chain: Name = Field(description="Name of the chain; the file is called the same.")
    title: str = Field(default="", description="What the reports call it.")
    legs: tuple[Name, ...] = Field(min_length=2, description="Rule sets, from our own records outwards.")
    final: str = Field(default="settled", description="What an entry that passed every leg is called.")
