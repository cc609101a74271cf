"""Account and bank numbers as their registries define them: IBAN (ISO 13616), BIC (ISO 9362), ABA routing numbers."""

import re
from typing import Final

_IBAN_LIKE: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_WEIGHTS: Final = (3, 7, 1) * 3
_ROUTING: Final = re.compile(r"\d{9}")

ACCOUNT_KEYS: Final = frozenset({"account", "counterparty_account", "payout_account", "iban"})
"""Fields that hold account numbers."""
_SHOWN_DIGITS: Final = 4


def looks_like_iban(account: str) -> bool:
    """Whether an account number is written as an IBAN, right or wrong; blanks do not count."""
    return _IBAN_LIKE.fullmatch(account.replace(" ", "")) is not None


def iban_fault(account: str) -> str | None:
    """What is wrong with an IBAN: its country, length, form or check digits; None when nothing is."""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        IBAN(account)
    except SchwiftyException as error:
        return f"{account} is no IBAN: {_said(error)}"
    return None


def bic_fault(bank: str) -> str | None:
    """What is wrong with a BIC: its length, form or country; None when nothing is."""
    from schwifty import BIC
    from schwifty.exceptions import SchwiftyException

    try:
        BIC(bank)
    except SchwiftyException as error:
        return f"{bank} is no BIC: {_said(error)}"
    return None


def routing_fault(number: str) -> str | None:
    """What is wrong with an ABA routing number, whose ninth digit checks the others (weights 3, 7, 1)."""
    if not _ROUTING.fullmatch(number):
        return f"{number or 'nothing'} is no routing number of 9 digits"
    if sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=True)) % 10:
        return f"{number} is no routing number: its check digit is wrong"
    return None


def _said(error: Exception) -> str:
    return f"{error}"[:1].lower() + f"{error}"[1:]


def masked(account: str | None) -> str:
    """An account number as shown on a terminal and in logs: its last four characters, if it has more than four.

    A name with fewer than four digits is no number and is shown as it is.
    """
    if not account:
        return ""
    if sum(char.isdigit() for char in account) < _SHOWN_DIGITS:
        return account
    return f"…{account[-_SHOWN_DIGITS:]}" if len(account) > _SHOWN_DIGITS else "…"
