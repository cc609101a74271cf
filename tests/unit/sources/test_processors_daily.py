"""Shipped profiles of daily reports, each found by the rows of its own tests: signs, minor units, what is settled."""

from pathlib import Path

import pytest

from recon.sources.library import shipped_profile
from tests.unit.sources.channels import channel, rows


@pytest.mark.parametrize(
    ("profile", "amounts"),
    [
        ("amazon_pay_settlement", [("9.41", "USD"), ("-4.85", "USD"), ("-4.56", "USD")]),
        ("dlocal_report", [("10", "USD"), ("-1", "USD"), ("-10", "USD")]),
        ("fundraiseup_donations", [("11.7", "USD"), ("5", "USD")]),
        ("gr4vy_transactions", [("10", "USD"), ("5000", "JPY"), ("0", "USD")]),
        ("trustly_reconciliation", [("100", "USD"), ("100", "USD"), ("-30", "USD")]),
    ],
)
def test_the_report_finds_its_profile(tmp_path: Path, profile: str, amounts: list[tuple[str, str]]) -> None:
    (test,) = shipped_profile(profile).profile.tests
    assert rows(channel(tmp_path, profile, test.rows), "amount", "currency") == amounts


def test_an_older_dlocal_report_has_no_currency(tmp_path: Path) -> None:
    (test,) = shipped_profile("dlocal_report").profile.tests
    older = test.rows.replace(";currency;", ";").replace(";BRL;", ";")
    result = channel(tmp_path, "dlocal_report", older)
    assert rows(result, "amount", "currency", "original_currency")[0] == ("10", "USD", None)
