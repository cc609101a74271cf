"""`recon ingest` as the real program: bad input ends with its place, exit status 3, and the store as it was."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome
from tests.unit.sources.workbench import BASIC, HEADER

Recon = Callable[..., Outcome]
GOOD = HEADER + "2026-10-01,A,1\n"


@pytest.fixture
def shop(project: Path) -> Path:
    """The project with one profile and an inbox."""
    (project / "configs" / "sources").mkdir()
    (project / "configs" / "sources" / "till.yaml").write_text(BASIC, encoding="utf-8")
    (project / "inbox").mkdir()
    return project


def put(shop: Path, name: str, content: bytes | str) -> Path:
    path = shop / "inbox" / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def published(shop: Path) -> list[str]:
    return sorted(path.as_posix() for path in (shop / "store" / "entries").glob("*/*"))


def test_ingest_lists_the_files_it_took(shop: Path, recon: Recon) -> None:
    put(shop, "a.csv", GOOD)
    done = recon("ingest", "--format", "json")
    assert done.status == 0
    (row,) = json.loads(done.stdout)
    assert (row["source"], row["path"], row["lines"], row["entries"]) == ("till", "inbox/a.csv", 2, 1)
    assert "1 new entry" in done.stderr
    again = recon("ingest")
    assert (again.status, again.stdout) == (0, "")
    assert "nothing new: the file was taken before" in again.stderr


def test_no_files_at_all(shop: Path, recon: Recon) -> None:
    assert shop.is_dir()
    done = recon("ingest")
    assert (done.status, done.stdout) == (0, "")
    assert "none matches the patterns of the sources" in done.stderr


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ("Date,Ref,Amount\n2026-10-01,Bärbel,1\n".encode("cp1252"), "inbox/bad.csv:2:13", "encoding: cp1252"),
        (HEADER.encode("utf-16-le"), "inbox/bad.csv", "utf-16"),
        (b"", "inbox/bad.csv", "the file is empty"),
        (b"Date,Ref,Amnt\n2026-10-01,A,1\n", "inbox/bad.csv:1:Amount", "did you mean `Amnt`?"),
        (b'Date,Ref,Amount\n2026-10-01,"A,1\n', "inbox/bad.csv:2:12", "never closed"),
        (b"Date,Ref,Amount\n2026-10-01,A,1.2.3\n", "inbox/bad.csv:2:amount", '"1.2.3": not an amount'),
        (
            b"Date,Ref,Amount\n2026-10-01,A,12345678901234567.00\n",
            "inbox/bad.csv:2:amount",
            "at most 16 digits before",
        ),
        (b"Date,Ref,Amount\n31.10.2026,A,1\n", "inbox/bad.csv:2:booking_date", '"31.10.2026": not a date'),
        (b"Date,Ref,Amount\n2026-10-01,A\n", "inbox/bad.csv:2", "the row has 2 cells and the header 3"),
        (b"Date,Ref,Amount\n2026-10-01,A\0,1\n", "inbox/bad.csv:2", "NUL"),
    ],
)
def test_bad_input(shop: Path, recon: Recon, content: bytes, place: str, said: str) -> None:
    put(shop, "good.csv", GOOD)
    assert recon("ingest").status == 0
    before = published(shop)
    put(shop, "bad.csv", content)
    done = recon("ingest")
    assert (done.status, done.stdout) == (3, "")
    assert place + ":" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert published(shop) == before


def test_a_misspelt_key_of_a_profile(shop: Path, recon: Recon) -> None:
    profile = shop / "configs" / "sources" / "till.yaml"
    profile.write_text(BASIC.replace("plus: in", "plsu: in"), encoding="utf-8")
    put(shop, "a.csv", GOOD)
    done = recon("ingest")
    assert done.status == 2
    assert "configs/sources/till.yaml:9:28: unknown setting `plsu`" in done.stderr
    assert "did you mean `plus`?" in done.stderr
    assert not (shop / "store").exists()


def test_a_line_of_hundreds_of_megabytes_is_refused(shop: Path, recon_process: Recon) -> None:
    path = put(shop, "a.csv", HEADER)
    with path.open("r+b") as file:
        file.truncate(256 * 1024**2)
    done = recon_process("--project", str(shop), "--log-format", "text", "ingest")
    assert done.status == 3
    assert "inbox/a.csv:2: the line is longer than 1,048,576 characters" in done.stderr


def test_keep_going_takes_the_good_and_still_exits_3(shop: Path, recon: Recon) -> None:
    put(shop, "a.csv", GOOD)
    put(shop, "b.csv", "")
    done = recon("ingest", "--keep-going", "--format", "csv")
    assert done.status == 3
    assert done.stdout.splitlines()[1].startswith("till,inbox/a.csv")
    assert "inbox/b.csv: the file is empty" in done.stderr
    assert published(shop)


def test_the_problems_of_all_files_are_told_at_once(shop: Path, recon: Recon) -> None:
    put(shop, "a.csv", "")
    put(shop, "b.csv", "Date\n")
    done = recon("ingest")
    assert done.status == 3
    assert "inbox/a.csv: the file is empty" in done.stderr
    assert "inbox/b.csv:1:Ref:" in done.stderr
    assert "inbox/b.csv:1:Amount:" in done.stderr


def test_a_source_that_does_not_exist(shop: Path, recon: Recon) -> None:
    assert shop.is_dir()
    done = recon("ingest", "--source", "tilt")
    assert done.status == 2
    assert "did you mean `till`?" in done.stderr


def test_a_file_of_no_source(shop: Path, recon: Recon) -> None:
    put(shop, "a.txt", GOOD)
    done = recon("ingest", "inbox/a.txt")
    assert done.status == 2
    assert "inbox/a.txt: the file matches the pattern of no source" in done.stderr
    assert recon("ingest", "--source", "till", "inbox/a.txt").status == 0


@pytest.mark.parametrize(("folder", "status"), [("inbox", 3), ("configs/sources", 2)])
def test_a_folder_that_may_not_be_opened_is_not_taken_for_an_empty_one(
    recon: Recon, shop: Path, monkeypatch: pytest.MonkeyPatch, folder: str, status: int
) -> None:
    put(shop, "till.csv", GOOD)
    may, closed = os.access, shop / folder
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and may(path, mode))
    outcome = recon("ingest")
    assert (outcome.status, outcome.stdout) == (status, "")
    assert outcome.stderr.startswith(f"{folder}: the folder cannot be opened\n")
