"""Versions of what may change a result: a change of one makes another run, another payout."""

import platform
from importlib.metadata import version
from typing import Final

from recon import __version__

COMPUTING: Final = ("duckdb", "pyarrow", "holidays", "iso4217")
"""Libraries whose version may change a result: the engine, its files, business days, minor units."""


def versions() -> dict[str, str]:
    """The program, the interpreter and the computing libraries by name."""
    return {
        "recon": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in COMPUTING},
    }
