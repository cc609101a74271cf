"""One movement of MT940 or MT942 and its narrative as an entry."""

import re
from json.encoder import encode_basestring
from typing import Final

from recon.sources.bank import bank_amount, is_iban
from recon.sources.mt940.fields import Field
from recon.sources.mt940.forms import Known
from recon.sources.mt940.kinds import entry_type
from recon.sources.mt940.movement import Movement, said_reference, signed, usual_dates, usual_movements
from recon.sources.mt940.narrative import Narrative, narrative, numbered_narrative
from recon.sources.mt940.statement import Message
from recon.sources.reader import Row

_whole_row: Final = tuple.__new__
_MORE_COLUMNS: Final = (None,) * (len(Row._fields) - 22)
_MONEY: Final = re.compile(r"/(OCMT|CHGS)/([A-Z]{3})([\d.,]+)", re.ASCII)


def usual_rows(
    line_no: int, lines: list[str], words: list[str], message: Message, known: Known
) -> list[Row | None]:
    """The entries of a run of movements, as `row_of` makes them; None for each in which something is unusual."""
    rows: list[Row | None] = []
    currency, statement_no, account = message.currency or "", message.statement_no, message.account
    statement_id = message.number or message.reference
    for line, text, parts in zip(lines, words, usual_movements(lines), strict=True):
        if parts is None:
            rows.append(None)
            line_no += 2
            continue
        dates, mark, whole, cents, kind, reference, bank_reference = parts
        value_date, entry_date, warning = usual_dates(dates)
        told = known.narrative(text)
        gvc, attributes = told.gvc, told.words
        if gvc:
            attributes["gvc"] = gvc
        if warning:
            attributes["warning"] = warning
        columns = (
            line_no,
            signed(mark, whole, cents),
            currency,
            f'{{"61":{encode_basestring(line)},"86":{encode_basestring(text)}}}',
            statement_no,
            account,
            statement_id,
            len(mark) == 2,
            entry_date,
            value_date,
            None,
            entry_type(kind, gvc),
            f"{kind} {gvc}" if gvc else kind,
            "booked",
            told.end_to_end,
            bank_reference or None,
            said_reference(reference),
            None,
            told.name,
            told.account,
            told.remittance,
            attributes or None,
            *_MORE_COLUMNS,
        )
        rows.append(_whole_row(Row, columns))
        line_no += 2
    return rows


def row_of(said: Movement, line: Field, message: Message, tag: str | None, texts: list[str]) -> Row:
    """The entry of a movement and its narrative, whose tag and lines are given.

    Its currency is empty where the message has not yet said one.
    """
    raw = '{"61":' + encode_basestring("\n".join(line.lines))
    if tag:
        raw += f',"{tag}":' + encode_basestring("\n".join(texts))
    told = numbered_narrative(texts) if tag == "NS" else narrative(texts)
    kind = said.kind
    gvc = told.gvc
    row = Row(
        line.line_no,
        said.amount,
        message.currency or "",
        raw + "}",
        message.statement_no,
        message.account,
        message.number or message.reference,
        said.reversal,
        said.entry_date,
        said.value_date,
        None,
        entry_type(kind, gvc),
        f"{kind} {gvc}" if kind and gvc else kind or gvc,
        "pending" if said.expected else "booked",
        told.end_to_end,
        said.bank_reference,
        said.reference,
        None,
        told.name,
        told.account,
        told.remittance,
        _attributes(said, told),
    )
    return _detailed(row, said.details) if said.details else row


def _detailed(row: Row, details: str) -> Row:
    """The row with what is certain in the supplementary details: an account, the original amount, charges."""
    parts: list[dict[str, object]] = []
    for word, currency, text in _MONEY.findall(details):
        amount = bank_amount(text)
        if amount is None:
            continue
        if word == "OCMT":
            row = row._replace(original_amount=amount.copy_sign(row.amount), original_currency=currency)
        else:
            parts.append({"kind": "charges", "amount": -amount, "currency": currency})
    account = row.counterparty_account or (details if is_iban(details) else None)
    return row._replace(counterparty_account=account, fee_parts=parts or None)


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
