"""Cases of tiers: marginal, whole, interpolated, packages, blocks; per transaction, per group and running."""

from decimal import Decimal

from recon.errors import InputRefused
from recon.payouts.rows import Kind
from tests.conformance.commission.bands import (
    amounts_of,
    bands,
    base_fee,
    listed,
    quantity,
    tiers,
)
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import Settings, answer, component, each, facts, plan, run


@model("tier.marginal")
def marginal(p: Given, i: Given) -> Answer:
    if "quantity" in i:
        return _by_quantity(p, i)
    what = plan(*base_fee(p), component(tiers=tiers(p, "marginal")))
    values = amounts_of(i)
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
    return single_transactions(each(tiers=tiers(p, "marginal")), i)


@model("tier.interpolated.per_tx")
def interpolated(p: Given, i: Given) -> Answer:
    return single_transactions(each(tiers=tiers(p, "interpolated")), i)


@model("tier.current_band.running")
def landing(p: Given, i: Given) -> Answer:
    running = component(scope="transaction", accumulate="period", order="as_booked", tiers=tiers(p, "landing"))
    return single_transactions(running, i)


def single_transactions(one: Settings, i: Given) -> Answer:
    outcome = run(plan(one), facts(amounts_of(i)))
    lines = [sum((row.amount for row in line.rows), Decimal(0)) for line in outcome.lines]
    return {"amount": outcome.earned, "lines": lines}


@model("tier.marginal.running")
def running(p: Given, i: Given) -> Answer:
    if listed(i):
        one = component(scope="transaction", accumulate="period", order="as_booked", tiers=tiers(p, "marginal"))
        return single_transactions(one, i)
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
    pooled_too = {name: value for name, value in one.items() if name != "group"} | {"scope": "payee"}
    together = run(plan(pooled_too), facts(values)).earned
    return {**answer(run(plan(one), facts(values))), "pooled": together}


@model("tier.marginal.pooled", "tier.whole.pooled")
def pooled(p: Given, i: Given) -> Answer:
    return answer(run(plan(component(tiers=tiers(p, _method(p)))), facts(amounts_of(i))))


@model("tier.whole")
def whole(p: Given, i: Given) -> Answer:
    values = amounts_of(i)
    what = plan(*base_fee(p), component(tiers=tiers(p, "whole")))
    before = {"commission": i["prior"]} if "prior" in i else {}
    return answer(run(what, facts(values, before=before)))


@model("tier.whole.per_group", "tier.whole.per_bucket")
def whole_grouped(p: Given, i: Given) -> Answer:
    return _grouped(component(scope="group", group="bucket", tiers=tiers(p, "whole")), i)


@model("tier.closed_interval_line")
def closed(p: Given, i: Given) -> Answer:
    return single_transactions(each(tiers=tiers({**p, "boundary": "closed"}, "whole")), i)


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
    return single_transactions(
        one, {"amounts": [{"amount": i["amount"], "class": str(i.get("class", "")).upper()}]}
    )


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
    try:
        outcome = run(what, facts([i]))
    except InputRefused as error:  # the source pays nothing where the engine refuses, and calls it a slab miss
        if error.problems[0].code != "no-band":
            raise
        return {"amount": Decimal(0), "flag": "slab_miss", "error": "slab_miss"}
    (line,) = outcome.lines
    earned = outcome.earned
    return {
        "amount": earned,
        "effective_percent": earned * 100 / line.quantity,
        "rows": [row.rate for row in outcome.rows if row.kind is Kind.BAND],
    }


@model("tier.package")
def package(p: Given, i: Given) -> Answer:
    before = {"commission": i["prior"]} if "prior" in i else {}
    return answer(run(plan(component(**_package(p))), facts(amounts_of(i), before=before)))


@model("tier.package.per_bucket")
def package_grouped(p: Given, i: Given) -> Answer:
    return _grouped(component(scope="group", group="bucket", **_package(p)), i)


def _package(p: Given) -> Settings:
    partial = "round_down" if str(p.get("round", "up")) == "down" else "round_up"
    rated = {"per_block": p["amount"], "block": p["package_size"], "partial_block": partial}
    free = Decimal(p.get("free_units", "0"))
    if not free:
        return {"rate": rated}
    return {
        "scope": "transaction",
        "accumulate": "none",
        "order": "as_booked",
        "free": {"amount": free},
        "rate": rated,
    }


@model("tier.marginal.blocks")
def marginal_blocks(p: Given, i: Given) -> Answer:
    return answer(run(plan(component(tiers=tiers(p, "marginal"))), facts([quantity(i)])))


@model("tier.whole.blocks")
def whole_blocks(p: Given, i: Given) -> Answer:
    return answer(run(plan(component(tiers=tiers(p, "whole"))), facts([quantity(i)])))
