"""What the list shows, as a table for a spreadsheet: every row that the filter lets through, seen or not."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from recon.model.safe_text import no_formula
from recon.store.disk import PRIVATE_FILE, disk_errors, make_private_folder

COLUMNS: Final = (
    "break_id", "kind", "status", "amount", "ccy", "date", "age", "due", "owner", "priority", "reference",
    "counterparty", "reason",
)  # fmt: skip


def export(rows: Iterable[Mapping[str, Any]], folder: Path, name: str) -> Path:
    """Write rows as CSV, texts so that no spreadsheet takes them for formulas, under a name that is not taken yet.

    Raises:
        ControlFailed: the disk is full, or the folder may not be written to.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row, column) for column in COLUMNS] for row in rows)
    with disk_errors("write the breaks", folder):
        make_private_folder(folder)
        path = _free(folder, name)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE), "wb") as file:
            file.write(text.getvalue().encode("utf-8"))
    return path


def _cell(row: Mapping[str, Any], column: str) -> str:
    value = row[column]
    if column == "amount":
        return str(value).strip().replace(",", "")
    return no_formula(value) if isinstance(value, str) else "" if value is None else str(value)


def _free(folder: Path, name: str) -> Path:
    number, path = 1, folder / f"{name}.csv"
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.csv"
    return path
