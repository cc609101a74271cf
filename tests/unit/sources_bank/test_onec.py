# ruff: noqa: RUF001 - the keys of the format are Russian words
"""1C client-bank exchange: directions, sections, encodings."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from tests.unit.sources_bank.reading import read

OWN, OTHER = "40702810000000000001", "40702840000000000009"
HEAD = f"1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\nРасчСчет={OWN}\n"
SECTION = (
    f"СекцияРасчСчет\nДатаНачала=01.01.2026\nДатаКонца=31.01.2026\nРасчСчет={OWN}\nНачальныйОстаток=100.00\n"
    "ВсегоПоступило=50.00\nВсегоСписано=0\nКонечныйОстаток=150.00\nКонецРасчСчет\n"
)


def payment(
    payer: str = OTHER, receiver: str = OWN, amount: str = "50.00", dates: str = "ДатаПоступило=16.01.2026\n"
) -> str:
    return (
        f"СекцияДокумент=Платежное поручение\nНомер=17\nДата=15.01.2026\nСумма={amount}\nПлательщикСчет={payer}\n"
        f'Плательщик1=ООО "Ромашка"\nПлательщикИНН=7700000000\nПолучательСчет={receiver}\n{dates}'
        "НазначениеПлатежа=Оплата по счету 5\nКонецДокумента\n"
    )


def exchange(*documents: str) -> str:
    return HEAD + SECTION + "".join(documents) + "КонецФайла\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "cp866"])
def test_a_receipt(encoding: str, tmp_path: Path) -> None:
    found = read("onec", exchange(payment()).encode(encoding), tmp_path)
    (row,) = found.rows
    assert (row["amount"], row["currency"], row["account"]) == (Decimal(50), "RUB", OWN)
    assert (row["booking_date"], row["counterparty_name"]) == (date(2026, 1, 16), 'ООО "Ромашка"')
    assert (row["ref_end_to_end"], row["remittance"], row["type"]) == ("17", "Оплата по счету 5", "payment")
    (said,) = found.statements
    assert (said.opening, said.closing, said.stated_credits) == (Decimal(100), Decimal(150), Decimal(50))
    assert found.column("statement_no") == [1]


def test_a_payment_out(tmp_path: Path) -> None:
    found = read("onec", exchange(payment(OWN, OTHER)), tmp_path)
    assert found.column("amount") == [Decimal(-50)]
    assert found.column("counterparty_account") == [OTHER]
    assert "document's own date" in str(found.attribute("warning")[0])


def test_between_two_accounts_of_the_file_it_is_an_entry_of_each(tmp_path: Path) -> None:
    text = exchange(payment(OWN, OTHER)).replace(
        f"РасчСчет={OWN}\nСекция", f"РасчСчет={OWN}\nРасчСчет={OTHER}\nСекция"
    )
    found = read("onec", text, tmp_path)
    assert found.column("amount") == [Decimal(-50), Decimal(50)]
    assert found.column("currency") == ["RUB", "USD"]
    assert found.column("statement_no") == [1, None]


def test_without_accounts_the_date_of_movement_tells_the_direction(tmp_path: Path) -> None:
    paid, unknown = payment(dates="ДатаСписано=16.01.2026\n"), payment(dates="")
    text = f"1CClientBankExchange\n{payment()}{paid}{unknown}КонецФайла\n"
    found = read("onec", text, tmp_path, currency="RUB")
    assert found.column("amount") == [Decimal(50), Decimal(-50)]
    assert [row.code for row in found.refused] == ["direction"]


@pytest.mark.parametrize(
    ("document", "code"),
    [(payment(amount="many"), "amount"), (payment(amount=""), "amount"), (payment(OTHER, OTHER), "direction")],
)
def test_documents_that_are_not_certain_are_refused(document: str, code: str, tmp_path: Path) -> None:
    assert [row.code for row in read("onec", exchange(document), tmp_path).refused] == [code]


def test_an_unreadable_balance_is_a_refused_row(tmp_path: Path) -> None:
    text = exchange(payment()).replace("КонечныйОстаток=150.00", "КонечныйОстаток=x")
    assert [row.field for row in read("onec", text, tmp_path).refused] == ["КонечныйОстаток"]


@pytest.mark.parametrize(
    ("text", "code"),
    [(HEAD + SECTION + payment(), "truncated"), ("Дата=1\n", "no-statement"), ("", "no-statement")],
)
def test_files_that_are_refused_whole(text: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        read("onec", text, tmp_path)
    assert [problem.code for problem in caught.value.problems] == [code]
