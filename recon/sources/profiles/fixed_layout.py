"""Where the columns of a fixed-width record are: the `fixed:` section of a profile's layout."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.project.models import ConfigModel

_RANGE: Final = re.compile(r"([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?")


def place_of(text: str) -> tuple[int, int]:
    """First and last position of `5-15`, counted from 1; `5` is one position.

    Raises:
        ValueError: it is neither.
    """
    found = _RANGE.fullmatch(text.strip())
    if not found or int(found[2] or found[1]) < int(found[1]):
        raise ValueError(f'"{text}" is no place in a record; write first and last position, as 5-15')
    return int(found[1]), int(found[2] or found[1])


def _places(value: dict[str, str]) -> dict[str, str]:
    taken: list[tuple[int, int, str]] = []
    for name, text in value.items():
        first, last = place_of(text)
        for other_first, other_last, other in taken:
            if first <= other_last and other_first <= last:
                raise ValueError(f"{name} ({text}) and {other} ({other_first}-{other_last}) overlap")
        taken.append((first, last, name))
    return value


Places = Annotated[dict[str, str], AfterValidator(_places)]
"""Names and their places, `5-15`, which do not overlap."""


class FixedLayout(ConfigModel):
    """Records in which every column has its place."""

    columns: Places = Field(
        min_length=1, description="Names of the columns and their places: first and last position, from 1."
    )
    units: Literal["characters", "bytes"] = Field(
        default="characters",
        description="What positions count. Files in GBK and the like count bytes; a Chinese character has two.",
    )
    record_length: int | None = Field(
        default=None, ge=1, le=100_000, description="Bytes of each record, in a file that has no line ends."
    )
    rows: list[str] = Field(
        default_factory=list,
        description="How records of transactions begin; without it all records that are not named otherwise.",
    )
    others: list[str] = Field(
        default_factory=list,
        description="How records begin that are no transactions, such as trailers; where `rows` is given, a record of "
        "any other kind is refused.",
    )
    carry: dict[str, Places] = Field(
        default_factory=dict,
        description="How records begin that say something about the rows below them, and the places of what becomes "
        "further columns of these rows.",
    )

    @model_validator(mode="after")
    def _apart(self) -> "FixedLayout":
        for name in self.carried:
            if name in self.columns:
                raise ValueError(f"{name} stands under both `columns` and `carry`; give one another name")
        return self

    @property
    def carried(self) -> dict[str, str]:
        """The names that other records bring, each empty as before the first of them."""
        return {name: "" for places in self.carry.values() for name in places}

    @property
    def names(self) -> tuple[str, ...]:
        """All columns of a row."""
        return (*self.columns, *self.carried)

    @property
    def width(self) -> int:
        """The last position that a column has."""
        return max(place_of(text)[1] for text in self.columns.values())
