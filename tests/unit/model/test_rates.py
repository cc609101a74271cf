"""Shares are rounded to the worse side, and a bound shrinks as cases agree."""

from decimal import Decimal

from recon.model.rates import at_most, share


def test_a_share_is_never_rounded_up() -> None:
    assert share(2, 3) == Decimal("0.6666")
    assert share(99_999, 100_000) == Decimal("0.9999")
    assert share(0, 0) is None


def test_a_bound_shrinks_with_every_case_and_never_says_never() -> None:
    assert at_most(0, 0) == 1
    bounds = [at_most(0, tried) for tried in (1, 10, 100, 1_000, 100_000)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] > 0
    assert at_most(0, 1_300) == Decimal("0.0030")
    assert at_most(5, 100) > Decimal("0.05")
    assert at_most(10, 10) == 1
