"""One sheet being written: text that stays text, amounts that stay exact, formulas that carry their value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from recon.model.safe_text import cut
from recon.model.wording import money
from recon.outputs.exact import tidy
from recon.outputs.excel.limits import fits
from recon.outputs.excel.styles import DAYS, SHARE, Cell, Styles, digits

_A4 = 9


@dataclass(frozen=True, slots=True)
class Written:
    """A cell that holds an amount: where, how much, and whether formulas can use it."""

    sheet: str
    row: int
    column: int
    amount: Decimal
    numeric: bool

    @property
    def here(self) -> str:
        """Reference from the same sheet: `C8`."""
        return str(xl_rowcol_to_cell(self.row, self.column))

    @property
    def there(self) -> str:
        """Reference from any sheet: `'Statement 1'!$C$8`."""
        cell = xl_rowcol_to_cell(self.row, self.column, row_abs=True, col_abs=True)
        return f"{quote_sheetname(self.sheet)}!{cell}"

    @property
    def places(self) -> int:
        """Digits after the point that the amount has."""
        exponent = tidy(self.amount).as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0


def for_print(sheet: Worksheet) -> None:
    """Lay a sheet out for paper: A4 landscape, one page wide, no lines but those that are drawn."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)


def titled(workbook: Workbook, styles: Styles, name: str, title: str, subtitle: str) -> "Page":
    """Add a sheet of a report, laid out for paper, with its title and the line under it in the first two rows."""
    sheet = workbook.add_worksheet(name)
    for_print(sheet)
    page = Page(name, sheet, styles, [])
    page.text(0, 0, title, Cell.TITLE)
    page.text(1, 0, subtitle, Cell.SUBTITLE)
    return page


class Page:
    """A worksheet with the writing that every sheet needs. Rows and columns count from 0."""

    def __init__(self, name: str, sheet: Worksheet, styles: Styles, long_amounts: list[Written]) -> None:
        self.name = name
        self.sheet = sheet
        self.styles = styles
        self._long = long_amounts

    def text(self, row: int, column: int, text: str | None, kind: Cell = Cell.TEXT) -> None:
        """Text, whatever it looks like: never a number, a link or a formula; as much of it as a cell holds."""
        if text:
            self.sheet.write_string(row, column, cut(text), self.styles.of(kind))
        else:
            self.sheet.write_blank(row, column, None, self.styles.of(kind))

    def texts(self, row: int, column: int, texts: Iterable[str | None], kind: Cell = Cell.TEXT) -> None:
        """Text cells side by side."""
        for offset, text in enumerate(texts):
            self.text(row, column + offset, text, kind)

    def head(
        self,
        row: int,
        heads: Sequence[str],
        *,
        right: Iterable[int] = (),
        centre: Iterable[int] = (),
        width: int = 0,
    ) -> None:
        """A header row, `width` columns at least; `right` and `centre` name columns by what stands below them."""
        looks = dict.fromkeys(right, Cell.HEAD_RIGHT) | dict.fromkeys(centre, Cell.HEAD_CENTRE)
        for column in range(max(len(heads), width)):
            head = heads[column] if column < len(heads) else None
            self.text(row, column, head, looks.get(column, Cell.HEAD))

    def section(self, row: int, text: str, width: int) -> None:
        """A heading with a rule under `width` columns."""
        self.texts(row, 0, [text, *[None] * (width - 1)], Cell.SECTION)

    def band(self, row: int, text: str, verdict: str, width: int) -> None:
        """A coloured band over `width` columns with its text in the first; cells stay unmerged."""
        look = self.styles.banner(verdict)
        self.sheet.set_row(row, 24)
        self.sheet.write_string(row, 0, f"  {text}", look)
        for column in range(1, width):
            self.sheet.write_blank(row, column, None, look)

    def day(self, row: int, column: int, day: date | None) -> None:
        """A date, or an empty cell."""
        if day is not None:
            moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - Excel dates have no zone
            self.sheet.write_datetime(row, column, moment, self.styles.of(Cell.DATE))

    def count(self, row: int, column: int, count: int, kind: Cell = Cell.SOURCE) -> Written:
        """A whole number."""
        return self.amount(row, column, Decimal(count), None, kind)

    def days(self, row: int, column: int, days: int) -> None:
        """An age; zero is an age, not an absence."""
        self.sheet.write_number(row, column, days, self.styles.of(Cell.SOURCE, num_format=DAYS, align="right"))

    def amount(
        self, row: int, column: int, amount: Decimal, currency: str | None, kind: Cell = Cell.SOURCE
    ) -> Written:
        """An exact amount at its currency's digits; as text when it has more digits than Excel keeps."""
        cell = Written(self.name, row, column, tidy(amount), numeric=fits(amount))
        if not cell.numeric:
            return self._as_text(cell, currency, kind)
        style = self.styles.amount(kind, currency, cell.places)
        self.sheet.write_number(row, column, float(cell.amount), style)
        return cell

    def formula(
        self,
        at: tuple[int, int],
        formula: str,
        amount: Decimal,
        currency: str | None,
        *,
        operands: Iterable[Written] = (),
        kind: Cell = Cell.FORMULA,
    ) -> Written:
        """A live amount with the value it has now.

        Binary arithmetic leaves dust, so that the formula is rounded at the currency's digits, or at those that its
        operands have when they have more. When an operand or the result does not fit a number cell, the exact result is
        written as text instead.
        """
        row, column = at
        used = list(operands)
        cell = Written(self.name, row, column, tidy(amount), fits(amount) and all(o.numeric for o in used))
        if not cell.numeric:
            return self._as_text(cell, currency, kind)
        places = max((digits(currency), cell.places, *(operand.places for operand in used)))
        style = self.styles.amount(kind, currency, cell.places)
        self.sheet.write_formula(row, column, f"=ROUND({formula},{places})", style, float(cell.amount))
        return cell

    def words(self, row: int, column: int, formula: str, value: str, kind: Cell = Cell.RESULT) -> None:
        """A formula that gives text."""
        self.sheet.write_formula(row, column, formula, self.styles.of(kind), value)

    def result(self, row: int, column: int, difference: Written, bad: str = "FAIL") -> None:
        """`pass` while the difference is zero, else the word given."""
        says = bad if difference.amount else "pass"
        if difference.numeric:
            self.words(row, column, f'=IF({difference.here}=0,"pass","{bad}")', says)
        else:
            self.text(row, column, says, Cell.RESULT)

    def share(self, row: int, column: int, part: Written, whole: Written) -> None:
        """Part of the whole in percent, cut to one decimal so that 100.0% means all of it."""
        style = self.styles.of(Cell.FORMULA, num_format=SHARE, align="right")
        if not whole.amount:
            self.text(row, column, "-", Cell.NOTE)
        elif part.numeric and whole.numeric:
            thousandths = int(part.amount * 1000 // whole.amount)
            formula = f"=ROUNDDOWN({part.here}/{whole.here},3)"
            self.sheet.write_formula(row, column, formula, style, thousandths / 1000)

    def ratio(self, row: int, column: int, part: int, whole: int) -> None:
        """A fixed share in percent, cut to one decimal."""
        style = self.styles.of(Cell.SOURCE, num_format=SHARE, align="right")
        self.sheet.write_number(row, column, (part * 1000 // whole if whole else 0) / 1000, style)

    def link(self, row: int, column: int, sheet: str, text: str, cell: str = "A1") -> None:
        """A link inside the workbook."""
        target = f"internal:{quote_sheetname(sheet)}!{cell}"
        self.sheet.write_url(row, column, target, self.styles.of(Cell.LINK), text)

    def _as_text(self, cell: Written, currency: str | None, kind: Cell) -> Written:
        self._long.append(cell)
        style = self.styles.long_amount(kind)
        self.sheet.write_string(cell.row, cell.column, money(cell.amount, currency or ""), style)
        return cell
