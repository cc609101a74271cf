"""What is paid for what is measured: a rate never stands without its unit."""

from enum import StrEnum

from pydantic import Field, model_validator

from recon.payouts.plan.values import Name, Number, Positive
from recon.project.models import ConfigModel, Fault, refuse


class Partial(StrEnum):
    """What becomes of a block that is only partly filled."""

    UP = "round_up"
    DOWN = "round_down"


class Rate(ConfigModel):
    """One way of paying for a base or for units, with a flat amount beside it if wanted."""

    percent: Number | None = Field(None, description="Percent of the base.")
    bps: Number | None = Field(None, description="Hundredths of a percent of the base.")
    per_unit: Number | None = Field(None, description="Amount for each unit of the measure.")
    per_block: Number | None = Field(None, description="Amount for each block of units; needs block.")
    block: Positive | None = Field(None, description="How many units make one block.")
    partial_block: Partial | None = Field(None, description="Whether a partly filled block counts.")
    multiple: Number | None = Field(
        None, description="Multiple of the target, for each hundred points of attainment; needs target."
    )
    target: Name | None = Field(None, description="The payee's figure that a multiple is of.")
    percent_of: Name | None = Field(
        None, description="The transaction's own figure that holds the percent paid (its contracted rate)."
    )
    minus_percent: Number | None = Field(None, description="Percentage points taken off percent_of.")
    flat: Number | None = Field(
        None, description="Amount paid once: for each transaction, or once for each band that is entered."
    )

    @model_validator(mode="before")
    @classmethod
    def _has_a_unit(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError(_BARE.format(value))
        if isinstance(value, dict) and "rate" in value and "rate" not in cls.model_fields:
            raise ValueError(_BARE.format(value["rate"]))
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> "Rate":
        kinds = [name for name in _KINDS if getattr(self, name) is not None]
        if len(kinds) > 1:
            message = f"{' and '.join(kinds)} cannot stand together: a rate has one unit"
            refuse(Fault(message, at=(kinds[1],), key=True, hint="keep one; a flat amount may stand beside it"))
        for needing, other, why, hint in _TOGETHER:
            if (getattr(self, needing) is None) != (getattr(self, other) is None):
                refuse(Fault(f"{needing} and {other} belong together: {why}", hint=hint))
        self._pays_something(kinds)
        return self

    def _pays_something(self, kinds: list[str]) -> None:
        if not kinds and self.flat is None:
            raise ValueError(f"says nothing of what is paid: give one of {', '.join(_KINDS)}, flat")

    def __str__(self) -> str:
        """The rate in words, as explanations and `plans show` print it."""
        parts = []
        if self.percent is not None:
            parts.append(f"{self.percent}%")
        if self.bps is not None:
            parts.append(f"{self.bps} bps")
        if self.per_unit is not None:
            parts.append(f"{self.per_unit} per unit")
        if self.per_block is not None:
            how = "" if self.partial_block is Partial.DOWN else " started"
            parts.append(f"{self.per_block} per{how} block of {self.block}")
        if self.multiple is not None:
            parts.append(f"{self.multiple} x {self.target} per 100 points")
        if self.percent_of is not None:
            parts.append(f"{self.percent_of} less {self.minus_percent} points")
        if self.flat is not None and (self.flat or not parts):
            parts.append(f"{self.flat} flat")
        return " + ".join(parts)


_KINDS = ("percent", "bps", "per_unit", "per_block", "multiple", "percent_of")
_TOGETHER = (
    (
        "per_block", "block", "an amount per block is nothing until it is said how large a block is",
        "give both, as in per_block: 5, block: 100, partial_block: round_up",
    ),
    (
        "per_block", "partial_block", "250 units in blocks of 100 could pay for two blocks or for three",
        "say partial_block: round_up to pay for a started block, round_down not to",
    ),
    ("multiple", "target", "it is not said of which amount", "name the payee's figure, as in target: bonus"),
    (
        "percent_of", "minus_percent", "it is not said what the house keeps of the contracted percent",
        "say minus_percent: 0 to pay it whole",
    ),
)  # fmt: skip
"""Settings of which one is worth nothing without the other: what stays open, and what to write."""
_BARE = (
    "{0} is a rate without a unit: 0.5 could be half a percent or half of everything; "
    "write percent: {0}, bps: {0}, per_unit: {0} or flat: {0}"
)
