"""Which currency a table is in: a column, signs beside amounts, names of columns, the preamble, or a likely place."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from recon.sources.detection.cells import amount_in, code_of, is_code, signs
from recon.sources.detection.lexicon import is_wide, lexicon
from recon.sources.detection.places import Place
from recon.sources.detection.tables import Column, Table
from recon.sources.detection.words import is_settled

_CODE: Final = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_BESIDE: Final = re.compile(
    r"(?<![A-Za-z])([A-Z]{3})\s{1,12}[-+]?\d[\d.,]*[.,]\d{2}\b|\d[\d.,]*[.,]\d{2}\s?([A-Z]{3})(?![A-Za-z])"
)
_COMMON: Final = frozenset(
    {
        "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR",
        "GBP", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "LKR", "MAD", "MXN", "MYR",
        "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "RWF", "SAR", "SEK", "SGD", "THB",
        "TRY", "TWD", "TZS", "UAH", "UGX", "USD", "VND", "XAF", "XOF", "ZAR",
    }
)  # fmt: skip
"""Codes that are looked for in texts and in columns of other names; other codes are rather words there."""
_NAMED: Final = 70
_MOST_TEXTS: Final = 200


@cache
def _mixed_signs() -> re.Pattern[str]:
    """Signs of letters and other marks: R$, HK$, S/."""
    found = sorted((sign for sign in signs() if len(sign) > 1 and not sign.isalpha()), key=len, reverse=True)
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, found))})(?![A-Za-z])")


def _signs_in(text: str) -> set[str]:
    """The signs in a text that are no words of letters."""
    return {sign for sign in signs() if len(sign) == 1 and sign in text} | {*_mixed_signs().findall(text)}


@cache
def _names() -> Mapping[str, str]:
    """Names of currencies and their codes."""
    return {name.casefold(): code for code, names in lexicon("currencies").items() for name in names}


@cache
def _named_in() -> re.Pattern[str]:
    """Names of currencies in a text, the longest first: a Canadian dollar is no other dollar.

    Those of several letters in scripts without blanks may stand inside words, all others are words of their own.
    """
    found = sorted((name.casefold() for name in _names()), key=len, reverse=True)
    inside = [name for name in found if is_wide(name) and len(name) > 1]
    alone = [name for name in found if len(name) > 2 or (is_wide(name) and len(name) == 1)]
    words = "|".join(one for one in alone if one not in inside)
    return re.compile("|".join([*inside, rf"(?<!\w)(?:{words})(?!\w)"]), re.IGNORECASE)


@dataclass(frozen=True)
class CurrencyFound:
    """The column of currencies with the names in it that are no codes, or one code for all rows, and why."""

    column: Column | None = None
    words: tuple[tuple[str, str], ...] = ()
    code: str | None = None
    proof: str = ""
    doubt: str | None = None


def currency_column(
    table: Table, money: Column | None = None
) -> tuple[Column, tuple[tuple[str, str], ...]] | None:
    """The column that says the currency of each row, and the names of currencies in it that are no codes.

    Of several, the one of what was settled for money that was settled, then the one that follows the money.
    """
    at = money.position if money else -1
    found = []
    for column in table.columns:
        if not column.cells or not all(column.cells) or column.kind in {"date", "amount", "time"}:
            continue
        codes = {cell: _code(cell) for cell in set(column.cells)}
        named = column.roles.get("currency", 0) > 0
        if all(codes.values()) and (named or _COMMON.issuperset(codes.values()) or not table.named):
            words = tuple(sorted((cell, str(code)) for cell, code in codes.items() if cell.upper() != code))
            distance = (
                column.position - at if column.position > at else len(table.columns) + at - column.position
            )
            alike = money is None or is_settled(column.name) == is_settled(money.name)
            found.append((alike, column.roles.get("currency", 0), -distance, column, words))
    if not found:
        return None
    *_, column, words = max(found, key=lambda one: one[:3])
    return column, words


def _code(cell: str) -> str | None:
    if is_code(cell):
        return cell.upper()
    return _names().get(cell.casefold()) or signs().get(cell) or None


def currency_of(table: Table, columns: tuple[Column, ...], place: Place) -> CurrencyFound:
    """The currency of a table whose money is in `columns`, best evidence first."""
    named = currency_column(table, columns[0] if columns else None)
    apart = _beside_the_rows(table)
    if named is not None and (named[0].roles.get("currency", 0) >= _NAMED or apart is None):
        return CurrencyFound(named[0], named[1], proof="each row names its currency")
    if apart is not None:
        return apart
    units = Counter(
        unit
        for column in columns
        for cell in set(column.filled)
        if (found := amount_in(cell))
        for unit in found[1]
    )
    for unit, _ in units.most_common():
        if code := code_of(unit):
            return CurrencyFound(code=code, proof=f'"{unit}" stands beside the amounts')
    for where, texts in (
        ("the name of the column", [column.name for column in columns]),
        ("the head of the file", [cell for row in table.before for cell in row]),
        ("the names of the columns", list(table.names)),
        ("a line below the header", [cell for row in table.between[:2] for cell in row]),
        ("the foot of the file", [cell for row in table.after for cell in row]),
    ):
        if code := _in_texts(texts):
            return CurrencyFound(code=code, proof=f"{where} says so")
    if beside := _beside_in_texts(table, columns):
        return CurrencyFound(
            code=beside.most_common(1)[0][0], doubt="amounts in the texts of the rows are in it"
        )
    if units and "$" in units:
        code = place.currency or "USD"
        return CurrencyFound(code=code, doubt="a dollar sign stands beside the amounts")
    if units and {"¥", "￥"} & set(units):
        code = place.currency if place.currency in {"CNY", "JPY"} else "CNY"
        return CurrencyFound(code=code, doubt="a sign of yuan and yen stands beside the amounts")
    if place.currency:
        return CurrencyFound(code=place.currency, doubt=f"guessed from {place.why}")
    return CurrencyFound(doubt="nothing in the file says the currency")


def _beside_the_rows(table: Table) -> CurrencyFound | None:
    """The one currency in its column where only rows that are no transactions fill it, such as the head of a payout."""
    column = table.best("currency", "empty", least=_NAMED)
    if column is None:
        return None
    rows = (*table.before, *table.between, *table.after)
    cells = {row[column.position] for row in rows if len(row) > column.position} - {"", column.name}
    codes = {_code(cell) for cell in cells}
    code = codes.pop() if len(codes) == 1 else None
    return (
        CurrencyFound(code=code, proof=f"{column.name} says so in a row that is no transaction")
        if code
        else None
    )


def _beside_in_texts(table: Table, columns: tuple[Column, ...]) -> Counter[str]:
    """The codes that stand beside the row's own amount in its texts.

    Another amount there is that of a purchase abroad, or a rate: it is not in the currency of the account.
    """
    found = Counter[str]()
    for column in (one for one in table.columns if one.kind == "text"):
        for at, text in enumerate(column.cells[:_MOST_TEXTS]):
            own = {_digits(money.cells[at]) for money in columns}
            for match in _BESIDE.finditer(text):
                code = match[1] or match[2]
                if code in _COMMON and _digits(match[0]) in own:
                    found[code] += 1
    return found


def _digits(text: str) -> str:
    """The digits of an amount, however it is written and with however many zeros behind."""
    return "".join(filter(str.isdigit, text)).rstrip("0")


def _in_texts(texts: list[str]) -> str | None:
    """The one currency that some texts name by its code, its sign or its name."""
    codes = Counter[str]()
    for text in texts:
        codes.update(code for code in _CODE.findall(text) if code in _COMMON)
        codes.update({_names()[name.casefold()] for name in _named_in().findall(text)})
        rest = _named_in().sub(" ", text)
        codes.update(code for sign in _signs_in(rest) if (code := signs()[sign]))
    found = codes.most_common(2)
    return found[0][0] if found and (len(found) == 1 or found[0][1] > found[1][1]) else None
