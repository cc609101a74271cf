"""Tolerances as written: amounts per currency, alike both ways or not; windows of days."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from recon.errors import ConfigError
from recon.model.calendars import calendar
from recon.model.money import is_currency
from recon.project.models import ConfigModel, Fault, refuse

Amount = Annotated[Decimal, Field(ge=0, max_digits=24, decimal_places=8)]
DayCount = Annotated[int, Field(ge=0, le=3660)]


class Bounds(ConfigModel):
    """A tolerance that differs by direction, in units of the currency."""

    short: Amount = Field(default=Decimal(0), description="How much less the right side may be.")
    over: Amount = Field(default=Decimal(0), description="How much more the right side may be.")


class Window(ConfigModel):
    """How far the right side's date may lie from the left's."""

    days: DayCount | None = Field(default=None, description="Calendar days, before or after.")
    business: DayCount | None = Field(default=None, description="Business days, before or after.")
    before: DayCount | None = Field(default=None, description="Days that the right may be earlier.")
    after: DayCount | None = Field(default=None, description="Days that the right may be later.")
    calendar: str | None = Field(
        default=None,
        description="Count business days by this country's holidays (NG, KE, ...).",
    )

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> "Window":
        both_ways = [name for name in ("days", "business") if getattr(self, name) is not None]
        one_way = self.before is not None or self.after is not None
        if len(both_ways) + one_way != 1:
            refuse(
                Fault(
                    "a window of days is given once",
                    hint="write {days: 3}, {business: 3, calendar: NG}, or {before: 0, after: 5}",
                )
            )
        if self.calendar is not None and self.days is not None:
            refuse(Fault("calendar days need no calendar", ("calendar",), "write business: instead of days:"))
        try:
            calendar(self.calendar)
        except ConfigError as error:
            unknown = error.problems[0]
            refuse(Fault(unknown.message, ("calendar",), unknown.hint, unknown.code))
        return self

    @property
    def counts_business_days(self) -> bool:
        """Whether only business days count."""
        return self.business is not None or self.calendar is not None

    @property
    def earliest(self) -> int:
        """The smallest right date minus left date that is allowed."""
        return -(self.days or self.business or self.before or 0)

    @property
    def latest(self) -> int:
        """The largest right date minus left date that is allowed."""
        return self.days or self.business or self.after or 0


class DateColumns(ConfigModel):
    """Which date of each side is compared."""

    left: str = Field(default="business_date", description="A date column of the left side.")
    right: str = Field(default="business_date", description="A date column of the right side.")


def currency_faults(amounts: object, name: str) -> list[Fault]:
    """What is wrong with the names of amounts by currency, of a setting of that name; one figure has none."""
    return [
        Fault(f"`{code}` is no currency of ISO 4217", (name, code), _currency_hint(code), key=True)
        for code in (amounts if isinstance(amounts, dict) else ())
        if not is_currency(code)
    ]


def _currency_hint(code: str) -> str:
    if is_currency(code.upper()):
        return f"did you mean `{code.upper()}`?"
    return "write one figure, or figures by currency, such as {NGN: 1.00, USD: 0.01}"


class Within(ConfigModel):
    """How far apart two entries may be and still be the same movement of money."""

    amount: Amount | Bounds | dict[str, Amount | Bounds] | None = Field(
        default=None,
        description="Tolerance on the amount: one figure, {short, over}, or by currency. Exact without.",
    )
    days: DayCount | Window | None = Field(
        default=None, description="Window between the dates. Dates are not compared without."
    )
    dates: DateColumns = Field(
        default_factory=DateColumns, description="Which dates are compared; the business date without."
    )

    @model_validator(mode="after")
    def _by_currency(self) -> "Within":
        if faults := currency_faults(self.amount, "amount"):
            refuse(*faults)
        return self

    @property
    def window(self) -> Window | None:
        """The window in its long form."""
        return Window(days=self.days) if isinstance(self.days, int) else self.days

    def bounds(self, currency: str) -> Bounds:
        """The tolerance for a currency; a currency that is not named must be exact."""
        amount = self.amount.get(currency) if isinstance(self.amount, dict) else self.amount
        if isinstance(amount, Bounds):
            return amount
        return Bounds(short=amount, over=amount) if amount is not None else Bounds()

    @property
    def is_exact(self) -> bool:
        """Whether amounts must be equal in every currency."""
        figures = self.amount.values() if isinstance(self.amount, dict) else [self.amount]
        return not any(
            figure.short or figure.over if isinstance(figure, Bounds) else figure for figure in figures
        )
