"""The breaks of one run as the screen shows them: filtered and ordered in one query, with the work done on each.

Half a million breaks stay in one columnar table; the screen is given only the columns it shows.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from recon.breaks.casefile import Break
from recon.breaks.casework.worked import Book, Worked, book
from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.model.money import exponent, is_currency, plain
from recon.store.published import Published
from recon.store.store import Store
from recon.tui.query import Query, parsed

WORK: Final = pa.schema(
    [
        *((name, pa.string()) for name in ("break_id", "owner", "status", "comment", "tags", "waits")),
        ("due", pa.date32()),
    ]
)
DIGITS: Final = pa.schema([("currency", pa.string()), ("digits", pa.int32())])
SHORT: Final = 8
AMOUNT_WIDTH: Final = 15
TICK: Final = "✓"
COLUMNS: Final = (
    TICK, "break", "kind", "status", "amount", "ccy", "date", "age", "due", "owner", "reference", "counterparty",
    "reason",
)  # fmt: skip
"""The columns that are shown, in their order."""


@dataclass(frozen=True, slots=True)
class Total:
    """The breaks shown in one currency: how many, and their signed sum."""

    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Page:
    """What the filter lets through: the columns shown, the ids of the breaks in that order, totals by currency."""

    table: pa.Table
    ids: list[str]
    totals: list[Total]


class Board:
    """The breaks of a run, kept in an engine for as long as the board is open."""

    def __init__(self, store: Store, run: Published, me: str) -> None:
        self.store, self.run, self.me = store, run, me
        self.book = Book()
        self.head = ""
        self._stack = ExitStack()
        self._engine = self._stack.enter_context(DuckEngine.open(inputs=[run.folder]))
        self._engine.scan("published", [run.verified("breaks.parquet")])
        self._engine.materialise("breaks", "SELECT * FROM published")
        codes = [row[0] for row in self._engine.rows("SELECT DISTINCT currency FROM breaks")]
        digits = [{"currency": one, "digits": (exponent(one) or 0) if is_currency(one) else 0} for one in codes]
        self._engine.register("digits", pa.Table.from_pylist(digits, schema=DIGITS))
        self.work()

    def close(self) -> None:
        """Let go of the engine."""
        self._stack.close()

    def work(self) -> bool:
        """Take in what was done about breaks since; whether anything was."""
        head = self.store.ledger.head()
        if head == self.head:
            return False
        self.head, self.book = head, book(self.store.ledger)
        rows = [_work(one) for one in self.book.worked.values()]
        self._engine.register("work", pa.Table.from_pylist(rows, schema=WORK))
        return True

    def page(self, text: str, ticked: frozenset[str] = frozenset()) -> Page:
        """The breaks that a filter line lets through, the oldest first, of one age the largest first.

        Raises:
            UsageError: the filter line cannot be read.
        """
        query = parsed(text, self.me)
        found = self._engine.table(
            f"SELECT {_SHOWN} FROM ({_BASE}) AS b WHERE {query.sql} ORDER BY {_ORDER}", query.parameters
        )
        ids = found["break_id"].to_pylist()
        if ticked:
            marks = pa.array([TICK if one in ticked else "" for one in ids], pa.string())
            found = found.set_column(found.schema.get_field_index(TICK), TICK, marks)
        return Page(found.select(COLUMNS), ids, self._totals(query))

    def find(self, break_id: str) -> Break:
        """A break of the run by its id."""
        return self.found([break_id])[0]

    def found(self, ids: Sequence[str]) -> list[Break]:
        """Breaks by their ids, in the order of the ids."""
        names = ", ".join(identifier(one.name) for one in fields(Break))
        rows = self._engine.rows(f"SELECT {names} FROM breaks WHERE list_contains(?, break_id)", [list(ids)])
        by_id = {one.break_id: one for one in (Break(*row) for row in rows)}
        return [by_id[one] for one in ids]

    def worked(self, break_id: str) -> Worked:
        """The work on a break."""
        return self.book.of(break_id)

    def of_entry(self, ruleset: str, entry_id: str) -> Break | None:
        """The living break that an entry is, in a rule set."""
        rows = self._engine.rows(
            "SELECT break_id FROM breaks WHERE ruleset = ? AND entry_id = ? AND state <> 'resolved' LIMIT 1",
            [ruleset, entry_id],
        )
        return self.find(rows[0][0]) if rows else None

    def _totals(self, query: Query) -> list[Total]:
        rows = self._engine.rows(
            f"SELECT currency, count(*), sum(amount) FROM ({_BASE}) WHERE {query.sql} GROUP BY ALL ORDER BY ALL",
            query.parameters,
        )
        return [Total(*row) for row in rows]


_BASE: Final = """
    SELECT b.* REPLACE (coalesce(w.due, b.due_date) AS due_date), digits, w.owner,
           coalesce(w.status, 'open') AS status, w.comment, w.tags, w.waits
    FROM breaks AS b JOIN digits USING (currency) LEFT JOIN work AS w USING (break_id)
"""
"""Breaks with the work on them: every column that a filter knows."""
_FRACTION: Final = "rtrim(split_part(CAST(abs(amount) AS VARCHAR), '.', 2), '0')"
_AMOUNT: Final = f"""
    lpad(
        CASE WHEN amount < 0 THEN '-' ELSE '' END || format('{{:,}}', CAST(trunc(abs(amount)) AS BIGINT))
        || CASE WHEN greatest(length({_FRACTION}), digits) = 0 THEN ''
           ELSE '.' || rpad({_FRACTION}, CAST(greatest(length({_FRACTION}), digits) AS INTEGER), '0') END,
        {AMOUNT_WIDTH}, ' '
    )
"""
"""An amount with commas between thousands, at least at its currency's digits, under one another."""
_SHOWN: Final = f"""
    break_id, '' AS "{TICK}", substr(break_id, 1, {SHORT}) AS "break", kind, status, {_AMOUNT} AS amount,
    currency AS ccy,
    business_date AS "date", age_days AS age, due_date AS due, owner, reference, counterparty, reason
"""
_ORDER: Final = "age_days DESC, abs(b.amount) DESC, break_id"


def _work(one: Worked) -> dict[str, Any]:
    waits = "; ".join(f"{proposal.ask.act.replace('_', ' ')} by {proposal.by}" for proposal in one.proposals)
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
        yield f"{one.count:,} in {one.currency}: {amount_words(one.amount, one.currency)}"


def amount_words(amount: Decimal, currency: str) -> str:
    """An amount with commas between thousands, at least at its currency's digits."""
    whole, point, fraction = plain(amount, currency).partition(".")
    return f"{int(whole):,}{point}{fraction}" if int(whole) else f"{whole}{point}{fraction}"
