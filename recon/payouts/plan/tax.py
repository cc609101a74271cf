"""Taxes on a payout, as dated data: withheld from it or added to it."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from recon.payouts.plan.measures import Accumulate
from recon.payouts.plan.values import Condition, Name, NotNegative, Percent
from recon.project.models import ConfigModel


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
