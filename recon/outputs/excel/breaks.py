"""Sheets `Breaks`: every open break as an Excel table with filters and room for the analyst's decisions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from xlsxwriter.format import Format

from recon.breaks.casework.shown import Shown
from recon.outputs import tallies
from recon.outputs.excel.book import Book
from recon.outputs.excel.page import Page
from recon.outputs.excel.stream import Column, StreamedSheet, index, rows_xml, too_long
from recon.outputs.excel.styles import DAYS, Cell, Styles
from recon.outputs.run_folder import RunFolder

if TYPE_CHECKING:
    import polars as pl

Columns = tuple[tuple[str, str, str, int], ...]
"""Columns of the sheet: head, column of the table, what it holds, width."""
STATUSES = ("open", "investigating", "waiting", "timing", "write-off", "resolved")
"""What the drop-down of the column Status offers."""
CHUNK = 20_000

_COLUMNS = (
    # head, column, holds, width
    ("Break id", "break_id", "text", 22),
    ("Break", "kind", "text", 20),
    ("Held in", "source", "text", 20),
    ("Account", "account", "text", 17),
    ("Currency", "currency", "text", 9),
    ("Amount", "amount", "amount", 17),
    ("Date", "business_date", "date", 12),
    ("Age, days", "age_days", "count", 10),
    ("Due", "due_date", "date", 12),
    ("Reference", "reference", "text", 19),
    ("Counterparty", "counterparty", "text", 20),
    ("Why", "reason", "wrapped", 64),
    ("Next step", "next_step", "wrapped", 44),
    ("Status", "status", "status", 13),
    ("Owner", "owner", "blank", 14),
    ("Comment", "comment", "blank", 30),
    ("Resolution", "resolution", "blank", 26),
    ("Rule set", "ruleset", "text", 22),
    ("State", "state", "text", 12),
    ("Business days", "age_business_days", "count", 14),
    ("Side", "side", "text", 8),
    ("First seen", "first_seen", "date", 12),
    ("Entry id", "entry_id", "text", 27),
    ("Match id", "match_id", "text", 27),
    ("File id", "file_id", "text", 19),
    ("Line", "line_no", "count", 9),
)
_PRIOR = ("Prior period", "prior", "text", 13)
"""The column that only runs made after a closing have."""
_WORK = (
    ("Priority", "priority", "text", 10),
    ("Cause", "cause", "text", 20),
    ("Work row", "work_row", "count", 10),
)
"""Columns that a workbook of a project's store has; `Work row` tells whether a break was worked on since."""
_FILLED_IN = ("owner", "comment", "resolution")
_PRINTED = 16
"""Columns on paper; those after them lead back to the files."""
_HEADS = {
    "amount": Cell.HEAD_RIGHT, "count": Cell.HEAD_RIGHT, "date": Cell.HEAD_CENTRE, "status": Cell.HEAD_INPUT,
    "blank": Cell.HEAD_INPUT,
}  # fmt: skip


def break_sheets(book: Book, run: RunFolder, most_rows: int, work: Mapping[str, Shown] | None = None) -> None:
    """Write every open break, oldest first; more than a sheet holds continue on `Breaks (2)` and so on.

    `work` is what people and routing say of breaks, by their id; without it the columns for it are empty.
    """
    import polars as pl

    count = book.report.break_count
    order = [pl.col("age_days"), pl.col("amount").abs()]
    closed = run.manifest.get("closed", ())
    columns: Columns = (*_COLUMNS, _PRIOR) if closed else _COLUMNS
    if work is not None:
        columns = (*(_filled(one) for one in columns), *_WORK)
    frame = (
        tallies.live_breaks(run)
        .with_columns(_prior(closed).alias("prior"))
        .with_columns(pl.col("kind").str.replace_all("_", " "), pl.lit(STATUSES[0]).alias("status"))
        .pipe(_with_work, work)
        .sort(*order, "break_id", descending=[True, True, False])
        .collect()
    )
    book.long_in_breaks = int(frame.select(too_long(pl.col("amount")).sum()).item())
    for at, first in enumerate(range(0, max(count, 1), most_rows), start=1):
        name = "Breaks" if at == 1 else f"Breaks ({at})"
        rows = frame.slice(first, most_rows)
        shows = (
            "Every open break, oldest first, with filters"
            if at == 1
            else f"Breaks from number {first + 1:,} on"
        )
        page = book.page(name, shows, streamed=True)
        _sheet(book, page, rows, columns, at)
        book.break_sheets.append((name, rows.height))


def _sheet(book: Book, page: Page, rows: "pl.DataFrame", columns: Columns, at: int) -> None:
    sheet = page.sheet
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, max(rows.height, 1), _PRINTED - 1)
    sheet.set_row(0, 20)
    last = len(columns) - 1
    for column, (head, _, holds, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        if not rows.height:
            page.text(0, column, head, _HEADS.get(holds, Cell.HEAD))
    if not rows.height:
        page.text(1, 0, "Nothing is open.", Cell.NOTE)
        return
    heads = [
        {"header": head, "header_format": page.styles.of(_HEADS.get(holds, Cell.HEAD))}
        for head, _, holds, _ in columns
    ]
    if isinstance(sheet, StreamedSheet):
        options = {
            "name": f"breaks_{at}",
            "columns": heads,
            "style": "Table Style Light 1",
            "banded_rows": True,
        }
        sheet.add_long_table(rows.height, last, options)
        sheet.set_streamed(_chunks(book, rows, columns), rows.height, last)
    _helps(page, rows.height)


def _filled(column: tuple[str, str, str, int]) -> tuple[str, str, str, int]:
    """A column that people fill in, as one that shows what is known already."""
    head, name, holds, width = column
    return (head, name, "status" if name in _FILLED_IN else holds, width)


def _with_work(frame: "pl.LazyFrame", work: Mapping[str, Shown] | None) -> "pl.LazyFrame":
    """The breaks with the work on them; a break without any is open."""
    import polars as pl

    if work is None:
        return frame
    names = ("status", *_FILLED_IN, "priority", "cause")
    rows = [
        (
            name, one.status, one.owner, one.worked.comment, one.worked.resolution, one.route.priority,
            one.route.cause, one.due, one.worked.row,
        )
        for name, one in work.items()
    ]  # fmt: skip
    schema = {"break_id": pl.String, **dict.fromkeys(names, pl.String), "due": pl.Date, "work_row": pl.Int64}
    known = pl.LazyFrame(rows, schema=schema, orient="row")
    return (
        frame.drop("status")
        .join(known, on="break_id", how="left")
        .with_columns(
            pl.col("status").fill_null(STATUSES[0]),
            pl.col("priority").fill_null("normal"),
            pl.col("work_row").fill_null(0),
            pl.coalesce("due", "due_date").alias("due_date"),
        )
    )


def _prior(closed: Sequence[Mapping[str, Any]]) -> "pl.Expr":
    """The closed period that a break came too late for, as `breaks.prior` says it."""
    import polars as pl

    found: pl.Expr = pl.lit(None, pl.String)
    for one in reversed(closed):
        last = pl.lit(date.fromisoformat(one["last"]))
        late = pl.when(pl.col("first_seen") > last).then(pl.lit(one["period"]))
        found = pl.when(pl.col("business_date") <= last).then(late).otherwise(found)
    return found


def _helps(page: Page, height: int) -> None:
    """The drop-down of Status, the bar on the age, the colour of what is overdue."""
    places = {head: at for at, (head, *_) in enumerate(_COLUMNS)}
    status, age = places["Status"], places["Age, days"]
    page.sheet.data_validation(
        1, status, height, status,
        {"validate": "list", "source": list(STATUSES), "error_title": "Status",
         "error_message": f"one of {', '.join(STATUSES)}"},
    )  # fmt: skip
    page.sheet.conditional_format(
        1, age, height, age,
        {"type": "data_bar", "bar_color": "#D5E1EE", "bar_solid": True, "bar_no_border": True, "min_type": "num",
         "min_value": 0},
    )  # fmt: skip


def _chunks(book: Book, rows: "pl.DataFrame", columns: Columns) -> Callable[[], Iterator[str]]:
    """What yields the rows as XML, a part at a time; called when styles have got their index."""
    styles = book.styles
    looks = {
        "text": styles.of(Cell.TEXT),
        "wrapped": styles.of(Cell.WRAP),
        "count": styles.of(Cell.SOURCE, num_format=DAYS, align="right"),
        "date": styles.of(Cell.DATE),
        "status": styles.of(Cell.INPUT),
        "blank": styles.of(Cell.INPUT),
        "amount": styles.long_amount(Cell.SOURCE),
    }
    amounts = _amount_styles(styles, rows)

    def chunks() -> Iterator[str]:
        made = [Column(name, holds, index(looks[holds])) for _, name, holds, _ in columns]
        indices = {key: index(look) for key, look in amounts.items()}
        for first in range(0, rows.height, CHUNK):
            part = rows.slice(first, CHUNK)
            yield rows_xml(part, made, first + 2, indices, index(looks["amount"]))

    return chunks


def _amount_styles(styles: Styles, rows: "pl.DataFrame") -> dict[str, Format]:
    return {
        currency: styles.amount(Cell.SOURCE, currency)
        for currency in rows["currency"].unique().sort().to_list()
    }
