"""`recon run`: how it ends, what it says, and that it leaves nothing half done."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.nights import Line, head, may_mount, program, within
from tests.unit.runs.worlds import CONFIGS, FIRST, ONE_RULE_SET, Sale, everyday, new_project, world_of

SOON, LATER = str(FIRST + timedelta(3)), str(FIRST + timedelta(20))
HOLD = """
import sys
from pathlib import Path
from recon.store.lock import writer_lock
with writer_lock(Path(sys.argv[1]), "recon close 2026-10"):
    print("held", flush=True)
    sys.stdin.read()
"""
needs_mounts = pytest.mark.skipif(not may_mount(), reason="no mounts of its own here")
pytestmark = pytest.mark.slow


def arrived(folder: Path, configs: Mapping[str, str]) -> Path:
    """A project with files, and nothing taken in."""
    project = new_project(folder, configs=configs)
    for file in everyday().files(seed=1):
        file.write(project.root / "inbox")
    return project.root


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A project with files of two books."""
    return arrived(tmp_path / "world", ONE_RULE_SET)


@pytest.fixture
def banked(tmp_path: Path) -> Path:
    """A project with files of all three."""
    return arrived(tmp_path / "world", CONFIGS)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two books that was run once; not to be written to."""
    folder = arrived(tmp_path_factory.mktemp("once") / "world", ONE_RULE_SET)
    assert within(folder, "--quiet", "run", "--as-of", SOON).status == 1
    return folder


@pytest.fixture
def ran(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "world"))


def test_cron_gets_one_line_of_json_and_nothing_else(banked: Path) -> None:
    done = program(banked, "--quiet", "run", "--period", "2026-10")
    assert (done.status, done.stderr) == (1, "")
    line = Line.of(done)
    assert (line["status"], line["proof"], line["period"], line["as_of"]) == (
        "breaks",
        "ok",
        "2026-10",
        "2026-10-31",
    )
    assert (line["new"], line["refused"], line["entries"]) == (True, 2, 22)
    assert (banked / line["workbook"]).is_file()
    assert (banked / "runs" / line["run"] / "manifest.json").is_file()
    done = program(banked, "--quiet", "run", "--period", "2026-10-01..2026-10-31")
    assert (done.status, done.stderr) == (1, "")
    assert Line.of(done).fields == line.fields | {"new": False}, "another way to write the same month"


def test_a_source_that_never_had_a_file_is_told(banked: Path) -> None:
    """A slip in `files:` once gave an ordinary run in which everything was open."""
    profile = banked / "configs" / "sources" / "bank.yaml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("inbox/bank_", "inbox/bnak_"), encoding="utf-8")
    (profile.parent / "till.yml").write_text("source: till\n", encoding="utf-8")
    told = (
        "configs/sources/till.yml: the file is not read: its name ends in .yml",
        "configs/sources/bank.yaml:3:8: `bank`, right side of lines_vs_bank, never had a file",
        "looked for inbox/bnak_*.csv",
    )
    done = within(banked, "--log-format", "text", "run", "--as-of", SOON)
    assert (done.status, [words in done.stderr for words in told]) == (1, [True] * 3)
    done = within(banked, "--log-format", "text", "sources", "check")
    assert [words in done.stderr for words in told] == [True] * 3
    (profile.parent / "till.yml").unlink()
    done = within(banked, "doctor", "--format", "csv")
    assert (done.status, "never had a file" in done.stdout) == (2, True)
    profile.write_text(text, encoding="utf-8")
    assert within(banked, "doctor", "--format", "csv").status == 0
    assert "never had a file" not in within(banked, "run", "--as-of", SOON).stderr


def test_a_terminal_without_a_width_is_told_as_much(ran: Path) -> None:
    found = within(ran, "breaks", "list", "--format", "csv").stdout.splitlines()[1].partition(",")[0]
    for width in ("80", "0"):
        assert found in program(ran, "breaks", "explain", found, COLUMNS=width).stdout


def test_a_store_that_is_a_symbolic_link_is_refused_by_that_reason(fresh: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir(mode=0o700)
    (fresh / "store").symlink_to(tmp_path / "other")
    done = within(fresh, "--quiet", "run", "--as-of", SOON)
    assert (done.status, list((tmp_path / "other").glob("*.db"))) == (4, [])
    assert f"{fresh}/store: cannot make a temporary folder: it is a symbolic link" in done.stderr
    assert "move all of it to the other disk" in done.stderr


@pytest.mark.parametrize("name", ["world*", "w[o]rld", "world?"])
def test_a_folder_whose_name_looks_like_a_pattern_has_its_own_files_alone(
    once: Path, tmp_path: Path, name: str
) -> None:
    """The workbook counted the entries of a project beside it, or the run ended as a defect."""
    ran, beside = (Path(shutil.copytree(once, tmp_path / folder)) for folder in (name, "world"))
    line = Line.of(within(ran, "--quiet", "run", "--as-of", SOON, "--fresh"))
    assert (line["entries"], line["new"]) == (19, False)
    workbook = Path(line["workbook"])
    assert (ran / workbook).read_bytes() == (beside / workbook).read_bytes()
    for asked in (("runs", "verify"), ("breaks", "list"), ("sql", "select count(*) from entries")):
        assert within(ran, *asked).status == within(beside, *asked).status == 0


def test_steps_are_told_line_by_line_without_a_terminal(banked: Path) -> None:
    assert within(banked, "--quiet", "run", "--as-of", SOON, "--no-report").status == 1
    done = program(banked, "--log-format", "text", "run", "--as-of", LATER, "--no-report")
    said = [line.rstrip() for line in done.stderr.splitlines()]
    assert said[0] == "nothing new: all 3 files were taken before"
    assert said[1:4] == [
        "match: matching lines_vs_bank",
        "match: matching orders_vs_lines",
        "match: finding breaks",
    ]
    assert Line.of(done)["workbook"] is None


def test_what_fails_a_sound_run(fresh: Path) -> None:
    for when, fail_on, status, new in (
        (FIRST.isoformat(), "aged", 0, True), (SOON, "breaks", 1, True), (SOON, "none", 0, False),
        (LATER, "aged", 1, True),
    ):  # fmt: skip
        done = within(fresh, "--quiet", "run", "--as-of", when, "--fail-on", fail_on, "--no-report")
        assert (done.status, done.stderr, Line.of(done)["new"]) == (status, "", new)
        if fail_on == "aged":
            assert (Line.of(done)["overdue"] > 0) is bool(status)


def test_books_without_breaks_are_reconciled_and_end_with_0(tmp_path: Path) -> None:
    project = new_project(tmp_path / "world").root
    for file in world_of([Sale(1, 100), Sale(2, 2_500, refund=True), Sale(3, 7, payout=1)]).files():
        file.write(project / "inbox")
    done = within(project, "--quiet", "run")
    assert (done.status, Line.of(done)["status"], Line.of(done)["matched"]) == (0, "reconciled", 5)


def test_nothing_to_run_is_a_question_of_usage(tmp_path: Path) -> None:
    project = new_project(tmp_path / "world").root
    done = within(project, "--quiet", "run")
    assert (done.status, done.stdout) == (2, "")
    assert "there are no files to run on" in done.stderr
    assert "orders: inbox/orders_*.csv" in done.stderr
    assert not (project / "store").exists()


@pytest.mark.parametrize("period", ["2026-13", "2026-02-30", "october", "2026-10-14..2026-10-01", "2026", ""])
def test_a_period_that_is_none_is_said_before_anything_is_stored(fresh: Path, period: str) -> None:
    done = within(fresh, "run", "--no-report", f"--period={period}")
    if period:
        assert done.status == 2
        assert f'"{period}" is not a period' in done.stderr
        assert not (fresh / "store").exists()
    else:
        assert done.status in {1, 2}


def test_a_day_before_the_latest_run_is_refused_and_fresh_allows_it(ran: Path) -> None:
    before = head(ran)
    done = within(ran, "--quiet", "run", "--as-of", FIRST.isoformat())
    assert done.status == 2
    assert f"the latest run is as of {SOON}" in done.stderr
    assert "`--fresh`" in done.stderr
    assert head(ran) == before
    done = within(ran, "--quiet", "run", "--as-of", FIRST.isoformat(), "--fresh", "--no-report")
    assert (done.status, Line.of(done)["as_of"]) == (1, FIRST.isoformat())


def test_a_changed_entry_ends_with_4_and_names_the_file(ran: Path) -> None:
    (entries,) = (ran / "store" / "entries").glob("*/entries.parquet")
    content = bytearray(entries.read_bytes())
    content[len(content) // 2] ^= 1
    entries.write_bytes(bytes(content))
    done = within(ran, "--quiet", "run", "--as-of", LATER)
    assert (done.status, done.stdout) == (4, "")
    assert (
        f"{entries.relative_to(ran).as_posix()}: the file's bytes are not those that were published"
        in done.stderr
    )


@pytest.fixture
def locked(ran: Path) -> Iterator[Path]:
    command = [sys.executable, "-c", HOLD, str(ran / "store")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield ran
        holder.kill()


def test_a_held_lock_ends_with_5_and_names_the_holder(locked: Path) -> None:
    done = within(locked, "--quiet", "run", "--as-of", LATER)
    assert (done.status, done.stdout) == (5, "")
    assert "the project is being written to: `recon close 2026-10`" in done.stderr
    assert within(locked, "runs", "verify").status == 0, "readers need no lock"


@needs_mounts
def test_a_store_that_cannot_be_written_to_can_be_read(ran: Path) -> None:
    read_only = "mount --bind store store; mount -o remount,ro,bind store"
    done = program(ran, "--quiet", "run", "--as-of", LATER, before=read_only)
    assert (done.status, done.stdout) == (4, "")
    assert "cannot lock the store: Read-only file system" in done.stderr
    assert program(ran, "runs", "verify", before=read_only).status == 0
    assert program(ran, "--quiet", "match", before=read_only).status == 1, "nothing new, so nothing to write"


@needs_mounts
def test_a_store_on_a_full_disk_says_so_and_can_be_read(ran: Path) -> None:
    small = "cp -a store kept; mount -t tmpfs -o size=1m none store; cp -a kept/. store"
    full = f"{small}; dd if=/dev/zero of=store/fill || :"
    done = program(ran, "--quiet", "run", "--as-of", LATER, before=full)
    assert (done.status, done.stdout) == (4, "")
    assert "no space is left on the disk" in done.stderr
    assert "free some space" in done.stderr
    read = program(ran, "runs", "verify", before=full)
    assert read.status == 0, read.stderr


@needs_mounts
@pytest.mark.parametrize("folder", ["runs", "reports"])
def test_a_full_disk_ends_with_4_and_the_next_run_completes(fresh: Path, folder: str) -> None:
    (fresh / folder).mkdir(mode=0o700)
    full = f"mount -t tmpfs -o size=12k none {folder}"
    done = program(
        fresh, "--quiet", "run", before=full if folder == "runs" else f"{full}; cp recon.toml reports"
    )
    assert (done.status, done.stdout) == (4, ""), done.stderr
    assert "no space is left on the disk" in done.stderr
    assert "free some space" in done.stderr
    if folder == "runs":
        assert within(fresh, "--quiet", "run").status == 1
        assert within(fresh, "runs", "verify").status == 0
