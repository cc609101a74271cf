"""An order at the desk: where it stands, what speaks against it, and the evidence that a release rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from recon.errors import Problem, UsageError
from recon.model.ids import content_id
from recon.model.money import plain
from recon.model.wording import money
from recon.project.people import Act
from recon.project.suggest import did_you_mean
from recon.releases.prices import NoPrice, Quote
from recon.releases.refusals import Refusal
from recon.releases.settings import Setting
from recon.releases.trails import Trail
from recon.store.four_eyes import Proposal
from recon.store.published import Published

ACT: Final[Act] = "release_order"


class State(StrEnum):
    """Where an order stands."""

    CANCELLED = "cancelled"
    REFUSED = "refused"
    READY = "ready"
    PROPOSED = "proposed"
    APPROVED = "approved"
    RELEASED = "released"


@dataclass(frozen=True)
class Candidate:
    """An order at the desk. `refusals` are all that speaks against its release, or against one that has happened."""

    trail: Trail
    price: Quote | NoPrice
    refusals: tuple[Refusal, ...]
    state: State
    proposal: Proposal | None
    batch: str | None = None
    voided: bool = False
    """Whether the first refusal is an earlier proposal, which proposing once more settles."""

    @property
    def proposable(self) -> bool:
        """Whether it may be proposed: nothing speaks against it but an earlier proposal."""
        return self.state is State.READY or (self.voided and len(self.refusals) == 1)

    @property
    def order(self) -> str:
        """The number of the order."""
        return self.trail.order

    @property
    def reseller(self) -> str:
        """Whose order it is."""
        return (self.trail.standing or self.trail.lines[-1]).reseller

    @property
    def evidence(self) -> str:
        """A hash of the order, its proof, its credit and its price: this is approved, and nothing instead of it."""
        lines = (self.trail.standing, self.trail.proof, self.trail.credit)
        parts = [line.entry_id if line is not None else None for line in lines]
        if isinstance(self.price, Quote):
            price = self.price
            parts += [price.effective.isoformat(), price.tier, plain(price.price), plain(price.discount)]
            parts += [plain(price.units), plain(price.due), price.currency]
        return content_id(parts, 20)

    @property
    def worth(self) -> Mapping[str, Decimal]:
        """What the order costs, by currency."""
        return {self.price.currency: self.price.due} if isinstance(self.price, Quote) else {}

    @property
    def told(self) -> dict[str, object]:
        """What a proposal says of the order, for the ledger; amounts are text.

        Raises:
            TypeError: the order has no price, and is not proposed.
        """
        if not isinstance(self.price, Quote):
            raise TypeError("an order without a price is not proposed")
        units = f"{money(self.price.units)} {self.price.unit}"
        return {
            "what": f"release {units} to {self.reseller}",
            "order": self.order,
            "reseller": self.reseller,
            "units": plain(self.price.units),
            "amount": plain(self.price.due, self.price.currency),
            "currency": self.price.currency,
            "price": str(self.price),
            "evidence": self.evidence,
            "entries": sorted(self.trail.entries),
        }


@dataclass(frozen=True)
class Books:
    """All orders as they stand by the latest run, on a day."""

    setting: Setting
    run: Published
    day: date
    candidates: tuple[Candidate, ...]

    def named(self, orders: Iterable[str]) -> list[Candidate]:
        """The orders of these numbers.

        Raises:
            UsageError: with every number that is unknown.
        """
        known = {one.order: one for one in self.candidates}
        wanted = list(dict.fromkeys(orders))
        problems = [
            Problem(
                "no-order",
                f"there is no order {name}",
                hint=did_you_mean(name, known) or "`recon releases list`",
            )
            for name in wanted
            if name not in known
        ]
        if problems:
            raise UsageError(*problems)
        return [known[name] for name in wanted]

    def in_state(self, state: State) -> Sequence[Candidate]:
        """The orders that stand so."""
        return [one for one in self.candidates if one.state is state]
