"""How facts are compared with the table of what is true."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from recon.sources.facts import Facts
from tests.conformance.statements.expected import Expected, differences, read_expected, same_sums

WANT = Expected("a.sta", "mt940", "2", "3", "EUR:1.00;USD:2.50", "0.00", "EUR/USD", "1.00;2", "3.00;-4.50", "")
GOT = Facts(
    format="mt940",
    n_statements=2,
    n_transactions=3,
    sum_credits={"EUR": Decimal(1), "USD": Decimal("2.5")},
    sum_debits={"EUR": Decimal(0)},
    currency=("USD", "EUR"),
    opening=(Decimal(1), Decimal("2.00")),
    closing=(Decimal(3), Decimal("-4.5")),
)


def test_equal_facts_have_no_differences() -> None:
    assert differences(WANT, GOT) == []


def test_a_transaction_may_name_a_currency_where_the_statement_does_not() -> None:
    assert differences(replace(WANT, currency=""), GOT) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"format": "mt942"}, "format"),
        ({"n_statements": "1"}, "n_statements"),
        ({"n_transactions": "4"}, "n_transactions"),
        ({"sum_credits": "3.50"}, "sum_credits"),
        ({"sum_debits": "EUR:0.01"}, "sum_debits"),
        ({"currency": "EUR"}, "currency"),
        ({"opening": "2;1.00"}, "opening"),
        ({"closing": ""}, "closing"),
    ],
)
def test_each_fact_that_differs_is_named(change: dict[str, str], word: str) -> None:
    said = differences(replace(WANT, **change), GOT)
    assert len(said) == 1
    assert said[0].startswith(word)


@pytest.mark.parametrize(
    ("cell", "sums", "same"),
    [
        ("0.00", {}, True),
        ("", {}, True),
        ("0.00", {"EUR": Decimal(0), "USD": Decimal(0)}, True),
        ("5.00", {"EUR": Decimal(5), "USD": Decimal(0)}, True),
        ("5.00", {"EUR": Decimal(2), "USD": Decimal(3)}, False),
        ("5.00", {"EUR": Decimal(5), "USD": Decimal(5)}, False),
        ("EUR:0.00;USD:5.00", {"USD": Decimal(5)}, True),
        ("EUR:5.00;USD:0.00", {"USD": Decimal(5)}, False),
    ],
)
def test_sums(cell: str, sums: dict[str, Decimal], same: bool) -> None:
    assert same_sums(cell, sums) is same


def test_the_table_is_read_by_name(tmp_path: Path) -> None:
    table = tmp_path / "statements.csv"
    columns = (
        "note,file,format,n_statements,n_transactions,sum_credits,sum_debits,currency,opening,closing,more"
    )
    table.write_text(f'{columns}\n"MUST BE REJECTED, truncated",b.xml,camt,,,,,,,,x\n', encoding="utf-8")
    (row,) = read_expected(table)
    assert row.file == "b.xml"
    assert row.must_be_rejected
