"""Counts and amounts as people read them."""

from decimal import Decimal

import pytest

from recon.model.wording import counted, money, plain_words, with_currency


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1234567.5", "EUR", "1,234,567.50"),
        ("-0.50", "USD", "-0.50"),
        ("-0.00", "USD", "0.00"),
        ("-1234", "JPY", "-1,234"),
        ("0.00000001", "KWD", "0.00000001"),
        (
            "-12345678901234567890123456789012.12345678",
            "EUR",
            "-12,345,678,901,234,567,890,123,456,789,012.12345678",
        ),
        ("0.123456", "USD", "0.123456"),
        ("12.30", "USDT", "12.3"),
        ("1500", None, "1,500"),
    ],
)
def test_amounts_keep_every_digit_and_their_sign(amount: str, currency: str | None, words: str) -> None:
    assert money(Decimal(amount), currency) == words


def test_an_amount_with_its_currency() -> None:
    assert with_currency(Decimal("-1234.5"), "EUR") == "-1,234.50 EUR"


@pytest.mark.parametrize(
    ("count", "noun", "words"),
    [
        (0, "break", "0 breaks"), (1, "entry", "1 entry"), (1200, "entry", "1,200 entries"), (2, "day", "2 days"),
        (3, "match", "3 matches"),
    ],
)  # fmt: skip
def test_a_noun_is_in_the_number_of_its_count(count: int, noun: str, words: str) -> None:
    assert counted(count, noun) == words


def test_names_of_the_program_are_plain_words() -> None:
    assert plain_words("missing_in_bank") == "missing in bank"
