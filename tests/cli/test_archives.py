"""Archives and files that should have come, from the command line: what is shown, refused and missed."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome
from tests.unit.sources.packing import tarred, zipped
from tests.unit.sources.workbench import BASIC, HEADER

Recon = Callable[..., Outcome]
TILL = BASIC.replace(
    "inbox/*.csv", "['inbox/till_{yyyyMMdd}.csv*', inbox/*.zip!*.csv, inbox/*.tgz]\nexpect: {every: day}"
)
BANK = """\
source: bank
title: Bank
files: inbox/bank.txt
reader: csv
account: BANK
money: {decimal: ".", currency: EUR, amount: {column: Amount, plus: in}}
dates: {formats: [yyyy-MM-dd]}
columns: {booking_date: Date, ref_merchant: Ref}
"""
RULES = """\
ruleset: till_vs_bank
title: Till against bank
left: till
right: bank
passes:
  - name: same reference
    same: [ref_merchant]
    within: {amount: 0.00}
"""


def day(number: int) -> str:
    return f"{HEADER}2026-10-{number:02d},R{number},{number}.00\n"


@pytest.fixture
def shop(project: Path) -> Path:
    """A project with a till and a bank, and files of three days in three kinds of container."""
    for folder in ("configs/sources", "configs/rules", "inbox"):
        (project / folder).mkdir(parents=True)
    for name, text in (("sources/till", TILL), ("sources/bank", BANK), ("rules/till_vs_bank", RULES)):
        (project / "configs" / f"{name}.yaml").write_text(text, encoding="utf-8")
    inbox = project / "inbox"
    (inbox / "till_20261012.csv.gz").write_bytes(gzip.compress(day(12).encode()))
    (inbox / "till_20261013.csv").write_text(day(13), encoding="utf-8")
    (inbox / "more.zip").write_bytes(zipped({"till_16.csv": day(16).encode(), "readme.txt": b"hello"}))
    (inbox / "bank.txt").write_text(day(12) + day(13).removeprefix(HEADER), encoding="utf-8")
    return project


def test_members_are_listed_and_days_are_missed(shop: Path, recon: Recon) -> None:
    assert shop.is_dir()
    checked = recon("sources", "check", "till", "--format", "json")
    assert [row["path"] for row in json.loads(checked.stdout)] == [
        "inbox/more.zip!till_16.csv", "inbox/till_20261012.csv.gz", "inbox/till_20261013.csv",
    ]  # fmt: skip
    assert (checked.status, checked.stderr.count("expected daily")) == (0, 0)
    done = recon("ingest", "--format", "json")
    assert done.status == 0
    assert {row["path"]: row["entries"] for row in json.loads(done.stdout)}["inbox/more.zip!till_16.csv"] == 1
    assert "till: expected daily, none for 2026-10-14 to 2026-10-15" in done.stderr
    again = recon("sources", "check", "till")
    assert "till: expected daily, none for 2026-10-14 to 2026-10-15" in again.stderr


def test_a_run_tells_what_is_missing(shop: Path, recon: Recon) -> None:
    assert shop.is_dir()
    done = recon(
        "--log-format", "text", "run", "--as-of", "2026-10-17", "--fail-on", "none", "--format", "text"
    )
    assert done.status == 0, done.stderr
    assert "till: expected daily, none for 2026-10-14 to 2026-10-16" in " ".join(done.stdout.split())
    (manifest,) = (shop / "runs").glob("*/manifest.json")
    (expected,) = json.loads(manifest.read_text(encoding="utf-8"))["expected"]
    assert (expected["source"], expected["missing"]) == ("till", ["2026-10-14", "2026-10-15", "2026-10-16"])
    assert recon("runs", "verify").status == 0
    replayed = recon("runs", "replay")
    assert (replayed.status, replayed.stdout.count("identical") > 5) == (0, True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bad.zip", zipped({"../x.csv": b"1"}), "inbox/bad.zip!../x.csv: the name"),
        ("bad.tgz", tarred({"a.csv": day(17).encode()})[:-30], "inbox/bad.tgz: the archive is damaged"),
        (
            "bad.tgz",
            tarred({"a.csv": (day(17) + "2026-10-17,X,oops\n").encode()}),
            "inbox/bad.tgz!a.csv:3:amount",
        ),
        ("till_20261017.csv.gz", gzip.compress(bytes(9_000_000)), "inflates to more than 250 times"),
    ],
)
def test_a_bad_archive_ends_with_its_place(
    shop: Path, recon: Recon, name: str, content: bytes, said: str
) -> None:
    (shop / "inbox" / name).write_bytes(content)
    done = recon("ingest")
    assert done.status == 3
    assert said in done.stderr
    assert not list((shop / "store" / "entries").glob("*/entries.parquet"))


def test_a_file_in_an_archive_can_be_named(shop: Path, recon: Recon) -> None:
    (shop / "inbox" / "more.zip").write_bytes(zipped({"a.csv": day(16).encode(), "b.csv": day(17).encode()}))
    done = recon("ingest", "inbox/more.zip!b.csv", "--format", "json")
    assert [row["path"] for row in json.loads(done.stdout)] == ["inbox/more.zip!b.csv"]
    looked = recon("sources", "detect", "inbox/more.zip!a.csv")
    assert looked.status == 0
    several = recon("sources", "detect", "inbox/more.zip")
    assert several.status == 3
    assert "name one of them, as inbox/more.zip!a.csv" in several.stderr
