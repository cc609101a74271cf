"""Taxes of a payout: withheld or added, by dated rates, with catch-up when a threshold is crossed."""

from datetime import date
from decimal import Decimal

from recon.payouts.calculation.facts import Facts, holds
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.rounding import payable
from recon.payouts.calculation.windows import window
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.tax import Direction, Tax
from recon.payouts.rows import Kind, Row, exact, plain

ZERO = Decimal(0)


def tax_rows(
    plan: Plan, amount: Decimal, facts: Facts, balances: Balances
) -> tuple[list[Row], dict[str, Decimal]]:
    """A row per tax of the plan that applies to an amount paid (negative when withheld), and the balances afterwards.

    With `catch_up`, crossing the threshold also taxes what was paid in the window before, at the rate of that day. What
    was taxed already stays as it was: it went to the authority, and a later rate does not change it.
    """
    rows: list[Row] = []
    left = dict(balances)
    for tax in plan.taxes:
        if not _applies(tax, facts):
            continue
        percent = tax.percent
        if tax.without_tax_id_times is not None and "tax_id" not in facts.words:
            percent *= tax.without_tax_id_times
        due, words = _due(tax, percent, amount, facts, left, plan.year_begins)
        due = payable(due, plan.rounding, plan.currency)
        sign = -1 if tax.direction is Direction.WITHHELD else 1
        rows.append(Row(Kind.TAX, sign * due, facts.payee, words, tax.name, amount, f"{plain(percent)}%"))
        if tax.threshold is not None:
            taken = _name(tax, facts, "taken", plan.year_begins)
            left[taken] = left.get(taken, ZERO) + due
    return rows, left


def _due(
    tax: Tax, percent: Decimal, amount: Decimal, facts: Facts, left: dict[str, Decimal], year_begins: str
) -> tuple[Decimal, str]:
    words = f"{tax.name} {plain(percent)}% of {plain(amount)}"
    if tax.threshold is None:
        return exact(amount * percent / 100), words
    earned = _name(tax, facts, "earned", year_begins)
    before = left.get(earned, ZERO)
    left[earned] = after = before + amount
    over = tax.threshold.over
    if after <= over:
        return ZERO, f"{tax.name}: {plain(after)} is not over {plain(over)}"
    part = after - max(before, over)
    if tax.threshold.catch_up:
        taxed = before > over or bool(left.get(_name(tax, facts, "taken", year_begins)))
        part = amount if taxed else after
        words = f"{tax.name} {plain(percent)}% of {plain(part)}"
        late = f", {plain(before)} of it paid before" if before and not taxed else ""
        return exact(part * percent / 100), words + late
    return exact(part * percent / 100), f"{tax.name} {plain(percent)}% of {plain(part)} over {plain(over)}"


def _applies(tax: Tax, facts: Facts) -> bool:
    day = facts.day
    if day is not None and not _in_force(tax, day):
        return False
    if tax.exempt and holds(tax.exempt, facts.words, facts.figures):
        return False
    return holds(tax.only, facts.words, facts.figures)


def _in_force(tax: Tax, day: date) -> bool:
    return (tax.effective is None or tax.effective <= day) and (tax.until is None or day <= tax.until)


def _name(tax: Tax, facts: Facts, what: str, year_begins: str) -> str:
    per = tax.threshold.per if tax.threshold else None
    time = window(per, facts.day, facts.period, year_begins) if per else ""
    return f"tax.{tax.name}.{what}.{time}"
