"""Cases of corrections: refunds, clawbacks, true-ups, what is paid stays paid; and of the linter."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from recon.errors import ReconError
from recon.model.periods import Period
from recon.payouts.adjustments import Adjustment, problems
from recon.payouts.desk.late import true_up
from recon.payouts.desk.states import State, refuse_closed
from recon.payouts.desk.taken_back import TakenBack
from recon.payouts.periods.corrections import Refund, reversals, unserved_percent
from recon.payouts.plan.plan import Plan
from recon.payouts.review.lint import findings
from tests.conformance.commission.bands import QUANTITIES, bands, quantity, tiers
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import CORRECTIONS, component, each, facts, plan, run
from tests.conformance.commission.months import undone_later

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
    """In the month of the sale a refund takes its commission away; later it is a line of its own beside it."""
    del p
    what, commission = plan(each(rate={"percent": "100"})), Decimal(i["commission"])
    if "after" not in str(i["refund"]):
        return {"commission": run(what, facts([commission, -commission])).earned, "new_commission": ZERO}
    back = undone_later(what, commission, JUNE, AUGUST)
    return {"commission": run(what, facts([commission])).earned, "new_commission": booked(back)}


JUNE, AUGUST = Period.parse("2025-06"), Period.parse("2025-08")


def booked(back: TakenBack) -> Decimal:
    """What is booked of everybody together."""
    return sum((one.amount for items in back.items.values() for one in items), ZERO)


@model("clawback.cap_order")
def under_a_cap(p: Given, i: Given) -> Answer:
    what = plan(
        each(rate={"percent": p["percent"]}),
        limits=[{"cap": p["cap"], "excess": "lost", "per": "period"}],
        corrections=policy(p["policy"]),
    )
    given = facts([{"id": "sale", "amount": i["sales"]}])
    delta = reversals(what, given, Refund("sale", Decimal(i["refund"])))[0].amount
    return {"delta": delta, "paid_after": run(what, given).earned + delta}


@model("clawback.tiered")
def in_tiers(p: Given, i: Given) -> Answer:
    one = component(scope="transaction", accumulate="period", order="as_booked", tiers=tiers(p, "marginal"))
    what = plan(one, corrections=policy(p["policy"]))
    back = i["refund"]
    given = facts([{**order, "id": order["id"]} for order in i["orders"]])
    return {"delta": reversals(what, given, Refund(back["order"], Decimal(back["amount"])))[0].amount}


@model("clawback.original_rate")
def at_original_rate(p: Given, i: Given) -> Answer:
    """Each capture carries its own rate; the blended policy gives the figure of the bug."""
    one = each(rate={"percent_of": "percent", "minus_percent": "0"})
    given = facts(i["captures"])
    back = Refund(i["refund"]["capture"], Decimal(i["refund"]["amount"]))
    right = plan(one, corrections=policy(p["policy"]))
    blended = plan(one, corrections=policy("blended"))
    return {
        "delta": reversals(right, given, back)[0].amount,
        "bug_blended": reversals(blended, given, back)[0].amount,
    }


@model("clawback.current_period")
def in_current_period(p: Given, i: Given) -> Answer:
    """The negative is booked in the period of the cancellation; the paid period keeps its cents and attainment."""
    kept = "kept" if not p.get("attainment_reduced") else "reduced"
    rising = component(accumulate="forever", rate={"percent": "100"})
    what = plan(rising, corrections={**CORRECTIONS, "attainment": kept})
    got: dict[str, Any] = {}
    for period, amount in i["paid"].items():
        back = undone_later(what, Decimal(amount), Period.parse(period), Period.parse(i["canceled_in"]))
        got[period] = run(what, facts([amount])).earned
        got[i["canceled_in"]] = booked(back)
        got[f"attainment_{period}_changed"] = bool(back.less)
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
        refuse_closed("the commission", State(str(i["status"]), closed=i["status"] == "paid", acts=()))
    except ReconError as error:
        return {"error": error.problems[0].message}
    return {"updated": True}


def delta_of(now: Decimal, paid: Decimal) -> Decimal:
    """What the desk books where a closed period was paid one amount and earns another."""
    what = plan(component(rate={"percent": "100"}))
    return sum((one.amount for one in true_up(what, "2026-01", now, paid, "late facts of")), ZERO)


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
    return {"delta": delta_of(after, before)}


def _rolled_in(i: Given) -> Answer:
    """The open period's own amount, and the deltas of closed periods that are booked into it."""
    own = sum((Decimal(value) for value in i.values() if isinstance(value, str)), ZERO)
    deltas = [Decimal(one) for value in i.values() if isinstance(value, list) for one in value]
    pays = own + sum((delta_of(one, ZERO) for one in deltas), ZERO)
    return {"pay": pays, "paid": pays, "amount": pays, "total": pays, "payout": pays}


@model("trueup.ytd_minus_paid")
def year_to_date(p: Given, i: Given) -> Answer:
    del p
    return {"pay": delta_of(Decimal(i["ytd_earned"]), Decimal(i["ytd_paid"]))}


@model("trueup.delta", "trueup.period_preserving")
def total_moved(p: Given, i: Given) -> Answer:
    """Units become known late: of the first of two periods, or of the total by the end of the second.

    With `delta` all of it is of the open period.
    """
    rows = bands(p) or [{"rate": p["rate_per_unit"]}]
    what = plan(component(tiers=tiers({**p, "tiers": rows}, str(p.get("method", "marginal")))))
    if "already_booked_units" in i:
        booked = first = Decimal(i["already_booked_units"])
    else:
        booked = Decimal(i["booked_period1_units"])
        known = (value for name, value in i.items() if "period1" in name and "booked" not in name)
        first = Decimal(next(known, booked))
    now = Decimal(i["cumulative_units_now"])
    second = run(what, facts([now - first], before={"commission": first}))
    lines = [*_changes(what, booked, first, later="1"), *_changes(what, first, now, later="2")]
    amount = delta_of(run(what, facts([first])).earned, run(what, facts([booked])).earned) + second.earned
    return {"amount": amount, "lines": lines}


def _changes(what: Plan, before: Decimal, after: Decimal, later: str) -> Iterator[Answer]:
    """Between two totals, the units and amounts by rate: what is gone was booked in the first period."""
    then, now = _by_rate(what, before), _by_rate(what, after)
    for rate in sorted(then.keys() | now.keys(), key=lambda one: (one in now, one)):
        units, amount = (now.get(rate, (ZERO, ZERO))[n] - then.get(rate, (ZERO, ZERO))[n] for n in (0, 1))
        if units or amount:
            yield {
                "period": later if rate in now or later == "1" else "1",
                "units": units, "rate": rate.split()[0], "amount": amount,
            }  # fmt: skip


def _by_rate(what: Plan, total: Decimal) -> dict[str, tuple[Decimal, Decimal]]:
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for row in run(what, facts([total])).rows if total else ():
        units, amount = sums.get(row.rate, (ZERO, ZERO))
        sums[row.rate] = (units + (row.units or ZERO), amount + row.amount)
    return sums


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
