"""Cases of single rates: percentages with allowances and bounds, fees, rebates, residuals, bases."""

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

from recon.payouts.review.lint import findings
from tests.conformance.commission.bands import amounts_of, quantity, tiers
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import Settings, answer, component, each, facts, plan, run
from tests.conformance.commission.months import fee_found

FREE_RULES = {"whichever_exhausts_first": "first", "both_must_exhaust": "both"}


@model("rate.percentage")
def percentage(p: Given, i: Given) -> Answer:
    order = str(p.get("order", ""))
    fixed = p.get("fixed_per_event", "0")
    if Decimal(fixed) and 0 <= order.find("min/max") < order.find("fixed"):
        bounded = each(**_percentage({**p, "fixed_per_event": "0"}))
        return answer(run(plan(bounded, each("fixed", rate={"flat": fixed})), facts(_events(i))))
    return answer(run(plan(each(**_percentage(p))), facts(_events(i))))


def _percentage(p: Given, ends: str | None = None) -> Settings:
    """The order is free allowance, rate, fixed amount, then the bounds of the transaction."""
    settings: Settings = {"rate": {"percent": p.get("rate_percent", p.get("percent"))}}
    if Decimal(p.get("fixed_per_event", "0")):
        settings["rate"]["flat"] = p["fixed_per_event"]
    bounds = {
        "at_least": p.get("per_tx_min", p.get("min")),
        "at_most": p.get("per_tx_max", p.get("max", p.get("cap"))),
    }
    if any(bounds.values()):
        settings["each"] = bounds
    free = {
        name: p[key]
        for name, key in (("transactions", "free_events"), ("amount", "free_amount"))
        if Decimal(p.get(key, "0"))
    }
    if free:
        usual = "both" if any(bounds.values()) else "first"
        rule = ends or FREE_RULES.get(str(p.get("free_rule")), usual)
        settings["order"] = "as_booked"
        settings["free"] = {**free, **({"ends": rule} if len(free) == 2 else {})}
    return settings


def _events(i: Given) -> list[Any]:
    """Single events: listed, or from running totals with the rest of total and count behind them."""
    if "total" not in i:
        return amounts_of(i)
    running = [Decimal(0), *(Decimal(one) for one in i.get("event_running_totals", []))]
    events = [after - before for before, after in pairwise(running)]
    missing = int(i.get("count", "1")) - len(events)
    rest = Decimal(i["total"]) - running[-1]
    return [*events, *([rest] + [Decimal(0)] * (missing - 1) if missing > 0 else [])]


@model("lint.free_rule")
def free_rule(p: Given, i: Given) -> Answer:
    """The same allowance under both rules; a plan with both kinds must say which."""
    got: Answer = {}
    for name, ends in (("without_min_max_free_amount", "first"), ("with_min_max_free_amount", "both")):
        outcome = run(plan(each(**_percentage(p, ends))), facts(_events(i)))
        measured = sum((Decimal(one) for one in _events(i)), Decimal(0))
        got[name] = measured - outcome.base
    return got


@model("rate.percentage.on_collection", "residual.paid_on_collected")
def on_collection(p: Given, i: Given) -> Answer:
    rate = {"percent": p.get("percent", p.get("share_percent"))}
    one = component(
        activity={"of": "collected", "source": "transactions"}, measure={"sum": "collected"}, rate=rate
    )
    return answer(run(plan(one), facts([i])))


@model("fee.flat")
def flat(p: Given, i: Given) -> Answer:
    return answer(run(plan(each(rate={"flat": p["flat"]})), facts(amounts_of(i))))


@model("fee.percent_cap", "fee.percent_floor_cap", "fee.percent")
def percent_within(p: Given, i: Given) -> Answer:
    return percentage(p, i)


@model("fee.icpp")
def interchange_plus_plus(p: Given, i: Given) -> Answer:
    """One component per part of the fee, in the order of the contract."""
    parts = []
    for name, value in p.items():
        for ending, key in (("_percent", "percent"), ("_bps", "bps"), ("_fixed", "flat"), ("_flat", "flat")):
            if name.endswith(ending):
                parts.append(each(name.replace("_", " "), rate={key: value}))
    outcome = run(plan(*parts), facts([quantity(i)]))
    by_part = {one["name"]: Decimal(0) for one in parts}
    for row in outcome.rows:
        by_part[row.component] += row.amount
    return {**answer(outcome), "lines": list(by_part.values())}


@model("fee.interchange_cap")
def interchange_cap(p: Given, i: Given) -> Answer:
    """The cap as a percent of the transaction, under a contracted rate where one is given."""
    contracted = i.get("interchange_percent", p.get("interchange_percent"))
    percent = p["cap_percent"] if contracted is None else min(Decimal(contracted), Decimal(p["cap_percent"]))
    return answer(run(plan(each(rate={"percent": percent})), facts([quantity(i)])))


@model("fee.verify")
def verified(p: Given, i: Given) -> Answer:
    said = re.search(r"([\d.]+)\s*%", str(p.get("contract", "")))
    percent = said[1] if said else p.get("percent", p.get("cap_percent"))
    charged = next(Decimal(value) for name, value in i.items() if name.startswith(("billed", "charged")))
    card = plan(each(rate={"percent": percent}))
    expected = run(card, facts([quantity(i)])).earned
    found = fee_found(card, Decimal(quantity(i)), charged, Decimal(p["tolerance"]))
    off = found.difference if found else charged - expected
    kinds = {"fee_overcharge": "FEE_OVER", "fee_undercharge": "FEE_UNDER"}
    return {
        "expected": found.expected if found else expected,
        "overcharge": max(off, Decimal(0)),
        "undercharge": max(-off, Decimal(0)),
        "break": kinds[found.kind] if found else None,
    }


@model("fsp.commission")
def between_providers(p: Given, i: Given) -> Answer:
    """With the formula stated, fees are on top of the quote; the send use cases of the page have them inside.

    What moves and what the paying provider keeps are two components over the parts of one transfer.
    """
    names = ("quote", "payer_fee", "payee_fee", "payee_commission")
    given = {name: i.get(name, "0") for name in names}
    if "payee_commission" in str(p.get("rule", "")):
        moves = {"sum": "quote", "plus": ["payee_fee"], "less": ["payee_commission"]}
    else:
        moves = {"sum": "quote", "less": ["payer_fee", "payee_commission"]}
    keeps = {"sum": "payer_fee", "plus": ["payee_commission"]}
    whole = {"rate": {"percent": "100"}}
    outcome = run(
        plan(each("transfer", measure=moves, **whole), each("kept", measure=keeps, **whole)), facts([given])
    )
    return {"transfer": outcome.earns["transfer"], "payer_fsp_earns": outcome.earns["kept"]}


@model("eligibility.exclude")
def excluded(p: Given, i: Given) -> Answer:
    one = each(
        activity={"of": "matched", "source": "transactions", "except": {"status": list(p["exclude"])}},
        rate={"percent": p["percent"]},
    )
    outcome = run(plan(one), facts(i["orders"]))
    return {**answer(outcome), "rebate": outcome.earned}


@model("rebate.per_order_base_cap")
def capped_orders(p: Given, i: Given) -> Answer:
    """The cap on each order's base comes before the sum; on the sum it pays less (the source's own figures)."""
    cap = next((value for name, value in p.items() if "cap" in name and name != "percent"), "100")
    rate = {"percent": p["percent"]}
    right = run(plan(each(each_counts_at_most=cap, rate=rate)), facts(i["orders"]))
    total = sum((Decimal(one) for one in i["orders"]), Decimal(0))
    wrong = run(plan(each(each_counts_at_most=cap, rate=rate)), facts([total]))
    return {**answer(right), "rebate": right.earned, "right": right.earned, "wrong": wrong.earned}


@model("rebate.conditional", "lint.non_monotone")
def conditional(p: Given, i: Given) -> Answer:
    if "tiers" in p:
        return _by_units(p, i)
    what = conditional_plan(str(p["rule"]))
    rates = i.get("rates_percent", [i.get("rate_percent")])
    paid = [run(what, facts([{"amount": i["amount"], "rate_percent": one}])).earned for one in rates]
    return {"rebate": paid[0], "rebates": paid, "amount": paid[0]}


def _by_units(p: Given, i: Given) -> Answer:
    """What each of several totals pays by tiers, and where the linter says that one more pays less."""
    what = plan(component(tiers=tiers(p, str(p.get("method", "whole")))))
    units = next(value if isinstance(value, list) else [value] for value in i.values())
    found = [one.message for one in findings(what) if one.code == "pays-less"]
    return {"amounts": [run(what, facts([one])).earned for one in units], "lint": found[0] if found else None}


def conditional_plan(rule: str) -> Any:
    """The contracted rate less points, above a threshold if the rule has one, and another rate below it."""
    number = r"([\d.]+)\s*%"
    chosen = re.search(rf">\s*{number}\s*\?\s*\w+\s*-\s*{number}\s*:\s*{number}", rule)
    if chosen:
        above: Settings = {"percent_of": "rate_percent", "minus_percent": chosen[2]}
        settings = {
            "method": "whole", "boundary": "upper_inclusive", "outside": "refuse", "by": {"figure": "rate_percent"},
            "bands": [{"to": chosen[1], "percent": chosen[3]}, above],
        }  # fmt: skip
        return plan(each(tiers=settings))
    less = re.search(rf"-\s*{number}", rule)
    return plan(each(rate={"percent_of": "rate_percent", "minus_percent": less[1] if less else "0"}))
