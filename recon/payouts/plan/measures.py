"""What is measured, of which transactions, at which level, over which time."""

from collections import Counter
from enum import StrEnum

from pydantic import Field, model_validator

from recon.payouts.plan.values import Condition, Name, Number, Percent, Positive
from recon.project.models import ConfigModel, Fault, refuse

TRANSACTIONS = "transactions"
SALES = "sales"
"""A count of transactions that are not undone."""


class Of(StrEnum):
    """Which transactions count."""

    MATCHED = "matched"
    """Those that a confirmed match reconciled."""
    COLLECTED = "collected"
    """Those whose money was received from the customer."""
    ALL = "all"
    """All of them, reconciled or not."""


class Scope(StrEnum):
    """At which level the rate is applied."""

    TRANSACTION = "transaction"
    GROUP = "group"
    PAYEE = "payee"


class Accumulate(StrEnum):
    """Over which time a total builds up before it starts again from nothing."""

    NONE = "none"
    """Nothing builds up: each transaction (or each period's total) stands alone."""
    PERIOD = "period"
    """Over the period of the payout."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FOREVER = "forever"


class BelowZero(StrEnum):
    """What a negative measure does: it takes money back, or it pays nothing."""

    REVERSES = "reverses"
    NOTHING = "pays_nothing"


class Measure(ConfigModel):
    """One number taken from transactions, or a figure known of the payee."""

    sum: Name | None = Field(
        None, description="The figure of each transaction that is added up, such as amount."
    )
    plus: tuple[Name, ...] = Field(
        (), description="Figures of the same transaction added to it, such as shipping."
    )
    less: tuple[Name, ...] = Field(
        (), description="Figures of the same transaction taken off first, such as cost."
    )
    count: str | None = Field(
        None,
        description="`transactions`; `sales`, which are transactions but for those wholly refunded or charged back; or "
        "a word of them whose different values are counted, such as customer.",
    )
    figure: Name | None = Field(
        None, description="A figure known of the payee for the period, such as attainment."
    )
    percent_of: Name | None = Field(
        None, description="The payee's figure that the measure is expressed in percent of, such as quota."
    )
    of_nothing_counts_as: Number | None = Field(
        None,
        description="The percent that it counts as where the figure of percent_of is zero; else this is refused.",
    )
    growth: str | None = Field(
        None,
        pattern="^(amount|percent)$",
        description="Measure how much more it is than in the period before, as an amount or in percent of that.",
    )
    new_counts_as: Number | None = Field(
        None,
        description="The percent of growth that a payee counts as who had nothing before (growth: percent).",
    )
    divided_by: Positive | None = Field(
        None, description="How many units of the measure make one unit of the plan's currency (210 points = 1)."
    )
    credited_percent: Percent | None = Field(
        None, description="The percent of the measure that is credited here, when the credit is split."
    )

    @model_validator(mode="after")
    def _one(self) -> "Measure":
        given = [name for name in ("sum", "count", "figure") if getattr(self, name) is not None]
        if len(given) != 1:
            message = "a measure is one of sum, count, figure: one rate cannot be of two things"
            refuse(Fault(message, hint="keep one; a second measure is a second component"))
        for name in ("plus", "less"):
            if getattr(self, name) and self.sum is None:
                raise ValueError(f"{name} belongs to sum")
        twice = next((name for name, times in Counter(self.added).items() if times > 1), None)
        if twice is not None:
            message = f"{twice} is there twice: it would be added or taken off twice"
            refuse(Fault(message, hint="name each figure once, under sum, plus or less"))
        if self.of_nothing_counts_as is not None and self.percent_of is None:
            message = "of_nothing_counts_as belongs to percent_of"
            refuse(Fault(message, at=("of_nothing_counts_as",), key=True))
        if self.growth is not None and self.figure is not None:
            refuse(
                Fault("growth is of what is summed or counted, and a figure is given", at=("growth",), key=True)
            )
        if (self.growth == "percent") != (self.new_counts_as is not None):
            message = "growth: percent and new_counts_as belong together: nothing has no percentage"
            hint = "say what a new payee counts as, such as new_counts_as: 0, or growth: amount"
            refuse(Fault(message, at=("growth",) if self.growth else ("new_counts_as",), hint=hint))
        return self

    @property
    def added(self) -> tuple[str, ...]:
        """The figures of a transaction that make up a sum, those taken off last."""
        return (self.sum, *self.plus, *self.less) if self.sum is not None else ()

    @property
    def different(self) -> str | None:
        """The word whose different values are counted, if any is."""
        return None if self.count in {None, TRANSACTIONS, SALES} else self.count

    def __str__(self) -> str:
        """The measure in words."""
        if self.sum is not None:
            text = f"the sum of {self.sum}"
            if self.plus:
                text += f" plus {' and '.join(self.plus)}"
            if self.less:
                text += f" less {' and '.join(self.less)}"
        elif self.count is not None:
            what = {SALES: "sales that stand"}.get(self.count, self.count)
            text = f"the number of {what if self.different is None else f'different {self.count}'}"
        else:
            text = f"the payee's {self.figure}"
        if self.growth is not None:
            unit = "growth" if self.growth == "amount" else "percent of growth"
            text = f"the {unit} on the period before of {text}"
        if self.divided_by is not None:
            text += f" at {self.divided_by} to one"
        if self.percent_of:
            text += f" in percent of {self.percent_of}"
        if self.credited_percent is not None:
            text += f", {self.credited_percent}% of it credited"
        return text


class Activity(ConfigModel):
    """Which transactions a component looks at."""

    of: Of = Field(description="matched pays only what reconciled; collected, or all, must be said.")
    source: Name = Field(
        description="The source whose entries count; the same payment stands in several books and is paid once."
    )
    where: Condition = Field(default_factory=dict, description="Transactions must have all of these.")
    except_: Condition = Field(
        default_factory=dict, alias="except", description="Transactions with any of these are left out."
    )
