"""Figures that count by the days on which they hold: quotas, guarantees and retainers of who joins or leaves."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError, InputRefused
from recon.model.periods import Period
from recon.payouts.desk.basis import basis_of
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.known_facts import KnownFact, known_in
from recon.payouts.plan.plan import Plan
from recon.payouts.review.proving import prove
from recon.payouts.review.words import sentences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, TAIL, plan_of

IN_CENTS = TAIL.replace("{at: never}", "{at: payee}")
FIGURE = "figures: [{{figure: due, measure: {{figure: quota}}, prorated: {0}}}]\n"
PAID = COMPONENT.replace("{sum: amount}", "{figure: due}") + "  rate: {percent: 100}\n"
SOLD = COMPONENT + "  rate: {percent: 10}\n"
FLOOR = "limits: [{floor: 100, percent_of: due, recoverable: false, per: period}]\n"
NOVEMBER = Period.parse("2026-11")
Row = tuple[str, str, str, str]


def known(rows: Iterable[Row]) -> list[KnownFact]:
    """Quotas of payees, as (payee, value, from, until)."""
    return [
        KnownFact(
            payee,
            "figure",
            "quota",
            value,
            date.fromisoformat(first) if first else date.min,
            date.fromisoformat(last) if last else date.max,
            "facts.csv",
            line,
        )
        for line, (payee, value, first, last) in enumerate(rows, start=2)
    ]


def paying(folder: Path, of: str, sections: str = "", component: str = PAID) -> Plan:
    return plan_of(folder, "", FIGURE.format(of) + sections, component=component, tail=IN_CENTS)


def earned(plan: Plan, period: str, *rows: Row, sold: str = "0") -> dict[str, Decimal]:
    when = Period.parse(period)
    sale = {"amount": Decimal(sold), "attributes": [("agent", "Ada")], "business_date": when.last}
    with books([sale] if Decimal(sold) else []) as (engine, held):
        return dict(period_rows(engine, plan, held, when, known_in(known(rows), when)).earned())


@pytest.mark.parametrize(
    ("of", "period", "rows", "pays"),
    [
        ("period", "2026-11", [("Ada", "3000", "", "")], "3000"),
        ("period", "2026-11", [("Ada", "3000", "2026-11-16", "")], "1500"),
        ("period", "2026-11", [("Ada", "3000", "", "2026-11-10")], "1000"),
        ("period", "2026-11", [("Ada", "100", "", "2026-11-10"), ("Ada", "400", "2026-11-11", "")], "300"),
        ("period", "2026-11", [("Ada", "3000", "2026-11-11", "2026-11-20")], "1000"),
        ("month", "2026-10-01..2026-10-14", [("Ada", "1000", "", "")], "451.61"),
        ("month", "2026-10-15..2026-10-31", [("Ada", "1000", "", "")], "548.39"),
        ("month", "2026-10-01..2026-12-31", [("Ada", "1000", "", "")], "3000"),
        ("month", "2026-10-01..2026-12-31", [("Ada", "1000", "2026-11-16", "")], "1500"),
        ("year", "2026-01", [("Ada", "36500", "", "")], "3100"),
        ("year", "2028-02", [("Ada", "36600", "", "")], "2900"),
        ("year", "2026-12-01..2027-01-31", [("Ada", "36500", "2026-12-31", "2027-01-01")], "200"),
        ("year_by_months", "2026-02", [("Ada", "12000", "", "")], "1000"),
        ("year_by_months", "2026-01-01..2026-03-31", [("Ada", "12000", "", "")], "3000"),
        ("year_by_months", "2026-11", [("Ada", "12000", "2026-11-16", "")], "500"),
        ("year_by_months", "2026-01-01..2026-12-31", [("Ada", "12000", "2026-04-01", "")], "9000"),
    ],
)
def test_a_value_counts_for_its_days(tmp_path: Path, of: str, period: str, rows: list[Row], pays: str) -> None:
    assert earned(paying(tmp_path, of), period, *rows) == {"Ada": Decimal(pays)}


def test_years_are_those_of_the_plan(tmp_path: Path) -> None:
    """The year from 1 April 2027 to 31 March 2028 has 366 days."""
    plan = paying(tmp_path, "year", 'year_begins: "04-01"\n')
    assert earned(plan, "2027-04", ("Ada", "36600", "", "")) == {"Ada": 3000}


def test_months_of_a_year_that_begins_amid_one_are_its_own(tmp_path: Path) -> None:
    """From 6 May to 5 June is the second month of a year from 6 April."""
    plan = paying(tmp_path, "year_by_months", 'year_begins: "04-06"\n')
    assert earned(plan, "2026-05-06..2026-06-05", ("Ada", "12000", "", "")) == {"Ada": 1000}


def test_who_has_left_is_owed_nothing_more(tmp_path: Path) -> None:
    """A sale of December still credits Ada, whose guarantee ended in November."""
    row = ("Ada", "3000", "", "2026-11-10")
    assert earned(paying(tmp_path, "period"), "2026-12", row) == {}
    assert earned(paying(tmp_path, "period", FLOOR, SOLD), "2026-12", row, sold="100") == {"Ada": 10}


def test_an_attainment_is_of_the_quota_of_the_days(tmp_path: Path) -> None:
    """15,000 sold on a quota of 30,000 that began on the 16th is all of it: 20%, not 10%."""
    tiers = (
        "tiers: {method: whole, boundary: lower_inclusive, outside: refuse, thresholds_percent_of: due, "
        "bands: [{to: 100, percent: 10}, {percent: 20}]}"
    )
    plan = paying(tmp_path, "period", component=f"{COMPONENT}  {tiers}\n")
    assert earned(plan, "2026-11", ("Ada", "30000", "2026-11-16", ""), sold="15000") == {"Ada": 3000}
    assert earned(plan, "2026-11", ("Ada", "30000", "", ""), sold="15000") == {"Ada": 1500}


def test_a_guarantee_is_for_the_days_of_who_joins(tmp_path: Path) -> None:
    plan = paying(tmp_path, "month", FLOOR, SOLD)
    assert earned(plan, "2026-11", ("Ada", "900", "2026-11-16", ""), sold="100") == {"Ada": 450}


def test_what_is_not_known_at_all_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="Ada has no figure quota"):
        earned(paying(tmp_path, "period", FLOOR, SOLD), "2026-11", sold="10")


def test_days_that_change_are_late_facts_of_plans_that_look_at_them(tmp_path: Path) -> None:
    """A row of the future changes nothing of what was paid, and no row does of a plan that does not prorate."""
    row = ("Ada", "3000", "2026-11-01", "")
    later = [("Ada", "3000", "2026-11-01", "2026-12-31"), ("Ada", "5000", "2027-01-01", "")]
    moved = ("Ada", "3000", "2026-11-05", "")
    plan, other = paying(tmp_path, "period"), plan_of(tmp_path, "rate: {percent: 10}")
    with books([]) as (engine, held):

        def basis(of: Plan, *rows: Row) -> str:
            return basis_of(engine, of, held, NOVEMBER, known_in(known(rows), NOVEMBER))

        assert basis(plan, row) == basis(plan, *later) != basis(plan, moved)
        assert basis(other, row) == basis(other, moved)


def test_examples_of_a_plan_state_the_figure_for_their_days(tmp_path: Path) -> None:
    tests = (
        "tests: [{test: whole, figures: {quota: 100}, pays: 100}, {test: half, figures: {due: 50}, pays: 50}]\n"
    )
    assert [one.wrong for one in prove(paying(tmp_path, "period", tests))] == [(), ()]


def test_words_say_for_which_days(tmp_path: Path) -> None:
    said = "due: the payee's quota, a value of the month for the days on which it holds."
    assert said in sentences(paying(tmp_path, "month"))


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        (
            "[{figure: due, activity: {of: all, source: orders}, measure: {sum: amount}, over: period, "
            "prorated: month}]",
            "transactions have days of their own",
        ),
        (
            "[{figure: sold, activity: {of: all, source: orders}, measure: {sum: amount}, over: period}, "
            "{figure: due, measure: {figure: sold}, prorated: month}]",
            "sold is measured by the plan",
        ),
    ],
)
def test_what_has_no_days_is_not_prorated(tmp_path: Path, figures: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        plan_of(tmp_path, "", f"figures: {figures}\n", component=PAID)
