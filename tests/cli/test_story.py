"""The real program over a copy of the sample story gives what the story expects, then takes in the late file."""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.cli.nights import within

ROOT = Path(__file__).resolve().parents[2]
STORY = Path("sample_data/miniapp_settlement")
LATE = STORY / "late" / "orders_2026-10-late.csv"
REFERENCE = {
    "internal_orders": "ref_merchant",
    "processor_settlement": "ref_merchant",
    "bank_ngn": "ref_bank",
    "bank_usd": "ref_bank",
}
SUMS = [
    f"{bucket}_{measure}"
    for bucket in ("new", "matched", "excluded", "closing")
    for measure in ("count", "amount")
]


def recon(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(project / "nowhere")}
    command = [sys.executable, "-m", "recon", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, env=environment, check=False)


class Run:
    """What one `recon run` left: its tables as dictionaries, and the entries by id."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.entries = {
            row["entry_id"]: row
            for path in (project / "store" / "entries").glob("*/entries.parquet")
            for row in pq.read_table(path).to_pylist()
        }

    def table(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.folder / f"{name}.parquet").to_pylist()
        return rows

    def members(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """The entries of each match, by match and side."""
        found: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for row in self.table("members"):
            sides = found.setdefault(row["match_id"], {"left": [], "right": []})
            sides[row["side"]].append(self.entries[row["entry_id"]])
        return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story")
    shutil.copyfile(ROOT / "recon.toml", folder / "recon.toml")
    shutil.copytree(ROOT / "configs", folder / "configs")
    shutil.copytree(ROOT / STORY, folder / STORY)
    return folder


@pytest.fixture(scope="module")
def october(project: Path) -> Run:
    done = recon(project, "run", "--period", "2026-10", "--fail-on", "none")
    assert done.returncode == 0, done.stderr
    (folder,) = (project / "runs").iterdir()
    return Run(project, folder)


def expected(name: str) -> list[dict[str, str]]:
    with (ROOT / STORY / "expected" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (ROOT / STORY / "expected" / "summary.json").read_text(encoding="utf-8")
    )
    return loaded


def order_number(reference: str) -> str:
    """What the order book calls an order that the processor writes in another way."""
    return reference.upper().replace("-", "").lstrip("0")


def test_verdict_and_entries(october: Run) -> None:
    assert october.manifest["verdict"] == summary()["verdict"]
    assert october.manifest["proof"] == "ok"
    assert Counter(entry["source"] for entry in october.entries.values()) == summary()["entries"]
    assert october.table("refused") == []


def test_orders_are_matched_with_their_lines(october: Run) -> None:
    members = october.members()
    found: Counter[tuple[str, str, bool, Decimal]] = Counter()
    for match in october.table("matches"):
        if match["ruleset"] == "internal_vs_processor" and match["state"] == "confirmed":
            left, right = members[match["match_id"]]["left"], members[match["match_id"]]["right"]
            (order,) = left
            assert {order_number(line["ref_merchant"]) for line in right} == {order["ref_merchant"]}
            kind = "sale" if order["type"] == "payment" else order["type"]
            found[order["ref_merchant"], kind, len(right) > 1, match["variance"]] += 1
    wanted = Counter(
        (row["order_no"], row["type"], row["kind"] == "1:N", Decimal(row["variance"]))
        for row in expected("internal_vs_processor.csv")
    )
    assert found == wanted


def test_payouts_are_matched_with_their_credits(october: Run) -> None:
    members = october.members()
    found = set()
    for match in october.table("matches"):
        if match["ruleset"] == "processor_vs_bank" and match["state"] == "confirmed":
            sides = members[match["match_id"]]
            (payout,) = {line["payout_id"] for line in sides["left"]}
            (credit,) = sides["right"]
            found.add((payout, len(sides["left"]), credit["ref_bank"], match["variance"]))
    wanted = {
        (row["payout_id"], int(row["lines"]), row["bank_reference"], Decimal(row["variance"]))
        for row in expected("processor_vs_bank.csv")
    }
    assert found == wanted


def break_key(
    run: Run, row: dict[str, Any], members: dict[str, dict[str, list[dict[str, Any]]]]
) -> tuple[object, ...]:
    """A break by what an analyst calls it: variances by order or payout, open items by their own reference."""
    if row["match_id"] and row["kind"] in {"rounding", "amount_mismatch", "fee_overcharge", "fee_undercharge"}:
        first = members[row["match_id"]]["left"][0]
        reference = first["payout_id" if row["ruleset"] == "processor_vs_bank" else "ref_merchant"]
    elif row["entry_id"]:
        reference = run.entries[row["entry_id"]][REFERENCE[row["source"]]]
    else:
        reference = ""
    return row["ruleset"], row["kind"], reference, row["currency"], row["amount"]


def test_breaks(october: Run) -> None:
    members = october.members()
    found = Counter(break_key(october, row, members) for row in october.table("breaks"))
    wanted: Counter[tuple[object, ...]] = Counter(
        (
            row["ruleset"],
            row["kind"],
            row["reference"] if row["kind"] != "statement_gap" else "",
            row["currency"],
            Decimal(row["amount"]),
        )
        for row in expected("breaks.csv")
    )
    assert found - wanted == Counter()
    assert wanted - found == Counter()


def test_open_breaks_are_on_the_expected_side_and_day(october: Run) -> None:
    found = Counter(
        (row["ruleset"], row["side"], row["source"], row["kind"], str(row["business_date"]))
        for row in october.table("breaks")
        if row["entry_id"] and not row["match_id"]
    )
    wanted = Counter(
        (row["ruleset"], row["side"], row["source"], row["kind"], row["business_date"])
        for row in expected("breaks.csv")
        if row["side"]
    )
    assert found == wanted


def test_proof_and_what_was_left_out(october: Run) -> None:
    account = {entry["account"]: entry["source"] for entry in october.entries.values()}
    found = {
        (row["ruleset"], row["side"], account[row["account"]], row["currency"]): [row[name] for name in SUMS]
        for row in october.table("proof")
    }
    wanted = {
        (row["ruleset"], row["side"], row["source"], row["currency"]): [Decimal(row[name]) for name in SUMS]
        for row in expected("proof.csv")
    }
    assert found == wanted
    assert all(row["ok"] for row in october.table("proof"))
    excluded = Counter(
        (row["ruleset"], row["side"], row["currency"], row["amount"]) for row in october.table("excluded")
    )
    assert excluded == Counter(
        (row["ruleset"], row["side"], row["currency"], Decimal(row["amount"]))
        for row in expected("excluded.csv")
    )


def test_journeys(october: Run) -> None:
    found: Counter[tuple[int, str]] = Counter()
    for row in october.table("journeys"):
        found[row["leg"], row["currency"]] += 1
    wanted: Counter[tuple[int, str]] = Counter()
    for row in expected("journeys.csv"):
        if row["where"] != "excluded":
            wanted[int(row["legs_passed"]), row["currency"]] += int(row["count"])
    assert {key: count for key, count in found.items() if key[0]} == {
        key: n for key, n in wanted.items() if key[0]
    }


def test_the_same_run_again_is_the_same_run(project: Path, october: Run) -> None:
    done = within(project, "run", "--period", "2026-10", "--fail-on", "none")
    assert done.status == 0, done.stderr
    assert [path.name for path in (project / "runs").iterdir()] == [october.folder.name]


def test_the_late_file_resolves_its_breaks(project: Path, october: Run) -> None:
    done = within(project, "ingest", "--source", "internal_orders", str(LATE))
    assert done.status == 0, done.stderr
    done = within(project, "run", "--period", "2026-10", "--fail-on", "none", "--no-report")
    assert done.status == 0, done.stderr
    (folder,) = set((project / "runs").iterdir()) - {october.folder}
    states = Counter(row["state"] for row in Run(project, folder).table("breaks"))
    late = summary()["after_late_file"]
    assert states["resolved"] == late["breaks_resolved"]
    assert sum(states.values()) - states["resolved"] == late["breaks_in_all"]
