"""What rate cards give, held against the same contract computed by hand, entry by entry."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from recon.engines.relations import Scan
from recon.engines.render import render
from recon.model.tables import ENTRIES
from recon.rules.book import COLUMNS
from recon.rules.card_fee import priced
from recon.rules.rate_card import RateCard
from tests.unit.engines.bare import bare_engine

DAY = date(2026, 10, 1)
Row = Mapping[str, Any]
_SCHEMA = pa.schema([field.with_nullable(True) for field in ENTRIES])


def card(*lines: Mapping[str, object], **settings: object) -> RateCard:
    version = {"effective": date(2026, 1, 1), "lines": list(lines)}
    return RateCard.model_validate({"card": "acquirer", "currency": "NGN", "versions": [version], **settings})


def given_by(rates: RateCard, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """Line, fee, tax and net of each row."""
    base = {"currency": "NGN", "business_date": DAY, "type": "payment"}
    table = pa.Table.from_pylist(
        [{**base, **row, "line_no": place} for place, row in enumerate(rows)], schema=_SCHEMA
    )
    with bare_engine() as engine:
        engine.register("entries", table)
        sql = render(priced(Scan(COLUMNS, "entries"), rates))
        columns = "line_acquirer, fee_acquirer, tax_acquirer, net_acquirer"
        return [tuple(row) for row in engine.rows(f"SELECT {columns} FROM ({sql}) ORDER BY line_no")]


def fee(rates: RateCard, amount: str, **values: object) -> Decimal:
    found: Decimal = given_by(rates, [{"amount": Decimal(amount), **values}])[0][1]
    return found


def test_percent_and_flat_with_floor_and_cap() -> None:
    rates = card(
        {"percent": Decimal("1.5"), "flat": Decimal(100), "at_least": Decimal(150), "at_most": Decimal(2000)}
    )
    assert [fee(rates, amount) for amount in ("1000", "10000", "500000")] == [-150, -250, -2000]


def test_the_first_line_that_is_for_an_entry_counts() -> None:
    rates = card(
        {"entries": {"attributes.channel": ["card", "pos"], "type": "payment"}, "percent": Decimal(2)},
        {"where": "counterparty_name = 'ACME'", "percent": Decimal(3)},
        {"percent": Decimal(1), "name": "everything else"},
    )
    rows: list[Row] = [
        {"amount": Decimal(100), "attributes": [("channel", "pos")]},
        {"amount": Decimal(100), "attributes": [("channel", "ussd")], "counterparty_name": "ACME"},
        {"amount": Decimal(100)},
        {"amount": Decimal(-100)},
    ]
    assert [(line, charged) for line, charged, _, _ in given_by(rates, rows)] == [
        (1, -2),
        (2, -3),
        (3, -1),
        (None, 0),
    ]


def test_versions_hold_from_their_day_on() -> None:
    rates = RateCard.model_validate(
        {
            "card": "acquirer",
            "versions": [
                {"effective": date(2026, 9, 1), "lines": [{"percent": Decimal(1)}]},
                {"effective": date(2026, 10, 1), "lines": [{"percent": Decimal(2)}]},
            ],
        }
    )
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1)]
    rows = [{"amount": Decimal(100), "business_date": day} for day in days]
    assert [(line, charged) for line, charged, _, _ in given_by(rates, rows)] == [
        (None, 0),
        (1, -1),
        (1, -1),
        (2, -2),
    ]


def test_tiers_charge_the_whole_or_each_part() -> None:
    tiers = [
        {"up_to": Decimal(5000), "percent": Decimal(1)},
        {"up_to": Decimal(50000), "percent": Decimal("0.5"), "flat": Decimal(10)},
        {"flat": Decimal(50)},
    ]
    whole = card({"tiers": tiers, "tiered": "whole"})
    assert [fee(whole, amount) for amount in ("5000", "5000.02", "50000", "50001")] == [
        -50, Decimal("-35.00"), -260, -50,
    ]  # fmt: skip
    marginal = card({"tiers": tiers, "tiered": "marginal"})
    assert [fee(marginal, amount) for amount in ("5000", "10000", "60000")] == [-50, -85, -335]


def test_units_are_counted_where_they_are_numbers() -> None:
    rates = card({"per_unit": Decimal("0.25"), "units": "attributes.messages"}, {"flat": Decimal(9)})
    rows = [
        {"amount": Decimal(1), "attributes": [("messages", text)]}
        for text in ("40", "2.5", "many", "-3", "1e3")
    ]
    assert [charged for _, charged, _, _ in given_by(rates, rows)] == [-10, Decimal("-0.62"), -9, -9, -9]


def test_refunds_may_give_the_fee_back() -> None:
    rates = card(
        {"money": "in", "percent": Decimal(2)}, {"money": "out", "percent": Decimal(2), "gives_back": True}
    )
    found = given_by(rates, [{"amount": Decimal(100)}, {"amount": Decimal(-100)}])
    assert [(charged, net) for _, charged, _, net in found] == [(-2, 98), (2, -98)]


def test_tax_is_on_the_rounded_fee_and_net_is_less_both() -> None:
    rates = card({"percent": Decimal("1.25")}, tax=Decimal("7.5"), rounding={"mode": "half_up"})
    (found,) = given_by(rates, [{"amount": Decimal("101.00"), "gross": Decimal("100.60")}])
    assert found == (1, Decimal("-1.26"), Decimal("-0.09"), Decimal("99.25"))


def test_amounts_are_for_their_currency_and_rounded_at_its_digits() -> None:
    rates = card({"flat": Decimal(100)}, {"percent": Decimal("0.15")}, rounding={"mode": "up"})
    rows = [{"amount": Decimal(1001), "currency": code} for code in ("NGN", "JPY", "KWD", "USD")]
    assert [charged for _, charged, _, _ in given_by(rates, rows)] == [
        -100, -2, Decimal("-1.502"), Decimal("-1.51"),
    ]  # fmt: skip


_MODES = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_DOWN}
_AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(9999999999), places=2)
_PERCENT = st.decimals(min_value=0, max_value=10, places=6)


@settings(max_examples=60)
@given(
    st.lists(_AMOUNTS, min_size=1, max_size=20),
    _PERCENT,
    _PERCENT,
    st.decimals(min_value=0, max_value=500, places=4),
    st.sampled_from(sorted(_MODES)),
)
def test_the_fee_is_the_contract_to_the_last_digit(
    amounts: list[Decimal], percent: Decimal, upper: Decimal, flat: Decimal, mode: str
) -> None:
    limit = Decimal("250000.00")
    tiers = [{"up_to": limit, "percent": percent, "flat": flat}, {"percent": upper}]
    rates = card(
        {"tiers": tiers, "tiered": "marginal", "at_least": Decimal(1), "at_most": Decimal(50000)},
        rounding={"mode": mode},
        tax=Decimal("7.5"),
    )
    cent = Decimal("0.01")
    for amount, found in zip(amounts, given_by(rates, [{"amount": each} for each in amounts]), strict=True):
        raw = min(amount, limit) * percent / 100 + flat + max(amount - limit, Decimal(0)) * upper / 100
        due = min(max(raw, Decimal(1)), Decimal(50000)).quantize(cent, _MODES[mode])
        tax = (due * Decimal("0.075")).quantize(cent, _MODES[mode])
        assert found == (1, -due, -tax, amount - due - tax)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"tiers": [{"percent": Decimal(1)}]}, "do not say how an amount is charged"),
        ({"tiers": [{"up_to": Decimal(5)}], "tiered": "whole"}, "beyond the last tier"),
        (
            {"tiers": [{"up_to": Decimal(5)}, {"up_to": Decimal(5)}, {}], "tiered": "whole"},
            "the tiers do not rise",
        ),
        ({"tiered": "whole"}, "there are no tiers"),
        ({"per_unit": Decimal(1)}, "belong together"),
        ({"at_least": Decimal(5), "at_most": Decimal(4)}, "larger than the largest"),
        ({"entries": {"amount": "5"}}, "words are compared"),
        ({"entries": {"chanel": "x"}}, "no column `chanel`"),
        ({"where": "amount"}, "not a condition"),
        ({"percent": Decimal(1), "currency": "NGX"}, "no currency"),
    ],
)
def test_what_is_refused(line: Mapping[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        card(line)


@pytest.mark.parametrize("mode", ["half_down", "ceiling", "floor"])
def test_modes_that_only_plans_round_by_are_refused(mode: str) -> None:
    with pytest.raises(ValidationError, match="'half_even', 'half_up', 'up' or 'down'"):
        card({"percent": Decimal(1)}, rounding={"mode": mode})


def test_amounts_need_a_currency_and_versions_an_order() -> None:
    with pytest.raises(ValidationError, match="amounts without a currency"):
        card({"flat": Decimal(5)}, currency=None)
    version = {"effective": date(2026, 1, 1), "lines": [{"percent": Decimal(1)}]}
    with pytest.raises(ValidationError, match="does not come after"):
        RateCard.model_validate({"card": "acquirer", "versions": [version, version]})
