"""Taxes on a payout, as dated data: withheld from it or added to it."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from recon.payouts.plan.measures import Accumulate
from recon.payouts.plan.values import Condition, Name, NotNegative, Percent
from recon.payouts.rows import plain
from recon.project.models import ConfigModel, Fault, refuse


class Direction(StrEnum):
    """What a tax does to the amount paid."""

    WITHHELD = "withheld"
    ADDED = "added"


class Threshold(ConfigModel):
    """Earnings under which no tax is taken."""

    over: NotNegative = Field(description="Tax begins when the earnings of the time exceed this.")
    per: Accumulate = Field(description="Over which time earnings are added up.")
    catch_up: bool = Field(
        description="Whether crossing the threshold also taxes the earlier payments of the time."
    )


class Tax(ConfigModel):
    """One tax of a payout."""

    name: Name = Field(description="The tax, such as withholding tax.")
    percent: Percent = Field(description="Percent of the amount before taxes.")
    direction: Direction = Field(description="withheld from the payout, or added to it.")
    effective: date | None = Field(None, description="The first day of the rate.")
    until: date | None = Field(None, description="The last day of the rate.")
    threshold: Threshold | None = Field(None, description="Earnings under which no tax is taken.")
    without_tax_id_times: NotNegative | None = Field(
        None, description="How many times the percent a payee without a tax number bears."
    )
    exempt: Condition = Field(
        default_factory=dict, description="Payees who bear none: conditions on their facts."
    )
    only: Condition = Field(default_factory=dict, description="Payees who bear it: conditions on their facts.")

    @model_validator(mode="after")
    def _leaves_something(self) -> "Tax":
        times = self.without_tax_id_times
        if times is not None and times * self.percent > 100 and self.direction is Direction.WITHHELD:
            share = plain(times * self.percent)
            message = f"{plain(times)} times {plain(self.percent)}% is {share}%: more than there is to pay"
            hint = "without_tax_id_times: 2 bears twice the percent"
            refuse(Fault(message, at=("without_tax_id_times",), hint=hint))
        if self.effective is not None and self.until is not None and self.until < self.effective:
            message = f"ends on {self.until}, before it begins on {self.effective}: it would never be taken"
            refuse(Fault(message, at=("until",), hint="`until` is the last day of the rate"))
        return self

    def meets(self, other: "Tax") -> bool:
        """Whether another rate of the same tax is in force on the same days, for the same payees."""
        same = (self.name, self.only, self.exempt) == (other.name, other.only, other.exempt)
        first = max(self.effective or date.min, other.effective or date.min)
        return same and first <= min(self.until or date.max, other.until or date.max)
