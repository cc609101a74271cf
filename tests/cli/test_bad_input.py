"""Bad input through the real program: each ends in a clear error with its place, and the store as it was."""

import hashlib
import shutil
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from recon.errors import ExitStatus
from recon.store.store import Store
from tests.cli.conftest import Outcome
from tests.unit.runs.worlds import CONFIGS, FIRST, everyday, new_project, night

BANKS = {
    "sources/statement.yaml": "source: statement\ntitle: A bank\nfiles: inbox/*.sta\nreader: mt940\n",
    "sources/camt.yaml": "source: camt\ntitle: A bank\nfiles: inbox/*.xml\nreader: camt\n",
    "sources/book.yaml": CONFIGS["sources/lines.yaml"]
    .replace("source: lines", "source: book")
    .replace("reader: csv", "reader: excel")
    .replace("inbox/lines_*.csv", "inbox/*.xlsx"),
}
HEADER = "order_no,kind,status,day,gross,fee,net\n"
GOOD = "T90001,SALE,PAID,2026-10-05,1.00,0.00,1.00\n"
ARGUMENTS = ("--quiet", "run", "--fail-on", "none")
Prepare = Callable[[Path], object]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one night behind it."""
    folder = tmp_path_factory.mktemp("bad") / "world"
    night(new_project(folder, configs=CONFIGS | BANKS), everyday().files(seed=1), FIRST + timedelta(9))
    return folder


@pytest.fixture
def world(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(sound, tmp_path / "world"))
    monkeypatch.chdir(folder)
    return folder


def kept(project: Path) -> dict[str, str]:
    """Every file of store, runs and reports by its hash; the ledger by its rows, whatever SQLite did around them."""
    found = {
        path.relative_to(project).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("store", "runs", "reports")
        for path in sorted((project / folder).rglob("*"))
        if path.is_file()
    }
    found["store/ledger.db"] = Store(project, project / "store", project / "runs").ledger.head()
    return found


def orders(text: str | bytes) -> Prepare:
    content = text.encode() if isinstance(text, str) else text
    return lambda project: (project / "inbox" / "orders_zz.csv").write_bytes(content)


def file(name: str, text: str) -> Prepare:
    return lambda project: (project / "inbox" / name).write_text(text, encoding="utf-8")


def endless_line(project: Path) -> None:
    """Half a gigabyte without an end of line; most of it is a hole in the file, and takes no room."""
    with (project / "inbox" / "orders_zz.csv").open("wb") as handle:
        handle.write(HEADER.encode() + b"T90001,SALE,PAID,2026-10-05,1.00,0.00,")
        handle.truncate(512 * 1024**2)


def merged_headers(project: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["order_no", "", "day", "gross", "", "", "payout"])
    sheet.append(["T90001", "SALE", "2026-10-05", "1.00", "0.00", "1.00", "P900"])
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("D1:F1")
    workbook.save(project / "inbox" / "book.xlsx")


def misspelt_key(project: Path) -> None:
    path = project / "configs" / "rules" / "lines_vs_bank.yaml"
    path.write_text(path.read_text("utf-8").replace("passes:", "pases:"), encoding="utf-8")
    orders(HEADER + GOOD)(project)


MT940 = ":20:X\n:25:ACCOUNT\n:28C:1/1\n:60F:C261001NGN100,00\n:61:261005C10,00NTRFX\n"
DOCTYPE = '<?xml version="1.0"?>\n<!DOCTYPE Document [<!ENTITY a "b">]>\n<Document>&a;</Document>\n'

CASES: dict[str, tuple[Prepare, ExitStatus, str, str]] = {
    "wrong encoding": (
        orders(HEADER.encode() + GOOD.encode() + b"T\xe9\xff,SALE,PAID,2026-10-05,1.00,0.00,1.00\n"),
        ExitStatus.REFUSED, "inbox/orders_zz.csv:3:", "not utf-8",
    ),
    "truncated MT940": (file("a.sta", MT940), ExitStatus.REFUSED, "inbox/a.sta:5:", "ends inside the statement"),
    "CAMT with a DOCTYPE": (file("a.xml", DOCTYPE), ExitStatus.REFUSED, "inbox/a.xml:2:", "DOCTYPE"),
    "merged headers": (merged_headers, ExitStatus.REFUSED, "inbox/book.xlsx", "merged"),
    "misspelt key": (
        misspelt_key, ExitStatus.USAGE, "configs/rules/lines_vs_bank.yaml:5:1:", "did you mean `passes`?",
    ),
    "missing column": (
        orders("order_no,kind,status,day,gross,net\nT9,SALE,PAID,2026-10-05,1.00,1.00\n"),
        ExitStatus.REFUSED, "inbox/orders_zz.csv:1:", 'the column "fee" is missing',
    ),
    "empty file": (orders(""), ExitStatus.REFUSED, "inbox/orders_zz.csv:", "the file is empty"),
    "line of half a gigabyte": (endless_line, ExitStatus.REFUSED, "inbox/orders_zz.csv:2:", "the line is longer than"),
    "row after row refused": (
        orders(HEADER + "T9,SALE,PAID,soon,1.00,0.00,1.00\n" * 100),
        ExitStatus.REFUSED, "inbox/orders_zz.csv:2:", "not a date",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_with_its_place_and_nothing_is_stored(
    world: Path, recon: Callable[..., Outcome], case: str
) -> None:
    prepare, status, place, words = CASES[case]
    prepare(world)
    before = kept(world)
    done = recon(*ARGUMENTS)
    assert (done.status, done.stdout) == (status, ""), done.stderr
    assert place in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "hint: " in done.stderr
    assert kept(world) == before


def test_a_good_file_beside_a_bad_one_is_not_stored_either(world: Path, recon: Callable[..., Outcome]) -> None:
    before = kept(world)
    orders(HEADER + GOOD)(world)
    file("a.sta", MT940)(world)
    assert recon(*ARGUMENTS).status == ExitStatus.REFUSED
    assert kept(world) == before
    (world / "inbox" / "a.sta").unlink()
    assert recon(*ARGUMENTS).status == ExitStatus.CLEAN
    assert kept(world).keys() > before.keys()


def test_a_file_that_changes_while_it_is_read_is_refused(world: Path, recon: Callable[..., Outcome]) -> None:
    path = world / "inbox" / "orders_zz.csv"
    rows = (f"Z{number:06},SALE,PAID,2026-10-05,1.00,0.00,1.00\n" for number in range(100_000))
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    before = kept(world)
    ended = threading.Event()

    def grow() -> None:
        with path.open("a", encoding="utf-8") as handle:
            while not ended.wait(0.005):
                handle.write(GOOD)
                handle.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        done = recon(*ARGUMENTS)
    finally:
        ended.set()
        writer.join()
    assert done.status == ExitStatus.REFUSED, done.stderr
    assert "inbox/orders_zz.csv: the file changed while it was being read" in done.stderr
    assert kept(world) == before
