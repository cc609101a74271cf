"""A payee's statement as a workbook: one sheet, live sums with their values, the same bytes for the same statement."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from recon.outputs.excel.book import written_workbook
from recon.outputs.excel.page import Page, Written, titled
from recon.outputs.excel.styles import Cell
from recon.outputs.payouts.statement import PayeeStatement, PlanStatement
from recon.outputs.payouts.words import act_words, payee_words, reference_words, step_words

WIDTHS = (16, 20, 52, 18, 14, 16, 18)
WIDTH = len(WIDTHS)
AMOUNT = WIDTH - 1
HEADS = ("Section", "Component", "What", "Activity of", "Units", "Rate", "Amount")


def statement_workbook(statement: PayeeStatement) -> bytes:
    """The workbook's bytes. Text is never a formula; amounts that Excel cannot hold are written as text."""
    title = f"Statement {statement.payee} {statement.period}"
    with written_workbook(title, statement.project, statement.day) as (workbook, styles, held):
        subtitle = f"{payee_words(statement)} · {statement.project}"
        page = titled(workbook, styles, "Statement", f"Statement {statement.period}", subtitle)
        _layout(page.sheet, statement)
        verdict = "reconciled" if statement.final else "breaks"
        page.band(2, "APPROVED" if statement.final else "DRAFT - not yet approved", verdict, WIDTH)
        row = 4
        for plan in statement.plans:
            row = _plan(page, row, plan) + 2
    return held.getvalue()


def _layout(sheet: Worksheet, statement: PayeeStatement) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    payee = statement.payee.replace("&", "&&")
    sheet.set_footer(f"&L&8{payee} · {statement.period}&R&8page &P of &N")


def _plan(page: Page, row: int, plan: PlanStatement) -> int:
    """Write one plan's part from the row on; the row after it."""
    page.section(row, f"{plan.title} ({plan.version}, {plan.currency})", WIDTH)
    page.head(row + 1, HEADS, right=(4, AMOUNT))
    row += 2
    opening = _opening(page, row, plan)
    row += 1
    cells: list[Written] = []
    for line in plan.lines:
        page.texts(row, 0, [line.section, line.component, line.words, line.whose])
        if line.units is not None:
            page.amount(row, 4, line.units, plan.currency)
        page.text(row, 5, line.rate)
        cells.append(page.amount(row, AMOUNT, line.amount, plan.currency))
        row += 1
    earned = _sum(page, row, "Earned", cells, plan)
    row += 1
    steps = [earned]
    for step in plan.steps:
        page.texts(row, 0, [step_words(step.kind), step.about, step.words, reference_words(step)])
        steps.append(page.amount(row, AMOUNT, step.amount, plan.currency))
        row += 1
    _net(page, row, opening, steps, plan)
    row += 1
    if plan.paid_in != plan.currency:
        page.text(row, 0, "Paid", Cell.TOTAL_LABEL)
        page.text(row, 2, f"in {plan.paid_in} at {plan.fx_rate or ''}".rstrip())
        page.amount(row, AMOUNT, plan.paid, plan.paid_in)
        row += 1
    for act in plan.approvals:
        page.text(row, 0, act_words(act), Cell.NOTE)
        row += 1
    return row


def _opening(page: Page, row: int, plan: PlanStatement) -> Written:
    _label(page, row, "Opening balance")
    return page.amount(row, AMOUNT, plan.opening, plan.currency, Cell.TOTAL)


def _sum(page: Page, row: int, words: str, cells: Sequence[Written], plan: PlanStatement) -> Written:
    _label(page, row, words)
    if not cells:
        return page.amount(row, AMOUNT, plan.earned, plan.currency, Cell.TOTAL)
    area = f"SUM({cells[0].here}:{cells[-1].here})"
    return page.formula((row, AMOUNT), area, plan.earned, plan.currency, operands=cells, kind=Cell.TOTAL)


def _net(page: Page, row: int, opening: Written, cells: Sequence[Written], plan: PlanStatement) -> None:
    _label(page, row, plan.net_words)
    area = f"{opening.here}+SUM({cells[0].here}:{cells[-1].here})"
    operands = [opening, *cells]
    page.formula((row, AMOUNT), area, plan.net, plan.currency, operands=operands, kind=Cell.TOTAL)


def _label(page: Page, row: int, words: str) -> None:
    page.texts(row, 0, [words, *[None] * (WIDTH - 2)], Cell.TOTAL_LABEL)
