"""A worksheet whose rows are written as text column by column, so that half a million rows take seconds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from recon.model.safe_text import MOST_CELL, NOT_IN_XML, cut
from recon.outputs.excel.limits import EXCEL_DIGITS

if TYPE_CHECKING:
    import polars as pl

_TEXTS = ("text", "wrapped", "status")
_ROW = '" ht="26" customHeight="1">'
"""Every row has room for two lines, so that a program need not measure half a million of them."""


class StreamedSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A worksheet that keeps cells of its head only and takes the rows below as finished XML.

    xlsxwriter holds each cell as an object, which is 2 GB for half a million rows; its constant-memory mode
    knows no tables. Only the method that writes the rows is replaced; everything else is xlsxwriter's own.
    """

    streamed: Callable[[], Iterable[str]] = tuple

    def set_streamed(self, rows: Callable[[], Iterable[str]], last_row: int, last_column: int) -> None:
        """Rows of XML to follow the head, ending at the given cell; asked for when the file is written."""
        self.streamed = rows
        self._check_dimensions(last_row, last_column)

    def add_long_table(self, last_row: int, last_column: int, options: Mapping[str, object]) -> None:
        """An Excel table from A1 to the given cell.

        `add_table` notes every cell of its range, so that it is given the first two rows and the range after.
        """
        self.add_table(0, 0, 1, last_column, dict(options))
        area = xl_range(0, 0, last_row, last_column)
        self.tables[-1] |= {"range": area, "a_range": area, "autofilter": area}

    def _write_rows(self) -> None:
        super()._write_rows()
        for text in self.streamed():
            self.fh.write(text)


def index(style: Format) -> int:
    """The number of a style in the file, known once the file is being written."""
    return int(style._get_xf_index())  # noqa: SLF001 - xlsxwriter has no public name for it


@dataclass(frozen=True, slots=True)
class Column:
    """A column of streamed rows: what it holds and the index of its style."""

    name: str
    holds: str
    """`text`, `wrapped` or `status` (text as well), `count`, `date`, `amount` or `blank`."""
    style: int


def rows_xml(
    frame: "pl.DataFrame", columns: Sequence[Column], first_row: int, styles: Mapping[str, int], text_style: int
) -> str:
    """The frame as `<row>` elements, the first of them in the sheet's row `first_row` (counted from 1).

    Amounts take their style from `styles` by the column `currency`; those with more digits than Excel keeps
    become text.
    """
    import polars as pl

    texts = [column.name for column in columns if column.holds in _TEXTS]
    frame = frame.with_columns(pl.col(name).map_batches(_cut, pl.String) for name in texts)
    number = pl.int_range(first_row, first_row + frame.height).cast(pl.String)
    cells = [_cell(column, xl_col_to_name(at), number, styles, text_style) for at, column in enumerate(columns)]
    row = pl.concat_str(pl.lit('<row r="'), number, pl.lit(_ROW), *cells, pl.lit("</row>"))
    return str(frame.select(row.str.join("").alias("xml")).item() or "")


def _cut(texts: "pl.Series") -> "pl.Series":
    """Texts as far as cells hold them; only long ones are looked at one by one."""
    return texts.map_elements(cut) if (texts.str.len_bytes() > MOST_CELL).any() else texts


def _cell(
    column: Column, letter: str, number: "pl.Expr", styles: Mapping[str, int], text_style: int
) -> "pl.Expr":
    import polars as pl

    value = pl.col(column.name) if column.holds != "blank" else pl.lit("")
    start = pl.concat_str(pl.lit(f'<c r="{letter}'), number, pl.lit(f'" s="{column.style}"'))
    if column.holds == "blank":
        return pl.concat_str(start, pl.lit("/>"))
    if column.holds in _TEXTS:
        nothing = pl.concat_str(start, pl.lit("/>")) if column.holds == "status" else pl.lit("")
        return pl.when(value.is_null() | (value == "")).then(nothing).otherwise(_inline(start, value))
    if column.holds == "amount":
        written = plain_digits(value)
        style = pl.col("currency").replace_strict(dict(styles), default=text_style, return_dtype=pl.Int64)
        at = pl.concat_str(pl.lit(f'<c r="{letter}'), number, pl.lit('" s="'), style, pl.lit('"'))
        as_text = pl.concat_str(pl.lit(f'<c r="{letter}'), number, pl.lit(f'" s="{text_style}"'))
        return pl.when(too_long(value)).then(_inline(as_text, written)).otherwise(_number(at, written))
    if column.holds == "date":
        value = (value - pl.date(1899, 12, 30)).dt.total_days()
    return pl.when(value.is_null()).then(pl.lit("")).otherwise(_number(start, value.cast(pl.String)))


def _number(start: "pl.Expr", text: "pl.Expr") -> "pl.Expr":
    import polars as pl

    return pl.concat_str(start, pl.lit("><v>"), text, pl.lit("</v></c>"))


def _inline(start: "pl.Expr", text: "pl.Expr") -> "pl.Expr":
    import polars as pl

    escaped = (
        text.str.replace_all(r"_(x[0-9a-fA-F]{4}_)", "_x005F_${1}")
        .str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
        .str.replace_many(NOT_IN_XML, [f"_x{ord(code):04X}_" for code in NOT_IN_XML])
    )
    return pl.concat_str(
        start, pl.lit(' t="inlineStr"><is><t xml:space="preserve">'), escaped, pl.lit("</t></is></c>")
    )


def plain_digits(amount: "pl.Expr") -> "pl.Expr":
    """The decimal as text without zeros after its last digit."""
    import polars as pl

    return amount.cast(pl.String).str.replace(r"(\.\d*?)0+$", "${1}").str.strip_suffix(".")


def too_long(amount: "pl.Expr") -> "pl.Expr":
    """Whether the decimal has more significant digits than a number cell keeps."""
    import polars as pl

    digits = amount.cast(pl.String).str.replace_all(r"[-.]", "").str.strip_chars("0")
    return digits.str.len_chars() > EXCEL_DIGITS
