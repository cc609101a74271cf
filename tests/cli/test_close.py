"""`recon close`, `recon reopen`, `recon periods`: a month that stays closed, and its evidence."""

import re
import shutil
import stat
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from recon.close.periods import controls
from recon.close.verify import verify_run
from recon.errors import Problem
from recon.model.prior import PRIOR
from tests.cli.closing import Months
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where projects are kept that several tests begin with."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(autouse=True)
def _proven_already(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proofs take most of the time of these tests; those that are about them make them."""
    if "proofs" not in request.fixturenames:
        monkeypatch.setattr(controls, "verify_run", lambda *_: [])


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> list[list[Problem]]:
    """What each proof of the one run found; the first is made, and what it found is what the others find."""
    found: list[list[Problem]] = []

    def proof(run: Path, ingests: Sequence[Path]) -> list[Problem]:
        found.append(found[0] if found else verify_run(run, ingests))
        return found[-1]

    monkeypatch.setattr(controls, "verify_run", proof)
    return found


@pytest.fixture
def fresh(tmp_path: Path, recon: Run) -> Months:
    """Files that nobody has looked at."""
    return Months(tmp_path / "world", recon)


@pytest.fixture
def months(tmp_path: Path, recon: Run, kept: Path) -> Months:
    """A month with its run."""
    if not (kept / "run").exists():
        Months(kept / "run", recon).run("--period", "2026-10")
    return Months(tmp_path / "world", recon, copy_of=kept / "run")


@pytest.fixture
def closed(months: Months, tmp_path: Path, recon: Run, kept: Path) -> Months:
    """A month that is closed."""
    if not (kept / "closed").exists():
        months.close()
        shutil.copytree(months.root, kept / "closed")
    return Months(tmp_path / "closed", recon, copy_of=kept / "closed")


def test_a_period_without_a_run_says_how_to_make_one(fresh: Months) -> None:
    done = fresh.do("close", "2026-10", status=4)
    assert "no run covers 2026-10 as a whole" in done.stderr
    assert "`recon run --period 2026-10 --fresh` makes it, from the first file on" in done.stderr
    assert fresh.do("close", "2026-10", "--sign", "prepared", status=2).stdout == ""


def test_three_people_sign_in_turn_and_nobody_twice(months: Months, proofs: list[list[Problem]]) -> None:
    passing = {row["control"] for row in months.rows("close", "2026-10") if row["result"] == "pass"}
    assert passing >= {"proof", "complete", "statements", "files", "aged", "approvals"}
    assert (
        "the next signature is `--sign prepared`"
        in months.do("close", "2026-10", "--sign", "approved", "--by", "ada", status=2).stderr
    )
    months.do("close", "2026-10", "--sign", "prepared", "--by", "ada")
    assert (
        "was prepared by ada"
        in months.do("close", "2026-10", "--sign", "prepared", "--by", "ben", status=2).stderr
    )
    assert (
        "ada had a hand in"
        in months.do("close", "2026-10", "--sign", "reviewed", "--by", "ada", status=4).stderr
    )
    months.do("close", "2026-10", "--sign", "reviewed", "--by", "ben")
    for again in ("ada", "ben"):
        assert (
            f"{again} had a hand in"
            in months.do("close", "2026-10", "--sign", "approved", "--by", again, status=4).stderr
        )
    assert months.rows("periods", "list") == []
    months.do("close", "2026-10", "--sign", "approved", "--by", "cleo")
    assert proofs == [[]] * 9, "whoever looks or signs, the proof is made again"
    (row,) = months.rows("periods", "list")
    assert (row["period"], row["state"], row["closing"], row["by"]) == ("2026-10", "closed", 1, "cleo")
    shown = [(row["what"], row["by"]) for row in months.rows("periods", "show", "2026-10") if row["by"]]
    assert shown == [("prepared", "ada"), ("reviewed", "ben"), ("approved", "cleo"), ("locked", "cleo")]


def test_what_was_sent_back_is_signed_from_the_beginning(months: Months) -> None:
    months.do("close", "2026-10", "--sign", "prepared", "--by", "ada")
    assert months.do("close", "2026-10", "--send-back", "--by", "ben", status=2).stderr, "a reason is needed"
    months.do("close", "2026-10", "--send-back", "--by", "ben", "--reason", "two breaks have no owner")
    months.do("close", "2026-10", "--sign", "reviewed", "--by", "ben", status=2)
    months.close()


def test_old_breaks_block_a_closing_until_they_are_accepted_for_a_reason(months: Months) -> None:
    settings = (months.root / "recon.toml").read_text()
    limits = '\n[close]\naged_days = 20\naged_amounts = {NGN = "50.00"}\n'
    (months.root / "recon.toml").write_text(settings + limits)
    aged = next(row for row in months.rows("close", "2026-10", status=4) if row["control"] == "aged")
    assert aged["result"] == "FAIL"
    old = months.rows("breaks", "list", "--older-than", "20")
    total = sum(abs(Decimal(row["amount"])) for row in old)
    assert aged["evidence"] == f"{len(old)} breaks older than 20 days: {total:,} NGN"
    assert "aged: " in months.do("close", "2026-10", "--sign", "prepared", "--by", "ada", status=4).stderr
    accept = ("close", "2026-10", "--sign", "prepared", "--by", "ada", "--accept")
    assert "cannot be accepted" in months.do(*accept, "proof", "--reason", "why not", status=2).stderr
    assert "there is no control `agd`" in months.do(*accept, "agd", "--reason", "why not", status=2).stderr
    months.do(*accept, "aged", status=2)
    months.do(*accept, "aged", "--reason", "claimed from the processor on 30 October")
    months.do("close", "2026-10", "--sign", "reviewed", "--by", "ben")
    months.do("close", "2026-10", "--sign", "approved", "--by", "cleo")
    words = [row["words"] for row in months.rows("periods", "show", "2026-10") if row["what"] == "control"]
    assert any(one.endswith("claimed from the processor on 30 October") for one in words)


def test_what_arrives_before_the_last_signature_needs_another_run(months: Months) -> None:
    months.do("close", "2026-10", "--sign", "prepared", "--by", "ada")
    months.order("late", "T99001", "2026-10-20")
    months.do("ingest")
    done = months.do("close", "2026-10", "--sign", "reviewed", "--by", "ben", status=4)
    assert "inbox/orders_late.csv: 1 entry up to 2026-10-31" in done.stderr
    months.run("--period", "2026-10", "--fresh")
    months.do("close", "2026-10", "--sign", "reviewed", "--by", "ben", status=2)
    months.close()


def test_nothing_goes_behind_a_closed_period(closed: Months) -> None:
    locked = closed.rows("periods", "list")[0]["run"]
    for words in (("run",), ("match",), ("run", "--fresh"), ("run", "--nightly")):
        done = closed.do(*words, "--period", "2026-10", status=2)
        assert f"2026-10 is closed: run {locked}, approved by cleo" in done.stderr
    again = closed.run()
    assert (again["run"], again["new"]) == (locked, False), "nothing new: the closed run stands"
    assert "does not follow" in closed.do("close", "2026-12", status=2).stderr
    assert "shares days" in closed.do("close", "2026-10-15..2026-11-14", status=2).stderr


def test_what_is_late_is_a_prior_period_item_of_the_next(closed: Months) -> None:
    locked = closed.rows("periods", "list")[0]
    manifest = (closed.root / "runs" / locked["run"] / "manifest.json").read_bytes()
    closed.order("late", "T99001", "2026-10-20")
    closed.order("next", "T99002", "2026-11-02")
    line = closed.run("--as-of", "2026-11-03")
    assert (line["entries"], line["prior"]) == (2, 1)
    table = pq.read_table(closed.root / "runs" / line["run"] / "prior.parquet")
    assert table.schema.names == PRIOR.names
    (row,) = table.to_pylist()
    assert (row["period"], row["place"], str(row["business_date"])) == ("2026-10", "open", "2026-10-20")
    told = closed.do("report", "--format", "text").stdout
    assert re.search(r"^2026-10 +orders_vs_lines, left +1 +NGN +10.00 +1$", told, re.MULTILINE)
    assert any(row["what"] == "late" for row in closed.rows("periods", "show", "2026-10"))
    listed = closed.rows("breaks", "list")
    assert [one["reference"] for one in listed if one["prior"]] == ["T99001"]
    assert (closed.root / "runs" / locked["run"] / "manifest.json").read_bytes() == manifest
    closed.do("runs", "verify")
    closed.do("runs", "replay", line["run"])
    fresh = closed.run("--as-of", "2026-11-03", "--fresh")
    assert fresh["entries"] == 2, "a fresh run begins at the closed period, not at the first file"
    opening = pq.read_table(closed.root / "runs" / fresh["run"] / "proof.parquet", columns=["opening_count"])
    closing = pq.read_table(closed.root / "runs" / locked["run"] / "proof.parquet", columns=["closing_count"])
    assert sum(opening["opening_count"].to_pylist()) == sum(closing["closing_count"].to_pylist())


def test_a_night_that_was_under_way_continues_from_what_was_closed(months: Months) -> None:
    month = {"run": months.do("runs", "list", "--format", "csv").stdout.splitlines()[-1].partition(",")[0]}
    months.order("next", "T99002", "2026-11-02")
    before = months.run()
    months.do("close", "2026-11", status=4)
    months.order("late", "T99001", "2026-10-20")
    months.do("ingest")
    months.do("close", "2026-10", status=4)
    again = months.run("--period", "2026-10", "--fresh")
    assert again["run"] not in {month["run"], before["run"]}
    months.close()
    after = months.run("--as-of", "2026-11-03")
    shown = months.do("runs", "show", after["run"], "--format", "json").stdout
    assert f'"previous_run": "{again["run"]}"' in shown
    months.do("runs", "verify")


def test_two_people_open_a_period_again_and_it_is_closed_a_second_time(closed: Months) -> None:
    assert "a decision needs a reason" in closed.do("reopen", "2026-10", "--by", "ada", status=2).stderr
    assert (
        "2026-09 is not closed"
        in closed.do("reopen", "2026-09", "--by", "ada", "--reason", "x", status=2).stderr
    )
    assert "nobody asked" in closed.do("reopen", "2026-10", "--approve", "--by", "ben", status=2).stderr
    closed.do("reopen", "2026-10", "--by", "ada", "--reason", "a corrected statement")
    assert (
        "asked for it already"
        in closed.do("reopen", "2026-10", "--by", "ben", "--reason", "x", status=2).stderr
    )
    assert "ada had a hand in" in closed.do("reopen", "2026-10", "--approve", "--by", "ada", status=4).stderr
    closed.do("run", "--period", "2026-10", status=2)
    closed.do("reopen", "2026-10", "--approve", "--by", "ben")
    closed.order("late", "T99001", "2026-10-20")
    line = closed.run("--period", "2026-10", "--fresh")
    assert (line["entries"], line["prior"]) == (20, 0)
    closed.close()
    states = [(row["state"], row["closing"]) for row in closed.rows("periods", "list")]
    assert states == [("closed, reopened later", 1), ("reopened", 1), ("closed", 2)]
    closed.do("runs", "verify")


def test_a_period_under_a_later_one_stays_closed(closed: Months) -> None:
    closed.order("next", "T99002", "2026-11-02")
    closed.run("--period", "2026-11")
    settings = (closed.root / "recon.toml").read_text()
    (closed.root / "recon.toml").write_text(f"{settings}\n[close]\naged_days = 90\n")
    closed.close("2026-11")
    done = closed.do("reopen", "2026-10", "--by", "ada", "--reason", "x", status=2)
    assert "2026-11 is closed too" in done.stderr
    base, month = (row["run"] for row in closed.rows("periods", "list"))
    assert f'"previous_run": "{base}"' in closed.do("runs", "show", month, "--format", "json").stdout


def test_the_evidence_proves_itself_elsewhere_and_names_every_byte_that_was_changed(
    closed: Months, tmp_path: Path, recon: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is not closed" in closed.do("periods", "pack", "2026-11", str(tmp_path / "x"), status=2).stderr
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    closed.do("close", "2026-10", "--pack", str(elsewhere / "pack"))
    closed.do("periods", "pack", "2026-10", str(elsewhere / "again"))
    sums = [(elsewhere / name / "SHA256SUMS").read_bytes() for name in ("pack", "again")]
    assert sums[0] == sums[1], "the same closing gives the same bytes"
    assert (
        "stands here already"
        in closed.do("periods", "pack", "2026-10", str(elsewhere / "pack"), status=2).stderr
    )
    closed.do("periods", "pack", "2026-10", str(elsewhere / "whole"), "--entries")
    shutil.rmtree(closed.root)
    monkeypatch.chdir(elsewhere)
    for name in ("pack", "whole"):
        done = recon("runs", "verify", name)
        assert (done.status, "evidence of 2026-10, sealed as" in done.stderr) == (0, True)
    files = [path for path in (elsewhere / "pack").rglob("*") if path.is_file()]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert {"reconciliation.xlsx", "report.html", "ledger.jsonl", "decisions.csv", "manifest.json"} <= {
        path.name for path in files
    }
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(
            whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :]
        )
        done = recon("runs", "verify", "pack")
        assert done.status == 4, path
        shown = path.relative_to(elsewhere / "pack").as_posix()
        assert shown in done.stderr or path.name == "SHA256SUMS", done.stderr
        path.write_bytes(whole)
    (elsewhere / "pack" / "runs" / "note.txt").write_text("x")
    assert "runs/note.txt: the file is not in the list of hashes" in recon("runs", "verify", "pack").stderr
