"""A month of nights, played by the real program: every count and sum ties, every decision is in the chain."""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from recon.cli.app import run
from recon.close.periods import controls
from recon.close.periods.locks import LOCKED, REOPENED, Locks
from recon.project.workspace import open_project
from recon.store.published import Published
from recon.store.store import Store
from sample_data.month_of_nights import play, world
from tests.cli.conftest import Outcome

pytestmark = pytest.mark.slow
IDLE = [date(2026, 10, day) for day in (1, 2, 5, 6, 7, 12, 21, 23, 27, 28, 29)]
"""Nights like those beside them, on which nobody is at work either: the next run takes their files as well."""


class Played:
    """The story in a folder, with what each command printed, by the first words of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = play.stage(folder)
        self.said: dict[str, list[Outcome]] = defaultdict(list)
        self.capture: pytest.CaptureFixture[str] | None = None
        play.month(self.folder, self.recon, IDLE)
        for act in (play.closing, play.afterwards):
            act(self.folder, self.recon)

    def recon(self, words: Sequence[str], status: int) -> None:
        import contextlib
        import io

        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ended = int(run(("--project", str(self.folder), "--quiet", *words)))
        assert ended == status, (words, out.getvalue(), err.getvalue())
        self.said[" ".join(words[:2])].append(Outcome(ended, out.getvalue(), err.getvalue()))

    @property
    def store(self) -> Store:
        return Store.open(open_project(self.folder))

    def closed_on(self) -> list[Published]:
        """The runs of the two closings."""
        return [self.store.run(str(row.body["run"])) for row in self.store.ledger.rows(LOCKED)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The story, its proofs made once at the end instead of at each signature."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(controls, "verify_run", lambda *_: [])
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("home")))
        yield Played(tmp_path_factory.mktemp("story") / "month")


def rows(one: Published, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(one.verified(f"{table}.parquet")).to_pylist()
    return found


def test_every_night_is_a_sound_run(played: Played) -> None:
    nights = [json.loads(done.stdout) for done in played.said["run --nightly"]]
    assert len(nights) == len(world.nights()) - len(IDLE) + 2
    assert all(one["new"] and one["proof"] == "ok" and not one["refused"] for one in nights)
    assert [one["prior"] for one in nights[-2:]] == [1, 1], "the late payment; the write-off that was undone"


def test_the_month_comes_to_what_happened_in_it(played: Played) -> None:
    wanted = world.expected()
    first, second = played.closed_on()
    for one, missing in ((first, 1), (second, 0)):
        proof = {row["side"]: row for row in rows(one, "proof")}
        assert proof["left"]["opening_count"] + proof["left"]["new_count"] == int(wanted["orders"]) + 1, (
            "one corrected"
        )
        settled = {row["match_id"] for row in rows(one, "matches") if row["state"] in {"confirmed", "manual"}}
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows(one, "members"):
            if row["match_id"] in settled:
                sums[row["side"]] += row["amount"]
        lost = next(order.amount for order in world.orders() if order.number == world.LOST) * missing
        assert len(settled) == int(wanted["matched"]) - missing
        assert sums == {"left": wanted["matched_left"] - lost, "right": wanted["matched_right"] - lost}
        living = [row for row in rows(one, "breaks") if row["state"] != "resolved"]
        assert sum(row["kind"] == "in_transit" for row in living) == wanted["in_transit"]
        for side in proof.values():
            for measure in ("count", "amount"):
                made = side[f"matched_{measure}"] + side[f"excluded_{measure}"] + side[f"closing_{measure}"]
                assert side[f"opening_{measure}"] + side[f"new_{measure}"] == made
        names = {row["reference"] for row in living}
        assert world.UNPAID not in names, "it is written off"
        assert (world.LOST in names) is bool(missing)


def test_the_closing_was_held_up_by_the_missing_file_alone(played: Played) -> None:
    looked, refused = played.said["close 2026-10"][:2]
    assert "files,FAIL,1 day without a file" in looked.stdout
    assert f"bank: {world.MISSING}" in looked.stdout
    assert "files: 1 day without a file" in refused.stderr
    assert looked.stdout.count(",FAIL,") == 1


def test_every_decision_is_in_the_chain_with_who_and_why(played: Played) -> None:
    ledger = played.store.ledger
    assert ledger.verify() == []
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in ledger.rows():
        by_kind[row.kind].append(dict(row.body))
    proposed = [one for one in by_kind["four_eyes.proposed"] if one["act"] == "write_off"]
    assert [(one["by"], one["reason"]) for one in proposed] == [
        ("ada", "too small to claim"), ("ada", "asked twice, too small to claim"),
    ]  # fmt: skip
    assert [(one["by"], one["note"]) for one in by_kind["four_eyes.refused"]] == [("ben", "ask once more")]
    assert [one["by"] for one in by_kind["period.locked"]] == ["cleo", "cleo"]
    assert [(one["by"], one["closing"]) for one in by_kind["period.reopened"]] == [("ben", 1)]
    assert [one["by"] for one in by_kind["decision.undone"]] == ["ada"]
    assert {one["note"] for one in by_kind["break.noted"]} >= {"assign", "comment", "support"}
    assert len(by_kind["case.opened"]) == len(by_kind["case.resolved"]) == 1


def test_a_locked_month_never_changed_and_the_second_closing_stands_for_it(played: Played) -> None:
    first, second = played.closed_on()
    locks = Locks.of(played.store.ledger)
    assert [(one.run, one.number) for one in locks.standing] == [(second.identity, 2)]
    assert first.problems() == second.problems() == []
    assert first.manifest["previous_run"] is second.manifest["previous_run"] is None
    assert played.store.runs()[-1].manifest["previous_run"] == second.identity
    assert len(played.store.ledger.rows(REOPENED)) == 1


def test_journals_come_to_nothing_once_everything_is_taken_back(played: Played) -> None:
    lines = [line for one in played.store.recorded("journal") for line in rows(one, "journal")]
    ids = [(line["journal_id"], line["line"]) for line in lines]
    assert len(ids) == len(set(ids)), "no entry is in two exports"
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line["what"], line["account"]] += line["amount"] if line["side"] == "debit" else -line["amount"]
    held = {key: amount for key, amount in sums.items() if amount}
    assert held == {
        ("amount_mismatch", "6970 Payment differences"): world.TOO_SHORT,
        ("amount_mismatch", "1200 Receivables"): -world.TOO_SHORT,
    }
    assert [line["what"] for line in lines if line["reverses"]] == ["write_off"] * 2


def test_the_evidence_of_both_closings_proves_itself_elsewhere(
    played: Played, tmp_path: Path, recon: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("evidence-1", "evidence-2"):
        shutil.copytree(played.folder / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for name in ("evidence-1", "evidence-2"):
        done = recon("runs", "verify", name)
        assert (done.status, "evidence of 2026-10, sealed as" in done.stderr) == (0, True), done.stderr
    assert "period.reopened" in (tmp_path / "evidence-2" / "ledger.jsonl").read_text()
    assert "period.reopened" not in (tmp_path / "evidence-1" / "ledger.jsonl").read_text()
