"""Nodes of a configuration file: text with positions, nothing interpreted yet."""

from dataclasses import dataclass
from typing import TypeAlias

Steps: TypeAlias = tuple[str | int, ...]
"""The way from the top of a file to a value: names of settings and positions in lists."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; line and column count from 1, the column in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as it was typed; `style` is empty for unquoted text, else its quote, `|` or `>`."""

    text: str
    mark: Mark
    style: str = ""

    @property
    def is_null(self) -> bool:
        """Whether nothing was written: an empty value, `~` or `null`, all unquoted."""
        return self.style == "" and self.text in {"", "~", "null"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting of a mapping: where its name stands, and its value."""

    key_mark: Mark
    node: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Settings by name, in the order of the file."""

    entries: dict[str, Entry]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    items: tuple["Node", ...]
    mark: Mark


Node: TypeAlias = Scalar | Mapping | Sequence


def child(node: Node, step: str | int) -> Node | None:
    """The value one step below, or None when there is none."""
    if isinstance(node, Mapping) and isinstance(step, str):
        entry = node.entries.get(step)
        return entry.node if entry else None
    if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def find(node: Node, steps: Steps) -> Node | None:
    """The value at the end of the way, or None when the way leads nowhere."""
    found: Node | None = node
    for step in steps:
        if found is None:
            return None
        found = child(found, step)
    return found


def mark_of(node: Node, steps: Steps, *, key: bool = False) -> Mark:
    """Where the value at `steps` begins, or its name with `key`; of the nearest value above if absent."""
    mark, here = node.mark, node
    for position, step in enumerate(steps):
        below = child(here, step)
        if below is None:
            return mark
        mark = below.mark
        last = position == len(steps) - 1
        nothing = isinstance(below, Scalar) and below.text == "" and below.style == ""
        if last and (key or nothing) and isinstance(here, Mapping) and isinstance(step, str):
            mark = here.entries[step].key_mark
        here = below
    return mark
