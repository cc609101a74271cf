"""Years that do not begin in January: what builds up over years and quarters, and what ends with them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.periods import Period
from recon.payouts.books.measured import measured_in
from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.calculation.limits import Balances
from recon.payouts.calculation.paying import pay
from recon.payouts.calculation.windows import first_of_window, period_before, window
from recon.payouts.desk.balances import going_on, still_said, windows_after
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.calculate import calculate
from recon.payouts.periods.period import Known
from recon.payouts.plan.measures import Accumulate
from recon.payouts.plan.plan import Plan, load
from recon.payouts.review.lint import findings
from recon.payouts.review.words import sentences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import COMPONENT, plan_of, text_of

YEAR, QUARTER, MONTH = Accumulate.YEAR, Accumulate.QUARTER, Accumulate.MONTH
TAX = "taxes: [{{name: TDS, percent: 5, direction: withheld, threshold: {{over: 15000, per: year, catch_up: {0}}}}}]\n"
INDIA, UK = "year_begins: 04-01\n", 'year_begins: "04-06"\n'


def paid(plan: Plan, *months: tuple[str, int]) -> list[Decimal]:
    """What is withheld of each month's payout, the balances going on from each to the next."""
    left: Balances = {}
    found = []
    for number, (name, amount) in enumerate(months, start=1):
        period = Period.parse(name)
        payout = pay(plan, Facts("Ada", (), name, period.last, number), Decimal(amount), left)
        left = still_said(payout.balances, windows_after(period, plan.year_begins))
        found.append(amount - payout.net)
    return found


def earned(plan: Plan, *months: tuple[str, int]) -> Iterator[Decimal]:
    """What each month earns on its sales."""
    left: Balances = {}
    for number, (name, amount) in enumerate(months, start=1):
        period = Period.parse(name)
        sold = Transaction("s", {"amount": Decimal(amount)}, day=period.first)
        outcome = calculate(plan, Facts("Ada", (sold,), name, period.last, number), left)
        left = going_on({"Ada": outcome.balances}, period, plan.year_begins).get("Ada", {})
        yield outcome.earned


@pytest.mark.parametrize(
    ("begins", "day", "year", "quarter"),
    [
        ("01-01", date(2026, 5, 9), "2026", "2026-Q2"),
        ("04-01", date(2026, 3, 31), "year from 2025-04-01", "quarter from 2026-01-01"),
        ("04-01", date(2026, 4, 1), "year from 2026-04-01", "quarter from 2026-04-01"),
        ("04-06", date(2026, 4, 5), "year from 2025-04-06", "quarter from 2026-01-06"),
        ("04-06", date(2026, 4, 6), "year from 2026-04-06", "quarter from 2026-04-06"),
        ("04-06", date(2026, 7, 5), "year from 2026-04-06", "quarter from 2026-04-06"),
        ("04-06", date(2026, 7, 6), "year from 2026-04-06", "quarter from 2026-07-06"),
        ("04-06", date(2027, 1, 5), "year from 2026-04-06", "quarter from 2026-10-06"),
        ("08-31", date(2027, 2, 27), "year from 2026-08-31", "quarter from 2026-11-30"),
        ("08-31", date(2027, 2, 28), "year from 2026-08-31", "quarter from 2027-02-28"),
        ("08-31", date(2028, 2, 28), "year from 2027-08-31", "quarter from 2027-11-30"),
        ("08-31", date(2028, 2, 29), "year from 2027-08-31", "quarter from 2028-02-29"),
    ],
)
def test_windows_are_named_by_the_day_on_which_they_begin(
    begins: str, day: date, year: str, quarter: str
) -> None:
    assert window(YEAR, day, "", begins) == year
    assert window(QUARTER, day, "", begins) == quarter
    assert window(MONTH, day, "", begins) == f"{day:%Y-%m}"
    assert window(Accumulate.FOREVER, day, "", begins) == "forever"
    assert window(Accumulate.PERIOD, day, "week 3", begins) == "week 3"


def test_windows_of_the_calendar_begin_where_they_did() -> None:
    for month in range(1, 13):
        day = date(2026, month, 20)
        assert first_of_window(YEAR, day, "01-01") == date(2026, 1, 1)
        assert first_of_window(QUARTER, day, "01-01") == date(2026, (month - 1) // 3 * 3 + 1, 1)
        assert first_of_window(MONTH, day, "04-06") == date(2026, month, 1)


@pytest.mark.parametrize(
    ("begins", "message", "hint"),
    [
        ("02-29", "02-29 is only in leap years, and a year begins every year", 'write "02-28" or "03-01"'),
        ("02-30", "02-30 is in no calendar", "write the month first"),
        ("31-08", "31-08 is in no calendar", "write the month first"),
        ("4-1", "`4-1` is no month and day", "write two digits of each"),
        ("2026-04-01", "`2026-04-01` is no month and day", "write two digits of each"),
    ],
)
def test_a_day_that_not_every_year_has_is_refused(tmp_path: Path, begins: str, message: str, hint: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text_of("rate: {percent: 5}", f'year_begins: "{begins}"\n'), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path, "wrong.yaml")
    assert message in str(refused.value)
    assert hint in str(refused.value)
    assert "year_begins" in str(refused.value)


@pytest.mark.parametrize(
    ("sections", "withheld"),
    [
        # Nothing up to 15,000; 5% of the 5,000 above it, then of all until the year ends in March.
        (INDIA + TAX.format("false"), [0, 250, 500, 500, 0, 0, 250]),
        # Over the threshold the whole 20,000 is taxed.
        (INDIA + TAX.format("true"), [0, 1000, 500, 500, 0, 0, 1000]),
        # In a year of the calendar January begins anew.
        (TAX.format("false"), [0, 0, 250, 500, 50, 450, 500]),
    ],
)
def test_withholding_counts_from_april_to_march(tmp_path: Path, sections: str, withheld: list[int]) -> None:
    months = [("2026-12", 10000), ("2027-01", 10000), ("2027-02", 10000), ("2027-03", 10000)]
    months += [("2027-04", 1000), ("2027-05", 9000), ("2027-06", 10000)]
    plan = plan_of(tmp_path, "rate: {percent: 100}", sections)
    assert paid(plan, *months) == withheld


def test_tax_months_from_the_6th_to_the_5th(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 100}", UK + TAX.format("false"))
    months = [
        ("2026-02-06..2026-03-05", 14000),
        ("2026-03-06..2026-04-05", 2000),
        ("2026-04-06..2026-05-05", 2000),
    ]
    assert paid(plan, *months) == [0, 50, 0]
    april = Period.parse("2026-04-06..2026-05-05")
    assert str(period_before(april)) == "2026-03-06..2026-04-05"
    assert str(period_before(period_before(april))) == "2026-02-06..2026-03-05"
    assert str(period_before(Period.parse("2026-04-06..2026-07-05"))) == "2026-01-06..2026-04-05"


def test_a_period_counts_in_the_year_of_its_last_day(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "rate: {percent: 100}", UK + TAX.format("false"))
    assert paid(plan, ("2026-03", 16000), ("2026-04", 14000), ("2026-05", 2000)) == [50, 0, 50]


def test_a_cap_of_the_quarter_and_tiers_of_the_year(tmp_path: Path) -> None:
    cap = "limits: [{cap: 100, excess: lost, per: quarter}]\n"
    plan = plan_of(tmp_path, "rate: {percent: 10}", 'year_begins: "02-01"\n' + cap)
    assert list(earned(plan, ("2026-02", 600), ("2026-03", 300), ("2026-04", 900), ("2026-05", 900))) == [
        60, 30, 10, 90,
    ]  # fmt: skip
    tiers = (
        "tiers: {method: marginal, boundary: upper_inclusive, outside: refuse, "
        "bands: [{to: 1000, percent: 1}, {percent: 2}]}"
    )
    yearly = COMPONENT.replace("accumulate: period", "accumulate: year")
    plan = plan_of(tmp_path, tiers, INDIA, component=yearly)
    months = [("2026-02", 1000), ("2026-03", 1000), ("2026-04", 1000), ("2026-05", 1000)]
    assert list(earned(plan, *months)) == [10, 20, 10, 20]


def sold(who: str, day: date, amount: int) -> dict[str, object]:
    return {"amount": Decimal(amount), "attributes": [("agent", who)], "business_date": day}


SALES = [
    sold("Ada", date(2026, 3, 20), 400),
    sold("Ada", date(2026, 4, 5), 30),
    sold("Ada", date(2026, 4, 6), 200),
    sold("Bello", date(2026, 5, 10), 700),
    sold("Ada", date(2026, 7, 6), 100),
]


@pytest.mark.parametrize(
    ("over", "period", "volume"),
    [
        ("year", "2026-03", 400),
        ("year", "2026-03-06..2026-04-05", 430),
        ("year", "2026-04-06..2026-05-05", 200),
        ("year", "2026-07-06..2026-08-05", 300),
        ("quarter", "2026-07-06..2026-08-05", 100),
        ("quarter", "2026-06-06..2026-07-05", 200),
    ],
)
def test_figures_over_the_year(tmp_path: Path, over: str, period: str, volume: int) -> None:
    figure = (
        "{figure: volume, activity: {of: matched, source: orders}, measure: {sum: amount}, over: " + over + "}"
    )
    plan = plan_of(
        tmp_path, "rate: {percent: 10}", f"{UK}eligible: {{volume: {{over: 0}}}}\nfigures: [{figure}]\n"
    )
    assert findings(plan) == []
    when = Period.parse(period)
    with books(SALES) as (engine, held):
        told = measured_in(engine, plan, held, when).told(Known().of("Ada", when))
    assert told.figures["volume"] == volume


def test_a_budget_of_the_year_is_full_again_with_the_next(tmp_path: Path) -> None:
    budget = "limits: [{budget: 60, exhausts: first_come, clawback_returns_budget: true, per: year}]\n"
    plan = plan_of(tmp_path, "rate: {percent: 10}", INDIA + budget)
    known = Known()
    found = []
    with books(SALES) as (engine, held):
        for name in ("2026-03", "2026-04", "2026-05"):
            period = Period.parse(name)
            rows = period_rows(engine, plan, held, period, known)
            found.append(dict(rows.earned()))
            known = Known(balances=going_on(rows.balances, period, plan.year_begins))
    assert found == [{"Ada": 40}, {"Ada": 23}, {"Bello": 37}]
    assert known.balances == {"": {"budget.year from 2026-04-01.year0": 60}}


def test_it_is_said_in_words_and_only_where_it_is_said(tmp_path: Path) -> None:
    said = "Its years begin on 6 April, and quarters every three months from it."
    assert said in sentences(plan_of(tmp_path, "rate: {percent: 5}", UK))
    assert not any("years begin" in line for line in sentences(plan_of(tmp_path, "rate: {percent: 5}")))
    assert not any(
        "years begin" in line
        for line in sentences(plan_of(tmp_path, "rate: {percent: 5}", 'year_begins: "01-01"\n'))
    )
