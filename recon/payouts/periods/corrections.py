"""Corrections: refunds and chargebacks by the plan's policy, and true-ups of periods that are closed.

A closed period is never computed again in place: what changed is the difference between computing it again and
what was paid, limits included, and it is booked in the open period.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext

from recon.errors import InputRefused, Problem
from recon.payouts.calculation.earning import Line
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.measuring import of_one
from recon.payouts.calculation.modifying import modified
from recon.payouts.calculation.sharing import redirected, split_rows
from recon.payouts.calculation.undone import with_sales
from recon.payouts.periods.calculate import Outcome, calculate, is_of, shared_among
from recon.payouts.plan.components import Component
from recon.payouts.plan.corrections import Reversal
from recon.payouts.plan.measures import SALES
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import EXACT, Kind, Row, by_payee, exact, plain, ratio, total

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back for an earlier transaction: `figure` (such as amount) falls by `amount`.

    `others` is what other figures of it fall by, such as its cost.
    """

    transaction: str
    amount: Decimal
    figure: str = "amount"
    others: Mapping[str, Decimal] = field(default_factory=dict)

    def and_(self, other: "Refund") -> "Refund":
        """This refund and another of the same sale together."""
        names = (*self.others, *(name for name in other.others if name not in self.others))
        both = {name: self.others.get(name, ZERO) + other.others.get(name, ZERO) for name in names}
        return replace(self, amount=self.amount + other.amount, others=both)

    def negative(self) -> "Refund":
        """As much won back."""
        return replace(self, amount=-self.amount, others={name: -one for name, one in self.others.items()})

    def part(self, amount: Decimal) -> "Refund":
        """The refund of so much instead, and of other figures in proportion."""
        if amount == self.amount:
            return self
        with localcontext(EXACT):
            others = {name: exact(one * amount / self.amount) for name, one in self.others.items()}
        return replace(self, amount=amount, others=others)

    def left_of(self, one: Transaction) -> dict[str, Decimal]:
        """The figures of the transaction as the refund leaves them."""
        fell = {self.figure: self.amount, **self.others}
        return {
            name: amount - fell.get(name, ZERO)
            for name, amount in {self.figure: one.figure(self.figure), **one.figures}.items()
        }


def reversals(
    plan: Plan,
    facts: Facts,
    refund: Refund,
    balances: Balances | None = None,
    already: Sequence[Refund] = (),
) -> list[Row]:
    """The corrections of what a period paid, by the plan's reversal policy: one row for each who was paid on the sale.

    The payee of the sale comes first, with a row in any case. Amounts that are taken back are negative. `already` is
    what was taken off sales of the period before. A refund below zero is what is won back of a chargeback.

    Raises:
        InputRefused: the refunded transaction is not among the period's.
    """
    policy = plan.corrections.reversal
    with localcontext(EXACT):
        rated = policy in {Reversal.ORIGINAL_RATE, Reversal.BLENDED}
        before = calculate(plan, facts, balances) if rated else None
        if before is None or _nets_to_nothing(before, refund):
            amounts, words = _computed_again(plan, facts, refund, balances, already)
        elif policy is Reversal.ORIGINAL_RATE:
            amounts, words = _at_original_rate(plan, before, refund, already)
        else:
            amounts, words = _at_average(before, refund)
    own = {facts.payee: amounts.get(facts.payee, ZERO)}
    others = {who: amount for who, amount in sorted(amounts.items()) if amount and who != facts.payee}
    what = "refund of" if refund.amount >= 0 else "won back of"
    return [
        Row(
            Kind.CORRECTION, amount, who, f"{what} {refund.transaction}: {words}",
            units=-refund.amount, version=plan.version, rests_on=(refund.transaction,),
        )
        for who, amount in (own | others).items()
    ]  # fmt: skip


def _computed_again(
    plan: Plan, facts: Facts, refund: Refund, balances: Balances | None, already: Sequence[Refund]
) -> tuple[dict[str, Decimal], str]:
    """What everybody earns less without what is refunded, as it stood after the refunds before it."""
    takes = _unwound if plan.corrections.reversal is Reversal.LIFO else reduced
    before, after = (
        calculate(plan, undone(facts, refunds, takes), balances) for refunds in (already, (*already, refund))
    )
    then, now = before.payees, after.payees
    words = f"computed again without it: {plain(after.earned)} instead of {plain(before.earned)}"
    if refund.amount < 0:
        words = f"computed again with it: {plain(after.earned)} instead of {plain(before.earned)}"
    elif takes is _unwound:
        words = f"{plain(refund.amount)} from the highest band down"
    return {who: now.get(who, ZERO) - then.get(who, ZERO) for who in (*then, *now)}, words


def _nets_to_nothing(before: Outcome, refund: Refund) -> bool:
    """Whether the sale lies in a sum that comes to nothing, as beside a refund of an older sale: it has no rate."""
    summing = [one for one in before.plan.components if one.measure.sum is not None and not one.measure.growth]
    return any(
        not line.quantity and len(line.transactions) > 1
        for line in before.lines
        if any(one.id == refund.transaction for one in line.transactions)
        and any(is_of(line.accumulates[0], one) for one in summing)
    )


def _at_original_rate(
    plan: Plan, before: Outcome, refund: Refund, already: Sequence[Refund]
) -> tuple[dict[str, Decimal], str]:
    """What the sale's own lines paid, as far as it is refunded, and what others had of it.

    Limits of the period stay as they were; a flat deduction stays with whoever had it. What is paid for sales that
    stand is taken back once nothing is left of the sale, after what was taken off it `already`.
    """
    sale = _sale(before.facts, refund)
    facts = _on_the_day(before.facts, sale)
    refunded = refund.amount / sale.figure(refund.figure) if sale.figure(refund.figure) else ZERO
    rows: list[Row] = []
    paid = base = based = ZERO
    undoes = _undoes(plan, before.facts, refund, already)
    for component in plan.components:
        own = ZERO
        share = undoes if component.measure.count == SALES else refunded
        for line in before.lines:
            if sale not in line.transactions or not is_of(line.accumulates[0], component):
                continue
            part = _part(component, line, sale, facts)
            own += total(line.rows) * part
            base += line.quantity * part
            based += line.quantity * part * share if plan.is_base(component) else ZERO
        own = modified(component, own, facts)
        rows.append(Row(Kind.CORRECTION, -exact(own * share), facts.payee, ""))
        paid += own
        if component.split is not None:
            rows += split_rows(component.split, rows[-1].amount, facts, plan.rounding, plan.currency)
    commission = total(rows, facts.payee)
    rows += shared_among(_without_flat(plan), facts, commission, -exact(based))
    amount = plain(abs(refund.amount))
    words = f"{amount} at the rate it was paid, {plain(exact(paid))} on {plain(exact(base))}"
    return by_payee(redirected(plan.redirects, rows, plan.rounding, plan.currency)), words


def _undoes(plan: Plan, facts: Facts, refund: Refund, already: Sequence[Refund]) -> Decimal:
    """How many sales fewer stand after the refund: one where it leaves nothing of its sale, and else nothing.

    Refunds of the sale's own period are among the facts, and leave less of it as well.
    """
    if all(component.measure.count != SALES for component in plan.components):
        return ZERO
    before, after = (
        sum((one.sells for one in with_sales(undone(facts, refunds).transactions)), ZERO)
        for refunds in (already, (*already, refund))
    )
    return before - after


def _sale(facts: Facts, refund: Refund) -> Transaction:
    found = next((one for one in facts.transactions if one.id == refund.transaction), None)
    if found is None:
        raise InputRefused(_unknown(refund))
    return found


def _on_the_day(facts: Facts, sale: Transaction) -> Facts:
    """The facts with the people who held the levels on the day of the sale."""
    for spell in facts.spells:
        if sale.day is not None and spell.first <= sale.day <= spell.last:
            return replace(facts, people=spell.people, spells=())
    return facts


def _part(component: Component, line: Line, sale: Transaction, facts: Facts) -> Decimal:
    """Which part of a line is the sale's."""
    if len(line.transactions) == 1:
        return Decimal(1)
    if component.measure.figure is not None or not line.quantity:
        return ZERO
    return of_one(component.measure, sale, facts, component.each_counts_at_most) / line.quantity


def _without_flat(plan: Plan) -> Plan:
    """The plan with the deductions that depend on the amount."""
    if plan.deductions is None:
        return plan
    steps = tuple(step for step in plan.deductions.steps if step.flat is None)
    kept = plan.deductions.model_copy(update={"steps": steps}) if steps else None
    return plan.model_copy(update={"deductions": kept})


def _at_average(before: Outcome, refund: Refund) -> tuple[dict[str, Decimal], str]:
    """What everybody earned in the period, in proportion to what of its sales is refunded."""
    sales = {one.id: one for line in before.lines for one in line.transactions}
    base = sum((one.figures.get(refund.figure, ZERO) for one in sales.values()), ZERO)
    words = f"{plain(abs(refund.amount))} at the period's average of {plain(before.earned)} on {plain(base)}"
    if not base:
        return {}, words
    return {who: -exact(amount * refund.amount / base) for who, amount in before.payees.items()}, words


def undone(
    facts: Facts, refunds: Iterable[Refund], takes: Callable[[Facts, Refund], Facts] | None = None
) -> Facts:
    """The facts without what refunds took off sales; several of one sale are one, so that parts may make up the whole.

    Raises:
        InputRefused: a refunded transaction is not among them.
    """
    sums: dict[str, Refund] = {}
    for one in refunds:
        before = sums.get(one.transaction)
        sums[one.transaction] = one if before is None else before.and_(one)
    for one in sums.values():
        if one.amount:
            facts = (takes or reduced)(facts, one)
    return facts


def reduced(facts: Facts, refund: Refund) -> Facts:
    """The facts as if the refunded part had never been sold.

    Raises:
        InputRefused: the refunded transaction is not among them.
    """
    _sale(facts, refund)
    changed = [
        replace(one, figures=refund.left_of(one)) if one.id == refund.transaction else one
        for one in facts.transactions
    ]
    kept = tuple(one for one in changed if one.id != refund.transaction or one.figures[refund.figure])
    return replace(facts, transactions=kept)


def _unwound(facts: Facts, refund: Refund) -> Facts:
    sale = _sale(facts, refund)
    if refund.amount == sale.figure(refund.figure):
        return reduced(facts, refund)
    last = max((one.day for one in facts.transactions if one.day), default=None)
    part = {**sale.figures, refund.figure: -refund.amount}
    part |= {name: -amount for name, amount in refund.others.items()}
    back = replace(sale, id=f"~{refund.transaction}", figures=part, day=last, counts=ZERO, sells=ZERO)
    return replace(facts, transactions=(*facts.transactions, back))


def _unknown(refund: Refund) -> Problem:
    message = f"the refund names transaction {refund.transaction}, which the period does not have"
    return Problem("unknown-transaction", message, hint="give the period in which it was paid")


def unserved_percent(contract_months: Decimal, served_months: Decimal) -> Decimal:
    """The percent of a commission taken back when a contract ends early: the share of months not served."""
    with localcontext(EXACT):
        left = max(contract_months - served_months, ZERO)
        return ratio(left * 100 / contract_months)
