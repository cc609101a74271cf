"""Which way the money goes: words that say it beside an amount, and words that a row would hardly have otherwise."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Final

from recon.sources.detection.lexicon import lexicon, pattern
from recon.sources.detection.tables import Column, Table
from recon.sources.detection.words import normal

_CARD_HEADER: Final = re.compile(
    r"^card( no| number)?$|^kartennummer$|^numero de tarjeta$|カード|卡号末四位|利用店名|^卡号$"
)
_PAYERS_CARD: Final = re.compile(r"\bcard (type|brand|network|scheme|issuer|country|funding|bin)\b")
"""Names of columns for the cards of those who paid, which are not the card of a statement."""
_KIND_OF_CARD: Final = re.compile(
    r"\b(cards?|funding|tarjetas?|cartao|cartoes|carte|carta|karte|kaart|kort|karta|kart|karty|process as|modalidade)\b"
    r"|kartenart|kartentyp|\b(payment|pay) (method|means|instrument)|\b(forma|metodo|medio|meio) de (pago|pagamento)"
    r"|\b(mode|moyen) de paiement|\bmetodo di pagamento|zahlungs(art|mittel|methode)|betaalmethode|betalingsmetode"
    r"|卡类型|卡类别|卡种|卡性质|支付方式|付款方式|カード種別|決済方法|支払方法|결제수단|카드종류"
)
"""Names of columns that tell a debit card from a credit card: there both words say nothing about the direction."""
_SURELY: Final = 70
"""From this score on the name of a column speaks of a direction whatever else it says."""
_CREDIT_NAME: Final = re.compile(r"\b(credit|cc|card|visa|mastercard|amex)\b")

_FIRST_WORD: Final = r"^(\S+)"
_MOST_WORDS: Final = 12
_BY_HABIT: Final = "the words of the rows say the direction"
_LOOSE: Final = frozenset({"paid", "received", "spend", "topup", "money", "out", "in"})
"""Words that say a direction only beside their contrary."""


@dataclass(frozen=True)
class Direction:
    """A column of words for money in and out, as the file has them; `others` are words for neither.

    `find` finds the word in its cell, `doubt` says what is not proven.
    """

    column: Column
    inward: tuple[str, ...]
    outward: tuple[str, ...]
    others: tuple[str, ...] = ()
    find: str | None = None
    doubt: str | None = None

    def sign(self, cell: str) -> int | None:
        """1 for money in, -1 for money out."""
        word = cell if self.find is None else _found(self.find, cell)
        return 1 if word in self.inward else -1 if word in self.outward else None


def directions_of(table: Table) -> list[Direction]:
    """The columns that say by a word which way the money goes, those so named first."""
    found = []
    for column in table.columns:
        if _tells_cards(column):
            continue
        words = tuple(dict.fromkeys(cell for cell in column.cells if cell))
        if not 1 <= len(words) <= _MOST_WORDS or (
            column.kind in {"date", "amount"} and not set(words) <= {"+", "-"}
        ):
            continue
        inward = tuple(word for word in words if way_of(word) == 1)
        outward = tuple(word for word in words if way_of(word) == -1)
        others = tuple(word for word in words if way_of(word) is None)
        named = column.roles.get("direction", 0) >= 50
        both = bool(inward and outward)
        if not named and not both and (column.roles.get("status", 0) >= 50 or not all(map(_is_side, words))):
            continue
        if both and others and not named and all(map(_habit, others)):  # Deposit, Withdrawal and Fee
            inward += tuple(word for word in others if _habit(word) == 1)
            outward += tuple(word for word in others if _habit(word) == -1)
            if all(column.cells):
                found.append(Direction(column, inward, outward, doubt=_BY_HABIT))
        elif (inward or outward) and (named or not others) and all(column.cells):
            found.append(Direction(column, inward, outward, others))
    return sorted(found, key=lambda one: (-one.column.roles.get("direction", 0), one.column.position))


def _tells_cards(column: Column) -> bool:
    """Whether a column says with which kind of card somebody paid, as reports of processors do."""
    return column.roles.get("direction", 0) < _SURELY and bool(_KIND_OF_CARD.search(normal(column.name)))


def habits_of(table: Table) -> list[Direction]:
    """The columns whose texts say of every row, as a whole or by their first word, whether it is income or spending."""
    found = []
    for column in table.columns:
        if column.kind != "text" or not all(column.cells):
            continue
        for find in (_FIRST_WORD, None):
            words = dict.fromkeys(column.cells if find is None else (_found(find, one) for one in column.cells))
            ways = {word: _habit(word) for word in words}
            if len(ways) <= _MOST_WORDS and {*ways.values()} == {1, -1}:
                inward, outward = (tuple(word for word in ways if ways[word] == way) for way in (1, -1))
                found.append(Direction(column, inward, outward, find=find, doubt=_BY_HABIT))
                break
    return found


def _found(find: str, cell: str) -> str:
    match = re.search(find, cell)
    return match[1] if match else ""


def _habit(text: str, *, selling: bool = False) -> int | None:
    """1 where a text speaks of income, -1 where it speaks of spending; None where it speaks of neither or both.

    A refund is income of who bought. To who sells it is none, so there it says nothing, and a purchase is income.
    """
    said = normal(text)
    if selling and pattern("habits", "sold").search(said):
        return None if pattern("habits", "given back").search(said) else 1
    income, spending, back = (
        bool(pattern("habits", one).search(said)) for one in ("income", "spending", "given back")
    )
    income = income or (back and not selling)
    return None if income == spending else 1 if income else -1


def _is_selling(table: Table, texts: Sequence[Column]) -> bool:
    """Whether the table is the report of who sells: captures, chargebacks, payouts, references of a merchant."""
    said = pattern("habits", "selling")
    cells = (cell for column in texts for cell in column.cells)
    return any(said.search(normal(one)) for one in chain(table.names, cells))


def _is_side(word: str) -> bool:
    """Whether a word names a side of an account also where it stands in every row; `paid` may be a status."""
    return len(word) > 1 and _LOOSE.isdisjoint(normal(word).split())


def way_of(word: str) -> int | None:
    """1 for a word or words for money in, -1 for money out, None for others."""
    if word.strip() in {"+", "-"}:
        return 1 if word.strip() == "+" else -1
    said = normal(word)
    inward, outward = (set(lexicon("directions")[way]) for way in ("in", "out"))
    parts = {said} if said in inward | outward else set(said.split())
    if not parts:
        return None
    return 1 if parts <= inward else -1 if parts <= outward else None


def agreement(table: Table, amounts: Sequence[Decimal | None]) -> tuple[int, int]:
    """How many rows have a sign that fits their words, and how many have one that does not."""
    texts = [column for column in table.columns if column.kind == "text"]
    selling = _is_selling(table, texts)
    fits = differs = 0
    for at, amount in enumerate(amounts):
        if not amount:
            continue
        habit = _habit(" ".join(column.cells[at] for column in texts), selling=selling)
        if habit is not None:
            agrees = (habit > 0) == (amount > 0)
            fits, differs = fits + agrees, differs + (not agrees)
    return fits, differs


def is_card(table: Table, name: str) -> bool:
    """Whether the file's name, its preamble or its columns speak of a credit card."""
    names = [one for one in table.names if not _PAYERS_CARD.search(normal(one))]
    said = normal(" ".join([name, *(cell for row in table.before for cell in row), *names]))
    return bool(pattern("habits", "card").search(said)) or any(
        _CARD_HEADER.search(normal(one)) for one in names
    )


def named_credit(name: str) -> bool:
    """Whether a file is named after a card or its credit, and not after a debit account."""
    said = normal(name)
    return bool(_CREDIT_NAME.search(said)) and "debit" not in said
