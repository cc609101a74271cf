"""Manual adjustments: bonuses, corrections and clawbacks by hand, each with a reason, an author and an approval."""

from dataclasses import dataclass
from decimal import Decimal

from recon.errors import Problem
from recon.payouts.plan.corrections import Corrections


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One line that a person adds to a payee's statement."""

    payee: str
    amount: Decimal
    reason: str = ""
    description: str = ""
    author: str = ""
    approver: str = ""


def problems(rule: Corrections, one: Adjustment) -> list[Problem]:
    """What keeps an adjustment from being booked; nothing when it may be."""
    found = []
    if one.amount < 0 and rule.description_required and not one.description.strip():
        message = f"description is required when creating a clawback ({one.amount} for {one.payee})"
        found.append(Problem("clawback-description", message, hint="say what it takes back and why"))
    if rule.reasons and one.reason and one.reason not in rule.reasons:
        message = f"{one.reason} is no reason that the plan knows"
        found.append(Problem("clawback-reason", message, hint=f"reasons: {', '.join(rule.reasons)}"))
    if one.approver and one.approver == one.author:
        message = f"{one.author} cannot approve their own adjustment of {one.amount}"
        found.append(Problem("own-approval", message, hint="have a second person approve it"))
    return found


def adjustment_words(one: Adjustment) -> str:
    """What a statement says of an adjustment."""
    words = (one.reason, one.description, f"by {one.author}" * bool(one.author))
    return " · ".join(word for word in words if word)
