"""Whether an order may be released: the order, its proof, its credit, the price, the reseller, one after the other.

An order that nothing speaks against has exactly one proof of transfer and one bank credit by the matches of a run, and
the credit is what the price list asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from recon.model.calendars import calendar
from recon.model.money import decimal_of
from recon.model.wording import money, plain_words, with_currency
from recon.releases.prices import NoPrice, Quote, quote
from recon.releases.refusals import Refusal, Why, refusal
from recon.releases.resellers import Resellers
from recon.releases.settings import Setting
from recon.releases.trails import Line, Link, Trail

BY_BREAK: Final = {
    "partial": Why.PARTIAL,
    "amount_mismatch": Why.AMOUNT,
    "wrong_currency": Why.CURRENCY,
}
"""What the desk calls a leg that is open because of a break of this kind."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What orders are judged by: the desk as it is set up, the resellers, the day of the release and of the run."""

    setting: Setting
    resellers: Resellers
    day: date
    as_of: date


def priced(asked: Asked, trail: Trail) -> Quote | NoPrice:
    """What the order costs by the list on its own day, at the reseller's tier of that day."""
    order = trail.standing
    if order is None:
        return NoPrice("the order was cancelled")
    units = decimal_of(order.units)
    if units is None or units <= 0:
        return NoPrice(f"`{order.units}` is no number of units ({order.place})")
    day = order.day or asked.as_of
    of = asked.setting.desk.tier
    tier = None if of is None else asked.resellers.tier(of, order.reseller, day)
    return quote(asked.setting.prices, day, order.product, order.currency, tier, units)


def refusals(asked: Asked, trail: Trail, price: Quote | NoPrice) -> Iterator[Refusal]:
    """Every reason why an order that was not cancelled may not be released."""
    if trail.standing is None:
        return
    yield from _of_order(trail, trail.standing)
    yield from _of_proof(trail, trail.standing)
    if trail.proofs:
        yield from _of_credit(asked, trail)
    yield from _of_money(trail, price)
    yield from _of_reseller(asked, trail, trail.standing.reseller)
    for one in trail.breaks if trail.credits else ():
        words = f"break {one.break_id[:8]}, {plain_words(one.kind)}: {one.reason}"
        yield refusal(Why.BREAK, words, one.next_step)


def _of_order(trail: Trail, order: Line) -> Iterator[Refusal]:
    if trail.earlier:
        now = f"now {order.units} for {with_currency(order.amount, order.currency)} ({order.place})"
        yield refusal(
            Why.CHANGED, f"what was proven ({trail.earlier[-1].place}) does not stand any more: {now}"
        )
    elif trail.unclear:
        places = ", ".join(line.place for line in trail.lines)
        yield refusal(Why.CHANGED, f"it is not clear which order stands: {places}")
    if order.status != "booked":
        yield refusal(Why.CHANGED, f"the order is {order.status} ({order.place})")


def _of_proof(trail: Trail, order: Line) -> Iterator[Refusal]:
    if not trail.proofs:
        yield from _open_leg(trail, Why.NO_PROOF, "no proof of transfer was uploaded")
        return
    yield from _not_alone(Why.NO_PROOF, "order and one proof", trail.proofs)
    for proof in (link.to for link in trail.proofs):
        if proof in trail.revoked:
            yield refusal(Why.NO_PROOF, f"its proof was withdrawn ({proof.place})")
        elif proof.withdrawn or proof.status != "booked":
            yield refusal(Why.NO_PROOF, f"its proof is {_state(proof)} ({proof.place})")
        if proof.reseller and proof.reseller != order.reseller:
            words = f"the proof is of {proof.reseller}, the order of {order.reseller} ({proof.place})"
            yield refusal(Why.OTHERS_PROOF, words)
    if trail.elsewhere:
        uses = [
            f"{one.reference or 'no order'} of {one.reseller or 'nobody'} ({one.place})"
            for one in trail.elsewhere
        ]
        yield refusal(Why.REUSED_PROOF, f"the proof was uploaded more than once: also for {', '.join(uses)}")


def _of_credit(asked: Asked, trail: Trail) -> Iterator[Refusal]:
    for line in trail.taken_back:
        yield refusal(Why.REVERSED, f"the bank took the credit back on {line.day} ({line.place})")
    if not trail.credits:
        if not trail.taken_back:
            offered = [
                f"{with_currency(link.to.amount, link.to.currency)} on {link.to.day} by `{link.by}`"
                for link in trail.offered
            ]
            words = f"only suggested: {', '.join(offered)}" if offered else "the bank shows no credit for it"
            yield from _open_leg(trail, Why.UNCONFIRMED, words)
        return
    yield from _not_alone(Why.UNCONFIRMED, "proof and one credit", trail.credits)
    for credit in (link.to for link in trail.credits):
        if credit.withdrawn or credit.undone or credit.status != "booked":
            yield refusal(Why.UNCONFIRMED, f"the credit is {_state(credit)} ({credit.place})")
        yield from _too_fresh(asked, credit)


def _too_fresh(asked: Asked, credit: Line) -> Iterator[Refusal]:
    after = asked.setting.desk.settled_after
    wait = after.business or after.days or 0
    if not wait or credit.day is None:
        return
    counted = calendar(after.calendar).between(credit.day, asked.as_of)
    passed = counted if after.business else (asked.as_of - credit.day).days
    if passed < wait:
        kind = "business days" if after.business else "days"
        yield refusal(Why.FRESH, f"the credit was booked on {credit.day}, and is to stand for {wait} {kind}")


def _not_alone(why: Why, what: str, links: tuple[Link, ...]) -> Iterator[Refusal]:
    if len(links) > 1 or links[0].lefts > 1 or links[0].rights > 1:
        places = ", ".join(link.to.place for link in links)
        yield refusal(why, f"one {what} do not stand alone in their match: {places}")


def _open_leg(trail: Trail, usual: Why, words: str) -> Iterator[Refusal]:
    """Why a leg is open: what the run found out about it, else in our own words."""
    if not trail.breaks:
        yield refusal(usual, words)
    for one in trail.breaks:
        why = BY_BREAK.get(one.kind, usual)
        if why is usual:
            decide = one.next_step if one.next_step.startswith(("confirm", "choose")) else None
            yield refusal(why, f"{words}; {plain_words(one.kind)}: {one.reason}", decide)
        else:
            yield refusal(why, one.reason)


def _of_money(trail: Trail, price: Quote | NoPrice) -> Iterator[Refusal]:
    """The credit against the price list."""
    if isinstance(price, NoPrice):
        yield refusal(Why.NO_PRICE, price.words)
        return
    paid = trail.credit
    if paid is None:
        return
    if paid.currency != price.currency:
        yield refusal(
            Why.CURRENCY,
            f"{with_currency(paid.amount, paid.currency)} were paid for an order in {price.currency}",
        )
    elif paid.amount != price.due:
        how = "short of" if paid.amount < price.due else "more than"
        apart = money(abs(paid.amount - price.due), price.currency)
        words = f"{with_currency(paid.amount, paid.currency)} is {apart} {how} the price: {price}"
        again = f"have the order placed again for the {money(price.paid_for(paid.amount))} that were paid for"
        rest = "have the rest paid with a new order" if paid.amount < price.due else "return what is too much"
        yield refusal(Why.AMOUNT, words, f"{again}, or {rest}")


def _of_reseller(asked: Asked, trail: Trail, reseller: str) -> Iterator[Refusal]:
    status, reason = asked.resellers.status(reseller, asked.day)
    if status != "active":
        said = f"{status or 'not in the registry'}{f': {reason}' if reason else ''}"
        yield refusal(Why.RESELLER, f"{reseller or 'nobody'} is {said}")
    for item in asked.resellers.lacks(reseller, asked.day):
        since = f" since {item.until}" if item.until else ""
        yield refusal(Why.PAPERS, f"{item.document} of {reseller} is {item.state}{since}")
    for alert in asked.resellers.holds(reseller, trail.entries):
        yield refusal(Why.HELD, f"alert {alert.alert}, {alert.monitor}: {alert.words}")


def _state(line: Line) -> str:
    if line.withdrawn:
        return "in no current file any more"
    return "taken back" if line.undone else line.status
