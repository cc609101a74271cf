"""The entries of a period as plans read them: once, narrow, and in the order in which every plan pays them.

Entries lie in wide files and are many; plans look at a few columns of those of one period. The table holds these
columns, attributes among them as columns of their own, in the order of payee, day and id: the row's place in the table
is its place in every running total. `payee_no` numbers payees in their order, so that the table falls into parts, each
of whole payees, that fit into memory while they are worked on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.names import identifier
from recon.engines.relations import Relation, Scan, Schema, select, where
from recon.engines.render import render
from recon.engines.types import INTEGER, MONEY, TRUTH, DataType
from recon.model.periods import Period
from recon.payouts.books.activity import CHARGED, ENTRY, MONEY_FIGURES, Books, counted, word
from recon.payouts.books.entry_facts import mentioned
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import Of, Scope
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.sharing import Credit
from recon.payouts.sets.narrowing import Narrowed, holds, narrowed

BOOK = "period_book"
ENTRIES_OF_A_PART = 1_000_000
PLACE = "rowid"
"""The engine's own column for the place of a row in its table."""


@dataclass(frozen=True, slots=True)
class Book:
    """The narrow table of a period.

    `words` are attributes by column; `counts` is the column that says that an entry counts as something, None where all
    do. `payees` is the table of payees and their numbers. `entries`, `credit` and `broken` are what it was made by.
    `money` is the type of its amounts: the narrowest that holds them and their sums, because wide decimals are slow.
    `bounds` are the last payees of its parts; `among` are the first and the last payee of a part alone, by number.
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
    money: DataType
    bounds: tuple[int, ...] = ()
    among: tuple[int, int] | None = None

    def parts(self) -> list["Book"]:
        """The table part by part, in the order of payees; the last part goes on to the last payee."""
        firsts = [0, *(last + 1 for last in self.bounds)]
        return [
            replace(self, among=(first, last))
            for first, last in zip(firsts, [*self.bounds, LAST_PAYEE], strict=True)
        ]

    def of(self, plan: Plan, books: Books, what: Of) -> Relation:
        """The entries that a plan may pay for, in its currency."""
        found = Scan(self.schema, self.table)
        conditions: list[Expression] = [call("eq", found["currency"], literal(plan.currency))]
        first, last = plan.days(self.period)
        if (first, last) != (self.period.first, self.period.last):
            conditions.append(call("between", found["day"], literal(first), literal(last)))
        if self.among is not None:
            conditions.append(call("between", found["payee_no"], *map(literal, self.among)))
        if (flag := self.counts.get(what)) is not None:
            conditions.append(found[flag])
        if books.without_broken and BROKEN in self.schema:
            conditions.append(call("not", found[BROKEN]))
        return where(found, all_of(*conditions))

    def holds(self, amount: Decimal) -> bool:
        """Whether an amount that amounts of the book are compared with is exact in their type."""
        return holds(self.money, amount)

    def numbered(self, table: str) -> str:
        """The numbers of the payees of a table that lie in the part, as a query."""
        part = "" if self.among is None else f" AND payee_no BETWEEN {self.among[0]} AND {self.among[1]}"
        return (
            f"SELECT payee_no FROM {identifier(self.payees)} WHERE payee IN (SELECT payee FROM {identifier(table)})"
            + part
        )

    def counted(self, plan: Plan, books: Books, component: Component) -> Relation:
        """The entries of a component."""
        return counted(self.of(plan, books, component.activity.of), component.counts, self.words)

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


BROKEN, COUNTS = "is_broken", "counts"
LAST_PAYEE = 2**31 - 1


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
    columns, kept = _looked_up(plans, books, period, figures, by_word)
    in_order = _needs_order(plans)
    kinds = _kinds(plans)
    alone = next(iter(kinds - {Of.ALL}), None) if len(kinds) == 1 else None
    counts = {what: None if what in {Of.ALL, alone} else f"counts_as_{what}" for what in sorted(kinds)}
    flags = {column: books.counted[what] for what, column in counts.items() if column is not None}
    if books.broken is not None:
        flags[BROKEN] = books.broken
    marks = flags | ({COUNTS: books.counted[alone]} if alone is not None else {})
    marked = "".join(f", {_is_in(table)} AS {identifier(column)}" for column, table in marks.items())
    unsorted = f"{name}_unsorted"
    own = "*" if in_order else "* EXCLUDE (entry_id)"
    engine.materialise(unsorted, f"SELECT {own}{marked} FROM ({kept})")
    amounts = [one for one, type_ in columns.items() if type_ == MONEY]
    money = narrowed(engine, unsorted, amounts, plans) if in_order else Narrowed()
    _build(
        engine,
        name,
        payees,
        {one: money.of(one) for one in amounts if money.type != MONEY},
        alone=alone is not None,
        in_order=in_order,
    )
    schema = {
        **{one: type_ for one, type_ in columns.items() if one != "payee" and (in_order or one != "entry_id")},
        **dict.fromkeys(amounts, money.type),
        **dict.fromkeys(flags, TRUTH),
        "payee_no": INTEGER,
        PLACE: INTEGER,
    }
    made_by = (books.entries, plans[0].credit, period, books.broken)
    bounds = _bounds(engine, name) if in_order else ()
    return Book(name, _payees(name), schema, by_word, counts, *made_by, in_order, money.type, bounds)


def _looked_up(
    plans: Sequence[Plan], books: Books, period: Period, figures: Sequence[str], by_word: Mapping[str, str]
) -> tuple[Schema, str]:
    """The columns that plans look at, and a query of them over the entries that plans may pay for."""
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
    found = select(where(entries, all_of(*conditions)), columns)
    return found.schema, render(found)


def _build(
    engine: DuckEngine,
    name: str,
    payees: Iterable[str],
    cast: Mapping[str, str],
    *,
    alone: bool,
    in_order: bool,
) -> None:
    """Number the payees of the unsorted table and put it in order; `cast` are columns of another type.

    Where entries of one kind are `alone` in it, those that are not of it are left out.
    """
    unsorted, others = f"{name}_unsorted", f"{name}_others"
    kept = (
        f"SELECT * EXCLUDE ({COUNTS}) FROM {identifier(unsorted)} WHERE {COUNTS}"
        if alone
        else identifier(unsorted)
    )
    engine.register(others, pa.table({"payee": pa.array(list(payees), pa.string())}))
    engine.materialise(
        _payees(name),
        "SELECT payee, CAST(row_number() OVER (ORDER BY payee) AS INTEGER) AS payee_no FROM "
        f"(SELECT payee FROM ({kept}) UNION SELECT payee FROM {identifier(others)})",
    )
    replaced = ", ".join(f"{sql} AS {one}" for one, sql in cast.items())
    columns = "* EXCLUDE (payee)" + (f" REPLACE ({replaced})" if replaced else "")
    order = "ORDER BY payee_no, day, entry_id" if in_order else ""
    engine.materialise(
        name, f"SELECT {columns} FROM ({kept}) JOIN {identifier(_payees(name))} USING (payee) {order}"
    )
    engine.drop(unsorted)


def _bounds(engine: DuckEngine, name: str) -> tuple[int, ...]:
    """The last payee of each part but the last one."""
    counted = f"SELECT payee_no, count(*) AS n FROM {identifier(name)} GROUP BY payee_no"
    placed = f"SELECT payee_no, sum(n) OVER (ORDER BY payee_no) // {ENTRIES_OF_A_PART} AS part FROM ({counted})"
    lasts = engine.rows(f"SELECT CAST(max(payee_no) AS INTEGER) FROM ({placed}) GROUP BY part ORDER BY part")
    return tuple(last for (last,) in lasts[:-1])


def _payees(name: str) -> str:
    return f"{name}_payees"


def _is_in(table: str) -> str:
    return f"entry_id IN (SELECT entry_id FROM {identifier(table)})"


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
