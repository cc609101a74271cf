"""Opening and closing balances on lines that are no transactions, and the expressions that find them again."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from recon.sources.detection.cells import amount_in
from recon.sources.detection.days import dates_in
from recon.sources.detection.grids import Row
from recon.sources.detection.lexicon import pattern, vocabulary
from recon.sources.detection.marks import Numbers
from recon.sources.detection.words import normal

_SMALL: Final = 3
"""Letters of words that may stand in any label: of, and, for."""
_COLONS: Final = ":\uff1a"
_AMOUNT: Final = r"[-+(]?\s?\d[\d.,'\s]*[)-]?"


@dataclass(frozen=True)
class StatedBalance:
    """A balance that a line states: `name` is opening or closing, `pattern` finds it again."""

    name: str
    amount: Decimal
    pattern: str
    row: Row


def is_summary(row: Row) -> bool:
    """Whether a row is a balance or a total by its label, and no movement."""
    labels = [normal(cell) for cell in row if cell and not amount_in(cell) and not dates_in(cell)]
    dated = any(map(dates_in, row))
    return any(
        _is_balance("opening", one, dated=dated)
        or _is_balance("closing", one, dated=dated)
        or _is_total(one, dated=dated)
        for one in labels
    )


def begins_like_a_total(row: Row) -> bool:
    """Whether a row on a day is a total only by the first words of its label, and no balance: it may be a movement."""
    labels = [normal(cell) for cell in row if cell and not amount_in(cell) and not dates_in(cell)]
    dated = any(map(dates_in, row))
    whole = any(pattern("balances", "total").fullmatch(one) for one in labels)
    balance = any(_is_balance(name, one, dated=dated) for name in ("opening", "closing") for one in labels)
    return dated and not whole and not balance


def _is_total(label: str, *, dated: bool) -> bool:
    """Whether a label begins or ends with a word for a total.

    On a day a shop may be called so. There the label begins with that word, and the others are words of statements.
    """
    found = list(pattern("balances", "total").finditer(label))
    if dated:
        return bool(found) and found[0].start() == 0 and _known(label[found[0].end() :])
    return any(one.start() == 0 or one.end() == len(label) for one in found)


def _known(words: str) -> bool:
    return vocabulary()[0].issuperset(one for one in words.split() if len(one) > _SMALL)


def _is_balance(name: str, label: str, *, dated: bool) -> bool:
    """Whether a label begins with the words, or little stands beside them: a remark may speak of a balance."""
    match = pattern("balances", name).search(label)
    if match is None:
        return False
    return (match.start() == 0 and not dated) or len(match[0]) * 5 >= len(label) * 3


def balances_in(rows: Iterable[Row], numbers: Numbers) -> list[StatedBalance]:
    """What the rows state, the first of each name."""
    found: dict[str, StatedBalance] = {}
    for row in rows:
        for name in ("opening", "closing"):
            one = _stated(name, row, numbers)
            if one is not None:
                found.setdefault(name, one)
    return [found[name] for name in ("opening", "closing") if name in found]


def _stated(name: str, row: Row, numbers: Numbers) -> StatedBalance | None:
    for at, cell in enumerate(row):
        if not pattern("balances", name).search(normal(cell)) or dates_in(cell):
            continue
        label = re.match(rf"[^\d|{_COLONS}]*[^\d\s|{_COLONS}]", cell)
        if label is None:
            continue
        inside = re.search(rf"(?<![\d/.-]){_AMOUNT}\D*$", cell[label.end() :])
        if (
            inside
            and (value := numbers.value(inside[0].strip())) is not None
            and not dates_in(inside[0].strip())
        ):
            return StatedBalance(
                name,
                value,
                rf"{_written(label[0])}[^|]*?[\s{_COLONS}]\s*(?<{name}>{_AMOUNT})[^\d|]*(?:\||$)",
                row,
            )
        for after, other in enumerate(row[at + 1 :]):
            if not dates_in(other) and (value := numbers.value(other)) is not None:
                cells = r"(?:[^|]*\|)" + f"{{{after + 1}}}"
                return StatedBalance(
                    name, value, rf"{_written(label[0])}{cells}[^|\d+(-]*(?<{name}>{_AMOUNT})", row
                )
    return None


def _written(label: str) -> str:
    """A label in an expression, any number of blanks where it has some."""
    return r"\s+".join(re.escape(word) for word in label.split())


def ties(found: Sequence[StatedBalance], amounts: Iterable[Decimal | None]) -> bool:
    """Whether opening balance and movements give the closing balance."""
    by_name = {one.name: one.amount for one in found}
    if len(by_name) < 2:
        return False
    return (
        by_name["opening"] + sum((amount or Decimal(0) for amount in amounts), Decimal(0)) == by_name["closing"]
    )
