"""Cases of bands chosen by another measure: counts, levels, attainment of quota, thresholds, amount bands."""

from decimal import Decimal

from tests.conformance.commission.bands import (
    bands,
    quantity,
    tiers,
)
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import Settings, answer, component, each, facts, plan, run
from tests.conformance.commission.tiers import single_transactions


@model("tier.whole.count")
def by_count(p: Given, i: Given) -> Answer:
    """The count chooses the band; an amount per action pays for each, a percent pays on the revenue."""
    count = i.get("conversions", i.get("actions", i.get("count", "0")))
    by_action = any("cpa" in row for row in bands(p))
    measure = {"sum": "actions"} if by_action else {"sum": "amount"}
    given = [{"actions": count, "amount": i.get("revenue", "0")}]
    if _reaches_back(p.get("retroactive", True)):
        settings = tiers(p, "whole", by={"sum": "actions"}, outside="pays_nothing")
    else:
        settings = tiers(_whole_steps(p), "marginal", by={"sum": "actions"}, outside="pays_nothing")
    return answer(run(plan(component(measure=measure, tiers=settings)), facts(given)))


def _reaches_back(said: object) -> bool:
    return not str(said).casefold().startswith(("false", "no", "past", "only", "next"))


def _whole_steps(p: Given) -> Given:
    """Counts come in whole steps: a band from the third action on holds the third itself."""
    rows = bands(p)
    ends = [str(Decimal(row["from"]) - 1) for row in rows[1:]] + [None]
    closed = [{**row, "to": end} for row, end in zip(rows, ends, strict=True)]
    return {**p, "tiers": closed, "boundary": "closed"}


@model("tier.whole.count.and")
def by_several_counts(p: Given, i: Given) -> Answer:
    """A level needs all of its thresholds; then every player is paid at its rate."""
    levels: list[Settings] = [{"level": "base", "per_unit": p["base_cpa"]}]
    for position, row in enumerate(p["tiers"], start=1):
        needs = {name: value for name, value in row.items() if name != "cpa"}
        levels.append({"level": f"tier {position}", "needs": needs, "per_unit": row["cpa"]})
    met = "any" if "any" in str(p.get("rule", "")).casefold().split() else "all"
    ladder = {"met": met, "look_at": "this_period", "demotion": "to_level_earned", "levels": levels}
    count = next(iter(p["tiers"][0]))
    one = component(measure={"figure": count}, levels=ladder)
    return answer(run(plan(one), facts(figures=i)))


@model("tier.scope_choice")
def all_or_past(p: Given, i: Given) -> Answer:
    """The same tier for all actions once the threshold is reached, or only for those past it."""
    written = [{"to": p["tier_at_actions"], "per_unit": p["base_rate"]}, {"per_unit": p["tier_rate"]}]
    got = {}
    for name, method in (("all_actions", "whole"), ("past_tier", "marginal")):
        settings = {"method": method, "boundary": "lower_inclusive", "outside": "refuse", "bands": written}
        got[name] = run(plan(component(tiers=settings)), facts([i["actions"]])).earned
    return got


@model("rate.band_table")
def band_table(p: Given, i: Given) -> Answer:
    one = each(tiers=tiers(p, "whole", boundary="closed", flat_at_zero=False))
    return single_transactions(one, i)


@model("tier.interpolated.attainment")
def by_attainment(p: Given, i: Given) -> Answer:
    """Nothing up to a threshold of attainment, then a share of the target for each point above it."""
    written = [
        {"to": p["threshold_percent"], "flat": "0"},
        {"multiple": p["percent_of_target_per_point"], "target": "target"},
    ]
    settings = {
        "method": "marginal", "boundary": "upper_inclusive", "outside": "refuse", "flat_at_zero": False,
        "bands": written,
    }  # fmt: skip
    one = component(measure={"figure": "attainment"}, tiers=settings)
    given = {"attainment": i["attainment_percent"], "target": i["target"]}
    return answer(run(plan(one), facts(figures=given)))


@model("quota.accelerator")
def accelerator(p: Given, i: Given) -> Answer:
    """Each point of attainment pays a point of the target, times the accelerator of its band."""
    rows = p.get("accelerators", p.get("bands", []))
    settings = tiers({**p, "tiers": []}, "marginal", [{**row, "multiple": row["multiple"]} for row in rows])
    for band in settings["bands"]:
        band["target"] = "target"
    one = component(measure={"sum": "amount", "percent_of": "quota"}, tiers=settings)
    figures = {"quota": p["quota"], "target": p["target_variable"]}
    return answer(run(plan(one), facts([quantity(i)], figures=figures)))


@model("quota.bands")
def quota_bands(p: Given, i: Given) -> Answer:
    rows = p.get("bands_percent_of_quota", p.get("bands", []))
    if rows and isinstance(rows[0], str):
        return _page_bands(p, i, rows)
    settings = tiers({"rate_kind": "percent", "tiers": rows}, "marginal", thresholds_percent_of="quota")
    if "re-rates the first band" in str(p.get("retro", "")):
        settings["bands"][1]["reaches_back"] = True
    outcome = run(plan(component(tiers=settings)), facts([quantity(i)], figures={"quota": p["quota"]}))
    return answer(outcome)


def _page_bands(p: Given, i: Given, rates: list[str]) -> Answer:
    """Bare rates: the page they are from has its bands end at 100, 150, 200, ... percent of the quota."""
    ends = [str(100 + 50 * position) for position in range(len(rates) - 1)]
    written: list[Settings] = [{"to": end, "percent": one} for end, one in zip(ends, rates, strict=False)]
    written.append({"percent": rates[-1]})
    got = {}
    for name, method in (("non_cumulative", "marginal"), ("cumulative_whole", "whole")):
        settings = {
            "method": method, "boundary": "upper_inclusive", "outside": "refuse",
            "thresholds_percent_of": "quota", "bands": written,
        }  # fmt: skip
        got[name] = run(
            plan(component(tiers=settings)), facts([quantity(i)], figures={"quota": p["quota"]})
        ).earned
    return got


@model("bonus.threshold")
def threshold(p: Given, i: Given) -> Answer:
    """An amount, or a share of the measure, where a measure lies as the operator says against a threshold."""
    fraction = p.get("rate", p.get("payout_rate"))
    pays = {"flat": p["payout"]} if "payout" in p else {"percent": Decimal(str(fraction)) * 100}
    if "percent" in p:
        pays = {"percent": p["percent"]}
    boundary, rows = _against(str(p.get("operator", "gte")), str(p["threshold"]), pays)
    settings = {
        "method": "whole", "boundary": boundary, "outside": "pays_nothing", "flat_at_zero": True, "bands": rows,
    }  # fmt: skip
    value = i.get(str(p.get("metric", "count")), next(iter(i.values())))
    return answer(run(plan(component(tiers=settings)), facts([value])))


def _against(operator: str, threshold: str, pays: Settings) -> tuple[str, list[Settings]]:
    nothing: Settings = {"flat": "0"}
    if operator in {"lt", "<"}:
        return "lower_inclusive", [{**pays, "to": threshold}, nothing]
    if operator in {"lte", "<="}:
        return "upper_inclusive", [{**pays, "to": threshold}, nothing]
    if operator in {"eq", "=="}:
        return "closed", [{**pays, "from": threshold, "to": threshold}]
    boundary = "upper_inclusive" if operator in {"gt", ">"} else "lower_inclusive"
    return boundary, [{**nothing, "to": threshold}, pays]
