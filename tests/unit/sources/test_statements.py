"""What a tabular file says about itself: running balances, totals, period; and whether they tie."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError, InputRefused
from recon.sources.reader import Statement
from recon.sources.settle import Movements, statement_row
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
        (Statement(1, currency="USD", opening=Decimal(1), closing=Decimal(8)), False, None),
        (
            Statement(1, currency="EUR", opening=Decimal(1), closing=Decimal(8), closing_currency="USD"),
            False,
            None,
        ),
    ],
)
def test_what_ties(one: Statement, balance: bool | None, control: bool | None) -> None:
    movements = Movements(3, Decimal(10), Decimal(3), frozenset({"EUR"}))
    row = statement_row(one, movements, "till", "f")
    assert (row["balance_ok"], row["control_ok"]) == (balance, control)
    assert row["entries"] == 3
