"""What is remembered of notes: the same as the ledger says, of this ledger alone, and found out where it is forged."""

import json
import sqlite3
from pathlib import Path

import pytest

from recon.breaks.casework import remembered
from recon.breaks.casework.decided import undone_rows
from recon.breaks.casework.noting import Noting, note
from recon.breaks.casework.undoing import undo
from recon.breaks.casework.vocabulary import UNDONE, Note
from recon.breaks.casework.worked import book
from recon.errors import ControlFailed
from recon.store.ledger import Ledger
from recon.store.people import Person

ADA = Person("ada", "ada")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with four notes about two breaks, which are worth to be remembered."""
    monkeypatch.setattr(remembered, "WORTH", 4)
    ledger = Ledger.open(tmp_path / "store" / "ledger.db")
    ledger.append("run.published", {"identity": "r1"})
    notes = [
        Noting("b1", Note.ASSIGN, "ben"),
        Noting("b2", Note.SUPPORT, "2026-11-03", "it comes"),
        Noting("b1", Note.TAG, "vat"),
        Noting("b1", Note.COMMENT, "", "asked the bank"),
    ]
    note(ledger, ADA, notes, "r1")
    return ledger.path


def same(path: Path) -> bool:
    """Whether the work on breaks is that which the ledger says, row by row."""
    ledger = Ledger.open(path)
    whole = book(ledger, through=len(ledger.rows())).worked
    return dict(book(Ledger.open(path)).worked) == dict(whole)


def kept(path: Path) -> Path:
    return path.parent / remembered.FOLDER / remembered.NAME


def test_what_is_remembered_is_what_the_ledger_says(path: Path) -> None:
    assert same(path)
    assert kept(path).stat().st_mode & 0o777 == 0o600
    assert json.loads(kept(path).read_text())["row"] == 5
    assert same(path), "read from what is remembered"
    note(Ledger.open(path), ADA, [Noting("b2", Note.ASSIGN, "eve"), Noting("b3", Note.TAG, "new")], "r1")
    assert same(path), "what follows is taken in"
    assert {one.owner for one in book(Ledger.open(path)).worked.values()} == {"ben", "eve", ""}


def test_undoing_something_remembered_folds_all_of_it_again(path: Path) -> None:
    assert same(path)
    undo(Ledger.open(path), ADA, ["b1"], "typed wrong")
    assert same(path)
    assert book(Ledger.open(path)).of("b1").comment == ""


def test_another_ledger_remembers_nothing_of_this_one(path: Path) -> None:
    assert same(path)
    text = kept(path).read_text()
    for change in ({"hash": "0" * 64}, {"row": 99}, {"form": 0}):
        kept(path).write_text(json.dumps(json.loads(text) | change | {"notes": {}}))
        assert same(path)
    for broken in ("", "[]", "{}"):
        kept(path).write_text(broken)
        assert same(path)


def test_a_forged_memory_is_found(path: Path) -> None:
    assert same(path)
    ledger = Ledger.open(path)
    undone = undone_rows(ledger.rows(UNDONE))
    assert remembered.forged(ledger, undone) == []
    kept(path).write_text(kept(path).read_text().replace("ben", "eve"))
    assert book(Ledger.open(path)).of("b1").owner == "eve"
    assert book(ledger, through=5).of("b1").owner == "ben", "what is signed does not rest on it"
    (problem,) = remembered.forged(ledger, undone)
    assert str(problem.place) == "store/tmp/casework.json"


@pytest.mark.parametrize(("seq", "ask"), [(1, "rows"), (3, "notes")])
def test_a_row_that_was_changed_is_found_when_it_is_read(path: Path, seq: int, ask: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER ledger_no_update")
        connection.execute("UPDATE ledger SET body = replace(body, 'r1', 'r2') WHERE seq = ?", (seq,))
    with pytest.raises(ControlFailed, match=f"row {seq} "):
        Ledger.open(path).rows("run.published") if ask == "rows" else Ledger.open(path).notes(0)
    assert any(f"row {seq} " in problem.message for problem in Ledger.open(path).verify())


def test_a_row_that_was_taken_out_is_found_by_the_one_behind_it(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER ledger_no_delete")
        connection.execute("DELETE FROM ledger WHERE seq = 3")
    with pytest.raises(ControlFailed, match="row 3 is missing"):
        Ledger.open(path).notes(0)
