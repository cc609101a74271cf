"""A matching rule set as the analyst writes it: two sides, exclusions, passes from most to least precise.

This is the author's form. What a pass computes is compiled in `recon.matchers`; nothing here runs.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from recon.project.models import ConfigModel, Fault, refuse
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
    Side,
)

__all__ = [
    "REFERENCE_COLUMNS", "Chain", "Compare", "Exclusion", "Groups", "Ignorable", "MoneyColumn", "Normalise", "Offset",
    "Only", "Pass", "RuleSet", "Side", "Verify",
]  # fmt: skip
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Exclusion(ConfigModel):
    """Entries that the rule set leaves out, with the reason that the workbook shows."""

    side: Side = Field(description="The side they are on.")
    where: str = Field(description="A condition over the columns of an entry, such as type = 'fee'.")
    reason: Annotated[str, Field(min_length=3)] = Field(description="Why they are left out.")


class Verify(ConfigModel):
    """A second figure of matched entries that must agree, such as the fee; a difference is a break."""

    field: MoneyColumn = Field(description="The figure to compare on both sides of each confirmed match.")
    within: Annotated[Decimal, Field(ge=0)] | dict[str, Annotated[Decimal, Field(ge=0)]] = Field(
        default=Decimal(0), description="Difference that is let pass, one figure or by currency."
    )


class RuleSet(ConfigModel):
    """Two books, and how their entries are recognised as the same money."""

    ruleset: Name = Field(description="Name of the rule set; the file is called the same.")
    title: str = Field(default="", description="What the reports call it.")
    left: str | tuple[str, ...] = Field(description="Source (or sources) of the left side.")
    right: str | tuple[str, ...] = Field(description="Source (or sources) of the right side.")
    compare: Compare | MoneyColumn = Field(
        default_factory=Compare, description="Which amount is compared: amount (signed), gross, net."
    )
    exclude: tuple[Exclusion, ...] = Field(default=(), description="Entries left out, each with its reason.")
    passes: tuple[Pass, ...] = Field(min_length=1, description="Most precise first.")
    verify: tuple[Verify, ...] = Field(default=(), description="Figures that matched entries must agree in.")
    tests: tuple[RuleTest, ...] = Field(
        default=(), description="Entries and the matches to be found among them; run by recon rules test."
    )
    breaks: object = Field(default=None, description="What open items are called and when they are due.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> "RuleSet":
        seen: set[str] = set()
        for position, item in enumerate(self.passes):
            if item.name in seen:
                refuse(Fault(f"two passes are called `{item.name}`", ("passes", position, "name")))
            seen.add(item.name)
        both = set(self.sources("left")) & set(self.sources("right"))
        if both:
            refuse(Fault(f"source `{min(both)}` is on both sides", ("right",)))
        return self

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
