"""One entry (`Ntry`) of a CAMT document and its transaction details as a canonical entry."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Final

from recon.model.money import is_currency
from recon.sources.camt.elements import Group
from recon.sources.camt.kinds import STATUSES, kind_of
from recon.sources.camt.values import SIGNS, day, stored, utc
from recon.sources.reader import Refused, Row

_ABSENT: Final = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF"})
DETAILS_IN_WORDS: Final = 20
"""Transaction details whose texts go to `remittance`; all of them stay in `raw`."""
WORDS: Final = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
"""Paths of a transaction detail that speak to the account owner."""
_ATTRIBUTES: Final = (
    ("Refs/InstrId", "instruction_id"),
    ("Refs/TxId", "transaction_id"),
    ("Refs/UETR", "uetr"),
    ("Refs/PmtInfId", "payment_information_id"),
    ("Refs/MsgId", "message_id"),
    ("Refs/MndtId", "mandate"),
    ("Refs/ClrSysRef", "clearing_reference"),
    ("Refs/ChqNb", "cheque"),
    ("RtrInf/Rsn/Cd", "return_reason"),
    ("RtrInf/Rsn/Prtry", "return_reason"),
    ("Purp/Cd", "purpose"),
    ("RltdPties/UltmtDbtr/Nm", "ultimate_debtor"),
    ("RltdPties/UltmtCdtr/Nm", "ultimate_creditor"),
)
"""Paths of a transaction detail that have no column of their own."""
_ENTRY_ATTRIBUTES: Final = (
    ("NtryRef", "entry_reference"),
    ("NtryDtls/Btch/PmtInfId", "batch"),
    ("NtryDtls/Btch/MsgId", "batch_message"),
    ("NtryDtls/Btch/NbOfTxs", "batch_count"),
)
"""Paths of an entry that have no column of their own."""
CHARGES: Final = "Chrgs"
ADDITIONAL: Final = "AddtlNtryInf"
"""Path of an entry's own text for the account owner."""
_CODES: Final = tuple(
    f"BkTxCd/{name}" for name in ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd", "Prtry/Cd")
)
_PARTIES: Final = {
    role: (
        tuple(
            f"RltdPties/{path}"
            for path in (f"{role}/Nm", f"{role}/Pty/Nm", f"Ultmt{role}/Nm", f"Ultmt{role}/Pty/Nm")
        ),
        tuple(f"RltdPties/{role}Acct/Id/{path}" for path in ("IBAN", "Othr/Id", "BBAN")),
    )
    for role in ("Dbtr", "Cdtr")
}
_TRUE: Final = frozenset({"true", "1"})
_ZERO: Final = Decimal(0)


@dataclass(slots=True)
class Entry:
    """What an entry says: its own texts by path, those of its details and of its charges, and its words.

    Of several texts at one path the first counts; `words` has all that speak to the account owner. `raw` is every
    text as JSON.
    """

    line_no: int
    raw: str
    top: dict[str, str]
    details: list[dict[str, str]]
    charges: list[dict[str, str]]
    words: list[str]


def entry_of(group: Group) -> Entry:
    """What the group of an entry says."""
    details = [inner for inner in group.groups if inner.tag == "TxDtls"]
    blocks = [inner for inner in group.groups if inner.tag == CHARGES]
    if not blocks and len(details) == 1:
        blocks = [inner for inner in details[0].groups if inner.tag == CHARGES]
    words = [
        text for detail in details[:DETAILS_IN_WORDS] for path in WORDS for text in detail.every(path)
    ] + group.every(ADDITIONAL)
    return Entry(
        group.line_no,
        original_text(group),
        group.texts(),
        [detail.texts() for detail in details],
        [record.texts() for block in blocks for record in (block.groups or [block])],
        words,
    )


def _own_sign(amount: Decimal, sign: str) -> str | None:
    """What is said of an amount with a sign, which `CdtDbtInd` alone should tell."""
    return f"amount {amount:f} has a sign of its own beside {sign}" if amount.is_signed() else None


def row_of(
    entry: Entry, statement_no: int, statement_id: str | None, account: str | None, account_currency: str | None
) -> Row | Refused:
    """The row of an entry of a statement, or why it cannot be one."""
    top = entry.top
    agreed = _agreed(entry.details)
    amount, warning = stored(top.get("Amt", ""))
    currency = top.get("Amt@Ccy") or account_currency or ""
    sign, status = top.get("CdtDbtInd"), _status(top)
    if (
        amount is None
        or sign not in SIGNS
        or not currency
        or not is_currency(currency)
        or status not in STATUSES
    ):
        element, code, reason = _doubt(amount, sign, currency)
        return Refused(entry.line_no, element, top.get(element), code, reason, entry.raw)
    signed = amount if sign == "CRDT" else -amount
    reversal = "RvslInd" in top and top["RvslInd"].lower() in _TRUE
    booked, doubt = _day(top, "BookgDt")
    valued, another = _day(top, "ValDt")
    doubts = [said for said in (warning, _own_sign(amount, sign), doubt, another) if said]
    name, other_account = _party(agreed, "Dbtr" if (signed > 0) != reversal else "Cdtr")
    row = Row(
        entry.line_no,
        signed,
        currency,
        entry.raw,
        statement_no,
        account,
        statement_id,
        reversal,
        booked,
        valued,
        utc(top["BookgDt/DtTm"]) if "BookgDt/DtTm" in top else None,
        *_kind(top, agreed),
        STATUSES[status],
        agreed.get("Refs/EndToEndId"),
        top.get("AcctSvcrRef") or agreed.get("Refs/AcctSvcrRef"),
        agreed.get("RmtInf/Strd/CdtrRefInf/Ref") or agreed.get("RmtInf/Strd/CdtrRefInf/CdtrRef"),
        agreed.get("RtrInf/OrgnlEndToEndId"),
        name,
        other_account,
        " ".join(dict.fromkeys([" ".join(text.split()) for text in entry.words])) or None,
        _attributes(entry, agreed, doubts),
    )
    if "AmtDtls/" in entry.raw:
        row = _exchange(row, entry)
    return _charges(row, entry.charges) if entry.charges else row


def _status(top: dict[str, str]) -> str:
    return (top.get("Sts/Cd") or top.get("Sts") or top.get("Sts/Prtry") or "BOOK").upper()


def _doubt(amount: Decimal | None, sign: str | None, currency: str | None) -> tuple[str, str, str]:
    """Why an entry cannot be taken: the element, a code, the reason."""
    if amount is None:
        return "Amt", "amount", "this is no amount"
    if sign not in SIGNS:
        return "CdtDbtInd", "sign", "an entry is CRDT or DBIT"
    if not currency or not is_currency(currency):
        return "Amt@Ccy", "currency", "this is no currency of ISO 4217"
    return "Sts", "status", f"the status of an entry is one of {', '.join(STATUSES)}"


def original_text(group: Group) -> str:
    """Every text of a group by path as JSON text, repeated paths and groups inside as lists."""
    fields = [(path, encode_basestring(value)) for path, value in group.leaves]
    return json_object(fields + [(inner.tag, original_text(inner)) for inner in group.groups])


def json_object(fields: list[tuple[str, str]]) -> str:
    """An object of names and JSON texts; those of one name become a list."""
    if len(dict(fields)) < len(fields):
        lists: dict[str, list[str]] = {}
        for path, text in fields:
            lists.setdefault(path, []).append(text)
        fields = [(path, one[0] if len(one) == 1 else f"[{','.join(one)}]") for path, one in lists.items()]
    return "{" + ",".join([f'"{path}":{text}' for path, text in fields]) + "}"


def _agreed(texts: list[dict[str, str]]) -> dict[str, str]:
    """The text at each path where all details that have one agree; absent by name counts as none."""
    if len(texts) == 1:
        (text,) = texts
        if _ABSENT.isdisjoint(text.values()):
            return text
        return {path: said for path, said in text.items() if said not in _ABSENT}
    agreed: dict[str, str] = {}
    doubted: set[str] = set()
    for text in texts:
        for path, said in text.items():
            if said not in _ABSENT and agreed.setdefault(path, said) != said:
                doubted.add(path)
    return {path: said for path, said in agreed.items() if path not in doubted}


def _day(top: dict[str, str], name: str) -> tuple[date | None, str | None]:
    """The day of an element, and a warning if there is no such day."""
    said = top.get(f"{name}/Dt") or top.get(f"{name}/DtTm") or top.get(name)
    found = day(said) if said else None
    return found, f"{name} {said} does not exist" if said and found is None else None


def _kind(top: dict[str, str], agreed: dict[str, str]) -> tuple[str, str | None]:
    """The canonical type and the codes that it comes from."""
    return kind_of(*[top.get(path) or agreed.get(path) for path in _CODES])


def _party(agreed: dict[str, str], role: str) -> tuple[str | None, str | None]:
    """Name and account of the other side: who pays a credit, who is paid by a debit.

    A reversal keeps the roles of what it undoes.
    """
    names, accounts = _PARTIES[role]
    name = next((agreed[path] for path in names if path in agreed), None)
    return name, next((agreed[path] for path in accounts if path in agreed), None)


def _exchange(row: Row, entry: Entry) -> Row:
    """The row with the original amount and the rate of exchange."""
    for place in (entry.top, *entry.details) if len(entry.details) == 1 else (entry.top,):
        said, code = place.get("AmtDtls/InstdAmt/Amt"), place.get("AmtDtls/InstdAmt/Amt@Ccy")
        amount, _ = stored(said or "")
        if amount is not None and code and (code != row.currency or amount != abs(row.amount)):
            row = row._replace(original_amount=amount.copy_sign(row.amount), original_currency=code)
        for name in ("InstdAmt", "TxAmt", "CntrValAmt"):
            rate, _ = stored(place.get(f"AmtDtls/{name}/CcyXchg/XchgRate", ""))
            if rate is not None and rate < 100_000 and row.fx_rate is None:
                row = row._replace(fx_rate=rate)
    return row


def _charges(row: Row, records: list[dict[str, str]]) -> Row:
    """The row with its fees by part; those inside the amount also make gross and net."""
    parts: list[dict[str, object]] = []
    inside = _ZERO
    for said in records:
        amount, _ = stored(said.get("Amt", ""))
        code = said.get("Amt@Ccy") or row.currency
        if amount is None or not amount:
            continue
        amount *= SIGNS.get(said.get("CdtDbtInd", "DBIT"), -1)
        kind = said.get("Tp/Cd") or said.get("Tp/Prtry/Id") or "charges"
        parts.append({"kind": kind, "amount": amount, "currency": code})
        if said.get("ChrgInclInd", "").lower() in _TRUE and code == row.currency:
            inside += amount
    if inside:
        row = row._replace(gross=row.amount - inside, fee=inside, net=row.amount)
    return row._replace(fee_parts=parts) if parts else row


def _attributes(entry: Entry, agreed: dict[str, str], doubts: list[str]) -> dict[str, str] | None:
    top, details = entry.top, entry.details
    found = {name: agreed[path] for path, name in _ATTRIBUTES if path in agreed}
    found |= {name: top[path] for path, name in _ENTRY_ATTRIBUTES if path in top}
    if len(details) > 1:
        found["details"] = str(len(details))
        ids = dict.fromkeys(text["Refs/EndToEndId"] for text in details if "Refs/EndToEndId" in text)
        if len(ids) > 1:
            found["end_to_end_ids"] = " ".join(list(ids)[:DETAILS_IN_WORDS])
    if doubts:
        found["warning"] = "; ".join(doubts)
    return found or None
