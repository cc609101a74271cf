"""Values of a preview read as everywhere else."""

from decimal import Decimal

from recon.sources.intake.checking import _text


def test_amounts_have_the_digits_of_their_currency_and_truths_are_words() -> None:
    assert _text("amount", Decimal("75.50000000"), "EUR", mask=True) == "75.50"
    assert _text("amount", Decimal("75.00000000"), "JPY", mask=True) == "75"
    assert _text("fx_rate", Decimal("1.08000000"), None, mask=True) == "1.08"
    assert _text("is_settled", False, "EUR", mask=True) == "false"
