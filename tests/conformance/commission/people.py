"""Cases of people: splits, hierarchies, ownership, ladders, scorecards."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from recon.payouts.calculation.facts import Facts
from recon.payouts.periods.calculate import calculate
from recon.payouts.rows import Kind
from tests.conformance.commission.bands import quantity
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import (
    PAYEE,
    Settings,
    amounts,
    answer,
    component,
    facts,
    plan,
    run,
    transactions,
)  # fmt: skip
from tests.conformance.commission.months import earned_by_owners

ZERO = Decimal(0)
WHOLE = {"percent": "100"}
NOBODY = "below the first level"


@model("split.percent", "validation")
def split(p: Given, i: Given) -> Answer:
    """Shares by name; a single share leaves the rest to the principal."""
    parties = {name.removesuffix("_percent"): value for name, value in p.items() if name.endswith("_percent")}
    if "team_percent" in p:
        parties = {f"member {n}": value for n, value in enumerate(p["team_percent"], start=1)}
    elif len(parties) == 1:
        parties["principal"] = str(100 - Decimal(next(iter(parties.values()))))
    what = plan(component(rate=WHOLE), split={"parties": parties})
    value = next((one for one in i.values() if isinstance(one, str)), "0")
    return {"valid": True, "error": None, **run(what, facts([value])).payees}


@model("split.equal")
def equal(p: Given, i: Given) -> Answer:
    """Everybody's share, and the figures of the bug that divided by a growing count."""
    count = int(i["agents"])
    people = tuple(f"agent {n}" for n in range(1, count + 1))
    cents = {"at": "payee", "mode": "half_even", "places": "2"}
    what = plan(component(rate={"percent": p["percent"]}), split={"equally_among": "agents"}, rounding=cents)
    outcome = run(what, Facts("payee", transactions([i["base"]]), lists={"agents": people}))
    shares = [outcome.of(one) for one in people]
    earned = sum(shares, ZERO)
    growing = [round(earned / n, 2) for n in range(1, count + 1)]
    return {"each": shares[-1], "shares": shares, "bug": growing}


@model("split.aggregate_vs_cumulative")
def deductions(p: Given, i: Given) -> Answer:
    """Steps taken off the total, or off what the steps before left; printed at cents, half even."""
    steps = [_step(one, n) for n, one in enumerate(p.get("steps", p.get("percents", [])), start=1)]
    got: Answer = {}
    for name, of in (("aggregate", "total"), ("cumulative", "remainder")):
        taken: Settings = {"deductions": {"each_from": of, "owner": "owner", "steps": steps}} if steps else {}
        what = plan(
            component(rate=WHOLE),
            **taken,
            rounding={"at": "payee", "mode": "half_even", "places": "2"},
        )
        got[name] = run(what, facts([i["amount"]])).of("owner" if steps else PAYEE)
    return got


@model("split.aggregate")
def aggregate(p: Given, i: Given) -> Answer:
    return {"owner": deductions(p, i)["aggregate"]}


@model("split.cumulative")
def cumulative(p: Given, i: Given) -> Answer:
    return {"owner": deductions(p, i)["cumulative"]}


def _step(text: str, position: int) -> Settings:
    number = re.sub(r"[^\d.]", "", text)
    return {"to": f"step {position}", "flat" if "flat" in text else "percent": number}


def overridden(
    percents: dict[str, Any],
    base: Any,
    basis: str,
    vacant: str = "retain",
    missing: tuple[str, ...] = (),
    **more: Any,
) -> Any:
    """The outcome of overrides on a base, with every level held but those missing."""
    sections = {name: more.pop(name) for name in ("rounding", "redirects") if name in more}
    levels = [{"level": name, "percent": value} for name, value in percents.items()]
    settings = {"of": "base", "basis": basis, "vacant": vacant, "levels": levels, **more.pop("overrides", {})}
    what = plan(component(**more), overrides=settings, **sections)
    return run(what, facts([base], people={name: name for name in percents if name not in missing}))


@model("hierarchy.override")
def override(p: Given, i: Given) -> Answer:
    percents = {f"level {n}": value for n, value in enumerate(p["percent_by_level"], start=1)}
    basis = "subtract_lower" if p.get("subtract_lower_level_from_base") else "same_base"
    rounding = (
        {"at": "line", "mode": "half_even", "places": p["precision"]} if "precision" in p else {"at": "never"}
    )
    outcome = overridden(percents, i["base"], basis, rounding=rounding)
    levels = [outcome.of(name) for name in percents]
    return {"levels": levels, "total": sum(levels, ZERO)}


@model("hierarchy.differential")
def differential(p: Given, i: Given) -> Answer:
    percents = {"downline": p["downline_percent"], "leader": p["leader_percent"]}
    return {
        "amount": overridden(percents, quantity({**i, "amount": i.get("volume")}), "differential").of("leader")
    }


@model("hierarchy.compression")
def compression(p: Given, i: Given) -> Answer:
    """Cumulative percentages of a fee pool are a differential; what no level takes is retained."""
    vacant_levels = p.get("missing")
    missing: list[str] = vacant_levels if isinstance(vacant_levels, list) else [str(vacant_levels)]
    policy = str(p["policy"])
    vacant = "compress_up" if "up" in policy else "compress_down" if "down" in policy else "retain"
    outcome = overridden(
        p["cumulative_percent_of_fee"], i["fee_pool"], "differential", vacant, tuple(missing),
        overrides={"rest_to": "retained"},
    )  # fmt: skip
    return dict(outcome.payees)


@model("hierarchy.tier2_of_tier1")
def second_tier(p: Given, i: Given) -> Answer:
    settings = {
        "of": "commission", "basis": "level_below", "vacant": "retain",
        "levels": [{"level": "tier 2", "percent": p["tier2_percent_of_tier1"]}],
    }  # fmt: skip
    what = plan(component(rate=WHOLE), overrides=settings)
    return {"amount": run(what, facts([i["tier1_commission"]], people={"tier 2": "referrer"})).of("referrer")}


@model("split_then_hierarchy")
def split_then_hierarchy(p: Given, i: Given) -> Answer:
    """A part of the premium is credited here; each level's percent is of that part; payees may be redirected."""
    redirects = [p["assignment"]] if "assignment" in p else []
    outcome = overridden(
        p["tier_rates"], i["premium"], "same_base",
        measure={"sum": "amount", "credited_percent": p["split_percent"]}, redirects=redirects,
    )  # fmt: skip
    lines = list(amounts_by_payee(outcome))
    return {"lines": lines, "total": outcome.earned}


def amounts_by_payee(outcome: Any) -> list[Decimal]:
    return [amount for amount in outcome.payees.values() if amount]


@model("assignment.effective_dated")
def assigned(p: Given, i: Given) -> Answer:
    """Each owner's amount, nothing for one who owned on no day of a sale."""
    last_included = str(p.get("interval", "[from,to)")).endswith("]")
    owners = [
        (one["owner"], date.fromisoformat(one["from"]), _last(one.get("to"), last_included))
        for one in p["assignments"]
    ]
    what = plan(
        component(rate={"percent": p["override_percent"]}),
        credit={"to": "agent", "owner_of": "terminal", "when_moved": "owner_on_the_day_of_the_transaction"},
    )
    sales = [(date.fromisoformat(one["date"]), Decimal(one["amount"])) for one in i["transactions"]]
    return {**{one[0]: ZERO for one in owners}, **earned_by_owners(what, sales, owners)}


def _last(last: str | None, included: bool) -> date:
    return date.max if last is None else date.fromisoformat(last) - timedelta(days=0 if included else 1)


def ladder(levels: list[Settings], **more: Any) -> Settings:
    return {"met": "all", "look_at": "this_period", "demotion": "to_level_earned", "levels": levels, **more}


@model("ladder.multi_criteria")
def several_criteria(p: Given, i: Given) -> Answer:
    levels = []
    for row in p["levels"]:
        needs = {
            name: value for name, value in row.items() if name not in {"name", "percent"} and value is not None
        }
        needs = {name: value for name, value in needs.items() if Decimal(value)}
        levels.append({"level": row["name"], "needs": needs, "percent": row["percent"]})
    if levels[0]["needs"]:
        levels.insert(0, {"level": NOBODY, "percent": "0"})
    met = "any" if re.search(r"\bANY\b", str(p.get("rule", ""))) else "all"
    what = plan(component(levels=ladder(levels, met=met)))
    outcome = run(what, facts(["100"], figures=i))
    (row,) = [one for one in outcome.rows if one.kind is Kind.LEVEL]
    level = row.words.removeprefix("level ")
    return {"level": None if level == NOBODY else level, "percent": outcome.earned}


@model("ladder.grace")
def grace(p: Given, i: Given) -> Answer:
    levels = [{"level": f"star {name}", "needs": {"kpi": least}} for name, least in p["thresholds"].items()]
    settings = ladder(levels, grace_periods=p.get("grace_periods", "0"))
    held = levels_held(settings, "kpi", i["monthly_kpi"])
    return {"stars": [one.removeprefix("star ") for one in held]}


@model("ladder.ratchet")
def ratchet(p: Given, i: Given) -> Answer:
    levels = [
        {"level": f"from {row['from']}", "needs": {"count": row["from"]}, "percent": row["percent"]}
        for row in p["tiers"]
    ]
    demotion = "never" if p.get("demotion") == "never" else "to_level_earned"
    percents = {level["level"]: level["percent"] for level in levels}
    held = levels_held(ladder(levels, demotion=demotion), "count", next(iter(i.values())))
    return {"percent": [percents[one] for one in held]}


@model("ladder.period_lag")
def lagging(p: Given, i: Given) -> Answer:
    if "tiers" not in p:
        return _weekly(p, i)
    levels = [
        {"level": f"from {row['from']}", "needs": {"sales": row["from"]}, "percent": row["percent"]}
        for row in p["tiers"]
    ]
    what = plan(component(levels=ladder(levels, look_at="previous_period")))
    given = facts([i["this_month_sales"]], previous={"sales": i["prior_month_sales"]})
    outcome = run(what, given)
    return {"amount": outcome.earned, "percent": outcome.rows[0].rate.rstrip("%")}


def _weekly(p: Given, i: Given) -> Answer:
    """A rank reached in one week holds in the next; in its own week the old one does."""
    levels = [{"level": str(n), "needs": {"rank": str(n)}} for n in range(1, int(p["ranks"]) + 1)]
    reached = Decimal(re.sub(r"\D", "", i["week_1_volume_reaches"]))
    held = levels_held(ladder(levels, look_at="previous_period"), "rank", [reached, reached])
    first = held[0] if Decimal(held[0]) > 1 else "old"
    return {"rank_in_week_1": first, "rank_in_week_2": held[1]}


def levels_held(settings: Settings, figure: str, values: Iterable[Any]) -> list[str]:
    """The level that is paid in each period, from none held; each begins with what the one before left."""
    paying = [{"percent": "1", **level} for level in settings["levels"]]
    what = plan(component(levels={**settings, "levels": paying}))
    left: dict[str, Decimal] = {}
    held = []
    for number, value in enumerate(values, start=1):
        known = facts(["100"], figures={figure: value})
        outcome = calculate(what, replace(known, number=number, period=str(number)), left)
        left = dict(outcome.balances)
        held += [row.words.removeprefix("level ") for row in outcome.rows if row.kind is Kind.LEVEL]
    return held


@model("scorecard.weighted")
def scorecard(p: Given, i: Given) -> Answer:
    given = {**i, **p}
    attained = i.get("attainment_percent", i.get("achievement_percent", i.get("achievements", [])))
    attained = attained or ["100"]
    goals = [
        {"goal": f"goal {n}", "weight": weight} for n, weight in enumerate(p.get("weights", ["100"]), start=1)
    ]
    known = {f"goal {n}": value for n, value in enumerate(attained, start=1)}
    target = next((given[name] for name in ("target_bonus", "target", "base") if name in given), "100")
    card = {"target": "target", "goals": goals, "multiplier": p.get("multiplier", "1")}
    outcome = run(plan(component(scorecard=card)), facts(figures={**known, "target": target}))
    reached = run(plan(component(scorecard=card)), facts(figures={**known, "target": "100"}))
    return {**answer(outcome), "weighted_achievement": reached.earned, "lines": amounts(outcome.rows)}
