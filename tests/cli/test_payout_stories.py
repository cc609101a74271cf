"""The stories of commissions, played by the real program: every payee's cents are those worked out beforehand."""

import contextlib
import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon.cli.app import run
from recon.payouts.steps import STEPS
from sample_data import generate, play

STORIES = ("agent_network", "partner_programme")
ROOT = Path(play.__file__).parent


class Played:
    """A story played to its end, with what its payouts say of every payee."""

    def __init__(self, story: str, folder: Path) -> None:
        self.story = story
        self.folder = play.stage(story, folder)
        self.shown: dict[tuple[str, str], dict[str, Any]] = {}
        for period in play.periods(self.folder):
            play.month(self.folder, period, self.recon)
            for plan in play.plans(self.folder):
                if f"{plan}-{period}" in self.names():
                    self.shown[period, plan] = json.loads(
                        self.recon(("payouts", "show", f"{plan}-{period}", *JSON))
                    )

    def recon(self, words: Sequence[str]) -> str:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(("--project", str(self.folder), *words))
        assert status in {0, 1}, (words, err.getvalue())
        return out.getvalue()

    def names(self) -> set[str]:
        rows = json.loads(self.recon(("payouts", "list", *JSON)))
        return {row["payout"].rpartition("-")[0] for row in rows}

    def expected(self) -> dict[tuple[str, str, str], dict[str, str]]:
        with (ROOT / self.story / "expected" / "payouts.csv").open(encoding="utf-8", newline="") as file:
            return {(row["period"], row["plan"], row["payee"]): row for row in csv.DictReader(file)}


JSON = ("--format", "json")


@pytest.fixture(scope="module", params=STORIES)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(request.param, tmp_path_factory.mktemp("stories") / request.param)


@pytest.mark.slow
def test_every_payee_is_paid_to_the_cent(played: Played) -> None:
    expected = played.expected()
    columns = [
        name for name in next(iter(expected.values())) if name in {*STEPS, "net", "paid", "paid_in", "currency"}
    ]
    found = {
        (period, plan, row["payee"]): {name: row[name] for name in columns}
        for (period, plan), shown in played.shown.items()
        for row in shown["payouts"]
        if any(Decimal(row[name]) for name in (*STEPS, "net"))
    }
    assert found == {key: {name: row[name] for name in columns} for key, row in expected.items()}


@pytest.mark.slow
def test_payouts_are_replayed_and_paid_once(played: Played) -> None:
    rows = json.loads(played.recon(("payouts", "list", *JSON)))
    assert {row["state"] for row in rows} <= {"exported", "approved"}
    played.recon(("payouts", "replay", rows[-1]["payout"]))
    batches = json.loads(played.recon(("payouts", "batches", *JSON)))
    positive: dict[str, Decimal] = {}
    for shown in played.shown.values():
        for row in shown["payouts"]:
            positive[row["paid_in"]] = positive.get(row["paid_in"], Decimal(0)) + max(
                Decimal(row["paid"]), Decimal(0)
            )
    paid: dict[str, Decimal] = {}
    for row in batches:
        paid[row["currency"]] = paid.get(row["currency"], Decimal(0)) + Decimal(row["amount"])
    assert paid == {currency: amount for currency, amount in positive.items() if amount}
    assert played.recon(("payouts", "export")) == ""
    played.recon(("runs", "verify"))


@pytest.mark.slow
def test_a_plan_is_simulated_as_it_paid(played: Played) -> None:
    chosen = {
        "agent_network": ("agent_commission", "2026-11"),
        "partner_programme": ("affiliates_usd", "2026-12"),
    }
    plan, period = chosen[played.story]
    file = str(played.folder / "configs" / "plans" / f"{plan}.yaml")
    told = json.loads(played.recon(("plans", "simulate", file, "--period", period, *JSON)))
    earned = {row["payee"]: row["earned"] for row in played.shown[period, plan]["payouts"]}
    assert {row["payee"]: row["before"] for row in told} == {row["payee"]: row["after"] for row in told}
    assert {row["payee"]: row["paid_before"] for row in told} == {
        row["payee"]: row["paid_after"] for row in told
    }
    assert {row["payee"]: row["before"] for row in told if row["payee"] in earned} == earned


@pytest.mark.parametrize("story", STORIES)
def test_files_at_hand_are_the_generators(story: str) -> None:
    assert generate.differences(ROOT / story, generate.STORIES[story]()) == []
