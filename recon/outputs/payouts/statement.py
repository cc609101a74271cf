"""A payee's statement: what it says, whatever it is written as."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow.compute as pc

from recon.model.periods import Period
from recon.outputs.exact import total
from recon.payouts.desk.shelf import PublishedPayout
from recon.payouts.desk.states import Act, State, state_of
from recon.payouts.rows import Kind
from recon.store.store import Store

SECTIONS = {
    "override": "Overrides", "redirect": "Overrides", "split": "Shares", "shared out": "Shares",
    "deduction": "Shares", "cap": "Limits", "floor": "Limits", "draw": "Limits", "recovery": "Limits",
    "budget": "Limits", "excess of earlier periods": "Limits", "rounding": "Rounding",
}  # fmt: skip
"""The section of a line by its kind; everything else is earned on the payee's own activity."""
ACTIVITY = "Activity"
ORDER = (ACTIVITY, "Overrides", "Shares", "Limits", "Rounding")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of what was earned. `whose` is the payee whose activity it is, if that is another."""

    section: str
    component: str
    words: str
    whose: str
    units: Decimal | None
    rate: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One amount between earned and paid; `about` is the period that it is of."""

    kind: str
    about: str
    words: str
    reference: str
    amount: Decimal


@dataclass(frozen=True)
class PlanStatement:
    """One plan's part. The lines add up to `earned`; the opening balance, `earned` and the steps to `net`."""

    payout: str
    version: str
    title: str
    currency: str
    lines: Sequence[Line]
    earned: Decimal
    steps: Sequence[Step]
    net: Decimal
    paid: Decimal
    paid_in: str
    fx_rate: Decimal | None
    state: State
    opening: Decimal = Decimal(0)
    is_claim: bool = False
    """Whether the payee owes it, and is paid nothing."""

    @property
    def net_words(self) -> str:
        """What the sum of everything is called."""
        return "Owed to us" if self.is_claim else "Net payout"

    @property
    def approvals(self) -> Sequence[Act]:
        """What was done to the payout since it was calculated."""
        return self.state.acts


@dataclass(frozen=True)
class PayeeStatement:
    """Everything a payee was paid for a period, plan by plan."""

    project: str
    payee: str
    name: str
    period: Period
    plans: Sequence[PlanStatement]

    @property
    def final(self) -> bool:
        """Whether every part is approved; otherwise it is a draft."""
        return all(one.state.closed for one in self.plans)

    @property
    def paid(self) -> list[tuple[str, Decimal]]:
        """What is paid by currency."""
        currencies = sorted({one.paid_in for one in self.plans})
        return [(code, total(one.paid for one in self.plans if one.paid_in == code)) for code in currencies]

    @property
    def day(self) -> date:
        """The statement's day: the last of its period."""
        return self.period.last


def payees_of(payouts: Sequence[PublishedPayout]) -> list[str]:
    """Everybody that some payouts say something of."""
    return sorted({row["payee"] for payout in payouts for row in payout.payouts})


def statement_of(store: Store, payouts: Sequence[PublishedPayout], payee: str) -> PayeeStatement | None:
    """A payee's statement over payouts of one period; None when they say nothing of the payee."""
    plans = [one for payout in payouts if (one := _plan_statement(store, payout, payee)) is not None]
    if not plans:
        return None
    name = next((found for payout in payouts if (found := _name(payout, payee))), "")
    project = str(payouts[0].manifest["project"])
    return PayeeStatement(project, payee, name, payouts[0].period, plans)


def _plan_statement(store: Store, payout: PublishedPayout, payee: str) -> PlanStatement | None:
    own = next((row for row in payout.payouts if row["payee"] == payee), None)
    if own is None:
        return None
    said = payout.manifest
    lines = sorted(_lines(payout, payee), key=lambda line: ORDER.index(line.section))
    steps = [
        Step(row["kind"], row["of_period"], row["words"], row["reference"], row["amount"])
        for row in payout.payments
        if row["payee"] == payee and row["kind"] not in {Kind.EARNED, Kind.CARRIED_IN}
    ]
    return PlanStatement(
        payout.identity, said["version"], said["title"], said["currency"], lines, own["earned"], steps, own["net"],
        own["paid"], own["paid_in"], own["fx_rate"], state_of(store, payout), own["carried_in"], payout.is_claim,
    )  # fmt: skip


def _lines(payout: PublishedPayout, payee: str) -> Iterator[Line]:
    table = payout.explanation
    for row in table.filter(pc.equal(table["payee"], payee)).to_pylist():
        yield _line(row, payee)


def _line(row: dict[str, Any], payee: str) -> Line:
    whose = "" if row["credited"] == payee else row["credited"]
    section = SECTIONS.get(row["kind"], ACTIVITY if not whose else "Overrides")
    words = row["words"] if row["entry_id"] is None else f"{row['words']} · {row['entry_id']}"
    return Line(section, row["component"], words, whose, row["units"], row["rate"], row["amount"])


def _name(payout: PublishedPayout, payee: str) -> str:
    return payout.known.of(payee, payout.period).words.get("name", "")
