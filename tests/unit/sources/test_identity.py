"""The names of entries, the contract, card numbers, and the file that changes while it is read."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from recon.errors import InputRefused
from recon.model.tables import CONTENT
from recon.sources.file import SourceFile
from recon.sources.intake.cards import is_card_number, masked, without_cards
from recon.sources.intake.contracts import kept
from recon.sources.intake.identity import LEFT_OUT, digests
from recon.sources.reader import Row, table_of
from tests.unit.sources.workbench import at

FULL = Row(
    line_no=3,
    amount=Decimal("12.50"),
    currency="EUR",
    raw='{"a":"b"}',
    account="SHOP",
    booking_date=date(2026, 10, 1),
    event_time=at("2026-10-01 10:11:12.345678"),
    gross=Decimal(13),
    fee=Decimal("-0.50"),
    net=Decimal("12.50"),
    fee_parts=[{"kind": "scheme", "amount": Decimal("-0.50"), "currency": "EUR"}],
    ref_merchant="A1",
    attributes={"till": "7", "clerk": "Ada"},
)


def name(row: Row, source: str = "till") -> str:
    return str(digests(table_of([row]), source)[0].as_py())


def changed(**values: object) -> Row:
    return Row(**{**FULL._asdict(), **values})


def test_the_names_of_entries_never_change() -> None:
    """Stores hold these names for years: if this test fails, the change must be undone."""
    assert name(FULL) == "32052bf0ff7b9a47930088ad"


def test_provenance_is_no_part_of_the_name() -> None:
    assert name(changed(line_no=99, raw="{}", statement_no=4, statement_id="x")) == name(FULL)
    assert name(FULL, "other") != name(FULL)


@pytest.mark.parametrize(
    "values",
    [
        {"amount": Decimal("12.51")},
        {"account": "SHOP2"},
        {"ref_merchant": None},
        {"ref_merchant": ""},
        {"ref_merchant": "A1\x1f"},
        {"ref_bank": "A1", "ref_merchant": None},
        {"booking_date": date(2026, 10, 2)},
        {"event_time": at("2026-10-01 10:11:12.345679")},
        {"attributes": {"till": "7"}},
        {"attributes": None},
        {"is_reversal": True},
        {"fee_parts": None},
        {"status": "pending"},
    ],
)
def test_every_other_field_is_part_of_the_name(values: dict[str, object]) -> None:
    assert name(changed(**values)) != name(FULL)


def test_what_is_left_out_is_a_field() -> None:
    assert set(CONTENT.names) >= LEFT_OUT


def test_the_order_of_attributes_does_not_matter() -> None:
    assert name(changed(attributes={"clerk": "Ada", "till": "7"})) == name(FULL)


def test_the_contract_refuses_rows_that_break_it() -> None:
    rows = [
        changed(line_no=1),
        changed(line_no=2, account=None),
        changed(line_no=3, currency="eur"),
        changed(line_no=4, type="gift"),
        changed(line_no=5, net=Decimal(1)),
        changed(line_no=6, status="maybe", account=""),
    ]
    good, refused = kept(table_of(rows))
    assert good.column("line_no").to_pylist() == [1]
    assert [(one.line_no, one.field, one.value) for one in sorted(refused, key=lambda one: one.line_no)] == [
        (2, "account", None),
        (3, "currency", "eur"),
        (4, "type", "gift"),
        (5, "net", None),
        (6, "account", ""),
    ]


@pytest.mark.parametrize(
    "digits",
    [
        "4111111111111111",
        "5500005555555559",
        "340000000000009",
        "30000000000004",
        "6011000000000004",
        "4222222222222",
    ],
)
def test_card_numbers(digits: str) -> None:
    assert is_card_number(digits)
    assert without_cards(f"x {digits} y") == f"x {digits[:6]}…{digits[-4:]} y"


@pytest.mark.parametrize(
    "digits",
    ["4111111111111112", "2026100112345678", "411111111111111", "41111111111111111111", "1234567812345670"],
)
def test_other_numbers_stay(digits: str) -> None:
    assert without_cards(f"x{digits}y") == f"x{digits}y"


def test_cards_in_a_table() -> None:
    rows = [changed(remittance="5500 0055 5555 5559", attributes={"a": "4111111111111111"}), FULL]
    entries = masked(table_of(rows)).to_pylist()
    assert entries[0]["remittance"] == "550000…5559"
    assert entries[0]["attributes"] == [("a", "411111…1111")]
    assert entries[1]["attributes"] == [("clerk", "Ada"), ("till", "7")]
    assert masked(table_of([FULL])).equals(table_of([FULL]))


def test_an_amount_beyond_measure_is_no_row() -> None:
    with pytest.raises(pa.ArrowInvalid):
        table_of([changed(amount=Decimal("1e20"))])


@pytest.mark.parametrize("change", ["append", "edit", "truncate"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"0123456789")

    def read() -> None:
        with SourceFile(path, "a.csv") as file, file.stream() as stream:
            assert stream.read(4) == b"0123"
            content = {"append": b"0123456789X", "edit": b"01234X6789", "truncate": b"01234"}[change]
            path.write_bytes(content)

    with pytest.raises(InputRefused, match=r"a\.csv: the file changed while it was being read"):
        read()


def test_a_file_replaced_by_another_is_still_the_one_that_was_opened(tmp_path: Path) -> None:
    path, other = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_bytes(b"first")
    with SourceFile(path) as file:
        other.write_bytes(b"second")
        other.replace(path)
        with file.stream() as stream:
            assert stream.read() == b"first"
        assert file.sha256 == "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e"


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="not a regular file"):
        SourceFile(tmp_path)
    with pytest.raises(InputRefused, match="cannot be opened"):
        SourceFile(tmp_path / "absent")
