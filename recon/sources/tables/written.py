"""Workbooks that are text: pages in HTML and the XML of Excel 2003, whose worksheets hold texts from the start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recon.sources.file import SourceFile
from recon.sources.tables.office_xml import is_office_xml, office_rows
from recon.sources.tables.page import is_page, page_rows
from recon.sources.text import as_utf8


@dataclass(frozen=True)
class Written:
    """The rows of each worksheet; a row may have fewer cells than others."""

    sheets: Mapping[str, Sequence[tuple[str, ...]]]

    @property
    def sheet_names(self) -> list[str]:
        """The names of the worksheets in order."""
        return list(self.sheets)

    def cells(self, name: str) -> pl.DataFrame:
        """All cells of a worksheet; columns are named by their position, blank cells are null."""
        rows = self.sheets[name]
        width = max(map(len, rows), default=0)
        columns = {
            str(at): pl.Series([row[at] or None if at < len(row) else None for row in rows], dtype=pl.String)
            for at in range(width)
        }
        return pl.DataFrame(columns)


def is_written(head: bytes) -> str | None:
    """What kind of such a workbook a file is that begins so; None for other files."""
    head = as_utf8(head)
    if is_office_xml(head):
        return "a workbook in the XML of Excel 2003"
    return "a page in HTML with a table" if is_page(head) else None


def written(content: bytes, file: SourceFile, decimal: str) -> Written | None:
    """The worksheets of such a workbook; None for other files.

    Raises:
        InputRefused: as `page_rows` and `office_rows`.
    """
    head = as_utf8(file.head())
    if is_office_xml(head):
        return Written(office_rows(content, file, decimal))
    return Written(page_rows(content, file)) if is_page(head) else None
