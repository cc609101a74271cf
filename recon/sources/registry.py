"""The readers by name. A reader's module is imported when it is first asked for."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from recon.sources.reader import Fit, Reader
from recon.sources.text import as_utf8

if TYPE_CHECKING:  # tables bring polars, which readers of banks' own formats do without
    from recon.sources.tables.table import TableReader

TABLES: Final[dict[str, str]] = {
    "csv": "recon.sources.tables.delimited",
    "excel": "recon.sources.tables.excel",
    "parquet": "recon.sources.tables.parquet",
    "fixed": "recon.sources.tables.fixed_width",
    "ipm": "recon.sources.tables.ipm",
}
"""Tabular formats and their modules; a profile says what the columns mean."""

FORMATS: Final[dict[str, str]] = {
    "mt940": "recon.sources.mt940",
    "camt": "recon.sources.camt",
    "ofx": "recon.sources.ofx",
    "bai2": "recon.sources.bai2",
    "qif": "recon.sources.qif",
    "onec": "recon.sources.onec",
    "coda": "recon.sources.national.coda",
    "norma43": "recon.sources.national.norma43",
    "cfonb": "recon.sources.national.cfonb",
    "abo": "recon.sources.national.abo",
}
"""Formats that say themselves what each field means, and their modules."""


@cache
def table_reader(name: str) -> "TableReader":
    """The reader of a tabular format.

    Raises:
        KeyError: no such format.
    """
    found: TableReader = import_module(TABLES[name]).READER
    return found


@cache
def reader(name: str) -> Reader[Any]:
    """The reader of a format that needs no mapping.

    Raises:
        KeyError: no such format.
    """
    found: Reader[Any] = import_module(FORMATS[name]).READER
    return found


def reader_for(path: Path, names: list[str]) -> str:
    """Which of some readers takes a file, by the ending of its name; the first when none claims it."""
    suffix = path.suffix.lower()
    for name in names:
        one = table_reader(name) if name in TABLES else reader(name)
        if suffix in one.extensions:
            return name
    return names[0]


def format_fit(name: str, head: bytes, path: Path) -> Fit | None:
    """Whether a file that begins with `head` may be of a format that needs no mapping, whatever its Unicode form."""
    return reader(name).sniff(as_utf8(head), path)


def fits(head: bytes, path: Path) -> list[tuple[str, Fit]]:
    """Every format that may fit a file that begins with `head`, best first, then by name."""
    found = [(name, table_reader(name).sniff(head, path)) for name in TABLES]
    found += [(name, format_fit(name, head, path)) for name in FORMATS]
    return sorted(((name, fit) for name, fit in found if fit), key=lambda pair: (-pair[1].score, pair[0]))
