"""What every reader of a file format offers, and what it hands back: batches of rows in canonical columns."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar

import pyarrow as pa

from recon.model.tables import CONTENT
from recon.project.models import ConfigModel
from recon.sources.file import SourceFile

BATCH_ROWS: Final = 50_000
"""Rows of one batch, so that memory stays flat however large a file is."""
COLLECTED_ROWS: Final = 10_000
COLLECTED_BYTES: Final = 8 * 1024 * 1024
"""Rows of one batch of a reader that makes them one by one, and their bytes: original texts may be long."""
ROWS_AT_ONCE: Final = 1_000
"""Rows that are objects at the same time."""

READ: Final = pa.schema(
    [
        pa.field("line_no", pa.int64(), nullable=False),
        pa.field("statement_no", pa.int32()),
        *[column.with_nullable(True) for column in CONTENT],
        pa.field("raw", pa.string(), nullable=False),
    ]
)
"""The entries of a batch as a reader hands them back: the content columns, the first physical line (or record)
of each, the statement inside the file it belongs to (from 1; null when there is none) and its original fields
as JSON text. `account` may be null: the profile fills it. `business_date` is left null: ingest computes it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: the first field that is wrong, its value, why, and the original text."""

    line_no: int
    field: str | None
    value: str | None
    code: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says about one of its statements; sums of its entries are computed at ingest.

    `statement_no` counts from 1 in file order and is what `Row.statement_no` refers to. Balances are signed:
    plus is money to us. Stated totals are of booked entries, `stated_debits` absolute,
    `stated_sum` credits less debits. `control_ok` is the
    reader's own verdict on totals that only its format knows (None: it has none), and `control_note` says with both
    figures what does not tie. `closing_currency` is set
    where the closing balance is in another currency than the opening one. `balances_computed` says that no line of
    the file states them: they follow from a running balance. `other_balances` are the opening and closing
    balances of an account that is kept in several currencies, by code, beside the first pair.
    """

    statement_no: int
    statement_id: str | None = None
    account: str | None = None
    currency: str | None = None
    period_from: date | None = None
    period_to: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    closing_currency: str | None = None
    stated_entries: int | None = None
    stated_credits: Decimal | None = None
    stated_debits: Decimal | None = None
    stated_sum: Decimal | None = None
    control_ok: bool | None = None
    control_note: str | None = None
    other_balances: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    balances_computed: bool = False


class Row(NamedTuple):
    """One entry as a row reader builds it: the columns of `READ`, all optional but what no file leaves out.

    What nearly every bank says comes first, so that readers fill it in this order (a name for each of a hundred
    thousand values would cost more than reading them). `raw` is JSON text, made with `raw_json`. `event_time` is
    UTC without a zone and stays None when the file does not say the zone. Doubts about a row that is kept (a date
    that does not exist, say) go to `attributes["warning"]`.
    """

    line_no: int
    amount: Decimal
    currency: str
    raw: str
    statement_no: int | None = None
    account: str | None = None
    statement_id: str | None = None
    is_reversal: bool = False
    booking_date: date | None = None
    value_date: date | None = None
    event_time: datetime | None = None
    type: str = "other"
    type_raw: str | None = None
    status: str = "booked"
    ref_end_to_end: str | None = None
    ref_bank: str | None = None
    ref_merchant: str | None = None
    ref_original: str | None = None
    counterparty_name: str | None = None
    counterparty_account: str | None = None
    remittance: str | None = None
    attributes: dict[str, str] | None = None
    entity: str | None = None
    payout_id: str | None = None
    gross: Decimal | None = None
    fee: Decimal | None = None
    tax: Decimal | None = None
    net: Decimal | None = None
    fee_parts: list[dict[str, object]] | None = None
    original_amount: Decimal | None = None
    original_currency: str | None = None
    fx_rate: Decimal | None = None
    ref_processor: str | None = None
    ref_payout: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A part of a file, read.

    `lines` counts the lines (records, where a format has none) that the batch consumed, where the bytes were
    split and not where rows were sorted into kinds, so that `lines = entries + refused + recognised` proves
    that nothing was dropped. `recognised` are lines that are known to be no transactions: header, preamble,
    blank, footer, continuation of a row. `entries` has the schema `READ`.
    """

    lines: int
    recognised: int
    entries: pa.Table
    refused: Sequence[Refused] = ()
    statements: Sequence[Statement] = ()
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a reader fits a file: a score of 0 to 100 and the reason in words."""

    score: int
    reason: str


OptionsT_contra = TypeVar("OptionsT_contra", bound=ConfigModel, contravariant=True)


class Reader(Protocol[OptionsT_contra]):
    """A file format. Each reader module has one instance named `READER`, listed in `recon.sources.registry`.

    `options` is the model of the profile's `layout:` section for this format.
    """

    name: str
    extensions: tuple[str, ...]
    options: type[ConfigModel]

    def sniff(self, head: bytes, path: Path) -> Fit | None:
        """Whether a file that begins with `head` (64 KiB at most) may be of this format."""
        ...

    def read(self, file: SourceFile, options: OptionsT_contra) -> Iterator[Batch]:
        """The file in batches of about `BATCH_ROWS` rows, in file order.

        A statement may come in any batch, also one after its entries. Rows that cannot be taken come back as
        `Refused`; what makes the whole file unreadable raises.

        Raises:
            InputRefused: the file as a whole cannot be read, with the place.
        """
        ...


def raw_json(original: Mapping[str, object] | Sequence[str]) -> str:
    """The original fields of a row as compact JSON text, characters as they are."""
    return _ENCODER.encode(original)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


def table_of(rows: Sequence[Row]) -> pa.Table:
    """The rows as a table of schema `READ`.

    Raises:
        pyarrow.ArrowInvalid: an amount does not fit `DECIMAL(24,8)`; readers check with `decimal_of` first.
    """
    filled = dict(zip(Row._fields, zip(*rows, strict=True), strict=True)) if rows else {}
    columns = []
    for column in READ:
        values = filled.get(column.name)
        if values is None or (values[0] is None and values.count(None) == len(rows)):
            columns.append(pa.nulls(len(rows), column.type))
            continue
        if pa.types.is_map(column.type):
            values = tuple([None if value is None else sorted(value.items()) for value in values])
        columns.append(pa.array(values, column.type))
    return pa.Table.from_arrays(columns, schema=READ)


@dataclass(slots=True)
class Collector:
    """Gathers what a row reader finds and cuts it into batches.

    A reader adds to `lines` each line or record that it takes from the bytes, calls `rows.append`,
    `refused.append`, `statements.append` or adds to `recognised` for what it is, and yields `batch()` whenever
    `full` and at the end. Rows become columns a few at a time, because as objects they take five times the room.
    """

    encoding: str | None = None
    rows: list[Row] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    lines: int = 0
    recognised: int = 0
    _tables: list[pa.Table] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether it is time to yield a batch."""
        if len(self.rows) < ROWS_AT_ONCE:
            return False
        self._lay_down()
        rows, size = sum(map(len, self._tables)), sum(table.nbytes for table in self._tables)
        return rows >= COLLECTED_ROWS or size >= COLLECTED_BYTES

    def line(self, count: int = 1) -> None:
        """Lines or records that were taken from the bytes."""
        self.lines += count

    def recognise(self, count: int = 1) -> None:
        """Lines or records known to be no transactions."""
        self.recognised += count

    def batch(self) -> Batch:
        """What was gathered since the last batch."""
        self._lay_down()
        done = Batch(
            lines=self.lines,
            recognised=self.recognised,
            entries=pa.concat_tables(self._tables).combine_chunks(),
            refused=tuple(self.refused),
            statements=tuple(self.statements),
            encoding=self.encoding,
        )
        self._tables, self.refused, self.statements = [], [], []
        self.lines = self.recognised = 0
        return done

    def _lay_down(self) -> None:
        self._tables.append(table_of(self.rows))
        self.rows.clear()
