"""Commission by the time of each customer: the first months, days or sales, and what comes after them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon.errors import ConfigError, InputRefused, UsageError
from recon.model.periods import Period
from recon.payouts.calculation.customers import Began
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.known_facts import known_in, read_facts
from recon.payouts.periods.period import Known, Owned
from recon.payouts.plan.measures import Scope
from recon.payouts.plan.plan import Plan
from recon.payouts.review.growth import Growth, forecast
from recon.payouts.review.lint import undecided
from recon.payouts.review.proving import prove
from recon.payouts.review.words import sentences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

CUSTOMERS = """\
customers:
  word: customer
  start: {of: matched, source: orders, where: {type: payment}}
  wholly_refunded: does_not_start
  for_each: customer
"""
YEAR = Period.parse("2026-01-01..2026-12-31")


def plan_by(
    folder: Path,
    first: str = "{first: {months: 1}}",
    after: str = "{after: {months: 1}}",
    said: str = CUSTOMERS,
) -> Plan:
    """20% of the first part of each customer's time, 5% of the rest."""
    own = [
        COMPONENT.replace("name: commission", f"name: {name}")
        + f"  of_customers: {part}\n  rate: {{percent: {rate}}}\n"
        for name, part, rate in (("first", first, 20), ("later", after, 5))
    ]
    return plan_of(folder, "", said, component="".join(own))


def sale(day: str, customer: str = "C-1", who: str = "Ada", amount: int = 100, **more: Any) -> dict[str, Any]:
    attributes = [("agent", who), *([("customer", customer)] if customer else [])]
    said = {"amount": Decimal(amount), "business_date": date.fromisoformat(day), "attributes": attributes}
    return {**said, **more}


def refund(day: str, of: str, who: str = "Ada", amount: int = 100) -> dict[str, Any]:
    """A refund need not say whose it is: its sale does."""
    return sale(day, "", who, -amount, type="refund", ref_original=of)


def earned(plan: Plan, rows: Iterable[Mapping[str, Any]], known: Known | None = None) -> dict[str, Decimal]:
    about = known or Known()
    with books(rows) as (engine, held):
        credited = credited_books(engine, plan, held, YEAR, about)
        return dict(period_rows(engine, plan, credited, YEAR, about).earned())


@pytest.mark.parametrize(
    ("length", "start", "day", "pays"),
    [
        ("months: 1", "2026-01-31", "2026-02-27", 40),
        (
            "months: 1",
            "2026-01-31",
            "2026-02-28",
            25,
        ),  # January 31 and a month is February 28, which is outside
        ("months: 2", "2026-01-31", "2026-03-30", 40),
        ("months: 2", "2026-01-31", "2026-03-31", 25),
        ("days: 10", "2026-01-31", "2026-02-09", 40),
        ("days: 10", "2026-01-31", "2026-02-10", 25),
        ("sales: 1", "2026-01-31", "2026-01-31", 25),
        ("sales: 2", "2026-01-31", "2026-06-30", 40),
    ],
)
def test_time_is_counted_from_the_first_sale(
    tmp_path: Path, length: str, start: str, day: str, pays: int
) -> None:
    plan = plan_by(tmp_path, f"{{first: {{{length}}}}}", f"{{after: {{{length}}}}}")
    rows = [sale(day), sale(start), sale("2026-05-01", "C-2", "Bello")]
    assert earned(plan, rows) == {"Ada": pays, "Bello": 20}
    assert earned(plan, rows[::-1]) == {"Ada": pays, "Bello": 20}


def test_a_sale_before_the_plan_is_the_first(tmp_path: Path) -> None:
    assert earned(plan_by(tmp_path), [sale("2025-11-30"), sale("2026-01-01")]) == {"Ada": 5}


def test_refunds_lie_where_their_sales_lie(tmp_path: Path) -> None:
    rows = [
        sale("2026-01-10", ref_merchant="o1"),
        sale("2026-01-20", ref_merchant="o2"),
        refund("2026-03-01", "o2"),
        refund("2026-03-02", "o1", amount=40),
    ]
    assert earned(plan_by(tmp_path), rows) == {"Ada": 12}


@pytest.mark.parametrize(("undone", "pays"), [("does_not_start", 20), ("starts", 5)])
def test_a_first_sale_that_is_wholly_refunded(tmp_path: Path, undone: str, pays: int) -> None:
    said = CUSTOMERS.replace("does_not_start", undone)
    rows = [sale("2026-01-10", ref_merchant="o1"), refund("2026-01-12", "o1"), sale("2026-03-01")]
    assert earned(plan_by(tmp_path, said=said), rows) == {"Ada": pays}
    firsts = plan_by(tmp_path, "{first: {sales: 1}}", "{after: {sales: 1}}", said)
    assert earned(firsts, rows) == {"Ada": pays}
    won = [
        *rows[:1],
        {**rows[1], "type": "chargeback"},
        sale("2026-02-20", type="chargeback_reversal", ref_original="o1"),
    ]
    assert earned(firsts, [*won, rows[2]]) == {"Ada": 25}


@pytest.mark.parametrize(("each", "pays"), [("customer", 5), ("customer_and_payee", 20)])
def test_a_customer_who_moves(tmp_path: Path, each: str, pays: int) -> None:
    said = CUSTOMERS.replace("for_each: customer", f"for_each: {each}")
    rows = [sale("2026-01-10"), sale("2026-03-01", who="Bello")]
    assert earned(plan_by(tmp_path, said=said), rows) == {"Ada": 20, "Bello": pays}
    plan = plan_by(tmp_path, said=said)
    owned = plan.model_copy(update={"credit": plan.credit.model_copy(update={"owner_of": "customer"})})
    ends = date(2026, 1, 31)
    owners = (
        Owned("customer", "C-1", "Ada", date.min, ends),
        Owned("customer", "C-1", "Bello", date(2026, 2, 1), date.max),
    )
    assert earned(owned, rows, Known(owners=owners)) == {"Ada": 20, "Bello": pays}


@pytest.mark.parametrize("scope", ["payee", "transaction"])
def test_what_lies_between_two_lengths(tmp_path: Path, scope: str) -> None:
    """The renewals of the first month."""
    plan = plan_by(tmp_path, "{first: {months: 1}, after: {sales: 1}}", "{after: {months: 3}}")
    rows = [sale(day) for day in ("2026-01-01", "2026-01-20", "2026-01-31", "2026-02-01", "2026-04-01")]
    components = tuple(one.model_copy(update={"scope": Scope(scope)}) for one in plan.components)
    assert earned(plan.model_copy(update={"components": components}), rows) == {"Ada": 45}


def test_customers_from_before(tmp_path: Path) -> None:
    """A table of facts, and a word of entries, say since when; the table also how many sales no file has."""
    table = tmp_path / "known.csv"
    table.write_text("payee,what,name,value,from,until\nAda,customer,C-1,2,2025-12-20,\n", encoding="utf-8")
    known = known_in(read_facts(table, "known.csv"), YEAR)
    assert known.customers == (Began("C-1", "Ada", date(2025, 12, 20), 2),)
    rows = [sale("2026-01-19"), sale("2026-01-20")]
    assert earned(plan_by(tmp_path), rows, known) == {"Ada": 25}
    firsts = plan_by(tmp_path, "{first: {sales: 3}}", "{after: {sales: 3}}")
    assert earned(firsts, rows, known) == {"Ada": 25}
    said = plan_by(tmp_path, said=CUSTOMERS + "  since: signed\n")
    since = [{**one, "attributes": [*one["attributes"], ("signed", "2025-12-20")]} for one in rows]
    assert earned(said, since) == {"Ada": 25}
    wrong = {**rows[0], "attributes": [*rows[0]["attributes"], ("signed", "20 Dec")]}
    with pytest.raises(InputRefused, match="`20 Dec` is no day since when somebody is a customer"):
        earned(said, [wrong])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Ada,customer,C-1,,,", "known.csv:2:from: does not say since when C-1 is a customer"),
        ("Ada,customer,C-1,some,2025-12-20,", "known.csv:2:value: some is no number of sales"),
        ("Ada,customer,C-1,,2025-12-20,2026-12-20", "known.csv:2:until: a customer's time is not ended here"),
    ],
)
def test_rows_of_customers_that_are_wrong(tmp_path: Path, row: str, message: str) -> None:
    table = tmp_path / "known.csv"
    table.write_text(f"payee,what,name,value,from,until\n{row}\n", encoding="utf-8")
    with pytest.raises(InputRefused, match=r"customer|sales") as refused:
        read_facts(table, "known.csv")
    assert message in str(refused.value)


def test_what_names_no_customer_is_told_once(tmp_path: Path) -> None:
    plan, rows = plan_by(tmp_path), [sale("2026-01-10"), sale("2026-01-11", "", amount=7)]
    with books(rows) as (engine, held):
        left = period_rows(engine, plan, credited_books(engine, plan, held, YEAR, Known()), YEAR).left_out
    assert [(one.entries, one.amount, one.component) for one in left] == [(1, Decimal(7), "first")]
    assert "name no customer" in left[0].reason


def test_figures_count_new_customers(tmp_path: Path) -> None:
    new = """\
figures:
  - figure: new
    activity: {of: matched, source: orders}
    of_customers: {first: {sales: 1}}
    measure: {count: customer}
    over: period
"""
    plan = plan_of(
        tmp_path, "rate: {per_unit: 50}", CUSTOMERS + new, COMPONENT.replace("sum: amount", "figure: new")
    )
    rows = [sale("2025-12-10"), sale("2026-01-10"), sale("2026-01-11", "C-2"), sale("2026-03-11", "C-2")]
    assert earned(plan, rows) == {"Ada": 50}


EXAMPLE = """\
tests:
  - test: a year ends before its day comes again
    customers: {C-2: {since: 2025-12-15, sales: 4}}
    given:
      - {day: 2026-01-31, figures: {amount: 100}, words: {type: payment, customer: C-1}}
      - {day: 2026-02-28, figures: {amount: 100}, words: {type: payment, customer: C-1}}
      - {day: 2026-01-14, figures: {amount: 10}, words: {type: payment, customer: C-2}}
      - {day: 2026-01-15, figures: {amount: 10}, words: {type: payment, customer: C-2}}
    pays: 27.5
"""


def test_examples_and_words(tmp_path: Path) -> None:
    plan = plan_by(tmp_path, said=CUSTOMERS + EXAMPLE)
    assert [proof.wrong for proof in prove(plan)] == [()]
    assert "- of each customer: the first month" in sentences(plan)
    with pytest.raises(UsageError, match="a forecast knows no customers"):
        list(forecast(plan, Growth(Decimal(1), Decimal(1)), date(2026, 1, 1), 1))


def test_a_gap_in_customers_time_is_found(tmp_path: Path) -> None:
    assert undecided(plan_by(tmp_path)) == []
    (finding,) = undecided(plan_by(tmp_path, "{first: {months: 12}}", "{after: {months: 24}}"))
    assert finding.code == "customer-gap"
    assert finding.message == "months 13 to 24 of each customer are paid by no component"


@pytest.mark.parametrize(
    ("first", "said", "message"),
    [
        ("{first: {months: 1, days: 3}}", CUSTOMERS, "a customer's time is one of months, days, sales"),
        ("{first: {months: 0}}", CUSTOMERS, "expected 1 or more, found `0`"),
        ("{}", CUSTOMERS, "does not say which part of a customer's time counts"),
        ("{after: {days: 9}, first: {days: 9}}", CUSTOMERS, "after 9 days nothing is left of the first 9 days"),
        ("{first: {months: 1}}", "", "the plan does not say who they are"),
        ("{first: {months: 1}}", CUSTOMERS.replace("  for_each: customer\n", ""), "missing setting `for_each`"),
        ("{first: {months: 1}}", CUSTOMERS + "purpose: verify_fees\n", "a rate card looks at each entry alone"),
    ],
)
def test_settings_that_are_wrong(tmp_path: Path, first: str, said: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        plan_by(tmp_path, first, said=said)
    assert message in str(refused.value)
