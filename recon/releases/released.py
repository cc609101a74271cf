"""What was released: published batches, each order in exactly one, with the evidence that it rested on."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from recon.errors import Problem, UsageError
from recon.model.money import plain
from recon.model.safe_text import no_formula
from recon.model.tables import MONEY
from recon.store.parquet import read_table
from recon.store.published import Published
from recon.store.store import Store

RELEASE: Final = "release"
TABLE, FILE, TOTALS = "releases.parquet", "releases.csv", "control.json"
RELEASES: Final = pa.schema(
    [
        *(pa.field(name, pa.string(), nullable=False) for name in ("order", "reseller", "product")),
        pa.field("units", MONEY, nullable=False),
        *(pa.field(name, pa.string(), nullable=False) for name in ("unit", "tier", "price")),
        pa.field("amount", MONEY, nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("credit_day", pa.date32()),
        *(
            pa.field(f"{what}_{name}", pa.string(), nullable=False)
            for what in ("order", "proof", "credit")
            for name in ("entry", "place")
        ),
        pa.field("proof_marks", pa.list_(pa.string()), nullable=False),
        pa.field("proposal", pa.int64(), nullable=False),
        pa.field("proposed_by", pa.string(), nullable=False),
        pa.field("approved_by", pa.string(), nullable=False),
        pa.field("evidence", pa.string(), nullable=False),
        pa.field("run", pa.string(), nullable=False),
    ]
)
"""One row per released order. `amount` is what was paid for it, `price` how that is worked out; places are `file:line`
of the order, the proof and the bank's credit; `proof_marks` say what no other proof may say, each with its position."""
TOLD: Final = (
    "order", "reseller", "product", "units", "amount", "currency", "price", "order_place", "proof_place",
    "credit_place", "proposed_by", "approved_by",
)  # fmt: skip
"""The columns of the file that is handed on."""


@dataclass(frozen=True)
class Batch:
    """A published batch of releases."""

    published: Published

    @property
    def identity(self) -> str:
        """The batch's name."""
        return self.published.identity

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """One row per released order, as in `RELEASES`."""
        return list(read_table(self.published.verified(TABLE)).to_pylist())

    @property
    def totals(self) -> Mapping[str, Any]:
        """The control totals, as its manifest has them."""
        return dict(self.published.manifest["totals"])

    @property
    def sums(self) -> Mapping[tuple[str, str], tuple[int, Decimal, Decimal]]:
        """By product and currency: how many orders, how many units, how much money."""
        return sums_of(self.rows)

    def file(self) -> Path:
        """The file that is handed on, verified."""
        return self.published.verified(FILE)


def batches(store: Store) -> list[Batch]:
    """All batches, oldest first."""
    return [Batch(one) for one in store.recorded(RELEASE)]


def batch_named(store: Store, name: str) -> Batch:
    """The batch with this identity, or the only one whose identity starts so.

    Raises:
        UsageError: there is none, or more than one.
    """
    near = [one for one in batches(store) if one.identity.startswith(name)]
    if len(near) == 1:
        return near[0]
    message = f"{len(near)} exports begin with {name}" if near else f"there is no export {name}"
    raise UsageError(Problem("batch", message, hint="`recon releases exports` lists them"))


@dataclass(frozen=True)
class Spent:
    """Everything that was released: orders with their rows, and by whom each entry and mark was spent."""

    orders: Mapping[str, Mapping[str, Any]]
    batch_of: Mapping[str, str]
    entries: Mapping[str, str]
    marks: Mapping[str, str]

    @classmethod
    def of(cls, made: Sequence[Batch]) -> "Spent":
        """What these batches spent."""
        orders: dict[str, Mapping[str, Any]] = {}
        batch_of, entries, marks = dict[str, str](), dict[str, str](), dict[str, str]()
        for batch in made:
            for row in batch.rows:
                order = str(row["order"])
                orders.setdefault(order, row)
                batch_of.setdefault(order, batch.identity)
                for name in ("order_entry", "proof_entry", "credit_entry"):
                    entries.setdefault(str(row[name]), order)
                for mark in row["proof_marks"]:
                    marks.setdefault(str(mark), order)
        return cls(orders, batch_of, entries, marks)


def mark_text(mark: tuple[int, str]) -> str:
    """What no other proof may say, as one text: the position of its column, and what stands there."""
    return f"{mark[0]}|{mark[1]}"


def sums_of(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[int, Decimal, Decimal]]:
    """By product and currency: how many orders, how many units, how much money."""
    sums: dict[tuple[str, str], tuple[int, Decimal, Decimal]] = {}
    for row in sorted(rows, key=lambda one: (one["product"], one["currency"])):
        key = (row["product"], row["currency"])
        count, units, money = sums.get(key, (0, Decimal(0), Decimal(0)))
        sums[key] = (count + 1, units + row["units"], money + row["amount"])
    return sums


def control_totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Orders, units and money by product and currency, and the hash of the file that is handed on."""
    totals = [
        {"product": product, "currency": currency, "orders": count, "units": plain(units),
         "amount": plain(money, currency)}
        for (product, currency), (count, units, money) in sums_of(rows).items()
    ]  # fmt: skip
    return {"orders": len(rows), "totals": totals, "sha256_of_file": sha256(release_csv(rows)).hexdigest()}


def release_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The file that is handed on: one line per order. Text that a spreadsheet would take for a formula is text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(TOLD)
    for row in rows:
        figures = {"units": plain(row["units"]), "amount": plain(row["amount"], row["currency"])}
        writer.writerow([figures.get(name) or no_formula(str(row[name])) for name in TOLD])
    return text.getvalue().encode("utf-8")
