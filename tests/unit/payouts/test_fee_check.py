"""Fees charged against a rate card."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from recon.errors import ConfigError
from recon.model.periods import Period
from recon.model.tables import FILES
from recon.payouts.periods.fee_check import fee_differences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of

CARD = COMPONENT.replace("scope: payee", "scope: transaction").replace("period", "none")
MONTH = Period.parse("2026-01")


def paid(amount: str, fee: str | None) -> dict[str, object]:
    return {"amount": Decimal(amount), "fee": None if fee is None else Decimal(fee), "entity": "m1"}


def test_each_difference_names_its_entry_and_its_money(tmp_path: Path) -> None:
    card = plan_of(tmp_path, "rate: {percent: 0.5, flat: 0.10}\neach: {at_most: 1}", component=CARD)
    card = card.model_copy(update={"credit": card.credit.model_copy(update={"to": "entity"})})
    rows = [
        paid("100", "-0.60"),
        paid("100", "-0.75"),
        paid("1000", "-5.10"),
        paid("40", "-0.10"),
        paid("10", None),
    ]
    with books(rows) as (engine, held):
        engine.register("files", pa.Table.from_pylist([], schema=FILES))
        found = fee_differences(engine, card, held, MONTH, Decimal("0.01")).differences
    assert [(one.entry_id, one.kind, one.expected, one.charged, one.difference) for one in found] == [
        ("e002", "fee_overcharge", Decimal(1), Decimal("5.10"), Decimal("4.10")),
        ("e003", "fee_undercharge", Decimal("0.30"), Decimal("0.10"), Decimal("-0.20")),
        ("e001", "fee_overcharge", Decimal("0.60"), Decimal("0.75"), Decimal("0.15")),
        ("e004", "fee_not_stated", Decimal("0.15"), None, Decimal("-0.15")),
    ]


def test_a_card_rates_transactions(tmp_path: Path) -> None:
    card = plan_of(tmp_path, "rate: {percent: 0.5}")
    with books([paid("1", None)]) as (engine, held), pytest.raises(ConfigError, match="rates totals"):
        fee_differences(engine, card, held, MONTH, Decimal(0))
