"""Manual adjustments from a CSV file: bonuses, corrections and clawbacks, each with a reason, an author, an approval.

Columns: `plan`, `payee`, `amount`, `reason`, `description`, `author`, `approver`. Nothing of a file is booked while one
of its rows is wrong.
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from recon.errors import InputRefused, Place, Problem
from recon.model.money import decimal_of
from recon.payouts.adjustments import Adjustment, adjustment_row, problems
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Row
from recon.project.suggest import did_you_mean

COLUMNS = ("plan", "payee", "amount", "reason", "description", "author", "approver")
NEEDED = ("plan", "payee", "amount", "reason", "author", "approver")


def read_adjustments(path: Path, shown: str, plans: Mapping[str, Plan]) -> dict[str, list[Row]]:
    """The rows to add to statements, by plan; `plans` are those in force, by name.

    Raises:
        InputRefused: with every row that may not be booked, at its line and field.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
        raise InputRefused(Problem("unreadable-file", message, Place(shown))) from None
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        message = (
            f"expected the columns {', '.join(COLUMNS)}, found {', '.join(reader.fieldnames or ()) or 'none'}"
        )
        raise InputRefused(Problem("columns", message, Place(shown, 1)))
    found: dict[str, list[Row]] = {}
    wrong: list[Problem] = []
    for row in reader:
        place = Place(shown, reader.line_num)
        if mistakes := _mistakes(row, plans, place):
            wrong += mistakes
            continue
        plan = plans[row["plan"]]
        found.setdefault(plan.plan, []).append(adjustment_row(_adjustment(row), plan.version))
    if wrong:
        raise InputRefused(*wrong)
    return found


def _mistakes(row: Mapping[str, str], plans: Mapping[str, Plan], place: Place) -> list[Problem]:
    found = [
        Problem("empty-field", "is empty", replace(place, field=name)) for name in NEEDED if not row.get(name)
    ]
    if found:
        return found
    if row["plan"] not in plans:
        hint = did_you_mean(row["plan"], plans)
        message = f"no plan {row['plan']} is in force"
        found.append(Problem("no-plan", message, replace(place, field="plan"), hint))
    if decimal_of(row["amount"]) is None:
        message = f"{row['amount']} is no plain number"
        found.append(Problem("not-a-number", message, replace(place, field="amount")))
    if found:
        return found
    return [problem.at(place) for problem in problems(plans[row["plan"]].corrections, _adjustment(row))]


def _adjustment(row: Mapping[str, str]) -> Adjustment:
    amount = decimal_of(row["amount"])
    if amount is None:
        raise ValueError(f"{row['amount']} was checked to be a number")
    return Adjustment(row["payee"], amount, row["reason"], row["description"], row["author"], row["approver"])
