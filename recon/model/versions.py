"""Versions of what may change a result: a change of one makes another run, another payout."""

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Final

from recon import __version__
from recon.errors import Place, Problem, UsageError

COMPUTING: Final = ("duckdb", "pyarrow", "holidays", "iso4217")
"""Libraries whose version may change a result: the engine, its files, business days, minor units."""


def versions() -> dict[str, str]:
    """The program, the interpreter and the computing libraries by name."""
    return {
        "recon": __version__,
        "python": platform.python_version(),
        **{name: _installed(name) for name in COMPUTING},
    }


@cache
def _installed(name: str) -> str:
    """The version of a library, looked up once: it is read from a file of its own."""
    return version(name)


def refuse_other_versions(recorded: Mapping[str, str], what: str, manifest: str) -> None:
    """Refuse to do something again with other versions than those that its manifest recorded.

    `what` was made ("the run"), `manifest` is the file that says so.

    Raises:
        UsageError: with every version that is another.
    """
    present = versions()
    problems = [
        Problem(
            "replay-version",
            f"{what} was made with {name} {recorded.get(name, 'unknown')}, and here is {present.get(name, 'none')}",
            Place(manifest, field=f"versions.{name}"),
            "replay it where those versions are installed",
        )
        for name in sorted({*recorded, *present})
        if recorded.get(name) != present.get(name)
    ]
    if problems:
        raise UsageError(*problems)
