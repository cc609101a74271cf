"""Four eyes: proposed by one, approved by another, level by level, once."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ControlFailed, UsageError
from recon.project.people import FourEyesSettings, RoleSettings
from recon.store import acts, four_eyes
from recon.store.four_eyes import WITHDRAWN, Ask, Proposal
from recon.store.ledger import Ledger
from recon.store.people import Person
from tests.unit.store.conftest import noon

ADA, BOB, EVE = (Person(name, name) for name in ("ada", "bob", "eve"))
ASK = Ask("write_off", ("b1",), "bank charge", {"break": "b1"}, {"NGN": Decimal("12.50")}, run="r1")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "store" / "ledger.db", noon)


def withdraw(ledger: Ledger, person: Person, number: int, note: str) -> list[Proposal]:
    """What undoing does to a proposal that waits."""
    found = {one.number: one for one in four_eyes.proposals(ledger)}
    rows = acts.record(ledger, person, lambda: four_eyes.saying(found, person, WITHDRAWN, [number], note))
    return four_eyes.entered(ledger, rows)


def test_a_proposal_waits_for_another_person(ledger: Ledger) -> None:
    (asked,) = four_eyes.propose(ledger, ADA, [ASK])
    assert (asked.state, asked.due, asked.by, asked.number) == ("pending", "approved", "ada", 1)
    assert asked.ask == ASK
    assert four_eyes.pending(ledger) == [asked]
    with pytest.raises(ControlFailed, match="ada had a hand in proposal 1"):
        four_eyes.approve(ledger, ADA, [1])
    (done,) = four_eyes.approve(ledger, BOB, [1], "seen the statement")
    assert (done.state, done.decided, done.said[0].by, done.said[0].note) == (
        "approved", 2, "bob", "seen the statement",
    )  # fmt: skip
    assert four_eyes.pending(ledger) == []
    assert four_eyes.proposals(ledger, through=1) == [asked]
    assert ledger.rows()[1].body["hash"] == ledger.rows()[0].hash


def test_what_is_decided_stays_decided(ledger: Ledger) -> None:
    four_eyes.propose(ledger, ADA, [ASK, ASK, ASK])
    four_eyes.approve(ledger, BOB, [1])
    (refused,) = four_eyes.refuse(ledger, BOB, [2], "too early")
    (withdrawn,) = withdraw(ledger, ADA, 3, "typed wrong")
    assert (refused.state, withdrawn.state) == ("refused", "withdrawn")
    for number, state in ((1, "approved"), (2, "refused"), (3, "withdrawn")):
        with pytest.raises(UsageError, match=f"is {state} already"):
            four_eyes.approve(ledger, EVE, [number])
    with pytest.raises(UsageError, match="no proposal 9"):
        four_eyes.approve(ledger, EVE, [9])


def test_several_are_approved_together_or_not_at_all(ledger: Ledger) -> None:
    four_eyes.propose(ledger, ADA, [ASK])
    four_eyes.propose(ledger, BOB, [ASK])
    with pytest.raises(ControlFailed, match="bob had a hand in proposal 2"):
        four_eyes.approve(ledger, BOB, [1, 2])
    assert len(four_eyes.pending(ledger)) == 2
    assert [one.state for one in four_eyes.approve(ledger, EVE, [1, 2])] == ["approved"] * 2


def test_a_reason_is_needed_to_propose_to_refuse_and_to_withdraw(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        four_eyes.propose(ledger, ADA, [Ask("exclude", ("b1",), " ", {}, {})])
    four_eyes.propose(ledger, ADA, [ASK])
    with pytest.raises(UsageError, match="needs a reason"):
        four_eyes.refuse(ledger, BOB, [1], "")
    with pytest.raises(ControlFailed, match="ada's, who alone can withdraw it"):
        withdraw(ledger, BOB, 1, "no")


def test_levels_are_given_by_different_people_in_order(ledger: Ledger) -> None:
    ask = Ask("close", ("2026-10",), "month end", {}, {}, levels=("reviewed", "approved"), hands=("zoe",))
    (asked,) = four_eyes.propose(ledger, ADA, [ask])
    assert asked.due == "reviewed"
    (reviewed,) = four_eyes.approve(ledger, BOB, [asked.number])
    assert (reviewed.state, reviewed.due) == ("pending", "approved")
    for person in (ADA, BOB, Person("zoe", "zoe")):
        with pytest.raises(ControlFailed, match="had a hand in"):
            four_eyes.approve(ledger, person, [asked.number])
    (approved,) = four_eyes.approve(ledger, EVE, [asked.number])
    assert [(one.level, one.by) for one in approved.said] == [("reviewed", "bob"), ("approved", "eve")]
    assert approved.state == "approved"


def test_small_amounts_need_no_second_person(ledger: Ledger) -> None:
    rules = FourEyesSettings.model_validate({"alone": {"write_off": {"NGN": "12.50"}}})
    (done,) = four_eyes.propose(ledger, Person("ada", "ada", four_eyes=rules), [ASK])
    assert (done.state, done.decided) == ("approved", 1)


def test_limits_hold_for_the_sum_of_what_is_decided_in_one_go(ledger: Ledger) -> None:
    limits = {"write_off": {"NGN": "20.00"}}
    role = RoleSettings.model_validate({"approves": ["write_off"], "limits": limits})
    checker = Person("bob", "bob", {"checker": role})
    four_eyes.propose(ledger, ADA, [ASK, ASK])
    with pytest.raises(ControlFailed, match=r"25\.00 NGN: the limit of the role `checker` is 20\.00"):
        four_eyes.approve(ledger, checker, [1, 2])
    assert four_eyes.approve(ledger, checker, [1])[0].state == "approved"
    with pytest.raises(ControlFailed, match="no role that may do this"):
        four_eyes.propose(ledger, checker, [ASK])


def test_what_others_wrote_meanwhile_is_seen_before_anything_is_written(ledger: Ledger) -> None:
    four_eyes.propose(ledger, ADA, [ASK])
    other = Ledger.open(ledger.path, noon)
    tries = []

    def rows() -> acts.Wanted:
        tries.append(1)
        found = {one.number: one for one in four_eyes.proposals(ledger)}
        wanted = four_eyes.saying(found, BOB, four_eyes.APPROVED, [1], "")
        if len(tries) == 1:
            four_eyes.refuse(other, EVE, [1], "no evidence")
        return wanted

    with pytest.raises(UsageError, match="is refused already"):
        acts.record(ledger, BOB, rows)
    assert len(tries) == 2
    assert [row.kind for row in ledger.rows()] == [four_eyes.PROPOSED, four_eyes.REFUSED]
