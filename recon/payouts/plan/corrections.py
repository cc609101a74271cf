"""What happens to a commission when the sale behind it is refunded, charged back, or known better later."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise

from pydantic import Field, model_validator

from recon.payouts.plan.values import Percent
from recon.project.models import ConfigModel, Fault, refuse


class Reversal(StrEnum):
    """At which rate a refunded sale takes its commission back."""

    ORIGINAL_RATE = "original_rate"
    """At the rate that its own lines were paid."""
    RECOMPUTE = "recompute"
    """The period is computed again without it; the difference is taken back, caps and floors included."""
    BLENDED = "blended"
    """At the average rate of the period's payout."""
    LIFO = "lifo"
    """From the highest band reached downwards."""


class ClawbackStep(ConfigModel):
    """How much is taken back of a sale that is undone within some time; the last day counts as within."""

    within_days: int | None = Field(
        None, ge=0, le=36_500, description="Up to this many days after the day of the sale."
    )
    within_months: int | None = Field(
        None, ge=1, le=1_200, description="Up to the same day so many months after the sale."
    )
    percent: Percent = Field(description="The percent of the commission that is taken back.")

    @model_validator(mode="after")
    def _one_time(self) -> "ClawbackStep":
        if (self.within_days is None) == (self.within_months is None):
            message = "a step says within_days or within_months: until when it holds must be one day"
            refuse(Fault(message, hint="give one of the two, such as within_days: 90"))
        return self

    @property
    def time(self) -> str:
        """The time in words."""
        count, unit = (
            (self.within_days, "day") if self.within_days is not None else (self.within_months, "month")
        )
        return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


class Corrections(ConfigModel):
    """How refunds, chargebacks and late facts change what was paid."""

    reversal: Reversal = Field(description="At which rate a refunded sale takes its commission back.")
    books_in: str = Field(
        description="Into which period a correction is booked: always period_of_correction; what is closed stays."
    )
    attainment: str = Field(
        pattern="^(kept|reduced)$",
        description="Whether a reversal also lowers the attainment of the sale's period.",
    )
    closed_periods: str = Field(
        pattern="^(delta|period_preserving)$",
        description="A late fact of a closed period: one delta in the open one, or each period reversed and redone.",
    )
    full_clawback_months: int | None = Field(
        None, ge=1, description="The contract's months; a cancellation takes back the part not served."
    )
    clawback_schedule: tuple[ClawbackStep, ...] = Field(
        (),
        description="How much is taken back by the time since the sale, the shortest time first, such as 100% within "
        "90 days and 50% within 180; after the last nothing is. Not with full_clawback_months.",
    )
    reasons: tuple[str, ...] = Field((), description="The reason codes a manual clawback may have.")
    description_required: bool = Field(True, description="Whether a manual clawback needs a description.")

    @model_validator(mode="after")
    def _one_share(self) -> "Corrections":
        faults = list(self._of_schedule())
        if self.books_in != "period_of_correction":
            message = f"{self.books_in} would change what a closed period paid, and that is never changed"
            hint = "say books_in: period_of_correction; each correction names the period that it is about"
            faults.append(Fault(message, at=("books_in",), hint=hint))
        if faults:
            refuse(*faults)
        return self

    def _of_schedule(self) -> Iterator[Fault]:
        """What of the schedule leaves it open how much is taken back."""
        at = ("clawback_schedule",)
        if "clawback_schedule" in self.model_fields_set and not self.clawback_schedule:
            message = "the schedule is empty: it would not be said how much is taken back"
            hint = (
                "give it a step, such as {within_days: 90, percent: 100}; without a schedule all is taken back"
            )
            yield Fault(message, at=at, hint=hint)
        if self.clawback_schedule and self.full_clawback_months is not None:
            message = "clawback_schedule and full_clawback_months both say how much of a sale is taken back"
            yield Fault(message, at=at, hint="keep one of the two", key=True)
        for position, (before, after) in enumerate(pairwise(self.clawback_schedule), start=1):
            own = (*at, position)
            if (before.within_days is None) != (after.within_days is None):
                message = (
                    "counts in another unit than the one before: which of them ends first depends on the sale"
                )
                yield Fault(message, at=own, hint="say all steps in days, or all in months")
            elif (after.within_days or after.within_months or 0) <= (
                before.within_days or before.within_months or 0
            ):
                message = f"within {after.time} comes after within {before.time}: it would never hold"
                yield Fault(message, at=own, hint="put the shortest time first, and each time once")
