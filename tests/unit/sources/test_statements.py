"""What a tabular file says about itself: running balances, totals, period; and whether they tie."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon.errors import ConfigError, InputRefused
from recon.sources.intake.settle import Movements, statement_rows
from recon.sources.reader import Statement
from tests.unit.sources.workbench import BASIC, profile, read_bytes

RULE = """\
statement:
  running_balance: Balance
"""
TEXT = "Date,Ref,Amount,Balance\n2026-10-01,A,10,110\n2026-10-02,B,-3,107\n2026-10-03,C,1,108\n"


def statements(folder: Path, text: str, rule: str = RULE) -> list[Statement]:
    return read_bytes(folder, text.encode(), profile(folder, BASIC + rule)).statements


def test_running_balance_oldest_first(tmp_path: Path) -> None:
    (one,) = statements(tmp_path, TEXT)
    assert (one.opening, one.closing, one.control_ok) == (Decimal(100), Decimal(108), True)


def test_running_balance_newest_first(tmp_path: Path) -> None:
    header, *rows = TEXT.splitlines(keepends=True)
    (one,) = statements(tmp_path, header + "".join(reversed(rows)))
    assert (one.opening, one.closing, one.control_ok) == (Decimal(100), Decimal(108), True)


def test_a_step_that_does_not_tie(tmp_path: Path) -> None:
    (one,) = statements(tmp_path, TEXT.replace("107", "106"))
    assert one.control_ok is False


def test_balances_on_some_rows_only(tmp_path: Path) -> None:
    (one,) = statements(tmp_path, TEXT.replace("110", ""))
    assert (one.opening, one.closing, one.control_ok) == (Decimal(100), Decimal(108), True)


LINES = r"""
layout:
  end: [Total]
statement:
  lines:
    - 'Period (?<from>[0-9-]+) to (?<to>[0-9-]+)'
    - '^Opening\|(?<opening>[0-9.]+)$'
    - '^Total (?<currency>[A-Z]{3})?\|(?<count>[0-9]+)\|(?<sum>[0-9.-]+)$'
"""


def test_totals_and_period(tmp_path: Path) -> None:
    text = (
        "Period 2026-10-01 to 2026-10-31\nOpening,100.00\nDate,Ref,Amount\n2026-10-01,A,10\nTotal EUR,1,10.00\n"
    )
    (one,) = statements(tmp_path, text, LINES)
    assert (one.period_from, one.period_to) == (date(2026, 10, 1), date(2026, 10, 31))
    assert (one.opening, one.stated_entries, one.stated_sum) == (Decimal(100), 1, Decimal(10))


def test_totals_of_a_currency_that_has_no_rows_do_not_tie(tmp_path: Path) -> None:
    text = "Date,Ref,Amount\n2026-10-01,A,10\nTotal USD,1,10.00\n"
    (one,) = statements(tmp_path, text, LINES)
    assert one.control_ok is False


def test_totals_that_contradict_each_other_refuse_the_file(tmp_path: Path) -> None:
    text = "Date,Ref,Amount\n2026-10-01,A,10\nTotal EUR,1,10.00\nTotal EUR,2,10.00\n"
    with pytest.raises(InputRefused, match=r'till\.csv:4: "count" is 2 here and was 1 before'):
        statements(tmp_path, text, LINES)


def test_a_total_that_cannot_be_read_refuses_the_file(tmp_path: Path) -> None:
    text = "Date,Ref,Amount\n2026-10-01,A,10\nTotal EUR,1,1.0.0\n"
    with pytest.raises(InputRefused, match="cannot be read"):
        statements(tmp_path, text, LINES)


@pytest.mark.parametrize("line", ["'no group'", "'(?<closing>[0-9+'", "'(?<clsing>.*)'"])
def test_patterns_that_say_nothing(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match=r"till\.yaml:16"):
        profile(tmp_path, BASIC + f"statement:\n  lines: [{line}]\n")


@pytest.mark.parametrize(
    ("one", "balance", "control"),
    [
        (Statement(1, currency="EUR"), None, None),
        (Statement(1, currency="EUR", opening=Decimal(1), closing=Decimal(8)), True, None),
        (Statement(1, currency="EUR", opening=Decimal(1), closing=Decimal(9)), False, None),
        (Statement(1, currency="EUR", opening=Decimal(1)), None, None),
        (Statement(1, currency="EUR", stated_entries=3, stated_credits=Decimal(10)), None, True),
        (Statement(1, currency="EUR", stated_entries=3, stated_debits=Decimal(4)), None, False),
        (Statement(1, currency="EUR", stated_sum=Decimal(7)), None, True),
        (Statement(1, currency="EUR", stated_sum=Decimal(7), control_ok=False), None, False),
        (
            Statement(1, currency="EUR", opening=Decimal(1), closing=Decimal(8), closing_currency="USD"),
            False,
            None,
        ),
    ],
)
def test_what_ties(one: Statement, balance: bool | None, control: bool | None) -> None:
    row = rows_of(one, EUR=Movements(3, Decimal(10), Decimal(3)))["EUR"]
    assert (row["balance_ok"], row["control_ok"]) == (balance, control)
    assert row["entries"] == 3


def rows_of(one: Statement, **movements: Movements) -> dict[str | None, Mapping[str, Any]]:
    """The rows of a statement by currency."""
    rows = statement_rows(one, movements, "till", "f")
    assert len({row["currency"] for row in rows}) == len(rows)
    return {row["currency"]: row for row in rows}


def test_currencies_are_rows_of_their_own_and_never_added() -> None:
    one = Statement(1, currency="EUR", opening=Decimal(1), closing=Decimal(8), stated_entries=5)
    rows = rows_of(one, USD=Movements(2, Decimal(0), Decimal(41)), EUR=Movements(3, Decimal(10), Decimal(3)))
    assert list(rows) == ["EUR", "USD"]
    assert [rows[code]["sum_debits"] for code in rows] == [Decimal(3), Decimal(41)]
    assert [rows[code]["entries"] for code in rows] == [3, 2]
    assert (rows["EUR"]["opening"], rows["EUR"]["closing"], rows["EUR"]["balance_ok"]) == (1, 8, True)
    assert (rows["USD"]["opening"], rows["USD"]["closing"], rows["USD"]["balance_ok"]) == (None, None, None)
    assert (rows["EUR"]["control_ok"], rows["USD"]["control_ok"]) == (True, None)


def test_totals_over_several_currencies_are_not_compared() -> None:
    one = Statement(1, currency="EUR", stated_entries=5, stated_credits=Decimal(51), stated_sum=Decimal(48))
    rows = rows_of(one, USD=Movements(3, Decimal(41)), EUR=Movements(3, Decimal(10), Decimal(3)))
    assert [row["stated_credits"] for row in rows.values()] == [None, None]
    assert rows["EUR"]["control_ok"] is False, "six entries, and not five"
    assert rows["USD"]["control_ok"] is None


def test_balances_without_entries_of_their_currency() -> None:
    one = Statement(1, currency="USD", opening=Decimal(1), closing=Decimal(8))
    rows = rows_of(one, EUR=Movements(3, Decimal(10), Decimal(3)))
    assert (rows["USD"]["entries"], rows["USD"]["balance_ok"]) == (0, False)
    assert (rows["EUR"]["entries"], rows["EUR"]["balance_ok"]) == (3, None)


def test_a_closing_balance_in_another_currency_stands_in_its_row() -> None:
    one = Statement(1, currency="EUR", opening=Decimal(1), closing=Decimal(8), closing_currency="USD")
    rows = rows_of(one, EUR=Movements(3, Decimal(10), Decimal(3)))
    assert (rows["EUR"]["opening"], rows["EUR"]["closing"], rows["EUR"]["balance_ok"]) == (1, None, False)
    assert (rows["USD"]["opening"], rows["USD"]["closing"], rows["USD"]["balance_ok"]) == (None, 8, None)


@pytest.mark.parametrize(
    ("one", "codes"),
    [
        (Statement(1), ["EUR", "USD"]),
        (Statement(1, currency="USD"), ["EUR", "USD"]),
        (Statement(1, currency="GBP"), ["EUR", "GBP", "USD"]),
        (Statement(1, closing=Decimal(8)), [None, "EUR", "USD"]),
        (Statement(1, control_ok=True), [None, "EUR", "USD"]),
    ],
)
def test_what_a_statement_says_always_has_a_row(one: Statement, codes: list[str | None]) -> None:
    assert list(rows_of(one, USD=Movements(1), EUR=Movements(1))) == codes
    assert list(rows_of(one)) == [one.currency]
