"""A pass, compiled: how each side is turned into units, and what makes two of them a pair."""

from dataclasses import dataclass

from recon.matchers.candidates import Pairing
from recon.matchers.gates import Gates
from recon.matchers.units import SideUnits, side_units
from recon.rules.ruleset import Compare, Pass, Side


@dataclass(frozen=True)
class CompiledPass:
    """A pass with everything that its relations are made from."""

    item: Pass
    left: SideUnits
    right: SideUnits
    pairing: Pairing
    calendar: str | None

    def side(self, side: Side) -> SideUnits:
        """The units of a side."""
        return self.left if side == "left" else self.right

    @property
    def sides(self) -> dict[Side, SideUnits]:
        """The units of both sides."""
        return {"left": self.left, "right": self.right}

    @property
    def has_keys(self) -> bool:
        """Whether units are brought together by equal keys and not by words of a text."""
        return bool(self.pairing.keys) and not self.item.contains


def compiled(item: Pass, compare: Compare, currencies: list[str], calendar: str | None) -> CompiledPass:
    """The pass, compiled for the currencies at hand."""
    keys = tuple(f"k{position + 1}" for position in range(len(item.keys)))
    if item.contains:
        keys = (*keys, "word")
    return CompiledPass(
        item=item,
        left=side_units(item, compare, "left"),
        right=side_units(item, compare, "right"),
        pairing=Pairing(keys, Gates(item.within, currencies)),
        calendar=calendar,
    )
