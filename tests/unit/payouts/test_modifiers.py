"""Modifiers: what a component earns, times a percentage by a figure of the payee."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError, InputRefused
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.corrections import Refund, reversals
from recon.payouts.plan.plan import Plan
from recon.payouts.review.component_words import component_words
from recon.payouts.rows import Kind
from tests.unit.payouts.plans import TAIL, plan_of

BY_MARGIN = """\
rate: {percent: 5}
modifiers:
  - figure: margin
    boundary: lower_inclusive
    bands: [{to: 20, percent: 80}, {to: 30, percent: 100}, {percent: 110}]
  - figure: quality
"""


def earned(plan: Plan, **figures: str) -> Decimal:
    sales = (Transaction("t1", {"amount": Decimal(200_000)}),)
    known = {name: Decimal(value) for name, value in figures.items()}
    return calculate(plan, Facts("Ada", sales, "2026-01", date(2026, 1, 31), figures=known)).earned


@pytest.mark.parametrize(
    ("margin", "quality", "pays"),
    [
        ("35", "120", "13200"),
        ("30", "100", "11000"),
        ("29.99", "100", "10000"),
        ("20", "100", "10000"),
        ("-5", "100", "8000"),
        ("35", "0", "0"),
    ],
)
def test_what_is_earned_is_multiplied_by_one_after_the_other(
    tmp_path: Path, margin: str, quality: str, pays: str
) -> None:
    """5% of 200,000 is 10,000; times 110% for the margin and 120% for the quality it is 13,200."""
    assert earned(plan_of(tmp_path, BY_MARGIN), margin=margin, quality=quality) == Decimal(pays)


def test_limits_hold_what_was_multiplied_and_rows_say_by_what(tmp_path: Path) -> None:
    capped = BY_MARGIN + "limits: [{cap: 12000, excess: lost, per: period}]\n"
    facts = Facts(
        "Ada",
        (Transaction("t1", {"amount": Decimal(200_000)}),),
        "2026-01",
        date(2026, 1, 31),
        figures={"margin": Decimal(35), "quality": Decimal(120)},
    )
    outcome = calculate(plan_of(tmp_path, capped), facts)
    assert [(row.kind, row.amount, row.words) for row in outcome.rows[1:]] == [
        (Kind.MODIFIER, Decimal(1000), "times 110%, margin 35"),
        (Kind.MODIFIER, Decimal(2200), "times 120%"),
        (Kind.CAP, Decimal(-1200), "cap of 12000"),
    ]


def test_a_refund_takes_back_what_was_multiplied(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, BY_MARGIN, tail=TAIL.replace("recompute", "original_rate"))
    sales = tuple(Transaction(name, {"amount": Decimal(100_000)}) for name in ("t1", "t2"))
    figures = {"margin": Decimal(35), "quality": Decimal(120)}
    facts = Facts("Ada", sales, "2026-01", date(2026, 1, 31), figures=figures)
    assert reversals(plan, facts, Refund("t1", Decimal(50_000)))[0].amount == -3300


CURVE = """\
rate: {percent: 5}
modifiers:
  - figure: attainment
    points: [{at: 80, percent: 50}, {at: 100, percent: 100}, {at: 120, percent: 200}]
    below_first: 0
"""


@pytest.mark.parametrize(
    ("attainment", "pays"),
    [
        ("79.99", "0"),
        ("80", "5000"),
        ("90", "7500"),
        ("94.5", "8625"),
        ("100", "10000"),
        ("110", "15000"),
        ("120", "20000"),
        ("300", "20000"),
    ],
)
def test_a_curve_moves_evenly_between_its_points(tmp_path: Path, attainment: str, pays: str) -> None:
    """The target of 10,000 pays half at 80% attained, all of it at 100% and twice as much from 120% on."""
    assert earned_on(CURVE, tmp_path, attainment) == Decimal(pays)


def test_a_curve_is_exact_where_its_steps_never_end(tmp_path: Path) -> None:
    """A sixth of the way from 97% at 97 to 100% at 103 is 97.5%, at 98."""
    halves = CURVE.replace("at: 80, percent: 50", "at: 97, percent: 97").replace("at: 100", "at: 103")
    assert earned_on(halves, tmp_path, "98") == Decimal(9750)
    thirds = CURVE.replace("at: 80, percent: 50", "at: 97, percent: 99")
    assert round(earned_on(thirds, tmp_path, "98"), 6) == Decimal("9933.333333")


def earned_on(pays: str, folder: Path, attainment: str) -> Decimal:
    return earned(plan_of(folder, pays), attainment=attainment)


def test_a_curve_is_told_in_words(tmp_path: Path) -> None:
    words = list(component_words(plan_of(tmp_path, CURVE).components[0]))
    assert (
        "- times a percentage by attainment: 50% at 80, 100% at 100, 200% at 120, evenly in between; "
        "0% below the first" in words
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (CURVE.replace("    below_first: 0\n", ""), "points and below_first belong together"),
        (CURVE.replace("at: 100", "at: 80"), "the points do not rise"),
        (CURVE + "    boundary: lower_inclusive\n    bands: [{percent: 1}]\n", "bands and points both say"),
        ("modifiers: [{figure: x, points: [{at: 1, percent: 1}], below_first: 0}]\n", "one point is no curve"),
        ("modifiers: [{figure: x, below_first: 0}]\n", "points and below_first belong together"),
    ],
)
def test_a_curve_that_leaves_something_open_is_refused(tmp_path: Path, changed: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        plan_of(tmp_path, changed)


def test_a_figure_that_is_not_known_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="Ada has no figure quality"):
        earned(plan_of(tmp_path, BY_MARGIN), margin="1")


def test_it_is_told_in_words(tmp_path: Path) -> None:
    (component,) = plan_of(tmp_path, BY_MARGIN).components
    told = "\n".join(component_words(component))
    assert (
        "- times a percentage by margin: up to 20 80%, up to 30 100%, above 110%; exactly on a boundary" in told
    )
    assert "- times quality percent" in told


@pytest.mark.parametrize(
    ("modifier", "message"),
    [
        ("{figure: m, bands: [{percent: 90}]}", "bands and their boundary belong together"),
        ("{figure: m, boundary: closed, bands: [{percent: 90}]}", "bands and their boundary belong together"),
        ("{figure: m, boundary: upper_inclusive}", "bands and their boundary belong together"),
        (
            "{figure: m, boundary: upper_inclusive, bands: [{to: 9, percent: 90}]}",
            "nothing is said of m above 9",
        ),
        (
            "{figure: m, boundary: upper_inclusive, bands: [{to: 9, percent: 90}, {to: 9, percent: 9}, {percent: 1}]}",
            "the bands do not rise",
        ),
        (
            "{figure: m, boundary: upper_inclusive, bands: [{percent: 90}, {percent: 1}]}",
            "the bands do not rise",
        ),
    ],
)
def test_what_leaves_it_open_is_refused(tmp_path: Path, modifier: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        plan_of(tmp_path, f"rate: {{percent: 5}}\nmodifiers: [{modifier}]")
