"""A plan in plain words: what `plans show` prints, for the person who has to agree to it."""

from collections.abc import Iterator

from recon.payouts.plan.figures import MeasuredFigure
from recon.payouts.plan.payment import Payment, RoundAt, RoundingRule
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.sharing import Deductions, Overrides
from recon.payouts.plan.tax import Tax
from recon.payouts.plan.values import CALENDAR_YEAR, month_day_words
from recon.payouts.review.component_words import activity_words, component_words, conditions, shares
from recon.payouts.rows import plain


def sentences(plan: Plan) -> list[str]:
    """The plan, sentence by sentence; lines that begin with a dash belong to the sentence above."""
    until = f" to {plan.until}" if plan.until else ""
    lines = [plan.title, f"{plan.plan}, in force from {plan.effective}{until}, in {plan.currency}."]
    if plan.year_begins != CALENDAR_YEAR:
        lines.append(
            f"Its years begin on {month_day_words(plan.year_begins)}, and quarters every three months from it."
        )
    lines.append(f"Credits {plan.credit.to}: the {_spoken(plan.credit.when_moved)}.")
    if plan.eligible:
        lines.append(f"Takes part: who has {conditions(plan.eligible, ' and ')}.")
    if plan.customers:
        lines.append(
            f"Customers are {plan.customers}. Each begins with {activity_words(plan.customers.start)}."
        )
    lines += [f"{one.figure}: {one}{_of(one)}." for one in plan.figures]
    for component in plan.components:
        lines += component_words(component)
    lines += [f"{limit}." for limit in plan.limits]
    lines += _sharing(plan)
    lines += [_tax(tax) for tax in plan.taxes]
    lines += _corrections(plan)
    lines += _payment(plan.payment)
    lines.append(_rounding(plan.rounding))
    if plan.deferral:
        lines.append(f"Becomes expense in {plan.deferral.months} equal monthly parts.")
    lines += [f"Decided: {one.finding}, because {one.because}" for one in plan.accepted]
    return lines


def _of(one: MeasuredFigure) -> str:
    """The transactions that a figure is measured of."""
    part = "" if one.of_customers is None else f", of each customer {one.of_customers}"
    return "" if one.activity is None else f", of {activity_words(one.activity)}{part}"


def _sharing(plan: Plan) -> Iterator[str]:
    if plan.deductions:
        yield _deductions(plan.deductions)
    if plan.overrides:
        yield _overrides(plan.overrides)
    if plan.split:
        yield f"The amount is shared: {shares(plan.split)}."
    for one in plan.redirects:
        yield f"{plain(one.percent)}% of what {one.from_} earns goes to {one.to}."


def _deductions(rule: Deductions) -> str:
    steps = [f"{step.to} {step.flat if step.percent is None else f'{step.percent}%'}" for step in rule.steps]
    return f"Taken off, each from the {rule.each_from}: {', '.join(steps)}; {rule.owner} keeps the rest."


def _overrides(rule: Overrides) -> str:
    levels = ", ".join(f"{one.level} {plain(one.percent)}%" for one in rule.levels)
    rest = f"; {rule.rest_to} keeps the rest" if rule.rest_to else ""
    most = f"; together at most {plain(rule.at_most_percent)}%" if rule.at_most_percent is not None else ""
    vacant = _spoken(rule.vacant)
    return f"Overrides of the {rule.of} ({_spoken(rule.basis)}): {levels}{most}{rest}; vacant levels: {vacant}."


def _tax(tax: Tax) -> str:
    text = f"{tax.name}: {plain(tax.percent)}% {tax.direction}"
    if tax.threshold:
        catch_up = ", from the first unit" if tax.threshold.catch_up else ""
        text += f" when over {plain(tax.threshold.over)} per {tax.threshold.per}{catch_up}"
    if tax.without_tax_id_times is not None:
        text += f", {plain(tax.without_tax_id_times)} times that without a tax number"
    return f"{text}."


def _corrections(plan: Plan) -> Iterator[str]:
    rule = plan.corrections
    yield (
        f"A refund takes back by {_spoken(rule.reversal)}, booked in the {_spoken(rule.books_in)}; attainment is "
        f"{rule.attainment}; late facts of closed periods: {_spoken(rule.closed_periods)}."
    )
    if rule.full_clawback_months is not None:
        yield f"Of a contract of {rule.full_clawback_months} months the part not served is taken back."
    if rule.clawback_schedule:
        steps = ", ".join(f"{plain(one.percent)}% within {one.time}" for one in rule.clawback_schedule)
        yield f"Taken back of a refund in a later period, by the time since the sale: {steps}; nothing after that."


def _payment(payment: Payment) -> Iterator[str]:
    if payment.every:
        yield f"Pays every {_spoken(payment.every)}."
    yield f"A negative balance is {'carried on' if payment.negative == 'carry' else 'dropped'}{_recovery(payment)}."
    held = "holds what rests on it" if payment.open_break == "hold" else "does not hold what rests on it"
    yield f"An open break on an entry {held}."
    if payment.hold:
        hold = payment.hold
        waits = {
            "days": hold.after_days, "months": hold.after_months, "customer payments": hold.after_payments,
            f"business days ({hold.calendar or 'Monday to Friday'})": hold.after_business_days,
        }  # fmt: skip
        said = next(f"{count} {word}" for word, count in waits.items() if count is not None)
        exempt = f", except {', '.join(hold.exempt)}" if hold.exempt else ""
        yield f"Held for {said}{exempt}."
    if payment.reserve:
        yield f"{plain(payment.reserve.percent)}% kept in reserve for {payment.reserve.release_after_days} days."
    if payment.minimum:
        smaller = "carried" if payment.minimum.below == "carry" else "forfeited"
        yield f"Paid from a balance of {plain(payment.minimum.amount)} on; a smaller one is {smaller}."
    if payment.fx:
        day = _spoken(payment.fx.rate_of)
        yield f"Paid in {payment.fx.to} at the rate of the {day} ({payment.fx.source}), then frozen."


def _recovery(payment: Payment) -> str:
    """How much of a payment what is owed takes, if not all of it."""
    parts = [] if payment.recover_percent is None else [f"{plain(payment.recover_percent)}%"]
    parts += [] if payment.recover_at_most is None else [f"at most {plain(payment.recover_at_most)}"]
    return f"; what is owed takes {', '.join(parts)} of a payment" if parts else ""


def _rounding(rule: RoundingRule) -> str:
    if rule.at is RoundAt.NEVER:
        return "Never rounded."
    places = "the currency's digits" if rule.places is None else f"{rule.places} digits"
    if rule.to is not None:
        places = f"multiples of {plain(rule.to)}"
    where = "once for each payee" if rule.at is RoundAt.TOTAL else f"per {rule.at}"
    return f"Rounded {where} to {places}, {_spoken(rule.mode)}; remainders: {_spoken(rule.remainder)}."


def _spoken(word: str) -> str:
    return word.replace("_", " ")
