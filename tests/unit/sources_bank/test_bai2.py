"""BAI2 and NAI: implied decimals, continuations, signs by type code, control totals."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.sources.bai2.reader import Bai2Reader
from tests.unit.sources_bank.reading import Read, read


def report(body: str, currency: str = "USD", records: int | None = None, total: int = 10000) -> str:
    count = body.count("\n") + 2 if records is None else records
    return (
        f"01,SENDER,RECEIVER,260105,0800,1,80,,2/\n02,R,S,1,260104,,{currency},2/\n03,77,,/\n"
        f"{body}49,{total},{count}/\n98,{total},1,{count + 2}/\n99,{total},1,{count + 4}/\n"
    )


def one(transaction: str, folder: Path, **changes: str | int) -> Read:
    return read("bai2", report(f"{transaction}\n", **changes), folder)  # type: ignore[arg-type]  # tests name what they change


@pytest.mark.parametrize(
    ("code", "amount", "status"),
    [
        ("142", "100", "booked"),
        ("399", "100", "booked"),
        ("475", "-100", "booked"),
        ("699", "-100", "booked"),
        ("721", "0", "info"),
        ("905", "0", "info"),
        ("920", "100", "booked"),
        ("960", "-100", "booked"),
    ],
)
def test_the_sign_comes_from_the_type_code(code: str, amount: str, status: str, tmp_path: Path) -> None:
    found = one(f"16,{code},10000,,B1,C1,text/", tmp_path)
    assert (found.column("amount"), found.column("status")) == ([Decimal(amount)], [status])
    assert found.attribute("amount") == [None if status == "booked" else "100.00"]
    assert found.statements[0].control_ok is True


@pytest.mark.parametrize(("currency", "amount"), [("USD", "100"), ("JPY", "10000"), ("KWD", "10"), ("", "100")])
def test_decimals_are_implied_by_the_currency(currency: str, amount: str, tmp_path: Path) -> None:
    found = one("16,142,10000,,,,text/", tmp_path, currency=currency)
    assert found.column("amount") == [Decimal(amount)]
    assert found.column("currency") == [currency or "USD"]


@pytest.mark.parametrize(
    ("transaction", "value_date", "text"),
    [
        ("16,142,10000,V,260103,,B1,C1,WIRE IN/", date(2026, 1, 3), "WIRE IN"),
        ("16,142,10000,S,5000,3000,2000,B1,C1,CHEQUES/", None, "CHEQUES"),
        ("16,142,10000,D,2,1,5000,2,5000,B1,C1,SPLIT/", None, "SPLIT"),
        ("16,142,10000,Z,B1,C1,TEXT, WITH COMMAS 1/2/", None, "TEXT, WITH COMMAS 1/2"),
        ("16,142,10000,,B1,C1,NO END", None, "NO END"),
        ("16,142,10000,,B1,C1,/\n88,ALL TEXT, HERE/", None, "ALL TEXT, HERE"),
        ("16,142,10000,,B1/\n88,C1,TEXT/\n88,MORE/", None, "TEXT MORE"),
        ("16,142,10000,V/\n88,260103,,B1,C1,TEXT/", date(2026, 1, 3), "TEXT"),
    ],
)
def test_funds_types_and_continuations(
    transaction: str, value_date: date | None, text: str, tmp_path: Path
) -> None:
    found = one(transaction, tmp_path)
    assert (found.column("value_date"), found.column("remittance")) == ([value_date], [text])
    assert (found.column("ref_bank"), found.column("ref_merchant")) == (["B1"], ["C1"])
    assert found.column("booking_date") == [date(2026, 1, 4)]


def test_a_text_cut_by_the_width_of_its_line_goes_on_without_a_gap(tmp_path: Path) -> None:
    first = "16,142,10000,,B1,C1," + "x" * 57 + "CLI/"
    found = one(f"{first}\n88,ENTS/", tmp_path)
    assert str(found.column("remittance")[0]).endswith("xCLIENTS")


def test_several_records_on_one_line(tmp_path: Path) -> None:
    found = one("16,142,4000,,,,A/ 16,142,6000,,,,B/", tmp_path, records=4)
    assert found.column("remittance") == ["A", "B"]
    assert found.statements[0].control_ok is True


def test_a_line_that_is_no_record_goes_on_with_the_text(tmp_path: Path) -> None:
    found = one("16,142,10000,,,,TEXT\nGOES ON/", tmp_path, records=3)
    assert found.column("remittance") == ["TEXT GOES ON"]


BALANCES = "03,77,EUR,010,36521,,,015,-33845,,,100,10000,1,,400,0,,/\n"


def test_balances_and_stated_totals(tmp_path: Path) -> None:
    total = 10000 + 36521 - 33845 + 10000
    text = report("16,142,10000,,,,x/\n", total=total).replace("03,77,,/\n", BALANCES)
    (said,) = read("bai2", text, tmp_path).statements
    assert (said.opening, said.closing, said.currency) == (Decimal("365.21"), Decimal("-338.45"), "EUR")
    assert (said.stated_credits, said.stated_debits, said.control_ok) == (Decimal(100), Decimal(0), True)
    assert read("bai2", text.replace("100,10000,1", "100,10000,2"), tmp_path).statements[0].control_ok is False


def test_an_empty_control_total_says_nothing(tmp_path: Path) -> None:
    text = report("16,142,10000,,,,x/\n")
    for code in ("49", "98", "99"):
        text = text.replace(f"\n{code},10000,", f"\n{code},,")
    assert ",10000," not in text.partition("\n49")[2]
    assert read("bai2", text, tmp_path).statements[0].control_ok is True
    assert read("bai2", text.replace("49,,3", "49,,4"), tmp_path).statements[0].control_ok is False


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("49,10000", "49,10001"),
        ("49,10000,3", "49,10000,4"),
        ("98,10000", "98,1"),
        ("98,10000,1", "98,10000,2"),
        ("99,10000,1,7", "99,10000,1,8"),
        ("16,142,10000", "16,142,10100"),
    ],
)
def test_control_totals_that_do_not_tie(before: str, after: str, tmp_path: Path) -> None:
    text = report("16,142,10000,,,,x/\n")
    assert before in text
    assert read("bai2", text.replace(before, after), tmp_path).statements[0].control_ok is False


def test_nai_has_no_version_and_pairs_of_code_and_amount(tmp_path: Path) -> None:
    text = (
        "01,,BANK,120725,0400,1,78,78/      \n02,BANK,CUSTOMER,1,120724,0000/\n"
        "03,594481027,AUD,015,13467-,100,50000,102,000,400/\n88,000,402,000/\n"
        "16,399,50000,0,0/\n88,STUART SMALL/\n49,-13467,-13467/\n98,1,1,1/\n99,1,1,1,1/\n"
    )
    found = read("bai2", text, tmp_path)
    assert (found.column("amount"), found.column("remittance")) == ([Decimal(500)], ["STUART SMALL"])
    assert found.column("ref_bank") == [None]
    assert (found.statements[0].closing, found.statements[0].control_ok) == (Decimal("-134.67"), True)


@pytest.mark.parametrize(
    ("transaction", "code"),
    [
        ("16,1x2,100,,,,x/", "type-code"),
        ("16,142,1.00,,,,x/", "amount"),
        ("16,142,,,,,x/", "amount"),
    ],
)
def test_records_that_are_not_certain_are_refused(transaction: str, code: str, tmp_path: Path) -> None:
    found = one(transaction, tmp_path)
    assert [(row.code, row.line_no) for row in found.refused] == [(code, 4)]


@pytest.mark.parametrize(
    ("before", "after", "line", "shown"),
    [("49,", "34,what is this/\n49,", 5, "34,what is this"), ("98,", "12 and this\n98,", 6, "12 and this")],
)
def test_what_is_no_record_is_told_by_its_account(
    before: str, after: str, line: int, shown: str, tmp_path: Path
) -> None:
    text = report("16,142,10000,,,,x/\n").replace(before, after, 1)
    found = read("bai2", text, tmp_path)
    assert (len(found.rows), found.refused) == (1, [])
    assert found.statements[0].control_ok is False
    assert found.statements[0].control_note == f"line {line}: this is no record of BAI2: {shown}"


def test_what_is_no_record_is_refused_where_no_account_can_tell_it(tmp_path: Path) -> None:
    found = read("bai2", report("16,142,10000,,,,x/\n").replace("03,", "77,a/\n03,", 1), tmp_path)
    assert [(row.code, row.line_no) for row in found.refused] == [("record", 3)]


def test_days_may_have_whole_years(tmp_path: Path) -> None:
    body = "16,142,5000,V,20260103,,B1,C1,WIRE/\n16,142,5000,V,20260103,0900,,,\n88,SECOND/\n"
    text = report(body).replace(",260105,", ",20260105,").replace(",260104,", ",20260104,")
    assert Bai2Reader().sniff(text.encode(), tmp_path) is not None
    found = read("bai2", text, tmp_path)
    assert found.column("value_date") == [date(2026, 1, 3)] * 2
    assert found.column("booking_date") == [date(2026, 1, 4)] * 2
    assert found.statements[0].period_to == date(2026, 1, 4)


def test_a_header_may_go_on_in_a_continuation(tmp_path: Path) -> None:
    text = report("16,142,10000,,,,x/\n")
    first = text.split("\n", 1)[0]
    for cut in range(1, 4):
        fields = first.split(",")
        header = f"{','.join(fields[: cut + 1])}/\n88,{','.join(fields[cut + 1 :])}"
        assert Bai2Reader().sniff(header.encode(), tmp_path / "a.txt") is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (report("16,142,10000,,,,x/\n").partition("49,")[0], "truncated"),
        (report("16,142,10000,,,,x/\n").partition("99,")[0], "truncated"),
        ("a,b\n", "no-statement"),
        ("", "no-statement"),
    ],
)
def test_files_that_are_refused_whole(text: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        read("bai2", text, tmp_path)
    assert [problem.code for problem in caught.value.problems] == [code]
