"""From what a payee earned to what is paid: holds, late facts, adjustments, waiting time, then carry, tax and reserve.

Everything is an item with its own amount; what is paid is their sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.holds import release
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.paying import Payout, pay
from recon.payouts.calculation.rounding import payable
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT, Kind, exact
from recon.payouts.steps import STEPS

ZERO = Decimal(0)
WAIT = "wait."
STEP_OF = {
    Kind.EARNED: "earned", Kind.HOLD: "held", Kind.RELEASE: "released", Kind.TRUE_UP: "corrected",
    Kind.CORRECTION: "corrected", Kind.ADJUSTMENT: "adjusted", Kind.WAITING: "waiting",
    Kind.CARRIED_IN: "carried_in", Kind.TAX: "tax", Kind.RESERVE: "reserved",
    Kind.CARRIED_OUT: "carried_out", Kind.FORFEITED: "carried_out",
}  # fmt: skip
"""The step of `PAYOUTS` that an item belongs to."""
_AT_FROZEN_RATES = {Kind.TRUE_UP, Kind.CORRECTION, Kind.HOLD, Kind.RELEASE}
"""Items that are paid, held or taken back at the rate of exchange of the period that they are about."""


@dataclass(frozen=True, slots=True)
class Item:
    """One amount between earned and paid. `of_period` is what it is about, `reference` what it rests on."""

    of_period: str
    kind: Kind
    amount: Decimal
    words: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a payee is paid: `net` is the sum of the items, in the plan's currency; `paid` is in `paid_in`."""

    payee: str
    items: tuple[Item, ...]
    net: Decimal
    paid: Decimal
    paid_in: str
    fx_rate: Decimal | None
    balances: Balances

    def steps(self) -> dict[str, Decimal]:
        """The sum of each step; together the net amount."""
        sums = dict.fromkeys(STEPS, ZERO)
        for item in self.items:
            sums[STEP_OF[item.kind]] += item.amount
        return sums


def settle(
    plan: Plan,
    about: Facts,
    period: Period,
    items: Sequence[Item],
    balances: Balances,
    frozen: Mapping[str, Decimal],
    due: Mapping[date, Decimal] | None = None,
    *,
    on_hold: str | None = None,
) -> Settled:
    """What one payee is paid of some items. `frozen` are rates of exchange at which earlier periods were paid.

    `due` is what is earned and due on days after the period, where the plan counts them for each entry. `on_hold` is
    why the payee is paid nothing for now: what has waited goes on waiting, and what is left is carried.

    Raises:
        InputRefused: the plan pays in another currency and no rate is known.
    """
    with localcontext(EXACT):
        left = dict(balances)
        waited = _waited(plan, about, period, left) if on_hold is None else []
        own = [*items, *waited, *_waiting(plan, about, period, items, left, due or {})]
        subtotal = sum((item.amount for item in own), ZERO)
        rate = about.figures.get("fx_rate")
        back = _taken_back(plan, items)
        payout = pay(plan, about, subtotal, left, rate, taken_back=back, on_hold=on_hold)
        settled = [*own, *_items_of(payout, period)]
        beyond = ZERO
        if payout.fx is not None and rate is not None:
            beyond = _at_frozen_rates(plan, payout.currency, settled, rate, frozen)
        if rate and payout.paid >= 0 > payout.paid + beyond:
            own.append(_owed(plan, period, beyond / rate))
            less = subtotal + own[-1].amount
            payout = pay(plan, about, less, left, rate, taken_back=back, on_hold=on_hold)
            settled, beyond = [*own, *_items_of(payout, period)], ZERO
        paid = payout.paid + beyond
        return Settled(about.payee, tuple(settled), payout.net, paid, payout.currency, rate, payout.balances)


def _taken_back(plan: Plan, items: Sequence[Item]) -> Decimal:
    """What of the items is taken back, zero or less; what waits for its time is not told apart from it."""
    if plan.payment.hold is not None:
        return ZERO
    late = {Kind.TRUE_UP, Kind.CORRECTION, Kind.ADJUSTMENT}
    return min(sum((item.amount for item in items if item.kind in late), ZERO), ZERO)


def _owed(plan: Plan, period: Period, amount: Decimal) -> Item:
    """What rates frozen with earlier periods take off, where more is taken off than is paid now: it stays owed."""
    amount = payable(amount, plan.rounding, plan.currency)
    words = "what is taken back was paid at the rates of earlier periods"
    return Item(str(period), Kind.CORRECTION, exact(amount), words)


def _items_of(payout: Payout, period: Period) -> list[Item]:
    return [
        Item(str(period), row.kind, row.amount, row.words) for row in payout.rows if row.kind is not Kind.BASE
    ]


def pays_at_once(plan: Plan) -> bool:
    """Whether a plan pays what is earned as it is: no waiting time, minimum, tax, reserve, exchange or instalments."""
    payment = plan.payment
    rules = (payment.hold, payment.minimum, payment.reserve, payment.fx, *plan.taxes)
    return not payment.spares and all(one is None for one in rules)


def settled_at_once(plan: Plan, known: Known, who: str, items: Sequence[Item]) -> Settled | None:
    """What `settle` gives for a payee without balances under a plan that pays at once; None when money is owed."""
    with localcontext(EXACT):
        net = sum((item.amount for item in items), ZERO)
    if net < 0:
        return None
    facts = known.facts.get(who)
    rate = facts.figures.get("fx_rate") if facts is not None else None
    return Settled(who, tuple(items), net, net, plan.currency, rate, {})


def _waited(plan: Plan, about: Facts, period: Period, left: dict[str, Decimal]) -> list[Item]:
    """What has waited long enough; balances are changed accordingly."""
    hold, done = plan.payment.hold, _payments(about)
    found = []
    for name in sorted(name for name in left if name.startswith(WAIT)):
        until = name.removeprefix(WAIT)
        if hold is None or (
            done >= (hold.after_payments or 0) if until == "payments" else until <= f"{period.last}"
        ):
            words = f"waited until {until}" if until != "payments" else f"waited for {done} payments"
            found.append(Item(str(period), Kind.WAITING, left.pop(name), words, until))
    return found


def _payments(about: Facts) -> int:
    """How many payments the payee's customer has made."""
    return int(about.figures.get("payments", ZERO))


def _waiting(
    plan: Plan,
    about: Facts,
    period: Period,
    items: Sequence[Item],
    left: dict[str, Decimal],
    due: Mapping[date, Decimal],
) -> list[Item]:
    """What must wait for its time; balances are changed accordingly."""
    hold, found = plan.payment.hold, list[Item]()
    if hold is None:
        return found
    done = _payments(about)
    sums = {f"{day}": amount for day, amount in due.items()}
    for item in items if hold.after_business_days is None else ():
        word = _hold_word(item, period)
        earned = Period.parse(item.of_period).last
        state = release(hold, earned, period.last, done, word)
        if state.status == "held":
            until = f"{state.due}" if isinstance(state.due, date) else "payments"
            sums[until] = sums.get(until, ZERO) + item.amount
    for until, amount in sorted(sums.items()):
        if amount:
            left[WAIT + until] = left.get(WAIT + until, ZERO) + amount
            words = (
                f"waits until {until}" if until != "payments" else f"waits for {hold.after_payments} payments"
            )
            found.append(Item(str(period), Kind.WAITING, -amount, words, until))
    return found


def _hold_word(item: Item, period: Period) -> str:
    """The kind of line that `exempt` of a hold may name; what is held of a late fact waits as long as the fact does."""
    if item.kind is Kind.HOLD and item.of_period != str(period):
        return "true_up" if item.amount < 0 else "clawback"
    if item.amount < 0 and item.kind in {Kind.TRUE_UP, Kind.CORRECTION, Kind.ADJUSTMENT}:
        return "clawback"
    return {Kind.TRUE_UP: "true_up", Kind.ADJUSTMENT: "adjustment"}.get(item.kind, "commission")


def _at_frozen_rates(
    plan: Plan, currency: str, items: Sequence[Item], rate: Decimal, frozen: Mapping[str, Decimal]
) -> Decimal:
    """What the rates frozen with earlier periods make of their true-ups and releases beyond the present rate.

    Nothing when the balance is carried: it is converted when it is paid.
    """
    if any(item.kind in {Kind.CARRIED_OUT, Kind.FORFEITED} for item in items):
        return ZERO
    late = [item for item in items if item.kind in _AT_FROZEN_RATES]
    difference = exact(sum((item.amount * (frozen.get(item.of_period, rate) - rate) for item in late), ZERO))
    return payable(difference, plan.rounding, currency)


def without_zeros(items: Sequence[Item]) -> list[Item]:
    """The items that change something, and always what was earned and what is said of refunds."""
    return [item for item in items if item.amount or item.kind in {Kind.EARNED, Kind.CORRECTION}]


def few(names: Sequence[str]) -> str:
    """Some names in words: the first three, and how many more there are."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def reference_of(names: Iterable[str]) -> str:
    """All names as the reference of an item."""
    return "; ".join(sorted(names))


def referred(reference: str) -> list[str]:
    """The names in a reference."""
    return [name for name in reference.split("; ") if name]
