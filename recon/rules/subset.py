"""A pass without a key, as written: entries that nothing but their sum brings together, on one side or on both."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from recon.project.models import ConfigModel, Fault, refuse
from recon.rules.tolerance import Within

DEFAULT_CHANCE = Decimal("0.01")
_HINTS = {"ambiguous": "remove it; several sets that add up are always listed"}
MOST_LOOKED_FOR = 8
"""Larger sets are not looked for one by one: every pool has some that add up to anything."""


class Subset(ConfigModel):
    """Several entries that add up to one of the other side, or to several, without a key that says which."""

    many: Literal["left", "right", "both"] = Field(
        description="The side whose entries are added up, each sum compared with one entry of the other; both: sums "
        "of either side with sums of the other."
    )
    groups: tuple[str | tuple[str, ...], ...] = Field(
        default=(),
        description="Natural groups, tried whole, the most telling first: a column, or several that make a group "
        "together. An expression such as left(ref_merchant, 6) may stand for a column. Under many: both they are "
        "groups of either side, and all that `same` leaves together is tried whole after them.",
    )
    runs: bool = Field(
        default=True,
        description="Whether to try unbroken runs of the entries in the order of date and time, inside each natural "
        "group and over all; under many: both runs of either side at once.",
    )
    most: Annotated[int, Field(ge=0, le=MOST_LOOKED_FOR)] = Field(
        default=5,
        description="Entries that a set may have (of either side) to be looked for one by one in a small pool; 0 "
        "leaves that out.",
    )
    chance: Annotated[Decimal, Field(ge=0, le=1)] = Field(
        default=DEFAULT_CHANCE,
        description="A match counts only when fewer sets than this are expected to add up by coincidence.",
    )

    @property
    def summed(self) -> Literal["left", "right"]:
        """The side that is added up where it is one."""
        return "right" if self.many == "right" else "left"

    def adds(self, side: Literal["left", "right"]) -> bool:
        """Whether entries of a side are added up."""
        return self.many in {side, "both"}

    @property
    def specs(self) -> tuple[tuple[str, ...], ...]:
        """The natural groups, each with its columns."""
        return tuple((group,) if isinstance(group, str) else group for group in self.groups)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all natural groups, each once."""
        return tuple(dict.fromkeys(name for spec in self.specs for name in spec))


def check_subset(subset: Subset, within: Within, same: object, others: Mapping[str, object]) -> None:
    """Refuse what cannot stand beside `subset:`; `others` are the settings of the pass that it excludes, by name.

    Raises:
        PydanticCustomError: with every fault, each at its place in the pass.
    """
    faults = [
        Fault(f"`{name}` cannot stand beside `subset`", (name,), _HINTS.get(name, "give it a pass of its own"))
        for name, value in others.items()
        if value
    ]
    if not (same or within.days is not None):
        faults.append(
            Fault(
                "nothing narrows the entries that may add up",
                ("subset",),
                "add same: with a column that both sides have, or within: {days: 3}",
            )
        )
    if subset.many != "both" and not (subset.groups or subset.runs or subset.most):
        faults.append(
            Fault("the pass tries nothing", ("subset",), "name groups:, or leave runs or most as they are")
        )
    faults += [
        Fault(
            "a natural group names no columns", ("subset", "groups", position), "write [business_date, account]"
        )
        for position, spec in enumerate(subset.specs)
        if not spec
    ]
    if faults:
        refuse(*faults)
