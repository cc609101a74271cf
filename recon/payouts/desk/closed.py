"""A closed period as it is known now: what was paid for it, and what of it is held."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from recon.model.periods import Period
from recon.payouts.desk.shelf import PublishedPayout
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind

ZERO = Decimal(0)


@dataclass(frozen=True)
class Closed:
    """One closed period as it is known now, what of it is still held, and the payouts after it."""

    payout: PublishedPayout
    after: Sequence[PublishedPayout]
    plan: Plan
    known: Known
    held: Mapping[str, Decimal]

    @cached_property
    def paid(self) -> Mapping[str, Decimal]:
        """What everybody was paid for it, true-ups included; looked up only where it is needed."""
        paid = {row["payee"]: row["earned"] for row in self.payout.payouts}
        for row in rows_about(self.period, self.after, Kind.TRUE_UP):
            paid[row["payee"]] = paid.get(row["payee"], ZERO) + row["amount"]
        return paid

    @cached_property
    def booked(self) -> Mapping[str, Mapping[str, Decimal]]:
        """What refunds of its sales took back of each payee so far, below zero, by refund."""
        found: dict[str, dict[str, Decimal]] = {}
        for row in rows_about(self.period, self.after, Kind.CORRECTION):
            if not row["reference"]:
                continue
            own = found.setdefault(row["reference"], {})
            own[row["payee"]] = own.get(row["payee"], ZERO) + row["amount"]
        return found

    def taken_back(self, who: str, refunds: Collection[str]) -> Decimal:
        """What some refunds of its sales took back of a payee so far, below zero."""
        return sum((own.get(who, ZERO) for name, own in self.booked.items() if name in refunds), ZERO)

    @property
    def period(self) -> Period:
        """The closed period."""
        return self.payout.period


def rows_about(period: Period, payouts: Sequence[PublishedPayout], *kinds: Kind) -> Iterator[dict[str, Any]]:
    """The payment rows of some kinds that are about a period."""
    for payout in payouts:
        for row in payout.late_rows:
            if row["of_period"] == str(period) and row["kind"] in kinds:
                yield row
