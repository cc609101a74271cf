"""Manual adjustments from CSV or Excel: bonuses, corrections and clawbacks, with reason, author and approval.

Columns: `plan`, `payee`, `amount`, `reason`, `description`, `author`, `approver` and, if wanted, `period`; without it,
a row belongs to the period being paid. Rows of the project's own tables, which stay there, say their period. Nothing of
a file is booked while one of its rows is wrong: those of the period are held against the plans in force in it, those of
other periods only have to name a plan that there is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from recon.errors import InputRefused, Place, Problem, UsageError
from recon.model.money import decimal_of
from recon.model.periods import Period
from recon.payouts.adjustments import Adjustment, problems
from recon.payouts.plan.plan import Plan, version_in
from recon.project.suggest import did_you_mean
from recon.project.text_table import TextRow, read_rows

COLUMNS = ("plan", "payee", "amount", "reason", "description", "author", "approver")
NEEDED = ("plan", "payee", "amount", "reason", "author", "approver")


def check_adjustments(
    path: Path, shown: str, plans: Sequence[Plan], period: Period, *, stays: bool = False
) -> None:
    """Check every row of a file, so that none is passed over; `plans` are all versions of all plans.

    A file that `stays` is looked at for every period: its rows name theirs.

    Raises:
        InputRefused: with every row that may not be booked, at its line and field.
        UsageError: two versions of a plan with rows in the period share it.
    """
    names = {plan.plan for plan in plans}
    wrong, lines = list[Problem](), dict[tuple[str, ...], int]()
    for row in read_rows(path, shown, COLUMNS, ("period",)):
        found = _mistakes(row, names) or _paid_twice(row, lines, stays=stays)
        if not found and _is_of(row, period):
            found = _not_bookable(row, version_in(plans, row["plan"], period), period)
        wrong += found
    if wrong:
        raise InputRefused(*wrong)


def adjustments_of(path: Path, shown: str, plan: Plan, period: Period) -> list[Adjustment]:
    """The adjustments of one plan for one period, in the order of the file; other plans' rows are theirs.

    Raises:
        InputRefused: rows of the plan may not be booked.
    """
    rows = [row for row in read_rows(path, shown, COLUMNS, ("period",)) if row["plan"] == plan.plan]
    wrong = [problem for row in rows for problem in _mistakes(row, [plan.plan])]
    if not wrong:
        rows = [row for row in rows if _is_of(row, period)]
        wrong = [problem for row in rows for problem in _not_bookable(row, plan, period)]
    if wrong:
        raise InputRefused(*wrong)
    return [_adjustment(row) for row in rows]


def _is_of(row: TextRow, period: Period) -> bool:
    return not row["period"] or Period.parse(row["period"]) == period


def _paid_twice(row: TextRow, lines: dict[tuple[str, ...], int], *, stays: bool) -> list[Problem]:
    """What would pay a row more than once; `lines` are the rows before it, by what they say."""
    if stays and not row["period"]:
        hint = "say the period that it belongs to, such as 2026-10"
        message = "is empty: the row would be paid in every period"
        return [Problem("empty-field", message, replace(row.place, field="period"), hint)]
    said = tuple(row[name] for name in (*COLUMNS, "period"))
    before = lines.setdefault(said, row.place.line or 0)
    if before == row.place.line:
        return []
    hint = "remove one of them, or say in `description` what each is for"
    return [Problem("paid-twice", f"says the same as line {before}: it would be paid twice", row.place, hint)]


def of_closed(path: Path, shown: str, plan: str, period: Period) -> list[tuple[str, Decimal, Place]]:
    """Whom the rows of a plan for a period that is closed add how much, and where each stands."""
    rows = read_rows(path, shown, COLUMNS, ("period",))
    own = [row for row in rows if row["plan"] == plan and row["period"] and _is_of(row, period)]
    return [(row["payee"], decimal_of(row["amount"]) or Decimal(0), row.place) for row in own]


def _mistakes(row: TextRow, names: Iterable[str]) -> list[Problem]:
    """What is wrong with a row whatever its period."""
    place = row.place
    found = [Problem("empty-field", "is empty", replace(place, field=name)) for name in NEEDED if not row[name]]
    if found:
        return found
    if row["plan"] not in names:
        hint = did_you_mean(row["plan"], names)
        found.append(Problem("no-plan", f"no plan {row['plan']}", replace(place, field="plan"), hint))
    if decimal_of(row["amount"]) is None:
        message = f"{row['amount']} is no plain number"
        found.append(Problem("not-a-number", message, replace(place, field="amount")))
    try:
        Period.parse(row["period"] or "2026-01")
    except UsageError as error:
        found += [problem.at(replace(place, field="period")) for problem in error.problems]
    return found


def _not_bookable(row: TextRow, plan: Plan | None, period: Period) -> list[Problem]:
    """What keeps a row from being booked by the plan that is in force in its period."""
    if plan is None:
        message = f"no plan {row['plan']} is in force in {period}"
        hint = "name the plan that is, or the `period` that the row belongs to"
        return [Problem("no-plan", message, replace(row.place, field="plan"), hint)]
    return [problem.at(row.place) for problem in problems(plan.corrections, _adjustment(row))]


def _adjustment(row: TextRow) -> Adjustment:
    amount = decimal_of(row["amount"])
    if amount is None:
        raise ValueError(f"{row['amount']} was checked to be a number")
    return Adjustment(row["payee"], amount, row["reason"], row["description"], row["author"], row["approver"])
