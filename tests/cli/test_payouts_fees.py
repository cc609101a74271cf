"""Fees by a rate card: what each entry should cost is a source; what was charged instead becomes breaks with money."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]

MERCHANT = """\
source: merchant_payments
title: What the acquirer reported and charged
files: inbox/charged/*.csv
reader: csv
account: ACQUIRER
money:
  decimal: "."
  currency: {column: currency}
  gross: {column: gross, plus: in}
  fee: {column: fee, plus: in}
  net: {column: net, plus: in}
  amount: {same_as: gross}
dates: {formats: [yyyy-MM-dd]}
columns: {booking_date: day, ref_processor: payment, attributes: {merchant: merchant}}
type: {column: payment, beginnings: {P: payment, R: refund}}
"""
EXPECTED = """\
source: expected_fees
title: What the rate card gives
files: inbox/fees/*.csv
reader: csv
account: EXPECTED-FEES
money:
  decimal: "."
  currency: {column: currency}
  gross: {column: gross, plus: in}
  fee: {column: fee, plus: in}
  net: {column: net, plus: in}
  amount: {same_as: gross}
dates: {formats: [yyyy-MM-dd]}
columns: {booking_date: day, entity: payee, ref_processor: reference, attributes: {card: card, parts: words}}
type: {column: type, words: {payment: payment, refund: refund, chargeback: chargeback}}
"""
RULES = """\
ruleset: fees
title: Fees by the card against fees charged
left: expected_fees
right: merchant_payments
compare: gross
passes:
  - name: payment
    same: [ref_processor]
    within: {amount: 0.00}
verify:
  - {field: fee, within: 0.01}
"""
CARD = """\
plan: acquirer_card
title: Interchange 0.3%, scheme 0.1% and 0.05, markup 25 bps; at most 3 for the markup
effective: 2026-01-01
purpose: verify_fees
currency: EUR
credit: {to: merchant, when_moved: owner_on_the_day_of_the_transaction}
components:
"""
PART = """\
  - name: %s
    activity: {of: all, source: merchant_payments}
    measure: {sum: gross}
    scope: transaction
    accumulate: none
    below_zero: reverses
    %s
"""
TAIL = """\
corrections: {reversal: original_rate, books_in: period_of_correction, attainment: kept, closed_periods: delta}
payment: {negative: carry, open_break: pay}
rounding: {at: line, mode: half_even}
"""
PAYMENTS = """\
payment,merchant,day,currency,gross,fee,net
P1,M-1,2026-10-01,EUR,100.00,-0.70,99.30
P2,M-1,2026-10-02,EUR,100.00,-0.95,99.05
P3,M-2,2026-10-02,EUR,2000.00,-10.05,1989.95
P4,M-2,2026-10-03,EUR,40.00,-0.10,39.90
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a card, what an acquirer charged, and rules that compare both."""
    parts = (
        ("interchange", "rate: {percent: 0.3}"),
        ("scheme", "rate: {percent: 0.1, flat: 0.05}"),
        ("markup", "rate: {bps: 25}\n    each: {at_most: 3}"),
    )
    files = {
        "recon.toml": '[project]\nname = "fees"\n',
        "configs/sources/merchant_payments.yaml": MERCHANT,
        "configs/sources/expected_fees.yaml": EXPECTED,
        "configs/rules/fees.yaml": RULES,
        "configs/plans/card.yaml": CARD + "".join(PART % one for one in parts) + TAIL,
        "inbox/charged/2026-10.csv": PAYMENTS,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "inbox/fees").mkdir()
    return tmp_path


def test_over_and_undercharges_become_breaks_with_money(project: Path, recon: Run) -> None:
    at = ("--project", str(project))
    recon(*at, "run", "--period", "2026-10", "--fail-on", "none")
    card = (*at, "payouts", "expected-fees", "--card", "acquirer_card", "--period", "2026-10")
    shown = json.loads(recon(*card, "--format", "json").stdout)
    assert {(one["reference"], one["fee"], one["payee"]) for one in shown} == {
        ("P1", "-0.70", "M-1"), ("P2", "-0.70", "M-1"), ("P3", "-11.05", "M-2"), ("P4", "-0.31", "M-2"),
    }  # fmt: skip
    assert shown[0]["words"] == "interchange 0.3% + scheme 0.1% + scheme 0.05 flat + markup 25 bps"
    recon(*card, "--format", "csv", "--output", str(project / "inbox/fees/2026-10.csv"))
    recon(*at, "run", "--period", "2026-10", "--fail-on", "none")
    breaks = json.loads(recon(*at, "breaks", "list", "--format", "json").stdout)
    assert {(one["reference"], one["kind"], one["amount"]) for one in breaks} == {
        ("P2", "fee_overcharge", "0.25"), ("P3", "fee_undercharge", "-1.00"), ("P4", "fee_undercharge", "-0.21"),
    }  # fmt: skip
    again = recon(*at, "payouts", "run", "--period", "2026-10", "--plan", "acquirer_card")
    assert again.status == 2
    assert "is a rate card, and pays nobody" in again.stderr
