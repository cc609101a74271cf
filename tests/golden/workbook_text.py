"""A workbook as text that a person can review: cells with formulas, values and formats, and what surrounds them."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl


def workbook_text(path: Path) -> str:
    """Every sheet, one line per cell; names, tables, validations, links, charts."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    lines = [f"{name} = {defined.attr_text}" for name, defined in sorted(formulas.defined_names.items())]
    for sheet in formulas.worksheets:
        lines += ["", f"== {sheet.title} {sheet.dimensions}", *_frame(sheet)]
        for row in sheet.iter_rows():
            lines += [_cell(cell, values[sheet.title][cell.coordinate].value) for cell in row if _holds(cell)]
    return "\n".join([*lines, "", *_charts(path)]) + "\n"


def _frame(sheet: Any) -> Iterator[str]:
    """What is set on the sheet as a whole."""
    yield f"freeze {sheet.freeze_panes} · repeat {sheet.print_title_rows} · print {sheet.print_area or 'all'}"
    widths = (f"{column}:{found.width:g}" for column, found in sorted(sheet.column_dimensions.items()))
    yield f"widths {' '.join(widths)}"
    for table in sheet.tables.values():
        yield f"table {table.name} {table.ref} filter {table.autoFilter.ref}"
    for validation in sheet.data_validations.dataValidation:
        yield f"validation {validation.sqref} {validation.type} {validation.formula1}"
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            yield f"conditional {area.sqref} {rule.type} {' '.join(rule.formula)}".rstrip()


def _holds(cell: Any) -> bool:
    return cell.value is not None


def _cell(cell: Any, value: Any) -> str:
    shown = f"{cell.coordinate} {cell.data_type} {cell.value!r}"
    if cell.data_type == "f":
        shown += f" -> {value!r}"
    if cell.number_format != "General":
        shown += f" [{cell.number_format}]"
    return shown + (f" link {cell.hyperlink.location}" if cell.hyperlink else "")


def _charts(path: Path) -> Iterator[str]:
    """Charts by what they draw: openpyxl does not keep them when reading."""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart")):
            xml = archive.read(name).decode()
            kinds = re.findall(r"<c:(\w+Chart)>", xml) + re.findall(r'<c:grouping val="(\w+)"', xml)
            yield f"== {name} {' '.join(kinds)}"
            yield from re.findall(r"<c:f>([^<]+)</c:f>", xml)
