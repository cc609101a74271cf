"""What was published and removed later on purpose: the ledger keeps its trace, and nothing looks for it any more."""

from collections.abc import Iterable
from typing import Final

from recon.store.chain import LedgerRow

PRUNED: Final = "pruned"
"""How the kind of a row ends that says so; its body has `identity`, `folder` and `manifest`."""


def kept(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """The `published` rows whose folders were not removed since, in order."""
    found: dict[tuple[str, object], list[LedgerRow]] = {}
    for row in rows:
        kind, _, state = row.kind.partition(".")
        if state == "published":
            found.setdefault((kind, row.body["identity"]), []).append(row)
        elif state == PRUNED:
            found.pop((kind, row.body["identity"]), None)
    return sorted((row for mine in found.values() for row in mine), key=lambda row: row.seq)


def removed(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """The `pruned` rows of what was not published again since."""
    found: dict[tuple[str, object], LedgerRow] = {}
    for row in rows:
        kind, _, state = row.kind.partition(".")
        if state == PRUNED:
            found[kind, row.body["identity"]] = row
        elif state in {"started", "published"}:
            found.pop((kind, row.body["identity"]), None)
    return list(found.values())
