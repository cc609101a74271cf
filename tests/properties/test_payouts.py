"""Properties of commissions: amounts are their rows, nothing is lost in sharing, limits hold, corrections add up."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.model.money import Rounding
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.rounding import allocated, to_multiple
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.corrections import Refund, reversals
from recon.payouts.periods.together import calculate_all
from recon.payouts.plan.payment import Remainder
from recon.payouts.plan.plan import Plan

ZERO = Decimal(0)
AMOUNT = st.decimals(min_value=0, max_value=100_000, places=2)
FEW = settings(max_examples=40)
SIGNED = st.decimals(min_value=-5_000, max_value=100_000, places=2)
RATE = st.decimals(min_value=0, max_value=20, places=3)
UNIT = st.sampled_from([Decimal(one) for one in ("0.01", "0.05", "0.25", "1", "5")])
STEPS = st.lists(st.decimals(min_value=1, max_value=20_000, places=2), min_size=1, max_size=4)


def plan(**settings: Any) -> Plan:
    component = {
        "name": "commission", "activity": {"of": "all", "source": "orders"}, "measure": {"sum": "amount"},
        "scope": "payee", "accumulate": "period", "below_zero": "reverses", **settings.pop("component", {}),
    }  # fmt: skip
    base = {
        "plan": "p", "title": "t", "effective": "2026-01-01", "currency": "USD",
        "credit": {"to": "agent", "when_moved": "owner_on_the_day_of_the_transaction"},
        "components": [component],
        "corrections": {
            "reversal": "recompute", "books_in": "period_of_correction", "attainment": "kept",
            "closed_periods": "delta",
        },
        "payment": {"negative": "carry", "open_break": "hold"}, "rounding": {"at": "never"},
    }  # fmt: skip
    return Plan.model_validate({**base, **settings})


@st.composite
def bands(draw: st.DrawFn) -> list[dict[str, str]]:
    """Bands without gaps, each with its own percent, the last without an end."""
    end = ZERO
    found = []
    for step in draw(STEPS):
        end += step
        found.append({"to": str(end), "percent": str(draw(RATE))})
    return [*found, {"percent": str(draw(RATE))}]


def tiers(rows: list[dict[str, str]], method: str = "marginal") -> dict[str, Any]:
    return {"method": method, "boundary": "upper_inclusive", "outside": "refuse", "bands": rows}


def facts(amounts: list[Decimal]) -> Facts:
    found = tuple(Transaction(f"{n:03}", {"amount": amount}) for n, amount in enumerate(amounts))
    return Facts("agent", found, "1")


def by_hand(rows: list[dict[str, str]], total: Decimal) -> Decimal:
    """Marginal tiers worked out band by band, from the definition."""
    paid, low = ZERO, ZERO
    for row in rows:
        high = Decimal(row["to"]) if "to" in row else total
        part = min(total, high) - low if total > low else ZERO
        paid += max(part, ZERO) * Decimal(row["percent"]) / 100
        low = high
    return paid


@FEW
@given(rows=bands(), amounts=st.lists(AMOUNT, max_size=8))
def test_marginal_tiers_pay_each_band_for_its_own_part(
    rows: list[dict[str, str]], amounts: list[Decimal]
) -> None:
    outcome = calculate(plan(component={"tiers": tiers(rows)}), facts(amounts))
    assert outcome.earned == by_hand(rows, sum(amounts, ZERO))
    assert outcome.earned == sum((row.amount for row in outcome.rows), ZERO)


@FEW
@given(rows=bands(), amounts=st.lists(SIGNED, min_size=1, max_size=8), seed=st.randoms(use_true_random=False))
def test_order_of_transactions_does_not_matter(
    rows: list[dict[str, str]], amounts: list[Decimal], seed: Any
) -> None:
    given_facts = facts(amounts)
    shuffled = list(given_facts.transactions)
    seed.shuffle(shuffled)
    for scope in (
        {"scope": "payee"},
        {"scope": "transaction", "order": "time_then_id"},
    ):
        what = plan(component={**scope, "tiers": tiers(rows)})
        one, other = (
            calculate(what, given_facts),
            calculate(what, replace(given_facts, transactions=tuple(shuffled))),
        )
        assert one.rows == other.rows


@FEW
@given(rows=bands(), amounts=st.lists(SIGNED, min_size=1, max_size=8))
def test_a_running_total_adds_up_to_the_total_of_the_period(
    rows: list[dict[str, str]], amounts: list[Decimal]
) -> None:
    whole = calculate(plan(component={"tiers": tiers(rows)}), facts(amounts))
    running = calculate(
        plan(component={"scope": "transaction", "order": "as_booked", "tiers": tiers(rows)}), facts(amounts)
    )
    assert running.earned == whole.earned


@FEW
@given(rows=bands(), base=AMOUNT, more=AMOUNT)
def test_marginal_payouts_never_fall_as_the_base_grows(
    rows: list[dict[str, str]], base: Decimal, more: Decimal
) -> None:
    what = plan(component={"tiers": tiers(rows)})
    assert calculate(what, facts([base])).earned <= calculate(what, facts([base, more])).earned


@FEW
@given(
    amount=st.decimals(min_value=-10_000, max_value=10_000, places=2),
    weights=st.lists(st.integers(min_value=1, max_value=100), min_size=1, max_size=7),
    how=st.sampled_from(list(Remainder)),
    unit=UNIT,
)
def test_shares_total_exactly(amount: Decimal, weights: list[int], how: Remainder, unit: Decimal) -> None:
    amount *= unit * 100
    shares = allocated(amount, [Decimal(weight) for weight in weights], unit, how)
    assert sum(shares, ZERO) == amount
    assert all(share % unit == 0 for share in shares)


@FEW
@given(amount=st.decimals(min_value=-10_000, max_value=10_000, places=4), unit=UNIT)
def test_a_mode_takes_the_multiple_that_its_name_says(amount: Decimal, unit: Decimal) -> None:
    found = {mode: to_multiple(amount, unit, mode) for mode in Rounding}
    assert all(one % unit == 0 and abs(one - amount) < unit for one in found.values())
    assert found[Rounding.FLOOR] <= amount <= found[Rounding.CEILING]
    assert abs(found[Rounding.DOWN]) <= abs(amount) <= abs(found[Rounding.UP])
    halves = [found[mode] for mode in (Rounding.HALF_DOWN, Rounding.HALF_EVEN, Rounding.HALF_UP)]
    assert all(abs(one - amount) <= unit / 2 for one in halves)
    assert abs(halves[0]) <= abs(halves[1]) <= abs(halves[2])


@FEW
@given(
    amounts=st.lists(SIGNED, min_size=1, max_size=5),
    first=st.integers(min_value=1, max_value=98),
    second=st.integers(min_value=1, max_value=98),
    at=st.sampled_from(["never", "line", "payee"]),
)
def test_splits_give_away_exactly_what_was_earned(
    amounts: list[Decimal], first: int, second: int, at: str
) -> None:
    second = min(second, 99 - first)
    parties = {"a": str(first), "b": str(second), "c": str(100 - first - second)}
    rate = {"rate": {"percent": "3.3"}}
    together = calculate(plan(component=rate, rounding={"at": at}), facts(amounts))
    shared = calculate(plan(component=rate, rounding={"at": at}, split={"parties": parties}), facts(amounts))
    if at == "payee":  # cents are shared out of the amount in cents
        assert abs(shared.earned - together.earned) <= Decimal("0.005")
    else:
        assert shared.of("agent") == 0
    assert sum(shared.payees.values(), ZERO) == shared.earned


@FEW
@given(amounts=st.lists(AMOUNT, min_size=1, max_size=6), cap=AMOUNT, later=st.booleans())
def test_caps_are_never_exceeded_and_nothing_carried_is_lost(
    amounts: list[Decimal], cap: Decimal, later: bool
) -> None:
    limit = {"cap": str(cap), "excess": "later" if later else "lost", "per": "period"}
    what = plan(component={"rate": {"percent": "10"}}, limits=[limit])
    balances: dict[str, Decimal] = {}
    paid = earned = ZERO
    for number, amount in enumerate(amounts, start=1):
        outcome = calculate(what, replace(facts([amount]), number=number, period=str(number)), balances)
        balances = dict(outcome.balances)
        assert outcome.earned <= cap
        paid += outcome.earned
        earned += amount / 10
    if later:
        assert paid + balances["excess.0"] == earned


@FEW
@given(
    earned=st.lists(SIGNED, min_size=1, max_size=8),
    budget=AMOUNT,
    exhausts=st.sampled_from(["first_come", "pro_rata"]),
)
def test_budgets_are_never_exceeded(earned: list[Decimal], budget: Decimal, exhausts: str) -> None:
    limit = {"budget": str(budget), "exhausts": exhausts, "clawback_returns_budget": False, "per": "period"}
    what = plan(component={"rate": {"percent": "100"}}, limits=[limit])
    everybody = [replace(facts([amount]), payee=f"p{n}") for n, amount in enumerate(earned)]
    paid = [outcome.earned for outcome in calculate_all(what, everybody)]
    assert sum((amount for amount in paid if amount > 0), ZERO) <= budget
    assert all(got <= max(asked, ZERO) or asked < 0 for got, asked in zip(paid, earned, strict=True))


@FEW
@given(
    rows=bands(), amounts=st.lists(st.decimals(min_value=1, max_value=50_000, places=2), min_size=1, max_size=5)
)
def test_refunding_everything_by_recomputation_leaves_nothing(
    rows: list[dict[str, str]], amounts: list[Decimal]
) -> None:
    what = plan(component={"tiers": tiers(rows)})
    left = facts(amounts)
    paid = calculate(what, left).earned
    for one in left.transactions:
        paid += reversals(what, left, Refund(one.id, one.figure("amount")))[0].amount
        left = replace(left, transactions=tuple(other for other in left.transactions if other.id != one.id))
    assert paid == 0


@FEW
@given(
    base=AMOUNT,
    percents=st.lists(st.integers(min_value=0, max_value=60), min_size=1, max_size=5),
    held=st.lists(st.booleans(), min_size=5, max_size=5),
    basis=st.sampled_from(["same_base", "differential", "subtract_lower", "level_below"]),
    vacant=st.sampled_from(["compress_up", "compress_down", "retain"]),
)
def test_a_pool_is_never_over_distributed(
    base: Decimal, percents: list[int], held: list[bool], basis: str, vacant: str
) -> None:
    levels = [{"level": f"l{n}", "percent": str(percent)} for n, percent in enumerate(percents)]
    overrides = {
        "of": "base", "basis": basis, "vacant": vacant, "levels": levels, "rest_to": "house", "at_most_percent": "100",
    }  # fmt: skip
    people = {f"l{n}": f"person {n}" for n in range(len(levels)) if held[n]}
    outcome = calculate(plan(overrides=overrides), replace(facts([base]), people=people))
    assert outcome.earned == base
    assert outcome.of("house") >= 0
