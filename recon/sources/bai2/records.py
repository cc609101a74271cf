"""The records of a BAI2 or NAI file, with their continuations, however the lines were wrapped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

NEXT: Final = re.compile(
    r"/[^\S\n]+(?=01,|02,|03,[^,/]+,|16,\d{3},|49,[+-]?\d|88,|98,[+-]?\d|99,[+-]?\d)",
    re.ASCII,
)
"""The end of a record that is followed by another on the same line."""
_CODE: Final = re.compile(r"\s*(\d\d)\s*(?:,|$)", re.ASCII)
_CLOSED: Final = frozenset({"49", "98"})
"""Records of figures, which no line without a code goes on with: it is a record of its own."""
FULL_LINE: Final = 80
"""Characters of a line that was cut by its width."""


@dataclass(slots=True)
class Record:
    """One record: its code, its first line, and its text in the pieces that continuations made of it.

    `count` is the number of records in the standard's sense (a continuation is one), `lines` that of all parts.
    """

    code: str
    line_no: int
    pieces: list[str] = field(default_factory=list)
    count: int = 1
    lines: int = 1
    full: bool = False

    def fields(self) -> list[str]:
        """All fields, with those of continuations behind."""
        return [value.strip() for piece in self.pieces for value in piece.split(",")]

    def first(self, count: int) -> list[str]:
        """The fields, of which only the first `count` matter; what is behind them may be one text."""
        values = self.pieces[0].split(",", count)
        return [value.strip() for value in values] if len(values) > count else self.fields()

    def split(self, fixed: int) -> tuple[list[str], str]:
        """The fixed fields (empty where there are fewer) and the text behind them.

        The text may hold commas and go on in continuations. A last continuation that is too short for the fixed
        fields still missing is text: banks leave empty fields out before one.
        """
        values = self.pieces[0].split(",", fixed) if len(self.pieces) == 1 else []
        if len(values) > fixed:
            text = values.pop()
            return [value.strip() for value in values], " ".join(text.split())
        values.clear()
        rest: list[str] = []
        for number, piece in enumerate(self.pieces, 1):
            parts = piece.split(",")
            missing = fixed - len(values)
            if rest or (number == len(self.pieces) > 1 and len(parts) <= missing):
                rest.append(piece)
                continue
            values += parts[:missing]
            if len(parts) > missing:
                rest.append(",".join(parts[missing:]))
        values = [value.strip() for value in values]
        return values + [""] * (fixed - len(values)), " ".join("".join(rest).split())

    def add(self, text: str, *, whole_line: bool) -> None:
        """Continue the record; a text cut by the width of its line goes on without a gap."""
        if not self.full and self.pieces and self.code == "16":
            self.pieces[-1] += " "
        self.pieces.append(text)
        self.full = whole_line
        self.lines += 1


class Joining:
    """Makes records of lines. A record whose code is none of BAI's has the code it shows, or the code `""`."""

    def __init__(self) -> None:
        self._current: Record | None = None

    def take(self, line: str, line_no: int) -> Iterator[Record]:
        """Take a line; the records that end before it or in it."""
        whole_line = len(line) >= FULL_LINE
        for part in NEXT.split(line) if "/" in line[:-1] else (line,):
            text = part.rstrip()
            if not text:
                continue
            text = text.removesuffix("/")
            code = _CODE.match(text)
            if code is None and self._current is not None and self._current.code not in _CLOSED:
                self._current.add(text, whole_line=whole_line)
            elif code and code[1] == "88" and self._current is not None:
                self._current.add(text[code.end() :], whole_line=whole_line)
                self._current.count += 1
            else:
                yield from self.end()
                rest = text[code.end() :] if code else text
                self._current = Record(code[1] if code else "", line_no, [rest], full=whole_line)

    def end(self) -> Iterator[Record]:
        """The last record, for what follows is no part of it."""
        if self._current is not None:
            yield self._current
        self._current = None
