"""Directions that a balance teaches: amounts without signs, by some of which it goes up and by others down."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from recon.sources.detection.marks import Numbers
from recon.sources.detection.running import Amounts
from recon.sources.detection.signs import Direction, way_of
from recon.sources.detection.tables import Column, Table
from recon.sources.detection.words import normal

_KIND: Final = re.compile(
    r"\b(type|typ|tipo|art|kind|category|operation|operacion|operazione|islem)\b|类型|類型|種別|区分|유형|구분"
)
"""Finds names of columns that say what kind of movement a row is; other columns must say each of their words twice."""
_MOST_WORDS: Final = 12
_LEAST_STEPS: Final = 2
_BALANCE: Final = 40
_ZERO: Final = Decimal(0)
Signs = Sequence[int | None]


def directions_by_balance(table: Table, column: Column, numbers: Numbers) -> Iterator[Direction]:
    """The columns of a few words, each of which always goes with money in or always with money out."""
    for signs in _both_ways(table, column, numbers):
        for other in table.columns:
            if other.kind == "text" and other is not column and all(other.cells):
                direction = _taught(other, signs)
                if direction is not None:
                    yield direction


def balance_of_both_ways(table: Table, column: Column, numbers: Numbers) -> bool:
    """Whether a balance goes up by some of the amounts of a column without signs and down by others, in every row."""
    return any(True for _ in _both_ways(table, column, numbers))


def _both_ways(table: Table, column: Column, numbers: Numbers) -> Iterator[Signs]:
    """The way of each row by each balance that every step of the table explains, oldest row first or newest."""
    amounts = numbers.values(column.cells)
    if not table.grid.whole or any(amount is None or amount < 0 for amount in amounts):
        return
    for other in table.columns:
        if other is column or other.roles.get("balance", 0) < _BALANCE or other.kind != "amount":
            continue
        balances = numbers.values(other.cells)
        for signs in (_signs(amounts, balances), _signs(amounts[::-1], balances[::-1])[::-1]):
            if {1, -1} <= {*signs}:
                yield signs


def _signs(amounts: Amounts, balances: Amounts) -> list[int | None]:
    """The way of each row but the first; nothing where a step is no amount of its row, or there are too few."""
    found: list[int | None] = [None]
    for before, after, amount in zip(balances, balances[1:], amounts[1:], strict=False):
        step = after - before if after is not None and before is not None else None
        if step is None or abs(step) != amount:
            return []
        found.append(1 if step > _ZERO else -1 if step < _ZERO else None)
    return found if len(found) > _LEAST_STEPS else []


def _taught(column: Column, signs: Signs) -> Direction | None:
    """The words of a column with the way that each always goes; a word that no step shows goes where it says."""
    words = tuple(dict.fromkeys(column.cells))
    kinds = bool(_KIND.search(normal(column.name)))
    if len(words) > _MOST_WORDS or (not kinds and len(words) * 2 > len(column.cells)):
        return None
    ways: dict[str, int | None] = {}
    for word in words:
        seen = {sign for cell, sign in zip(column.cells, signs, strict=True) if cell == word and sign}
        if len(seen) > 1:
            return None
        ways[word] = seen.pop() if seen else way_of(word) if len(word) > 1 else None
    if None in ways.values() or len({*ways.values()}) < 2:
        return None
    inward, outward = (tuple(word for word in words if ways[word] == way) for way in (1, -1))
    return Direction(column, inward, outward)
