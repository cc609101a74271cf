"""Cases of residuals and margins: buy rates, conversion, schedules by month, what remains after costs."""

from decimal import Decimal

from recon.payouts.review.growth import Growth, forecast
from recon.payouts.rows import quantized
from tests.conformance.commission.cases import Answer, Given, model
from tests.conformance.commission.language import Settings, answer, component, each, facts, plan, run


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
    growth = Growth(Decimal(p["closings_per_month"]), Decimal(p["monthly"]), Decimal(p["churn"]) * 100)
    found = forecast(what, growth, what.effective, int(i["months"]))
    return {f"month{number}": one.earned for number, one in enumerate(found, start=1)}
