"""From what was earned to what is paid: carried balances, minimum, taxes, reserve, currency."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext

from recon.errors import InputRefused, Problem
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.rounding import payable
from recon.payouts.calculation.taxes import tax_rows
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT, Kind, Row, exact, plain, stamped, total

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Payout:
    """What is paid for a period. `paid` is in `currency`; the rows are in the plan's currency and sum to `net`."""

    rows: tuple[Row, ...]
    net: Decimal
    paid: Decimal
    currency: str
    carried: Decimal
    reserved: Decimal
    release: date | None
    balances: Balances = field(default_factory=dict)
    fx: Row | None = None


def pay(
    plan: Plan,
    facts: Facts,
    earned: Decimal,
    balances: Balances | None = None,
    fx_rate: Decimal | None = None,
    *,
    taken_back: Decimal = ZERO,
    on_hold: str | None = None,
) -> Payout:
    """What is paid of an amount earned.

    The balance carried in is added; a negative balance and one below the minimum are carried or dropped as the
    plan says; taxes are on what is left; a reserve is kept of the result. Reserves that are due pay what is owed, and
    the rest of them is added.
    `taken_back` is what of the amount earned is taken back, zero or less: a plan may spread it over several periods.
    `on_hold` is why the payee is paid nothing for now: the balance is carried, and reserves stay.

    Raises:
        InputRefused: the plan pays in another currency and no rate is given.
    """
    with localcontext(EXACT):
        left = dict(balances or {})
        rows = _balance_rows(plan, facts, earned, left, taken_back, on_hold)
        taxed, left = tax_rows(plan, total(rows), facts, left)
        rows += [row for row in taxed if row.amount]
        after_tax = total(rows)
        rows += _released(facts, left) if on_hold is None else []
        reserve_rows, reserved, release = _reserve(plan, facts, after_tax, left)
        rows += reserve_rows
        net = total(rows)
        paid, currency, fx = _converted(plan, facts, net, fx_rate)
        carried = left.get("carried", ZERO)
        return Payout(
            tuple(stamped(rows, plan.version)), net, paid, currency, carried, reserved, release, left, fx
        )


def _balance_rows(
    plan: Plan,
    facts: Facts,
    earned: Decimal,
    left: dict[str, Decimal],
    taken_back: Decimal,
    on_hold: str | None,
) -> list[Row]:
    payee, payment = facts.payee, plan.payment
    rows = [Row(Kind.BASE, earned, payee, "earned")]
    if carried := left.pop("carried", ZERO):
        rows.append(Row(Kind.CARRIED_IN, carried, payee, "carried from the period before"))
    balance = earned + carried
    spared = _spared(plan, facts, earned, carried, taken_back) if on_hold is None else ZERO
    if spared:
        left["carried"] = -spared
        return [*rows, Row(Kind.CARRIED_OUT, spared, payee, "owed, and paid back later")]
    if balance < 0:
        keep, words = payment.negative == "carry", "negative balance"
    elif on_hold is not None and balance:
        keep, words = True, f"on hold: {on_hold}"
    elif payment.minimum is not None and 0 < balance < payment.minimum.amount:
        keep, words = payment.minimum.below == "carry", f"below the minimum of {plain(payment.minimum.amount)}"
        if keep and _has_ended(plan, facts):
            return rows
    else:
        return rows
    if keep:
        left["carried"] = balance
    kind = Kind.CARRIED_OUT if keep else Kind.FORFEITED
    return [*rows, Row(kind, -balance, payee, f"{words}, {'carried on' if keep else 'dropped'}")]


def _spared(plan: Plan, facts: Facts, earned: Decimal, carried: Decimal, taken_back: Decimal) -> Decimal:
    """What stays owed though something is paid, as the plan takes only a part of each payment for it.

    What is left to pay below the minimum is no payment: it goes into what is owed as well.
    """
    payment = plan.payment
    owed = -(min(carried, ZERO) + taken_back)
    pays = earned + carried + owed
    if not payment.spares or owed <= 0 or pays <= 0:
        return ZERO
    most = owed
    if payment.recover_percent is not None:
        most = min(most, payable(exact(pays * payment.recover_percent / 100), plan.rounding, plan.currency))
    if payment.recover_at_most is not None:
        most = min(most, payment.recover_at_most)
    small = payment.minimum is not None and pays - most < payment.minimum.amount
    return ZERO if small and not _has_ended(plan, facts) else owed - most


def _has_ended(plan: Plan, facts: Facts) -> bool:
    """Whether the plan ended before the period: no later earnings can bring a balance up to the minimum."""
    return plan.until is not None and facts.first is not None and plan.until < facts.first


def _released(facts: Facts, left: dict[str, Decimal]) -> list[Row]:
    """The reserves whose day has come: kept against what is taken back, they pay what is owed first."""
    rows = [
        Row(Kind.RESERVE, left.pop(name), facts.payee, f"reserve released on {due}")
        for name in sorted(name for name in left if name.startswith("reserve."))
        if facts.day is not None and (due := date.fromisoformat(name.removeprefix("reserve."))) <= facts.day
    ]
    owed = -left.get("carried", ZERO)
    paid_off = min(total(rows), owed)
    if paid_off > 0:
        rows.append(Row(Kind.CARRIED_OUT, -paid_off, facts.payee, "owed, and paid from the reserve"))
        left["carried"] = paid_off - owed
    return rows


def _reserve(
    plan: Plan, facts: Facts, amount: Decimal, left: dict[str, Decimal]
) -> tuple[list[Row], Decimal, date | None]:
    """What is kept back of an amount, and until when."""
    rule = plan.payment.reserve
    if rule is None or amount <= 0:
        return [], ZERO, None
    kept = payable(exact(amount * rule.percent / 100), plan.rounding, plan.currency)
    release = facts.day + timedelta(days=rule.release_after_days) if facts.day else None
    if release is not None:
        name = f"reserve.{release.isoformat()}"
        left[name] = left.get(name, ZERO) + kept
    words = f"{plain(rule.percent)}% kept back" + (f" until {release}" if release else "")
    return [Row(Kind.RESERVE, -kept, facts.payee, words)], kept, release


def _converted(plan: Plan, facts: Facts, net: Decimal, rate: Decimal | None) -> tuple[Decimal, str, Row | None]:
    fx = plan.payment.fx
    if fx is None or fx.to == plan.currency:
        return net, plan.currency, None
    if rate is None:
        message = f"{plan.plan} pays {fx.to} and no rate of {fx.source} for {plan.currency} is known"
        raise InputRefused(
            Problem("missing-rate", message, hint="give the dated rate; it is frozen with the payout")
        )
    paid = payable(exact(net * rate), plan.rounding, fx.to)
    words = f"{plain(net)} {plan.currency} at {plain(rate)} ({fx.source}, {fx.rate_of.replace('_', ' ')})"
    return paid, fx.to, Row(Kind.FX, paid, facts.payee, words, units=net, rate=plain(rate))
