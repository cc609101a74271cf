"""`recon match` and `recon runs verify|replay` on what it published."""

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Outcome
from tests.unit.close.folders import respell
from tests.unit.runs.worlds import FIRST, everyday, new_project, night

Run = Callable[..., Outcome]
DAY = FIRST + timedelta(9)


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was matched once; not to be written to."""
    folder = tmp_path_factory.mktemp("matched") / "world"
    night(new_project(folder), everyday().files(seed=1), DAY)
    return folder


@pytest.fixture
def world(matched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(matched, tmp_path / "world"))
    monkeypatch.chdir(folder)
    return folder


def test_nothing_new_stands_as_it_is(recon: Run, world: Path) -> None:
    (run,) = (world / "runs").iterdir()
    done = recon("match", "--as-of", DAY.isoformat())
    assert (done.status, done.stdout) == (1, "")
    assert f"nothing new: run {run.name} stands as it is" in done.stderr
    assert recon("match", "--as-of", DAY.isoformat(), "--fail-on", "none").status == 0
    assert [path.name for path in (world / "runs").iterdir()] == [run.name]


def test_only_the_rule_sets_that_are_named_are_run(recon: Run, world: Path) -> None:
    assert recon("match", "lines_vs_bank", "--fresh").status == 1
    manifest = json.loads(recon("runs", "show", "latest", "--format", "json").stdout)
    assert [one["name"] for one in manifest["rulesets"]] == ["lines_vs_bank"]
    assert manifest["chains"] == []
    assert recon("runs", "replay").status == 0
    assert world.is_dir()


def test_a_day_before_the_period_is_refused(recon: Run, world: Path) -> None:
    for command in ("run", "match"):
        done = recon(command, "--period", "2026-11", "--as-of", "2026-10-31")
        assert (done.status, done.stdout) == (2, "")
        assert "a run as of 2026-10-31 holds nothing of 2026-11" in done.stderr
    assert len(list((world / "runs").iterdir())) == 1


def test_a_period_that_nobody_knows_of_yet_is_run_only_when_its_day_is_said(
    recon: Run, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recon.cli.match._today", lambda: date(2026, 9, 30))
    for command in ("run", "match"):
        done = recon(command, "--period", "2027-01")
        assert (done.status, done.stdout) == (2, "")
        assert "2027-01 has not begun, and no entry of it is known" in done.stderr
    assert len(list((world / "runs").iterdir())) == 1
    done = recon("match", "--period", "2026-10")
    assert done.status == 1
    assert "2026-10-31 is still to come" in done.stderr
    done = recon("match", "--period", "2027-01", "--as-of", "2027-01-31")
    assert done.status == 1
    assert "2027-01-31 is still to come" in done.stderr


def test_the_clock_changes_no_result(recon: Run, world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month that entries are known of gives the same run on any day, which is told of when it is early."""
    found = []
    for today in (date(2026, 1, 1), date(2026, 10, 20), date(2027, 1, 1)):
        monkeypatch.setattr("recon.cli.match._today", lambda day=today: day)
        done = recon("match", "--period", "2026-10", "--fresh")
        assert ("still to come" in done.stderr) == (today < date(2026, 10, 31))
        found.append({path.name for path in (world / "runs").iterdir()})
    assert found[0] == found[1] == found[2]


def test_an_unknown_rule_set_gets_a_suggestion(recon: Run, world: Path) -> None:
    done = recon("match", "order_vs_lines")
    assert (done.status, done.stdout) == (2, "")
    assert "there is no rule set `order_vs_lines`" in done.stderr
    assert "did you mean `orders_vs_lines`?" in done.stderr
    assert len(list((world / "runs").iterdir())) == 1


def test_an_older_day_is_refused(recon: Run, world: Path) -> None:
    done = recon("match", "--period", "2026-10-07")
    assert done.status == 2
    assert f"the latest run is as of {DAY}" in done.stderr
    assert recon("match", "--as-of", "yesterday").status == 2
    assert recon("match", "--period", "2026-10-32").status == 2
    assert len(list((world / "runs").iterdir())) == 1


def test_replay_says_identical_or_what_is_not(recon: Run, world: Path) -> None:
    done = recon("runs", "replay", "--format", "json")
    assert done.status == 0
    assert "identical, 18 files, byte by byte" in done.stderr
    assert {row["replayed"] for row in json.loads(done.stdout)} == {"identical"}
    (run,) = (world / "runs").iterdir()
    for name in ("open.parquet", "proof.parquet"):
        with (run / name).open("ab") as file:
            file.write(b"x")
    done = recon("runs", "replay", run.name[:12])
    assert (done.status, done.stdout) == (4, "")
    for name in ("open.parquet", "proof.parquet"):
        assert f"runs/{run.name}/{name}: " in done.stderr
    (run / "configuration" / "rules" / "to_bank.yaml").unlink()
    done = recon("runs", "replay")
    assert (done.status, done.stdout) == (4, "")
    assert (
        f"runs/{run.name}/configuration/rules/to_bank.yaml: the file was published and is gone" in done.stderr
    )
    assert recon("runs", "replay", "2025").status == 2


def test_verify_holds_for_what_was_published(recon: Run, world: Path) -> None:
    done = recon("runs", "verify", "--format", "json")
    assert done.status == 0, done.stderr
    assert [row["kind"] for row in json.loads(done.stdout)] == ["ledger", "ingest", "run"]
    assert world.is_dir()


@pytest.mark.parametrize("pattern", ["runs/*/*", "runs/*/configuration/*/*", "store/entries/*/*"])
def test_verify_notices_any_byte_that_changed(recon: Run, world: Path, pattern: str) -> None:
    paths = sorted(path for path in world.glob(pattern) if path.is_file())
    assert paths
    for path in paths:
        content = path.read_bytes()
        for at in {0, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[at] ^= 0x20
            path.write_bytes(bytes(changed))
            done = recon("runs", "verify")
            assert done.status == 4, f"{path} at {at}"
            assert path.name in done.stderr
        path.write_bytes(content)
    assert recon("runs", "verify").status == 0


def test_verify_notices_a_forgery_that_adds_up(recon: Run, world: Path) -> None:
    """A match, its members and its proof raised together, the manifest's hashes made to fit: the ledger knows."""
    (run,) = (world / "runs").iterdir()
    match = pq.read_table(run / "matches.parquet")["match_id"][0].as_py()

    def raise_members(rows: list[dict[str, object]]) -> None:
        for row in rows:
            if row["match_id"] == match:
                row["amount"] = row["amount"] * 2  # type: ignore[operator]  # a decimal

    def raise_match(rows: list[dict[str, object]]) -> None:
        for row in rows:
            if row["match_id"] == match:
                for name in ("left_amount", "right_amount", "variance"):
                    row[name] = row[name] * 2  # type: ignore[operator]  # a decimal

    respell(run, "members", raise_members)
    respell(run, "matches", raise_match)
    done = recon("runs", "verify")
    assert done.status == 4
    assert f"runs/{run.name}/manifest.json: the manifest is not the one that the ledger recorded" in done.stderr
    assert recon("runs", "show").status == 4, "and nobody else rests on it"
