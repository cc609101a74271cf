"""The payments of a batch: one per payee and currency, and once more those that the bank rejected or returned."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from recon.model.ids import content_id
from recon.payouts.desk.shelf import PublishedPayout

ZERO: Final = Decimal(0)
WORDS: Final = {"name": "name", "bank_account": "bank_account", "bank": "bank", "country": "country"}
"""Columns of `PAYMENTS` and the words of a payee's facts that they hold."""
ACCOUNT: Final = ("bank_account", "bank")


@dataclass(frozen=True, slots=True)
class Due:
    """Payments that a batch can make; of returned ones those that wait for another account, and those on hold.

    `held` is by payee why nothing is paid for now.
    """

    rows: list[dict[str, Any]]
    waiting: list[Mapping[str, Any]]
    held: dict[str, str] = field(default_factory=dict)

    @property
    def again(self) -> list[str]:
        """The payments that are made once more."""
        return sorted(row["again_of"] for row in self.rows if row["again_of"])


def first_payments(payouts: Sequence[PublishedPayout], day: date) -> list[dict[str, Any]]:
    """One payment per payee and currency over all payouts, by payee; what is not above zero is no payment."""
    sums: dict[tuple[str, str], Decimal] = {}
    rests_on: dict[tuple[str, str], list[str]] = {}
    words: dict[str, Mapping[str, str]] = {}
    for payout in sorted(payouts, key=lambda one: one.identity):
        for row in payout.payouts:
            key = (row["payee"], row["paid_in"])
            if row["paid"]:
                sums[key] = sums.get(key, ZERO) + row["paid"]
                rests_on.setdefault(key, []).append(payout.identity)
                words[row["payee"]] = payout.known.of(row["payee"], payout.period).words
    rows = []
    for (who, currency), amount in sorted(sums.items()):
        if amount > 0:
            identities = " ".join(rests_on[who, currency])
            about = {
                "payment_id": content_id([identities, who, currency], 20), "payee": who, "currency": currency,
                "amount": amount, "day": day, "payouts": identities, "again_of": "",
            }  # fmt: skip
            rows.append(about | _details(words[who]))
    return rows


def again(
    failed: Iterable[Mapping[str, Any]],
    details: Mapping[str, Mapping[str, str]],
    holds: Mapping[str, str],
    kept: Container[str],
    day: date,
    *,
    same_account: bool,
) -> Due:
    """Payments that failed, made once more by what is known of their payees now.

    A payee whose account is still the one that the bank refused waits for another, unless `same_account`; one on hold,
    as while a changed account is cooling off, is paid nothing. Those that were `kept` back never failed at the bank.
    """
    rows, waiting, held = list[dict[str, Any]](), list[Mapping[str, Any]](), dict[str, str]()
    for before in failed:
        if before["payee"] in holds:
            held[before["payee"]] = holds[before["payee"]]
            continue
        known = _details(details.get(before["payee"], {}))
        refused = before["payment_id"] not in kept
        if refused and not same_account and all(known[name] == before[name] for name in ACCOUNT):
            waiting.append(before)
            continue
        old = before["payment_id"]
        rows.append(
            {**before, **known, "payment_id": content_id([old, "again"], 20), "day": day, "again_of": old}
        )
    return Due(rows, waiting, held)


def _details(words: Mapping[str, str]) -> dict[str, str]:
    return {column: words.get(word, "") for column, word in WORDS.items()}
