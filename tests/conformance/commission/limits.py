"""Cases of limits, draws, budgets, and of what is finally paid: minimum, negative balances, holds, taxes, journal."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from recon.payouts.periods.calculate import Outcome, calculate
from recon.payouts.periods.together import calculate_all
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind
from tests.conformance.commission.bands import QUANTITIES, tiers
from tests.conformance.commission.cases import Answer, Given, Periods, model
from tests.conformance.commission.language import Settings, amounts, answer, component, facts, plan

ZERO = Decimal(0)
WHOLE = {"percent": "100"}


def periods(what: Plan, values: list[Any], balances: dict[str, Decimal] | None = None) -> list[Any]:
    """The outcomes of one period per value, each with the balances that the one before left."""
    outcomes = []
    left = dict(balances or {})
    for number, value in enumerate(values, start=1):
        outcome = calculate(what, replace(facts([value]), number=number, period=str(number)), left)
        left = dict(outcome.balances)
        outcomes.append(outcome)
    return outcomes


def _values(i: Given) -> list[Any]:
    for name in ("earned", "earnings", "months", *QUANTITIES):
        if name in i:
            return list(i[name]) if isinstance(i[name], list) else [i[name]]
    return [next(iter(i.values()))]


def one_or_many(i: Given, found: list[Decimal]) -> Any:
    return Periods(found) if any(isinstance(value, list) for value in i.values()) else found[-1]


@model("limit.cap")
def cap(p: Given, i: Given) -> Answer:
    later = "later" in str(p.get("excess", "")) or any("later" in name and value for name, value in p.items())
    limit = {"cap": p["cap"], "excess": "later" if later else "lost", "per": "period"}
    rate = {"percent": p.get("percent", "100")}
    outcomes = periods(plan(component(rate=rate), limits=[limit]), _values(i))
    uncapped = periods(plan(component(rate=rate)), _values(i))
    return {
        "paid": one_or_many(i, [one.earned for one in outcomes]),
        "uncapped": one_or_many(i, [one.earned for one in uncapped]),
        "lines": amounts(outcomes[-1].rows),
        "carried": one_or_many(i, [one.balances.get("excess.0", ZERO) for one in outcomes]),
    }


BILLED = ("already", "billed")


def _limited(p: Given, i: Given, limit: Settings, name: str) -> Outcome:
    """Tiers (whole, as the sources bill volumes) under a limit; what was billed before counts for it."""
    method = str(p.get("method", "whole"))
    one = component(tiers=tiers(p, method)) if "tiers" in p else component(rate=WHOLE)
    billed = next((value for key, value in i.items() if key.startswith(BILLED)), None)
    left: Any = {f"{name}.1.0": Decimal(billed)} if billed is not None else {}
    what = plan(one, limits=[limit])
    if "prior" in i:
        left = calculate(what, facts([i["prior"]]), left).balances
    known = {key: value for key, value in i.items() if key != "prior" and not key.startswith(BILLED)}
    value = next((known[key] for key in ("usage_fee", *QUANTITIES) if key in known), None)
    return calculate(what, facts([next(iter(known.values())) if value is None else value]), left)


@model("limit.maximum")
def maximum(p: Given, i: Given) -> Answer:
    return answer(_limited(p, i, {"cap": p["maximum"], "excess": "lost", "per": "period"}, "cap"))


@model("limit.minimum_commitment", "limit.minimum_spend")
def minimum(p: Given, i: Given) -> Answer:
    outcome = _limited(p, i, {"floor": p["minimum"], "recoverable": False, "per": "period"}, "floor")
    lifted = sum((row.amount for row in outcome.rows if row.kind is Kind.FLOOR), ZERO)
    return {**answer(outcome), "true_up_fee": lifted}


@model("limit.floor")
def floor(p: Given, i: Given) -> Answer:
    limit = {"floor": p["minimum"], "recoverable": bool(p.get("recoverable")), "per": "period"}
    outcomes = periods(plan(component(rate=WHOLE), limits=[limit]), _values(i))
    return {
        "paid": one_or_many(i, [one.earned for one in outcomes]),
        "balance": one_or_many(i, [one.balances.get("floor.0", ZERO) for one in outcomes]),
    }


@model("draw.recoverable")
def draw(p: Given, i: Given) -> Answer:
    limit = {
        "draw": p["draw_per_period"],
        "recover_percent": p.get("recovery_percent", "100"),
        "recover_from_period": p.get("recover_from_period", "1"),
        "never_pay_below_draw": bool(p.get("never_pay_below_draw", True)),
        **{name: p[name] for name in ("draw_until_period", "recover_at_most") if name in p},
        "per": "period",
    }
    outcomes = periods(plan(component(rate=WHOLE), limits=[limit]), _values(i))
    draws = [sum((row.amount for row in one.rows if row.kind is Kind.DRAW), ZERO) for one in outcomes]
    paid = [one.earned for one in outcomes]
    balances = [one.balances.get("draw.0", ZERO) for one in outcomes]
    return {"paid": Periods(paid), "draw": Periods(draws), "balance": Periods(balances)}


@model("limit.budget.per_reward")
def budget(p: Given, i: Given) -> Answer:
    limit = {"budget": p["limit"], "exhausts": "first_come", "clawback_returns_budget": True, "per": "period"}
    negative = "pays_nothing" if str(p.get("clamp", "")).replace(" ", "").startswith("max(0") else "reverses"
    outcome = calculate(
        plan(component(rate=WHOLE, below_zero=negative), limits=[limit]),
        facts([i["earnings"]]),
        {"budget.1.0": Decimal(i["already"])},
    )
    return answer(outcome)


@model("campaign.budget")
def campaign(p: Given, i: Given) -> Answer:
    return _campaign(p, i, "first_come")


@model("campaign.budget.prorata")
def campaign_pro_rata(p: Given, i: Given) -> Answer:
    return _campaign(p, i, "pro_rata")


def _campaign(p: Given, i: Given, exhausts: str) -> Answer:
    limit = {"budget": p["budget"], "exhausts": exhausts, "clawback_returns_budget": True, "per": "period"}
    what = plan(component(rate=WHOLE), limits=[limit])
    everybody = [replace(facts([value]), payee=f"payee {n:03}") for n, value in enumerate(i["earned"])]
    return {"paid": [one.earned for one in calculate_all(what, everybody)]}
