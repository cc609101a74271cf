"""Notes about breaks, folded once: what a ledger of hundreds of thousands of them comes to is remembered beside it.

What is remembered names the row up to which it was folded by number and hash, so that it says something of this ledger
alone. Only what follows is folded again, and all of it when something before was undone or is no longer there. Nothing
that is signed or computed rests on it: closings fold the ledger itself, and `recon runs verify` compares the two.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any, Final

from recon.breaks.casework.decided import Undone
from recon.breaks.casework.vocabulary import NOTED
from recon.breaks.casework.work import Comment, Worked, noted
from recon.errors import Place, Problem
from recon.store.chain import LedgerRow
from recon.store.disk import PRIVATE_FILE, make_private_folder
from recon.store.ledger import Ledger

WORTH: Final = 2_000
"""Notes that are folded anew before it is worth to remember them."""
FOLDER: Final = "tmp"
NAME: Final = "casework.json"
_FORM: Final = 1


class Folded(Mapping[str, Worked]):
    """The work on breaks by their notes; what was remembered of one is read when somebody asks for it."""

    def __init__(self, kept: Mapping[str, list[Any]] | None = None) -> None:
        self._kept, self._read = dict(kept or {}), dict[str, Worked]()

    def __getitem__(self, name: str) -> Worked:
        if name not in self._read:
            self._read[name] = _as_worked(name, self._kept[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept | self._read)

    def __len__(self) -> int:
        return len(self._kept | self._read)

    def __contains__(self, name: object) -> bool:
        return name in self._read or name in self._kept

    def of(self, name: str) -> Worked:
        """The work on a break, also where nothing was done yet."""
        return self[name] if name in self else Worked(name)

    def fold(self, rows: Iterable[LedgerRow], undone: Mapping[int, Undone]) -> None:
        """Take in notes that follow."""
        for row in rows:
            body = row.body
            name = str(body["break"])
            one = self.of(name)
            self._read[name] = noted(one, row, body, counts=row.seq not in undone)

    def put(self, one: Worked) -> None:
        """Let this be the work on a break."""
        self._read[one.break_id] = one

    def as_kept(self) -> dict[str, list[Any]]:
        """As it is remembered."""
        return self._kept | {name: _as_list(one) for name, one in self._read.items()}


def notes_of(ledger: Ledger, undone: Mapping[int, Undone]) -> Folded:
    """The notes about all breaks, folded. `undone` is what was undone, by the number of the row."""
    seq, kept = _remembered(ledger, undone)
    rows = [row for row in ledger.notes(seq) if row.kind == NOTED]
    folded = Folded(kept)
    folded.fold(rows, undone)
    if len(rows) >= WORTH:
        _remember(ledger, rows[-1], undone, folded)
    return folded


def forged(ledger: Ledger, undone: Mapping[int, Undone]) -> list[Problem]:
    """What is remembered and does not come of the ledger."""
    seq, kept = _remembered(ledger, undone)
    if not seq:
        return []
    folded = Folded()
    folded.fold((row for row in ledger.notes(0) if row.kind == NOTED and row.seq <= seq), undone)
    if json.loads(json.dumps(folded.as_kept())) == kept:
        return []
    where, hint = f"{ledger.path.parent.name}/{FOLDER}/{NAME}", "delete the file; it is made again"
    message = "what is remembered of notes is not what the ledger says"
    return [Problem("casework-changed", message, Place(where), hint)]


def _file(ledger: Ledger) -> Path:
    return ledger.path.parent / FOLDER / NAME


def _remembered(ledger: Ledger, undone: Mapping[int, Undone]) -> tuple[int, dict[str, list[Any]]]:
    """Up to which row notes are remembered, and what they come to; nothing where that is not of this ledger."""
    try:
        said = json.loads(_file(ledger).read_text(encoding="utf-8"))
        seq, kept = int(said["row"]), said["notes"]
        if (
            said["form"] == _FORM
            and said["undone"] == _before(undone, seq)
            and ledger.hash_at(seq) == said["hash"]
        ):
            return seq, dict(kept)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 0, {}


def _remember(ledger: Ledger, last: LedgerRow, undone: Mapping[int, Undone], folded: Folded) -> None:
    """Keep what notes come to, where the folder can be written to; a reader of a read-only store goes without."""
    said = {
        "form": _FORM, "row": last.seq, "hash": last.hash, "undone": _before(undone, last.seq),
        "notes": folded.as_kept(),
    }  # fmt: skip
    path = _file(ledger)
    draft = path.with_name(f"{path.name}.new-{os.getpid()}")
    with suppress(OSError):
        make_private_folder(path.parent)
        opened = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE_FILE)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            json.dump(said, file, separators=(",", ":"))
        draft.replace(path)


def _before(undone: Mapping[int, Undone], seq: int) -> list[int]:
    """The rows up to one that are undone."""
    return sorted(number for number in undone if number <= seq)


def _as_list(one: Worked) -> list[Any]:
    comments = [list(astuple(comment)) for comment in one.comments]
    due = one.due.isoformat() if one.due else ""
    return [one.owner, str(one.status), due, one.resolution, list(one.tags), comments, one.row]


def _as_worked(name: str, kept: list[Any]) -> Worked:
    owner, status, due, resolution, tags, comments, row = kept
    return Worked(
        name, owner, status, date.fromisoformat(due) if due else None, resolution, tuple(tags),
        tuple(Comment(*comment) for comment in comments), row=row,
    )  # fmt: skip
