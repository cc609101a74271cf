"""Cases of single rates: percentages with allowances and bounds, fees, rebates, residuals, bases."""

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

from recon.payouts.books import growing_book
from recon.payouts.fees import transfer, verify
from recon.payouts.rows import quantized
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import Settings, answer, component, each, facts, plan, run
from tests.conformance.commission.tiers import listed, quantity

FREE_RULES = {"whichever_exhausts_first": "first", "both_must_exhaust": "both"}


@model("rate.percentage")
def percentage(p: Given, i: Given) -> Answer:
    what = plan(each(**_percentage(p)))
    return answer(run(what, facts(_events(i))))


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
        settings["free"] = {**free, **({"ends": rule} if len(free) == 2 else {})}
    return settings


def _events(i: Given) -> list[Any]:
    """Single events: listed, or from running totals with the rest of total and count behind them."""
    if "total" not in i:
        return listed(i) or [quantity(i)]
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
    one = component(activity={"of": "collected"}, measure={"sum": "collected"}, rate=rate)
    return answer(run(plan(one), facts([i])))


@model("fee.flat")
def flat(p: Given, i: Given) -> Answer:
    return answer(run(plan(each(rate={"flat": p["flat"]})), facts(listed(i) or [quantity(i)])))


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
    return answer(run(plan(*parts), facts([quantity(i)])))


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
    verdict = verify(
        plan(each(rate={"percent": percent})), facts([quantity(i)]), charged, Decimal(p["tolerance"])
    )
    kinds = {"fee_overcharge": "FEE_OVER", "fee_undercharge": "FEE_UNDER"}
    return {
        "expected": verdict.expected,
        "overcharge": max(verdict.difference, Decimal(0)),
        "undercharge": max(-verdict.difference, Decimal(0)),
        "break": kinds.get(verdict.break_kind or ""),
    }


@model("fsp.commission")
def between_providers(p: Given, i: Given) -> Answer:
    """With the formula stated, fees are on top of the quote; the send use cases of the page have them inside."""
    parts = {name: Decimal(i.get(name, "0")) for name in ("payer_fee", "payee_fee", "payee_commission")}
    moved = transfer(Decimal(i["quote"]), **parts, fees_inside="payee_commission" not in str(p.get("rule", "")))
    return {"transfer": moved.amount, "payer_fsp_earns": moved.payer_keeps}


@model("eligibility.exclude")
def excluded(p: Given, i: Given) -> Answer:
    one = each(
        activity={"of": "matched", "except": {"status": list(p["exclude"])}}, rate={"percent": p["percent"]}
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
    what = conditional_plan(str(p["rule"]))
    rates = i.get("rates_percent", [i.get("rate_percent")])
    paid = [run(what, facts([{"amount": i["amount"], "rate_percent": one}])).earned for one in rates]
    return {"rebate": paid[0], "rebates": paid, "amount": paid[0]}


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


@model("reseller.conversion")
def converted(p: Given, i: Given) -> Answer:
    """Units of a virtual currency become money, and a percent of it is paid."""
    per = next(value for name, value in p.items() if "_per_" in name)
    percent = next((value for name, value in p.items() if name.endswith("_percent")), "100")
    name, units = next(iter(i.items()))
    one = component(measure={"sum": name, "divided_by": per}, rate={"percent": percent})
    outcome = run(plan(one), facts([{name: units}]))
    return {"usd": outcome.base, "payout": outcome.earned, "amount": outcome.earned}


@model("base.margin")
def margin(p: Given, i: Given) -> Answer:
    """What is sold less what it cost; a negative margin earns nothing where the base says max(0, ...)."""
    negative = "pays_nothing" if "max(0" in str(p["base"]).replace(" ", "") else "reverses"
    cost = Decimal(i["cost"]) * Decimal(i.get("qty", "1"))
    one = component(
        measure={"sum": "subtotal", "less": ["cost"]}, below_zero=negative, rate={"percent": p["percent"]}
    )
    return answer(run(plan(one), facts([{"subtotal": i["subtotal"], "cost": cost}])))


@model("components.sum")
def several(p: Given, i: Given) -> Answer:
    """Each percentage is of the input whose name shares a word with it, or else of the monthly amount."""
    parts = []
    for name, value in p.items():
        words = set(name.split("_"))
        base = next((key for key in i if words & set(key.split("_"))), "monthly")
        parts.append(component(name.replace("_", " "), measure={"sum": base}, rate={"percent": value}))
    return answer(run(plan(*parts), facts([i])))


@model("residual.buy_rate")
def residual(p: Given, i: Given) -> Answer:
    """Sell rate less buy rate, for each pair that the case has."""
    parts = []
    units = {"monthly": "merchants", "per_tx": "transactions", "percent": "volume", "bps": "volume"}
    for name, value in p.items():
        if not name.startswith("sell"):
            continue
        kind = name.removeprefix("sell_")
        key = kind if kind in {"percent", "bps"} else "per_unit"
        figure = units.get(kind, "")
        figure = figure if figure in i else next(iter(i))
        rates = {"rate": {key: value}, "buy": {key: p[name.replace("sell", "buy", 1)]}}
        parts.append(component(kind.replace("_", " "), measure={"sum": figure}, **rates))
    return answer(run(plan(*parts), facts([i])))


@model("residual.net_negative")
def net_negative(p: Given, i: Given) -> Answer:
    """Whether a merchant who costs more than he earns lowers the residual."""
    negative = "reverses" if p.get("net_negative") else "pays_nothing"
    one = each(below_zero=negative, rate={"percent": p["share_percent"]})
    return answer(run(plan(one), facts(i["merchant_net"])))


@model("residual.schedule_by_month")
def by_month(p: Given, i: Given) -> Answer:
    """The age of the contract in months chooses the percent of the monthly amount."""
    written: list[Settings] = []
    schedule = p.get("percent_by_month", {})
    for name, value in schedule.items():
        written.append({"percent": value} if str(name).endswith("+") else {"to": name, "percent": value})
    if not schedule:
        written = [{"to": p["months"], "percent": p["percent"]}, {"percent": "0"}]
    settings = {
        "method": "whole", "boundary": "upper_inclusive", "outside": "pays_nothing", "by": {"sum": "month"},
        "bands": written,
    }  # fmt: skip
    what = plan(each(tiers=settings))

    def paid(month: int) -> Decimal:
        return run(what, facts([{"amount": i["monthly"], "month": month}])).earned

    last = int(p.get("months", "12"))
    months = [int(i["month"])] if "month" in i else range(1, last + 1)
    return {"amount": sum((paid(month) for month in months), Decimal(0))} | {
        f"month{month}": paid(month) for month in (last, last + 1)
    }


@model("residual.split_of_margin")
def margin_split(p: Given, i: Given) -> Answer:
    given = {**p, **i}
    if "charged_to_agent" not in given:
        return _schedule_a(p, i)
    agent, iso = given["split"]
    margin_on_agent = component(
        "margin over the agent's cost",
        measure={"sum": "charged_to_merchant", "less": ["charged_to_agent"]},
        rate={"percent": "100"},
        split={"parties": {"agent": agent, "iso": iso}},
    )
    own = component(
        "margin in the agent's cost",
        measure={"sum": "charged_to_agent", "less": ["true_cost"]},
        rate={"percent": "100"},
        split={"parties": {"iso": "100"}},
    )
    return dict(run(plan(margin_on_agent, own), facts([given])).payees)


def _schedule_a(p: Given, i: Given) -> Answer:
    """Income less every cost beside it, times the share."""
    income = next(name for name in i if "income" in name or "revenue" in name)
    percent = next(value for name, value in p.items() if "percent" in name)
    costs = [name for name in i if name != income]
    one = component(measure={"sum": income, "less": costs}, rate={"percent": percent})
    return answer(run(plan(one), facts([i])))


@model("residual.verify_row")
def verify_row(p: Given, i: Given) -> Answer:
    """Income less expenses is the net; as percent and as basis points of sales, at the file's digits."""
    del p
    measure = {"sum": "income", "less": ["expenses"]}
    given = facts([{"income": i["income"], "expenses": i["expenses"]}], figures={"sales": i["sales"]})
    net = run(plan(component(measure=measure, rate={"percent": "100"})), given)
    share = run(
        plan(component(measure={**measure, "percent_of": "sales"}, rate={"per_unit": "1"})), given
    ).earned
    mode = plan(component(rate={"flat": "1"})).rounding.mode
    return {
        "net": net.earned,
        "net_percent": quantized(share, 2, mode),
        "net_bps": quantized(share * 100, 1, mode),
    }


@model("simulation.book")
def book(p: Given, i: Given) -> Answer:
    what = plan(component(rate={"percent": p["percent"]}))
    months = growing_book(
        int(i["months"]),
        Decimal(p["closings_per_month"]),
        Decimal(p["monthly"]),
        Decimal(p["churn"]) * 100,
        "payee",
    )
    return {f"month{given.number}": run(what, given).earned for given in months}
