"""The fields of an MT940 or MT942 file: tags, wrapped lines, SWIFT blocks, and the prose around them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

_TAG: Final = re.compile(r":(\d{2}[A-Z]?|\d{3}|NS):", re.ASCII)
_CUT_TAG: Final = re.compile(r":(\d{0,2}|\d{2}[A-Z]|N|NS)", re.ASCII)
_MARKS: Final = frozenset(":{-")
_FREE_TEXT: Final = frozenset({"61", "86", "NS"})
"""The tags of fields whose text may hold a lone dash."""
_BLOCK: Final = re.compile(r"(?:-\}|\{\d:)(?:.*\{4:)?", re.ASCII)


OUTSIDE: Final = ""
"""The tag of what is no field: prose, blank lines, the start of a block."""
END: Final = "-"
"""The tag of the line that ends a message."""


@dataclass(slots=True)
class Field:
    """One field: its tag without colons, its first physical line, how many lines it took, and its text.

    Blank lines count but are no text.
    """

    tag: str
    line_no: int
    count: int = 0
    lines: list[str] = field(default_factory=list)


def fields(lines: Iterable[str]) -> Iterator[Field]:
    """The fields in file order; each physical line belongs to exactly one."""
    current, dash, number = Field(OUTSIDE, 1), None, 0
    for count, line in _whole_tags(lines):
        opened = _opened(line, number + 1) if line[:1] in _MARKS else None
        number += count
        if opened is None:
            if not line or line.isspace():
                (dash or current).count += count
                continue
            if dash:
                current.lines.append("-")
                current.count += dash.count
                dash = None
            current.lines.append(line)
            current.count += count
            continue
        opened.count = count
        if opened.tag == END and line.strip() == "-" and current.tag in _FREE_TEXT and not dash:
            dash = opened
            continue
        yield current
        if dash:
            yield dash
        current, dash = opened, None
    yield current
    if dash:
        yield dash


def _opened(line: str, number: int) -> Field | None:
    """The field that a line opens, if it opens one."""
    if tag := _TAG.match(line):
        return Field(tag[1], number, 0, [line[tag.end() :]])
    if block := _BLOCK.match(line):
        rest = line[block.end() :]
        return _opened(rest, number) or Field(END if line[0] == "-" else OUTSIDE, number)
    return Field(END, number) if line.strip() == "-" else None


def _whole_tags(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines, with a tag that was cut at a line's end put together again; each with how many lines it is."""
    source = iter(lines)
    for line in source:
        if len(line) > 4 or line[:1] != ":" or not _CUT_TAG.fullmatch(line):
            yield 1, line
            continue
        following = next(source, None)
        if following is not None and _TAG.match(line + following):
            yield 2, line + following
        else:
            yield 1, line
            if following is not None:
                yield 1, following
