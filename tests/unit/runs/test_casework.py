"""Decisions about breaks, honoured from run to run: left out, brought back, proved, replayed, undone."""

import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from recon.breaks.casefile import Break, Casefile
from recon.breaks.cases.answer import trail
from recon.breaks.casework.clearing import clear
from recon.breaks.casework.matching import make, take_back
from recon.breaks.casework.undoing import undo
from recon.matchers.explain.matches import run_matches, with_members
from recon.project.people import Act
from recon.project.workspace import Project, open_project
from recon.runs.decisions import revoked
from recon.runs.match import match
from recon.runs.replay import replay
from recon.store import four_eyes
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store
from tests.unit.runs.reading import disproved, rows
from tests.unit.runs.worlds import FIRST, ONE_RULE_SET, Sale, new_project, night, world_of

ADA, BOB = Person("ada", "ada"), Person("bob", "bob")
DAY = FIRST + timedelta(3)
LOOSE = {
    **ONE_RULE_SET,
    "rules/orders_vs_lines.yaml": ONE_RULE_SET["rules/orders_vs_lines.yaml"].replace(
        "within: {amount: 0.01}", "within: {amount: 0.50}"
    ),
}


SALES = [
    Sale(1, 10_000, settled=False),
    Sale(2, 12_345, booked=False),
    Sale(3, 55_500, payout=1),
    Sale(4, 70_000, off=30, payout=1),
    Sale(5, 10_070, booked=False),
]


class Desk:
    """A project at work: decide, run, look."""

    def __init__(self, folder: Path) -> None:
        self.project: Project = open_project(folder)
        self.store = Store.open(self.project)

    @property
    def run(self) -> Published:
        return self.store.run("latest")

    def breaks(self) -> dict[tuple[str, str], Break]:
        """The living breaks of the first rule set, by side and amount without sign."""
        return {
            (str(one.side), f"{abs(one.amount):.2f}"): one
            for one in Casefile(self.run).breaks
            if one.is_living and one.ruleset == "orders_vs_lines"
        }

    def clear(self, act: Act, one: Break) -> int:
        (proposal,) = clear(self.store.ledger, ADA, act, [one], "agreed by mail", self.run.identity)
        if proposal.state == "pending":
            four_eyes.approve(self.store.ledger, BOB, [proposal.number])
        return proposal.number

    def sound(self, *, replayed: bool = False) -> Published:
        """The next run, which has to be new and proven, and the same when it is done again."""
        outcome = match(self.project, self.store, as_of=DAY)
        assert outcome.is_new
        assert outcome.run.manifest["proof"] == "ok"
        assert disproved(self.project, outcome.run) == []
        if replayed:
            assert replay(self.project, self.store, outcome.run).problems == ()
            assert not match(self.project, self.store, as_of=DAY).is_new
        return outcome.run

    def state(self, break_id: str) -> tuple[str, str]:
        (one,) = [row for row in rows(self.run, "breaks") if row["break_id"] == break_id]
        return one["state"], one["reason"]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after its first night; not to be written to."""
    folder = tmp_path_factory.mktemp("casework") / "desk"
    night(new_project(folder, configs=LOOSE), world_of(SALES).files(), DAY)
    return folder


@pytest.fixture
def desk(staged: Path, tmp_path: Path) -> Desk:
    shutil.copytree(staged, tmp_path / "desk")
    return Desk(tmp_path / "desk")


def classes(run: Published) -> dict[str, tuple[int, Decimal]]:
    """The classes of the bridge of the first rule set, with their counts and sums."""
    return {
        row["class"]: (row["count"], row["amount"])
        for row in rows(run, "bridge")
        if row["ruleset"] == "orders_vs_lines" and row["class"] != "total"
    }


def test_what_is_cleared_leaves_matching_under_its_own_class_and_comes_back_when_that_is_undone(
    desk: Desk,
) -> None:
    before = desk.breaks()
    item, variance, other = before["left", "100.00"], before["left", "0.30"], before["right", "123.45"]
    assert variance.match_id is not None
    desk.clear("write_off", item)
    desk.clear("adjust", variance)
    desk.clear("exclude", other)
    run = desk.sound()
    for one in (item, variance, other):
        state, reason = desk.state(one.break_id)
        assert state == "resolved"
        assert "by ada, approved by bob: agreed by mail" in reason
    assert classes(run)["written_off"] == (1, Decimal(100))
    assert classes(run)["excluded"] == (1, Decimal("-123.45"))
    kept = {row["class"]: (row["entry_id"], row["amount"]) for row in rows(run, "decided")}
    assert kept == {
        "written_off": (item.entry_id, Decimal(100)),
        "adjusted": (variance.entry_id, variance.amount),
        "excluded": (other.entry_id, Decimal("123.45")),
    }
    assert {one["class"]: one["count"] for one in run.manifest["decided"]} == dict.fromkeys(kept, 1)
    undo(desk.store.ledger, ADA, [one.break_id for one in (item, variance, other)], "the money came")
    run = desk.sound(replayed=True)
    after = desk.breaks()
    told = ("break_id", "amount", "match_id", "kind", "first_seen")
    assert {key: [getattr(one, name) for name in told] for key, one in after.items()} == {
        key: [getattr(one, name) for name in told] for key, one in before.items()
    }
    assert {after[key].state for key in (("left", "100.00"), ("left", "0.30"), ("right", "123.45"))} == {
        "reopened"
    }
    assert sorted(row["class"] for row in rows(run, "decided")) == ["returned", "returned", "revived"]
    assert "written_off" not in classes(run)


def test_what_is_not_in_force_changes_nothing(desk: Desk) -> None:
    one = desk.breaks()["left", "100.00"]
    (proposal,) = clear(desk.store.ledger, ADA, "write_off", [one], "small", desk.run.identity)
    assert not match(desk.project, desk.store, as_of=DAY).is_new
    four_eyes.refuse(desk.store.ledger, BOB, [proposal.number], "ask again")
    assert not match(desk.project, desk.store, as_of=DAY).is_new
    desk.clear("write_off", one)
    undo(desk.store.ledger, ADA, [one.break_id], "typed wrong")
    run = desk.sound()
    assert desk.breaks()["left", "100.00"].state == "persisting"
    assert "decided" not in run.manifest


def test_matches_are_made_and_taken_back_by_hand(desk: Desk) -> None:
    before = desk.breaks()
    items = [before[key] for key in (("left", "100.00"), ("right", "123.45"), ("right", "100.70"))]
    done = make(desk.store.ledger, ADA, items, "one customer", desk.run.identity, difference="short")
    assert done.state == "approved"
    variance = before["left", "0.30"]
    found = run_matches(desk.run, f"match_id = '{variance.match_id}'")
    told = with_members(found, {desk.run.identity: desk.run}, desk.store.ingests_of(desk.run))
    sold = next(one.entry.entry_id for one in told[0].members if one.side == "left")
    take_back(desk.store.ledger, ADA, told, "another customer of that name")
    run = desk.sound()
    (made,) = [row for row in rows(run, "matches") if row["state"] == "manual"]
    assert (made["match_id"], made["kind"], made["variance"]) == (
        done.ask.content["match_id"], "1:N", Decimal("-124.15"),
    )  # fmt: skip
    assert variance.match_id not in {row["match_id"] for row in rows(run, "matches")}
    after = desk.breaks()
    assert after["left", "124.15"].kind == "amount_mismatch"
    assert (after["left", "700.00"].break_id, after["left", "700.00"].match_id) == (variance.break_id, None)
    assert ("right", "700.30") in after
    steps = trail([sold], desk.store.runs(), desk.store.ingests_of(run), revoked(desk.store))
    assert len(steps) == 1, "what was taken back leads nowhere any more"
    assert {row["class"] for row in rows(run, "decided")} == {"returned"}
    undo(desk.store.ledger, ADA, [items[0].break_id], "not his")
    desk.sound(replayed=True)
    assert {after.break_id for after in desk.breaks().values()} >= {one.break_id for one in items}
    fresh = match(desk.project, desk.store, as_of=DAY, fresh=True).run
    assert disproved(desk.project, fresh) == []
    assert variance.match_id not in {row["match_id"] for row in rows(fresh, "matches")}
