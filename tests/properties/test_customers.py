"""Where entries lie in the time of their customers: the engine says of books what the definition does."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recon.payouts.calculation.customers import Began, CustomerTime, customer_times
from recon.payouts.calculation.facts import Transaction
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.period import Known
from recon.payouts.plan.customers import Customers
from recon.payouts.plan.plan import Plan
from tests.properties.test_payouts import plan
from tests.properties.test_payouts_sets import MONTH
from tests.unit.payouts.books import books

DAY = st.integers(0, 120).map(lambda days: date(2025, 12, 1) + timedelta(days))
ROW = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["payment", "payment", "refund", "chargeback", "chargeback_reversal", "fee"]),
        "day": DAY,
        "amount": st.integers(-3, 3),
        "agent": st.sampled_from(["Ada", "Bello", ""]),
        "customer": st.sampled_from(["x", "y", ""]),
        "of": st.sampled_from(["o0", "o1", "o2", "o9", None]),
        "named": st.sampled_from(["o0", "o1", "o2", None]),
    }
)
BEGAN = st.lists(
    st.builds(Began, st.sampled_from("xy"), st.sampled_from(["Ada", "Bello"]), DAY, st.integers(0, 2)),
    max_size=2,
)


def ruled(each: str, undone: str) -> Plan:
    """A plan whose customers begin with payments."""
    rule = {
        "word": "customer", "start": {"of": "all", "source": "orders", "where": {"type": "payment"}},
        "wholly_refunded": undone, "for_each": each,
    }  # fmt: skip
    part = {"of_customers": {"first": {"months": 1}}}
    return plan(component=part | {"rate": {"percent": "1"}}, customers=rule)


def entry(one: dict[str, Any]) -> dict[str, Any]:
    attributes = [(name, one[name]) for name in ("agent", "customer") if one[name]]
    return {
        "type": one["kind"], "business_date": one["day"], "amount": Decimal(one["amount"]), "ref_original": one["of"],
        "ref_merchant": one["named"], "attributes": attributes,
    }  # fmt: skip


def transaction(number: int, one: dict[str, Any]) -> Transaction:
    said = {"type": one["kind"], "source": "orders", "ref_original": one["of"], "ref_merchant": one["named"]}
    words = said | {"agent": one["agent"], "customer": one["customer"]}
    figures = {"amount": Decimal(one["amount"])}
    return Transaction(
        f"e{number:03}", figures, {name: text for name, text in words.items() if text}, one["day"]
    )


@given(
    rows=st.lists(ROW, max_size=8),
    began=BEGAN,
    each=st.sampled_from(["customer", "customer_and_payee"]),
    undone=st.sampled_from(["starts", "does_not_start"]),
)
def test_books_and_examples_agree(
    rows: list[dict[str, Any]], began: list[Began], each: str, undone: str
) -> None:
    own = ruled(each, undone)
    rule = own.customers
    assert isinstance(rule, Customers)
    with books(map(entry, rows)) as (engine, held):
        told = credited_books(engine, own, held, MONTH, Known(customers=tuple(began)))
        found = engine.rows(f"SELECT entry_id, months, days, place FROM {told.customers} ORDER BY entry_id")
    expected = customer_times(rule, "agent", [transaction(*one) for one in enumerate(rows)], began)
    assert {name: CustomerTime(*time) for name, *time in found} == expected
