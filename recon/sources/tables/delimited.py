"""CSV: a fixed dialect, every physical line accounted for.

Lines whose quotes are closed and that have as many cells as the header are split by a column engine; every
other line goes through the `csv` module one by one, where each is a row, a part of one, or refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recon.sources.file import SourceFile
from recon.sources.profiles.layouts import TableLayout
from recon.sources.reader import Fit
from recon.sources.tables.feed import Feed
from recon.sources.tables.marks import Marks
from recon.sources.tables.multirecord import record_chunks
from recon.sources.tables.records import cells_of
from recon.sources.tables.splitting import Splitter
from recon.sources.tables.table import HEADER_SEARCH, Chunk, Header, Wanted, empty, header_of
from recon.sources.text import encoding_among, guess_encoding, line_blocks

DELIMITERS: Final = ",;\t|"
"""Delimiters that are tried when a file is looked at."""


class CsvReader:
    """Text with a delimiter between cells."""

    name = "csv"
    extensions = (".csv", ".tsv", ".txt")

    def sniff(self, head: bytes, path: Path) -> Fit | None:
        """A text in which several lines have the same number of delimiters."""
        encoding = guess_encoding(head)
        text = head.decode(encoding, errors="ignore")
        best = most_regular(text)
        count = regular_lines(text, best)
        if count < 2 or "\0" in text:
            return None
        score = 60 if path.suffix.lower() in self.extensions else 40
        name = {"\t": "a tabulator"}.get(best, f'"{best}"')
        return Fit(
            score, f"{count} of the first lines have the same number of cells, divided by {name}; {encoding}"
        )

    def chunks(self, file: SourceFile, layout: TableLayout, wanted: Wanted, decimal: str) -> Iterator[Chunk]:  # noqa: ARG002  (all cells are text)
        """The file's rows; the first chunk's `aside` begins with the preamble and the header.

        Raises:
            InputRefused: a byte is not of the encoding, a quote is never closed, a column is missing, ...
        """
        encoding = encoding_among(file, layout.encoding, layout.other_encodings)
        with file.stream() as stream:
            marks = Marks(layout)
            feed = Feed(marks.taken_off(line_blocks(file, stream, encoding)))
            if layout.records is not None:
                yield from record_chunks(feed, file, layout, wanted, encoding.removesuffix("-sig"))
                return
            header, aside = _header(feed, file, layout, wanted)
            splitter = Splitter(file, marks.layout, header.names)
            before = len(aside)
            for first, lines in feed.blocks():
                chunk = splitter.chunk(first, lines, feed, aside, before, encoding)
                aside, before = [], 0
                yield marks.put_back(chunk)
            if aside:
                yield splitter.chunk(1, [], feed, aside, before, encoding)


def most_regular(text: str) -> str:
    """The delimiter by which most of the first lines have the same number of cells."""
    return max(DELIMITERS, key=lambda mark: regular_lines(text, mark))


def regular_lines(text: str, delimiter: str) -> int:
    """How many of the first lines have the most common number of cells, if that is two or more."""
    counts = [line.count(delimiter) for line in text.splitlines()[:100] if line.strip()]
    filled = [count for count in counts if count]
    return max((filled.count(count) for count in set(filled)), default=0)


def _header(
    feed: Feed, file: SourceFile, layout: TableLayout, wanted: Wanted
) -> tuple[Header, list[tuple[int, str]]]:
    """The header, and the lines up to it; the lines after it go back into the feed."""
    lines = feed.take(max(HEADER_SEARCH, layout.header) if isinstance(layout.header, int) else HEADER_SEARCH)
    if not any(line.strip() for line in lines):
        raise empty(file)
    rows = [cells_of(line, layout) for line in lines]
    header = header_of(rows, range(1, len(rows) + 1), layout.header, wanted, file, strip=layout.strip)
    feed.back(header.position + 1)
    return header, list(enumerate(("|".join(row) for row in rows[: header.position + 1]), 1))


READER: Final = CsvReader()
