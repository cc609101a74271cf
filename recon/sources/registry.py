"""The readers by name. A reader's module is imported when it is first asked for."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from recon.sources.reader import Fit, Reader

MODULES: Final[dict[str, str]] = {
    "csv": "recon.sources.delimited",
    "excel": "recon.sources.excel",
    "parquet": "recon.sources.parquet",
    "mt940": "recon.sources.mt940",
    "camt": "recon.sources.camt",
}
"""Each format's module; the module's `READER` is the reader."""


@cache
def reader(name: str) -> Reader[Any]:
    """The reader of a format.

    Raises:
        KeyError: no such format.
    """
    found: Reader[Any] = import_module(MODULES[name]).READER
    return found


def fits(head: bytes, path: Path) -> list[tuple[str, Fit]]:
    """Every format that may fit a file that begins with `head`, best first, then by name."""
    found = [(name, fit) for name in MODULES if (fit := reader(name).sniff(head, path))]
    return sorted(found, key=lambda pair: (-pair[1].score, pair[0]))
