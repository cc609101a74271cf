"""One bank file about to be written: its payments, its control totals, and what a bank would send back for."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from recon.errors import Place, Problem
from recon.model.money import rounded
from recon.payouts.bank.profile import BankFile, Letters

ZERO: Final = Decimal(0)
LATIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
"""The letters that every bank of the SEPA area must take (EPC217-08, character set of the credit transfer)."""
_INSTEAD: Final = str.maketrans(
    {
        "&": "+",
        "_": "-",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "æ": "ae",
        "Æ": "AE",
        "ß": "ss",
        "đ": "d",
        "Đ": "D",
    }
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payment as the bank is told to make it. `amount` is positive, with the currency's own digits.

    `bank` is what the payee's bank goes by: a BIC, a routing number, a clearing number.
    """

    payment_id: str
    payee: str
    name: str
    account: str
    bank: str
    country: str
    currency: str
    amount: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class Message:
    """A file of payments in one currency. `made` is when its batch was made (UTC), `day` when the bank shall pay."""

    identity: str
    about: BankFile
    currency: str
    made: datetime
    day: date
    instructions: tuple[Instruction, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the payments: the file's control total."""
        return sum((one.amount for one in self.instructions), ZERO)


def instruction(row: Mapping[str, Any], about: BankFile) -> Instruction:
    """The instruction for a payment of a batch; see `PAYMENTS`."""
    texts = {
        name: str(row[name] or "") for name in ("payment_id", "payee", "name", "bank", "country", "payouts")
    }
    words = about.words.format(**{name: texts[name] for name in ("payment_id", "payee", "payouts")})
    account = str(row["bank_account"]).replace(" ", "")
    found = Instruction(
        texts["payment_id"], texts["payee"], texts["name"] or texts["payee"], account, texts["bank"],
        texts["country"], row["currency"], row["amount"], words,
    )  # fmt: skip
    if about.letters is Letters.LATIN:
        return replace(found, name=latin(found.name), words=latin(found.words))
    return found


def latin(text: str) -> str:
    """The text without accents; letters that have no Latin twin stay, and are refused later."""
    apart = unicodedata.normalize("NFKD", text.translate(_INSTEAD))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def takes(about: BankFile, row: Mapping[str, Any]) -> bool:
    """Whether a bank file takes a payment."""
    return row["currency"] in about.currencies and (not about.countries or row["country"] in about.countries)


def faults(message: Message) -> list[Problem]:
    """What every bank would refuse the file for."""
    found = list[Problem]()
    about = message.about
    if about.most is not None and len(message.instructions) > about.most:
        said = f"{message.identity} has {len(message.instructions)} payments, and {about.bank_file} takes {about.most}"
        found.append(Problem("bank-file-full", said, hint="batch fewer payouts, or raise `most`"))
    for one in message.instructions:
        place = Place(f"payment {one.payment_id} to {one.payee}")
        for field, value in (("bank_account", one.account), ("name", one.name)):
            if not value:
                hint = f"give {one.payee} a {field} in the partners' facts"
                found.append(Problem("payee-unknown", "is missing", replace(place, field=field), hint))
        if one.amount != rounded(one.amount, one.currency):
            said = f"{one.amount} has more digits than {one.currency} has"
            found.append(Problem("payment-digits", said, replace(place, field="amount")))
        if about.letters is Letters.LATIN:
            found += _strange_letters(one, place)
    return found


def _strange_letters(one: Instruction, place: Place) -> Iterable[Problem]:
    for field, text in (("name", one.name), ("words", one.words)):
        if strange := sorted(set(text) - LATIN):
            said = f"{text!r} has letters that the bank does not take: {' '.join(strange)}"
            hint = "write the name in Latin letters, as the bank knows the payee"
            yield Problem("bank-letters", said, replace(place, field=field), hint)


def by_currency(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Payments by currency: two currencies never share a file."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["currency"], []).append(row)
    return dict(sorted(found.items()))
