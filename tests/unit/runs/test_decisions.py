"""Decisions from night to night: honoured once they are made, part of the run's inputs, proved and replayed like it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from recon.errors import UsageError
from recon.matchers.explain.matches import run_matches, with_members
from recon.project.workspace import Project, open_project
from recon.runs.decisions import ACCEPTED, REJECTED, Decision, decide
from recon.runs.match import match
from recon.runs.replay import replay
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store
from tests.unit.runs.reading import disproved, living, rows
from tests.unit.runs.worlds import FIRST, ONE_RULE_SET, Sale, new_project, night, world_of

SUGGESTING = {
    **ONE_RULE_SET,
    "rules/orders_vs_lines.yaml": ONE_RULE_SET["rules/orders_vs_lines.yaml"].replace(
        "passes:\n", "passes:\n  - name: amount and day\n    within: {amount: 0.50, days: 1}\n"
    ),
}
DAY = FIRST + timedelta(3)


@pytest.fixture(scope="module")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night with one suggestion: an order and a line of nearly the same amount under different numbers."""
    project = new_project(tmp_path_factory.mktemp("decided") / "world", configs=SUGGESTING)
    sales = [Sale(1, 10_000, settled=False), Sale(2, 10_010, booked=False), Sale(3, 55_500, payout=1)]
    night(project, world_of(sales).files(), DAY)
    return project.root


@pytest.fixture
def store(one_night: Path, tmp_path: Path) -> tuple[Project, Store]:
    """That night, to go on from."""
    project = open_project(Path(shutil.copytree(one_night, tmp_path / "world")))
    return project, Store.open(project)


def suggested(store: Store) -> tuple[Published, str]:
    run = store.run("latest")
    (found,) = run_matches(run, "state = 'suggested' AND left_amount < 200")
    return run, found.match_id


def decided(store: Store, verdict: str, reason: str = "seen on the statement") -> Decision:
    run, name = suggested(store)
    told = with_members(run_matches(run, "match_id = ?", [name]), {run.identity: run}, store.ingests_of(run))
    (decision,) = decide(store, verdict, told, Person("ada", "ada"), reason)
    return decision


def test_an_accepted_suggestion_is_matched_by_the_next_run_which_is_proved_and_replayed(
    store: tuple[Project, Store],
) -> None:
    project, held = store
    before, name = suggested(held)
    assert not match(project, held, as_of=DAY).is_new
    decision = decided(held, ACCEPTED)
    outcome = match(project, held, as_of=DAY)
    assert outcome.is_new
    assert outcome.run.manifest["inputs"]["decisions"]["row"] == decision.number
    (made,) = [one for one in rows(outcome.run, "matches") if one["state"] == "manual"]
    assert made["match_id"] == name
    assert outcome.run.manifest["proof"] == "ok"
    assert disproved(project, outcome.run) == []
    assert replay(project, held, outcome.run).problems == ()
    assert replay(project, held, before).problems == ()
    assert {state for *_, state in living(before)} != set()
    assert not match(project, held, as_of=DAY).is_new


def test_a_rejected_suggestion_is_not_made_again(store: tuple[Project, Store]) -> None:
    project, held = store
    _, name = suggested(held)
    decided(held, REJECTED)
    run = match(project, held, as_of=DAY).run
    assert name not in {one["match_id"] for one in rows(run, "matches")}
    assert disproved(project, run) == []
    fresh = match(project, held, as_of=DAY, fresh=True).run
    assert name not in {one["match_id"] for one in rows(fresh, "matches")}


def test_the_later_decision_counts(store: tuple[Project, Store]) -> None:
    project, held = store
    _, name = suggested(held)
    decided(held, REJECTED)
    decided(held, ACCEPTED, "the bank wrote on the third")
    run = match(project, held, as_of=DAY).run
    assert [one["state"] for one in rows(run, "matches") if one["match_id"] == name] == ["manual"]


def test_the_same_decision_is_not_taken_twice_and_matches_are_not_decided_about(
    store: tuple[Project, Store],
) -> None:
    project, held = store
    decided(held, ACCEPTED)
    with pytest.raises(UsageError, match="accepted by ada already"):
        decided(held, ACCEPTED)
    run = match(project, held, as_of=DAY).run
    made = with_members(run_matches(run, "state = 'manual'"), {run.identity: run}, held.ingests_of(run))
    with pytest.raises(UsageError, match="only suggestions"):
        decide(held, REJECTED, made, Person("ada", "ada"), "changed my mind")
