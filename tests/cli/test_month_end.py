"""The month end of one company with all stories: paid to the cent, closed by three people, proven at the bank."""

import csv
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sample_data import generate, play
from sample_data.month_end import company
from sample_data.month_end.play import MIDDLE, OCTOBER, RETURNED
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
STORY = generate.HERE / "month_end"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stories") / "month_end"
    play.main(["--brief", "month_end", str(folder)])
    return folder


def expected() -> Any:
    return json.loads((STORY / "expected" / "summary.json").read_text(encoding="utf-8"))


def rows(recon: Run, folder: Path, *words: str) -> list[dict[str, Any]]:
    done = recon("--quiet", "--project", str(folder), *words, "--format", "json")
    assert done.status == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_everybody_is_paid_what_all_stories_owe(played: Path, recon: Run) -> None:
    with (STORY / "expected" / "payments.csv").open(encoding="utf-8", newline="") as file:
        owed = {(row["payee"], row["currency"]): row["amount"] for row in csv.DictReader(file)}
    made = rows(recon, played, "payouts", "payments")
    assert {(one["payee"], one["currency"]): one["amount"] for one in made if one["state"] == "paid"} == owed
    returned = [one for one in made if one["state"] != "paid"]
    assert [(one["payee"], one["state"]) for one in returned] == [(RETURNED, "returned")]
    assert all(one["proven_by"].startswith("data/bank/paid_2026-11-") for one in made)
    said = [one["what"] for one in rows(recon, played, "payouts", "inquire", RETURNED)]
    assert said[-4:] == ["proven", "payment", "paid", "proven"]
    first, second = rows(recon, played, "payouts", "batches")[:4], rows(recon, played, "payouts", "batches")[4:]
    assert {one["currency"]: (str(one["payments"]), one["amount"]) for one in first} == {
        name: (one["payments"], one["amount"]) for name, one in expected()["payments"].items()
    }
    assert [(one["currency"], one["amount"]) for one in second] == [("GBP", "170.00")]


def test_runs_are_done_again_though_rules_and_a_profile_that_extends_another_are_gone(
    played: Path, recon: Run, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    shutil.copytree(played, later)
    assert "extends: " in (later / "configs/sources/payments.yaml").read_text("utf-8")
    for folder in ("sources", "rules", "rates"):
        shutil.rmtree(later / "configs" / folder, ignore_errors=True)
    for one in rows(recon, later, "runs", "list"):
        found = rows(recon, later, "runs", "replay", one["run"])
        assert {file["replayed"] for file in found} == {"identical"}
        assert "configuration/sources/payments.yaml" in {file["file"] for file in found}


def test_coins_leave_once_and_breaks_are_those_of_the_books(played: Path, recon: Run) -> None:
    left = rows(recon, played, "releases", "exports")
    assert {one["currency"]: (str(one["orders"]), one["amount"]) for one in left} == {
        name: (one["orders"], one["amount"]) for name, one in expected()["released"].items()
    }
    assert recon("--project", str(played), "releases", "export", "--on", "2026-10-31").stdout == ""
    (closed,) = (one for one in rows(recon, played, "runs", "list") if one["period"] == OCTOBER)
    for ruleset, count in expected()["breaks"].items():
        seen = rows(recon, played, "breaks", "list", "--run", closed["run"], "--ruleset", ruleset)
        assert len(seen) == count


def test_the_month_stays_closed_and_its_evidence_proves_itself(played: Path, recon: Run) -> None:
    (period,) = rows(recon, played, "periods", "list")
    assert (period["period"], period["state"], period["by"]) == (OCTOBER, "closed", "cleo")
    assert recon("--project", str(played), "run", "--period", OCTOBER).status == 2
    assert recon("runs", "verify", str(played / "evidence")).status == 0
    assert [one["as_of"] for one in rows(recon, played, "runs", "list")] == [MIDDLE, "2026-10-31", "2026-11-10"]
    (back,) = (one for one in rows(recon, played, "breaks", "list") if one["date"] == "2026-11-06")
    assert (back["kind"], back["amount"], back["currency"]) == ("missing_in_internal", "170.00", "GBP")


def test_files_at_hand_are_the_generators() -> None:
    assert generate.differences(STORY, generate.STORIES["month_end"]()) == []


def test_the_page_says_what_is_expected() -> None:
    page = (STORY / "README.md").read_text(encoding="utf-8")
    for currency, one in expected()["payments"].items():
        assert f"| {currency} | {one['payments']} | {Decimal(one['amount']):,} |" in page
    told = [
        f"{one['orders']} orders of coins for {Decimal(one['amount']):,} {currency}".replace(
            " orders of coins", "", at
        )
        for at, (currency, one) in enumerate(expected()["released"].items())
    ]
    assert " and ".join(told) in page
    assert (
        "{internal_vs_processor} breaks between order book and processor, {processor_vs_bank} between".format(
            **expected()["breaks"]
        )
        in " ".join(page.split())
    )


def test_two_stories_may_not_say_two_things_by_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    named = company.configured()
    assert {"sources/bank_ngn.yaml", "sources/coins_ngn.yaml", "sources/channel_usd.yaml"} <= named.keys()
    assert "source: coins_ngn\n" in named["sources/coins_ngn.yaml"]
    assert named["partners/registry/people.csv"].count("CM-01") == 1
    alike = [company.Joined(one.story, one.configs, one.parts) for one in company.COMPANY]
    monkeypatch.setattr(company, "COMPANY", alike)
    with pytest.raises(ValueError, match="says something else in another story"):
        company.configured()
