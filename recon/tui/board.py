"""The breaks of one run as the screen shows them: filtered and ordered in one query, with the work done on each.

Half a million breaks stay in one columnar table, in the order in which they are shown; the screen is given the rows it
shows. Opening, taking in work and filtering happen in a thread beside the screen, which meanwhile reads rows by a
connection of its own and waits for neither.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from recon.breaks.casefile import Break
from recon.breaks.casework.work import Worked
from recon.breaks.casework.worked import Book, book
from recon.breaks.routing import Routing, due_after
from recon.engines.duck import DuckEngine
from recon.model.money import exponent, is_currency
from recon.model.wording import money, plain_words
from recon.store.ledger import Ledger
from recon.store.published import Published
from recon.store.store import Store
from recon.tui.export import export
from recon.tui.page import COLUMNS, Rows
from recon.tui.query import Query, parsed
from recon.tui.tables import (
    AMOUNT_WIDTH,
    BREAK,
    DAY,
    DIGITS,
    ORDER,
    ROUTES,
    SHORT,
    SHOWN,
    UNWORKED,
    WIDTHS,
    WORK,
    WORKED,
)

READ: Final = 20_000
"""Rows that are read at once where all are wanted."""
KEPT: Final = 8
"""Pages that are kept, so that going back to one waits for nothing."""


@dataclass(frozen=True, slots=True)
class Total:
    """The breaks shown in one currency: how many, and their signed sum."""

    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Page:
    """What the filter lets through: its rows, and totals by currency."""

    rows: Rows
    totals: list[Total]

    def __len__(self) -> int:
        return len(self.rows)


class Board:
    """The breaks of a run, kept in an engine for as long as the board is open.

    `page` works in the thread that calls it, `ask` in the board's own. Everything else is for the screen, once there
    is a page.
    """

    def __init__(self, store: Store, run: Published, me: str, routing: Routing | None = None) -> None:
        self.run, self.me, self._routing = run, me, routing or Routing()
        self.book = Book()
        self.head = ""
        self._ledger = Ledger.open(store.ledger.path)
        self._thread = ThreadPoolExecutor(1, "listing")
        self._stack = ExitStack()
        self._engine: DuckEngine | None = None
        self._pages = dict[str, Page]()

    def close(self) -> None:
        """Let go of the engine."""
        self._thread.shutdown(cancel_futures=True)
        self._stack.close()

    @property
    def is_behind(self) -> bool:
        """Whether anything was done about breaks since a page was made."""
        return self._ledger.head() != self.head

    def _work(self, engine: DuckEngine) -> None:
        """Take in what was done about breaks since."""
        head = self._ledger.head()
        if head == self.head:
            return
        self.book = book(self._ledger)
        rows = [_work(one) for one in self.book.worked.values()]
        engine.register("new_work", pa.Table.from_pylist(rows, schema=WORK))
        engine.materialise("work", "FROM new_work")
        engine.view("worked", WORKED if rows or self._routing.rules else UNWORKED)
        self._pages.clear()
        self.head = head

    def ask(self, text: str) -> Future[Page]:
        """The page of a filter line, made beside the screen. It raises as `page` does."""
        return self._thread.submit(self.page, text)

    def write(self, text: str, folder: Path) -> Future[Path]:
        """What a filter line lets through as CSV in a folder, written beside the screen. It raises as `export` does."""

        def written() -> Path:
            places, engine = self.page(text).rows.places, self._open()
            parts = range(0, len(places), READ)
            rows = (row for start in parts for row in _laid(engine, places.slice(start, READ).to_pylist()))
            return export(rows, folder, "breaks")

        return self._thread.submit(written)

    def page(self, text: str) -> Page:
        """The breaks that a filter line lets through, the oldest first, of one age the largest first.

        Raises:
            UsageError: the filter line cannot be read.
        """
        query, engine = parsed(text, self.me), self._open()
        self._work(engine)
        if text not in self._pages:
            while len(self._pages) >= KEPT:
                del self._pages[next(iter(self._pages))]
            sql = f"SELECT place FROM worked AS b WHERE {query.sql} ORDER BY place"
            places = engine.table(sql, query.parameters).column(0)
            totals, widths = _figures(engine, query)
            self._pages[text] = Page(Rows(places, self._lay, widths), totals)
        return self._pages[text]

    def kept(self, text: str) -> Page | None:
        """The page of a filter line if it was asked for before and nothing was done since."""
        return None if self.is_behind else self._pages.get(text)

    def place_of(self, break_id: str | None) -> int | None:
        """Where a break stands on the board, if it does."""
        rows = self._beside.rows("SELECT rowid FROM breaks WHERE break_id = ?", [break_id])
        return int(rows[0][0]) if rows else None

    def at(self, place: int) -> Break:
        """The break at a place of the board."""
        return Break(*self._beside.rows(f"SELECT {BREAK} FROM breaks WHERE rowid = ?", [place])[0])

    def find(self, break_id: str) -> Break:
        """A break of the run by its id."""
        return self.found([break_id])[0]

    def found(self, ids: Sequence[str]) -> list[Break]:
        """Breaks by their ids, in the order of the ids."""
        if not ids:
            return []
        asked = ", ".join("?" * len(ids))
        rows = self._beside.rows(f"SELECT {BREAK} FROM breaks WHERE break_id IN ({asked})", list(ids))
        by_id = {one.break_id: one for one in (Break(*row) for row in rows)}
        return [by_id[one] for one in ids]

    def worked(self, break_id: str) -> Worked:
        """The work on a break."""
        return self.book.of(break_id)

    def of_entry(self, ruleset: str, entry_id: str) -> Break | None:
        """The living break that an entry is, in a rule set."""
        rows = self._beside.rows(
            "SELECT break_id FROM breaks WHERE ruleset = ? AND entry_id = ? AND state <> 'resolved' LIMIT 1",
            [ruleset, entry_id],
        )
        return self.find(rows[0][0]) if rows else None

    def _lay(self, places: Sequence[int]) -> list[dict[str, Any]]:
        return _laid(self._beside, places)

    def _open(self) -> DuckEngine:
        """The engine with the breaks in their order, from the first time on that it is asked for."""
        if self._engine is None:
            engine = self._stack.enter_context(DuckEngine.open(inputs=[self.run.folder]))
            engine.scan("published", [self.run.verified("breaks.parquet")])
            rule = self._routing.sql()
            engine.materialise("breaks", f"SELECT *, {rule} AS rule FROM published b ORDER BY {ORDER}")
            codes = [row[0] for row in engine.rows("SELECT DISTINCT currency FROM breaks")]
            digits = [
                {"currency": one, "digits": (exponent(one) or 0) if is_currency(one) else 0} for one in codes
            ]
            engine.register("new_digits", pa.Table.from_pylist(digits, schema=DIGITS))
            engine.materialise("digits", "FROM new_digits")
            engine.register("new_routes", self._routes(engine))
            engine.materialise("routes", "FROM new_routes")
            self._beside = self._stack.enter_context(engine.beside())
            self._engine = engine
        return self._engine

    def _routes(self, engine: DuckEngine) -> pa.Table:
        """What each rule of routing says of breaks of a day."""
        days = engine.rows(f"SELECT DISTINCT rule, {DAY} FROM breaks b WHERE rule IS NOT NULL")
        rows = [
            {
                "rule": number,
                "day": day,
                "owner": rule.owner,
                "priority": rule.priority,
                "due": due_after(rule.due, day),
            }
            for number, day in days
            for rule in [self._routing.rules[number]]
        ]
        return pa.Table.from_pylist(rows, schema=ROUTES)


def _laid(engine: DuckEngine, places: Sequence[int]) -> list[dict[str, Any]]:
    """The rows at some places, as they are shown."""
    rows: list[dict[str, Any]] = engine.table(
        f"SELECT {SHOWN} FROM worked AS b SEMI JOIN (SELECT unnest(?) AS place) USING (place) "
        "JOIN digits USING (currency) ORDER BY place",
        [list(places)],
    ).to_pylist()
    return rows


def _figures(engine: DuckEngine, query: Query) -> tuple[list[Total], list[int]]:
    """The totals of what a filter lets through, and how wide each column has to be."""
    widths = ", ".join(f"coalesce({width}, 0)" for width in WIDTHS.values())
    rows = engine.rows(
        f"SELECT currency, count(*), sum(amount), {widths} FROM worked AS b WHERE {query.sql} "
        "GROUP BY ALL ORDER BY ALL",
        query.parameters,
    )
    found = [max(column) for column in zip(*(row[3:] for row in rows), strict=True)] or [0] * len(WIDTHS)
    wide = dict(zip(WIDTHS, found, strict=True)) | {"break": SHORT, "amount": AMOUNT_WIDTH}
    return [Total(*row[:3]) for row in rows], [wide.get(name, 0) for name in COLUMNS]


def _work(one: Worked) -> dict[str, Any]:
    waits = "; ".join(f"{plain_words(proposal.ask.act)} by {proposal.by}" for proposal in one.proposals)
    return {
        "break_id": one.break_id,
        "owner": one.owner,
        "status": str(one.status),
        "comment": one.comment,
        "tags": " ".join(one.tags),
        "waits": waits,
        "due": one.due,
    }


def total_words(totals: list[Total]) -> Iterator[str]:
    """Totals as the border of the list shows them."""
    for one in totals:
        yield f"{one.count:,} in {one.currency}: {money(one.amount, one.currency)}"
