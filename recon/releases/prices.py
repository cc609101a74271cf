"""The price list of what is released: the price of a unit by product, currency and tier, from day to day.

This is the author's form, `configs/releases/prices.yaml`, and what it gives for an order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Annotated, Final

from pydantic import Field, model_validator

from recon.model.money import Rounding, is_currency, plain, rounded
from recon.model.wording import money, with_currency
from recon.project.models import ConfigModel, Fault, no_currency, refuse

FILE: Final = "prices.yaml"
Price = Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=8)]
Percent = Annotated[Decimal, Field(ge=0, lt=100, max_digits=9, decimal_places=6)]
Units = Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=8)]
HUNDRED: Final = Decimal(100)


class PriceLine(ConfigModel):
    """The price of one product in one currency."""

    product: str | None = Field(default=None, description="The product, as orders say it; any, without it.")
    currency: str = Field(description="The currency that is paid in.")
    price: Price = Field(description="The price of a unit before the discount.")
    discounts: dict[str, Percent] = Field(
        default_factory=dict,
        description="The discount of each tier in percent; a tier that is not named is not sold to. Without "
        "any, all pay the price.",
    )
    least: Units | None = Field(default=None, description="The fewest units of an order.")
    most: Units | None = Field(default=None, description="The most units of an order.")

    @model_validator(mode="after")
    def _can_be_paid(self) -> "PriceLine":
        if not is_currency(self.currency):
            refuse(no_currency(self.currency, "currency"))
        if self.least is not None and self.most is not None and self.least > self.most:
            refuse(Fault("the fewest units are more than the most", ("least",), code="bounds-crossed"))
        return self


class PriceVersion(ConfigModel):
    """The prices from a day on."""

    effective: date = Field(description="The first day on which they hold.")
    until: date | None = Field(
        default=None, description="The last day on which they hold; without it, until the next version."
    )
    lines: tuple[PriceLine, ...] = Field(
        min_length=1, description="The prices; the first that is for the product and the currency counts."
    )


class PriceList(ConfigModel):
    """What resellers pay for a unit."""

    prices: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")] = Field(description="Name of the list.")
    title: str = Field(default="", description="What reports call it.")
    unit: str = Field(default="units", description="What is sold, such as coins.")
    rounding: Rounding = Field(
        default=Rounding.HALF_EVEN, description="How the price of an order is rounded to the currency's digits."
    )
    versions: tuple[PriceVersion, ...] = Field(
        min_length=1, description="What holds from when on, the oldest first."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "PriceList":
        faults = []
        for place, version in enumerate(self.versions):
            before = self.versions[place - 1] if place else None
            at = ("versions", place, "effective")
            if before is not None and version.effective <= before.effective:
                faults.append(
                    Fault("the version does not come after the one before", at, code="versions-order")
                )
            elif before is not None and before.until is not None and before.until >= version.effective:
                faults.append(
                    Fault(f"the version before holds until {before.until}", at, code="versions-overlap")
                )
            if version.until is not None and version.until < version.effective:
                faults.append(
                    Fault("it ends before it begins", ("versions", place, "until"), code="bounds-crossed")
                )
        if faults:
            refuse(*faults)
        return self

    def on(self, day: date) -> PriceVersion | None:
        """The version that holds on a day."""
        begun = [one for one in self.versions if one.effective <= day]
        if not begun or (begun[-1].until is not None and begun[-1].until < day):
            return None
        return begun[-1]


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order costs by the list: units at the price less the tier's discount, rounded to the currency."""

    effective: date
    unit: str
    units: Decimal
    price: Decimal
    tier: str
    discount: Decimal
    due: Decimal
    currency: str

    def __str__(self) -> str:
        """The price in words."""
        tier = f" ({self.tier})" if self.tier else ""
        less = (f" less {plain(self.discount)}%" if self.discount else "") + tier
        return (
            f"{money(self.units)} at {plain(self.price, self.currency)}{less} = "
            f"{with_currency(self.due, self.currency)}, prices of {self.effective}"
        )

    def paid_for(self, money: Decimal) -> Decimal:
        """How many whole units so much money pays for at this price."""
        each = self.price * (HUNDRED - self.discount) / HUNDRED
        return (money / each).to_integral_value(ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class NoPrice:
    """Why the list has no price for an order."""

    words: str


def quote(
    prices: PriceList, day: date, product: str, currency: str, tier: str | None, units: Decimal
) -> Quote | NoPrice:
    """What units of a product cost a tier on a day; `tier` is None where resellers have none."""
    version = prices.on(day)
    if version is None:
        return NoPrice(f"no prices hold on {day}")
    fitting = (one for one in version.lines if one.currency == currency and one.product in {None, product})
    line = next(fitting, None)
    if line is None:
        return NoPrice(f"the prices of {version.effective} have none for {product or 'it'} in {currency}")
    if why := next(_beyond(line, units), None):
        return NoPrice(f"{why} by the prices of {version.effective}")
    if line.discounts and (tier or "") not in line.discounts:
        whom = f"the tier {tier}" if tier else "resellers without a tier"
        return NoPrice(f"the prices of {version.effective} have none for {whom}")
    discount = line.discounts.get(tier or "", Decimal(0))
    exact = units * line.price * (HUNDRED - discount) / HUNDRED
    due = rounded(exact, currency, prices.rounding)
    return Quote(version.effective, prices.unit, units, line.price, tier or "", discount, due, currency)


def _beyond(line: PriceLine, units: Decimal) -> Iterator[str]:
    if line.least is not None and units < line.least:
        yield f"{money(units)} are fewer than the {money(line.least)} of the smallest order"
    if line.most is not None and units > line.most:
        yield f"{money(units)} are more than the {money(line.most)} of the largest order"
