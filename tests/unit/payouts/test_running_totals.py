"""Totals that build up and fall again: what is paid once stays paid once, and a refund takes back what it paid."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.model.periods import Period
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.desk.balances import going_on
from recon.payouts.periods.calculate import Outcome, calculate
from recon.payouts.periods.corrections import Refund, reversals
from recon.payouts.plan.plan import Plan
from tests.unit.payouts.plans import COMPONENT, TAIL, plan_of

QUARTER = COMPONENT.replace("accumulate: period", "accumulate: quarter")
EACH = COMPONENT.replace("scope: payee", "scope: transaction") + "  order: as_booked\n"
MILESTONE = "{method: marginal, boundary: lower_inclusive, outside: refuse, flat_at_zero: %s, bands: [%s]}"


def sold(*amounts: str, **words: str) -> tuple[Transaction, ...]:
    return tuple(
        Transaction(f"t{number}", {"amount": Decimal(amount)}, words) for number, amount in enumerate(amounts)
    )


def months(plan: Plan, *each: Sequence[str]) -> list[Decimal]:
    """What each month of a quarter earns, with the balances that a payout keeps between them."""
    left: dict[str, Decimal] = {}
    earned = []
    for month, amounts in enumerate(each, start=1):
        period = Period(date(2026, month, 1), date(2026, month, 28))
        outcome = calculate(plan, Facts("Ada", sold(*amounts), str(period), period.last), left)
        left = dict(going_on({"Ada": outcome.balances}, period, plan.year_begins).get("Ada", {}))
        earned.append(outcome.earned)
    return earned


def lines(plan: Plan, *amounts: str) -> list[Decimal]:
    outcome: Outcome = calculate(plan, Facts("Ada", sold(*amounts), "2026-01", date(2026, 1, 31)))
    return [sum((row.amount for row in line.rows), Decimal(0)) for line in outcome.lines]


@pytest.mark.parametrize(
    ("zero", "bands", "sales", "earned"),
    [
        ("false", "{to: 100, percent: 0}, {flat: 500}", (["120"], ["-50"], ["40"]), [500, 0, 0]),
        ("false", "{to: 100, flat: 10}, {flat: 500}", (["50"], ["-50"], ["50"]), [10, 0, 0]),
        ("true", "{to: 10, flat: 2, per_unit: 10}, {per_unit: 5}", ([], ["5"], ["6"]), [2, 50, 55]),
    ],
)
def test_a_flat_amount_is_paid_once_in_its_window(
    tmp_path: Path, zero: str, bands: str, sales: tuple[list[str], ...], earned: list[int]
) -> None:
    """Also where the total falls below its band and reaches it again, or was zero at first."""
    plan = plan_of(tmp_path, f"tiers: {MILESTONE % (zero, bands)}", component=QUARTER)
    assert months(plan, *sales) == earned


def test_so_it_is_within_a_period(tmp_path: Path) -> None:
    bands = "{to: 100, flat: 10, percent: 1}, {flat: 500, percent: 2}"
    tiers = f"tiers: {MILESTONE.replace('lower', 'upper') % ('false', bands)}"
    assert lines(plan_of(tmp_path, tiers, component=EACH), "50", "-50", "50", "100") == [
        Decimal("10.5"), Decimal("-0.5"), Decimal("0.5"), Decimal("501.5"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("component", "earned"),
    [(QUARTER, [10, 50]), (EACH.replace("accumulate: period", "accumulate: quarter"), [10, 50])],
)
def test_a_count_that_lifts_the_rate_lifts_what_was_sold_before(
    tmp_path: Path, component: str, earned: list[int]
) -> None:
    """Two sales of 100 at 5%, then two more: four are paid at 15%, back to the first."""
    tiers = (
        "tiers: {method: whole, by: {count: transactions}, boundary: upper_inclusive, outside: refuse, "
        "bands: [{to: 2, percent: 5}, {percent: 15}]}"
    )
    assert months(plan_of(tmp_path, tiers, component=component), ["100", "100"], ["100", "100"]) == earned


@pytest.mark.parametrize(
    ("free", "sales", "paid"),
    [
        ("{amount: 500}", ["600", "-600", "600"], [10, -10, 10]),
        ("{amount: 500}", ["300", "-300", "600"], [0, 0, 10]),
        ("{transactions: 1}", ["100", "100", "-100"], [0, 10, -10]),
        ("{transactions: 1}", ["100", "-100", "100", "100"], [0, 0, 0, 10]),
    ],
)
def test_a_refund_takes_back_what_was_paid_and_then_frees_the_allowance(
    tmp_path: Path, free: str, sales: list[str], paid: list[int]
) -> None:
    plan = plan_of(tmp_path, f"free: {free}\nrate: {{percent: 10}}", component=EACH)
    assert lines(plan, *sales) == paid


@pytest.mark.parametrize(
    ("attainment", "earned"),
    [
        ("{sum: amount, percent_of: quota}", ["90000"]),
        ("{sum: amount, divided_by: 3}", ["0.9"]),
    ],
)
def test_a_ratio_that_never_ends_is_right_to_the_last_digit(
    tmp_path: Path, attainment: str, earned: list[str]
) -> None:
    """400 of a quota of 300 is four thirds, and three sales of a third are all of it."""
    component = COMPONENT.replace("{sum: amount}", attainment)
    target = "{multiple: 1, target: target}" if "quota" in attainment else "{percent: 0.675}"
    band = "{to: 100, percent: 0}, " if "quota" in attainment else ""
    tiers = f"tiers: {{method: whole, boundary: lower_inclusive, outside: refuse, bands: [{band}{target}]}}"
    figures = {"quota": Decimal(300), "target": Decimal(67500)}
    facts = Facts("Ada", sold("100", "100", "100", "100"), "2026-01", date(2026, 1, 31), figures=figures)
    assert [calculate(plan_of(tmp_path, tiers, component=component), facts).earned] == [
        Decimal(one) for one in earned
    ]


@pytest.mark.parametrize("scope", ["payee", "transaction"])
def test_three_thirds_of_a_quota_reach_it_and_a_kobo_less_does_not(tmp_path: Path, scope: str) -> None:
    component = EACH.replace("scope: transaction", f"scope: {scope}").replace(
        "sum: amount", "sum: amount, percent_of: quota"
    )
    tiers = f"tiers: {MILESTONE % ('false', '{to: 100, percent: 0}, {flat: 50000}')}"
    plan = plan_of(tmp_path, tiers, component=component)
    for short, bonus in (("0", 50000), ("0.01", 0)):
        amounts = ("1000000000", "1000000000", str(Decimal(1000000000) - Decimal(short)))
        facts = Facts(
            "Ada", sold(*amounts), "2026-01", date(2026, 1, 31), figures={"quota": Decimal(3000000000)}
        )
        assert calculate(plan, facts).earned == bonus


@pytest.mark.parametrize(
    ("pays", "back"),
    [
        ("measure: {count: transactions}\nrate: {per_unit: 50}", -50),
        ("by: {word: product, cases: {x: {rate: {percent: 5}}}, otherwise: {rate: {percent: 0.5}}}", -5),
    ],
)
def test_lifo_takes_back_a_sale_with_its_words_and_figures(tmp_path: Path, pays: str, back: int) -> None:
    component = COMPONENT.replace("  measure: {sum: amount}\n", "") if "measure" in pays else COMPONENT
    component = component.replace("scope: payee", "scope: transaction").replace(
        "accumulate: period", "accumulate: none"
    )
    plan = plan_of(tmp_path, pays, component=component, tail=TAIL.replace("recompute", "lifo"))
    facts = Facts("Ada", sold("100", "100", product="x"), "2026-01", date(2026, 1, 31))
    assert reversals(plan, facts, Refund("t0", Decimal(100)))[0].amount == back


def test_overrides_are_of_the_base_that_the_plan_names(tmp_path: Path) -> None:
    second = COMPONENT.replace("commission", "accelerator") + "  rate: {percent: 5}\n"
    component = COMPONENT.replace("- name: commission", second + "- name: commission")
    overrides = """
    overrides:
      {of: base, base_of: [commission], basis: same_base, vacant: retain, levels: [{level: manager, percent: 2}]}
    """
    plan = plan_of(tmp_path, "rate: {percent: 10}", overrides, component)
    facts = Facts("Ada", sold("1000"), "2026-01", date(2026, 1, 31), people={"manager": "Mo"})
    assert calculate(plan, facts).payees == {"Ada": 150, "Mo": 20}


ORDERS = "measure: {count: sales}\nrate: {per_unit: 50}"


def undoing(amount: str, sale: str, type_: str = "refund", name: str = "r1") -> Transaction:
    return Transaction(name, {"amount": Decimal(amount)}, {"type": type_, "ref_original": sale})


@pytest.mark.parametrize(
    ("others", "earned"),
    [
        ((), 100),
        ((undoing("-100", "t0"),), 50),
        ((undoing("-40", "t0"),), 100),
        ((undoing("-40", "t0"), undoing("-60", "t0", name="r2")), 50),
        ((undoing("-100", "order-1"),), 50),
        ((undoing("-100", "t0", "chargeback"), undoing("100", "t0", "chargeback_reversal", "r2")), 100),
        ((undoing("-100", "elsewhere"),), 100),
        ((Transaction("r1", {"amount": Decimal(-5)}),), 100),
    ],
)
@pytest.mark.parametrize("scope", ["payee", "transaction"])
def test_a_sale_counts_until_all_of_it_is_undone(
    tmp_path: Path, scope: str, others: tuple[Transaction, ...], earned: int
) -> None:
    """In parts or at once, by its id or its reference; what undoes a sale is none."""
    component = COMPONENT.replace("  measure: {sum: amount}\n", "").replace("scope: payee", f"scope: {scope}")
    plan = plan_of(tmp_path, ORDERS, component=component)
    first, second = sold("100", "100")
    first = Transaction(first.id, first.figures, {"type": "payment", "ref_merchant": "order-1"})
    for given in ((first, second, *others), (*others[::-1], second, first)):
        assert calculate(plan, Facts("Ada", given, "2026-01", date(2026, 1, 31))).earned == earned


def test_part_of_a_sale_taken_back_from_the_top_counts_as_none(tmp_path: Path) -> None:
    component = COMPONENT.replace("  measure: {sum: amount}\n", "")
    plan = plan_of(
        tmp_path,
        "measure: {count: transactions}\nrate: {per_unit: 50}",
        component=component,
        tail=TAIL.replace("recompute", "lifo"),
    )
    facts = Facts("Ada", sold("100", "100"), "2026-01", date(2026, 1, 31))
    assert reversals(plan, facts, Refund("t0", Decimal(50)))[0].amount == 0
