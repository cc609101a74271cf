"""CSV whose cells all begin with one character: a delimiter counts only where that character follows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from recon.sources.profiles.layouts import TableLayout
from recon.sources.tables.table import Chunk

_BETWEEN: Final = "\x1f"


class Marks:
    """Takes the marks of a layout off lines before they are split, and puts them back into original texts.

    `layout` is how the lines are split then. Lines without the mark, such as the header, stay what they are.
    """

    def __init__(self, layout: TableLayout) -> None:
        self._mark, self._delimiter = layout.cell_mark, layout.delimiter
        changes = {"delimiter": _BETWEEN, "quote": "none"} if layout.cell_mark else {}
        self.layout = layout.model_copy(update=changes)

    def taken_off(self, blocks: Iterator[list[str]]) -> Iterator[list[str]]:
        """The lines of a file; those with marks have another character between their cells."""
        if not self._mark:
            return blocks
        return ([self._without(line) for line in block] for block in blocks)

    def _without(self, line: str) -> str:
        if not line.startswith(self._mark) or _BETWEEN in line:
            return line
        return line[1:].replace(self._delimiter + self._mark, _BETWEEN)

    def put_back(self, chunk: Chunk) -> Chunk:
        """A chunk whose texts are those of the file."""
        if not self._mark:
            return chunk
        return replace(
            chunk,
            text=[self._with(text) for text in chunk.text],
            broken=[replace(one, text=self._with(one.text)) for one in chunk.broken],
        )

    def _with(self, text: str) -> str:
        return self._mark + text.replace(_BETWEEN, self._delimiter + self._mark) if _BETWEEN in text else text
