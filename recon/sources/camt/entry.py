"""One entry (`Ntry`) of a CAMT document and its transaction details as a canonical entry."""

from decimal import Decimal
from json.encoder import encode_basestring
from typing import Final

from recon.model.money import is_currency
from recon.sources.camt.kinds import STATUSES, entry_type
from recon.sources.camt.values import SIGNS, day, stored, utc
from recon.sources.camt.xml import Group
from recon.sources.reader import Refused, Row

_ABSENT: Final = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF"})
_DETAILS_IN_WORDS: Final = 20
"""Transaction details whose texts go to `remittance`; all of them stay in `raw`."""
_WORDS: Final = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
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
_ZERO: Final = Decimal(0)


def row_of(entry: Group, account_currency: str | None) -> Row | Refused:
    """The row of an entry, or why it cannot be one; the caller adds account and statement."""
    top = entry.texts()
    details = [group for group in entry.groups if group.tag == "TxDtls"]
    texts = [detail.texts() for detail in details]
    agreed = _agreed(texts)
    raw = original_text(entry)
    amount, warning = stored(top.get("Amt", ""))
    currency = top.get("Amt@Ccy") or account_currency
    if refusal := _doubt(top, amount, currency):
        name, code, reason = refusal
        return Refused(entry.line_no, name, top.get(name), code, reason, raw)
    row = Row(
        line_no=entry.line_no,
        amount=(amount or _ZERO) * SIGNS[top["CdtDbtInd"]],
        currency=currency or "",
        raw=raw,
        is_reversal=top.get("RvslInd", "").lower() in {"true", "1"},
        status=STATUSES[_status(top)],
        ref_bank=top.get("AcctSvcrRef") or agreed.get("Refs/AcctSvcrRef"),
        ref_end_to_end=agreed.get("Refs/EndToEndId"),
        ref_merchant=agreed.get("RmtInf/Strd/CdtrRefInf/Ref") or agreed.get("RmtInf/Strd/CdtrRefInf/CdtrRef"),
        ref_original=agreed.get("RtrInf/OrgnlEndToEndId"),
        remittance=_remittance(entry, details, texts),
    )
    doubts = [warning, _times(row, top)]
    _kind(row, top, agreed)
    _party(row, agreed)
    _exchange(row, top, texts)
    _charges(row, entry, details)
    row.attributes = _attributes(top, texts, agreed, [doubt for doubt in doubts if doubt])
    return row


def _status(top: dict[str, str]) -> str:
    return top.get("Sts/Cd") or top.get("Sts") or top.get("Sts/Prtry") or "BOOK"


def _doubt(top: dict[str, str], amount: Decimal | None, currency: str | None) -> tuple[str, str, str] | None:
    """Why an entry cannot be taken: the element, a code, the reason."""
    if amount is None:
        return "Amt", "amount", "this is no amount"
    if top.get("CdtDbtInd") not in SIGNS:
        return "CdtDbtInd", "sign", "an entry is CRDT or DBIT"
    if not currency or not is_currency(currency):
        return "Amt@Ccy", "currency", "this is no currency of ISO 4217"
    if _status(top) not in STATUSES:
        return "Sts", "status", f"the status of an entry is one of {', '.join(STATUSES)}"
    return None


def original_text(group: Group) -> str:
    """Every text of a group by path as JSON text, repeated paths and groups inside as lists."""
    fields = [(path, encode_basestring(value)) for path, value in group.leaves]
    fields += [(inner.tag, original_text(inner)) for inner in group.groups]
    if len(dict(fields)) < len(fields):
        lists: dict[str, list[str]] = {}
        for path, text in fields:
            lists.setdefault(path, []).append(text)
        fields = [(path, one[0] if len(one) == 1 else f"[{','.join(one)}]") for path, one in lists.items()]
    return "{" + ",".join([f'"{path}":{text}' for path, text in fields]) + "}"


def _agreed(texts: list[dict[str, str]]) -> dict[str, str]:
    """The text at each path where all details that have one agree; absent by name counts as none."""
    if len(texts) == 1:
        return {path: said for path, said in texts[0].items() if said not in _ABSENT}
    agreed: dict[str, str] = {}
    doubted: set[str] = set()
    for text in texts:
        for path, said in text.items():
            if said not in _ABSENT and agreed.setdefault(path, said) != said:
                doubted.add(path)
    return {path: said for path, said in agreed.items() if path not in doubted}


def _times(row: Row, top: dict[str, str]) -> str | None:
    """Set the dates; returns a warning for those that do not exist."""
    doubts = []
    for name, column in (("BookgDt", "booking_date"), ("ValDt", "value_date")):
        said = top.get(f"{name}/Dt") or top.get(f"{name}/DtTm") or top.get(name)
        if said:
            found = day(said)
            setattr(row, column, found)
            if found is None:
                doubts.append(f"{name} {said} does not exist")
    row.event_time = utc(top.get("BookgDt/DtTm", ""))
    return "; ".join(doubts) or None


def _kind(row: Row, top: dict[str, str], agreed: dict[str, str]) -> None:
    names = ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd", "Prtry/Cd")
    codes = [top.get(f"BkTxCd/{name}") or agreed.get(f"BkTxCd/{name}") for name in names]
    iso = "/".join(code for code in codes[:3] if code)
    row.type_raw = " ".join(part for part in (iso, codes[3]) if part) or None
    row.type = entry_type(*codes[:3])


def _party(row: Row, agreed: dict[str, str]) -> None:
    """The other side: who pays a credit, who is paid by a debit; a reversal keeps the roles of what it undoes."""
    role = "Dbtr" if (row.amount > 0) != row.is_reversal else "Cdtr"
    for path in (f"{role}/Nm", f"{role}/Pty/Nm", f"Ultmt{role}/Nm", f"Ultmt{role}/Pty/Nm"):
        row.counterparty_name = row.counterparty_name or agreed.get(f"RltdPties/{path}")
    for path in ("IBAN", "Othr/Id", "BBAN"):
        row.counterparty_account = row.counterparty_account or agreed.get(f"RltdPties/{role}Acct/Id/{path}")


def _exchange(row: Row, top: dict[str, str], texts: list[dict[str, str]]) -> None:
    for place in (top, *texts[:1]) if len(texts) == 1 else (top,):
        said, code = place.get("AmtDtls/InstdAmt/Amt"), place.get("AmtDtls/InstdAmt/Amt@Ccy")
        amount, _ = stored(said or "")
        if amount is not None and code and (code != row.currency or amount != abs(row.amount)):
            row.original_amount, row.original_currency = amount.copy_sign(row.amount), code
        for name in ("InstdAmt", "TxAmt", "CntrValAmt"):
            rate, _ = stored(place.get(f"AmtDtls/{name}/CcyXchg/XchgRate", ""))
            if rate is not None and rate < 100_000 and row.fx_rate is None:
                row.fx_rate = rate


def _charges(row: Row, entry: Group, details: list[Group]) -> None:
    """Fees by part; those inside the amount also make gross and net."""
    blocks = [group for group in entry.groups if group.tag == "Chrgs"]
    if not blocks and len(details) == 1:
        blocks = [group for group in details[0].groups if group.tag == "Chrgs"]
    parts: list[dict[str, object]] = []
    inside = Decimal(0)
    for record in (record for block in blocks for record in (block.groups or [block])):
        said = record.texts()
        amount, _ = stored(said.get("Amt", ""))
        code = said.get("Amt@Ccy") or row.currency
        if amount is None or not amount:
            continue
        amount *= SIGNS.get(said.get("CdtDbtInd", "DBIT"), -1)
        kind = said.get("Tp/Cd") or said.get("Tp/Prtry/Id") or "charges"
        parts.append({"kind": kind, "amount": amount, "currency": code})
        if said.get("ChrgInclInd", "").lower() in {"true", "1"} and code == row.currency:
            inside += amount
    if parts:
        row.fee_parts = parts
    if inside:
        row.gross, row.fee, row.net = row.amount - inside, inside, row.amount


def _remittance(entry: Group, details: list[Group], texts: list[dict[str, str]]) -> str | None:
    """Every text for the account owner, unstructured first, each once."""
    said: list[str] = []
    for detail, has in list(zip(details, texts, strict=True))[:_DETAILS_IN_WORDS]:
        for path in _WORDS:
            if path in has:
                said += detail.every(path)
    said += entry.every("AddtlNtryInf")
    return " ".join(dict.fromkeys([" ".join(text.split()) for text in said])) or None


def _attributes(
    top: dict[str, str], texts: list[dict[str, str]], agreed: dict[str, str], doubts: list[str]
) -> dict[str, str] | None:
    found = {name: said for path, name in _ATTRIBUTES if (said := agreed.get(path))}
    found |= {name: top[path] for path, name in _ENTRY_ATTRIBUTES if path in top}
    if len(texts) > 1:
        found["details"] = str(len(texts))
        ids = dict.fromkeys(text["Refs/EndToEndId"] for text in texts if "Refs/EndToEndId" in text)
        if len(ids) > 1:
            found["end_to_end_ids"] = " ".join(list(ids)[:_DETAILS_IN_WORDS])
    if doubts:
        found["warning"] = "; ".join(doubts)
    return found or None
