"""Cases of tiers: marginal, whole, interpolated, packages, blocks, bands by count, per transaction and running."""

from decimal import Decimal
from typing import Any

from recon.payouts.rows import Kind
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import Settings, answer, component, each, facts, plan, run

BAND_LISTS = ("tiers", "sections", "bands", "slabs", "ranges")
QUANTITIES = ("units", "base_amount", "amount", "revenue", "deal", "base", "bookings", "sales", "conversions")
LISTS = ("amounts", "events", "orders", "buckets", "groups")


def bands(p: Given) -> list[Given]:
    """The list of bands of a case, whatever it is called."""
    for name in (*BAND_LISTS, *(name for name in p if name.startswith("slabs"))):
        if isinstance(p.get(name), list):
            return list(p[name])
    return [p["band"]] if "band" in p else []


def tiers(p: Given, method: str, rows: list[Given] | None = None, **more: Any) -> Settings:
    """The tiers of a case in the plan's words."""
    given = bands(p) if rows is None else rows
    unit = "percent" if str(p.get("rate_kind", "")).startswith("percent") else "per_unit"
    settings: Settings = {"method": method, "boundary": boundary(p, given), "outside": outside(p)}
    written = []
    start = Decimal(0)
    for row in given:
        band = rate(row, unit, p)
        if "block" in row and "max_blocks" in row:
            band["from"], start = start, start + Decimal(row["block"]) * Decimal(row["max_blocks"])
            if row is not given[-1]:
                band["to"] = start
        for name in ("from", "min"):
            if row.get(name) is not None:
                band["from"] = row[name]
        for name in ("upto", "to", "max", "upto_attainment"):
            if row.get(name) is not None:
                band["to"] = row[name]
        written.append(band)
    if settings["boundary"] == "closed" and method != "whole":
        settings["step"] = "1"
    if any("flat" in band for band in written):
        settings["flat_at_zero"] = flat_at_zero(p)
    return {**settings, "bands": written, **more}


def rate(row: Given, unit: str, p: Given) -> Settings:
    """The rate of a band: percentages, amounts per unit or block, flat amounts, what a full band is worth."""
    found: Settings = {}
    if "block" in row:
        partial = "round_down" if "down" in str(p.get("partial_block", "up")) else "round_up"
        return {"per_block": row["rate"], "block": row["block"], "partial_block": partial}
    for name, key in (
        ("percent", "percent"), ("rate_percent", "percent"), ("bps", "bps"), ("cpa", "per_unit"),
        ("rate", unit), ("commission", "flat"), ("amount", "flat"), ("payout", "flat"), ("flat", "flat"),
        ("multiple", "multiple"), ("amount_at_top", "worth"),
    ):  # fmt: skip
        if row.get(name) is not None and not (name == "flat" and not Decimal(row[name])):
            found[key] = row[name]
    return found or {"flat": "0"}


def boundary(p: Given, given: list[Given]) -> str:
    """The boundary that a case states, or that the form of its bands implies."""
    said = str(p.get("boundary", ""))
    for word in ("upper_inclusive", "lower_inclusive", "closed"):
        if said.startswith(word):
            return word
    ends = [row.get("to", row.get("max")) for row in given]
    starts = [row.get("from", row.get("min")) for row in given]
    if all(start is None for start in starts):
        return "upper_inclusive"
    if all(end is None for end in ends):
        return "lower_inclusive"
    touching = [
        Decimal(start) == Decimal(end) for end, start in zip(ends, starts[1:], strict=False) if end and start
    ]
    return "upper_inclusive" if touching and all(touching) else "closed"


def outside(p: Given) -> str:
    lowest = [row.get("from", row.get("min")) for row in bands(p)]
    starts_above = bool(lowest) and lowest[0] is not None and Decimal(lowest[0]) > 0
    return "pays_nothing" if p.get("no_match") == "0" or starts_above else "refuse"


def flat_at_zero(p: Given) -> bool:
    """Whether the first flat amount is due at zero units; "once per tier entered" says that it is not."""
    if "flat_fee_at_zero_units" in p:
        return bool(p["flat_fee_at_zero_units"])
    return "flat_fee" not in p


def quantity(i: Given) -> str:
    return next(str(i[name]) for name in QUANTITIES if name in i)


def listed(i: Given) -> list[str] | None:
    return next((list(i[name]) for name in LISTS if name in i), None)


def base_fee(p: Given) -> list[Settings]:
    """A fee that is paid beside the tiers, whatever was done."""
    return [component("base fee", rate={"flat": p["base_fee"]})] if "base_fee" in p else []


@model("tier.marginal")
def marginal(p: Given, i: Given) -> Answer:
    if "quantity" in i:
        return _by_quantity(p, i)
    what = plan(*base_fee(p), component(tiers=tiers(p, "marginal")))
    values = listed(i) or [quantity(i)]
    before = {"commission": i["prior"]} if "prior" in i else {}
    outcome = run(what, facts(values, before=before))
    got = answer(outcome)
    measured = sum((Decimal(value) for value in values), Decimal(0))
    if measured:
        got["effective_percent"] = outcome.earned * 100 / measured
    for row in bands(p):
        if row.get("upto") is not None:
            at = run(what, facts([row["upto"]]))
            got[f"at_{row['upto']}"] = at.earned
    return got


def _by_quantity(p: Given, i: Given) -> Answer:
    """Bands count units, rates are a percent of the price."""
    total = Decimal(i["quantity"]) * Decimal(i["price"])
    written = tiers(p, "marginal", by={"sum": "quantity"})
    return answer(run(plan(component(tiers=written)), facts([{"amount": total, "quantity": i["quantity"]}])))


@model("tier.marginal.per_tx")
def marginal_per_transaction(p: Given, i: Given) -> Answer:
    return _transactions(each(tiers=tiers(p, "marginal")), i)


@model("tier.interpolated.per_tx")
def interpolated(p: Given, i: Given) -> Answer:
    return _transactions(each(tiers=tiers(p, "interpolated")), i)


@model("tier.current_band.running")
def landing(p: Given, i: Given) -> Answer:
    running = component(scope="transaction", accumulate="period", order="as_booked", tiers=tiers(p, "landing"))
    return _transactions(running, i)


def _transactions(one: Settings, i: Given) -> Answer:
    outcome = run(plan(one), facts(listed(i) or [quantity(i)]))
    lines = [sum((row.amount for row in line.rows), Decimal(0)) for line in outcome.lines]
    return {"amount": outcome.earned, "lines": lines}


@model("tier.marginal.running")
def running(p: Given, i: Given) -> Answer:
    if listed(i):
        one = component(scope="transaction", accumulate="period", order="as_booked", tiers=tiers(p, "marginal"))
        return _transactions(one, i)
    return marginal(p, i)


@model("tier.marginal.prorated")
def prorated(p: Given, i: Given) -> Answer:
    """Full units choose the band, prorated units are paid; the source rounds the fee to cents."""
    settings = tiers(p, "marginal", by={"sum": "full"})
    one = component(
        scope="transaction", accumulate="period", order="as_booked", measure={"sum": "prorated"}, tiers=settings
    )
    events = [
        {"full": full, "prorated": part}
        for full, part in zip(i["full_units"], i["prorated_units"], strict=True)
    ]
    return answer(run(plan(one, rounding={"at": "payee", "mode": "half_up", "places": "2"}), facts(events)))


@model("tier.marginal.per_bucket", "tier.whole.per_group", "tier.whole.per_bucket", "tier.marginal.per_group")
def grouped(p: Given, i: Given) -> Answer:
    return _grouped(component(scope="group", group="bucket", tiers=tiers(p, _method(p))), i)


def _method(p: Given) -> str:
    return str(p.get("method", "marginal"))


def _grouped(one: Settings, i: Given) -> Answer:
    values = [{"amount": value, "bucket": f"b{position:03}"} for position, value in enumerate(listed(i) or [])]
    outcome = run(plan(one), facts(values))
    return {**answer(outcome), "pooled": outcome.earned}


@model("tier.marginal.pooled", "tier.whole.pooled")
def pooled(p: Given, i: Given) -> Answer:
    return answer(run(plan(component(tiers=tiers(p, _method(p)))), facts(listed(i) or [quantity(i)])))


@model("tier.whole")
def whole(p: Given, i: Given) -> Answer:
    values = listed(i) or [quantity(i)]
    what = plan(*base_fee(p), component(tiers=tiers(p, "whole")))
    before = {"commission": i["prior"]} if "prior" in i else {}
    return answer(run(what, facts(values, before=before)))


@model("tier.whole.per_group", "tier.whole.per_bucket")
def whole_grouped(p: Given, i: Given) -> Answer:
    return _grouped(component(scope="group", group="bucket", tiers=tiers(p, "whole")), i)


@model("tier.closed_interval_line")
def closed(p: Given, i: Given) -> Answer:
    return _transactions(each(tiers=tiers({**p, "boundary": "closed"}, "whole")), i)


@model("rate.class_override")
def by_class(p: Given, i: Given) -> Answer:
    """Slabs of a class stand in its name (`slabs_prime`); plain `slabs` are for every other class."""
    cases = {
        name.removeprefix("slabs_").upper(): {"tiers": tiers({}, "whole", rows)}
        for name, rows in p.items()
        if name.startswith("slabs_")
    }
    other = {"otherwise": {"tiers": tiers({}, "whole", p["slabs"])}} if "slabs" in p else {}
    one = each(by={"word": "class", "cases": cases, **other})
    return _transactions(one, {"amounts": [{"amount": i["amount"], "class": i.get("class", "")}]})


@model("tier.whole.with_adjustment")
def adjusted(p: Given, i: Given) -> Answer:
    """A multiplier from the second disbursement on, points taken off from a loan sequence on, in that order."""
    steps: list[Settings] = []
    for name, value in p.items():
        if name.endswith("_multiplier"):
            steps.append({"when": {"disbursement_no": {"over": "1"}}, "multiply": value})
        if name.startswith("sequence_") and name.endswith("_plus_adjust"):
            least = name.removeprefix("sequence_").removesuffix("_plus_adjust")
            steps.append({"when": {"loan_sequence": {"at_least": least}}, "add_percent": value})
    if str(p.get("order", "")).startswith("rate+"):
        steps.reverse()
    what = plan(each(tiers=tiers(p, "whole"), adjust=steps))
    outcome = run(what, facts([i]))
    (line,) = outcome.lines
    earned = outcome.earned
    return {
        "amount": earned,
        "effective_percent": earned * 100 / line.quantity,
        "rows": [row.rate for row in outcome.rows if row.kind is Kind.BAND],
    }


@model("tier.package")
def package(p: Given, i: Given) -> Answer:
    return answer(run(plan(component(**_package(p))), facts(listed(i) or [quantity(i)])))


@model("tier.package.per_bucket")
def package_grouped(p: Given, i: Given) -> Answer:
    return _grouped(component(scope="group", group="bucket", **_package(p)), i)


def _package(p: Given) -> Settings:
    partial = "round_down" if str(p.get("round", "up")) == "down" else "round_up"
    rated = {"per_block": p["amount"], "block": p["package_size"], "partial_block": partial}
    free = Decimal(p.get("free_units", "0"))
    if not free:
        return {"rate": rated}
    return {"scope": "transaction", "accumulate": "none", "free": {"amount": free}, "rate": rated}


@model("tier.marginal.blocks")
def marginal_blocks(p: Given, i: Given) -> Answer:
    return answer(run(plan(component(tiers=tiers(p, "marginal"))), facts([quantity(i)])))


@model("tier.whole.blocks")
def whole_blocks(p: Given, i: Given) -> Answer:
    return answer(run(plan(component(tiers=tiers(p, "whole"))), facts([quantity(i)])))


@model("tier.whole.count")
def by_count(p: Given, i: Given) -> Answer:
    """The count chooses the band; an amount per action pays for each, a percent pays on the revenue."""
    count = i.get("conversions", i.get("actions", i.get("count", "0")))
    method = "whole" if p.get("retroactive", True) else "marginal"
    settings = tiers(p, method, by={"sum": "actions"}, outside="pays_nothing")
    by_action = any("cpa" in row for row in bands(p))
    measure = {"sum": "actions"} if by_action else {"sum": "amount"}
    given = [{"actions": count, "amount": i.get("revenue", "0")}]
    return answer(run(plan(component(measure=measure, tiers=settings)), facts(given)))


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
    """The same tier for all actions, or only for those past the threshold."""
    written = [{"to": p["tier_at_actions"], "per_unit": p["base_rate"]}, {"per_unit": p["tier_rate"]}]
    got = {}
    for name, method in (("all_actions", "whole"), ("past_tier", "marginal")):
        settings = {"method": method, "boundary": "upper_inclusive", "outside": "refuse", "bands": written}
        got[name] = run(plan(component(tiers=settings)), facts([i["actions"]])).earned
    return got


@model("rate.band_table")
def band_table(p: Given, i: Given) -> Answer:
    one = each(tiers=tiers(p, "whole", boundary="closed", step="1", flat_at_zero=False))
    return _transactions(one, i)


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
    """An amount, or a share of the measure, once a measure reaches (`gte`) or passes (`gt`) a threshold."""
    edge = "lower_inclusive" if str(p.get("operator", "gte")) in {"gte", "eq", "=="} else "upper_inclusive"
    fraction = p.get("rate", p.get("payout_rate"))
    pays = {"flat": p["payout"]} if "payout" in p else {"percent": Decimal(str(fraction)) * 100}
    if "percent" in p:
        pays = {"percent": p["percent"]}
    settings = {
        "method": "whole", "boundary": edge, "outside": "refuse", "flat_at_zero": False,
        "bands": [{"to": p["threshold"], "flat": "0"}, pays],
    }  # fmt: skip
    value = i.get(str(p.get("metric", "count")), next(iter(i.values())))
    return answer(run(plan(component(tiers=settings)), facts([value])))
