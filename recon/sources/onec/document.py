"""One payment document of a 1C exchange file as the entries of the accounts that it moves."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from recon.sources.bank import BankOptions, original_json, signed_amount
from recon.sources.onec.section import currency_of, day_of
from recon.sources.reader import Refused, Row

_PAYMENTS: Final = frozenset(
    {"платежное поручение", "платёжное поручение", "платежное требование", "инкассовое поручение"}
)
_ATTRIBUTES: Final = {
    "СекцияДокумент": "document", "Номер": "number", "Дата": "document_date", "Код": "uin",
    "ВидПлатежа": "payment_kind", "ВидОплаты": "operation_kind", "Очередность": "priority",
}  # fmt: skip
_PURPOSE: Final = ("НазначениеПлатежа", *(f"НазначениеПлатежа{number}" for number in range(1, 7)))
PAYS: Final = "Плательщик"
RECEIVES: Final = "Получатель"
_OTHER: Final = {PAYS: RECEIVES, RECEIVES: PAYS}
_MOVED: Final = {PAYS: "ДатаСписано", RECEIVES: "ДатаПоступило"}


def rows_of(
    said: Mapping[str, str], line_no: int, accounts: Collection[str], options: BankOptions
) -> list[Row] | Refused:
    """The entries of a document: one for each account of the file that it moves, or why it cannot be taken.

    Where the file names no account of its own, the date of debit or credit tells the direction.
    """
    raw = original_json(said)
    text = said.get("Сумма", "")
    amount = signed_amount(text)
    if amount is None or amount < 0:
        return Refused(line_no, "Сумма", text or None, "amount", "this is no amount", raw)
    sides = [side for side in (PAYS, RECEIVES) if account_of(said, side) in accounts]
    if not accounts:
        sides = [side for side in (PAYS, RECEIVES) if said.get(_MOVED[side])]
        sides = sides if len(sides) == 1 else []
    if not sides:
        reason = "neither the payer's account nor the receiver's is an account of this file"
        return Refused(line_no, "РасчСчет", account_of(said, PAYS) or None, "direction", reason, raw)
    rows: list[Row] = []
    for position, side in enumerate(sides):
        account = account_of(said, side)
        currency = currency_of(account) or options.currency
        if not currency:
            reason = "the account number tells no currency; state `currency:` in the source's layout"
            return Refused(line_no, "РасчСчет", account or None, "currency-missing", reason, raw)
        rows.append(
            _row(said, raw, line_no + position, side, amount if side == RECEIVES else -amount, currency)
        )
    return rows


def account_of(said: Mapping[str, str], side: str) -> str:
    """The account of the payer or the receiver."""
    return said.get(f"{side}РасчСчет") or said.get(f"{side}Счет") or ""


def _row(said: Mapping[str, str], raw: str, line_no: int, side: str, amount: Decimal, currency: str) -> Row:
    other = _OTHER[side]
    moved = said.get(_MOVED[side], "")
    day = day_of(moved or said.get("Дата", ""))
    purpose = [said[name] for name in _PURPOSE if said.get(name)]
    return Row(
        line_no=line_no,
        amount=amount,
        currency=currency,
        raw=raw,
        account=account_of(said, side) or None,
        booking_date=day,
        type="payment" if said.get("СекцияДокумент", "").lower() in _PAYMENTS else "other",
        type_raw=said.get("СекцияДокумент") or None,
        ref_end_to_end=said.get("Номер") or None,
        counterparty_name=said.get(f"{other}1") or said.get(other) or None,
        counterparty_account=account_of(said, other) or None,
        remittance=" ".join(" ".join(dict.fromkeys(purpose)).split()) or None,
        attributes=_attributes(said, side, dated=day is not None),
    )


def _attributes(said: Mapping[str, str], side: str, *, dated: bool) -> dict[str, str] | None:
    other, moved = _OTHER[side], said.get(_MOVED[side], "")
    found = {name: said[key] for key, name in _ATTRIBUTES.items() if said.get(key)}
    if tax_id := said.get(f"{other}ИНН"):
        found["counterparty_tax_id"] = tax_id
    if bic := said.get(f"{other}БИК"):
        found["bank"] = bic
    if not dated:
        found["warning"] = f"date {moved or said.get('Дата', '')} does not exist".replace("  ", " ")
    elif not moved:
        found["warning"] = f"no {_MOVED[side]}: the document's own date is taken"
    return found or None
