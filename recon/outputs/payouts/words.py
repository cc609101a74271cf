"""How statements put things: steps and acts in plain words."""

from recon.outputs.payouts.statement import PayeeStatement, Step
from recon.payouts.desk.states import Act

STEPS = {
    "hold": "Held",
    "release": "Released",
    "true-up": "Correction",
    "adjustment": "Adjustment",
    "waiting": "Waiting time",
    "carried out": "Closing balance",
    "forfeited": "Forfeited",
    "tax": "Tax",
    "reserve": "Reserve",
}


def step_words(kind: str) -> str:
    """The heading of a step between earned and paid."""
    return STEPS.get(kind, kind.capitalize())


def reference_words(step: Step) -> str:
    """What a step rests on, where that is no plain date or version."""
    return step.reference if step.kind in {"hold", "release", "adjustment"} else ""


def act_words(act: Act) -> str:
    """What somebody did to the payout, with the day."""
    level = f" ({act.level})" if act.level else ""
    note = f": {act.note}" if act.note else ""
    return f"{act.act}{level} by {act.by} on {act.at[:10]}{note}"


def payee_words(statement: PayeeStatement) -> str:
    """The payee with its name, if that is another."""
    named = statement.name and statement.name != statement.payee
    return f"{statement.name} ({statement.payee})" if named else statement.payee
