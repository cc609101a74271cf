"""One movement of MT940 or MT942 and its narrative as an entry."""

import re
from collections.abc import Iterator, Sequence
from itertools import repeat
from json.encoder import encode_basestring
from typing import Final

from recon.sources.bank import bank_amount, is_iban
from recon.sources.mt940.fields import Field
from recon.sources.mt940.forms import Known
from recon.sources.mt940.kinds import entry_type
from recon.sources.mt940.movement import Movement, Usual, said_reference, signed, usual_dates, usual_movements
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
    found = usual_movements(lines)
    usual = [at for at, parts in enumerate(found) if parts is not None]
    if len(usual) == len(found):
        return list(_rows(range(line_no, line_no + 2 * len(lines), 2), lines, words, found, message, known))
    numbers = [line_no + 2 * at for at in usual]
    lines, words = [lines[at] for at in usual], [words[at] for at in usual]
    made = _rows(numbers, lines, words, [found[at] for at in usual], message, known)
    return [None if parts is None else next(made) for parts in found]


def _rows(
    numbers: Sequence[int],
    lines: list[str],
    words: list[str],
    movements: Sequence[Usual | None],
    message: Message,
    known: Known,
) -> Iterator[Row]:
    """The entries of usual movements, made column by column: a call for each value of each would cost the most."""
    if not lines:
        return iter(())
    dates, marks, wholes, cents, kinds, references, banks = zip(*movements, strict=True)
    value_dates, entry_dates, warnings = zip(*map(usual_dates, dates), strict=True)
    remittances, names, accounts, ends, codes, attributes = zip(*map(known.said, words), strict=True)
    for name, texts in (("gvc", codes), ("warning", warnings)):
        for at, text in enumerate(texts):
            if text:
                attributes[at][name] = text
    columns = (
        numbers,
        map(signed, marks, wholes, cents),
        repeat(message.currency or ""),
        [f'{{"61":"{line}","86":"{text}"}}' for line, text in zip(_quoted(lines), _quoted(words), strict=True)],
        repeat(message.statement_no),
        repeat(message.account),
        repeat(message.number or message.reference),
        [len(mark) == 2 for mark in marks],
        entry_dates,
        value_dates,
        repeat(None),
        map(entry_type, kinds, codes),
        [f"{kind} {code}" if code else kind for kind, code in zip(kinds, codes, strict=True)],
        repeat("booked"),
        ends,
        [bank or None for bank in banks],
        map(said_reference, references),
        repeat(None),
        names,
        accounts,
        remittances,
        [said or None for said in attributes],
        *map(repeat, _MORE_COLUMNS),
    )
    return map(_whole_row, repeat(Row), zip(*columns, strict=False))


def _quoted(texts: list[str]) -> list[str]:
    """Texts without line ends as they stand between the quotes of JSON."""
    whole = "\n".join(texts)
    if "\\" in whole:
        return [encode_basestring(text)[1:-1] for text in texts]
    return encode_basestring(whole)[1:-1].split("\\n")


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
