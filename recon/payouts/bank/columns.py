"""Payments as a table: the batch template of a bank that takes CSV, as its description says."""

import csv
import io

from recon.errors import Place, Problem
from recon.model.money import plain
from recon.model.safe_text import FORMULA_STARTS
from recon.payouts.bank.message import Instruction, Message
from recon.payouts.bank.profile import OF_FILE, OF_PAYMENT, BankFile, ColumnsOf


def written(message: Message) -> bytes:
    """The file, in the encoding that the bank asks for, lines ended by CR LF."""
    settings = _settings(message.about)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=settings.delimiter, lineterminator="\r\n")
    whole = _of_file(message, settings)
    writer.writerows([cell.format(**whole) for cell in row] for row in settings.before)
    writer.writerow(settings.header)
    for number, one in enumerate(message.instructions, start=1):
        values = whole | _of_payment(one, number, settings)
        writer.writerow([cell.format(**values) for cell in settings.header.values()])
    writer.writerows([cell.format(**whole) for cell in row] for row in settings.after)
    return text.getvalue().encode(settings.encoding)


def faults(message: Message) -> list[Problem]:
    """What keeps the payments from being written in this format."""
    settings = _settings(message.about)
    found = []
    for one in message.instructions:
        try:
            f"{one.name}{one.words}".encode(settings.encoding)
        except UnicodeEncodeError as error:
            letter = error.object[error.start]
            said = f"{letter!r} cannot be written in {settings.encoding}"
            place = Place(f"payment {one.payment_id} to {one.payee}", field="name")
            found.append(Problem("bank-letters", said, place))
        for field, text in (("name", one.name), ("words", one.words), ("bank_account", one.account)):
            if text.startswith(FORMULA_STARTS):
                said = f"{text!r} would be a formula where the table is opened"
                place = Place(f"payment {one.payment_id} to {one.payee}", field=field)
                found.append(Problem("bank-letters", said, place, "correct it in the partners' facts"))
    return found


def _of_file(message: Message, settings: ColumnsOf) -> dict[str, str]:
    total = plain(message.total, message.currency).replace(".", settings.decimal)
    values = (
        str(len(message.instructions)), total, message.currency, message.identity, message.day.isoformat(),
        message.about.debtor.name, message.about.debtor.account,
    )  # fmt: skip
    return dict(zip(OF_FILE, values, strict=True))


def _of_payment(one: Instruction, number: int, settings: ColumnsOf) -> dict[str, str]:
    amount = plain(one.amount, one.currency).replace(".", settings.decimal)
    values = (
        str(number), one.payment_id, one.payee, one.name, one.account, one.bank, one.country, amount, one.words,
    )  # fmt: skip
    return dict(zip(OF_PAYMENT, values, strict=True))


def _settings(about: BankFile) -> ColumnsOf:
    if about.columns is None:
        raise ValueError("a bank file of this format was checked to have its settings")
    return about.columns
