"""Tests inside profiles: what passes, what is told when it does not, with what was expected beside what was found."""

from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.sources.library import shipped_profiles
from recon.sources.profile_tests import run_tests
from tests.unit.sources.workbench import BASIC, profile

TEST = """\
tests:
  - name: two rows of the till
    rows: |
      Date,Ref,Amount
      2026-10-01,A,5.00
      2026-10-02,B,-2.50
      yesterday,C,1
    entries:
      - {amount: 5, currency: EUR, booking_date: 2026-10-01, ref_merchant: A, line: 2}
      - {amount: -2.5, business_date: 2026-10-02, remittance: ""}
    refused:
      - {line: 4, code: date}
"""


def wrong(folder: Path, *changes: tuple[str, str], text: str = BASIC + TEST) -> list[str]:
    (outcome,) = run_tests(profile(folder, text, *changes), folder / "tmp")
    return list(outcome.wrong)


def test_a_test_that_is_kept(tmp_path: Path) -> None:
    assert wrong(tmp_path) == []
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("amount: 5,", "amount: 6,"), "entry 1, amount: expected 6, found 5"),
        (('remittance: ""', "ref_merchant: X"), "entry 2, ref_merchant: expected X, found B"),
        (("ref_merchant: A,", "remittance: A,"), "entry 1, remittance: expected A, found nothing"),
        (("      yesterday,C,1\n", "      2026-10-03,C,1\n"), "entry 3: not expected, found 1 EUR of line 4"),
        (("      2026-10-02,B,-2.50\n", ""), "entry 2: expected amount -2.5, business_date 2026-10-02"),
        (("code: date", "code: amount"), "line 4: expected to be refused as amount, found date"),
        (("    refused:\n      - {line: 4, code: date}\n", ""), "line 4 is refused: booking_date"),
        (("line: 4,", "line: 9,"), "line 9: expected to be refused, and it was not"),
        (("Date,Ref,Amount\n", "Day,Ref,Amount\n"), 'the file is refused: the column "Date" is missing'),
    ],
)
def test_what_is_otherwise_is_told(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert any(said in one for one in wrong(tmp_path, change)), wrong(tmp_path, change)


def test_a_workbook_is_made_of_the_rows(tmp_path: Path) -> None:
    assert wrong(tmp_path, ("reader: csv", "reader: excel")) == []


def test_statements_are_compared(tmp_path: Path) -> None:
    rule = "statement: {lines: ['^Total (?<sum>[0-9.]+)']}\nlayout: {end: [Total]}\n"
    kept = TEST.replace("      yesterday,C,1\n", "      Total 2.50\n").replace(
        "    refused:\n      - {line: 4, code: date}\n", "    statements: [{control: ok}]\n"
    )
    assert wrong(tmp_path, text=BASIC + rule + kept) == []
    said = wrong(tmp_path, ("Total 2.50", "Total 2.51"), text=BASIC + rule + kept)
    assert said[0].startswith("statement 1, control: expected ok, found failed (")


def test_a_field_that_no_entry_has_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="an entry has no `amuont`"):
        profile(tmp_path, BASIC + TEST, ("{amount: 5,", "{amuont: 5,"))


def test_a_format_that_is_no_text_cannot_be_tested_so(tmp_path: Path) -> None:
    assert "no text" in wrong(tmp_path, ("reader: csv", "reader: parquet"))[0]


def test_the_shipped_profiles_keep_their_tests() -> None:
    failed = [
        f"{loaded.source}: {one.name}: {said}"
        for loaded in shipped_profiles()
        for one in run_tests(loaded)
        for said in one.wrong
    ]
    assert failed == []
