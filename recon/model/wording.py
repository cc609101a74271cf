"""How counts and amounts read to a person: thousands separated, nouns in their number, names in plain words."""

from decimal import Decimal

from recon.model.money import plain


def money(amount: Decimal, currency: str | None = None) -> str:
    """The amount with thousands separated, at the currency's own digits or more when it has more."""
    whole, point, fraction = plain(amount.copy_abs(), currency).partition(".")
    return f"{'-' if amount < 0 else ''}{int(whole):,}{point}{fraction}"


def with_currency(amount: Decimal, currency: str) -> str:
    """The amount with its currency behind it: `1,234.50 EUR`."""
    return f"{money(amount, currency)} {currency}"


def number(count: int) -> str:
    """A count with thousands separated."""
    return f"{count:,}"


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 break`, `12 breaks`, `3 entries`."""
    if count == 1:
        return f"1 {noun}"
    ending = "ies" if noun.endswith("y") and not noun.endswith("ay") else "es" if noun.endswith("ch") else "s"
    plural = f"{noun[:-1] if ending == 'ies' else noun}{ending}"
    return f"{number(count)} {plural}"


def plain_words(name: str) -> str:
    """A name of the program, such as a kind of break or a figure, in plain words: `missing in bank`."""
    return name.replace("_", " ")
