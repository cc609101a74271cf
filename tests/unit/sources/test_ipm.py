"""Mastercard IPM files: messages become rows, header and trailer are checked, the extra is named when it lacks."""

import io
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from cardutil.mciipm import IpmWriter

from recon.errors import InputRefused
from recon.sources.registry import fits
from tests.unit.sources.workbench import Result, profile, read_bytes

PROFILE = """\
source: clearing
title: IPM clearing
files: inbox/*
reader: ipm
account: ACQUIRER
money:
  decimal: "."
  currency: {column: CURRENCY}
  minor_units: currency
  amount:
    column: DE4
    direction: {column: FLOW, in: [1240-00, 1442-00-R], out: [1240-20, 1442-00]}
dates: {formats: [yyMMddHHmmss, yyMMdd], zone: UTC}
columns:
  booking_date: FILE_DATE
  event_time: DE12
  ref_bank: DE31
  attributes: {mcc: DE26, lifecycle: DE63, fees: PDS0146}
"""
PAN = "5555555555554444"
HEADER = {"MTI": "1644", "DE24": "697", "PDS0105": "0022610010000001234500001", "DE71": 1}
SALE = {
    "MTI": "1240", "DE2": PAN, "DE3": "000000", "DE4": 1050, "DE24": "200", "DE12": "260930235959",
    "DE26": "5999", "DE31": "25555556273000000000001", "DE49": "840", "DE63": " MCC123456", "PDS0023": "CT6", "DE71": 2,
}  # fmt: skip
REFUND = {**SALE, "DE3": "200000", "DE4": 50, "DE49": "392", "DE71": 3}
CHARGEBACK = {**SALE, "MTI": "1442", "DE24": "450", "DE71": 4}
REVERSED = {**CHARGEBACK, "PDS0025": "R261001", "DE71": 5}


def trailer(messages: int, checksum: int) -> dict[str, object]:
    return {
        "MTI": "1644",
        "DE24": "695",
        "PDS0301": f"{checksum:016d}",
        "PDS0306": f"{messages:08d}",
        "DE71": messages,
    }


ALL = (HEADER, SALE, REFUND, CHARGEBACK, REVERSED, trailer(6, 1050 * 3 + 50))


def packed(*messages: Mapping[str, object], encoding: str = "cp500", blocked: bool = True) -> bytes:
    made = io.BytesIO()
    writer = IpmWriter(made, encoding=encoding, blocked=blocked)
    for message in messages:
        ready = {name: value if name != "DE12" else _moment(str(value)) for name, value in message.items()}
        writer.write(ready)
    made.close, close = (lambda: None), made.close  # type: ignore[method-assign]  # the writer closes what it wrote
    writer.close()
    content = made.getvalue()
    close()
    return content


def _moment(text: str) -> object:
    from datetime import datetime

    return datetime.strptime(text, "%y%m%d%H%M%S")  # noqa: DTZ007  (cardutil takes local times)


def read(folder: Path, content: bytes) -> Result:
    return read_bytes(folder, content, profile(folder, PROFILE), "T112.ipm")


@pytest.mark.parametrize("encoding", ["cp500", "latin_1"])
@pytest.mark.parametrize("blocked", [True, False])
def test_messages_become_rows(tmp_path: Path, encoding: str, blocked: bool) -> None:
    content = packed(*ALL, encoding=encoding, blocked=blocked)
    result = read(tmp_path, content)
    assert result.refused == []
    assert result.conserved
    assert (result.lines, result.recognised, result.encoding) == (6, 2, encoding)
    assert list(zip(result.column("currency"), result.column("amount"), strict=True)) == [
        ("USD", Decimal("10.50")),
        ("JPY", Decimal(-50)),
        ("USD", Decimal("-10.50")),
        ("USD", Decimal("10.50")),
    ]
    assert {str(day) for day in result.column("booking_date")} == {"2026-10-01"}
    assert str(result.rows[0]["event_time"]) == "2026-09-30 23:59:59"
    assert result.rows[0]["ref_bank"] == "25555556273000000000001"
    assert next(name for name, _ in fits(content[:4096], tmp_path / "a")) == "ipm"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: packed(*ALL[:-1]), "the file has no trailer"),
        (lambda: packed(*ALL[:2], *ALL[3:]), "the trailer says 6 messages; read were 5"),
        (lambda: packed(*ALL[:2], {**REFUND, "DE4": 51}, *ALL[3:]), "3,200 minor units; read were 3,201"),
        (lambda: packed(*ALL, blocked=False)[:-40], "ends too early: the file is cut"),
        (lambda: packed(*ALL, blocked=False)[:-4], "ends too early: the file is cut"),
        (lambda: packed(*ALL)[:4] + b"x" * 50, "does not begin with an IPM header"),
        (lambda: b"", "the file is empty"),
    ],
)
def test_a_file_that_does_not_tie_is_refused(tmp_path: Path, content: object, said: str) -> None:
    made = content() if callable(content) else b""
    with pytest.raises(InputRefused) as caught:
        read(tmp_path, made)
    assert said in str(caught.value)


def test_messages_that_are_not_known_are_refused(tmp_path: Path) -> None:
    odd = {**SALE, "MTI": "1999"}
    fee = {**SALE, "DE3": "290000"}
    result = read(tmp_path, packed(HEADER, odd, fee, SALE, trailer(5, 3150)))
    assert [(one.line_no, one.field) for one in result.refused] == [(2, "MTI"), (3, "amount")]
    assert len(result.rows) == 1
    assert result.conserved


def test_a_spoilt_message_is_refused_and_not_lost(tmp_path: Path) -> None:
    content = packed(HEADER, SALE, SALE, trailer(4, 1050), blocked=False)
    at = content.index("840".encode("cp500"))
    spoilt = content[: at - 60].replace("16555".encode("cp500"), "zz555".encode("cp500")) + content[at - 60 :]
    result = read(tmp_path, spoilt)
    assert [one.code for one in result.refused] == ["message"]
    assert result.conserved


def test_the_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cardutil", None)
    monkeypatch.delitem(sys.modules, "cardutil.iso8583", raising=False)
    with pytest.raises(InputRefused) as caught:
        read(tmp_path, b"any")
    assert "cardutil" in str(caught.value)
    assert "pip install 'recon[ipm]'" in str(caught.value)
