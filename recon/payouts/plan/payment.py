"""When and how what was earned is paid: rounding, holds, reserves, minimum, negative balances, currency."""

from enum import StrEnum

from pydantic import Field, model_validator

from recon.errors import ConfigError
from recon.model.calendars import calendar
from recon.model.money import Rounding
from recon.payouts.plan.values import Name, NotNegative, Percent, Positive
from recon.payouts.rows import plain
from recon.project.models import ConfigModel, Fault, refuse


class RoundAt(StrEnum):
    """Where amounts are rounded to what can be paid."""

    LINE = "line"
    PAYEE = "payee"
    """What a payee has of each who is credited: a manager of two agents has two amounts."""
    TOTAL = "total"
    """All that a payee has in the period, of whoever is credited."""
    NEVER = "never"
    """Nowhere: exact amounts are handed on, and rounded where they are paid."""


class Remainder(StrEnum):
    """Who receives the cents that shares leave over."""

    LARGEST_REMAINDER = "largest_remainder"
    FIRST = "first_in_order"
    LARGEST_SHARE = "largest_share"


class RoundingRule(ConfigModel):
    """Where and how amounts are rounded; the difference is always a row of its own."""

    at: RoundAt = Field(
        description="line, payee (what a payee has of each who is credited), total (all that a payee has), or never."
    )
    mode: Rounding = Field(
        Rounding.HALF_EVEN,
        description="half_even, half_up, half_down (halves towards zero), up (away from zero), down (towards zero), "
        "ceiling (towards plus infinity) or floor (towards minus infinity).",
    )
    places: int | None = Field(
        None, ge=0, le=8, description="Digits after the point; without it, those of the currency (ISO 4217)."
    )
    to: Positive | None = Field(
        None,
        description="The smallest amount that can be paid, such as 0.05: amounts are rounded to multiples of it.",
    )
    remainder: Remainder = Field(
        Remainder.LARGEST_REMAINDER, description="Who receives the cents that shares leave over."
    )

    @property
    def by_payee(self) -> bool:
        """Whether what payees have is rounded, and not each line."""
        return self.at in {RoundAt.PAYEE, RoundAt.TOTAL}

    @model_validator(mode="after")
    def _one_unit(self) -> "RoundingRule":
        if self.to is not None and self.places is not None:
            message = f"places: {self.places} and to: {plain(self.to)} both say how finely amounts are rounded"
            refuse(Fault(message, at=("to",), hint="keep one of them", key=True))
        if self.to is not None and self.at is RoundAt.NEVER:
            message = f"multiples of {plain(self.to)} are rounded to, and this plan never rounds"
            refuse(Fault(message, at=("to",), hint="say at: payee or at: line, or leave to out", key=True))
        return self


class Hold(ConfigModel):
    """How long an earned amount waits before it is paid: exactly one condition."""

    after_days: int | None = Field(None, ge=0, description="Calendar days after it was earned.")
    after_months: int | None = Field(None, ge=0, description="Calendar months after it was earned.")
    after_payments: int | None = Field(None, ge=1, description="After so many payments by the customer.")
    after_business_days: int | None = Field(
        None,
        ge=0,
        description="T+n: so many business days after the day of each entry; what is on no entry of its own counts "
        "as of the period's last day.",
    )
    calendar: str | None = Field(
        None, description="The country whose business days count (CN, NG, ...); Monday to Friday without it."
    )
    exempt: tuple[Name, ...] = Field((), description="Kinds of lines that never wait, such as clawback.")

    @model_validator(mode="after")
    def _one(self) -> "Hold":
        ways = ("after_days", "after_months", "after_payments", "after_business_days")
        if sum(getattr(self, name) is not None for name in ways) != 1:
            message = f"a hold waits for one of {', '.join(ways)}: one amount has one due day"
            refuse(Fault(message, hint="keep one of them"))
        if self.calendar is not None and self.after_business_days is None:
            message = "a calendar says which days are business days, and none are counted"
            hint = "say after_business_days, or leave the calendar out"
            refuse(Fault(message, at=("calendar",), hint=hint, key=True))
        if self.calendar is not None:
            _known_calendar(self.calendar)
        return self


def _known_calendar(name: str) -> None:
    try:
        calendar(name)
    except ConfigError as error:
        problem = error.problems[0]
        refuse(Fault(problem.message, at=("calendar",), hint=problem.hint, code=problem.code))


class Reserve(ConfigModel):
    """A part of each payout kept back against later refunds and chargebacks."""

    percent: Percent = Field(description="Percent of the payout kept back.")
    release_after_days: int = Field(ge=1, description="Calendar days after which it is released.")


class Minimum(ConfigModel):
    """The least balance that is paid out."""

    amount: NotNegative = Field(description="The least balance that is paid.")
    below: str = Field(
        pattern="^(carry|forfeit)$",
        description="Whether a smaller balance is carried or forfeited; what is "
        "carried is paid once the plan has ended.",
    )


class Fx(ConfigModel):
    """The rate at which earnings become the currency of the payout."""

    to: str = Field(pattern="^[A-Z]{3}$", description="The currency paid (ISO 4217).")
    rate_of: str = Field(
        pattern="^(day_earned|period_end|day_paid)$", description="The day whose rate is used and frozen."
    )
    source: str = Field(min_length=1, description="The table the rate comes from.")


class Every(StrEnum):
    """How long the periods are for which a plan pays."""

    DAY = "day"
    WEEK = "week"
    """Monday to Sunday."""
    HALF_MONTH = "half_month"
    """The 1st to the 15th, and the 16th to the end of the month."""
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Payment(ConfigModel):
    """When and how what was earned is paid."""

    every: Every | None = Field(
        None,
        description="The periods for which it pays: day, week (from Monday), half_month (to the 15th, and from the "
        "16th), month, quarter, half_year or year. `recon payouts due` lists them, and others are refused. Without it, "
        "whatever period is asked for.",
    )
    negative: str = Field(
        pattern="^(carry|nothing)$",
        description="A balance below zero is carried against later earnings, or forgotten (nothing).",
    )
    recover_percent: Percent | None = Field(
        None,
        description="How much of what a period pays goes into what is owed, in percent: a balance below zero that is "
        "carried, and what the period takes back. Without it, all of it; the rest stays owed.",
    )
    recover_at_most: Positive | None = Field(
        None, description="The most of what a period pays that goes into what is owed; the rest stays owed."
    )
    open_break: str = Field(
        pattern="^(hold|pay)$",
        description="Whether an open break on an entry holds what rests on it until the break is resolved.",
    )
    hold: Hold | None = Field(None, description="How long amounts wait.")
    reserve: Reserve | None = Field(None, description="What is kept back against refunds.")
    minimum: Minimum | None = Field(None, description="The least balance that is paid out.")
    fx: Fx | None = Field(None, description="The currency of the payout, when it is another.")

    @property
    def spares(self) -> bool:
        """Whether a period pays although more is owed."""
        return self.recover_percent is not None or self.recover_at_most is not None

    @model_validator(mode="after")
    def _recovers_something(self) -> "Payment":
        if self.recover_percent == 0:
            message = "recover_percent: 0 takes nothing off any payment, so that what is owed stays so for ever"
            hint = "raise it, or say negative: nothing to forget what is below zero"
            refuse(Fault(message, at=("recover_percent",), hint=hint))
        if self.spares and self.negative != "carry":
            name = "recover_percent" if self.recover_percent is not None else "recover_at_most"
            message = f"{name} says how what is owed is paid back, and negative: {self.negative} forgets it"
            refuse(Fault(message, at=(name,), hint="say negative: carry, or leave it out", key=True))
        return self
