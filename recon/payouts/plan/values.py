"""Numbers, names and conditions as a plan writes them."""

import re
from calendar import month_name
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from recon.model.money import SCALE
from recon.project.models import ConfigModel, Fault, refuse

Number = Annotated[Decimal, Field(max_digits=24, decimal_places=SCALE)]
"""An exact decimal of up to 16 digits before and 8 after the point."""

Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
Percent = Annotated[Number, Field(ge=0, le=100)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
"""A name of a plan, component, level, party or figure."""


CALENDAR_YEAR: Final = "01-01"
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")


def _of_every_year(text: str) -> str:
    """The month and day, where every year has them."""
    found = _MONTH_DAY.fullmatch(text)
    if found is None:
        refuse(Fault(f"`{text}` is no month and day", hint='write two digits of each, as in "04-01"'))
    if text == "02-29":
        message = "02-29 is only in leap years, and a year begins every year"
        refuse(Fault(message, hint='write "02-28" or "03-01"'))
    try:
        date(2001, int(found[1]), int(found[2]))
    except ValueError:
        refuse(Fault(f"{text} is in no calendar", hint='write the month first, as in "04-06" for 6 April'))
    return text


def month_day_words(text: str) -> str:
    """A month and day as people say it, such as 1 April."""
    month, day = (int(part) for part in text.split("-"))
    return f"{day} {month_name[month]}"


MonthDay = Annotated[str, AfterValidator(_of_every_year)]
"""A day of every year, as 04-01 for 1 April."""


class Limits(ConfigModel):
    """A condition on a number: every bound that is given must hold."""

    at_least: Number | None = Field(None, description="The number itself or more.")
    over: Number | None = Field(None, description="More than the number.")
    at_most: Number | None = Field(None, description="The number itself or less.")
    below: Number | None = Field(None, description="Less than the number.")

    @model_validator(mode="after")
    def _says_something(self) -> "Limits":
        if not self.model_fields_set:
            refuse(Fault("the condition is empty", hint="give at least one of at_least, over, at_most, below"))
        return self

    def holds(self, value: Decimal) -> bool:
        """Whether the value satisfies every bound."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.over is None or value > self.over)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )

    def __str__(self) -> str:
        """The condition in words."""
        words = {"at_least": "at least", "over": "over", "at_most": "at most", "below": "below"}
        return " and ".join(
            f"{words[name]} {getattr(self, name)}" for name in words if getattr(self, name) is not None
        )


Item = TypeVar("Item")


def _some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    if not items:
        refuse(Fault("the list is empty", hint="give at least one"))
    return items


Some = Annotated[tuple[Item, ...], AfterValidator(_some), Field(json_schema_extra={"minItems": 1})]
"""A list of at least one; its length is looked at only once its items are right."""

Condition = dict[str, str | list[str] | Limits]
"""Named fields and what each must be: a text, one of several texts, or a number within bounds."""
