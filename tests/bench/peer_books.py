"""The books of both legs as other libraries read them, and what their pairs leave over.

Sums of payouts are made with what a library comes with: a group-by where it takes data frames, a dictionary where it
takes records. Amounts in frames are whole hundredths, as frames hold no decimals.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import duckdb

from tests.bench.generate import BANK, FIRST_LEG, INTERNAL, PROCESSOR, SECOND_LEG

NAMES: Final = ["entry_id", "reference", "currency", "amount", "type", "day"]
Pairs = Iterable[tuple[Any, Any]]
Record = tuple[str, str | None, str, Decimal, str, date]


@dataclass(frozen=True, slots=True)
class Book:
    """One side of a leg: the entries of a source, with the reference and amount that are compared.

    The entries of a summed book are those of each reference together, and have the reference for an id.
    """

    entries: Path
    source: str
    reference: str
    amount: str
    is_summed: bool = False

    def _read(self) -> list[Record]:
        columns = f"entry_id, {self.reference}, currency, {self.amount}, type, business_date"
        with duckdb.connect(":memory:", config={"threads": 2}) as connection:
            return connection.execute(
                f"SELECT {columns} FROM read_parquet('{self.entries}') WHERE source = '{self.source}'"
            ).fetchall()

    def records(self) -> list[Record]:
        """The entries with a reference as they are, those without as well; sums of a payout have its last day."""
        rows = self._read()
        if not self.is_summed:
            return rows
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        days: dict[tuple[str, str], date] = {}
        for _, reference, currency, amount, _, day in rows:
            if reference is not None:
                key = (reference, currency)
                sums[key] += amount
                days[key] = max(day, days.get(key, day))
        return [(key[0], key[0], key[1], total, "payout", days[key]) for key, total in sums.items()]

    def frame(self) -> Any:
        """The entries as a data frame."""
        frame = import_module("pandas").DataFrame(self._read(), columns=NAMES)
        frame["amount"] = [int(amount * 100) for amount in frame["amount"]]
        if not self.is_summed:
            return frame
        sums = frame.groupby(["reference", "currency"], as_index=False).agg({"amount": "sum", "day": "max"})
        return sums.assign(entry_id=sums["reference"], type="payout")


@dataclass(frozen=True, slots=True)
class Leg:
    """Two books, and the columns in which a pair agrees."""

    name: str
    left: Book
    right: Book
    keys: list[str]


def legs_of(entries: Path, *, is_whole: bool) -> list[Leg]:
    """Orders with lines of the processor; and, for the whole job, payouts with credits of the bank."""
    keys = ["reference", "currency", "amount"]
    orders = Book(entries, INTERNAL, "ref_merchant", "gross")
    lines = Book(entries, PROCESSOR, "ref_merchant", "gross")
    payouts = Book(entries, PROCESSOR, "payout_id", "net", is_summed=True)
    first = Leg(FIRST_LEG, orders, lines, [*keys, "type"])
    second = Leg(SECOND_LEG, payouts, Book(entries, BANK, "ref_payout", "amount"), keys)
    return [first, second] if is_whole else [first]


def write_pairs(pairs: Pairs, leg: Leg, folder: Path) -> None:
    """Write pairs of entry ids and all that is left over of both books; a payout stands for each of its lines.

    What a library found goes through a text file that all can write; the rest is done by DuckDB for every one, as most
    of them write nothing.
    """
    text = folder / f"{leg.name}.csv"
    with text.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(["left_id", "right_id"])
        rows.writerows(pairs)
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        found = f"read_csv('{text}', all_varchar = true, header = true)"
        entries = f"read_parquet('{leg.left.entries}')"
        lines = (
            f"SELECT e.entry_id AS left_id, p.right_id FROM {found} p JOIN {entries} b ON b.entry_id = p.right_id "
            f"JOIN {entries} e ON e.payout_id = p.left_id AND e.currency = b.currency "
            f"WHERE e.source = '{leg.left.source}' AND b.source = '{leg.right.source}'"
        )
        query = lines if leg.left.is_summed else f"SELECT left_id, right_id FROM {found}"
        connection.execute(f"COPY ({query}) TO '{pairs_file(folder, leg.name)}' (FORMAT parquet)")
        for side, book in (("left", leg.left), ("right", leg.right)):
            connection.execute(
                f"COPY (SELECT e.* FROM {entries} e ANTI JOIN read_parquet('{pairs_file(folder, leg.name)}') p "
                f"ON p.{side}_id = e.entry_id WHERE e.source = '{book.source}') "
                f"TO '{folder / leg.name}-{side}-over.parquet' (FORMAT parquet)"
            )
    text.unlink()


def pairs_file(folder: Path, leg: str) -> Path:
    """Where the pairs of a leg are written."""
    return folder / f"{leg}-pairs.parquet"
