"""Postings: the sides of a journal entry, whatever it books; debits equal credits in each currency."""

from dataclasses import dataclass
from decimal import Decimal

from recon.errors import ControlFailed, Problem

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry in one currency: amounts are positive, `side` is debit or credit."""

    side: str
    account: str
    amount: Decimal


def posting(account: str, amount: Decimal) -> Posting:
    """A posting from a signed amount: plus is a debit."""
    return Posting("debit" if amount > 0 else "credit", account, abs(amount))


def balanced(postings: list[Posting]) -> list[Posting]:
    """The postings of one currency, once their debits and credits are seen to be equal.

    Raises:
        ControlFailed: they are not.
    """
    debit = sum((one.amount for one in postings if one.side == "debit"), ZERO)
    credit = sum((one.amount for one in postings if one.side == "credit"), ZERO)
    if debit != credit:
        raise ControlFailed(Problem("journal-balance", f"debits {debit} and credits {credit} differ"))
    return postings
