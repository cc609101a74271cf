"""Cases of what is finally paid: minimum, balances, holds, reserves, taxes, journal, rounding, periods."""

from datetime import date
from decimal import Decimal

from recon.model.postings import Posting
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.holds import release
from recon.payouts.calculation.paying import Payout, pay
from recon.payouts.calculation.rounding import allocated
from recon.payouts.journal import Accounts, accrual, journal_of
from recon.payouts.plan.payment import Remainder
from recon.payouts.rows import Kind, Row
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.corrections import delta_of
from tests.conformance.commission.language import Settings, answer, component, each, facts, plan, run
from tests.conformance.commission.limits import one_or_many
from tests.conformance.commission.months import due_on, is_dormant

ZERO = Decimal(0)
WHOLE = {"percent": "100"}


FORGIVEN = ("floor", "drop", "forfeit", "forgive", "ignore", "nothing", "write", "zero")
"""Words for a negative balance that is not carried on."""


@model("payout.minimum", "payout.negative_balance")
def balances(p: Given, i: Given) -> Answer:
    negative = "nothing" if str(p.get("policy", "carry")).startswith(FORGIVEN) else "carry"
    payment: Settings = {"negative": negative, "open_break": "hold"}
    if "minimum" in p:
        payment["minimum"] = {"amount": p["minimum"], "below": "carry" if p.get("carry", True) else "forfeit"}
    what = plan(component(rate=WHOLE), payment=payment)
    left: dict[str, Decimal] = {}
    payouts: list[Payout] = []
    for value in i["months"] if "months" in i else [i["balance"]]:
        payouts.append(pay(what, Facts("payee"), Decimal(value), left))
        left = dict(payouts[-1].balances)
    return {
        "paid": one_or_many(i, [one.paid for one in payouts]),
        "carried": one_or_many(i, [one.carried for one in payouts]),
    }


@model("payout.net_of_refunds")
def net_of_refunds(p: Given, i: Given) -> Answer:
    """The share of what stays sold, less what was already paid: refunded sales are subtracted once."""
    one = component(
        activity={"of": "matched", "source": "transactions", "except": {"status": "refunded"}},
        rate={"percent": p["share_percent"]},
    )
    sales = [{"amount": i["good_sales"], "status": "ok"}, {"amount": i["refunded_sales"], "status": "refunded"}]
    earned = run(plan(one), facts(sales)).earned
    return {"owed": delta_of(earned, Decimal(i["already_paid"]))}


@model("currency.payout_conversion")
def converted(p: Given, i: Given) -> Answer:
    fx = {"to": p["to"], "rate_of": "period_end", "source": "the case"}
    payment = {"negative": "carry", "open_break": "hold", "fx": fx}
    what = plan(component(rate=WHOLE), currency=p["from"], payment=payment)
    outcome = run(what, facts([i["commission"]]))
    return {"amount": pay(what, outcome.facts, outcome.earned, fx_rate=Decimal(p["rate"])).paid}


@model("reserve.rolling")
def reserve(p: Given, i: Given) -> Answer:
    kept = {"percent": p["percent"], "release_after_days": p["release_days"]}
    what = plan(component(rate=WHOLE), payment={"negative": "carry", "open_break": "hold", "reserve": kept})
    payout = pay(what, Facts("payee", day=date.fromisoformat(i["date"])), Decimal(i["payout"]))
    return {"paid": payout.paid, "reserved": payout.reserved, "release_date": payout.release}


@model("hold.release")
def hold(p: Given, i: Given) -> Answer:
    names = {"after_days": "days", "after_months": "months", "after_payments": "payments"}
    trigger = p["trigger"]
    payment: Settings = {"negative": "carry", "open_break": "hold"}
    if trigger in names:
        payment["hold"] = {trigger: p[names[trigger]]}
    elif "payment" in trigger:
        payment["hold"] = {"after_payments": "1"}
    rule = plan(component(rate=WHOLE), payment=payment).payment.hold
    found = release(rule, _day(i, "earned"), _day(i, "as_of"), int(i.get("client_payments", "0")))
    return {"status": found.status, "release_date": found.due, "progress": found.progress}


def _day(i: Given, name: str) -> date | None:
    return date.fromisoformat(i[name]) if name in i else None


@model("holdback.period")
def holdback(p: Given, i: Given) -> Answer:
    held = {"after_days": i["holding_days"], "exempt": list(p.get("exempt", []))}
    rule = plan(
        component(rate=WHOLE), payment={"negative": "carry", "open_break": "hold", "hold": held}
    ).payment.hold
    kind = str(i.get("type", i.get("kind", "commission")))
    return {"payable_from": release(rule, _day(i, "earned"), None, kind=kind).due}


@model("kpi.dormancy")
def dormancy(p: Given, i: Given) -> Answer:
    last, as_of = date.fromisoformat(i["last_txn"]), date.fromisoformat(i["as_of"])
    dormant = is_dormant(last, as_of, int(p["dormant_after_days"]))
    return {"dormant": dormant, "days": str((as_of - last).days)}


EVERY = {
    "daily": "day", "weekly": "week", "biweekly": "half_month", "semimonthly": "half_month", "monthly": "month",
    "quarterly": "quarter", "semi": "half_year", "semiannual": "half_year", "annual": "year", "yearly": "year",
}  # fmt: skip


@model("settlement.period")
def settlement(p: Given, i: Given) -> Answer:
    """The periods that are due by the books: entries on the days of the invoices, under a plan that says how long."""
    given = {**i, **p}
    word = str(given["frequency"]).split(maxsplit=1)[0].casefold().replace("-", "")
    payment: Settings = {"negative": "carry", "open_break": "hold", "every": EVERY[word]}
    what = plan(component(rate=WHOLE), payment=payment)
    days = [date.fromisoformat(one) for one in given["invoice_dates"]]
    complete = bool(given.get("only_complete_periods", True))
    found = due_on(what, days, date.fromisoformat(given["settle_to"]), only_complete=complete)
    return {"settlements": str(len(found)), "periods": [str(one) for one in found]}


@model("tax.gst_tds")
def goods_and_services(p: Given, i: Given) -> Answer:
    taxes = [
        {"name": name, "percent": p[f"{name}_percent"], "direction": direction}
        for name, direction in (("gst", "added"), ("tds", "withheld"))
        if f"{name}_percent" in p
    ]
    payout = pay(plan(component(rate=WHOLE), taxes=taxes), Facts("payee"), Decimal(i["gross"]))
    found = {row.component: abs(row.amount) for row in payout.rows if row.kind is Kind.TAX}
    return {"net": payout.paid, "gst": found.get("gst", ZERO), "tds": found.get("tds", ZERO)}


@model("tax.wht")
def withholding(p: Given, i: Given) -> Answer:
    tax: Settings = {"name": "wht", "percent": p["percent"], "direction": "withheld"}
    if "no_tin_multiplier" in p:
        tax["without_tax_id_times"] = p["no_tin_multiplier"]
    threshold = next((value for name, value in p.items() if "threshold" in name), None)
    if threshold is not None:
        tax["threshold"] = {"over": threshold, "per": "month", "catch_up": bool(p.get("catch_up", True))}
    words = {} if i.get("tin", True) is False else {"tax_id": "given"}
    exempt = next(
        (value for name, value in p.items() if "exempt" in name and not isinstance(value, bool)), None
    )
    if exempt is not None:
        tax["exempt"] = {"monthly": {"at_most": exempt}, "tax_id": "given"}
    monthly = {"monthly": Decimal(i["gross"])} if "gross" in i else {}
    what = plan(component(rate=WHOLE), taxes=[tax])
    left: dict[str, Decimal] = {}
    payouts = []
    values = next((value for value in i.values() if isinstance(value, list)), [i.get("gross", "0")])
    for value in values:
        payouts.append(pay(what, Facts("payee", words=words, figures=monthly), Decimal(value), left))
        left = dict(payouts[-1].balances)
    taken = [-sum((row.amount for row in one.rows if row.kind is Kind.TAX), ZERO) for one in payouts]
    return {"wht": one_or_many(i, taken), "net": one_or_many(i, [one.paid for one in payouts])}


@model("gl.journal")
def journal(p: Given, i: Given) -> Answer:
    if "amortise" in str(p.get("policy", "")) or "defer" in str(p.get("policy", "")):
        return {"journal": _deferred(Decimal(i["commission"]), str(p.get("months", "12")))}
    given = {**p, **i}
    rows = [Row(Kind.BASE, Decimal(i.get("commission", i.get("expense", "0"))), "payee", "earned")]
    for name, sign in (("gst", 1), ("vat", 1), ("tds", -1), ("wht", -1)):
        if name in given:
            rows.append(Row(Kind.TAX, sign * Decimal(given[name]), "payee", name))
        elif f"{name}_percent" in given:
            rows.append(
                Row(Kind.TAX, sign * rows[0].amount * Decimal(given[f"{name}_percent"]) / 100, "payee", name)
            )
    postings = accrual(rows)
    return {
        "journal": _lines(postings),
        "balanced": True,
        **{one.account.casefold(): one.amount for one in postings},
        "payable": next((one.amount for one in postings if one.account == Accounts().payable), ZERO),
    }


def _deferred(commission: Decimal, months: str) -> list[dict[str, object]]:
    """What the journal of a plan that defers its expense has beside the expense and what is payable."""
    what = plan(component(rate=WHOLE), deferral={"months": months})
    names = (Accounts().deferred, Accounts().contra)
    postings = journal_of(what, [Row(Kind.BASE, commission, "payee", "earned")])
    return _lines([one for one in postings if one.account in names])


def _lines(postings: list[Posting]) -> list[dict[str, object]]:
    return [{"dr" if one.side == "debit" else "cr": one.account, "amount": one.amount} for one in postings]


@model("rounding.allocate")
def allocate(p: Given, i: Given) -> Answer:
    return _allocate(p, i, Remainder.LARGEST_REMAINDER)


@model("rounding.allocate.first")
def allocate_first(p: Given, i: Given) -> Answer:
    return _allocate(p, i, Remainder.FIRST)


@model("rounding.allocate.remainder_to_one")
def allocate_to_one(p: Given, i: Given) -> Answer:
    return _allocate(p, i, Remainder.LARGEST_SHARE)


def _allocate(p: Given, i: Given, remainder: Remainder) -> Answer:
    amount = Decimal(i.get("minor_units", i.get("amount", "0")))
    weights = [Decimal(one) for one in p.get("ratios", ["1"] * int(p.get("parts", "1")))]
    return {
        "shares": allocated(amount, weights, Decimal(1) if "minor_units" in i else Decimal("0.01"), remainder)
    }


@model("rounding.mode", "rounding.exponent")
def mode(p: Given, i: Given) -> Answer:
    rounding = {"at": "payee", "mode": p.get("mode", "half_even"), "places": p.get("places"), "to": p.get("to")}
    what = plan(component(rate=WHOLE), rounding=rounding, currency=p.get("currency", "USD"))
    return answer(run(what, facts([i["amount"]])))


@model("rounding.level")
def level(p: Given, i: Given) -> Answer:
    got: Answer = {}
    for name, at in (("round_per_line", "line"), ("round_on_total", "payee")):
        rounding = {"at": at, "mode": p.get("mode", "half_even"), "places": "2"}
        got[name] = run(
            plan(each(rate={"percent": p["percent"]}), rounding=rounding), facts(i["line_bases"])
        ).earned
    return {**got, "difference": got["round_per_line"] - got["round_on_total"]}
