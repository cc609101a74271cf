"""Why an order is not released: every kind of reason, with what a person does next."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Why(StrEnum):
    """Why an order is not released."""

    CHANGED = "order_changed"
    NO_PROOF = "no_proof"
    REUSED_PROOF = "reused_proof"
    OTHERS_PROOF = "proof_of_another"
    UNCONFIRMED = "unconfirmed_credit"
    REVERSED = "credit_reversed"
    FRESH = "credit_not_settled"
    PARTIAL = "partial_transfer"
    AMOUNT = "wrong_amount"
    CURRENCY = "wrong_currency"
    NO_PRICE = "no_price"
    RESELLER = "reseller_not_active"
    PAPERS = "papers_missing"
    HELD = "held_by_monitor"
    BREAK = "open_break"
    RELEASED = "released_before"
    REFUSED = "refused_by_a_person"


NEXT_STEPS: Final[dict[Why, str]] = {
    Why.CHANGED: "have all orders of this number cancelled but one; take a match of a cancelled one back",
    Why.NO_PROOF: "ask the reseller for the proof of one transfer for this order alone",
    Why.REUSED_PROOF: "find out which order was paid, and have the other cancelled or its proof withdrawn",
    Why.OTHERS_PROOF: "ask both whose transfer it is; escalate if nobody can say",
    Why.UNCONFIRMED: "wait for the bank's statement, or ask the reseller's bank to trace the transfer",
    Why.REVERSED: "ask the reseller to transfer again, and look at the reseller's other transfers",
    Why.FRESH: "nothing to do but wait",
    Why.PARTIAL: "ask for the rest, or have the order placed again for what was paid",
    Why.AMOUNT: "have the order placed again for what was paid, or return the difference",
    Why.CURRENCY: "return the transfer, or have the order placed in the currency that was paid",
    Why.NO_PRICE: "correct the price list or the reseller's tier, or have the order changed",
    Why.RESELLER: "the account manager has to settle that first: `recon partners history`",
    Why.PAPERS: "ask for it: `recon partners onboarding`",
    Why.HELD: "look into it and dispose of it: `recon partners alert`",
    Why.BREAK: "clear the break",
    Why.RELEASED: "never release this one; ask the reseller what happened",
    Why.REFUSED: "settle it, then propose it again",
}
"""What a person does next, unless the reason itself knows better."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: its kind, in words, and the next step."""

    why: Why
    words: str
    next_step: str


def refusal(why: Why, words: str, next_step: str | None = None) -> Refusal:
    """A reason with the next step of its kind, or one of its own."""
    return Refusal(why, words, next_step or NEXT_STEPS[why])
