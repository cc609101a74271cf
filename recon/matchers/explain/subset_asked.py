"""What a pass without a key is asked: one entry, and the gates between it (or its set) and what faces it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from recon.engines.expressions import Column
from recon.matchers.explain.facts import Candidate, Gate, GateResult, PassVerdict, Verdict
from recon.matchers.explain.gates import Told, gates_of
from recon.matchers.explain.units import LookedBack
from recon.model.wording import money
from recon.rules.ruleset import Side
from recon.rules.subset import Subset

KEPT: Final = 3
"""Candidates that are told."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class SubsetAsked:
    """One entry in a subset pass: the pass as it is looked back on, the entry's side and its unit.

    `words` say what the pass does; `is_pair` that the entry is asked about beside one other.
    """

    looked: LookedBack
    subset: Subset
    side: Side
    own: Row
    words: str
    is_pair: bool

    @property
    def facing(self) -> Side:
        """The other side."""
        return "right" if self.side == "left" else "left"

    @property
    def amount_words(self) -> str:
        """The entry's amount."""
        return f"{money(self.own['amount'], self.own['currency'])} {self.own['currency']}"

    def told(self, found: Verdict, reason: str, candidates: Sequence[Candidate] = ()) -> PassVerdict:
        """The verdict of the pass."""
        name = self.looked.plan.item.name
        return PassVerdict(name, self.words, found, reason, tuple(candidates), 1, self.own["amount"])

    def lag_of(self, one: Row) -> int | None:
        """How many days the right lies after the left, of the pass's days; None where a date is absent."""
        left, right = (self.own, one) if self.side == "left" else (one, self.own)
        if "ordinal" in one:
            if left.get("ordinal") is None or right.get("ordinal") is None:
                return None
            return int(right["ordinal"] - left["ordinal"])
        if left["day"] is None or right["day"] is None:
            return None
        return int((right["day"] - left["day"]).days)

    def like(self, amount: Decimal) -> dict[str, Any]:
        """A unit of the other side with the entry's keys."""
        return {**self.own, "amount": amount, "seen": True, "held": "", "is_set": True}

    def beyond(self, amount: Decimal) -> Decimal:
        """How far a sum is from what the entry would take."""
        bounds = self.looked.plan.pairing.gates.within.bounds(self.own["currency"])
        short = amount - self.own["amount"] if self.facing == "left" else self.own["amount"] - amount
        beyond: Decimal = max(short - bounds.short, -short - bounds.over, Decimal(0))
        return beyond

    def gates(
        self,
        own: Row,
        other: Row,
        outcomes: Mapping[str, bool],
        unseen: Sequence[str] = (),
        sums: str | None = None,
    ) -> list[GateResult]:
        """The gates between the entry (or its set) and what faces it.

        `unseen` is why the pass does not look at what faces it, `sums` what is said of sets that do not add up.
        """
        plan, currency = self.looked.plan, self.own["currency"]
        bounds = plan.pairing.gates.within.bounds(currency)
        variance = None if other["amount"] is None else own["amount"] - other["amount"]
        if variance is not None and self.side == "right":
            variance = -variance
        fits = variance is not None and -bounds.over <= variance <= bounds.short
        kinds = {name: Column(key.type, name) for name, key in plan.left.named_keys.items()}
        found = []
        for gate in gates_of(plan, "r" if self.side == "left" else "l", kinds):
            passed = outcomes.get(gate.column, fits if gate.gate is Gate.AMOUNT else True)
            pair = {
                gate.column: passed, "variance": variance, "short": str(bounds.short), "over": str(bounds.over),
                "lag": self.lag_of(other) if "day" in other else None,
            }  # fmt: skip
            teller = Told(plan, self.side, own, other, pair, None, unseen)
            if gate.gate is Gate.AMOUNT and outcomes.get("g_amount") is False:
                sought = other["amount"] if self.subset.adds(self.side) else own["amount"]
                words = f"no set with it that was tried adds up to {money(sought, currency)} {currency}"
                if self.subset.many == "both":
                    words = "no set with it that was tried comes to the same as one of the other side"
                found.append(GateResult(gate.gate, gate.name, False, None, None, None, sums or words))
            elif gate.gate is Gate.DAYS and "is_set" in other:
                words = "all of it lies in the window" if passed else "some of it lies outside the window"
                found.append(GateResult(gate.gate, gate.name, passed, None, None, None, words))
            else:
                found.append(teller.result(gate))
        return found
