"""Credits by ACH: a file of 94-character records as the Nacha Operating Rules (Appendix Three) lay it out.

One batch of CCD or PPD credits in USD. The payment's id goes into the individual identification number, cut to its 15
places, and the trace numbers count from 1.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from recon.errors import Place, Problem
from recon.model.accounts import routing_fault
from recon.payouts.bank.message import Instruction, Message
from recon.payouts.bank.profile import Nacha

RECORD: Final = 94
BLOCK: Final = 10
CREDITS_ONLY: Final = "220"
CHECKING: Final = "22"
CENTS: Final = Decimal(100)
ID, NAME, ACCOUNT = 15, 22, 17
MOST_CENTS: Final = 10**10


def written(message: Message) -> bytes:
    """The file, ASCII, filled up with nines to a multiple of ten records."""
    settings = _settings(message)
    records = list(_records(message, settings))
    records += ["9" * RECORD] * (-len(records) % BLOCK)
    return "".join(f"{one}\n" for one in records).encode("ascii")


def faults(message: Message) -> list[Problem]:
    """What keeps the payments from being written in this format."""
    found = []
    if why := routing_fault(_settings(message).destination):
        place = Place(f"bank file {message.about.bank_file}", field="nacha.destination")
        found.append(Problem("routing-number", why, place))
    seen: dict[str, str] = {}
    for one in message.instructions:
        place = Place(f"payment {one.payment_id} to {one.payee}")
        if why := routing_fault(one.bank):
            hint = f"give {one.payee} the routing number of the bank (ABA) as `bank`"
            found.append(Problem("routing-number", why, Place(place.file, field="bank"), hint))
        if len(one.account) > ACCOUNT or not one.account.isascii():
            said = f"has {len(one.account)} characters, and ACH takes {ACCOUNT} of ASCII"
            found.append(Problem("too-long", said, Place(place.file, field="bank_account")))
        if one.amount * CENTS >= MOST_CENTS:
            found.append(Problem("too-large", f"{one.amount} is more than ACH can say", place))
        if not one.name.isascii():
            hint = "say letters: latin"
            found.append(
                Problem("bank-letters", f"{one.name!r} is not ASCII", Place(place.file, field="name"), hint)
            )
        other = seen.setdefault(one.payment_id[:ID], one.payment_id)
        if other != one.payment_id:
            said = f"shares its first {ID} characters with payment {other}"
            found.append(Problem("two-payments", said, place))
    return found


def _records(message: Message, settings: Nacha) -> Iterator[str]:
    about = message.about
    origin = settings.origin.rjust(10)
    sender = settings.destination[:8]
    yield _record(
        "101", f" {settings.destination}", origin, f"{message.made:%y%m%d%H%M}", "A", "094", "10", "1",
        _left(settings.destination_name, 23), _left(about.debtor.name, 23), " " * 8,
    )  # fmt: skip
    yield _record(
        "5", CREDITS_ONLY, _left(about.debtor.name, 16), " " * 20, _left(settings.company_id, 10),
        settings.entry_class, _left(settings.says, 10), " " * 6, f"{message.day:%y%m%d}", " " * 3, "1", sender,
        "0000001",
    )  # fmt: skip
    for number, one in enumerate(message.instructions, start=1):
        yield _record(
            "6", CHECKING, one.bank, _left(one.account, ACCOUNT), _cents(one.amount, 10),
            _left(one.payment_id, ID), _left(one.name, NAME), "  ", "0", sender, f"{number:07}",
        )  # fmt: skip
    count = len(message.instructions)
    sums = _cents(Decimal(0), 12) + _cents(message.total, 12)
    checks = f"{count:06}{entry_hash(message.instructions)}{sums}"
    yield _record("8", CREDITS_ONLY, checks, _left(settings.company_id, 10), " " * 25, sender, "0000001")
    blocks = -(-(count + 4) // BLOCK)
    whole = f"{count:08}{entry_hash(message.instructions)}{sums}"
    yield _record("9", "000001", f"{blocks:06}", whole, " " * 39)


def entry_hash(instructions: tuple[Instruction, ...]) -> str:
    """The sum of the first eight digits of the payees' routing numbers, its last ten digits."""
    return f"{sum(int(one.bank[:8]) for one in instructions) % 10**10:010}"


def _record(*fields: str) -> str:
    text = "".join(fields)
    if len(text) != RECORD:
        raise ValueError(f"a record of {len(text)} characters: {text}")
    return text


def _left(text: str, width: int) -> str:
    return text[:width].ljust(width)


def _cents(amount: Decimal, width: int) -> str:
    return f"{int(amount * CENTS):0{width}}"


def _settings(message: Message) -> Nacha:
    if message.about.nacha is None:
        raise ValueError("a bank file of this format was checked to have its settings")
    return message.about.nacha
