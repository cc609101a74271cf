"""One movement of MT940 or MT942 and its narrative as an entry."""

import re
from typing import Final

from recon.sources.bank import bank_amount, is_iban, original_json
from recon.sources.mt940.fields import Field
from recon.sources.mt940.kinds import entry_type
from recon.sources.mt940.movement import Movement
from recon.sources.mt940.narrative import Narrative, narrative, numbered_narrative
from recon.sources.reader import Row

_MONEY: Final = re.compile(r"/(OCMT|CHGS)/([A-Z]{3})([\d.,]+)", re.ASCII)


def row_of(said: Movement, line: Field, words: list[Field]) -> Row:
    """The entry of a movement; the caller adds currency, account and statement."""
    texts = words[0].lines if len(words) == 1 else [text for word in words for text in word.lines]
    original = {"61": "\n".join(line.lines)}
    if words:
        original[words[0].tag] = "\n".join(texts)
    told = numbered_narrative(texts) if words and words[0].tag == "NS" else narrative(texts)
    row = Row(
        line_no=line.line_no,
        amount=said.amount,
        currency="",
        raw=original_json(original),
        booking_date=said.entry_date,
        value_date=said.value_date,
        is_reversal=said.reversal,
        type=entry_type(said.kind, told.gvc),
        type_raw=f"{said.kind} {told.gvc}" if said.kind and told.gvc else said.kind or told.gvc,
        status="pending" if said.expected else "booked",
        ref_end_to_end=told.end_to_end,
        ref_bank=said.bank_reference,
        ref_merchant=said.reference,
        counterparty_name=told.name,
        counterparty_account=told.account,
        remittance=told.remittance,
    )
    if said.details:
        _details(row, said.details)
    row.attributes = _attributes(said, told)
    return row


def _details(row: Row, details: str) -> None:
    """Take what is certain out of the supplementary details: an account, the original amount, charges."""
    if row.counterparty_account is None and is_iban(details):
        row.counterparty_account = details
    for word, currency, text in _MONEY.findall(details):
        amount = bank_amount(text)
        if amount is None:
            continue
        if word == "OCMT":
            row.original_amount = amount.copy_sign(row.amount)
            row.original_currency = currency
        else:
            row.fee_parts = [
                *(row.fee_parts or []),
                {"kind": "charges", "amount": -amount, "currency": currency},
            ]


def _attributes(said: Movement, told: Narrative) -> dict[str, str] | None:
    found = told.words
    if said.details:
        found["details"] = said.details.replace("\n", " ")
    if said.funds:
        found["funds_code"] = said.funds
    if told.gvc:
        found["gvc"] = told.gvc
    if said.warning:
        found["warning"] = said.warning
    return found or None
