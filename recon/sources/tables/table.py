"""Rows of a tabular file before anything is made of their cells: chunks of text columns, and the header."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from recon.errors import InputRefused
from recon.project.suggest import did_you_mean
from recon.sources.file import SourceFile
from recon.sources.profiles.layouts import TableLayout
from recon.sources.reader import Fit, Refused

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f]+")
_NAMELESS: Final = re.compile(r"#[1-9]\d{0,3}")
HEADER_SEARCH: Final = 200
"""Rows in which the header is looked for."""

Wanted = Sequence[tuple[str, ...]]
"""Columns that a profile reads, each as the names it may have."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file.

    `cells` holds one text column per column of the file, named as in its header. For each row `line_no` is its
    first line and `text` its original text. `aside` are lines that are no rows (preamble, header, blank,
    continuation of a row) with their text; `broken` are rows whose cells cannot be told apart; `unfit` gives, by
    position, rows that cannot be taken as they are, each with a code and the reason. `lines` counts what was
    taken from the file: `lines = rows + aside + broken`. `part` names the worksheet where a file has several tables.
    """

    cells: pl.DataFrame
    line_no: pl.Series
    text: Sequence[str]
    lines: int
    aside: Sequence[tuple[int, str]] = ()
    broken: Sequence[Refused] = ()
    unfit: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    encoding: str | None = None
    part: str | None = None


class TableReader(Protocol):
    """A tabular format: from bytes to chunks of text cells. What the cells mean is said by the profile."""

    name: str
    extensions: tuple[str, ...]

    def sniff(self, head: bytes, path: Path) -> Fit | None:
        """Whether a file that begins with `head` may be of this format."""
        ...

    def chunks(self, file: SourceFile, layout: TableLayout, wanted: Wanted, decimal: str) -> Iterator[Chunk]:
        """The file's rows in order.

        Cells that are numbers and not text are written with the mark `decimal`, dates as `2026-10-31` or
        `2026-10-31 12:30:00`.

        Raises:
            InputRefused: the file as a whole cannot be read, or lacks a column that is wanted.
        """
        ...


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns in order, and the position of the header among the rows (-1: there is none)."""

    names: tuple[str, ...]
    position: int


def header_of(
    rows: Sequence[Sequence[str]],
    lines: Sequence[int],
    setting: str | int | Sequence[str],
    wanted: Wanted,
    file: SourceFile,
    *,
    strip: str = "",
) -> Header:
    """The header among the first rows of a file; `lines` are the rows' line numbers.

    Raises:
        InputRefused: no row holds every wanted column, or a wanted name stands in it twice.
    """
    least = max((int(name[1:]) for one in wanted for name in one if _NAMELESS.fullmatch(name)), default=1)
    if not isinstance(setting, (str, int)):
        header = Header(tuple(setting), -1)
        return _checked(header, wanted, file, None)
    if isinstance(setting, int):
        if setting not in lines:
            raise InputRefused(
                file.problem("header", f"there is no row that begins at line {setting}", line=setting)
            )
        position = lines.index(setting)
        return _checked(Header(column_names(rows[position], strip, least), position), wanted, file, setting)
    best, score = 0, -1
    for position, row in enumerate(rows):
        names = column_names(row, strip, least)
        held = sum(_held(one, names) for one in wanted)
        if wanted and held == len(wanted):
            return Header(names, position)
        if held > score:
            best, score = position, held
    return _checked(Header(column_names(rows[best], strip, least), best), wanted, file, lines[best])


def column_names(cells: Sequence[str], strip: str = "", least: int = 1) -> tuple[str, ...]:
    """The names of columns as profiles use them, without blanks around.

    A column without a name is `#3` for the third; a name that stands twice is `Amount#1` and `Amount#2`. Those
    without a name at the end are no columns, unless the first `least` are wanted.
    """
    names = [
        _CONTROLS.sub(" ", cell).strip().strip("\ufeff" + strip).strip() or f"#{number}"
        for number, cell in enumerate(cells, 1)
    ]
    while len(names) > least and names[-1] == f"#{len(names)}":
        names.pop()
    total, seen = Counter(names), Counter[str]()
    for position, name in enumerate(names):
        if total[name] > 1:
            seen[name] += 1
            names[position] = f"{name}#{seen[name]}"
    return tuple(names)


def _held(one: tuple[str, ...], names: Sequence[str]) -> bool:
    return any(name in names for name in one)


def _checked(header: Header, wanted: Wanted, file: SourceFile, line: int | None) -> Header:
    problems = []
    for one in wanted:
        if _held(one, header.names):
            continue
        name = " or ".join(f'"{alternative}"' for alternative in one)
        if f"{one[0]}#1" in header.names:
            message, hint = f"the column {name} stands twice", f"write {one[0]}#1 or {one[0]}#2 in the profile"
        else:
            message = f"the column {name} is missing"
            hint = did_you_mean(one[0], header.names) or f"the row has: {', '.join(header.names[:20])}"
        problems.append(file.problem("missing-column", message, line=line, field=one[0], hint=hint))
    if problems:
        raise InputRefused(*problems)
    return header


def empty(file: SourceFile) -> InputRefused:
    """What is raised for a file in which there is nothing."""
    return InputRefused(
        file.problem(
            "empty-file", "the file is empty", hint="ask the sender; an empty day still has a header line"
        )
    )
