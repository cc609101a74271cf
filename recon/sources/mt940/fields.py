"""The fields of an MT940 or MT942 file: tags, wrapped lines, SWIFT blocks, and the prose around them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_TAG: Final = re.compile(r":(\d{2}[A-Z]?|\d{3}|NS):", re.ASCII)
_TAGS: Final = re.compile(rf"(?:\A|\n){_TAG.pattern}", re.ASCII)
_CUT_TAG: Final = re.compile(r":(\d{0,2}|\d{2}[A-Z]|N|NS)", re.ASCII)
_LONGEST_CUT_TAG: Final = 4
WORDS: Final = frozenset({"86", "NS"})
"""The tags of narratives; the standard has :86:, some banks write :NS:."""
_FREE_TEXT: Final = frozenset({"61", *WORDS})
"""The tags of fields whose text may hold a lone dash."""
_BLOCK: Final = re.compile(r"(?:-\}|\{\d:)(?:.*\{4:)?", re.ASCII)


OUTSIDE: Final = ""
"""The tag of what is no field: prose, blank lines, the start of a block."""
END: Final = "-"
"""The tag of the line that ends a message."""


class Field:
    """One field: its tag without colons, its first physical line, how many lines it took, and its text.

    Blank lines count but are no text. `words` is the text of the :86: behind a :61: where each has one line and
    nothing more belongs to them, as nearly always; then `count` is that of both.
    """

    __slots__ = ("count", "line_no", "lines", "tag", "words")

    def __init__(self, tag: str, line_no: int, count: int, lines: list[str], words: str | None = None) -> None:
        self.tag = tag
        self.line_no = line_no
        self.count = count
        self.lines = lines
        self.words = words


def fields(texts: Iterable[str]) -> Iterator[Field]:
    """The fields in file order; each physical line belongs to exactly one.

    Each text holds whole lines with their ends. Lines are looked at one by one only where a field has several.
    """
    reading, held = _Reading(), ""
    for text in texts:
        whole, held = _apart(held + text)
        if not whole:
            continue
        before, *found = _TAGS.split(whole[:-1])
        if not _TAG.match(whole):
            yield from reading.further(before.split("\n"))
        tags, bodies, at = found[::2], found[1::2], 0
        paired = _pairs(tags, bodies)
        while at < len(tags):
            if reading.dash:
                yield from reading.closed()
            else:
                yield reading.current
            tag, body, line_no = tags[at], bodies[at], reading.number + 1
            if at in paired:
                reading.current = Field(tag, line_no, 2, [body], bodies[at + 1])
                reading.number += 2
                at += 2
                continue
            reading.number, at = line_no, at + 1
            if "\n" not in body:
                reading.current = Field(tag, line_no, 1, [body])
                continue
            first, *more = body.split("\n")
            reading.current = Field(tag, line_no, 1, [first])
            yield from reading.further(more)
    yield from reading.further(held.split("\n")[:-1])
    yield from reading.closed()


def _pairs(tags: list[str], bodies: list[str]) -> set[int]:
    """The places of the :61: that go with one :86:, both on one line, and are followed by another tag."""
    following = zip(tags, tags[1:], tags[2:], bodies, bodies[1:], strict=False)
    return {
        at
        for at, (tag, words, third, body, text) in enumerate(following)
        if tag == "61" and words == "86" and third not in WORDS and "\n" not in body and "\n" not in text
    }


def _apart(text: str) -> tuple[str, str]:
    """The text, and its last line apart if that may be a tag that goes on in the next text."""
    start = text.rfind("\n", 0, len(text) - 1) + 1
    if len(text) - start <= _LONGEST_CUT_TAG + 1 and _CUT_TAG.fullmatch(text, start, len(text) - 1):
        return text[:start], text[start:]
    return text, ""


class _Reading:
    """The field that is open, a lone dash after it that may be its text, and the last line's number."""

    def __init__(self) -> None:
        self.current = Field(OUTSIDE, 1, 0, [])
        self.dash: Field | None = None
        self.number = 0

    def closed(self) -> Iterator[Field]:
        """The field that is open and the dash after it."""
        yield self.current
        if self.dash:
            yield self.dash
        self.dash = None

    def further(self, lines: Iterable[str]) -> Iterator[Field]:
        """Take lines that go on with the field, or open others in a way that only a closer look shows."""
        for count, line in _whole_tags(lines):
            opened = _opened(line, self.number + 1) if line[:1] in {":", "{", "-"} else None
            self.number += count
            if opened is None:
                self._go_on(line, count)
                continue
            opened.count = count
            if opened.tag == END and line.strip() == "-" and self.current.tag in _FREE_TEXT and not self.dash:
                self.dash = opened
                continue
            yield from self.closed()
            self.current = opened

    def _go_on(self, line: str, count: int) -> None:
        if not line or line.isspace():
            (self.dash or self.current).count += count
            return
        if self.dash:
            self.current.lines.append("-")
            self.current.count += self.dash.count
            self.dash = None
        self.current.lines.append(line)
        self.current.count += count


def _opened(line: str, number: int) -> Field | None:
    """The field that a line opens, if it opens one."""
    if tag := _TAG.match(line):
        return Field(tag[1], number, 1, [line[tag.end() :]])
    if block := _BLOCK.match(line):
        rest = line[block.end() :]
        return _opened(rest, number) or Field(END if line[0] == "-" else OUTSIDE, number, 1, [])
    return Field(END, number, 1, []) if line.strip() == "-" else None


def _whole_tags(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines, with a tag that was cut at a line's end put together again; each with how many lines it is."""
    source = iter(lines)
    for line in source:
        if len(line) > _LONGEST_CUT_TAG or line[:1] != ":" or not _CUT_TAG.fullmatch(line):
            yield 1, line
            continue
        following = next(source, None)
        if following is not None and _TAG.match(line + following):
            yield 2, line + following
        else:
            yield 1, line
            if following is not None:
                yield 1, following
