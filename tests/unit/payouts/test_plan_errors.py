"""Plans that cannot be computed: each is refused at its place, with what it would cost and what to write."""

from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.payouts.plan.plan import load
from tests.unit.payouts.plans import COMPONENT, TAIL, text_of

WRONG = [
    ("rate: 5", "", "13:11: 5 is a rate without a unit", "write percent: 5"),
    ("rate: {rate: 5}", "", "write percent: 5, bps: 5, per_unit: 5 or flat: 5", None),
    ("rate: {percent: 5, bps: 50}", "", "percent and bps cannot stand together", None),
    ("rate: {percent: 5%}", "", "expected a decimal number such as 0.10, found `5%`", None),
    ("rate: {percnt: 5}", "", "unknown setting `percnt`", "did you mean `percent`?"),
    ("rate: {per_block: 5, block: 10}", "", "per_block and partial_block belong together", None),
    (
        "tiers: {method: whole, outside: refuse, bands: [{percent: 5}]}",
        "",
        "missing setting `boundary`",
        "whether 1000 itself earns 50 (upper_inclusive) or 80 (lower_inclusive).",
    ),
    (
        "tiers: {method: whole, boundary: upper_inclusive, outside: refuse, bands: []}",
        "",
        "the list is empty",
        "give at least one",
    ),
    (
        "tiers: {method: whole, boundary: upper_inclusive, outside: refuse, bands: [{flat: 5}]}",
        "",
        "a flat amount needs flat_at_zero",
        None,
    ),
    (
        "tiers: {method: marginal, boundary: closed, outside: refuse, bands: [{from: 0, to: 10, percent: 5}]}",
        "",
        "closed bands leave it open what lies between them",
        None,
    ),
    (
        "tiers: {method: marginal, boundary: closed, step: 1, outside: refuse, "
        "bands: [{from: 0, to: 499.99, percent: 5}, {from: 500, percent: 6}]}",
        "",
        "begins at 500, and the one before ends at 499.99: that is closer than the step of 1, "
        "so that both bands would pay for the same units",
        "say step: 0.01, or begin the band at 500.99",
    ),
    ("rate: {percent: 5}\nlevels: {met: all}", "", "missing setting", None),
    (
        "tiers: {method: whole, boundary: upper_inclusive, outside: refuse, bands: [{percent: 5}, {percent: 6}]}",
        "",
        "has no end, so that the band after it has no beginning",
        "give it its `to`",
    ),
    (
        "tiers: {method: whole, boundary: closed, outside: refuse, bands: [{to: 5, percent: 5}, {to: 9, percent: 6}]}",
        "",
        "closed bands state where each begins",
        "give the band its `from`",
    ),
    (
        "tiers: {method: interpolated, boundary: upper_inclusive, outside: refuse, bands: [{worth: 5}]}",
        "",
        "an interpolated band needs its end",
        None,
    ),
    (
        "tiers: {method: whole, boundary: upper_inclusive, outside: refuse, bands: [{worth: 5, to: 9}]}",
        "",
        "worth belongs to method: interpolated",
        None,
    ),
    (
        "tiers: {method: whole, boundary: uper_inclusive, outside: refuse, bands: [{percent: 5}]}",
        "",
        "expected one of `upper_inclusive`, `lower_inclusive`, `closed`, found `uper_inclusive`",
        "did you mean `upper_inclusive`?",
    ),
    (
        "by: {word: product, cases: {a: {tiers: {method: whole, boundary: upper_inclusive, *REST}}}}".replace(
            "*REST", "outside: refuse, by: {count: transactions}, bands: [{percent: 1}]"
        ),
        "",
        "these bands are chosen by another measure, and the case already by a word",
        "make it a component of its own",
    ),
    ("by: {word: product, cases: {}}", "", "`cases`: expected at least 1 item", None),
    ("rate: {percent: 5}\ntiers: {}", "", "missing setting `method`", None),
    ("rate: {percent: 5}\nsplit: {}", "", "give either parties with percentages, or equally_among", None),
    ("rate: {multiple: 2}", "", "multiple and target belong together", None),
    ("rate: {percent: 1e2}", "", "expected a decimal number", None),
    ("rate: {percent: 1,5}", "", "", None),
    ("rate: {percent: 0.123456789}", "", "at most 8 decimal places", None),
    ("rate: {}", "", "says nothing of what is paid", None),
    ("rate: {percent: 5}", "payments: {}\n", "unknown setting `payments`", "did you mean `payment`?"),
    ("rate: {percent: 5}", "limits: [{draw: 5, per: period}]\n", "draw does not say recover_percent", None),
    (
        "rate: {percent: 5}",
        "limits: [{draw: 5, recover_percent: 0, recover_from_period: 1, recover_at_most: 3, *REST}]\n".replace(
            "*REST", "never_pay_below_draw: true, per: period"
        ),
        "at most 3 is recovered, and recover_percent: 0 recovers nothing",
        "raise recover_percent, or leave recover_at_most out",
    ),
    (
        "rate: {percent: 5}",
        "limits: [{draw: 5, recover_at_most: 3, never_pay_below_draw: true, per: period}]\n",
        "draw does not say recover_percent",
        None,
    ),
    (
        "rate: {percent: 5}",
        "limits: [{draw: 5, draw_until_period: 0, recover_percent: 5, per: period}]\n",
        "expected 1 or more",
        None,
    ),
    (
        "rate: {percent: 5}",
        "limits: [{floor: 5, recoverable: true, draw_until_period: 6, per: period}]\n",
        "draw_until_period does not belong to floor",
        None,
    ),
    (
        "rate: {percent: 5}",
        "limits: [{cap: 5, excess: lost, recover_at_most: 6, per: period}]\n",
        "recover_at_most does not belong to cap",
        None,
    ),
    ("rate: {percent: 5}", "limits: [{cap: -5, excess: lost, per: period}]\n", "expected 0 or more", None),
    ("rate: {percent: 5}", "limits: [{budget: 5, per: period}]\n", "budget does not say exhausts", None),
    (
        "rate: {percent: 5}",
        "deductions: {each_from: total, owner: house, steps: [{to: a}]}\n",
        "give either percent or flat",
        None,
    ),
    (
        "rate: {percent: 5}",
        "taxes: [{name: wht, percent: 105, direction: withheld}]\n",
        "expected 100 or less",
        None,
    ),
    (
        "rate: {percent: 5}\nscorecard: {target: t, goals: [{goal: a, weight: 60}, {goal: b, weight: 30}]}",
        "",
        "the weights total 90, not 100: 10% of the target bonus would be out of reach",
        None,
    ),
    ("", "", "measures something and pays nothing", "say rate, tiers, levels, scorecard or by"),
    (
        "rate: {percent: 5}",
        "split: {parties: {a: 60, b: 30}}\n",
        "the total allocated percentage must be 100: 10% would be paid to nobody",
        "name who keeps the rest",
    ),
    ("rate: {percent: 5}", "split: {parties: {a: 60, b: 50}}\n", "10% would be paid twice", None),
    (
        "rate: {percent: 5}",
        "funding: {shares: {bank: 100}}\ndeferral: {months: 12}\n",
        "defers an expense, and others bear it or the plan has none",
        None,
    ),
    ("rate: {percent: 5}", "limits: [{cap: 5, per: month}]\n", "cap does not say excess", "`excess`"),
    ("rate: {percent: 5}", "limits: [{cap: 5, floor: 1, per: month}]\n", "a limit is one of", "two items"),
    (
        "rate: {percent: 5}",
        "limits: [{floor: 5, recoverable: true, per: year}]\n",
        "a floor is counted per period",
        "say per: period",
    ),
    (
        "rate: {percent: 5}",
        "overrides: {of: base, basis: pooled, vacant: retain, levels: [*A, *B]}\n".replace(
            "*A, *B", "{level: a, percent: 60}, {level: b, percent: 50}"
        ),
        "the levels total 110% of the pool: 10% more than there is",
        None,
    ),
    ("rate: {percent: 5}", "until: 2025-12-31\n", "ends on 2025-12-31, before it begins on 2026-01-01", None),
    (
        "rate: {percent: 5}\neach: {at_most: 5}",
        "",
        "each looks at single transactions",
        "say scope: transaction",
    ),
]


@pytest.mark.parametrize(("pays", "sections", "message", "hint"), WRONG)
def test_each_mistake_is_refused_with_place_reason_and_remedy(
    tmp_path: Path, pays: str, sections: str, message: str, hint: str | None
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text_of(pays, sections), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path, "wrong.yaml")
    text = str(refused.value)
    assert message in text
    assert hint is None or hint in text
    for problem in refused.value.problems:
        assert problem.place is not None
        assert problem.place.line is not None


def test_a_running_total_needs_an_order(tmp_path: Path) -> None:
    component = COMPONENT.replace("scope: payee", "scope: transaction")
    pays = "tiers: {method: marginal, boundary: upper_inclusive, outside: refuse, bands: [{percent: 5}]}"
    path = tmp_path / "wrong.yaml"
    path.write_text(text_of(pays, component=component), encoding="utf-8")
    with pytest.raises(ConfigError, match="a running total depends on the order of transactions"):
        load(path, "wrong.yaml")


def test_a_correction_never_changes_a_closed_period(tmp_path: Path) -> None:
    path = tmp_path / "test.yaml"
    tail = TAIL.replace("period_of_correction", "period_of_sale")
    path.write_text(text_of("rate: {percent: 5}", tail=tail), encoding="utf-8")
    with pytest.raises(ConfigError, match="would change what a closed period paid"):
        load(path)


def test_nothing_that_costs_money_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    component = "- name: commission\n  activity: {}\n  measure: {sum: amount}\n"
    path.write_text(text_of("rate: {percent: 5}", component=component, tail=""), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path, "wrong.yaml")
    missing = {problem.message for problem in refused.value.problems}
    names = ("of", "source", "scope", "accumulate", "below_zero", "corrections", "payment", "rounding")
    assert missing == {f"missing setting `{name}`" for name in names}
    assert TAIL
