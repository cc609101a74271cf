"""The checked-in files are what the generator writes, and say the same as its books."""

import csv
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sample_data import generate
from sample_data.miniapp_settlement import story
from sample_data.miniapp_settlement.papers import LATE_FILE
from sample_data.miniapp_settlement.statements import NGN_FILE, USD_FILE
from sample_data.workbook import Amount, workbook

CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return story.files()


def test_files_at_hand_are_the_generators(files: dict[str, bytes]) -> None:
    assert generate.differences(generate.HERE / "miniapp_settlement", files) == []


def test_another_seed_tells_another_month(files: dict[str, bytes]) -> None:
    other = story.files("another seed")
    assert other.keys() == files.keys()
    assert other[LATE_FILE] != files[LATE_FILE]


def test_check_names_what_is_wrong(tmp_path: Path, files: dict[str, bytes]) -> None:
    generate.write(tmp_path, files)
    (tmp_path / NGN_FILE).write_bytes(b"")
    (tmp_path / LATE_FILE).unlink()
    (tmp_path / "data" / "stray.csv").write_bytes(b"")
    assert generate.differences(tmp_path, files) == [
        f"{LATE_FILE}: missing",
        "data/stray.csv: not written by the generator",
        f"{NGN_FILE}: differs",
    ]


def test_naira_statements_form_a_chain(files: dict[str, bytes]) -> None:
    messages = files[NGN_FILE].decode("ascii").split("\r\n-\r\n")[:-1]
    assert len(messages) == 21
    closing = None
    for message in messages:
        opened, closed = (_swift(message, tag) for tag in ("60F", "62F"))
        moved = sum(
            (Decimal(amount.replace(",", ".")) * (1 if mark == "C" else -1))
            for mark, amount in re.findall(r":61:\d{10}([CD])([\d,]+)N", message)
        )
        assert closing in {None, opened}
        assert opened + moved == closed
        assert all(len(line) <= 65 for line in message.splitlines())
        closing = closed


def _swift(message: str, tag: str) -> Decimal:
    found = re.search(rf":{tag}:C\d{{6}}NGN([\d,]+)", message)
    assert found
    return Decimal(found[1].replace(",", "."))


def test_one_dollar_statement_does_not_add_up(files: dict[str, bytes]) -> None:
    gaps = {}
    for statement in ElementTree.fromstring(files[USD_FILE]).iter(f"{CAMT}Stmt"):  # noqa: S314  (our own file)
        opening, closing = (
            Decimal(balance.findtext(f"{CAMT}Amt", "")) for balance in statement.iter(f"{CAMT}Bal")
        )
        moved = sum(
            Decimal(entry.findtext(f"{CAMT}Amt", ""))
            * (1 if entry.findtext(f"{CAMT}CdtDbtInd") == "CRDT" else -1)
            for entry in statement.iter(f"{CAMT}Ntry")
        )
        if gap := closing - opening - moved:
            gaps[statement.findtext(f"{CAMT}CreDtTm", "")[:10]] = gap
    lost = {str(m.booked): Decimal(m.amount) / 100 for m in story.books().movements if not m.printed}
    assert gaps == lost
    assert len(gaps) == 1


def test_control_totals_of_every_settlement_file_tie(files: dict[str, bytes]) -> None:
    for path, content in files.items():
        if "processor" in path and path.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            lines = [row for row in rows if row and row[0].startswith("KPT")]
            for total in (row for row in rows if row and row[0].startswith("Total ")):
                members = [row for row in lines if row[4] == total[4]]
                assert len(members) == int(total[1])
                assert [sum(Decimal(row[n]) for row in members) for n in range(5, 9)] == list(
                    map(Decimal, total[5:9])
                )


def test_fees_in_the_order_book_are_unsigned_and_reduce_net(files: dict[str, bytes]) -> None:
    rows = list(csv.DictReader(io.StringIO(files["data/internal/orders_2026-10-07.csv"].decode("utf-8"))))
    assert len(rows) > 500
    for row in rows:
        gross, fee, tax = (Decimal(row[name]) for name in ("gross", "expected_fee", "expected_tax"))
        assert gross - fee - tax == Decimal(row["expected_net"])
        assert fee >= 0


def test_workbook_is_a_plain_stored_archive() -> None:
    content = workbook("A & B", [("word < word", Amount("-12.50"), None, "x")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "word &lt; word" in sheet
    assert '<c r="B1" s="1"><v>-12.50</v></c>' in sheet
    assert 'r="D1"' in sheet
    assert 'r="C1"' not in sheet
