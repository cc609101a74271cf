"""References that stand in a text of the other side, as written: one of them (`contains`), or all of them (`lists`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from recon.model.sides import Side
from recon.project.models import Fault, refuse

_HINTS: Final = {
    "ambiguous": "remove it; where several sets add up they are always listed",
    "normalise": "references are compared by the letters and digits that they have; shorten them under derive:",
}


@dataclass(frozen=True, slots=True)
class InText:
    """A text of one side, and the column of the other whose references may stand in it."""

    side: Side
    text: str
    named: Side
    reference: str

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "InText":
        """What a pass says under `contains` or `lists`; it was checked before."""
        text, reference = next(iter(said.items()))
        (side, _, words), (named, _, column) = text.partition("."), reference.partition(".")
        return cls("left" if side == "left" else "right", words, "left" if named == "left" else "right", column)


def check_in_text(name: str, said: Mapping[str, str]) -> None:
    """Refuse a setting that does not name one text and one reference of the other side.

    Raises:
        PydanticCustomError: with the fault, at its place in the pass.
    """
    if len(said) != 1:
        refuse(Fault(f"`{name}` takes one text and one reference", (name,)))
    text, reference = next(iter(said.items()))
    if {text.partition(".")[0], reference.partition(".")[0]} != {"left", "right"}:
        hint = "write {right.remittance: left.payout_id}"
        refuse(Fault(f"`{name}` needs one text of one side and one reference of the other", (name,), hint))


def check_lists(said: Mapping[str, str], others: Mapping[str, object]) -> None:
    """Refuse what cannot stand beside `lists:`; `others` are the settings of the pass that it excludes, by name.

    Raises:
        PydanticCustomError: with every fault, each at its place in the pass.
    """
    faults = [
        Fault(f"`{name}` cannot stand beside `lists`", (name,), _HINTS.get(name, "give it a pass of its own"))
        for name, value in others.items()
        if value
    ]
    if faults:
        refuse(*faults)
    check_in_text("lists", said)
