"""Listings: the same rows as a table, JSON, JSON lines, CSV or Parquet, on stdout or in a file.

A table is for people and comes only when stdout is a terminal; otherwise the same columns come as CSV. Amounts are
exact everywhere: text in JSON, decimals in Parquet, never in scientific notation. Text that a spreadsheet would take
for a formula is written to CSV behind an apostrophe.
"""

import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from recon.cli.terminal.files import write_file, write_text
from recon.errors import Problem, UsageError
from recon.model.accounts import ACCOUNT_KEYS, masked
from recon.model.safe_text import no_formula, printable
from recon.model.wording import plain_words


class Format(StrEnum):
    """How a listing is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


FormatOption = Annotated[
    Format | None, typer.Option("--format", help="How to write the rows; a table on a terminal, CSV otherwise.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of stdout.")
]
UnmaskedOption = Annotated[
    bool, typer.Option("--unmasked", help="Show account numbers in full on the terminal.")
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a listing: its name in data, its heading in tables, and whether it holds account numbers."""

    name: str
    heading: str | None = None
    account: bool = False

    @classmethod
    def of(cls, column: "Column | str") -> "Column":
        """The column, also from its bare name; names of account fields are known."""
        return column if isinstance(column, Column) else cls(column, account=column in ACCOUNT_KEYS)


def headed(names: Iterable[str]) -> list[Column]:
    """Columns that tables head with their names in plain words: `next_step` as `Next step`."""
    return [Column(name, plain_words(name).capitalize()) for name in names]


def print_listing(
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[object]],
    form: Format | None = None,
    output: Path | None = None,
    *,
    title: str | None = None,
    unmasked: bool = False,
) -> None:
    """Write rows of values in the order of the columns.

    Values are text, whole numbers, decimals, dates, times, truth values, None, or lists of these; never floats. A
    file is written as a whole or not at all, readable by its owner alone. Account numbers are masked on a terminal
    and in tables, unless `unmasked`.

    Raises:
        UsageError: if Parquet has no file to go to, or the file cannot be written.
    """
    wanted = [Column.of(column) for column in columns]
    chosen = form or _by_name(output) or (Format.TABLE if sys.stdout.isatty() else Format.CSV)
    seen = output is None and (sys.stdout.isatty() or chosen is Format.TABLE)
    values = (_prepared(wanted, row, mask=seen and not unmasked) for row in rows)
    if chosen is Format.PARQUET:
        if output is None:
            problem = Problem(
                "usage", "Parquet cannot go to stdout", hint="name a file with `--output FILE.parquet`"
            )
            raise UsageError(problem)
        write_file(output, _parquet(wanted, list(values)))
    elif output is not None:
        text = io.StringIO(newline="")
        _write_text(chosen, wanted, values, text, title)
        write_file(output, text.getvalue().encode("utf-8"))
    else:
        _write_text(chosen, wanted, values, sys.stdout, title)


def print_json(document: Mapping[str, object], output: Path | None = None) -> None:
    """Write one JSON document, such as a schema, to stdout or a file.

    Raises:
        UsageError: if the file cannot be written.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, default=_json_value) + "\n"
    write_text(text, output)


def _by_name(output: Path | None) -> Format | None:
    """The format that the name of the file asks for."""
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    return next((form for form in Format if form.value == suffix), None)


def _prepared(columns: Sequence[Column], row: Sequence[object], *, mask: bool) -> list[object]:
    if len(row) != len(columns):
        raise ValueError(f"a row of {len(row)} values for {len(columns)} columns")
    for value in row:
        if isinstance(value, float):
            raise TypeError("a float in a listing; amounts are Decimal")
    return [
        masked(str(value)) if mask and column.account and value is not None else value
        for column, value in zip(columns, row, strict=True)
    ]


def _write_text(
    form: Format, columns: Sequence[Column], rows: Iterator[list[object]], to: TextIO, title: str | None
) -> None:
    names = [column.name for column in columns]
    if form is Format.TABLE:
        from recon.cli.terminal.tables import print_table

        held = list(rows)
        body = [[_shown(value) for value in row] for row in held]
        numbers = [any(isinstance(row[at], (Decimal, int)) for row in held) for at in range(len(columns))]
        print_table([column.heading or column.name for column in columns], body, numbers, to, title)
    elif form is Format.CSV:
        to.write(_csv_line(names))
        to.writelines(_csv_line(row) for row in rows)
    elif form is Format.JSONL:
        to.writelines(_json_line(names, row) + "\n" for row in rows)
    else:
        separator = "\n"
        to.write("[")
        for row in rows:
            to.write(f"{separator}  {_json_line(names, row)}")
            separator = ",\n"
        to.write("\n]\n" if separator != "\n" else "]\n")


def _json_line(names: Sequence[str], row: Sequence[object]) -> str:
    return json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_json_value)


def _json_value(value: object) -> object:
    if isinstance(value, (Decimal, date)):
        return as_text(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    if isinstance(value, (Path, Enum)):
        return str(value)
    raise TypeError(f"no JSON for a value of type {type(value).__name__}")


def as_text(value: object) -> str:
    """A value as text: decimals in full, dates as ISO 8601, lists with semicolons, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "; ".join(as_text(item) for item in value)
    return str(value)


def _csv_line(row: Sequence[object]) -> str:
    cells = [_csv_cell(value) for value in row]
    return (",".join(cells) or '""') + "\n"  # a line with nothing on it would be no row


def _csv_cell(value: object) -> str:
    """One cell, quoted where any reader needs it; Python's writer leaves a lone carriage return bare."""
    text = as_text(value)
    if not isinstance(value, (Decimal, int)):
        text = no_formula(text)
    if any(char in text for char in ',"\r\n'):
        text = '"' + text.replace('"', '""') + '"'
    return text


def _shown(value: object) -> str:
    """A value as a person reads it: amounts with commas between thousands, as everywhere in words."""
    return printable(f"{value:,f}" if isinstance(value, Decimal) else as_text(value))


def _parquet(columns: Sequence[Column], rows: list[list[object]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = [_array([row[position] for row in rows]) for position in range(len(columns))]
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays, names=[column.name for column in columns]), buffer)
    return buffer.getvalue()


def _array(values: list[Any]) -> Any:  # noqa: ANN401  (pyarrow has no types)
    """A column of Parquet; decimals of one column share their largest scale."""
    import pyarrow as pa

    if any(isinstance(value, Decimal) for value in values):
        present = [value for value in values if value is not None]
        scale = max(max(0, -int(value.as_tuple().exponent)) for value in present)
        return pa.array(values, type=pa.decimal128(38, scale))
    plain = [str(value) if isinstance(value, (Path, Enum)) else value for value in values]
    array = pa.array(plain)
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array
