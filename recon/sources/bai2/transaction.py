"""One transaction record (16) of a BAI2 or NAI file as an entry."""

from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring

from recon.sources.bai2.account import Account
from recon.sources.bai2.amounts import day_of, decimals, entry_type, funds_fields, minor_units, sign_of
from recon.sources.bai2.records import Record
from recon.sources.bank import in_units
from recon.sources.reader import Refused, Row

_ZERO = Decimal(0)
_BAI_FIELDS = 5
"""Type code, amount, funds type, bank reference, customer reference; NAI has one reference."""


def row_of(record: Record, account: Account) -> Row | Refused:
    """The row of a transaction, counted in its account, or why it cannot be one."""
    funds = funds_fields(record.first(4), 2)
    fixed, text = record.split(_BAI_FIELDS - account.nai + funds)
    code, amount, funds_type, *_ = fixed
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        return refused(record, code, "type-code", "a type code has three digits")
    sign = sign_of(code)
    minor = minor_units(amount) if amount else None
    units = in_units(minor, decimals(account.currency)) if minor is not None else None
    if units is None and (sign or amount):
        return refused(record, amount, "amount", "this is no whole amount of minor units")
    account.add(code, minor or 0)
    references = [None if value in {"", "0"} else value for value in fixed[3 + funds :]]
    found = {"funds_type": funds_type} if funds_type else {}
    if not sign and units:
        found["amount"] = str(units)
    return Row(
        record.line_no,
        units * sign if units is not None and sign else _ZERO,
        account.currency,
        '{"16":' + encode_basestring(",".join(record.pieces)) + "}",
        account.statement_no,
        account.number,
        None,
        False,
        account.day,
        _value_date(funds_type, fixed[3]),
        None,
        entry_type(code),
        code,
        "booked" if sign else "info",
        None,
        references[0],
        None if account.nai else references[1],
        None,
        None,
        None,
        text or None,
        found or None,
    )


def refused(record: Record, value: str | None, code: str, reason: str) -> Refused:
    """A record that is not taken."""
    text = f"{record.code}," + ",".join(record.pieces)
    return Refused(record.line_no, record.code or None, value, code, reason, text)


def _value_date(funds_type: str, text: str) -> date | None:
    return day_of(text) if funds_type.upper() == "V" else None
