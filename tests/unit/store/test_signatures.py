"""Signed decisions: what is forged, unsigned or moved is found, even when the chain was made anew."""

import sqlite3
import stat
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recon.errors import ControlFailed, Problem, UsageError
from recon.store.acts import record
from recon.store.canonical import canonical
from recon.store.chain import GENESIS, linked
from recon.store.ledger import Ledger
from recon.store.people import Person
from recon.store.signatures import KEY_MADE, VARIABLE, key_file, make_key, public_key, signature_problems
from tests.unit.store.conftest import noon

pytest.importorskip("cryptography")


@pytest.fixture
def ada(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "keys"))
    return Person("ada", "obi", key=make_key(key_file("ada")))


@pytest.fixture
def ledger(tmp_path: Path, ada: Person) -> Ledger:
    ledger = Ledger.open(tmp_path / "store" / "ledger.db", noon)
    ledger.append("run.published", {"identity": "r1"})
    record(ledger, ada, lambda: [(KEY_MADE, {"name": "ada", "key": str(ada.key)})])
    record(ledger, ada, lambda: [("four_eyes.approved", {"proposal": 7}), ("note", {"words": "Zażółć"})])
    record(ledger, Person("bob", "bob"), lambda: [("note", {"words": "unsigned"})])
    return ledger


def made_anew(
    ledger: Ledger, change: Callable[[int, str, dict[str, Any]], Mapping[str, object] | None]
) -> None:
    """The ledger as somebody would write it who changes it and computes the whole chain anew."""
    rows = ledger.rows()
    connection = sqlite3.connect(ledger.path, isolation_level=None)
    connection.execute("DROP TRIGGER ledger_no_delete")
    connection.execute("DELETE FROM ledger")
    previous, seq = GENESIS, 0
    for row in rows:
        body = change(row.seq, row.kind, row.body)
        if body is None:
            continue
        seq += 1
        new = linked(previous, seq, row.at, row.kind, canonical(body))
        connection.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", new.columns())
        previous = new.hash
    connection.close()


def problems(ledger: Ledger, ada: Person) -> list[Problem]:
    fresh = Ledger.open(ledger.path)
    return signature_problems(fresh.rows(), {"ada": [str(ada.key)]}, fresh.shown)


def test_a_signed_ledger_is_sound(ledger: Ledger, ada: Person) -> None:
    assert problems(ledger, ada) == []
    assert signature_problems(ledger.rows(), None, ledger.shown) == []
    assert stat.S_IMODE(key_file("ada").stat().st_mode) == 0o600
    assert public_key(key_file("ada")) == ada.key
    with pytest.raises(UsageError, match="a key already"):
        make_key(key_file("ada"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda seq, _, body: {**body, "proposal": 8} if seq == 3 else body, "whose signature it is not"),
        (lambda seq, _, body: {**body, "by": "ada"} if seq == 5 else body, "row 5 (note) is said to be by ada"),
        (lambda seq, _, body: None if seq == 1 else body, "made for another place"),
        (lambda seq, _, body: {**body, "identity": "r2"} if seq == 1 else body, "made for another place"),
        (lambda _, kind, body: None if kind == KEY_MADE else body, "is not in the ledger"),
        (lambda _, kind, body: {**body, "key": "x"} if kind == KEY_MADE else body, "not among those"),
        (
            lambda _, __, body: {name: value for name, value in body.items() if name != "signature"},
            "is not signed",
        ),
    ],
)
def test_a_forgery_is_found_though_the_chain_is_whole(
    ledger: Ledger, ada: Person, change: Callable[..., Any], words: str
) -> None:
    made_anew(ledger, change)
    assert Ledger.open(ledger.path).rows()
    found = problems(ledger, ada)
    assert any(words in one.message for one in found), found


def test_a_signature_counts_once(ledger: Ledger, ada: Person) -> None:
    row = ledger.rows()[2]
    ledger.append(row.kind, row.body)
    assert [one.place and one.place.line for one in problems(ledger, ada)] == [6]


def test_without_the_right_key_nothing_is_written(ledger: Ledger, ada: Person, tmp_path: Path) -> None:
    before = ledger.head()
    other = make_key(tmp_path / "other.pem")
    with pytest.raises(ControlFailed, match="not the person's key"):
        record(ledger, replace(ada, key=other), lambda: [("note", {})])
    with pytest.raises(ControlFailed, match="cannot be read"):
        record(ledger, Person("zoe", "zoe", key=other), lambda: [("note", {})])
    key_file("ada").write_text("nonsense")
    with pytest.raises(ControlFailed, match="holds no key"):
        record(ledger, ada, lambda: [("note", {})])
    assert ledger.head() == before
