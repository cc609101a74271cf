"""One transaction (`STMTTRN`) of an OFX file as an entry."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from recon.model.money import decimal_of, exponent, is_currency
from recon.sources.bank import signed_amount
from recon.sources.reader import Refused, Row

KINDS: Final = {
    "INT": "interest", "FEE": "fee", "SRVCHG": "fee", "XFER": "transfer",
    "CHECK": "payment", "DIRECTDEBIT": "payment", "DIRECTDEP": "payment", "PAYMENT": "payment", "POS": "payment",
    "REPEATPMT": "payment",
}  # fmt: skip
"""Canonical types by TRNTYPE, where that is certain: CREDIT, DEBIT, DEP, ATM and others say only a direction."""
ATTRIBUTES: Final = {
    "CHECKNUM": "cheque", "REFNUM": "reference_number", "SRVRTID": "server_id", "SIC": "industry_code",
    "PAYEEID": "payee_id", "DTUSER": "date_initiated", "CORRECTACTION": "correction",
}  # fmt: skip
_MOMENT: Final = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:T?(\d{2}):?(\d{2}):?(\d{2})?[\d.:]*)?\s*(?:\[\s*([+-]?\d{1,2})(?:\.(\d{1,2}))?(?::[^\]]*)?\])?",
    re.ASCII,
)
UNUSUAL: Final = frozenset(
    {
        *ATTRIBUTES, "DTAVAIL", "CORRECTFITID", "PAYEE/NAME", "BANKACCTTO/ACCTID", "CCACCTTO/ACCTID", "EXTDNAME",
        "ORIGCURRENCY/CURSYM", "ORIGCURRENCY/CURRATE",
    }
)  # fmt: skip
"""Fields beyond those that nearly every transaction has."""
_LONE_COMMA: Final = re.compile(r"[^,.]*\d,\d{3}\D*", re.ASCII)
_ZERO: Final = Decimal(0)


def amount_of(text: str, currency: str) -> Decimal | None:
    """The signed amount, or None; a lone comma before three digits is doubtful in currencies of fewer decimals."""
    if "," in text and _LONE_COMMA.fullmatch(text) and (not is_currency(currency) or exponent(currency) != 3):
        return None
    return signed_amount(text)


@lru_cache(maxsize=20_000)
def day_of(text: str) -> date | None:
    """The day of an OFX date as it is written, or None if there is no such day."""
    found = _MOMENT.match(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


@lru_cache(maxsize=20_000)
def moment_of(text: str) -> datetime | None:
    """The moment of an OFX date and time with its zone (`20180608120000[-3:BRT]`) in UTC, or None."""
    found = _MOMENT.match(text)
    if not found or found[4] is None or found[7] is None:
        return None
    try:
        zone = timezone(timedelta(hours=int(found[7]), minutes=int(found[8] or 0)))
        year, month, day, hour, minute, second = (int(found[group] or 0) for group in range(1, 7))
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        return local.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


class Around(NamedTuple):
    """What is known of the statement around a transaction."""

    statement_no: int | None
    account: str | None
    currency: str | None


def row_of(said: Mapping[str, str], line_no: int, around: Around, raw: str) -> Row | Refused:
    """The row of a transaction by the paths of its fields (`PAYEE/NAME`), which `raw` tells as JSON text."""
    currency = said.get("CURRENCY/CURSYM") or around.currency
    text = said.get("TRNAMT")
    amount = amount_of(text, currency or "") if text else None
    if text is None or (text and amount is None):
        return Refused(line_no, "TRNAMT", text, "amount", "this is no amount", raw)
    if not currency:
        reason = "the statement names no currency (CURDEF); state `currency:` in the source's layout"
        return Refused(line_no, "CURDEF", None, "currency-missing", reason, raw)
    posted = said.get("DTPOSTED", "")
    day, kind = day_of(posted), said.get("TRNTYPE", "")
    usual = UNUSUAL.isdisjoint(said)
    name, memo = words_of(said.get("NAME", "")), words_of(said.get("MEMO", ""))
    row = Row(
        line_no,
        _ZERO if amount is None else amount,
        currency.upper(),
        raw,
        around.statement_no,
        around.account,
        None,
        False,
        day,
        None,
        moment_of(posted),
        KINDS.get(kind.upper(), "other"),
        kind or None,
        "booked" if text else "info",
        None,
        said.get("FITID") or None,
        None,
        None,
        name or None,
        None,
        (memo if memo.startswith(name) else f"{name} {memo}".rstrip()) or None,
        None if usual and text and day else _attributes(said, dated=day is not None),
    )
    return row if usual else _with_unusual(row, said, name, memo)


def words_of(text: str) -> str:
    """The words of a text with one blank between them."""
    return text.strip(" ") if text.isprintable() and "  " not in text else " ".join(text.split())


def _with_unusual(row: Row, said: Mapping[str, str], name: str, memo: str) -> Row:
    """The row with what few transactions say."""
    more = " ".join(said.get("EXTDNAME", "").split())
    texts = [more, memo] if memo.startswith(name) else [name, more, memo]
    return row._replace(
        value_date=day_of(said["DTAVAIL"]) if "DTAVAIL" in said else None,
        ref_original=said.get("CORRECTFITID") or None,
        counterparty_name=" ".join(said.get("PAYEE/NAME", "").split()) or row.counterparty_name,
        counterparty_account=said.get("BANKACCTTO/ACCTID") or said.get("CCACCTTO/ACCTID") or None,
        remittance=" ".join(dict.fromkeys([text for text in texts if text])) or None,
        original_currency=said.get("ORIGCURRENCY/CURSYM") or None,
        fx_rate=_rate(said),
    )


def _rate(said: Mapping[str, str]) -> Decimal | None:
    rate = decimal_of(said.get("ORIGCURRENCY/CURRATE", ""))
    return rate if rate is not None and 0 < rate < 100_000 else None


def _attributes(said: Mapping[str, str], *, dated: bool) -> dict[str, str] | None:
    found = {name: said[tag] for tag, name in ATTRIBUTES.items() if said.get(tag)}
    if dated and said["TRNAMT"]:
        return found or None
    doubts = []
    if not dated:
        doubts.append(f"date {said['DTPOSTED']} does not exist" if said.get("DTPOSTED") else "no date")
    if not said["TRNAMT"]:
        doubts.append("the amount is empty")
    return {**found, "warning": "; ".join(doubts)}
