"""The entries of a period as plans read them: once, narrow, and in the order in which every plan pays them.

Entries lie in wide files and are many; plans look at a few columns of those of one period. The table holds these
columns, attributes among them as columns of their own, in the order of payee, day and id: the row's place in the table
is its place in every running total. `payee_no` numbers payees in their order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.names import identifier
from recon.engines.relations import Relation, Scan, Schema, select, where
from recon.engines.render import render
from recon.engines.types import INTEGER, TEXT, TRUTH
from recon.model.periods import Period
from recon.payouts.activity import CHARGED, ENTRY, MONEY_FIGURES, Books, counted, word
from recon.payouts.entry_facts import mentioned
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import Of, Scope
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.sharing import Credit

BOOK = "period_book"
PLACE = "rowid"
"""The engine's own column for the place of a row in its table."""


@dataclass(frozen=True, slots=True)
class Book:
    """The narrow table of a period.

    `words` are attributes by column; `counts` is the column that says that an entry counts as something, None where all
    do. `payees` is the table of payees and their numbers. `entries`, `credit` and `broken` are what it was made by.
    """

    table: str
    payees: str
    schema: Schema
    words: Mapping[str, str]
    counts: Mapping[Of, str | None]
    entries: str
    credit: Credit
    period: Period
    broken: str | None
    in_order: bool

    def of(self, plan: Plan, books: Books, what: Of) -> Relation:
        """The entries that a plan may pay for, in its currency."""
        found = Scan(self.schema, self.table)
        conditions: list[Expression] = [call("eq", found["currency"], literal(plan.currency))]
        first, last = plan.days(self.period)
        if (first, last) != (self.period.first, self.period.last):
            conditions.append(call("between", found["day"], literal(first), literal(last)))
        if (flag := self.counts.get(what)) is not None:
            conditions.append(found[flag])
        if books.without_broken and BROKEN in self.schema:
            conditions.append(call("not", found[BROKEN]))
        return where(found, all_of(*conditions))

    def counted(self, plan: Plan, books: Books, component: Component) -> Relation:
        """The entries of a component."""
        return counted(self.of(plan, books, component.activity.of), component.activity, self.words)

    def serves(self, plan: Plan, books: Books, period: Period) -> bool:
        """Whether the table holds all that a plan looks at."""
        figures, words = _looked_at([plan])
        return (
            (self.entries, self.credit, self.period, self.broken)
            == (books.entries, plan.credit, period, books.broken)
            and (self.in_order or not _needs_order([plan]))
            and set(figures) <= self.schema.keys()
            and set(words) <= self.words.keys()
            and _kinds([plan]) <= self.counts.keys()
        )


BROKEN = "is_broken"


def period_book(
    engine: DuckEngine,
    plans: Sequence[Plan],
    books: Books,
    period: Period,
    payees: Iterable[str] = (),
    name: str = BOOK,
) -> Book:
    """The narrow table for plans that credit by the same word; `payees` are further ones that may take part."""
    figures, words = _looked_at(plans)
    by_word = {one: f"word_{position}" for position, one in enumerate(words)}
    entries = Scan(ENTRY, books.entries)
    day = call("coalesce", entries["business_date"], entries["booking_date"])
    columns: dict[str, Expression] = {
        "payee": call("coalesce", word(entries, plans[0].credit.to), literal("")),
        "day": day,
        **{one: entries[one] for one in dict.fromkeys(["entry_id", "source", "currency", "amount", *figures])},
        **{column: word(entries, one) for one, column in by_word.items()},
    }
    conditions = [
        call("between", day, literal(period.first), literal(period.last)),
        call("in", entries["currency"], *map(literal, sorted({plan.currency for plan in plans}))),
        call("in", entries["source"], *map(literal, sorted(_sources(plans)))),
    ]
    kept = render(select(where(entries, all_of(*conditions)), columns))
    kinds = _kinds(plans)
    alone = kinds - {Of.ALL} if len(kinds) == 1 else set()
    counts = {what: None if what in {Of.ALL, *alone} else f"counts_as_{what}" for what in sorted(kinds)}
    flags = {column: books.counted[what] for what, column in counts.items() if column is not None}
    if books.broken is not None:
        flags[BROKEN] = books.broken
    among = [f"{_is_in(books.counted[what])}" for what in alone]
    marked = "".join(f", {_is_in(table)} AS {identifier(column)}" for column, table in flags.items())
    in_order = _needs_order(plans)
    _build(engine, name, f"SELECT *{marked} FROM ({kept})" + _where(among), payees, in_order=in_order)
    schema = {
        **{one: expression.type for one, expression in columns.items()},
        **dict.fromkeys(flags, TRUTH),
        "payee": TEXT,
        "payee_no": INTEGER,
        PLACE: INTEGER,
    }
    made_by = (books.entries, plans[0].credit, period, books.broken)
    return Book(name, _payees(name), schema, by_word, counts, *made_by, in_order)


def _build(engine: DuckEngine, name: str, sql: str, payees: Iterable[str], *, in_order: bool) -> None:
    unsorted, others = f"{name}_unsorted", f"{name}_others"
    engine.materialise(unsorted, sql)
    engine.register(others, pa.table({"payee": pa.array(list(payees), pa.string())}))
    engine.materialise(
        _payees(name),
        "SELECT payee, CAST(row_number() OVER (ORDER BY payee) AS INTEGER) AS payee_no FROM "
        f"(SELECT payee FROM {identifier(unsorted)} UNION SELECT payee FROM {identifier(others)})",
    )
    order = "ORDER BY payee_no, day, entry_id" if in_order else ""
    numbered = f"SELECT * FROM {identifier(unsorted)} JOIN {identifier(_payees(name))} USING (payee) {order}"
    engine.materialise(name, numbered)
    engine.drop(unsorted)


def _payees(name: str) -> str:
    return f"{name}_payees"


def _is_in(table: str) -> str:
    return f"entry_id IN (SELECT entry_id FROM {identifier(table)})"


def _where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _looked_at(plans: Sequence[Plan]) -> tuple[list[str], list[str]]:
    """The money columns and the words of entries that plans look at."""
    figures: set[str] = set()
    words: set[str] = set()
    for plan in plans:
        numbers, texts = mentioned(plan)
        money = {CHARGED.get(name, name) for name in numbers} & set(MONEY_FIGURES)
        figures |= money
        words |= {name for name in numbers if CHARGED.get(name, name) not in money}
        words |= set(texts) - {"source"}
    return sorted(figures), sorted(words)


def _kinds(plans: Sequence[Plan]) -> set[Of]:
    return {component.activity.of for plan in plans for component in plan.components}


def _sources(plans: Sequence[Plan]) -> set[str]:
    return {component.activity.source for plan in plans for component in plan.components}


def _needs_order(plans: Sequence[Plan]) -> bool:
    return any(component.scope is Scope.TRANSACTION for plan in plans for component in plan.components)
