"""A plan's explanation rows of all payees at once: lines and their parts, limits, overrides, rounding, in one table.

The table is narrow: a row says by its `code` which part of the plan it is, and only what is written at the end
spells it out. Codes rise in the order of the calculation: thousands are components, then limits, overrides, rounding.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.names import identifier, text_literal
from recon.engines.relations import where
from recon.engines.render import render
from recon.errors import InputRefused, Problem
from recon.model.periods import Period
from recon.payouts.activity import Books
from recon.payouts.earning import mirrors
from recon.payouts.period import Known, LeftOut
from recon.payouts.plan.bands import Outside
from recon.payouts.plan.components import Component
from recon.payouts.plan.limits import Limit
from recon.payouts.plan.measures import Scope
from recon.payouts.plan.payment import RoundAt
from recon.payouts.plan.plan import Plan
from recon.payouts.rounding import places
from recon.payouts.rows import Kind, plain
from recon.payouts.sets.book import Book, period_book
from recon.payouts.sets.component_parts import outside, parts_of
from recon.payouts.sets.lines import add_absent, build_lines, everybody
from recon.payouts.sets.overrides import level_rows
from recon.payouts.sets.parts import NO_UNITS, SUM, SqlPart, line_total, number, rounded_to
from recon.payouts.taking_part import takes_part

STEP = 1000
"""Parts that one step of the calculation may have."""
MEANING = ("plan", "version", "period", "currency", "kind", "component", "words", "rate")
NO_TEXT = "CAST(NULL AS VARCHAR)"


@dataclass
class PlanRows:
    """The rows of a plan in an engine: the name of their table, and what each code stands for.

    `payees` numbers payees, `people` are those who are credited.
    """

    plan: Plan
    table: str
    payees: str
    people: str
    meaning: dict[int, tuple[Kind, str, str, str]] = field(default_factory=dict)
    """Kind, component, words and rate by code."""
    left_out: list[LeftOut] = field(default_factory=list)
    """What names nobody to pay."""
    said: bool = False
    """Whether words or rates of some rows are their own."""

    @property
    def enumerated(self) -> list[str]:
        """The texts of an enumerated type: those that a code stands for alone."""
        return [name for name in MEANING if not (self.said and name in {"words", "rate"})]

    def sql(self, period: Period) -> str:
        """The rows in the shape of PAYOUT_ROWS, by payee and in the order of the calculation."""
        own = {name: f"m.{name}" for name in ("words", "rate")}
        if self.said:
            own = {"words": "coalesce(r.said, m.words)", "rate": "coalesce(r.said_rate, m.rate)"}
        receiver = "coalesce(r.receiver, p.payee)" if self.plan.overrides else "p.payee"
        return (
            "SELECT m.plan, m.version, m.period, m.currency, p.payee AS credited, r.entry_id, "
            f"{receiver} AS payee, m.kind, m.component, {own['words']} AS words, r.units, "
            f"{own['rate']} AS rate, r.amount, r.entries FROM {identifier(self.table)} AS r "
            f"JOIN {identifier(self.payees)} AS p USING (payee_no) JOIN ({self._meaning(period)}) AS m USING (code) "
            f"WHERE p.payee <> '' ORDER BY payee_no, code // {STEP}, r.line ASC NULLS FIRST, code"
        )

    def _meaning(self, period: Period) -> str:
        """What codes stand for, as a table of words that are few: their type makes writing them cheap."""
        plan = self.plan
        fixed = (plan.plan, plan.version, str(period), plan.currency)
        rows = [(code, (*fixed, kind.value, *others)) for code, (kind, *others) in sorted(self.meaning.items())]
        if not rows:
            rows = [(-1, (*fixed, "", "", "", ""))]
        columns = []
        for position, name in enumerate(MEANING):
            words = dict.fromkeys(texts[position] for _, texts in rows)
            columns.append(f"CAST({name} AS ENUM ({', '.join(map(text_literal, words))})) AS {name}")
        values = ", ".join(f"({code}, {', '.join(map(text_literal, texts))})" for code, texts in rows)
        return f"SELECT code, {', '.join(columns)} FROM (VALUES {values}) AS v(code, {', '.join(MEANING)})"


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
    rows = PlanRows(plan, name, book.payees, f"{name}_people", said=plan.overrides is not None)
    lines = [f"{name}_lines_{position}" for position in range(len(plan.components))]
    for component, own in zip(plan.components, lines, strict=True):
        build_lines(engine, plan, component, books, book, own)
    rows.left_out += _left_out(engine, plan, books, book)
    taking_part = _taking_part(engine, plan, about, book, f"{name}_taking_part")
    add_absent(engine, plan.components, lines, taking_part)
    selects = []
    for step, (component, own) in enumerate(zip(plan.components, lines, strict=True)):
        _refuse_outside(engine, component, book, own)
        selects += _line_rows(engine, rows, component, step, own)
    engine.materialise(name, " UNION ALL BY NAME ".join([_no_rows(rows), *selects]))
    engine.materialise(rows.people, everybody(lines, taking_part))
    step = len(plan.components)
    for limit in plan.limits:
        engine.append(name, _limit_row(rows, limit, step))
        step += 1
    if plan.overrides is not None:
        levels = level_rows(engine, plan, about, book, rows.table, lines, step * STEP)
        rows.meaning.update(levels.meaning)
        engine.append(name, levels.sql)
        step += 1
    if plan.rounding.at is RoundAt.PAYEE:
        engine.append(name, _payee_rounding(rows, step))
    engine.drop(*lines, *(f"{own}_paid" for own in lines))
    return rows


def _left_out(engine: DuckEngine, plan: Plan, books: Books, book: Book) -> Iterator[LeftOut]:
    """The entries a component counts that name nobody to pay."""
    if not engine.rows(f"SELECT 1 FROM {identifier(book.payees)} WHERE payee = ''"):
        return
    for component in plan.components:
        relation = book.counted(plan, books, component)
        nobody = render(where(relation, call("eq", relation["payee"], literal(""))))
        sums = f"SELECT count(*), CAST(sum(amount) AS {SUM}) FROM ({nobody})"
        for entries, amount in engine.rows(sums):
            if entries:
                reason = f"entries of {component.name} name no {plan.credit.to}"
                yield LeftOut(reason, plan.currency, entries, amount)


def _taking_part(engine: DuckEngine, plan: Plan, known: Known, book: Book, name: str) -> str:
    """The numbers of payees who take part without any entry, as a query."""
    who = [
        payee
        for payee, facts in known.facts.items()
        if payee and (facts.words or facts.figures or payee in known.balances)
        if takes_part(plan, facts, known.balances.get(payee))
    ]
    engine.register(name, pa.table({"payee": pa.array(who, pa.string())}))
    return (
        f"SELECT payee_no FROM {identifier(book.payees)} WHERE payee IN (SELECT payee FROM {identifier(name)})"
    )


def _line_rows(engine: DuckEngine, rows: PlanRows, component: Component, step: int, lines: str) -> list[str]:
    """The rows of the lines of a component, by part. All parts of a line are worked out at once, then taken apart."""
    found = parts_of(component)
    if rows.plan.rounding.at is RoundAt.LINE:
        total = line_total(found)
        rounded = f"CAST({rounded_to(rows.plan, total)} - {total} AS {SUM})"
        found.append(
            SqlPart(Kind.ROUNDING, f"{rounded} <> 0", NO_UNITS, rounded, _rounding_words(rows.plan), "")
        )
    single = component.scope is Scope.TRANSACTION and mirrors(component)

    def turned(value: str) -> str:
        return f"CASE WHEN turned THEN -({value}) ELSE {value} END" if single else value

    columns, selects = ["payee_no", "line", "entry_id", "n", "q", *(["turned"] if single else [])], []
    for position, part in enumerate(found):
        code = step * STEP + position
        rows.meaning[code] = (part.kind, component.name, part.words, part.rate)
        values = {"units": part.units, "amount": part.amount, "said": part.said, "said_rate": part.said_rate}
        rows.said |= part.said is not None
        taken = []
        for name, value in values.items():
            if value in {"q", NO_UNITS}:
                taken.append(f"CAST({turned(value) if value == 'q' else value} AS {SUM}) AS units")
            elif value is not None:
                given = f"CAST({turned(value)} AS {SUM})" if name in {"units", "amount"} else value
                columns.append(f"CASE WHEN {part.when} THEN {given} END AS {name}_{position}")
                taken.append(f"{name}_{position} AS {name}")
        selects.append(
            f"SELECT payee_no, CAST({code} AS INTEGER) AS code, line, entry_id, n AS entries, {', '.join(taken)} "
            f"FROM {identifier(f'{lines}_paid')} WHERE amount_{position} IS NOT NULL"
        )
    engine.materialise(f"{lines}_paid", f"SELECT {', '.join(columns)} FROM {identifier(lines)}")
    return selects


def _no_rows(rows: PlanRows) -> str:
    """A query of the columns of rows and no row; only plans that have them keep receivers and words of their own."""
    own = {"receiver": rows.plan.overrides is not None, "said": rows.said, "said_rate": rows.said}
    texts = ", ".join(f"{NO_TEXT} AS {name}" for name, kept in own.items() if kept)
    more = f", {texts}" if texts else ""
    return (
        "SELECT CAST(0 AS INTEGER) AS payee_no, CAST(0 AS INTEGER) AS code, CAST(0 AS BIGINT) AS line, "
        f"{NO_TEXT} AS entry_id, {NO_UNITS} AS units, CAST(0 AS {SUM}) AS amount, CAST(0 AS BIGINT) AS entries{more} "
        "WHERE FALSE"
    )


def _limit_row(rows: PlanRows, limit: Limit, step: int) -> str:
    if limit.cap is not None:
        bound, how = limit.cap, ">"
        rows.meaning[step * STEP] = (Kind.CAP, "", f"cap of {plain(bound)}", "")
    else:
        bound, how = limit.floor if limit.floor is not None else Decimal(0), "<"
        rows.meaning[step * STEP] = (Kind.FLOOR, "", f"floor of {plain(bound)}", "")
    totals = (
        f"SELECT payee_no, CAST(coalesce(sum(amount), 0) AS {SUM}) AS total "
        f"FROM {identifier(rows.people)} LEFT JOIN {identifier(rows.table)} USING (payee_no) GROUP BY payee_no"
    )
    return _appended(step, f"{number(bound)} - total", f"({totals}) WHERE total {how} {number(bound)}")


def _payee_rounding(rows: PlanRows, step: int) -> str:
    """A row for each payee of each credited one whose sum is no payable amount, in the order of their first rows."""
    rows.meaning[step * STEP] = (Kind.ROUNDING, "", _rounding_words(rows.plan), "")
    source, more = identifier(rows.table), "line"
    if rows.plan.overrides is not None:
        source += f" JOIN {identifier(rows.payees)} USING (payee_no)"
        more = "coalesce(receiver, payee) AS receiver, line"
    totals = (
        f"SELECT payee_no, {more.replace('line', 'CAST(min(code) AS BIGINT) AS line')}, "
        f"CAST(sum(amount) AS {SUM}) AS total FROM {source} GROUP BY ALL"
    )
    difference = f"{rounded_to(rows.plan, 'total')} - total"
    kept = "receiver, line, " if rows.plan.overrides is not None else "line, "
    return _appended(step, difference, f"({totals}) WHERE {difference} <> 0", kept)


def _appended(step: int, amount: str, source: str, more: str = "") -> str:
    return (
        f"SELECT payee_no, {more}CAST({step * STEP} AS INTEGER) AS code, {NO_UNITS} AS units, "
        f"CAST({amount} AS {SUM}) AS amount, CAST(0 AS BIGINT) AS entries FROM {source}"
    )


def _rounding_words(plan: Plan) -> str:
    return f"to {places(plan.rounding, plan.currency)} digits, {plan.rounding.mode.replace('_', ' ')}"


def _refuse_outside(engine: DuckEngine, component: Component, book: Book, lines: str) -> None:
    for tiers, condition in outside(component):
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
