"""Cases of corrections: refunds, clawbacks, true-ups, what is paid stays paid; and of the linter."""

from decimal import Decimal
from typing import Any

from recon.errors import ReconError
from recon.payouts.adjustments import Adjustment, problems, refuse_change
from recon.payouts.corrections import (
    Refund,
    booked,
    refunded_commission,
    reversal,
    true_up,
    unserved_percent,
)  # fmt: skip
from recon.payouts.lint import findings
from recon.payouts.periods_kept import corrections
from recon.payouts.plan.bands import Tiers
from tests.conformance.commission.bands import QUANTITIES, bands, quantity, tiers
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import CORRECTIONS, component, each, facts, plan, run

ZERO = Decimal(0)
POLICIES = {
    "original_line_rate": "original_rate", "original_rate": "original_rate", "recompute": "recompute",
    "blended_rate": "blended", "blended": "blended", "lifo": "lifo",
    "recompute_then_cap": "recompute", "reverse_original_line_after_cap": "original_rate",
}  # fmt: skip


def policy(name: str) -> dict[str, Any]:
    return {**CORRECTIONS, "reversal": POLICIES[name]}


@model("clawback.after_paid", "clawback.before_paid")
def refunded(p: Given, i: Given) -> Answer:
    del p
    after = "after" in str(i["refund"])
    kept, booked = refunded_commission(Decimal(i["commission"]), paid=after)
    return {"new_commission": booked, "commission": kept}


@model("clawback.cap_order")
def under_a_cap(p: Given, i: Given) -> Answer:
    what = plan(
        each(rate={"percent": p["percent"]}),
        limits=[{"cap": p["cap"], "excess": "lost", "per": "period"}],
        corrections=policy(p["policy"]),
    )
    given = facts([{"id": "sale", "amount": i["sales"]}])
    delta = reversal(what, given, Refund("sale", Decimal(i["refund"]))).amount
    return {"delta": delta, "paid_after": run(what, given).earned + delta}


@model("clawback.tiered")
def in_tiers(p: Given, i: Given) -> Answer:
    one = component(scope="transaction", accumulate="period", order="as_booked", tiers=tiers(p, "marginal"))
    what = plan(one, corrections=policy(p["policy"]))
    back = i["refund"]
    given = facts([{**order, "id": order["id"]} for order in i["orders"]])
    return {"delta": reversal(what, given, Refund(back["order"], Decimal(back["amount"]))).amount}


@model("clawback.original_rate")
def at_original_rate(p: Given, i: Given) -> Answer:
    """Each capture carries its own rate; the blended policy gives the figure of the bug."""
    one = each(rate={"percent_of": "percent", "minus_percent": "0"})
    given = facts(i["captures"])
    back = Refund(i["refund"]["capture"], Decimal(i["refund"]["amount"]))
    right = plan(one, corrections=policy(p["policy"]))
    blended = plan(one, corrections=policy("blended"))
    return {"delta": reversal(right, given, back).amount, "bug_blended": reversal(blended, given, back).amount}


@model("clawback.current_period")
def in_current_period(p: Given, i: Given) -> Answer:
    """The negative is booked in the period of the cancellation; the paid period keeps its cents and attainment."""
    kept = "kept" if not p.get("attainment_reduced") else "reduced"
    here = "period_of_correction" if "cancel" in str(p["post_to"]) else "period_of_sale"
    what = plan(
        each(rate={"percent": "100"}), corrections={**CORRECTIONS, "attainment": kept, "books_in": here}
    )
    got: dict[str, Any] = {}
    for period, amount in i["paid"].items():
        given = facts([{"id": "sale", "amount": amount}])
        back = reversal(what, given, Refund("sale", Decimal(amount)))
        booking = booked(what, back, period, i["canceled_in"])
        got[period] = run(what, given).earned
        got[booking.period] = got.get(booking.period, ZERO) + booking.row.amount
        got[f"attainment_{period}_changed"] = booking.attainment != 0
    return got


@model("clawback.manual")
def by_hand(p: Given, i: Given) -> Answer:
    settings = {**CORRECTIONS, "reasons": list(p["reason_codes"]), "description_required": True}
    rule = plan(component(rate={"flat": "1"}), corrections=settings).corrections
    one = Adjustment("payee", Decimal(i["amount"]), str(i.get("reason", "")), str(i.get("description", "")))
    found = problems(rule, one)
    return {"error": found[0].message} if found else {"amount": one.amount}


@model("clawback.prorata_time")
def by_time(p: Given, i: Given) -> Answer:
    percent = unserved_percent(Decimal(p["contract_months"]), Decimal(i["canceled_after_months"]))
    got: Answer = {"clawback_percent": percent}
    if "commission" in i:
        got["clawback"] = got["delta"] = got["amount"] = -Decimal(i["commission"]) * percent / 100
    return got


@model("ledger.immutable")
def immutable(p: Given, i: Given) -> Answer:
    del p
    try:
        refuse_change(i["status"], "the commission")
    except ReconError as error:
        return {"error": error.problems[0].message}
    return {"updated": True}


@model("trueup.prior_period")
def prior_period(p: Given, i: Given) -> Answer:
    """Amounts as computed by two versions of the facts, or bases to compute both from."""
    if "percent" in p:
        what = plan(component(rate={"percent": p["percent"]}))
        before, after = (run(what, facts([i[name]])).earned for name in ("booked", "corrected"))
    elif "v1" in i:
        before, after = (Decimal(i[name]["earning"]) for name in ("v1", "v2"))
    elif "original" in i:
        before, after = Decimal(i["original"]), Decimal(i["recomputed"])
    else:
        return _rolled_in(i)
    return {"delta": true_up(after, before, "payee", "true-up").amount}


def _rolled_in(i: Given) -> Answer:
    """The open period's own amount, and the deltas of closed periods that are booked into it."""
    own = sum((Decimal(value) for value in i.values() if isinstance(value, str)), ZERO)
    deltas = [Decimal(one) for value in i.values() if isinstance(value, list) for one in value]
    rows = [true_up(one, ZERO, "payee", "closed period") for one in deltas]
    pays = own + sum((row.amount for row in rows), ZERO)
    return {"pay": pays, "paid": pays, "amount": pays, "total": pays, "payout": pays}


@model("trueup.ytd_minus_paid")
def year_to_date(p: Given, i: Given) -> Answer:
    del p
    return {"pay": true_up(Decimal(i["ytd_earned"]), Decimal(i["ytd_paid"]), "payee", "year to date").amount}


@model("trueup.delta")
def delta(p: Given, i: Given) -> Answer:
    """What is new since the last booking, at the rate, in the current period."""
    rows = bands(p) or [{"rate": p["rate_per_unit"]}]
    one = component(tiers=tiers({**p, "tiers": rows}, str(p.get("method", "marginal"))))
    booked, now = Decimal(i["already_booked_units"]), Decimal(i["cumulative_units_now"])
    what = plan(one)
    outcome = run(what, facts([now - booked], before={"commission": booked}))
    lines = [
        {"units": line.units, "rate": line.rate.split()[0], "period": "2", "amount": line.amount}
        for line in corrections(_given(what.components[0].tiers), [booked], [booked, now - booked])
    ]
    return {"amount": outcome.earned, "lines": lines}


@model("trueup.period_preserving")
def period_preserving(p: Given, i: Given) -> Answer:
    rows = bands(p) or [{"rate": p["rate_per_unit"]}]
    method = str(p.get("method", "marginal"))
    built = plan(component(tiers=tiers({**p, "tiers": rows}, method))).components[0].tiers
    booked = Decimal(i["booked_period1_units"])
    first = Decimal(
        next((value for name, value in i.items() if "period1" in name and "booked" not in name), booked)
    )
    now = Decimal(i["cumulative_units_now"])
    lines = corrections(_given(built), [booked], [first, now - first])
    return {
        "amount": sum((one.amount for one in lines), ZERO),
        "lines": [{"period": str(one.period), "units": one.units, "amount": one.amount} for one in lines],
    }


def _given(built: Tiers | None) -> Tiers:
    if built is None:
        raise ValueError("the plan lost its tiers")
    return built


@model("lint.tier_gap")
def gap(p: Given, i: Given) -> Answer:
    """Bands of whole units: what a value earns that lies in none of them, and what the linter says."""
    rows = [{**row, "rate": row.get("rate", "1")} for row in bands(p)]
    settings = tiers({**p, "tiers": rows, "ranges": rows, "boundary": "closed"}, "whole")
    settings.update(step="1", outside="pays_nothing")
    what = plan(component(tiers=settings))
    outcome = run(what, facts([quantity(i)]))
    found = [one for one in findings(what) if one.code == "band-gap"]
    return {
        "matching_range": outcome.rows[0].words if outcome.rows else None,
        "amount": outcome.earned,
        "lint": found[0].message.split(":")[0] if found else None,
    }


@model("lint.tier_overlap")
def overlap(p: Given, i: Given) -> Answer:
    """The amount with half-open bands; read as closed bands, the linter says how often units are counted twice."""
    half_open = plan(
        component(tiers=tiers({**p, "rate_kind": "percent", "boundary": "upper_inclusive"}, "marginal"))
    )
    both_ends = plan(component(tiers=tiers({**p, "rate_kind": "percent", "boundary": "closed"}, "marginal")))
    found = [one for one in findings(both_ends) if one.code == "band-overlap"]
    got: Answer = {"lint": found[0].message.split(":")[0] if found else None}
    if not any(name in i for name in QUANTITIES):
        return got
    base = Decimal(quantity(i))
    twice = sum((one.counted_twice for one in found if one.value is not None and one.value < base), ZERO)
    return {
        "correct_amount": run(half_open, facts([base])).earned,
        "lago_counts_units": base + twice,
        **got,
    }
