"""The files of the story: order book, proofs and bank statements by month, changes of the last evening of October."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sample_data.payday import text
from sample_data.reseller_topup.book import CHANGES_ON, DAY, SETTLED_ON, TAKEN_BACK_LATE, Order
from sample_data.reseller_topup.registry import files as registry_files
from sample_data.reseller_topup.world import LAST_DAYS, MONTHS, PERIODS, RESELLERS
from sample_data.tables import csv_bytes

OPENING = {"NGN": 412_650_000, "KES": 96_311_500}
"""Balances on the first of October, in minor units."""
CHARGE = {"NGN": -5_375, "KES": -3_000}
"""What each bank charges at the end of a month."""
UNKNOWN = ("2026-10-13", "FT26286UNKNWN", 25_000_00)
"""A credit that nobody announced."""
EVENING = "2026-10-31-evening"
"""What arrives on the last evening of October, after the desk has approved."""
Row = tuple[str, ...]


def files(orders: Sequence[Order]) -> dict[str, bytes]:
    """Every file by its path; what arrives after October lies in `later/`."""
    found = {f"later/{EVENING}/orders_{EVENING}.csv": _orders(_changes(orders))}
    for month, period in enumerate(PERIODS):
        folder = f"data/{period}" if month == 0 else f"later/{period}"
        own = [one for one in orders if one.month == month]
        settled = [one for one in orders if month and one.population == "reusing"]
        cancelled = [_order(one, "CANCEL", SETTLED_ON) for one in settled]
        found[f"{folder}/orders_{period}.csv"] = _orders([*(_order(one) for one in own), *cancelled])
        withdrawn = [_proof(one, "WITHDRAWN", SETTLED_ON) for one in settled]
        uploaded = [_proof(one) for one in own if one.sent is not None]
        found[f"{folder}/proofs_{period}.csv"] = _proofs([*uploaded, *withdrawn])
    for currency in OPENING:
        for period, content in _bank(orders, currency).items():
            folder = f"data/{period}" if period == PERIODS[0] else f"later/{period}"
            found[f"{folder}/bank_{currency.lower()}_{period}.csv"] = content
    return found | registry_files()


def _changes(orders: Sequence[Order]) -> list[Row]:
    """Cancelled orders of the evening; one is placed again under its number, for half as much."""
    rows = []
    for one in orders:
        if one.population in {"cancelled", "changed"}:
            rows.append(_order(one, "CANCEL", CHANGES_ON))
        if one.population == "changed":
            rows.append(_order(one, "ORDER", CHANGES_ON + timedelta(minutes=2), part=2))
    return rows


def _order(one: Order, kind: str = "ORDER", at: datetime | None = None, part: int = 1) -> Row:
    sign = -1 if kind == "CANCEL" else 1
    what = (one.number, kind, _at(at or one.at), one.reseller, "coins", str(one.units // part), one.currency)
    return (*what, text(sign * one.asked // part))


def _proof(one: Order, kind: str = "UPLOADED", at: datetime | None = None) -> Row:
    sign = -1 if kind == "WITHDRAWN" else 1
    who = (f"P{one.number[1:]}", kind, one.number, one.uploaded_by, _at(at or one.at + timedelta(minutes=9)))
    return (*who, one.day.isoformat(), one.reference, one.image, one.paid_in, text(sign * (one.sent or 0)))


def _orders(rows: Iterable[Row]) -> bytes:
    header = ("order", "kind", "placed_at", "reseller", "product", "units", "currency", "amount")
    return csv_bytes(header, rows)


def _proofs(rows: Iterable[Row]) -> bytes:
    header = ("proof", "kind", "order", "reseller", "uploaded_at", "transferred_on", "bank_reference", "image",
              "currency", "amount")  # fmt: skip
    return csv_bytes(header, rows)


def _bank(orders: Sequence[Order], currency: str) -> dict[str, bytes]:
    """The statements of an account, a file a month."""
    lines: list[tuple[date, str, str, str, str, int]] = []
    for one in orders:
        if one.paid_in != currency or one.credited_on is None or one.sent is None:
            continue
        name = RESELLERS[one.reseller].title.upper() if one.reseller in RESELLERS else "M. UNKNOWN"
        lines.append((one.credited_on, one.reference, "TRANSFER", name, f"COINS {one.number}", one.sent))
        back = {"reversed": one.credited_on + 2 * DAY, "reversed_later": TAKEN_BACK_LATE}.get(one.population)
        if back is not None:
            lines.append((back, one.reference, "REVERSAL", name, "RECALLED BY SENDER", -one.sent))
    if currency == "NGN":
        day, reference, amount = UNKNOWN
        lines.append((date.fromisoformat(day), reference, "TRANSFER", "T. ALABI", "NO TEXT", amount))
    lines += [(last, f"CHG{last:%Y%m}", "CHARGE", "", "ACCOUNT CHARGE", CHARGE[currency]) for last in LAST_DAYS]
    header = ("booked", "reference", "kind", "party", "text", "amount", "balance")
    balance, found = OPENING[currency], dict[str, list[Row]]()
    for booked, reference, kind, name, words, amount in sorted(lines):
        if booked > LAST_DAYS[1]:
            continue
        balance += amount
        period = PERIODS[booked >= MONTHS[1]]
        row = (booked.isoformat(), reference, kind, name, words, text(amount), text(balance))
        found.setdefault(period, []).append(row)
    return {period: csv_bytes(header, rows) for period, rows in found.items()}


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
