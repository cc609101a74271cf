"""The part of `scope` that a question is about, read from the files once and not once for each rule set and side.

A run makes the views `asked_scope` and `asked_known_before` over the tables of this module as it makes `scope` and
`known_before` over the files (`runs.scope`); where they are missing, the whole is asked.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier

PREFIX: Final = "asked_"
RAW: Final[Mapping[str, str]] = {
    "new_entries_all": "new_entries_all",
    "earlier_entries": "earlier_in_scope",
    "previous_open": "previous_open",
}
"""What the views read, and what of it lies in scope."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Names of what holds the rows asked for and perhaps more: of `scope`, and of `known_before`."""

    scope: str = "scope"
    known_before: str = "known_before"


def looked_at(engine: DuckEngine) -> list[str]:
    """Tables and views that together hold every entry in scope, most of them once."""
    return list(RAW.values()) if engine.has(f"{PREFIX}scope") else ["scope"]


@contextmanager
def asked(engine: DuckEngine, which: str, *, known_before: bool = False) -> Iterator[Asked]:
    """The rows of `scope` that a semi join on an entry keeps; `which` calls the entry `e`.

    With `known_before`, those of what earlier runs looked at as well.
    """
    if not engine.has(f"{PREFIX}scope"):
        yield Asked()
        return
    for name, in_scope in RAW.items():
        table = name if known_before else in_scope
        engine.materialise(f"{PREFIX}{name}", f"SELECT e.* FROM {identifier(table)} e {which}")
    try:
        yield Asked(f"{PREFIX}scope", f"{PREFIX}known_before")
    finally:
        for name in RAW:
            engine.materialise(f"{PREFIX}{name}", f"FROM {identifier(f'{PREFIX}{name}')} WHERE false")
