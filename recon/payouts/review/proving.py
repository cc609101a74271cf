"""A plan's own examples: computed, and compared with what they must pay."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from recon.payouts.books.measured import measured_of_example
from recon.payouts.calculation.customers import Began, with_customers
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.periods.among import told_among
from recon.payouts.periods.calculate import Outcome, calculate
from recon.payouts.plan.examples import PlanTest
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import plain

PAYEE = "payee"


@dataclass(frozen=True, slots=True)
class Proof:
    """An example and how it came out; `wrong` says what is not as it must be."""

    test: str
    outcome: Outcome
    wrong: tuple[str, ...]


def prove(plan: Plan) -> list[Proof]:
    """Every example of the plan.

    Raises:
        InputRefused: an example lacks a figure that the plan needs.
    """
    return [_proof(plan, example) for example in plan.tests]


def facts_of(plan: Plan, example: PlanTest) -> Facts:
    """The facts that an example gives."""
    transactions = tuple(
        Transaction(one.id or f"{position:04}", one.figures, one.words, one.day or plan.effective)
        for position, one in enumerate(example.given, start=1)
    )
    began = [Began(name, PAYEE, one.since, one.sales) for name, one in example.customers.items()]
    facts = Facts(
        payee=PAYEE,
        transactions=with_customers(plan, transactions, began),
        period=example.test,
        day=plan.effective,
        figures=example.figures,
        previous=example.previous,
        words=example.words,
        people=example.people,
        before=example.before,
    )
    return measured_of_example(plan, facts, example.figures)


def _proof(plan: Plan, example: PlanTest) -> Proof:
    (facts,) = told_among(plan, [facts_of(plan, example)])
    outcome = calculate(plan, facts)
    return Proof(example.test, outcome, tuple(_wrong(example, outcome)))


def _wrong(example: PlanTest, outcome: Outcome) -> Iterator[str]:
    if example.pays is not None and outcome.earned != example.pays:
        yield f"pays {plain(outcome.earned)}, must pay {plain(example.pays)}"
    for payee, amount in example.each.items():
        if outcome.of(payee) != amount:
            yield f"{payee} earns {plain(outcome.of(payee))}, must earn {plain(amount)}"
    if example.lines:
        lines = tuple(row.amount for row in outcome.rows if row.amount)
        if lines != example.lines:
            yield f"lines {_list(lines)}, must be {_list(example.lines)}"


def _list(amounts: tuple[Decimal, ...]) -> str:
    return ", ".join(plain(amount) for amount in amounts) or "none"
