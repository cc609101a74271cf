"""QIF: sections, odd dates, two decimal marks, splits, opening balances."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from tests.unit.sources_bank.reading import Read, read


def bank(body: str, folder: Path, **options: str) -> Read:
    return read("qif", f"!Type:Bank\n{body}", folder, **{"currency": "EUR", **options})


def test_a_record(tmp_path: Path) -> None:
    found = bank("D01/31/95\nT-1,500.25\nN101\nPLandlord\nMJanuary\nLHome:Rent\nCX\n^\n", tmp_path)
    (row,) = found.rows
    assert (row["amount"], row["booking_date"]) == (Decimal("-1500.25"), date(1995, 1, 31))
    assert (row["counterparty_name"], row["remittance"]) == ("Landlord", "January")
    assert found.attribute("category") == ["Home:Rent"]


@pytest.mark.parametrize("end", ["^", "^^", " ^ "])
def test_ends_of_records(end: str, tmp_path: Path) -> None:
    assert len(bank(f"D1/31/95\nT1.00\n{end}\nD1/31/95\nT2.00\n{end}", tmp_path).rows) == 2


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1/25' 9", date(2009, 1, 25)),
        ("1/25'26", date(2026, 1, 25)),
        ("03/25/099", date(1999, 3, 25)),
        ("8/ 1/97", date(1997, 8, 1)),
        ("25/3/2026", date(2026, 3, 25)),
        ("25.3.26", date(2026, 3, 25)),
        ("2026-03-04", date(2026, 3, 4)),
    ],
)
def test_dates(text: str, day: date, tmp_path: Path) -> None:
    tell = "D1/25/97\nT1.00\n^\n" if text.startswith("8/") else ""
    assert bank(f"{tell}D{text}\nT1.00\n^\n", tmp_path).column("booking_date")[-1] == day


def test_day_and_month_that_cannot_be_told_apart_stay_open(tmp_path: Path) -> None:
    found = bank("D03/04/26\nT1.00\n^\n", tmp_path)
    assert found.column("booking_date") == [None]
    assert "date_order" in str(found.attribute("warning")[0])
    told = bank("D03/04/26\nT1.00\n^\n", tmp_path, date_order="dmy")
    assert told.column("booking_date") == [date(2026, 4, 3)]


@pytest.mark.parametrize(
    ("texts", "amounts"),
    [
        (["1,234", "5.25"], ["1234", "5.25"]),
        (["1.234", "5,25"], ["1234", "5.25"]),
        (["1,234.50"], ["1234.50"]),
        (["-12"], ["-12"]),
    ],
)
def test_the_file_shows_its_decimal_mark(texts: list[str], amounts: list[str], tmp_path: Path) -> None:
    body = "".join(f"D1/31/95\nT{text}\n^\n" for text in texts)
    assert bank(body, tmp_path).column("amount") == [Decimal(amount) for amount in amounts]


def test_a_mark_that_may_part_thousands_is_refused(tmp_path: Path) -> None:
    found = bank("D1/31/95\nT1,234\n^\n", tmp_path)
    assert [(row.code, row.line_no, row.value) for row in found.refused] == [("amount", 3 - 1, "1,234")]


def test_a_split_is_one_row(tmp_path: Path) -> None:
    found = bank("D1/31/95\nT-500.00\nSBooks\n$-200.00\nSDiscs\nEgift\n$-300.00\n^\n", tmp_path)
    assert found.column("amount") == [Decimal(-500)]
    assert found.attribute("splits") == ["2"]
    assert "-200.00\\n-300.00" in str(found.rows[0]["raw"])


def test_an_opening_balance_is_information(tmp_path: Path) -> None:
    found = bank("D1/31/95\nT5.00\nPOpening Balance\nL[Bank]\n^\nD1/31/95\nT1.00\nL[Savings]\n^\n", tmp_path)
    assert found.column("status") == ["info", "booked"]
    assert found.column("type") == ["other", "transfer"]


def test_sections(tmp_path: Path) -> None:
    text = (
        "!Option:AutoSwitch\n!Account\nNChecking\nTBank\n^\n!Clear:AutoSwitch\n!Type:Cat\nNFood\nT\n^\n"
        "!Account\nNCard\n^\n!Type:CCard\nD1/31/95\nT1.00\n^\n!Type:Invst\nD1/31/95\nNBuy\nT9.00\n^\n"
    )
    found = read("qif", text, tmp_path, currency="EUR")
    assert (found.column("account"), found.column("amount")) == (["Card"], [Decimal(1)])
    assert len(found.statements) == 1


def test_a_currency_must_be_configured(tmp_path: Path) -> None:
    assert [row.code for row in read("qif", "!Type:Bank\nD1/31/95\nT1.00\n^\n", tmp_path).refused] == [
        "currency-missing"
    ]


def test_cp1252(tmp_path: Path) -> None:
    found = read("qif", "!Type:Bank\nD1/31/95\nT1.00\nPCafé\n^\n".encode("cp1252"), tmp_path, currency="EUR")
    assert (found.column("counterparty_name"), found.encoding) == (["Café"], "cp1252")


def test_a_record_before_any_section_is_refused(tmp_path: Path) -> None:
    found = read("qif", "D1/31/95\nT1.00\n^\n!Type:Bank\n", tmp_path, currency="EUR")
    assert [row.code for row in found.refused] == ["record"]


def test_remarks_before_the_first_section_are_no_record(tmp_path: Path) -> None:
    text = "# Made by hand\nThe second line\n# And a third\n\n!Type:Bank\nD1/31/95\nT1.00\n^\n"
    found = read("qif", text, tmp_path, currency="EUR")
    assert (found.column("amount"), found.refused) == ([Decimal(1)], [])
    lost = read("qif", "# Made by hand\n" + "D1/31/95\nT1.00\n^\n!Type:Bank\n", tmp_path, currency="EUR")
    assert [row.code for row in lost.refused] == ["record"]


def test_a_file_without_sections_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no section header"):
        read("qif", "date;amount\n", tmp_path)
