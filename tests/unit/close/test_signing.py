"""Signatures that cross: whoever looked before somebody else signed is refused, and nothing is half locked."""

from pathlib import Path

import pytest

from recon.close.periods.locks import LOCKED, Locks
from recon.close.periods.reopening import approve_reopening, ask_reopening
from recon.close.periods.signing import prepare, send_back, sign
from recon.close.periods.standing import standing
from recon.errors import ControlFailed, UsageError
from recon.model.periods import Period
from recon.store.store import Store
from tests.crash import deciding
from tests.crash.deciding import CONTROLS, OCTOBER, person
from tests.crash.scenario import store_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    deciding.prepare(tmp_path)
    return store_of(tmp_path)


def test_two_who_prepare_or_review_at_once_do_not_sign_twice(store: Store) -> None:
    before = standing(store, OCTOBER)
    prepare(store, person("ada"), before, CONTROLS, "")
    with pytest.raises(UsageError, match="was prepared by ada"):
        prepare(store, person("dora"), before, CONTROLS, "")
    prepared = standing(store, OCTOBER)
    sign(store, person("ben"), prepared, "reviewed", CONTROLS, "")
    with pytest.raises(UsageError, match="cannot be reviewed now"):
        sign(store, person("dora"), prepared, "reviewed", CONTROLS, "")
    assert store.ledger.rows(LOCKED) == []
    reviewed = standing(store, OCTOBER)
    sign(store, person("cleo"), reviewed, "approved", CONTROLS, "")
    with pytest.raises(UsageError):
        sign(store, person("dora"), reviewed, "approved", CONTROLS, "")
    (lock,) = Locks.of(store.ledger).standing
    assert (lock.by, lock.number, lock.run) == ("cleo", 1, "r0")
    assert deciding.halves(store) == []


def test_what_was_sent_back_cannot_be_signed_by_who_looked_before(store: Store) -> None:
    prepare(store, person("ada"), standing(store, OCTOBER), CONTROLS, "")
    prepared = standing(store, OCTOBER)
    send_back(store, person("ben"), prepared, "look again")
    with pytest.raises(UsageError):
        sign(store, person("cleo"), prepared, "reviewed", CONTROLS, "")
    again = prepare(store, person("ada"), standing(store, OCTOBER), CONTROLS, "")
    with pytest.raises(ControlFailed, match="had a hand in"):
        sign(store, person("ada"), again, "reviewed", CONTROLS, "")


def test_locks_as_they_stood_at_a_row_can_be_asked_for_again(store: Store) -> None:
    deciding.work(store.root)
    rows = store.ledger.rows("period.locked", "period.reopened")
    locked, reopened = (Locks.of(store.ledger, row.seq) for row in rows)
    assert [str(one.period) for one in locked.standing] == ["2026-10"]
    assert locked.inputs == {"closed": {"row": rows[0].seq, "hash": rows[0].hash}}
    assert Locks.recorded(store.ledger, locked.inputs) == locked
    assert (reopened.standing, reopened.inputs) == ((), {})
    with pytest.raises(ControlFailed, match="are not there"):
        Locks.recorded(store.ledger, {"closed": {"row": rows[0].seq, "hash": "0" * 64}})
    with pytest.raises(UsageError, match="2026-10 is closed"):
        locked.refuse(Period.parse("2026-10-14").last)
    locked.refuse(Period.parse("2026-11-01").last)


def test_only_what_is_closed_is_opened_and_by_two(store: Store) -> None:
    with pytest.raises(UsageError, match="is not closed"):
        ask_reopening(store, person("ada"), OCTOBER, "late file")
    prepare(store, person("ada"), standing(store, OCTOBER), CONTROLS, "")
    for level, who in (("reviewed", "ben"), ("approved", "cleo")):
        sign(store, person(who), standing(store, OCTOBER), level, CONTROLS, "")
    with pytest.raises(UsageError, match="reason"):
        ask_reopening(store, person("ada"), OCTOBER, " ")
    ask_reopening(store, person("ada"), OCTOBER, "late file")
    with pytest.raises(ControlFailed, match="had a hand in"):
        approve_reopening(store, person("ada"), OCTOBER, "")
    assert Locks.of(store.ledger).day == OCTOBER.last
    approve_reopening(store, person("cleo"), OCTOBER, "")
    assert Locks.of(store.ledger).day is None
    assert deciding.halves(store) == []
