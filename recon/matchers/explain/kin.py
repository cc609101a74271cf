"""Kin of an entry: the entries that share a reference with it, however it was typed, on either side.

Kin are candidates in every pass, whatever else differs: they are what an analyst would look at first.
"""

import re
from collections.abc import Iterable

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, any_of, call, literal
from recon.engines.relations import Relation, Scan, select, where
from recon.engines.types import ROW
from recon.matchers.comparing.keys import as_word
from recon.matchers.explain.entries import REFERENCES
from recon.matchers.explain.facts import EntryFacts
from recon.matchers.explain.units import is_true

TELLING = tuple(name for name in REFERENCES if name != "statement_id")
"""References of which sharing one says something; a statement names too much at once."""
SHORTEST_IN_TEXT = 6
"""Shorter references are not looked for inside texts: they stand in too many."""


def load_kin(engine: DuckEngine, pools: Iterable[Relation], entry: EntryFacts, against: str | None) -> Scan:
    """Table `why_kin` (`rid`): the kin of an entry in some pools; with `against`, that entry alone."""
    engine.create_typed("why_kin", {"rid": ROW})
    itself = call("row_of", literal(entry.entry_id))
    for pool in pools:
        if against is None:
            is_kin = _shares_reference(pool, entry)
        else:
            is_kin = call("eq", pool["rid"], call("row_of", literal(against)))
        found = where(where(pool, is_true(is_kin)), call("ne", pool["rid"], itself))
        engine.append_relation("why_kin", select(found, {"rid": pool["rid"]}))
    return Scan({"rid": ROW}, "why_kin")


def references_of(entry: EntryFacts) -> list[str]:
    """What an entry is called: its references, and words of its text that may be one; capitals and digits only."""
    own = {text for name, text in entry.references.items() if name in TELLING}
    plain = {re.sub("[^A-Z0-9]+", "", text.upper()) for text in own} | _words(entry.remittance or "")
    return sorted({text.lstrip("0") for text in plain} - {""})


def _shares_reference(pool: Relation, entry: EntryFacts) -> Expression:
    wanted = [literal(text) for text in references_of(entry)]
    if not wanted:
        return literal(False)
    same = [is_true(call("in", call("without_zeros", as_word(pool[name])), *wanted)) for name in TELLING]
    long = {
        text for name, text in entry.references.items() if name in TELLING and len(text) >= SHORTEST_IN_TEXT
    }
    inside = [is_true(call("contains", pool["remittance"], literal(text))) for text in sorted(long)]
    return any_of(*same, *inside)


def _words(text: str) -> set[str]:
    """Words of a text that may be references: long enough, with a digit in them."""
    words = re.findall("[A-Z0-9]+", text.upper())
    return {word for word in words if len(word) >= SHORTEST_IN_TEXT and any(char.isdigit() for char in word)}
