"""Bank details: whether an account and its bank can be right, by the check digits of their scheme."""

import re
from collections.abc import Iterator
from typing import Final

from recon.errors import Problem
from recon.model.accounts import bic_fault, iban_fault, routing_fault
from recon.partners.registry.reading import Row

_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_HINT: Final = "compare it with the partner's own letter; a digit may be mistyped"


def bare_account(account: str) -> str:
    """An account number without what people put between its digits."""
    return re.sub(r"[\s.-]", "", account).upper()


def account_problems(row: Row) -> Iterator[Problem]:
    """What cannot be right in a row of the table `accounts`."""
    account, bank = bare_account(row["account"]), row["bank"]
    fault = None
    match row["scheme"]:
        case "iban":
            fault = iban_fault(account)
            if bank and (wrong := bic_fault(bank)):
                yield Problem("bank-code", wrong, row.at("bank"), "a BIC has 8 or 11 letters and digits")
        case "nuban":
            fault = nuban_fault(account, bank)
        case "clabe":
            fault = clabe_fault(account)
        case "card":
            fault = luhn_fault(account)
        case "aba" if wrong := routing_fault(bank):
            yield Problem("bank-code", wrong, row.at("bank"), "`bank` holds the routing number")
    if row["scheme"] == "other" and _BIC.fullmatch(bank) and (wrong := bic_fault(bank)):
        yield Problem("bank-code", wrong, row.at("bank"), "a BIC has 8 or 11 letters and digits")
    if fault:
        yield Problem("account-digits", fault, row.at("account"), _HINT)


def nuban_fault(account: str, bank: str) -> str | None:
    """What is wrong with a Nigerian account number of 10 digits, whose last checks the bank's code and the others.

    Weights 3, 7, 3 as the Central Bank's standard for NUBAN (2010, revised 2020) gives them; codes of 3 digits are
    those of banks, of 6 digits (or 9 and 5 more) those of other institutions.
    """
    if not re.fullmatch(r"\d{10}", account):
        return f"{account} is no account number of 10 digits"
    if not re.fullmatch(r"\d{3}|\d{6}", bank):
        return f"{account}: the bank's code `{bank}` has neither 3 nor 6 digits, so that nothing can be checked"
    digits = f"{bank:0>6}{account[:9]}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, (3, 7, 3) * 5, strict=True))
    if (10 - total % 10) % 10 != int(account[9]):
        return f"{account} is no account at bank {bank}: its check digit is wrong"
    return None


def clabe_fault(account: str) -> str | None:
    """What is wrong with a Mexican account number of 18 digits, weights 3, 7, 1 (Banco de México, CLABE)."""
    if not re.fullmatch(r"\d{18}", account):
        return f"{account} is no CLABE of 18 digits"
    total = sum(int(digit) * (3, 7, 1)[at % 3] % 10 for at, digit in enumerate(account[:17]))
    if (10 - total % 10) % 10 != int(account[17]):
        return f"{account} is no CLABE: its check digit is wrong"
    return None


def luhn_fault(account: str) -> str | None:
    """What is wrong with a card that money is paid to, whose last digit checks the others (ISO/IEC 7812-1)."""
    if not re.fullmatch(r"\d{12,19}", account):
        return f"{account} is no card number of 12 to 19 digits"
    doubled = (int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(account)))
    if sum(value - 9 if value > 9 else value for value in doubled) % 10:
        return f"{account} is no card number: its check digit is wrong"
    return None
