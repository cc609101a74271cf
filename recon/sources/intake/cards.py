"""Card numbers found in text are cut to the first six and last four digits before anything is stored.

A run of 13 to 19 digits counts as a card number when its first digits and length are those of a card scheme and
its check digit fits (Luhn). The first digits matter: one in ten of all long references has a fitting check digit.
"""

import re
from typing import Final

import polars as pl
import pyarrow as pa

_CANDIDATE: Final = r"(?:^|[^0-9])(?:4|5|6|3[04-9]|2[2-7])(?:[ -]?[0-9]){11,18}(?:[^0-9]|$)"
_RUN: Final = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_SCHEMES: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}"  # American Express, Diners Club, JCB
    r"|6\d{15,18}|(?:50|5[6-8])\d{14,17}"  # Discover, UnionPay, RuPay, Maestro, Verve
)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
TEXTS: Final = ("remittance", "raw")
"""Columns in which card numbers are looked for, besides the attributes."""


def is_card_number(digits: str) -> bool:
    """Whether digits without breaks are a card number: scheme, length and check digit."""
    if not _SCHEMES.fullmatch(digits):
        return False
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def without_cards(text: str) -> str:
    """The text with the middle of every card number taken out: `411111…1111`."""
    return _RUN.sub(_cut, text)


def _cut(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    return f"{digits[:6]}…{digits[-4:]}" if is_card_number(digits) else match[0]


def masked(entries: pa.Table) -> pa.Table:
    """The entries without card numbers in remittance text, original fields and attributes."""
    for name in TEXTS:
        texts = pl.Series(name, entries.column(name), dtype=pl.String)
        found = texts.str.contains(_CANDIDATE).fill_null(value=False).arg_true()
        changes = {int(row): new for row in found if (new := without_cards(old := texts[int(row)])) != old}
        if changes:
            texts = texts.scatter(list(changes), list(changes.values()))
            entries = _with(entries, name, texts.to_arrow())
    attributes = entries.column("attributes").combine_chunks()
    if pl.Series(attributes.items).str.contains(_CANDIDATE).any():
        cut = [
            None
            if row is None
            else [(key, None if value is None else without_cards(value)) for key, value in row]
            for row in attributes.to_pylist()
        ]
        entries = _with(entries, "attributes", pa.array(cut, attributes.type))
    return entries


def _with(entries: pa.Table, name: str, column: pa.Array) -> pa.Table:
    position = entries.schema.get_field_index(name)
    return entries.set_column(position, entries.field(position), column.cast(entries.field(position).type))
