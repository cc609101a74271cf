"""Commission by the time of a customer: the first months, days or sales of each, or what comes after them."""

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pydantic import Field, model_validator

from recon.payouts.plan.measures import Activity
from recon.payouts.plan.sharing import Ownership
from recon.payouts.plan.values import Name
from recon.project.models import ConfigModel, Fault, refuse

if TYPE_CHECKING:
    from recon.payouts.plan.plan import Plan

UNITS: Final = ("months", "days", "sales")
LONGEST: Final = 10_000
"""Days or sales; 1,200 months."""
MARK: Final = "counts"
"""What a word of an entry says, named like the customers' time, where the entry lies within it."""


class ForEach(StrEnum):
    """Whose first sale it is."""

    CUSTOMER = "customer"
    """A customer begins once, whoever is credited with the sale: whoever takes over goes on with the time left."""
    WITH_PAYEE = "customer_and_payee"
    """A customer begins anew with each payee who is credited with a sale."""


class WhollyRefunded(StrEnum):
    """What a sale is that refunds or chargebacks undo as a whole."""

    STARTS = "starts"
    """A sale like any other."""
    NOT = "does_not_start"
    """None: the next sale that stands is the first, and takes its place."""


class Customers(ConfigModel):
    """Who the customers are, and with what each of them begins."""

    word: Name = Field(description="The word of an entry that names its customer, such as customer.")
    start: Activity = Field(
        description="The sales by which somebody becomes a customer: the first of them, and each counts as one of the "
        "first sales. They may be of any currency and of days before the plan."
    )
    wholly_refunded: WhollyRefunded = Field(
        description="Whether a sale that refunds or chargebacks undo as a whole starts a customer (starts), or "
        "the next one does (does_not_start)."
    )
    for_each: ForEach = Field(
        description="Whether a customer begins once (customer), or anew with each payee (customer_and_payee)."
    )
    since: Name | None = Field(
        None,
        description="The word of an entry that says since when its customer is one, as 2026-10-01, where that is "
        "before the first sale.",
    )

    def __str__(self) -> str:
        """Who the customers are, in words."""
        whose = "" if self.for_each is ForEach.CUSTOMER else ", anew with each payee"
        undone = "starts" if self.wholly_refunded is WhollyRefunded.STARTS else "does not start"
        since = f", or on the day that {self.since} says" if self.since else ""
        return f"named by {self.word}{whose}; a wholly refunded sale {undone} one{since}"


class Stretch(ConfigModel):
    """A length of a customer's time: months, days or sales."""

    months: int | None = Field(None, ge=1, le=1200, description="Months from the day of the first sale on.")
    days: int | None = Field(None, ge=1, le=LONGEST, description="Days, that of the first sale included.")
    sales: int | None = Field(None, ge=1, le=LONGEST, description="Sales, the first one included.")

    @model_validator(mode="after")
    def _one(self) -> "Stretch":
        given = [name for name in UNITS if getattr(self, name) is not None]
        if len(given) != 1:
            message = "a customer's time is one of months, days, sales"
            refuse(Fault(message, hint="say one, as in {months: 12}; `first` and `after` may differ in it"))
        return self

    @property
    def unit(self) -> str:
        """Months, days or sales."""
        return next(name for name in UNITS if getattr(self, name) is not None)

    @property
    def length(self) -> int:
        """How many of them."""
        return int(getattr(self, self.unit))

    def __str__(self) -> str:
        """The length in words."""
        return f"{self.length} {self.unit if self.length > 1 else self.unit[:-1]}"


class OfCustomers(ConfigModel):
    """Which part of each customer's time counts: the first so much, what comes after it, or what lies between."""

    first: Stretch | None = Field(None, description="The first so many months, days or sales of each customer.")
    after: Stretch | None = Field(None, description="What comes after so many months, days or sales of each.")

    @model_validator(mode="after")
    def _something(self) -> "OfCustomers":
        if self.first is None and self.after is None:
            hint = "say first: {months: 12}, after: {months: 12}, or both for what lies between"
            refuse(Fault("does not say which part of a customer's time counts", hint=hint))
        first, after = self.first, self.after
        if first and after and first.unit == after.unit and first.length <= after.length:
            message = f"after {after} nothing is left of the first {first}: it would never pay anything"
            refuse(
                Fault(
                    message, at=("after",), hint="`first` is counted from the first sale too, and is the longer"
                )
            )
        return self

    @property
    def unit(self) -> str | None:
        """Months, days or sales; None where its ends are of two."""
        units = {one.unit for one in (self.first, self.after) if one is not None}
        return units.pop() if len(units) == 1 else None

    @property
    def begins(self) -> int:
        """How many months, days or sales come before it."""
        return self.after.length if self.after is not None else 0

    @property
    def ends(self) -> int | None:
        """With how many it ends; None where it goes on."""
        return self.first.length if self.first is not None else None

    @property
    def name(self) -> str:
        """The word of an entry that says whether it lies within this."""
        return f"of customers: {self}"

    def __str__(self) -> str:
        """Which part, in words."""
        if self.first is None:
            return f"after {self.after}"
        first = self.first if self.first.length > 1 else self.first.unit[:-1]
        return f"the first {first}" + (f", after {self.after}" if self.after else "")


def wrong_customers(plan: "Plan", *, rates_fees: bool) -> Iterator[Fault]:
    """What is wrong with the customers of a plan and what looks at them."""
    customers, credit = plan.customers, plan.credit
    looking = [("components", at) for at, one in enumerate(plan.components) if one.of_customers is not None]
    looking += [("figures", at) for at, one in enumerate(plan.figures) if one.of_customers is not None]
    if customers is None:
        for at in looking:
            message = "counts a part of customers' time, and the plan does not say who they are or what they begin with"
            hint = "say customers: {word: customer, start: {…}, wholly_refunded: …, for_each: …} in the plan"
            yield Fault(message, at=(*at, "of_customers"), hint=hint, key=True)
        return
    if not looking:
        hint = "say of_customers: {first: {months: 12}} in a component, or leave customers out"
        yield Fault("nothing in the plan looks at customers", at=("customers",), hint=hint, key=True)
    if rates_fees:
        message = "a rate card looks at each entry alone, and a customer's time is of several"
        yield Fault(message, at=("customers",), hint="leave customers and of_customers out", key=True)
    moves = credit.owner_of is not None and credit.when_moved is Ownership.AT_PAYOUT
    if moves and customers.for_each is ForEach.WITH_PAYEE:
        message = (
            "who owns at the end of a period is credited, and sales of other periods may be of others by then"
        )
        hint = f"say for_each: {ForEach.CUSTOMER}, or when_moved: {Ownership.AT_TRANSACTION}"
        yield Fault(message, at=("customers", "for_each"), hint=hint)
