"""Decisions about breaks, honoured from run to run: left out, brought back, proved, replayed, undone."""

import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from recon.breaks.casefile import Break, Casefile
from recon.breaks.casework.clearing import clear
from recon.breaks.casework.matching import make, take_back
from recon.breaks.casework.undoing import undo
from recon.matchers.explain_matches import run_matches, with_members
from recon.project.people import Act
from recon.project.workspace import Project, open_project
from recon.runs.hindsight import ingests_of
from recon.runs.match import match
from recon.runs.replay import replay
from recon.store import four_eyes
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store
from tests.unit.runs.reading import disproved, rows
from tests.unit.runs.worlds import CONFIGS, FIRST, Sale, new_project, night, world_of

ADA, BOB = Person("ada", "ada"), Person("bob", "bob")
DAY = FIRST + timedelta(3)
LOOSE = {
    **CONFIGS,
    "rules/orders_vs_lines.yaml": CONFIGS["rules/orders_vs_lines.yaml"].replace(
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
    return {
        row["class"]: (row["count"], row["amount"]) for row in rows(run, "bridge") if row["side"] != "total"
    }


@pytest.mark.parametrize(("act", "name"), [("write_off", "written_off"), ("exclude", "excluded")])
def test_an_item_that_is_cleared_leaves_matching_and_counts_under_its_own_class(
    desk: Desk, act: Act, name: str
) -> None:
    one = desk.breaks()["left", "100.00"]
    desk.clear(act, one)
    run = desk.sound()
    assert desk.state(one.break_id)[0] == "resolved"
    assert "by ada, approved by bob: agreed by mail" in desk.state(one.break_id)[1]
    assert classes(run)[name] == (1, Decimal(100))
    (kept,) = rows(run, "decided")
    assert (kept["class"], kept["entry_id"], kept["amount"]) == (name, one.entry_id, Decimal(100))
    assert run.manifest["decided"][0]["amount"] == "100.00000000"
    assert one.entry_id not in {row["entry_id"] for row in rows(run, "open")}


def test_what_is_not_approved_changes_nothing(desk: Desk) -> None:
    one = desk.breaks()["left", "100.00"]
    (proposal,) = clear(desk.store.ledger, ADA, "write_off", [one], "small", desk.run.identity)
    assert not match(desk.project, desk.store, as_of=DAY).is_new
    four_eyes.refuse(desk.store.ledger, BOB, [proposal.number], "ask again")
    assert not match(desk.project, desk.store, as_of=DAY).is_new


def test_undoing_a_write_off_brings_the_item_back_as_it_was(desk: Desk) -> None:
    one = desk.breaks()["left", "100.00"]
    desk.clear("write_off", one)
    desk.sound()
    undo(desk.store.ledger, ADA, [one.break_id], "the money came")
    run = desk.sound(replayed=True)
    back = desk.breaks()["left", "100.00"]
    assert (back.break_id, back.state, back.kind) == (one.break_id, "reopened", one.kind)
    assert back.first_seen == one.first_seen
    assert [row["class"] for row in rows(run, "decided")] == ["returned"]
    assert "written_off" not in classes(run)


def test_a_decision_undone_before_any_run_knew_of_it_brings_nothing_back_twice(desk: Desk) -> None:
    one = desk.breaks()["left", "100.00"]
    desk.clear("write_off", one)
    undo(desk.store.ledger, ADA, [one.break_id], "typed wrong")
    run = desk.sound()
    assert desk.breaks()["left", "100.00"].state == "persisting"
    assert "decided" not in run.manifest


def test_the_variance_of_a_match_is_settled_and_stands_again_when_that_is_undone(desk: Desk) -> None:
    one = desk.breaks()["left", "0.30"]
    assert one.match_id is not None
    desk.clear("adjust", one)
    run = desk.sound()
    assert desk.state(one.break_id)[0] == "resolved"
    assert [row["class"] for row in rows(run, "decided")] == ["adjusted"]
    undo(desk.store.ledger, ADA, [one.break_id], "claimed after all")
    desk.sound(replayed=True)
    back = desk.breaks()["left", "0.30"]
    assert (back.break_id, back.state, back.amount, back.match_id) == (
        one.break_id, "reopened", one.amount, one.match_id,
    )  # fmt: skip


def test_a_match_made_by_hand_of_several_items_with_a_difference(desk: Desk) -> None:
    items = [desk.breaks()[key] for key in (("left", "100.00"), ("right", "123.45"), ("right", "100.70"))]
    done = make(desk.store.ledger, ADA, items, "one customer", desk.run.identity, difference="short")
    assert done.state == "approved"
    run = desk.sound()
    (made,) = [row for row in rows(run, "matches") if row["state"] == "manual"]
    assert (made["match_id"], made["kind"], made["variance"]) == (
        done.ask.content["match_id"], "1:N", Decimal("-124.15"),
    )  # fmt: skip
    assert made["pass"] == "manual"
    assert desk.breaks()["left", "124.15"].kind == "amount_mismatch"


def taken(desk: Desk, where: str) -> None:
    found = run_matches(desk.run, where)
    told = with_members(found, {desk.run.identity: desk.run}, ingests_of(desk.store, desk.run))
    take_back(desk.store.ledger, ADA, told, "another customer of that name")


@pytest.mark.parametrize("later", [False, True])
def test_a_match_that_is_taken_back_gives_its_entries_back_and_is_not_made_again(
    desk: Desk, later: bool
) -> None:
    before = desk.breaks()
    variance = before["left", "0.30"]
    match_id = variance.match_id
    taken(desk, f"match_id = '{match_id}'")
    if later:
        desk.clear("exclude", before["left", "100.00"])
    run = desk.sound(replayed=later)
    assert match_id not in {row["match_id"] for row in rows(run, "matches")}
    back = desk.breaks()["left", "700.00"]
    assert (back.break_id, back.match_id) == (variance.break_id, None)
    assert ("right", "700.30") in desk.breaks()
    assert {row["class"] for row in rows(run, "decided")} >= {"returned"}


def test_a_match_by_hand_is_undone(desk: Desk) -> None:
    items = [desk.breaks()[key] for key in (("left", "100.00"), ("right", "100.70"))]
    before = {key: one.break_id for key, one in desk.breaks().items()}
    make(desk.store.ledger, ADA, items, "typed wrong by the customer", desk.run.identity, difference="short")
    desk.sound()
    undo(desk.store.ledger, ADA, [items[0].break_id], "not his")
    desk.sound()
    assert {key: one.break_id for key, one in desk.breaks().items()} == before


def test_fresh_runs_honour_what_stands(desk: Desk, tmp_path: Path) -> None:
    one = desk.breaks()["left", "100.00"]
    desk.clear("write_off", one)
    desk.sound()
    fresh = match(desk.project, desk.store, as_of=DAY, fresh=True).run
    assert disproved(desk.project, fresh) == []
    assert one.entry_id not in {row["entry_id"] for row in rows(fresh, "open")}
    assert tmp_path.is_dir()
