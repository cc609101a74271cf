"""Customer credit transfers as ISO 20022 has them: pain.001.001.09.

Elements and their order are those of the message definition (ISO 20022, CustomerCreditTransferInitiationV09):
group header, one payment instruction, its transactions. Every payment's end-to-end identification is its id, by which
the bank's answer and its statement name it again.
"""

from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as Tree

from recon.errors import Place, Problem
from recon.model.accounts import bic_fault, iban_fault, looks_like_iban
from recon.model.money import plain
from recon.payouts.bank.message import Instruction, Message

SPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_NAME: Final = 140
LONGEST_WORDS: Final = 140
LONGEST_ID: Final = 35
MOST: Final = Decimal(10) ** 13
"""Amounts have 18 digits with 5 after the point."""


def written(message: Message) -> bytes:
    """The file, UTF-8, the same bytes for the same batch."""
    root = Tree.Element("Document", {"xmlns": SPACE})
    body = Tree.SubElement(root, "CstmrCdtTrfInitn")
    head = _add(body, "GrpHdr")
    _text(head, "MsgId", message.identity[:LONGEST_ID])
    _text(head, "CreDtTm", f"{message.made:%Y-%m-%dT%H:%M:%SZ}")
    _totals(head, message)
    _text(_add(head, "InitgPty"), "Nm", message.about.debtor.name)
    _instruction(_add(body, "PmtInf"), message)
    Tree.indent(root)
    text = Tree.tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def faults(message: Message) -> list[Problem]:
    """What keeps the payments from being written in this format."""
    debtor = message.about.debtor
    found = _account_faults(Place(f"bank file {message.about.bank_file}"), debtor.account, debtor.bank or "")
    for one in message.instructions:
        place = Place(f"payment {one.payment_id} to {one.payee}")
        found += _account_faults(place, one.account, one.bank)
        for field, text, most in (("name", one.name, LONGEST_NAME), ("words", one.words, LONGEST_WORDS)):
            if len(text) > most:
                said = f"has {len(text)} letters, and pain.001 takes {most}"
                found.append(Problem("too-long", said, Place(place.file, field=field)))
        if one.amount >= MOST:
            found.append(Problem("too-large", f"{one.amount} is more than pain.001 can say", place))
    return found


def _account_faults(place: Place, account: str, bank: str) -> list[Problem]:
    found = []
    if looks_like_iban(account) and (why := iban_fault(account)):
        found.append(
            Problem("iban", why, Place(place.file, field="bank_account"), "ask the payee to confirm it")
        )
    if bank and (why := bic_fault(bank)):
        found.append(
            Problem("bic", why, Place(place.file, field="bank"), "a BIC has 8 or 11 letters and digits")
        )
    return found


def _instruction(info: Tree.Element, message: Message) -> None:
    about = message.about
    _text(info, "PmtInfId", message.identity[:LONGEST_ID])
    _text(info, "PmtMtd", "TRF")
    _text(info, "BtchBookg", "true" if about.pain.booked == "batch" else "false")
    _totals(info, message)
    if about.pain.service or about.pain.category:
        kind = _add(info, "PmtTpInf")
        if about.pain.service:
            _text(_add(kind, "SvcLvl"), "Cd", about.pain.service)
        if about.pain.category:
            _text(_add(kind, "CtgyPurp"), "Cd", about.pain.category)
    _text(_add(info, "ReqdExctnDt"), "Dt", message.day.isoformat())
    debtor = _add(info, "Dbtr")
    _text(debtor, "Nm", about.debtor.name)
    if about.debtor.country:
        _text(_add(debtor, "PstlAdr"), "Ctry", about.debtor.country)
    _account(_add(info, "DbtrAcct"), about.debtor.account, message.currency)
    _bank(_add(info, "DbtrAgt"), about.debtor.bank or "")
    _text(info, "ChrgBr", about.pain.charges)
    for one in message.instructions:
        _transaction(_add(info, "CdtTrfTxInf"), one)


def _transaction(parent: Tree.Element, one: Instruction) -> None:
    identity = _add(parent, "PmtId")
    _text(identity, "InstrId", one.payment_id)
    _text(identity, "EndToEndId", one.payment_id)
    amount = _add(_add(parent, "Amt"), "InstdAmt")
    amount.set("Ccy", one.currency)
    amount.text = plain(one.amount, one.currency)
    if one.bank:
        _bank(_add(parent, "CdtrAgt"), one.bank)
    creditor = _add(parent, "Cdtr")
    _text(creditor, "Nm", one.name)
    if one.country:
        _text(_add(creditor, "PstlAdr"), "Ctry", one.country)
    _account(_add(parent, "CdtrAcct"), one.account)
    _text(_add(parent, "RmtInf"), "Ustrd", one.words)


def _totals(parent: Tree.Element, message: Message) -> None:
    _text(parent, "NbOfTxs", str(len(message.instructions)))
    _text(parent, "CtrlSum", plain(message.total, message.currency))


def _account(parent: Tree.Element, account: str, currency: str | None = None) -> None:
    identity = _add(parent, "Id")
    if looks_like_iban(account):
        _text(identity, "IBAN", account)
    else:
        _text(_add(identity, "Othr"), "Id", account)
    if currency:
        _text(parent, "Ccy", currency)


def _bank(parent: Tree.Element, bank: str) -> None:
    """An agent by its BIC; the debtor's without one is named as not provided, which the standard provides for."""
    agent = _add(parent, "FinInstnId")
    if bank:
        _text(agent, "BICFI", bank)
    else:
        _text(_add(agent, "Othr"), "Id", "NOTPROVIDED")


def _add(parent: Tree.Element, tag: str) -> Tree.Element:
    return Tree.SubElement(parent, tag)


def _text(parent: Tree.Element, tag: str, text: str) -> None:
    Tree.SubElement(parent, tag).text = text
