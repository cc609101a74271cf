"""Figures of payees that a plan measures itself: what its ladders, scorecards, quotas and conditions look at."""

from enum import StrEnum
from typing import Final

from pydantic import Field, model_validator

from recon.payouts.plan.components import Component
from recon.payouts.plan.customers import OfCustomers
from recon.payouts.plan.measures import Accumulate, Activity, BelowZero, Measure, Scope
from recon.payouts.plan.values import Name
from recon.project.models import ConfigModel, Fault, refuse

MOST_PERIODS: Final = 60
_EXPRESSED: Final = (
    "percent_of",
    "of_nothing_counts_as",
    "growth",
    "new_counts_as",
    "divided_by",
    "credited_percent",
)


class Prorated(StrEnum):
    """Of what time the value of a figure is that counts by days."""

    PERIOD = "period"
    """Of the period: a value that holds on half of its days counts half."""
    MONTH = "month"
    """Of a month of the calendar: half a month counts half, and a quarter counts three times."""
    YEAR = "year"
    """Of a year of the plan, by its days."""
    YEAR_BY_MONTHS = "year_by_months"
    """Of a year of the plan, a twelfth for each month, whatever its length; within a month by days."""


class MeasuredFigure(ConfigModel):
    """A figure of the payee that is measured from transactions, as components measure what they pay for.

    Within the plan it stands for the payee's figure of this name, whatever is known of it from elsewhere.
    """

    figure: Name = Field(description="The figure's name, by which criteria, goals and conditions look at it.")
    activity: Activity | None = Field(None, description="Which transactions count.")
    of_customers: OfCustomers | None = Field(
        None, description="Which part of each customer's time counts; without it, all of it."
    )
    measure: Measure = Field(
        description="What is measured of them; or another figure, expressed in percent of one (a share, an attainment)."
    )
    over: Accumulate | None = Field(
        None,
        description="Over which time it adds up until the end of the period: period, month, quarter, year, forever.",
    )
    periods: int = Field(
        1, ge=1, le=MOST_PERIODS, description="How many periods it covers together, the last of them included."
    )
    lag: int = Field(
        0, ge=0, le=MOST_PERIODS, description="How many periods ago it is measured; 0 is this one."
    )

    prorated: Prorated | None = Field(
        None,
        description="Of what time the value of the other figure is, which counts by the days on which it holds: "
        "period, month, year, or year_by_months (a twelfth for each month). A quota from the 16th of a month of 30 "
        "days is half; two quotas count by their days.",
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> "MeasuredFigure":
        derived = self.measure.figure is not None
        faults = []
        if derived and self.of_customers is not None:
            message = "of_customers is of transactions, and this is made of another figure"
            faults.append(Fault(message, at=("of_customers",), key=True, hint="leave it out"))
        for name in ("activity", "over"):
            given = getattr(self, name) is not None
            if given and derived:
                hint = "leave it out; a measure of transactions says sum or count"
                message = f"{name} is of transactions, and this is made of another figure"
                faults.append(Fault(message, at=(name,), key=True, hint=hint))
            if not given and not derived:
                field = MeasuredFigure.model_fields[name]
                faults.append(
                    Fault(f"{self.figure} does not say {name}", hint=f"`{name}`: {field.description}")
                )
        if self.over is Accumulate.NONE:
            faults.append(Fault("a figure is of some time", at=("over",), hint="say over: period"))
        if self.periods > 1 and self.over is not Accumulate.PERIOD:
            message = f"{self.periods} periods together are not a {self.over or 'figure'}"
            faults.append(
                Fault(message, at=("periods",), key=True, hint="say over: period, or leave periods out")
            )
        if derived and self.lag:
            message = "another figure is as it is, and here it lags"
            faults.append(Fault(message, at=("lag",), key=True, hint="let the figure that is measured lag"))
        if self.prorated is not None and not derived:
            message = "transactions have days of their own; what is prorated is a figure known of the payee"
            hint = "say measure: {figure: quota}, or leave prorated out"
            faults.append(Fault(message, at=("prorated",), key=True, hint=hint))
        if faults:
            refuse(*faults)
        return self

    def component(self) -> Component:
        """What is summed or counted, as a component that pays nothing; growth and units come afterwards.

        Raises:
            ValueError: the figure is made of another one.
        """
        if self.activity is None:
            raise ValueError(f"{self.figure} is not measured of transactions")
        return Component.model_construct(
            name=self.figure,
            activity=self.activity,
            of_customers=self.of_customers,
            measure=self.measure.model_copy(update=dict.fromkeys(_EXPRESSED)),
            scope=Scope.PAYEE,
            accumulate=Accumulate.PERIOD,
            below_zero=BelowZero.REVERSES,
        )

    def __str__(self) -> str:
        """What it is, in words."""
        if self.prorated is not None:
            of = self.prorated.replace("_", " ")
            return f"{self.measure}, a value of the {of} for the days on which it holds"
        if self.over is None:
            return str(self.measure)
        over = f"the last {self.periods} periods" if self.periods > 1 else f"the {self.over}"
        ago = {0: "", 1: ", one period ago"}.get(self.lag, f", {self.lag} periods ago")
        return f"{self.measure} over {over}{ago}"
