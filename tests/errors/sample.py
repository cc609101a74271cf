"""A small model that has one of everything, for cases about how settings are read."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from recon.project.models import ConfigModel, Fault, refuse


class Tolerance(ConfigModel, use_attribute_docstrings=True):
    """How far two values may lie apart."""

    amount: Decimal | dict[str, Decimal] = Decimal(0)
    """Largest difference, for all currencies or for each."""
    days: int = Field(0, ge=0)
    """Largest distance of the dates."""


class Same(ConfigModel, use_attribute_docstrings=True):
    """Equal keys."""

    kind: Literal["same"]
    """Kind of step."""
    keys: tuple[str, ...] = Field(min_length=1)
    """Fields that must be equal."""
    within: Tolerance = Tolerance()
    """How far the rest may lie apart."""


class Where(ConfigModel, use_attribute_docstrings=True):
    """A condition."""

    kind: Literal["where"]
    """Kind of step."""
    where: str = Field(min_length=1)
    """The condition."""

    @model_validator(mode="after")
    def _one_expression(self) -> "Where":
        if ";" in self.where:
            refuse(Fault("one expression only", ("where",), "delete the `;`", "two-expressions"))
        return self


class Sample(ConfigModel, use_attribute_docstrings=True):
    """A file of settings."""

    name: str
    """What the file is called."""
    effective: date | None = None
    """First day it is in force."""
    active: bool = True
    """Whether it is used."""
    cutoff: Literal["midnight", "noon"] = "midnight"
    """When a day ends."""
    limit: int | Literal["none"] = "none"
    """How many."""
    steps: tuple[Annotated[Same | Where, Field(discriminator="kind")], ...] = ()
    """What is done, in this order."""
