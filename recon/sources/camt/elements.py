"""The elements of a CAMT document that matter, and the texts in them by path of local names."""

from dataclasses import dataclass, field
from typing import Final

CONTAINERS: Final = frozenset({"Stmt", "Rpt", "Ntfctn"})
_DETAIL: Final = frozenset({"Ntry", "TxDtls"})
_PARENTS: Final = {
    "Stmt": frozenset({""}),
    "Rpt": frozenset({""}),
    "Ntfctn": frozenset({""}),
    "Bal": CONTAINERS,
    "Ntry": CONTAINERS,
    "TxDtls": frozenset({"Ntry"}),
    "Chrgs": _DETAIL,
    "Rcrd": frozenset({"Chrgs"}),
}
"""The elements that become groups, each with the groups it may stand in."""


@dataclass(slots=True)
class Group:
    """An element with the texts in it, by path of local names (`RltdPties/Dbtr/Nm`; a currency is `Amt@Ccy`).

    `number` counts the containers of the file from 1. Groups inside it keep their own texts in `groups`. An entry
    knows at which byte of the document it begins.
    """

    tag: str
    line_no: int
    parent: "Group | None" = None
    number: int = 0
    leaves: list[tuple[str, str]] = field(default_factory=list)
    groups: list["Group"] = field(default_factory=list)
    place: int = -1

    def texts(self) -> dict[str, str]:
        """The first text at each path."""
        return dict(reversed(self.leaves))

    def every(self, path: str) -> list[str]:
        """All texts at a path."""
        return [text for place, text in self.leaves if place == path]


@dataclass(frozen=True, slots=True)
class Element:
    """Where an element stands: its path inside its group, or the tag of the group that it begins.

    `inside` remembers the elements that were met in it, by their names with prefix.
    """

    path: str
    tag: str
    begins: bool
    depth: int
    inside: dict[str, "Element"] = field(default_factory=dict)

    def child(self, name: str) -> "Element":
        """An element inside this one, by its name with or without a prefix."""
        local = name.rpartition(":")[2]
        if self.tag in _PARENTS.get(local, ()):
            return Element("", local, True, self.depth + 1)
        return Element(f"{self.path}/{local}" if self.path else local, self.tag, False, self.depth + 1)
