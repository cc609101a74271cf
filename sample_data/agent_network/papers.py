"""The files of the story: book and switch by month, what is known of payees, adjustments by hand."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sample_data.agent_network.book import Sale
from sample_data.agent_network.registry import files as registry_files
from sample_data.agent_network.world import (
    ALWAYS,
    GOALS,
    LAST_DAYS,
    SMALL,
    STARS,
    TARGET_BONUS,
)
from sample_data.payday import text
from sample_data.tables import csv_bytes

FACTS, ADJUSTMENTS = "configs/partners/facts/network.csv", "configs/partners/adjustments/network.csv"
MONTHS_OF_FIGURES = (
    (date(2026, 9, 1), date(2026, 9, 30)), (date(2026, 10, 1), LAST_DAYS[0]), (date(2026, 11, 1), LAST_DAYS[1]),
)  # fmt: skip
BY_HAND = (
    (
        "agent_commission",
        "AG-04",
        50_000,
        "bonus",
        "best newcomer of the quarter",
        "n.eze",
        "f.bello",
        "2026-11",
    ),
    (
        "agent_commission",
        "AG-12",
        -30_000,
        "tracking error",
        "counted twice",
        "n.eze",
        "f.bello",
        "2026-11",
    ),
)
"""Adjustments: plan, payee, kobo, reason, description, author, approver, period."""


def files(sales: Sequence[Sale]) -> dict[str, bytes]:
    """Every file by its path; what arrives in November lies in `later/`."""
    october = [sale for sale in sales if sale.day <= LAST_DAYS[0]]
    november = [sale for sale in sales if sale.day > LAST_DAYS[0]]
    return {
        "data/2026-10/book_2026-10.csv": _book(october),
        "data/2026-10/switch_2026-10.csv": _switch(sale for sale in october if sale.population != "late"),
        "later/2026-11/book_2026-11.csv": _book(november),
        "later/2026-11/switch_2026-11.csv": _switch(
            one for one in november if one.population != "never_settled"
        ),
        "later/2026-11/switch_2026-10_late.csv": _switch(sale for sale in october if sale.population == "late"),
        FACTS: _facts(),
        **registry_files(),
        ADJUSTMENTS: csv_bytes(
            ("plan", "payee", "amount", "reason", "description", "author", "approver", "period"),
            [[*one[:2], text(one[2]), *one[3:]] for one in BY_HAND],
        ),
    }


def _book(sales: Iterable[Sale]) -> bytes:
    header = ("reference", "kind", "terminal", "product", "biller", "value", "customer_fee", "at")
    rows = []
    for one in sales:
        what = (one.reference, one.kind, one.terminal, one.product, one.biller)
        rows.append((*what, text(one.value), text(one.fee), _at(one.at)))
    return csv_bytes(header, rows)


def _switch(sales: Iterable[Sale]) -> bytes:
    header = ("reference", "kind", "terminal", "amount", "fee", "settled_at")
    return csv_bytes(
        header,
        [
            (one.reference, one.kind, one.terminal, text(one.value), text(one.switch_fee), _at(one.at))
            for one in sales
        ],
    )


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _facts() -> bytes:
    rows: list[tuple[str, ...]] = [(agent, "word", "size", "small", "", "") for agent in SMALL]
    for who, months in GOALS.items():
        rows.append((who, "figure", "target_bonus", text(TARGET_BONUS), "", ""))
        for goals, days in zip(months, MONTHS_OF_FIGURES[1:], strict=True):
            rows += [(who, "figure", goal, str(percent), *_days(*days)) for goal, percent in goals.items()]
    for who, stars in STARS.items():
        for (count, volume), days in zip(stars, MONTHS_OF_FIGURES, strict=True):
            rows.append((who, "figure", "network_terminals", str(count), *_days(*days)))
            rows.append((who, "figure", "network_volume", text(volume), *_days(*days)))
    return csv_bytes(("payee", "what", "name", "value", "from", "until"), rows)


def _days(first: date, last: date) -> tuple[str, str]:
    """The days as the file writes them; empty for what always was or still is."""
    return ("" if first == ALWAYS[0] else first.isoformat()), ("" if last == ALWAYS[1] else last.isoformat())
