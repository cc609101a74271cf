"""A pass, compiled: how each side is turned into units, and what makes two of them a pair."""

from dataclasses import dataclass

from recon.matchers.comparing.beginnings import begin_alike, counts_alone
from recon.matchers.comparing.figures import names_for_sure
from recon.matchers.comparing.gates import Gates
from recon.matchers.comparing.keys import ignores_zeros
from recon.matchers.comparing.likely import likelihood
from recon.matchers.comparing.likeness import NAME, Likeness
from recon.matchers.comparing.units import SideUnits, side_units
from recon.matchers.comparing.where import PairCheck, pair_check
from recon.matchers.pairing.candidates import TRUE, Pairing
from recon.matchers.pairing.pairs import Evidence
from recon.model.sides import SIDES
from recon.rules.ruleset import Compare, Pass, Side


@dataclass(frozen=True)
class CompiledPass:
    """A pass with everything that its relations are made from."""

    item: Pass
    left: SideUnits
    right: SideUnits
    pairing: Pairing
    calendar: str | None
    also: Evidence | None = None
    check: PairCheck | None = None

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
        item = self.item
        return bool(self.pairing.keys) and not (item.contains or item.similar or item.where or item.likely)


def compiled(item: Pass, compare: Compare, currencies: list[str], calendar: str | None) -> CompiledPass:
    """The pass, compiled for the currencies at hand."""
    keys = tuple(f"k{position + 1}" for position in range(len(item.keys)))
    if item.contains:
        keys = (*keys, "word")
    check = pair_check(item)
    if check is not None:
        keys = (*keys, *check.equal)
    likeness = Likeness(item.similar) if item.similar is not None else None
    left, right = (side_units(item, compare, side) for side in SIDES)
    gates = Gates(item.within, currencies)
    likely = likelihood(item, compare, gates)
    return CompiledPass(
        item=item,
        left=left,
        right=right,
        pairing=Pairing(
            keys,
            gates,
            likeness,
            check.rest if check else TRUE,
            likely,
            names_for_sure(item) or begin_alike(item, left.names, right.names),
            ignores_zeros(item.normalise),
            counts_alone(item, left.keys, right.keys),
        ),
        calendar=calendar,
        also=_evidence(left, right, likeness, check)
        if likely is None
        else Evidence(likely.carried, likely.told(), likely.weighed()),
        check=check,
    )


def _evidence(
    left: SideUnits, right: SideUnits, likeness: Likeness | None, check: PairCheck | None
) -> Evidence | None:
    """What is told of a match beside its keys, amounts and dates."""
    if likeness is not None and left.name is not None and right.name is not None:
        return Evidence({"left": {NAME: left.name}, "right": {NAME: right.name}}, likeness.told)
    return None if check is None else Evidence({side: check.texts(side) for side in SIDES}, check.told)
