"""The breaks of one run as the screen shows them: filtered and ordered in one query, with the work done on each.

Half a million breaks stay in one columnar table, in the order in which they are shown; the screen is given the rows it
shows.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from recon.breaks.casefile import Break
from recon.breaks.casework.work import Worked
from recon.breaks.casework.worked import Book, book
from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.model.money import exponent, is_currency
from recon.outputs.told import money
from recon.store.published import Published
from recon.store.store import Store
from recon.tui.page import COLUMNS, Rows
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
        return self.rows.row_count


class Board:
    """The breaks of a run, kept in an engine for as long as the board is open."""

    def __init__(self, store: Store, run: Published, me: str) -> None:
        self.store, self.run, self.me = store, run, me
        self.book = Book()
        self.head = ""
        self._stack = ExitStack()
        self._engine = self._stack.enter_context(DuckEngine.open(inputs=[run.folder]))
        self._engine.scan("published", [run.verified("breaks.parquet")])
        self._engine.materialise("breaks", f"SELECT * FROM published b ORDER BY {_ORDER}")
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
        self._engine.view("worked", _WORKED if rows else _UNWORKED)
        return True

    def page(self, text: str, ticked: Sequence[str] = ()) -> Page:
        """The breaks that a filter line lets through, the oldest first, of one age the largest first.

        `ticked` is read anew whenever a row is shown.

        Raises:
            UsageError: the filter line cannot be read.
        """
        query = parsed(text, self.me)
        places = self._engine.table(
            f"SELECT place FROM worked AS b WHERE {query.sql} ORDER BY place", query.parameters
        )
        totals, widths = self._figures(query)
        return Page(Rows(places, lay=self._lay, widths=widths, ticked=ticked), totals)

    def place_of(self, break_id: str | None) -> int | None:
        """Where a break stands on the board, if it does."""
        rows = self._engine.rows("SELECT rowid FROM breaks WHERE break_id = ?", [break_id])
        return int(rows[0][0]) if rows else None

    def find(self, break_id: str) -> Break:
        """A break of the run by its id."""
        return self.found([break_id])[0]

    def found(self, ids: Sequence[str]) -> list[Break]:
        """Breaks by their ids, in the order of the ids."""
        names = ", ".join(identifier(one.name) for one in fields(Break))
        if not ids:
            return []
        asked = ", ".join("?" * len(ids))
        rows = self._engine.rows(f"SELECT {names} FROM breaks WHERE break_id IN ({asked})", list(ids))
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

    def _lay(self, places: Sequence[int]) -> list[dict[str, Any]]:
        """The rows at some places, as they are shown."""
        rows: list[dict[str, Any]] = self._engine.table(
            f"SELECT {_SHOWN} FROM worked AS b SEMI JOIN (SELECT unnest(?) AS place) USING (place) "
            "JOIN digits USING (currency) ORDER BY place",
            [list(places)],
        ).to_pylist()
        return rows

    def _figures(self, query: Query) -> tuple[list[Total], list[int]]:
        """The totals of what a filter lets through, and how wide each column has to be."""
        widths = ", ".join(f"coalesce({width}, 0)" for width in _WIDTHS.values())
        rows = self._engine.rows(
            f"SELECT currency, count(*), sum(amount), {widths} FROM worked AS b WHERE {query.sql} "
            "GROUP BY ALL ORDER BY ALL",
            query.parameters,
        )
        found = [max(column) for column in zip(*(row[3:] for row in rows), strict=True)] or [0] * len(_WIDTHS)
        wide = dict(zip(_WIDTHS, found, strict=True)) | {"break": SHORT, "amount": AMOUNT_WIDTH}
        return [Total(*row[:3]) for row in rows], [wide.get(name, 0) for name in COLUMNS]


_WORKED: Final = """
    SELECT b.rowid AS place, b.* REPLACE (coalesce(w.due, b.due_date) AS due_date), w.owner,
           coalesce(w.status, 'open') AS status, w.comment, w.tags, w.waits
    FROM breaks AS b LEFT JOIN work AS w USING (break_id)
"""
"""Breaks with the work on them: every column that a filter knows."""
_UNWORKED: Final = (
    "SELECT rowid AS place, *, 'open' AS status, "
    + ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in ("owner", "comment", "tags", "waits"))
    + " FROM breaks"
)
"""The same before anybody did anything."""
_WIDTHS: Final = {
    **{
        name: f"max(length({column}))"
        for name, column in {"ccy": "currency"}.items()
        | {name: name for name in ("kind", "status", "owner", "reference", "counterparty", "reason")}.items()
    },
    "age": "length(CAST(max(age_days) AS VARCHAR))",
    **{
        name: f"if(count({column}) > 0, 10, 0)"
        for name, column in (("date", "business_date"), ("due", "due_date"))
    },
}
"""How wide the columns are, as SQL over the rows that are shown; days are written in ten characters."""
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
    break_id, substr(break_id, 1, {SHORT}) AS "break", kind, status, {_AMOUNT} AS amount,
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
        yield f"{one.count:,} in {one.currency}: {money(one.amount, one.currency)}"
