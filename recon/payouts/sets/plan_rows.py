"""A plan's explanation rows of all payees as sets: lines and their parts, limits, overrides, rounding, in one table.

Plans with a line for each entry are worked out part by part of the payees, so that memory does not grow with them.
"""

from collections.abc import Iterator

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.names import identifier
from recon.engines.relations import where
from recon.engines.render import render
from recon.errors import InputRefused, Problem
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.books.taking_part import takes_part
from recon.payouts.periods.period import Known, LeftOut
from recon.payouts.plan.bands import Outside
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import Scope
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import plain
from recon.payouts.sets.book import Book, period_book
from recon.payouts.sets.component_parts import outside
from recon.payouts.sets.lines import add_absent, build_lines, everybody
from recon.payouts.sets.overrides import lay_people, level_rows
from recon.payouts.sets.parts import SUM
from recon.payouts.sets.rows_table import STEP, PlanRows
from recon.payouts.sets.steps import limit_row, line_rows, no_rows, payee_rounding


def build_rows(
    engine: DuckEngine,
    plan: Plan,
    books: Books,
    period: Period,
    name: str = "plan_rows",
    *,
    known: Known | None = None,
    book: Book | None = None,
) -> PlanRows:
    """Compute the rows of a plan that `support.reasons` has nothing against.

    Without a `book` that serves the plan, one is made for it alone.

    Raises:
        InputRefused: a figure is absent, or a total lies in no band of a plan that refuses this.
    """
    about = known or Known()
    if book is None or not book.serves(plan, books, period):
        book = period_book(engine, [plan], books, period, about.facts, f"{name}_book")
    rows = PlanRows(plan, name, book.payees)
    rows.left_out += _left_out(engine, plan, books, book)
    others = f"{name}_taking_part"
    engine.register(others, _taking_part(plan, about))
    lay_people(engine, rows, about)
    for number, part in enumerate(book.parts() if _by_entry(plan) else [book]):
        _build_part(engine, rows, books, part, others)
        keep = engine.append if number else engine.materialise
        keep(name, rows.spelt_out())
    engine.drop(rows.part, rows.people)
    return rows


def _by_entry(plan: Plan) -> bool:
    """Whether a plan has a line for each entry, so that there are many."""
    return any(component.scope is Scope.TRANSACTION for component in plan.components)


def _build_part(engine: DuckEngine, rows: PlanRows, books: Books, book: Book, others: str) -> None:
    """Compute the rows of a part's payees; `others` is the table of those who take part without any entry."""
    plan = rows.plan
    lines = [f"{rows.table}_lines_{position}" for position in range(len(plan.components))]
    types = [
        build_lines(engine, plan, component, books, book, own)
        for component, own in zip(plan.components, lines, strict=True)
    ]
    taking_part = book.numbered(others)
    add_absent(engine, plan.components, lines, taking_part)
    selects = []
    for step, (component, own, money) in enumerate(zip(plan.components, lines, types, strict=True)):
        _refuse_outside(engine, component, book, own, money)
        selects.append(line_rows(rows, component, step, own, money))
    engine.materialise(rows.part, " UNION ALL BY NAME ".join([no_rows(rows), *selects]))
    engine.materialise(rows.people, everybody(lines, taking_part))
    step = len(plan.components)
    for limit in plan.limits:
        engine.append(rows.part, limit_row(rows, limit, step))
        step += 1
    if plan.overrides is not None:
        levels = level_rows(rows, lines, step * STEP)
        rows.meaning.update(levels.meaning)
        rows.with_units.update(levels.meaning)
        engine.append(rows.part, levels.sql)
        step += 1
    if plan.rounding.by_payee:
        engine.append(rows.part, payee_rounding(rows, step))
    engine.drop(*lines)


def _left_out(engine: DuckEngine, plan: Plan, books: Books, book: Book) -> Iterator[LeftOut]:
    """The entries a component counts that name nobody to pay."""
    named_nobody = engine.rows(f"SELECT payee_no FROM {identifier(book.payees)} WHERE payee = ''")
    if not named_nobody:
        return
    for component in plan.components:
        relation = book.counted(plan, books, component)
        nobody = render(where(relation, call("eq", relation["payee_no"], literal(named_nobody[0][0]))))
        sums = f"SELECT count(*), CAST(sum(amount) AS {SUM}) FROM ({nobody})"
        for entries, amount in engine.rows(sums):
            if entries:
                reason = f"entries of {component.name} name no {plan.credit.to}"
                yield LeftOut(reason, plan.currency, entries, amount, component.name)


def _taking_part(plan: Plan, known: Known) -> pa.Table:
    """The payees who take part without any entry."""
    who = [
        payee
        for payee, facts in known.facts.items()
        if payee and (facts.words or facts.figures or payee in known.balances)
        if takes_part(plan, facts, known.balances.get(payee))
    ]
    return pa.table({"payee": pa.array(who, pa.string())})


def _refuse_outside(engine: DuckEngine, component: Component, book: Book, lines: str, money: str) -> None:
    for tiers, condition in outside(component, money):
        if tiers.outside is not Outside.REFUSE:
            continue
        found = engine.rows(
            f"SELECT payee, before + step FROM {identifier(lines)} JOIN {identifier(book.payees)} USING (payee_no) "
            f"WHERE payee <> '' AND {condition} ORDER BY payee, entry_id LIMIT 1"
        )
        for who, value in found:
            message = f"{component.name}: {plain(value)} of {who} lies in no band of the plan"
            hint = "close the gap between the bands, or say outside: pays_nothing"
            raise InputRefused(Problem("no-band", message, hint=hint))
