"""Manual adjustments from CSV or Excel: bonuses, corrections and clawbacks, with reason, author and approval.

Columns: `plan`, `payee`, `amount`, `reason`, `description`, `author`, `approver` and, if wanted, `period`; without it,
a row belongs to the period being paid. Nothing of a file is booked while one of its rows is wrong.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from recon.errors import InputRefused, Problem, UsageError
from recon.model.money import decimal_of
from recon.model.periods import Period
from recon.payouts.adjustments import Adjustment, problems
from recon.payouts.plan.plan import Plan
from recon.project.suggest import did_you_mean
from recon.project.text_table import TextRow, read_rows

COLUMNS = ("plan", "payee", "amount", "reason", "description", "author", "approver")
NEEDED = ("plan", "payee", "amount", "reason", "author", "approver")


def read_adjustments(path: Path, shown: str, plans: Mapping[str, Plan]) -> list[tuple[TextRow, Adjustment]]:
    """Every adjustment of a file with its row; `plans` are those in force, by name.

    Raises:
        InputRefused: with every row that may not be booked, at its line and field.
    """
    rows = read_rows(path, shown, COLUMNS, ("period",))
    wrong = [problem for row in rows for problem in _mistakes(row, plans)]
    if wrong:
        raise InputRefused(*wrong)
    return [(row, _adjustment(row)) for row in rows]


def adjustments_of(path: Path, shown: str, plan: Plan, period: Period) -> list[Adjustment]:
    """The adjustments of one plan for one period, in the order of the file; other plans' rows are theirs.

    Raises:
        InputRefused: rows of the plan may not be booked.
    """
    rows = [row for row in read_rows(path, shown, COLUMNS, ("period",)) if row["plan"] == plan.plan]
    wrong = [problem for row in rows for problem in _mistakes(row, {plan.plan: plan})]
    if wrong:
        raise InputRefused(*wrong)
    return [_adjustment(row) for row in rows if not row["period"] or Period.parse(row["period"]) == period]


def _mistakes(row: TextRow, plans: Mapping[str, Plan]) -> list[Problem]:
    place = row.place
    found = [Problem("empty-field", "is empty", replace(place, field=name)) for name in NEEDED if not row[name]]
    if found:
        return found
    if row["plan"] not in plans:
        hint = did_you_mean(row["plan"], plans)
        message = f"no plan {row['plan']} is in force"
        found.append(Problem("no-plan", message, replace(place, field="plan"), hint))
    if decimal_of(row["amount"]) is None:
        message = f"{row['amount']} is no plain number"
        found.append(Problem("not-a-number", message, replace(place, field="amount")))
    try:
        Period.parse(row["period"] or "2026-01")
    except UsageError as error:
        found += [problem.at(replace(place, field="period")) for problem in error.problems]
    if found:
        return found
    return [problem.at(place) for problem in problems(plans[row["plan"]].corrections, _adjustment(row))]


def _adjustment(row: TextRow) -> Adjustment:
    amount = decimal_of(row["amount"])
    if amount is None:
        raise ValueError(f"{row['amount']} was checked to be a number")
    return Adjustment(row["payee"], amount, row["reason"], row["description"], row["author"], row["approver"])
