"""Entries by what people call them: a reference in any column that names a transaction, an id, or the bank's text."""

import re
from collections.abc import Sequence
from typing import Final

from recon.engines.duck import DuckEngine
from recon.matchers.explain.entries import REFERENCES
from recon.store.published import Published

SHORTEST_BEGINNING: Final = 4
"""Fewest characters of an id, or of a text to look for, that may stand for it."""
HAS_REFERENCE: Final = " OR ".join(
    f"upper(regexp_replace({one}, '[^A-Za-z0-9]+', '', 'g')) = $1" for one in REFERENCES
)
"""The condition that some reference of an entry is a plain name, the first parameter of the query."""


def plain_name(text: str) -> str:
    """A reference without what people type differently: separators and case."""
    return re.sub("[^A-Z0-9]+", "", text.upper())


def called(engine: DuckEngine, name: str, entries: str) -> list[str]:
    """The ids of a view of entries that a name stands for, by the surest way of reading it that finds any.

    The ways: a reference, an id or the beginning of one, and the text of a statement that has it in it.
    """
    lowered = name.strip().lower()
    ways: list[tuple[str, str]] = [(HAS_REFERENCE, plain_name(name))]
    if len(lowered) >= SHORTEST_BEGINNING:
        ways += [("starts_with(entry_id, $1)", lowered), ("contains(lower(remittance), $1)", lowered)]
    for condition, value in ways:
        query = f"SELECT DISTINCT entry_id FROM {entries} WHERE {condition} ORDER BY entry_id"
        if value and (rows := engine.rows(query, [value])):
            return [str(row[0]) for row in rows]
    return []


def by_book(name: str, run: Published, ingests: Sequence[Published]) -> list[list[str]]:
    """The entries that a reference stands for, matched or not, of each book of a run that has any, in their order.

    Raises:
        ControlFailed: a file is not what was published.
    """
    if not ingests or not plain_name(name):
        return []
    with DuckEngine.open(inputs=[one.folder for one in ingests]) as engine:
        engine.scan("entries", [one.verified("entries.parquet") for one in ingests])
        query = f"SELECT DISTINCT entry_id, source FROM entries WHERE {HAS_REFERENCE} ORDER BY entry_id"
        rows = engine.rows(query, [plain_name(name)])
    found = ([str(entry_id) for entry_id, of in rows if of == source] for source in books(run))
    return [one for one in found if one]


def in_first_book(name: str, run: Published, ingests: Sequence[Published]) -> list[str]:
    """The entries that a reference stands for in the first of the books of a run that has any.

    Raises:
        ControlFailed: a file is not what was published.
    """
    return next(iter(by_book(name, run, ingests)), [])


def books(run: Published) -> list[str]:
    """The sources of a run's rule sets, in their order: what was sold before what was settled before the bank."""
    return list(
        dict.fromkeys(
            source for ruleset in run.manifest["rulesets"] for source in (*ruleset["left"], *ruleset["right"])
        )
    )
