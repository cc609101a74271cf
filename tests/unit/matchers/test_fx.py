"""Entries compared in another currency, at the rate that they state or at one of a table."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from recon.matchers.fee import scope_of_table
from recon.matchers.fx import days_of
from recon.matchers.trials.rule_tests import run_tests
from recon.rules.fx_table import FxTable
from recon.rules.rates import Rates
from recon.rules.ruleset import RuleSet
from tests.unit.engines.bare import bare_engine
from tests.unit.matchers.bench_of import entry, matches, ruleset, table_of

TABLE = FxTable.model_validate(
    {
        "rates": "official",
        "oldest": 2,
        "rows": [
            {"date": date(2026, 10, day), "from": of, "to": "NGN", "rate": Decimal(rate)}
            for day, of, rate in (
                (1, "USD", "1500.255"),
                (3, "USD", "1600"),
                (9, "USD", "1700"),
                (1, "JPY", "10.125"),
            )
        ],
    }
)
RATES = Rates({}, {"official": TABLE}, {"official": []})
ORDER = {"name": "order", "same": ["ref_merchant"], "within": {"amount": Decimal(1)}}
BY_TABLE = {"side": "left", "by": "official", "to": "NGN"}


def rules(convert: Mapping[str, object], **settings: object) -> RuleSet:
    return ruleset([ORDER], convert=convert, **settings).with_rates(RATES)


def test_the_rate_of_a_day_is_its_own_or_the_nearest_before_that_is_not_too_old() -> None:
    found = {(day.day, of): rate for day, of, rate in days_of(TABLE, "NGN")}
    assert {day: rate for (day, of), rate in found.items() if of == "USD"} == {
        1: Decimal("1500.255"), 2: Decimal("1500.255"), 3: 1600, 4: 1600, 5: 1600, 9: 1700, 10: 1700, 11: 1700,
    }  # fmt: skip
    assert list(days_of(TABLE, "USD")) == []


def converted_rows(convert: Mapping[str, object], *rows: Mapping[str, object]) -> list[tuple[object, ...]]:
    columns = "compared, amount, currency, original_amount, original_currency, fx_rate, gross"
    with bare_engine() as engine:
        engine.register("given", table_of(rows))
        scope_of_table(engine, rules(convert), "given")
        return engine.rows(f"SELECT {columns} FROM scope ORDER BY entry_id")


def test_a_converted_entry_says_what_it_was() -> None:
    (row,) = converted_rows(BY_TABLE, entry("a", "left", "10.01", "USD", gross=Decimal("10.50")))
    value = Decimal("15017.55")  # 10.01 x 1500.255 = 15017.55255
    assert row == (value, value, "NGN", Decimal("10.01"), "USD", Decimal("1500.255"), None)


@pytest.mark.parametrize(
    ("side", "currency", "day"),
    [("right", "USD", 1), ("left", "NGN", 1), ("left", "KES", 1), ("left", "USD", 7)],
)
def test_no_other_entry_is_touched(side: str, currency: str, day: int) -> None:
    (row,) = converted_rows(BY_TABLE, entry("a", side, "10.00", currency, day, gross=Decimal("10.50")))
    assert row == (10, 10, currency, None, None, None, Decimal("10.50"))


def test_what_an_entry_states_itself_keeps_its_direction() -> None:
    stated = {"original_amount": Decimal("10.00"), "original_currency": "USD", "fx_rate": Decimal(1500)}
    (row,) = converted_rows({"side": "right"}, {**entry("a", "right", "-15000.00"), **stated})
    assert row == (-10, -10, "USD", -15000, "NGN", 1500, None)


def test_differences_between_currencies_are_of_exchange_rates() -> None:
    test = {
        "name": "an order in dollars arrives in naira",
        "shared": {"booking_date": "2026-10-02", "ref_merchant": "A"},
        "left": [{"id": "a", "amount": "10.00", "currency": "USD"}],
        "right": [{"id": "b", "amount": "15002.00", "currency": "NGN"}],
        "expect": [{"left": "a", "right": "b"}],
    }
    assert [one.wrong for one in run_tests(rules(BY_TABLE, tests=[test]))] == [()]
    rows = [
        entry("a", "left", "15002.55", "NGN", ref_merchant="A", original_currency="USD"),
        entry("b", "right", "15002.00", "NGN", ref_merchant="A"),
        entry("c", "left", "100.00", "NGN", ref_merchant="C"),
        entry("d", "right", "99.50", "NGN", ref_merchant="C"),
    ]
    kinds = {match["sides"][0][0]: match["variance_kind"] for match in matches(rules(BY_TABLE), rows)}
    assert kinds == {"a": "fx", "c": "short"}


@pytest.mark.parametrize("convert", [{"side": "right"}, {**BY_TABLE, "side": "right"}], ids=["stated", "table"])
def test_the_figure_that_is_compared_is_converted_with_its_entry(convert: Mapping[str, object]) -> None:
    stated = {"original_amount": Decimal("15002.55"), "original_currency": "NGN"} if "by" not in convert else {}
    own = {"gross": Decimal("10.00"), "net": Decimal("9.80"), "ref_merchant": "A"}
    rows = [
        {**entry("a", "left", "15002.55", ref_merchant="A"), "gross": Decimal("15002.55")},
        {**entry("b", "right", "9.80", "USD"), **own, **stated, "compared": Decimal("10.00")},
    ]
    given = rules(convert, compare="gross")
    with bare_engine() as engine:
        engine.register("given", table_of(rows))
        scope_of_table(engine, given, "given")
        found = engine.table("SELECT * FROM scope ORDER BY side").to_pylist()
    value = Decimal("15002.55")
    columns = ("compared", "currency", "gross", "net", "fee")
    assert tuple(found[1][name] for name in columns) == (value, "NGN", value, None, None)
    told = [{**one, "name": name} for one, name in zip(found, "ab", strict=True)]
    (match,) = matches(given, told)
    assert (match["state"], match["sides"], match["variance"]) == ("confirmed", (("a",), ("b",)), 0)
