"""What the month end must come to, put together from what each story expects of its own October.

Nobody is paid twice and nothing is lost when stories join: each payee is paid, in one payment a currency, the sum of
what every plan pays; breaks are those of the books; coins leave that only the watch of their own story would keep.
"""

import csv
import io
import json
from collections.abc import Mapping
from decimal import Decimal

from sample_data.agent_network import story as agent_network
from sample_data.channel_ops import story as channel_ops
from sample_data.dice import Dice
from sample_data.miniapp_settlement import story as miniapp_settlement
from sample_data.partner_programme import story as partner_programme
from sample_data.payday import text
from sample_data.reseller_topup.book import book
from sample_data.reseller_topup.expected import why
from sample_data.reseller_topup.story import SEED as COINS
from sample_data.tables import csv_bytes

PAYING = (agent_network, partner_programme, channel_ops)
FACTS = ("payee", "what", "name", "value", "from", "until")
MANAGERS = {
    "SC-01": "2048100017",
    "SC-02": "2048100024",
    "SC-03": "2048100031",
    "RM-01": "2048100048",
    "RM-02": "2048100055",
    "ZM-01": "2048100062",
}
CLAIMS = ("autumn_back", "golden_week")
"""Plans whose payees owe what they say."""
WATCHED = {"held_by_monitor"}
"""What only the reseller story looks at: a project has one list of what is watched, here the agents'."""
CORRECTED = {"late_file", "statement_gap"}
"""Populations that are gone at the end of the month: the late file came, and the bank corrected its statement."""


def files() -> dict[str, bytes]:
    """The expected files by path: every payment, and sums."""
    paid = payments()
    sums: dict[str, object] = {"payments": _by_currency(paid), "released": released(), "breaks": breaks()}
    rows = [(who, currency, f"{amount}") for (who, currency), amount in sorted(paid.items())]
    return {
        "configs/partners/facts/month_end.csv": csv_bytes(FACTS, known()),
        "expected/payments.csv": csv_bytes(("payee", "currency", "amount"), rows),
        "expected/summary.json": (json.dumps(sums, indent=2) + "\n").encode("ascii"),
    }


def known() -> list[tuple[str, ...]]:
    """What the company knows besides: accounts of managers, and whom the watch of the channel desk would hold."""
    accounts = [(who, "word", "bank_account", account, "", "") for who, account in MANAGERS.items()]
    return [*accounts, ("M-06", "hold", "payments just below 1000: the desk asks", "", "2026-10-01", "")]


def payments() -> dict[tuple[str, str], Decimal]:
    """What each payee is paid for October, by payee and currency."""
    found: dict[tuple[str, str], Decimal] = {}
    for one in PAYING:
        for row in _table(one.files()["expected/payouts.csv"]):
            if row["period"].startswith("2026-10") and row["plan"] not in CLAIMS:
                key = row["payee"], row.get("paid_in") or row["currency"]
                found[key] = found.get(key, Decimal(0)) + Decimal(row.get("paid") or row["net"])
    return {key: amount for key, amount in found.items() if amount > 0}


def released() -> dict[str, dict[str, str]]:
    """What the release desk lets go by 31 October, by currency."""
    found: dict[str, list[int]] = {}
    for one in book(Dice(COINS)):
        if one.month == 0 and one.population not in {"cancelled", "reusing"} and not why(one, 0) - WATCHED:
            found.setdefault(one.currency, []).append(one.asked)
    return {
        name: {"orders": f"{len(asked)}", "amount": text(sum(asked))} for name, asked in sorted(found.items())
    }


def breaks() -> dict[str, int]:
    """The breaks of the super-app's two rule sets, once everything that comes late is there."""
    found: dict[str, int] = {}
    for row in _table(miniapp_settlement.files()["expected/breaks.csv"]):
        if row["ruleset"] and row["population"] not in CORRECTED:
            found[row["ruleset"]] = found.get(row["ruleset"], 0) + 1
    return dict(sorted(found.items()))


def _by_currency(paid: Mapping[tuple[str, str], Decimal]) -> dict[str, dict[str, str]]:
    sums: dict[str, list[Decimal]] = {}
    for (_, currency), amount in paid.items():
        sums.setdefault(currency, []).append(amount)
    return {
        name: {"payments": f"{len(own)}", "amount": f"{sum(own, Decimal(0))}"}
        for name, own in sorted(sums.items())
    }


def _table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
