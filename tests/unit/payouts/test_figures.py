"""Figures that a plan measures itself: criteria of ladders, goals of scorecards, lags, windows and shares."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError, InputRefused
from recon.model.periods import Period
from recon.payouts.books.measured import measured_in
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.ladders import Standing, dry_run
from recon.payouts.desk.basis import basis_of
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.breaks_held import held_amounts, held_entries
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.review.proving import prove
from recon.payouts.review.words import sentences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import plan_of

JANUARY, FEBRUARY, MARCH = (Period.parse(f"2026-0{month}") for month in (1, 2, 3))
LEVELS = """\
levels:
  met: {met}
  look_at: {look_at}
  demotion: to_level_earned
  levels:
    - {{level: bronze, percent: 1}}
    - {{level: silver, needs: {{volume: 1000, terminals: 2}}, percent: 2}}
"""
VOLUME = "{figure: volume, activity: {of: matched, source: orders}, measure: {sum: amount}, over: period}"
TERMINALS = (
    "{figure: terminals, activity: {of: matched, source: orders, where: {product: pos}}, "
    "measure: {count: terminal}, over: period}"
)


def sold(who: str, day: date, amount: int, terminal: str = "T1", product: str = "pos") -> dict[str, object]:
    words = [("agent", who), ("terminal", terminal), ("product", product)]
    return {"amount": Decimal(amount), "attributes": words, "business_date": day}


SALES = [
    sold("Ada", date(2026, 1, 5), 600),
    sold("Ada", date(2026, 1, 6), 500, "T2"),
    sold("Bello", date(2026, 1, 7), 900, "T3"),
    sold("Bello", date(2026, 1, 8), 300, "T4", "web"),
    sold("Ada", date(2026, 2, 2), 100),
    sold("Bello", date(2026, 2, 3), 700, "T3"),
    sold("Bello", date(2026, 2, 4), 700, "T4"),
    sold("Chidi", date(2026, 2, 9), 50, "T9"),
]


def measuring(folder: Path, pays: str, *figures: str) -> Plan:
    return plan_of(folder, pays, f"figures: [{', '.join(figures)}]\n")


def earned(plan: Plan, period: Period, known: Known | None = None) -> dict[str, Decimal]:
    with books(SALES) as (engine, held):
        return dict(period_rows(engine, plan, held, period, known).earned())


def figures(
    plan: Plan, period: Period, who: str, own: Mapping[str, Decimal] | None = None
) -> Mapping[str, Decimal]:
    with books(SALES) as (engine, held):
        return measured_in(engine, plan, held, period).told(Facts(who, figures=own or {})).figures


@pytest.mark.parametrize(
    ("met", "look_at", "period", "expected"),
    [
        ("all", "this_period", JANUARY, {"Ada": 22, "Bello": 12}),
        ("any", "this_period", JANUARY, {"Ada": 22, "Bello": 24}),
        ("all", "this_period", FEBRUARY, {"Ada": 1, "Bello": 28, "Chidi": Decimal("0.5")}),
        ("all", "previous_period", FEBRUARY, {"Ada": 2, "Bello": 14, "Chidi": Decimal("0.5")}),
        ("any", "previous_period", FEBRUARY, {"Ada": 2, "Bello": 28, "Chidi": Decimal("0.5")}),
    ],
)
def test_levels_are_earned_by_what_the_plan_measures(
    tmp_path: Path, met: str, look_at: str, period: Period, expected: dict[str, Decimal]
) -> None:
    """January: Ada 1,100 on two terminals, Bello 1,200 on one (the other sold on the web); February the other way."""
    plan = measuring(tmp_path, LEVELS.format(met=met, look_at=look_at), VOLUME, TERMINALS)
    assert earned(plan, period) == expected


def test_an_idle_payee_is_reviewed_and_falls(tmp_path: Path) -> None:
    plan = measuring(tmp_path, LEVELS.format(met="all", look_at="this_period"), VOLUME, TERMINALS)
    with books(SALES) as (engine, held):
        january = period_rows(engine, plan, held, JANUARY).balances
        known = Known(balances={who: own for who, own in january.items() if who})
        after = period_rows(engine, plan, held, MARCH, known).balances
    assert january["Ada"]["ladder.commission.held.silver"] == 1
    assert after["Ada"]["ladder.commission.held.silver"] == 0


@pytest.mark.parametrize(
    ("figure", "period", "who", "value"),
    [
        ("over: quarter", FEBRUARY, "Ada", 1200),
        ("over: year", MARCH, "Bello", 2600),
        ("over: forever", MARCH, "Ada", 1200),
        ("over: month", MARCH, "Ada", 0),
        ("over: period, lag: 1", MARCH, "Ada", 100),
        ("over: period, lag: 2", MARCH, "Ada", 1100),
        ("over: quarter, lag: 1", MARCH, "Bello", 2600),
        ("over: period, periods: 2", FEBRUARY, "Ada", 1200),
        ("over: period, periods: 2, lag: 1", MARCH, "Bello", 2600),
        ("over: period, periods: 3, lag: 2", MARCH, "Bello", 1200),
    ],
)
def test_a_figure_covers_its_time(tmp_path: Path, figure: str, period: Period, who: str, value: int) -> None:
    text = VOLUME.replace("over: period", figure)
    plan = measuring(tmp_path, "rate: {percent: 1}", text)
    assert figures(plan, period, who)["volume"] == value


@pytest.mark.parametrize(
    ("measure", "who", "value"),
    [
        ("{count: transactions}", "Bello", 2),
        ("{sum: amount, growth: amount}", "Bello", 200),
        ("{sum: amount, growth: percent, new_counts_as: 0}", "Ada", Decimal("-90.90909091")),
        ("{sum: amount, growth: percent, new_counts_as: 7}", "Chidi", 7),
        ("{sum: amount, divided_by: 8}", "Bello", 175),
        ("{sum: amount, percent_of: quota}", "Bello", 56),
        ("{sum: amount, growth: amount, percent_of: quota}", "Bello", 8),
        (
            "{sum: amount, growth: percent, new_counts_as: 0, percent_of: quota}",
            "Bello",
            Decimal("16.66666666"),
        ),
    ],
)
def test_a_figure_is_whatever_a_component_can_measure(
    tmp_path: Path, measure: str, who: str, value: Decimal
) -> None:
    text = VOLUME.replace("{sum: amount}", measure)
    plan = measuring(tmp_path, "rate: {percent: 1}", text)
    found = figures(plan, FEBRUARY, who, {"quota": Decimal(2500)})["volume"]
    assert abs(found - value) <= Decimal("0.00000001")


def test_a_share_of_two_figures_and_of_nothing(tmp_path: Path) -> None:
    share = "{figure: share, measure: {figure: pos, percent_of: volume, of_nothing_counts_as: 100}}"
    pos = VOLUME.replace("volume", "pos").replace("source: orders", "source: orders, where: {product: pos}")
    plan = measuring(tmp_path, "rate: {percent: 1}", VOLUME, pos, share)
    assert figures(plan, JANUARY, "Bello")["share"] == 75
    assert figures(plan, MARCH, "Bello")["share"] == 100
    refused = measuring(
        tmp_path, "rate: {percent: 1}", VOLUME, pos, share.replace(", of_nothing_counts_as: 100", "")
    )
    with pytest.raises(InputRefused, match="volume of Bello is zero: nothing is a percentage of it"):
        figures(refused, MARCH, "Bello")


def test_a_scorecard_by_what_the_plan_measures(tmp_path: Path) -> None:
    """Ada: 1,100 of 2,000 is 55%, two of four terminals 50%: 100 x (0.6 x 55 + 0.4 x 50) / 100 = 53."""
    pays = """\
    scorecard:
      target: bonus
      goals: [{goal: volume, weight: 60}, {goal: terminals, weight: 40}]
    """
    plan = measuring(
        tmp_path,
        pays,
        VOLUME.replace("amount}", "amount, percent_of: quota}"),
        TERMINALS.replace("terminal}", "terminal, percent_of: goal}"),
    )
    own = {"bonus": Decimal(100), "quota": Decimal(2000), "goal": Decimal(4)}
    known = Known({who: Facts(who, figures=own) for who in ("Ada", "Bello", "Idle")})
    assert earned(plan, JANUARY, known) == {"Ada": 53, "Bello": 46, "Idle": 0}


def test_attributes_are_added_up_too(tmp_path: Path) -> None:
    points = [{**row, "attributes": [*row["attributes"], ("points", "3")]} for row in SALES]  # type: ignore[misc]
    plan = measuring(tmp_path, "rate: {percent: 1}", VOLUME.replace("sum: amount", "sum: points"))
    with books(points) as (engine, held):
        assert measured_in(engine, plan, held, JANUARY).told(Facts("Bello")).figures["volume"] == 6


def test_an_example_measures_what_it_does_not_state(tmp_path: Path) -> None:
    sections = f"""\
figures: [{VOLUME}, {TERMINALS}]
tests:
  - test: measured
    given:
      - {{figures: {{amount: 600}}, words: {{product: pos, terminal: T1}}}}
      - {{figures: {{amount: 500}}, words: {{product: pos, terminal: T2}}}}
    pays: 22
  - test: stated
    given: [{{figures: {{amount: 2000}}}}]
    figures: {{terminals: 1}}
    pays: 20
"""
    plan = plan_of(tmp_path, LEVELS.format(met="all", look_at="this_period"), sections)
    assert [proof.wrong for proof in prove(plan)] == [(), ()]


def test_late_entries_of_an_earlier_period_change_what_a_lagging_figure_rests_on(tmp_path: Path) -> None:
    plan = measuring(tmp_path, "rate: {percent: 1}", VOLUME.replace("over: period", "over: period, lag: 1"))
    late = [*SALES, sold("Ada", date(2026, 1, 31), 1)]
    with books(SALES) as (engine, held):
        before = basis_of(engine, plan, held, FEBRUARY, Known())
    with books(late) as (engine, held):
        assert basis_of(engine, plan, held, FEBRUARY, Known()) != before


def test_it_is_said_in_words(tmp_path: Path) -> None:
    plan = measuring(tmp_path, "rate: {percent: 1}", TERMINALS.replace("over: period", "over: period, lag: 2"))
    words = "the number of different terminal over the period, 2 periods ago, of matched transactions of orders"
    assert f"terminals: {words} with product pos." in sentences(plan)


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ("{figure: volume, measure: {sum: amount}, over: period}", "volume does not say activity"),
        (VOLUME.replace(", over: period", ""), "volume does not say over"),
        (VOLUME.replace("over: period", "over: none"), "a figure is of some time"),
        (VOLUME.replace("over: period", "over: year, periods: 2"), "2 periods together are not a year"),
        ("{figure: share, measure: {figure: volume}, over: period}", "this is made of another figure"),
        ("{figure: share, measure: {figure: volume}, lag: 1}", "another figure is as it is, and here it lags"),
        (f"{VOLUME}, {VOLUME}", "figure volume is there twice: a level could be earned by either"),
        (VOLUME.replace("volume", "commission"), "figure commission is called like a component"),
        (VOLUME.replace("sum: amount", "sum: amount, of_nothing_counts_as: 1"), "belongs to percent_of"),
    ],
)
def test_what_cannot_be_measured_is_refused(tmp_path: Path, figure: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        measuring(tmp_path, "rate: {percent: 1}", figure)


def test_a_break_on_an_entry_that_only_a_figure_counts_holds_what_rests_on_it(tmp_path: Path) -> None:
    """Terminals are counted of all sales, commission is paid on those of the till: T2 makes Ada silver, 22 for 11."""
    plan = measuring(tmp_path, LEVELS.format(met="all", look_at="this_period"), VOLUME, TERMINALS)
    activity = plan.components[0].activity.model_copy(update={"where": {"product": "till"}})
    plan = plan.model_copy(
        update={"components": (plan.components[0].model_copy(update={"activity": activity}),)}
    )
    sales = [
        sold("Ada", date(2026, 1, 5), 1100, "T9", "till"),
        sold("Ada", date(2026, 1, 6), 1, "T1"),
        sold("Ada", date(2026, 1, 7), 1, "T2"),
    ]
    with books(sales, breaks=[{"entry_id": "e002"}]) as (engine, held):
        amounts = held_amounts(engine, plan, held, JANUARY, {"Ada": Decimal(22)}, Known())
        entries = held_entries(engine, plan, held, JANUARY)
        assert dict(period_rows(engine, plan, held, JANUARY).earned()) == {"Ada": 22}
    assert amounts == {"Ada": 11}
    assert {(one.component, one.entry_id, one.break_id) for one in entries} == {
        ("volume", "e002", "b1"), ("terminals", "e002", "b1"),
    }  # fmt: skip


def test_a_criterion_with_bounds(tmp_path: Path) -> None:
    """Silver is for a share of web sales of at most 40 percent: Ada has none, Bello a quarter."""
    pays = LEVELS.format(met="all", look_at="this_period").replace(
        "volume: 1000, terminals: 2", "web: {at_most: 40}"
    )
    web = VOLUME.replace("figure: volume", "figure: by_web").replace("orders", "orders, where: {product: web}")
    share = "{figure: web, measure: {figure: by_web, percent_of: volume, of_nothing_counts_as: 100}}"
    plan = measuring(tmp_path, pays, VOLUME, web, share)
    assert earned(plan, JANUARY) == {"Ada": 22, "Bello": 24}
    assert "silver (web at most 40): 2%" in " ".join(sentences(plan))
    ladder = plan.components[0].levels
    assert ladder is not None
    move = dry_run(ladder, Standing(1), {})
    assert (move.after, move.why) == ("bronze", "web is not known, needs at most 40")
