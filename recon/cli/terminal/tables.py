"""Tables for people: every number, date and id whole, however narrow the terminal.

Sentences fold to fit. Where even that is not enough, each record takes several lines, under headings that take as
many: a value is below its heading as in any table, and nothing is cut.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDEST = 100_000
_NEVER_FOLDED = 24
"""Ids, dates, amounts and references up to this width stay on one line; sentences give way instead, down to it."""
_GAP, _INDENT = "  ", "  "


def print_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Sequence[bool],
    to: TextIO,
    title: str | None = None,
) -> None:
    """Write rows of shown values under their headings; columns of `numbers` end at the same place.

    Without a terminal a record is one line, however long.
    """
    from rich.console import Console

    from recon.outputs.widths import least_width

    console = Console(file=to, highlight=False)
    table = _table(headings, rows, numbers, title)
    if not console.is_terminal:
        console.width = _WIDEST  # nothing is folded where nobody looks
        console.width = console.measure(table).maximum
    elif least_width(table, _NEVER_FOLDED) > console.width:
        _print_in_lines(headings, rows, numbers, console, title)
        return
    console.print(table)


def _table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool], title: str | None
) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, show_edge=False)
    for position, heading in enumerate(headings):
        widest = max((len(row[position]) for row in rows), default=0)
        table.add_column(
            Text(heading),
            justify="right" if numbers[position] else "left",
            overflow="fold",
            no_wrap=widest <= _NEVER_FOLDED,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _print_in_lines(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Sequence[bool],
    console: "Console",
    title: str | None,
) -> None:
    """Each record over the fewest lines on which its columns have room, and the headings likewise."""
    from rich.text import Text

    widths = _widths(headings, rows, console.width)
    lines = _filled(widths, console.width)
    rule = "-" if console.options.ascii_only else "─"
    if title:
        console.print(Text(title, "italic"))
    for style, record in (("bold", headings), ("", None), *(("", row) for row in rows)):
        shown = _laid(record, lines, widths, numbers, console) if record else [rule * console.width]
        for line in shown:
            console.print(Text(line, style), no_wrap=True, overflow="ignore", crop=False)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """What each column takes; a sentence takes a line of its own at most."""
    from rich.cells import cell_len

    longest = [max(map(cell_len, (heading, *cells))) for heading, *cells in zip(headings, *rows, strict=True)]
    return [min(one, max(_NEVER_FOLDED, room - len(_INDENT))) for one in longest]


def _filled(widths: Sequence[int], room: int) -> list[list[int]]:
    """The positions of the columns by line, in their order, as many on each as it has room for."""
    lines: list[list[int]] = [[]]
    taken = 0
    for position, width in enumerate(widths):
        if lines[-1] and taken + len(_GAP) + width > room:
            lines.append([])
            taken = len(_INDENT) - len(_GAP)
        taken += (len(_GAP) if lines[-1] or len(lines) > 1 else 0) + width
        lines[-1].append(position)
    return lines


def _laid(
    record: Sequence[str],
    lines: Sequence[Sequence[int]],
    widths: Sequence[int],
    numbers: Sequence[bool],
    console: "Console",
) -> Iterator[str]:
    """One record as the lines that show it."""
    from rich.cells import cell_len

    for number, positions in enumerate(lines):
        cells = [_folded(record[at], widths[at], console) for at in positions]
        for height in range(max(map(len, cells))):
            parts = []
            for at, cell in zip(positions, cells, strict=True):
                text = cell[height] if height < len(cell) else ""
                space = " " * (widths[at] - cell_len(text))
                parts.append(space + text if numbers[at] else text + space)
            yield (_INDENT * (number > 0) + _GAP.join(parts)).rstrip()


def _folded(text: str, width: int, console: "Console") -> list[str]:
    from rich.cells import cell_len
    from rich.text import Text

    if cell_len(text) <= width and "\n" not in text:
        return [text]
    return [line.plain.rstrip() for line in Text(text).wrap(console, width, overflow="fold")]
