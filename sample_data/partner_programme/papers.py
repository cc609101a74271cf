"""The files of the story: tracker and shop by month, the treasury's rates, adjustments by hand."""

from collections.abc import Iterable, Sequence

from sample_data.partner_programme.book import Sale
from sample_data.partner_programme.world import (
    AFFILIATES,
    FIRST_DAYS,
    FX,
    LAST_DAYS,
    PERIODS,
    REFERRERS,
    month_of,
)
from sample_data.payday import text
from sample_data.tables import csv_bytes

BY_HAND = (
    (
        "affiliates_usd",
        "list-maple",
        4_000,
        "bonus",
        "first quarter as a partner",
        "s.vries",
        "m.osei",
        "2026-11",
    ),
    (
        "affiliates_eur",
        "deals-kiosk",
        -6_150,
        "fraud",
        "orders of a test account",
        "s.vries",
        "m.osei",
        "2026-12",
    ),
    ("referrals", "studio-fjord", 7_500, "bonus", "case study", "s.vries", "m.osei", "2026-12"),
)
"""Adjustments: plan, payee, cents, reason, description, author, approver, period."""


def files(sales: Sequence[Sale]) -> dict[str, bytes]:
    """Every file by its path; what arrives after October lies in `later/`."""
    found = {}
    for month, period in enumerate(PERIODS):
        folder = f"data/{period}" if month == 0 else f"later/{period}"
        own = [sale for sale in sales if month_of(sale.day) == month]
        came = [sale for sale in sales if collected_in(sale) == month]
        found[f"{folder}/tracker_{period}.csv"] = _tracker(own)
        found[f"{folder}/shop_{period}.csv"] = _shop(came)
    found["configs/partners/facts/partners.csv"] = _facts()
    header = ("plan", "payee", "amount", "reason", "description", "author", "approver", "period")
    rows = [[*one[:2], text(one[2]), *one[3:]] for one in BY_HAND]
    found["configs/partners/adjustments/adjustments.csv"] = csv_bytes(header, rows)
    return found


def collected_in(sale: Sale) -> int | None:
    """The month in which the shop reports a row; None for what it never collects."""
    if sale.population == "never_collected":
        return None
    return month_of(sale.day) + (1 if sale.population == "late" else 0)


def _tracker(sales: Iterable[Sale]) -> bytes:
    header = ("order", "kind", "undoes", "partner", "programme", "currency", "amount", "day")
    rows = []
    for one in sales:
        what = (one.order, one.kind, one.undoes, one.partner, one.programme, one.currency)
        rows.append((*what, text(one.amount), one.day.isoformat()))
    return csv_bytes(header, rows)


def _shop(sales: Iterable[Sale]) -> bytes:
    header = ("order", "kind", "undoes", "currency", "amount", "day")
    return csv_bytes(
        header,
        [
            (one.order, one.kind, one.undoes, one.currency, text(one.amount), one.day.isoformat())
            for one in sales
        ],
    )


def iban(number: int) -> str:
    """An account of the story's own bank, with the check digits that ISO 13616 wants."""
    account = f"TIDE{number:010}"
    digits = "".join(str(int(letter, 36)) for letter in f"{account}NL00")
    return f"NL{98 - int(digits) % 97:02}{account}"


def _facts() -> bytes:
    rows: list[tuple[str, ...]] = []
    for number, who in enumerate((*AFFILIATES, *REFERRERS), start=1):
        rows.append((who, "word", "name", who.replace("-", " ").title(), "", ""))
        rows.append((who, "word", "bank_account", iban(number), "", ""))
    for who in REFERRERS:
        for rate, first, last in zip(FX, FIRST_DAYS, LAST_DAYS, strict=True):
            rows.append((who, "figure", "fx_rate", text(int(rate * 100)), first.isoformat(), last.isoformat()))
    return csv_bytes(("payee", "what", "name", "value", "from", "until"), rows)
