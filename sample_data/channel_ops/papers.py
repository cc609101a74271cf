"""The files of Lantern Pay itself: its ledger, the registry of its merchants, and their tariffs."""

from collections.abc import Sequence
from typing import Final

from sample_data.channel_ops.bills import number
from sample_data.channel_ops.book import Sale
from sample_data.channel_ops.world import MERCHANTS, PERIODS
from sample_data.payday import text
from sample_data.tables import csv_bytes

REGISTRY: Final = "configs/partners/registry"
FACTS: Final = "configs/partners/facts/tariffs.csv"
HEAD: Final = (
    "order", "kind", "merchant", "channel", "channel_no", "product", "card_type", "currency", "listed", "paid",
    "campaign", "discount", "customer", "created_at", "undoes",
)  # fmt: skip


def files(book: Sequence[Sale]) -> dict[str, bytes]:
    """Every file by its path; what arrives in the second half lies in `later/`."""
    tables = {f"{REGISTRY}/{name}.csv": csv_bytes(head, rows) for name, (head, *rows) in _registry().items()}
    facts = [(one.code, "word", "pricing", one.pricing, "", "") for one in MERCHANTS]
    return {
        **{
            f"{'later' if at else 'data'}/{period}/ledger_{period[:10]}.csv": csv_bytes(
                HEAD, [_row(one) for one in book if one.half == at]
            )
            for at, period in enumerate(PERIODS)
        },
        **tables,
        FACTS: csv_bytes(("payee", "what", "name", "value", "from", "until"), facts),
    }


def _row(one: Sale) -> tuple[str, ...]:
    amounts = (text(one.listed), text(one.paid))
    return (
        one.order, one.kind, one.merchant, one.channel, _own(one), one.product, one.card, one.currency, *amounts,
        one.campaign, text(one.discount), one.customer, f"{one.at:%Y-%m-%d %H:%M:%S}",
        one.order if one.kind == "REFUND" else "",
    )  # fmt: skip


def _own(one: Sale) -> str:
    """The channel's number as the ledger has it; Alipay's refunds have none."""
    if one.channel == "wechat":
        return f"{'50' if one.paid < 0 else '42'}{number(one)}"
    if one.channel == "alipay":
        return "" if one.paid < 0 else f"2026{number(one)}0"
    return f"txn_{number(one)}" if one.channel == "card" else number(one)


def _registry() -> dict[str, list[Sequence[str]]]:
    """Merchants, who looks after them, and the accounts they are paid to."""
    partners: list[Sequence[str]] = [("partner", "kind", "name", "region", "country")]
    statuses: list[Sequence[str]] = [("partner", "status", "reason", "from", "until")]
    owners: list[Sequence[str]] = [("partner", "owner", "from", "until")]
    entities: list[Sequence[str]] = [("entity", "name", "country", "shared")]
    accounts: list[Sequence[str]] = [("entity", "currency", "scheme", "account", "bank", "holder")]
    payees: list[Sequence[str]] = [("partner", "entity")]
    for at, one in enumerate(MERCHANTS, start=1):
        region, person = ("Hangzhou", "AM-01") if at % 2 else ("Ningbo", "AM-02")
        partners.append((one.code, "merchant", one.name, region, "CN"))
        statuses.append((one.code, "active", "", "", ""))
        owners.append((one.code, person, "", ""))
        entities.append((f"PE-{one.code}", one.name, "CN", "no"))
        accounts.append((f"PE-{one.code}", "", "other", f"62220210010{at:08}", "102331000017", one.name))
        payees.append((one.code, f"PE-{one.code}"))
    people: list[Sequence[str]] = [
        ("person", "role", "name", "region"),
        ("AM-01", "account_manager", "W. Lin", "Hangzhou"),
        ("AM-02", "account_manager", "S. Zhao", "Ningbo"),
    ]
    return {
        "partners": partners, "statuses": statuses, "owners": owners, "entities": entities, "accounts": accounts,
        "payees": payees, "people": people,
    }  # fmt: skip
