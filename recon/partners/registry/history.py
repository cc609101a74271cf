"""What was ever said of somebody: dated rows, and the acts that brought them about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from recon.partners.registry.changes import change_of, in_words
from recon.partners.registry.days import said
from recon.partners.registry.describing import words_of
from recon.partners.registry.files import CHANGED
from recon.partners.registry.registry import Registry
from recon.partners.registry.tables import TABLES
from recon.store.store import Store


@dataclass(frozen=True, slots=True)
class Event:
    """A dated row in words, or an act: when it was done, by whom, and why."""

    when: str
    table: str
    what: str
    by: str
    reason: str


def history(registry: Registry, store: Store, who: str) -> Iterator[Event]:
    """The rows about somebody in the order of their days, table by table; then the acts on them, the oldest first."""
    for name, about in registry.by_about.items():
        for row in sorted(about.get(who, ()), key=lambda one: (one.first, one.last, one.key)):
            yield Event(said((row.first, row.last)) if TABLES[name].dated else "", name, words_of(row), "", "")
    for act in store.ledger.rows(CHANGED):
        body: Mapping[str, Any] = act.body
        for told in cast("list[Mapping[str, Any]]", body["changes"]):
            one = change_of(told)
            if who in {one.after.about, *one.after.cells.values()}:
                what = f"{one.act} {' '.join(part for part in one.after.key if part)}: {in_words(one)}"
                yield Event(act.at, one.table, what, str(body["by"]), str(body["reason"]))
