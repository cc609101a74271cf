"""A pass for what no other pass could pair: everything that speaks for two entries, weighed together, as written."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from recon.project.models import ConfigModel, Fault, refuse
from recon.rules.tolerance import Within

Columns = tuple[str, ...] | dict[str, str]


class Likely(ConfigModel):
    """What an entry might be, though neither its reference nor its amount or day need be right."""

    references: Columns = Field(
        default=(),
        description="Columns that name the same transaction on both sides: [ref_merchant], or {left column: right "
        "column}. They may be cut off, miss a prefix, or hold up to two typing errors.",
    )
    names: Columns = Field(
        default=(), description="Names of the same party on both sides: [counterparty_name], or {left: right}."
    )
    at_least: Annotated[int, Field(ge=30, le=100)] = Field(
        default=45, description="How many points of a hundred must speak for a pair before it is suggested."
    )

    @property
    def reference_pairs(self) -> tuple[tuple[str, str], ...]:
        """The references, left and right."""
        return _pairs(self.references)

    @property
    def name_pairs(self) -> tuple[tuple[str, str], ...]:
        """The names, left and right."""
        return _pairs(self.names)

    def columns(self, side: str) -> tuple[str, ...]:
        """The columns that are read on a side."""
        place = 0 if side == "left" else 1
        return tuple(pair[place] for pair in (*self.reference_pairs, *self.name_pairs))


def _pairs(columns: Columns) -> tuple[tuple[str, str], ...]:
    return tuple(columns.items()) if isinstance(columns, dict) else tuple((name, name) for name in columns)


def check_likely(likely: Likely, within: Within, confirm: str | None, others: Mapping[str, object]) -> None:
    """Refuse what cannot stand beside `likely:`; `others` are the settings of the pass that it excludes, by name.

    Raises:
        PydanticCustomError: with every fault, each at its place in the pass.
    """
    faults = [
        Fault(f"`{name}` cannot stand beside `likely`", (name,), "give it a pass of its own")
        for name, value in others.items()
        if value
    ]
    if not likely.references:
        hint = "write references: [ref_merchant], or {left column: right column}"
        faults.append(Fault("it does not say which references to compare", ("likely", "references"), hint))
    if len(likely.name_pairs) > 1:
        faults.append(Fault("one name is compared on each side", ("likely", "names"), "name the most telling"))
    if within.days is None:
        hint = "add within: {days: 10}; pairs with a shared reference may lie further apart"
        faults.append(Fault("it does not say how far apart days may be", ("within", "days"), hint))
    if within.amount is not None:
        faults.append(Fault("amounts are weighed here, not bounded", ("within", "amount"), "leave it out"))
    if confirm == "automatic":
        faults.append(Fault("what is only likely is never confirmed", ("confirm",), "leave it out"))
    if faults:
        refuse(*faults)
