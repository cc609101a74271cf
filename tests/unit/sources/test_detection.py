"""What the content of an unknown table proves, and what a draft says of the rest."""

from datetime import date
from pathlib import Path

import pytest

from recon.sources.choosing import candidates, draft_of
from recon.sources.detection.naming import pattern_of, source_name
from recon.sources.file import SourceFile
from recon.sources.profiles.profile import TableProfile, load_profile
from tests.unit.sources.workbench import read_bytes

ORDERS = """\
My bank;;;;
Booked;Text;Amount;Balance;Currency
13/10/2026;Shop A;-10,50;989,50;EUR
14/10/2026;Shop B;1.200,00;2189,50;EUR
15/10/2026;Shop C;-89,50;2100,00;EUR
Total;;1100,00;;
"""


def draft(folder: Path, content: str | bytes, name: str = "shop.csv") -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with SourceFile(path) as file:
        return draft_of(file)


def test_a_draft_says_what_the_file_proves(tmp_path: Path) -> None:
    text = draft(tmp_path, ORDERS)
    for line in (
        'delimiter: ";"',
        'end: ["Total"]',
        'decimal: ","',
        'thousands: "."',
        'amount: {column: "Amount", plus: in}  # proven by Balance: 2 of 2 steps tie',
        "- dd/MM/yyyy\n",
        'running_balance: "Balance"',
    ):
        assert line in text
    (tmp_path / "shop.yaml").write_text(text, encoding="utf-8")
    loaded = load_profile(tmp_path / "shop.yaml")
    assert isinstance(loaded.profile, TableProfile)
    result = read_bytes(tmp_path, ORDERS.encode(), loaded)
    assert (len(result.rows), result.refused, result.recognised) == (3, [], 3)


def test_a_draft_marks_what_it_cannot_know(tmp_path: Path) -> None:
    text = draft(tmp_path, "When,What,Amount\n01/02/2026,abc,1\n03/04/2026,def,2\n")
    assert "# check: no day above 12 was seen, it may be MM/dd/yyyy" in text
    assert "currency: XXX  # check" in text
    assert "plus: in}  # check: what a plus means is a guess" in text


def test_a_long_file_is_understood_by_its_first_and_last_rows(tmp_path: Path) -> None:
    lines = [
        f"{1 + n % 28:02}/10/2026,Card payment {n},-1.50,{10_000 - 1.5 * (n + 1):.2f}" for n in range(4_000)
    ]
    content = "\n".join(["Date,Text,Amount,Balance", *lines, "Total,,-6000.00,", ""])
    text = draft(tmp_path, content)
    assert "# proven by Balance: 2997 of 2997 steps tie" in text
    assert 'end: ["Total"]' in text
    (tmp_path / "shop.yaml").write_text(text, encoding="utf-8")
    result = read_bytes(tmp_path, content.encode(), load_profile(tmp_path / "shop.yaml"))
    assert (len(result.rows), result.refused, result.statements[0].control_ok) == (4_000, [], True)


@pytest.mark.parametrize(
    ("head", "currency"),
    [
        ("子账户 003 活期 美元 现汇", "USD"),
        ("原始金额,USD", "USD"),
        ("Account in Canadian Dollars", "CAD"),
        ("Account in US Dollars", "USD"),
        ("Egyptian pounds", "EGP"),
        ("Norske kroner", "NOK"),
        ("新台幣", "TWD"),
    ],
)
def test_the_head_names_the_currency(head: str, currency: str, tmp_path: Path) -> None:
    text = draft(tmp_path, f"{head}\nDate,Text,Amount\n2026-01-05,a,-1.00\n2026-01-16,b,2.00\n")
    assert f"currency: {currency}  # the head of the file says so" in text


@pytest.mark.parametrize(
    ("name", "words", "statuses"),
    [
        ("State", ("COMPLETED", "REVERTED", "PENDING"), ["booked", "failed", "pending"]),
        ("Статус", ("OK", "FAILED", "Отклонён"), ["booked", "failed", "failed"]),
        ("交易状态", ("交易成功", "交易关闭", ""), ["booked", "failed", "booked"]),
        ("Status", ("Refunded", "Reversed", "Abandoned"), ["booked", "booked", "failed"]),
    ],
)
def test_rows_say_whether_they_were_booked(
    name: str, words: tuple[str, str, str], statuses: list[str], tmp_path: Path
) -> None:
    rows = "".join(f"{day}/10/2026,abc,1.50,{word}\n" for day, word in zip((13, 14, 15), words, strict=True))
    content = f"Date,Text,Amount,{name}\n{rows}"
    (tmp_path / "shop.yaml").write_text(draft(tmp_path, content), encoding="utf-8")
    result = read_bytes(tmp_path, content.encode(), load_profile(tmp_path / "shop.yaml"))
    assert result.column("status") == statuses


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Jan 5 2026", "Jan 16 2026"),
        ("05JAN26", "16JAN26"),
        ("2026-Jan-05", "2026-Jan-16"),
        ("5 de enero de 2026", "16 de enero de 2026"),
        ("2026년 1월 5일", "2026년 1월 16일"),
        ("Mo 05.01.2026", "Fr 16.01.2026"),
        ("Monday 5 January 2026", "Friday 16 January 2026"),
        ("260105", "260116"),
        ("050126", "160126"),
        ("46027", "46038"),
        ("1767614400", "1768564800"),
        ("1767614400000", "1768564800000"),
        ("5 Jan", "16 Jan"),
        ("Jan 5", "Jan 16"),
    ],
)
def test_days_are_known_however_they_are_written(first: str, second: str, tmp_path: Path) -> None:
    content = f"Statement of 31.01.2026,,\nDate,Text,Amount\n{first},abc,-1.50\n{second},def,2.50\n"
    (tmp_path / "shop.yaml").write_text(draft(tmp_path, content), encoding="utf-8")
    result = read_bytes(tmp_path, content.encode(), load_profile(tmp_path / "shop.yaml"))
    assert result.column("booking_date") == [date(2026, 1, 5), date(2026, 1, 16)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('"05/01/2026, 10:30"', '"16/01/2026, 10:30"'),
        ("5 January 2026 at 10:30", "16 January 2026 at 10:30"),
        ("05-01-2026 - 10:30", "16-01-2026 - 10:30"),
        ("05/01/2026 10.30", "16/01/2026 10.30"),
        ("05/01/2026 10h30", "16/01/2026 10h30"),
        ("20260105T103000", "20260116T103000"),
        ("20260105T103000Z", "20260116T103000Z"),
        ("05/01/2026 10:30 a. m.", "16/01/2026 10:30 a.m."),
        ('"Mon, 05 Jan 2026 10:30:00 +0000"', '"Fri, 16 Jan 2026 10:30:00 +0000"'),
    ],
)
def test_times_are_known_however_they_are_written(first: str, second: str, tmp_path: Path) -> None:
    content = f"Date,Text,Amount\n{first},abc,-1.50\n{second},def,2.50\n"
    (tmp_path / "shop.yaml").write_text(draft(tmp_path, content), encoding="utf-8")
    result = read_bytes(tmp_path, content.encode(), load_profile(tmp_path / "shop.yaml"))
    assert [str(one)[:16] for one in result.column("event_time")] == ["2026-01-05 10:30", "2026-01-16 10:30"]


def test_fees_that_move_the_balance_are_part_of_the_amount(tmp_path: Path) -> None:
    rows = "13/10/2026,a,-10.00,0.50,89.50\n14/10/2026,b,-20.00,,69.50\n15/10/2026,c,-5.00,1.00,63.50\n"
    content = f"Date,Text,Amount,Fee,Balance\n12/10/2026,,100.00,,100.00\n{rows}"
    (tmp_path / "shop.yaml").write_text(draft(tmp_path, content), encoding="utf-8")
    result = read_bytes(tmp_path, content.encode(), load_profile(tmp_path / "shop.yaml"))
    assert [str(one) for one in result.column("amount")] == [
        "100.00000000",
        "-10.50000000",
        "-20.00000000",
        "-6.00000000",
    ]
    assert result.statements[0].control_ok is True
    inside = content.replace(",89.50", ",90.00").replace(",69.50", ",70.00").replace(",63.50", ",65.00")
    assert 'amount: {column: "Amount", plus: in}  # proven by Balance: 3 of 3 steps tie' in draft(
        tmp_path, inside
    )


def test_what_fits_is_told_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(ORDERS, encoding="utf-8")
    with SourceFile(path) as file:
        best = candidates(file)[0]
    assert (best.reader, best.profile) == ("csv", "draft")
    assert "3 transactions, header in row 2; amount: Amount (proven by Balance" in best.reason


@pytest.mark.parametrize(
    ("path", "name", "pattern"),
    [
        ("inbox/orders_2026_10.csv", "orders", "inbox/orders_*.csv"),
        ("inbox/orders_2026-11-05.csv", "orders", "inbox/orders_*.csv"),
        ("orders20261105.csv", "orders20261105", "inbox/orders20261105.csv"),
        ("Export (3).xlsx", "export", "inbox/Export*.xlsx"),
        ("bank/Umsatz_Oktober_2026.CSV", "umsatz", "bank/Umsatz_*.CSV"),
        ("2026-10.csv", "source_2026_10", "inbox/*.csv"),
        ("/elsewhere/a b.tsv", "a_b", "inbox/a b.tsv"),
        ("orders_2026_10.csv.gz", "orders", "inbox/orders_*.csv.gz"),
    ],
)
def test_a_source_is_named_without_the_day_of_its_file(path: str, name: str, pattern: str) -> None:
    assert source_name(Path(path)) == name
    assert pattern_of(Path(path)) == pattern
