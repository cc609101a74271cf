"""The fields of an MT940 or MT942 file: tags, wrapped lines, SWIFT blocks, and the prose around them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_TAG: Final = re.compile(r":(\d{2}[A-Z]?|\d{3}|NS):", re.ASCII)
_BARE_TAG: Final = re.compile(r":(6[02][FM])(?=[CD]\d{6}[A-Z]{3})", re.ASCII)
"""The tag of a balance whose second colon is missing."""
_LATER_TAG: Final = re.compile(_TAG.pattern[1:], re.ASCII)
"""A tag whose colon at the beginning of the line is gone."""
_CUT_TAG: Final = re.compile(r":(\d{0,2}|\d{2}[A-Z]|N|NS)", re.ASCII)
_LONGEST_CUT_TAG: Final = 4
_USUAL_TAGS: Final = frozenset({"61:", "86:"})
_LONGEST_RUN: Final = 500
"""Movements handed over at once, so that memory stays flat."""
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

    Blank lines count but are no text. A run of movements is one field: where several :61: follow each other, each
    with one :86:, both on one line, as nearly always, `lines` are those of all :61: and `words` those of their :86:.
    """

    __slots__ = ("count", "line_no", "lines", "tag", "words")

    def __init__(
        self, tag: str, line_no: int, count: int, lines: list[str], words: list[str] | None = None
    ) -> None:
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
        before, pieces = _pieces(whole[:-1])
        if before is not None:
            yield from reading.further(before.split("\n"))
        at = 0
        while at < len(pieces):
            yield from reading.closed()
            line_no, end = reading.number + 1, _run(pieces, at)
            if end > at:
                lines = [piece[3:] for piece in pieces[at:end:2]]
                words = [piece[3:] for piece in pieces[at + 1 : end : 2]]
                reading.current = Field("61", line_no, end - at, lines, words)
                reading.number, at = reading.number + end - at, end
                continue
            tag, _, body = pieces[at].partition(":")
            first, *more = body.split("\n")
            reading.current = Field(tag, line_no, 1, [first])
            reading.number, at = line_no, at + 1
            if more:
                yield from reading.further(more)
    yield from reading.further(held.split("\n")[:-1])
    yield from reading.closed()


def _pieces(text: str) -> tuple[str | None, list[str]]:
    """What stands before the first tag, if anything does, and each tag and its text without the first colon."""
    pieces = f"\n{text}".split("\n:")
    before, found = pieces[:1], []
    for piece in pieces[1:]:
        if piece[:3] in _USUAL_TAGS or _LATER_TAG.match(piece):
            found.append(piece)
        elif found:
            found[-1] += f"\n:{piece}"
        else:
            before.append(piece)
    return "\n:".join(before)[1:] if before != [""] else None, found


def _run(pieces: list[str], start: int) -> int:
    """Where a run of movements ends that begins at a piece: each one line and one line of words.

    The last one is in it only if another tag is seen behind it, which could go on with its words otherwise.
    """
    at, last = start, min(len(pieces) - 2, start + 2 * _LONGEST_RUN)
    while at < last:
        line, words = pieces[at], pieces[at + 1]
        if line[:3] != "61:" or words[:3] != "86:" or "\n" in line or "\n" in words:
            break
        at += 2
    if at > start and pieces[at].partition(":")[0] in WORDS:
        at -= 2
    return at


def _apart(text: str) -> tuple[str, str]:
    """The text, and its last line apart if that may be a tag that goes on in the next text."""
    start = text.rfind("\n", 0, len(text) - 1) + 1
    if len(text) - start <= _LONGEST_CUT_TAG + 1 and _CUT_TAG.fullmatch(text, start, len(text) - 1):
        return text[:start], text[start:]
    return text, ""


def is_cut_tag(line: str) -> bool:
    """Whether a line is a tag of which the end is missing."""
    return len(line) <= _LONGEST_CUT_TAG and _CUT_TAG.fullmatch(line) is not None


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
    if tag := _TAG.match(line) or _BARE_TAG.match(line):
        return Field(tag[1], number, 1, [line[tag.end() :]])
    if block := _BLOCK.match(line):
        rest = line[block.end() :]
        return _opened(rest, number) or Field(END if line[0] == "-" else OUTSIDE, number, 1, [])
    return Field(END, number, 1, []) if line.strip() == "-" else None


def _whole_tags(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines, with a tag that was cut at a line's end put together again; each with how many lines it is."""
    source = iter(lines)
    for line in source:
        if line[:1] != ":" or not is_cut_tag(line):
            yield 1, line
            continue
        following = next(source, None)
        if following is not None and _TAG.match(line + following):
            yield 2, line + following
        else:
            yield 1, line
            if following is not None:
                yield 1, following
