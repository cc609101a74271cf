"""The story of the release desk, played by the real program: every order stands where plain arithmetic says it must."""

import csv
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sample_data import generate, play
from sample_data.reseller_topup import play as topup
from sample_data.reseller_topup.world import PERIODS
from tests.cli.conftest import Outcome
from tests.cli.test_readme import walk

STORY = Path(topup.__file__).parent
JSON = ("--format", "json")
Recon = Callable[..., Outcome]
Stands = dict[str, tuple[str, set[str]]]


class Played:
    """The story, month by month, with what the desk said at the end of each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.recon = topup.quietly(folder)
        self.orders: dict[str, list[dict[str, Any]]] = {}
        self.exports: dict[str, list[list[dict[str, Any]]]] = {}
        for period, month, on in zip(
            PERIODS, (topup.october, topup.november), (topup.OCTOBER, topup.NOVEMBER), strict=True
        ):
            told: list[tuple[str, str]] = []
            month(folder, self.recon, lambda *one: told.append(one))  # noqa: B023  (called at once)
            self.exports[period] = [json.loads(text or "[]") for what, text in told if what == "export"]
            self.orders[period] = json.loads(self.recon(("releases", "list", *on, *JSON)))

    def stands(self, period: str) -> Stands:
        """The state of each order and why."""
        return {one["order"]: (one["state"], set(one["why"])) for one in self.orders[period]}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story's project after the run over October."""
    folder = play.stage("reseller_topup", tmp_path_factory.mktemp("desk") / "reseller_topup")
    topup.matched(topup.quietly(folder), PERIODS[0])
    return folder


@pytest.fixture(scope="module")
def played(staged: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("played") / "reseller_topup"
    shutil.copytree(staged, folder)
    return Played(folder)


def expected(period: str) -> Stands:
    with (STORY / "expected" / "orders.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["period"] == period]
    return {row["order"]: (row["state"], set(row["why"].split())) for row in rows}


def summary() -> Mapping[str, Any]:
    return dict(json.loads((STORY / "expected" / "summary.json").read_text("utf-8")))


@pytest.mark.slow
@pytest.mark.parametrize("period", PERIODS)
def test_every_order_stands_where_it_must(played: Played, period: str) -> None:
    assert played.stands(period) == expected(period)
    for one in played.orders[period]:
        assert bool(one["why"]) == bool(one["next_step"]), one["order"]


@pytest.mark.slow
@pytest.mark.parametrize("period", PERIODS)
def test_what_is_released_adds_up_and_goes_once(played: Played, period: str) -> None:
    first, *more = played.exports[period]
    found = {
        row["currency"]: {"orders": row["orders"], "units": row["units"], "amount": row["amount"]}
        for row in first
    }
    assert found == summary()["released"][period]
    assert more in ([], [[]])
    rows = json.loads(played.recon(("releases", "exports", first[0]["export"], *JSON)))
    assert len(rows) == sum(row["orders"] for row in first)
    assert all(row["proposed_by"] == topup.CLERK and row["approved_by"] == topup.SECOND for row in rows)
    assert all(":" in row[f"{what}_place"] for row in rows for what in ("order", "proof", "credit"))


@pytest.mark.slow
def test_a_credit_that_was_recalled_after_its_release_fails_the_check(played: Played, recon: Recon) -> None:
    done = recon("--project", str(played.folder), "releases", "check", *topup.NOVEMBER)
    assert done.status == 4
    assert "the bank took the credit back on 2026-11-05" in done.stderr
    assert "released-twice" not in done.stderr


@pytest.mark.slow
def test_a_file_of_releases_that_was_changed_fails_the_check(played: Played, recon: Recon) -> None:
    *_, file = sorted((played.folder / "store" / "releases").glob("*/releases.csv"))
    written = file.read_bytes()
    try:
        file.write_bytes(written.replace(b"0", b"9"))
        done = recon("--project", str(played.folder), "releases", "check", *topup.NOVEMBER)
    finally:
        file.write_bytes(written)
    assert done.status == 4
    assert "releases.csv: the file's bytes are not those that were published" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("period", PERIODS)
def test_monthly_sales_of_resellers_are_what_they_ordered(played: Played, period: str) -> None:
    asked = ("partners", "kpi", "--period", period, "--by", "partner", "--figure", "volume", *JSON)
    rows = json.loads(played.recon(asked))
    found = {row["partner"]: row["volume"] for row in rows if row["partner"] in summary()["sales"][period]}
    assert found == summary()["sales"][period]


@pytest.mark.slow
def test_a_decline_is_found_early(played: Played) -> None:
    rows = json.loads(played.recon(("partners", "declines", *topup.EARLY, *JSON)))
    assert [row["partner"] for row in rows if row["verdict"] == "decline"] == ["RS-04"]


@pytest.mark.slow
def test_the_page_of_releases_is_true(staged: Path, tmp_path: Path) -> None:
    shutil.copytree(staged, tmp_path / "own")
    walk("docs/releases.md", tmp_path / "own")


def test_files_at_hand_are_the_generators() -> None:
    assert generate.differences(STORY, generate.STORIES["reseller_topup"]()) == []


@pytest.mark.slow
def test_nobody_decides_as_of_another_day_unless_it_is_a_rehearsal(
    staged: Path, tmp_path: Path, recon: Recon
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(staged, folder)
    (folder / "recon.toml").write_text('[project]\nname = "reseller top-up"\n', "utf-8")
    done = recon("--project", str(folder), "releases", "propose", "--on", "2026-10-30")
    assert done.status == 4
    assert "nobody decides as of 2026-10-30" in done.stderr
    asked = recon("--project", str(folder), "releases", "list", "--on", "2026-10-31", "--state", "redy")
    assert asked.status == 2
    assert "did you mean" in asked.stderr.lower()
