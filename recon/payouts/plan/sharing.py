"""Who shares an amount: splits, deductions from a charge, overrides up a hierarchy, payees in another's place."""

from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from recon.payouts.plan.values import Name, NotNegative, Percent, Some
from recon.project.models import ConfigModel, Fault, refuse


class Redirect(ConfigModel):
    """A part of what a party earns goes to another payee."""

    from_: Name = Field(alias="from", description="Whose amount is redirected: a party or a level.")
    to: Name = Field(description="The payee who receives it.")
    percent: Percent = Field(description="Percent of the amount.")


class Split(ConfigModel):
    """Shares of an amount: percentages that total 100, or equal shares."""

    parties: dict[Name, Percent] = Field(
        default_factory=dict, description="Each party and its percent; together 100."
    )
    equally_among: Name | None = Field(
        None, description="The list of people (a fact of the period) who share equally, instead of parties."
    )

    @model_validator(mode="after")
    def _whole(self) -> "Split":
        if bool(self.parties) == (self.equally_among is not None):
            message = "give either parties with percentages, or equally_among: they share the same amount"
            refuse(Fault(message, hint="keep the one that the contract says"))
        total = sum(self.parties.values(), Decimal(0))
        if self.parties and total != 100:
            gap = (
                f"{100 - total}% would be paid to nobody"
                if total < 100
                else f"{total - 100}% would be paid twice"
            )
            refuse(
                Fault(
                    f"the shares total {total}; the total allocated percentage must be 100: {gap}",
                    at=("parties",),
                    hint="name who keeps the rest, the house included"
                    if total < 100
                    else "take it off some party",
                    code="split-total",
                )
            )
        return self


class Deduction(ConfigModel):
    """One step taken off an amount."""

    to: Name = Field(description="Who receives it.")
    percent: Percent | None = Field(None, description="Percent taken off.")
    flat: NotNegative | None = Field(None, description="Amount taken off.")

    @model_validator(mode="after")
    def _one(self) -> "Deduction":
        if (self.percent is None) == (self.flat is None):
            message = "give either percent or flat: a step takes off one amount"
            refuse(Fault(message, hint="two amounts are two steps, in order"))
        return self


class Deductions(ConfigModel):
    """Steps taken off an amount; the owner keeps what remains."""

    each_from: str = Field(
        pattern="^(total|remainder)$",
        description="Whether a percentage is of the whole amount, or of what the steps before it left.",
    )
    owner: Name = Field(description="Who keeps the remainder.")
    steps: Some[Deduction] = Field(description="The steps, in order.")


class Basis(StrEnum):
    """What each level of a hierarchy is paid on."""

    SAME_BASE = "same_base"
    """Every level's percent is of the same base."""
    SUBTRACT_LOWER = "subtract_lower"
    """The base of a level is what the levels below left of it."""
    DIFFERENTIAL = "differential"
    """A level is paid its percent less the highest percent paid below it; never less than nothing."""
    LEVEL_BELOW = "level_below"
    """A level's percent is of what the level below earned."""
    POOLED = "pooled"
    """The levels share a pool by their percentages, which together are at most 100."""


class Vacant(StrEnum):
    """Where the share of a level goes that nobody holds."""

    UP = "compress_up"
    """To the next level above that somebody holds."""
    DOWN = "compress_down"
    """To the next level below that somebody holds."""
    RETAIN = "retain"
    """The house keeps it."""


class OverrideLevel(ConfigModel):
    """A level and its percent."""

    level: Name = Field(description="The level, such as aggregator.")
    percent: Percent = Field(description="Percent of what the basis says.")


class Overrides(ConfigModel):
    """What each level of the hierarchy earns on the activity below it."""

    of: str = Field(
        pattern="^(base|commission)$", description="Of the measured base, or of the commission on it."
    )
    base_of: tuple[Name, ...] = Field(
        (),
        description="The components whose measured base it is (of: base), where the plan has several: what two of them "
        "measure of the same sales would count twice.",
    )
    basis: Basis = Field(description="What each level's percent is applied to.")
    vacant: Vacant = Field(
        description="Where the share of a vacant level goes: up, down, or to the house (compress_up, compress_down, "
        "retain)."
    )
    levels: Some[OverrideLevel] = Field(description="The levels, lowest first.")
    rest_to: Name | None = Field(None, description="Who keeps what the levels leave of the base (a fee pool).")
    at_most_percent: Percent | None = Field(
        None, description="The most that all levels together may take of the base."
    )

    @model_validator(mode="after")
    def _adds_up(self) -> "Overrides":
        total = sum((level.percent for level in self.levels), Decimal(0))
        if self.basis is Basis.POOLED and total > 100:
            message = f"the levels total {total}% of the pool: {total - 100}% more than there is"
            hint = "let the levels total at most 100, or say basis: same_base to pay each on the whole"
            refuse(Fault(message, at=("levels",), hint=hint, code="split-total"))
        if self.base_of and self.of != "base":
            message = "base_of names whose base is paid on, and overrides here are of the commission"
            refuse(Fault(message, at=("base_of",), hint="say of: base, or leave it out", key=True))
        names = [level.level for level in self.levels]
        for position, name in enumerate(names):
            if name in names[:position]:
                message = f"level {name} is there twice: its holder would be paid twice for the same activity"
                refuse(Fault(message, at=("levels", position, "level"), hint="give the level one percent"))
        return self


class Ownership(StrEnum):
    """Who is credited when a transaction's owner changes."""

    AT_TRANSACTION = "owner_on_the_day_of_the_transaction"
    AT_PAYOUT = "owner_at_the_end_of_the_period"


class Credit(ConfigModel):
    """Who is credited with a transaction."""

    to: Name = Field(description="The word of a transaction that names the payee, such as agent.")
    owner_of: Name | None = Field(
        None,
        description="The word of a transaction, such as terminal, whose owner on record is credited; without it, "
        "the transaction names the payee itself.",
    )
    when_moved: Ownership = Field(description="Who is credited when ownership moved within the period.")


class Funding(ConfigModel):
    """Who bears what a plan costs: shares of every payout's expense, as its journal posts them."""

    shares: dict[Name, Percent] = Field(description="Each funder and its percent of the cost; together 100.")

    @model_validator(mode="after")
    def _whole(self) -> "Funding":
        total = sum(self.shares.values(), Decimal(0))
        if total != 100:
            left = f"{100 - total}% of the cost would be borne by nobody"
            over = f"{total - 100}% would be claimed twice"
            message = f"the funders' shares total {total}, not 100: {left if total < 100 else over}"
            refuse(Fault(message, at=("shares",), hint="name who bears the rest", code="split-total"))
        return self
