"""`recon rules test|diff|backtest` and `recon matches accept|reject|decisions` on a small world."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from recon.cli.matches.pairs import pair_lines
from recon.outputs.told import Teller
from recon.runs.remedies import Effect, PairExplained, Proposal
from tests.cli.conftest import Outcome
from tests.unit.matchers.bench_of import entry, ruleset
from tests.unit.matchers.looked_back import explained
from tests.unit.runs.worlds import FIRST, ONE_RULE_SET, SETTINGS, Sale, new_project, night, world_of

Run = Callable[..., Outcome]
DAY = FIRST + timedelta(9)
NAME = "rules/orders_vs_lines.yaml"
WIDE = """\
  - name: amount and day
    within: {amount: 0.50, days: 1}
"""
RULES = ONE_RULE_SET[NAME].replace("verify:\n", f"{WIDE}verify:\n")
SALES = [
    *(Sale(number, 10_000 * number) for number in range(1, 6)),
    Sale(6, 77_000, off=30),
    Sale(7, 8_100, settled=False),
    Sale(8, 8_110, booked=False),
]


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five clean matches, one that is 0.30 off, and a suggestion of two orders that are 0.10 apart."""
    folder = tmp_path_factory.mktemp("tried") / "world"
    night(
        new_project(
            folder, f"{SETTINGS}\n[four_eyes]\ntrust_by = true\n", configs={**ONE_RULE_SET, NAME: RULES}
        ),
        world_of(SALES).files(),
        DAY,
    )
    return folder


@pytest.fixture
def world(matched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(matched, tmp_path / "world"))
    monkeypatch.chdir(folder)
    return folder


def rows(outcome: Outcome) -> list[dict[str, object]]:
    assert outcome.status == 0, outcome.stderr
    found: list[dict[str, object]] = json.loads(outcome.stdout)
    return found


def changed(folder: Path, before: str, after: str) -> str:
    path = folder / "changed.yaml"
    assert before in RULES
    path.write_text(RULES.replace(before, after), encoding="utf-8")
    return path.name


def test_a_wider_tolerance_gains_what_it_should(recon: Run, world: Path) -> None:
    wider = changed(
        world,
        "same: [ref_merchant, type]\n    within: {amount: 0.01}",
        "same: [ref_merchant, type]\n    within: {amount: 0.50}",
    )
    outcome = recon("rules", "diff", "orders_vs_lines", wider, "--format", "json")
    (found,) = rows(outcome)
    assert (found["change"], found["before"], found["after"]) == ("changed", "suggested", "confirmed")
    assert (found["by_after"], found["amount"], found["reference"]) == ("order number", "770.00", "T00006")
    assert "changed 1 match, 770.00 NGN, suggested → confirmed" in outcome.stderr


def test_a_removed_pass_loses_what_it_made(recon: Run, world: Path) -> None:
    outcome = recon("rules", "diff", "orders_vs_lines", changed(world, WIDE, ""), "--format", "json")
    assert {(one["change"], one["before"], one["after"]) for one in rows(outcome)} == {
        ("lost", "suggested", None)
    }
    period = (FIRST + timedelta(4)).isoformat()
    outside = recon("rules", "diff", "orders_vs_lines", "changed.yaml", "--period", period, "--format", "json")
    assert rows(outside) == []
    assert "no match differs" in outside.stderr


def test_the_same_rules_differ_in_nothing(recon: Run, world: Path) -> None:
    assert rows(recon("rules", "diff", "orders_vs_lines", "orders_vs_lines", "--format", "json")) == []
    assert world.is_dir()


def test_a_backtest_agrees_with_history_and_tells_what_is_missed(recon: Run, world: Path) -> None:
    found = {
        (one["pass"], one["state"]): one
        for one in rows(recon("rules", "backtest", "orders_vs_lines", "--format", "json"))
    }
    exact = found["order number", "confirmed"]
    assert (exact["matches"], exact["agree"], exact["contradict"], exact["precision"]) == (5, 5, 0, "1.0000")
    assert found["amount and day", "suggested"]["new"] == 2
    narrow = changed(world, "same: [ref_merchant, type]", "same: [ref_processor]")
    outcome = rows(recon("rules", "backtest", narrow, "--format", "json"))
    assert outcome[-1]["pass"] == "missed"


def test_decisions_are_taken_listed_and_honoured(recon: Run, world: Path) -> None:
    suggested = rows(recon("matches", "list", "--state", "suggested", "--format", "json"))
    (near,) = [one for one in suggested if one["left_amount"] == "81.00"]
    (far,) = [one for one in suggested if one["left_amount"] == "770.00"]
    why = ("--reason", "the customer typed it wrong", "--by", "ada")
    assert recon("matches", "accept", str(near["id"])[:10], *why).status == 0
    assert recon("matches", "reject", str(far["id"]), "--reason", "short paid").status == 0
    assert "accepted by ada already" in recon("matches", "accept", str(near["id"]), *why).stderr
    outcome = recon("match", "--as-of", DAY.isoformat())
    assert "proof ok" in outcome.stderr
    (made,) = rows(recon("matches", "list", "--format", "json"))
    assert (made["id"], made["state"]) == (near["id"], "manual")
    decisions = rows(recon("matches", "decisions", "--format", "json"))
    assert [(one["verdict"], bool(one["honoured"])) for one in decisions] == [
        ("accepted", True),
        ("rejected", True),
    ]
    assert recon("runs", "replay").status == 0
    assert recon("runs", "verify").status == 0
    diff = recon("rules", "diff", "orders_vs_lines", changed(world, WIDE, ""), "--format", "json")
    assert (
        "orders_vs_lines: 1 of 1 accepted matches found, 0 of them confirmed; 1 of 1 rejected ones made again"
        in diff.stderr
    )
    shown = recon("matches", "show", str(near["id"]))
    assert "the customer typed it wrong" in shown.stdout


@pytest.mark.usefixtures("world")
def test_a_rejected_suggestion_can_be_taken_back_by_its_id(recon: Run) -> None:
    """No run proposes it any more, and its id still names it; the history of its breaks tells both decisions."""
    (far,) = [
        one
        for one in rows(recon("matches", "list", "--state", "suggested", "--format", "json"))
        if one["left_amount"] == "770.00"
    ]
    name = str(far["id"])
    breaks = [
        str(one["id"]) for one in rows(recon("breaks", "list", "--format", "json")) if one["amount"] == "770.00"
    ]
    assert recon("matches", "reject", name, "--reason", "short paid", "--by", "ada").status == 0
    assert "proof ok" in recon("match", "--as-of", DAY.isoformat()).stderr
    assert name not in recon("matches", "list", "--format", "json").stdout
    told = recon("matches", "reject", name[:10], "--reason", "once more")
    assert (told.status, "was rejected by ada already" in told.stderr) == (2, True)
    accepted = recon("matches", "accept", name[:10], "--reason", "the bank confirmed it", "--by", "ben")
    assert (accepted.status, accepted.stderr.count(name)) == (0, 1)
    assert breaks
    history = recon("breaks", "history", breaks[0], "--format", "csv").stdout
    assert f"rejected {name}" in history
    assert f"accepted {name}" in history
    assert "proof ok" in recon("match", "--as-of", DAY.isoformat()).stderr
    assert {one["id"]: one["state"] for one in rows(recon("matches", "list", "--format", "json"))}[
        name
    ] == "manual"
    assert recon("runs", "verify").status == 0


def test_a_decision_needs_a_reason_and_a_suggestion(recon: Run, world: Path) -> None:
    confirmed = rows(recon("matches", "list", "--state", "confirmed", "--format", "json"))[0]
    done = recon("matches", "reject", str(confirmed["id"]), "--reason", "no")
    assert done.status == 2
    assert "only suggestions are decided about" in done.stderr
    assert recon("matches", "accept", str(confirmed["id"]), "--reason", " ").status == 2
    assert recon("matches", "accept", "0000").status == 2
    assert world.is_dir()


def test_tests_of_rule_files_pass_and_fail(recon: Run, world: Path) -> None:
    assert "no rule file here has tests" in recon("rules", "test").stderr
    path = world / "configs" / NAME
    test = """\
tests:
  - name: the same order number
    shared: {currency: NGN, ref_merchant: T1}
    left: [{id: a, amount: 9.60, gross: 10.00}]
    right: [{id: b, amount: 9.60, gross: 10.01}]
    expect: [{left: a, right: b}]
"""
    path.write_text(RULES + test, encoding="utf-8")
    (passed,) = rows(recon("rules", "test", "--format", "json"))
    assert passed["result"] == "passed"
    path.write_text(RULES + test.replace("10.01", "10.02"), encoding="utf-8")
    failed = recon("rules", "test")
    assert failed.status == 2
    assert f"configs/{NAME}:" in failed.stderr
    assert "expected a = b confirmed, and it is not found" in failed.stderr


def test_two_entries_are_explained_with_the_change_that_would_match_them(recon: Run, world: Path) -> None:
    found = rows(recon("breaks", "list", "--ruleset", "orders_vs_lines", "--format", "json"))
    ids = [str(one["id"]) for one in found if one["reference"] == "T00006"]
    assert len(ids) == 2
    shown = recon("matches", "explain", *ids)
    assert shown.status == 0, shown.stderr
    assert "`order number` with a change would let the two through" in shown.stdout
    assert "within.amount: 0.01 → {short: 0.01, over: 0.3}" in shown.stdout
    assert "the two are confirmed; 0 other matches altered" in shown.stdout
    document = json.loads(recon("matches", "explain", *reversed(ids), "--no-effect", "--format", "json").stdout)
    assert document["proposal"]["changes"] == ["within.amount: 0.01 → {short: 0.01, over: 0.3}"]
    assert document["proposal"]["effect"] is None
    assert world.is_dir()


def test_two_entries_of_one_side_face_no_rule_set(recon: Run, world: Path) -> None:
    found = rows(recon("breaks", "list", "--side", "left", "--ruleset", "orders_vs_lines", "--format", "json"))
    outcome = recon("matches", "explain", str(found[0]["id"]), str(found[1]["id"]))
    assert outcome.status == 2
    assert "no rule set faces the two" in outcome.stderr
    assert world.is_dir()


def test_rules_are_mined_from_what_was_matched(
    recon: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = ONE_RULE_SET[NAME].replace(
        "same: [ref_merchant, type]\n    within: {amount: 0.01}",
        "within: {amount: 0.01, days: 1}\n    confirm: automatic",
    )
    assert blind != ONE_RULE_SET[NAME]
    project = new_project(tmp_path / "blind", configs={**ONE_RULE_SET, NAME: blind})
    night(project, world_of(SALES).files(), DAY)
    monkeypatch.chdir(project.root)
    outcome = recon("rules", "suggest", "orders_vs_lines", "--min-support", "4", "--format", "json")
    found = {str(one["kind"]): one for one in rows(outcome)}
    assert found["reference"]["rule"] == (
        "{name: ref_merchant, same: [ref_merchant], within: {days: {before: 0, after: 0}}}"
    )
    assert (found["reference"]["support"], found["reference"]["precision"]) == (5, "1.0000")
    assert found["lag"]["support"] == 5
    assert "nothing was changed" in outcome.stderr
    wanting = recon("rules", "suggest", "orders_vs_line")
    assert wanting.status == 2
    assert "did you mean" in wanting.stderr.lower()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("matches", "list", "--pass", "order numbr"), "order number"),
        (("matches", "list", "--ruleset", "orders_vs_line"), "orders_vs_lines"),
        (("breaks", "list", "--ruleset", "orders_vs_line"), "orders_vs_lines"),
    ],
)
def test_a_mistyped_name_is_no_empty_answer(recon: Run, world: Path, words: tuple[str, ...], hint: str) -> None:
    outcome = recon(*words)
    assert outcome.status == 2
    assert hint in outcome.stderr
    assert world.is_dir()


def test_a_decision_outlives_the_pass_that_suggested_it(recon: Run, world: Path) -> None:
    suggested = rows(recon("matches", "list", "--state", "suggested", "--format", "json"))
    (near,) = [one for one in suggested if one["left_amount"] == "81.00"]
    (far,) = [one for one in suggested if one["left_amount"] == "770.00"]
    assert recon("matches", "accept", str(near["id"]), "--reason", "a slip of the pen").status == 0
    assert recon("matches", "reject", str(far["id"]), "--reason", "short paid").status == 0
    path = world / "configs" / NAME
    path.write_text(path.read_text("utf-8").replace("amount and day", "near enough"), "utf-8")
    assert "proof ok" in recon("match", "--as-of", DAY.isoformat()).stderr
    (made,) = rows(recon("matches", "list", "--format", "json"))
    assert (made["pass"], made["state"]) == ("manual", "manual")
    assert recon("runs", "verify").status == 0
    report = recon("report", "--format", "text")
    assert report.status == 0
    assert "FAIL" not in report.stdout
    assert recon("report").status == 0
    found = rows(recon("breaks", "list", "--side", "left", "--ruleset", "orders_vs_lines", "--format", "json"))
    (order,) = [one for one in found if one["reference"] == "T00006"]
    explained = recon("breaks", "explain", str(order["id"]))
    assert "Rejected by" in explained.stdout
    assert "short paid" in explained.stdout


@pytest.mark.parametrize(
    ("instead", "words"),
    [
        (("suggested", "by day"), "still no match: `by day` suggests one of them with another"),
        (("confirmed", "by day"), "still no match: `by day` matches one of them with another"),
        (None, "still no match;"),
    ],
)
def test_a_change_that_does_not_do_says_what_stands_in_its_way(
    instead: tuple[str, str] | None, words: str
) -> None:
    entries = [entry("a", "left", "10.00"), entry("b", "right", "9.00")]
    rules = ruleset([{"name": "by day", "within": {"amount": 0, "days": 1}}])
    proposal = Proposal("by day", False, (), "", Effect(None, instead, (), ()))
    found = PairExplained(explained(rules, entries, "a", against="b"), None, False, None, proposal)
    assert words in "\n".join(text for _, text in pair_lines(Teller(False), found))
