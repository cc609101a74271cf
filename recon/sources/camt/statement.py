"""One statement, report or notification of a CAMT document: its balances, its totals, what they amount to."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from recon.sources.bank import BankStatement
from recon.sources.camt.elements import Group
from recon.sources.camt.values import SIGNS, day, exact, stored
from recon.sources.reader import Row

_ZERO: Final = Decimal(0)
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance by its code (OPBD, CLBD, ...); the amount is signed, a credit balance plus."""

    code: str
    amount: Decimal
    currency: str | None
    day: str | None


@dataclass(slots=True)
class Tally:
    """What the entries of one statement amount to, by currency and side; `open` counts those not booked."""

    counts: dict[str, int] = field(default_factory=lambda: {"CRDT": 0, "DBIT": 0})
    sums: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    open: int = 0

    def add(self, row: Row) -> None:
        """Count one entry."""
        side = "DBIT" if row.amount.is_signed() else "CRDT"
        self.counts[side] += 1
        place = (row.currency, side)
        self.sums[place] = self.sums.get(place, _ZERO) + abs(row.amount)
        self.open += row.status != "booked"


def balance_of(group: Group) -> Balance | None:
    """The balance that a `Bal` element says, or None if it says no amount or sign."""
    said = group.texts()
    amount, _ = stored(said.get("Amt", ""))
    sign = SIGNS.get(said.get("CdtDbtInd", "CRDT"))
    if amount is None or sign is None:
        return None
    code = said.get("Tp/CdOrPrtry/Cd") or said.get("Tp/Cd") or said.get("Tp/CdOrPrtry/Prtry") or ""
    return Balance(code, amount * sign, said.get("Amt@Ccy") or None, said.get("Dt/Dt") or said.get("Dt/DtTm"))


def account_of(header: dict[str, str]) -> str | None:
    """The account of a statement: IBAN, or whatever other identification it has."""
    paths = ("IBAN", "Othr/Id", "BBAN", "PrtryAcct/Id", "UPIC")
    return next((header[f"Acct/Id/{path}"] for path in paths if f"Acct/Id/{path}" in header), None)


def currency_of(header: dict[str, str]) -> str | None:
    """The currency that the account of a statement is kept in; some banks write it in small letters."""
    return header.get("Acct/Ccy", "").upper() or None


def statement_of(group: Group, balances: list[Balance], tally: Tally) -> BankStatement:
    """The statement of a container whose balances and entries have been read."""
    header = group.texts()
    kept_in = currency_of(header)
    opening = _first(balances, _OPENING, kept_in)
    closing = _first(balances, _CLOSING, opening.currency if opening else kept_in)
    currency = opening.currency if opening else kept_in or (closing.currency if closing else None)
    flipped = opening and closing and opening.currency != closing.currency
    booked_only = not tally.open
    comparable = booked_only and len({code for code, _ in tally.sums}) < 2
    return BankStatement(
        statement_no=group.number,
        statement_id=header.get("Id"),
        account=account_of(header),
        currency=currency or _only(tally),
        period_from=_day(header, "FrToDt/FrDtTm", "FrToDt/FrDt", opening),
        period_to=_day(header, "FrToDt/ToDtTm", "FrToDt/ToDt", closing),
        opening=opening.amount if opening else None,
        closing=closing.amount if closing else None,
        stated_entries=_count(header, "TtlNtries") if booked_only else None,
        stated_credits=_total(header, "TtlCdtNtries/Sum") if comparable else None,
        stated_debits=_total(header, "TtlDbtNtries/Sum") if comparable else None,
        control_ok=False if flipped else _control(header, tally),
        closing_currency=closing.currency if closing and flipped else None,
        other_balances=_others(balances, {said.currency for said in (opening, closing) if said}),
    )


def _others(
    balances: list[Balance], known: set[str | None]
) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    """Opening and closing balance in each currency but the known ones, for accounts kept in several."""
    codes = {said.currency: None for said in balances if said.code in {*_OPENING, *_CLOSING}}
    pairs = {
        code: [
            next(
                (
                    said.amount
                    for kind in kinds
                    for said in balances
                    if (said.code, said.currency) == (kind, code)
                ),
                None,
            )
            for kinds in (_OPENING, _CLOSING)
        ]
        for code in codes
        if code and code not in known
    }
    return {code: (opening, closing) for code, (opening, closing) in pairs.items()}


def _first(balances: list[Balance], codes: tuple[str, ...], currency: str | None) -> Balance | None:
    """The first balance by the codes in their order, one in the account's currency before others."""
    found = [balance for code in codes for balance in balances if balance.code == code]
    return next((balance for balance in found if balance.currency == currency), found[0] if found else None)


def _day(header: dict[str, str], time: str, plain: str, balance: Balance | None) -> date | None:
    said = header.get(time) or header.get(plain) or (balance.day if balance else None)
    return day(said) if said else None


def _only(tally: Tally) -> str | None:
    codes = {code for code, _ in tally.sums}
    return codes.pop() if len(codes) == 1 else None


def _count(header: dict[str, str], name: str) -> int | None:
    text = header.get(f"TxsSummry/{name}/NbOfNtries", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _total(header: dict[str, str], path: str) -> Decimal | None:
    return stored(header.get(f"TxsSummry/{path}", ""))[0]


def _control(header: dict[str, str], tally: Tally) -> bool | None:
    """Whether all stated totals are those of the entries; None when none is stated.

    Sums are compared only where the entries have one currency: a sum over two is no amount.
    """
    checks = []
    credits_, debits = tally.counts["CRDT"], tally.counts["DBIT"]
    for name, count in (("TtlNtries", credits_ + debits), ("TtlCdtNtries", credits_), ("TtlDbtNtries", debits)):
        if f"TxsSummry/{name}/NbOfNtries" in header:
            checks.append(_count(header, name) == count)
    currency = _only(tally)
    if currency or not tally.sums:
        plus, minus = (tally.sums.get((currency or "", side), _ZERO) for side in ("CRDT", "DBIT"))
        sums = {"TtlNtries/Sum": plus + minus, "TtlCdtNtries/Sum": plus, "TtlDbtNtries/Sum": minus}
        for net in ("TtlNtries/TtlNetNtryAmt", "TtlNtries/TtlNetNtry/Amt"):
            sums[net] = abs(plus - minus)
        for path, amount in sums.items():
            if f"TxsSummry/{path}" in header:
                checks.append(exact(header[f"TxsSummry/{path}"]) == amount)
    return all(checks) if checks else None
