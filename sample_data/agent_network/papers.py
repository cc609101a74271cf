"""The files of the story: book and switch by month, what is known of payees, adjustments by hand."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sample_data.agent_network.book import Sale
from sample_data.agent_network.world import (
    AGENTS,
    ALWAYS,
    GOALS,
    LAST_DAYS,
    NO_TAX_ID,
    ON_HOLD,
    SMALL,
    STARS,
    TARGET_BONUS,
    people,
    terminals,
)
from sample_data.payday import text

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
        ADJUSTMENTS: _csv(
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
    return _csv(header, rows)


def _switch(sales: Iterable[Sale]) -> bytes:
    header = ("reference", "kind", "terminal", "amount", "fee", "settled_at")
    return _csv(
        header,
        [
            (one.reference, one.kind, one.terminal, text(one.value), text(one.switch_fee), _at(one.at))
            for one in sales
        ],
    )


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _facts() -> bytes:
    rows: list[tuple[str, ...]] = []
    for number, agent in enumerate(AGENTS, start=1):
        rows.append((agent, "word", "name", f"Agent {number:02} Ventures", "", ""))
        rows.append((agent, "word", "bank_account", f"30{number:08}", "", ""))
        if agent not in NO_TAX_ID:
            rows.append((agent, "word", "tax_id", f"TIN-{number:06}", "", ""))
        if agent in SMALL:
            rows.append((agent, "word", "size", "small", "", ""))
    rows += [(one.who, "owns", "terminal", one.value, *_days(one.first, one.last)) for one in terminals()]
    for level, dated in people().items():
        rows += [(one.who, "person", level, one.value, *_days(one.first, one.last)) for one in dated]
    rows.append((ON_HOLD.who, "hold", ON_HOLD.value, "", *_days(ON_HOLD.first, ON_HOLD.last)))
    for who, months in GOALS.items():
        rows.append((who, "figure", "target_bonus", text(TARGET_BONUS), "", ""))
        for goals, days in zip(months, MONTHS_OF_FIGURES[1:], strict=True):
            rows += [(who, "figure", goal, str(percent), *_days(*days)) for goal, percent in goals.items()]
    for who, stars in STARS.items():
        for (count, volume), days in zip(stars, MONTHS_OF_FIGURES, strict=True):
            rows.append((who, "figure", "network_terminals", str(count), *_days(*days)))
            rows.append((who, "figure", "network_volume", text(volume), *_days(*days)))
    return _csv(("payee", "what", "name", "value", "from", "until"), rows)


def _days(first: date, last: date) -> tuple[str, str]:
    """The days as the file writes them; empty for what always was or still is."""
    return ("" if first == ALWAYS[0] else first.isoformat()), ("" if last == ALWAYS[1] else last.isoformat())


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")
