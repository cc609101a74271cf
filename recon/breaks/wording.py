"""Amounts and references in the sentences that explain a break, as SQL expressions."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import pyarrow as pa

from recon.breaks.kinds import KIND_WORDS, BreakKind
from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.model.money import exponent, is_currency
from recon.model.tables import MONEY

REFERENCE_WORDS: dict[str, str] = {
    "ref_merchant": "merchant reference",
    "ref_end_to_end": "end-to-end reference",
    "ref_processor": "processor reference",
    "ref_bank": "bank reference",
    "ref_payout": "payout reference",
    "payout_id": "payout",
    "ref_original": "original reference",
}
"""What the reference columns are called, in the order in which a break picks one to be known by."""

_CURRENCIES = pa.schema(
    [
        pa.field("currency", pa.string(), nullable=False),
        pa.field("digits", pa.int64(), nullable=False),
        pa.field("unit", MONEY, nullable=False),
    ]
)


def register_currencies(engine: DuckEngine, name: str, codes: list[str]) -> None:
    """Register the digits after the point that amounts of each currency are written with, and its minor unit.

    A code that has no minor unit is written with the digits an amount has; its unit is zero.
    """
    rows = []
    for code in sorted(codes):
        digits = exponent(code) if is_currency(code) else None
        unit = Decimal(0) if digits is None else Decimal(1).scaleb(-digits)
        rows.append({"currency": code, "digits": digits or 0, "unit": unit})
    engine.register(name, pa.Table.from_pylist(rows, schema=_CURRENCIES))


def amount_text(amount: str, digits: str) -> str:
    """`1,234.50`: the amount with thousands separated, at least that many digits, never rounded.

    Numbers of more than 18 digits take six times as long to lay out as others.
    """
    exact = f"CAST({amount} AS DECIMAL(38,8))"
    fraction = f"right(CAST({exact} AS VARCHAR), 8)"
    kept = f"left({fraction}, greatest({digits}, length(rtrim({fraction}, '0'))))"
    laid_out = (f"format('{{:,}}', CAST(trunc(abs({amount})) AS {type_}))" for type_ in ("BIGINT", "HUGEINT"))
    whole = f"if(abs({amount}) < {10**18}, {', '.join(laid_out)})"
    return f"concat(if({amount} < 0, '-', ''), {whole}, rtrim(concat('.', {kept}), '.'))"


def first_reference(table: str) -> str:
    """The reference that an entry is known by, as it was typed; null when it has none."""
    return "coalesce(" + ", ".join(f"{table}.{column}" for column in REFERENCE_WORDS) + ")"


def named_reference(table: str) -> str:
    """` with merchant reference MA-000123`, or nothing when the entry has no reference."""
    whens = " ".join(
        f"WHEN {table}.{column} IS NOT NULL THEN concat({text_literal(f' with {words} ')}, {table}.{column})"
        for column, words in REFERENCE_WORDS.items()
    )
    return f"CASE {whens} ELSE '' END"


def words_of(table: str) -> str:
    """`Chargeback reversal`: the type of an entry as it starts a sentence."""
    text = f"replace({table}.type, '_', ' ')"
    return f"concat(upper({text}[1]), {text}[2:])"


def case_of(column: str, texts: Mapping[str, str]) -> str:
    """The text of a column's value; null for a value that has none."""
    whens = " ".join(f"WHEN {text_literal(value)} THEN {text_literal(text)}" for value, text in texts.items())
    return f"CASE {column} {whens} END" if texts else "CAST(NULL AS VARCHAR)"


def next_step_of(column: str, kinds: Iterable[str] = tuple(BreakKind)) -> str:
    """What a person does next about a break of the kind that a column names, which is one of these kinds.

    To name a kind takes time each time that the expression is planned, so that callers leave out what cannot come up.
    """
    return case_of(column, {str(kind): KIND_WORDS[kind].next_step for kind in BreakKind if kind in set(kinds)})
