"""How much is taken back of a sale by the time since it was made."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.model.periods import Period
from recon.payouts.periods.clawback import share_taken
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan
from recon.payouts.review.simulation import Month, simulate
from recon.payouts.review.words import sentences
from tests.unit.payouts.books import books
from tests.unit.payouts.plans import TAIL, plan_of

DAYS = "[{within_days: 90, percent: 100}, {within_days: 180, percent: 50}]"
MONTHS = "[{within_months: 1, percent: 100}, {within_months: 3, percent: 33.5}]"
PERIODS = [Period.parse(f"2026-{number:02}") for number in range(1, 9)]


def plan(folder: Path, setting: str, sections: str = "") -> Plan:
    tail = TAIL.replace("closed_periods: delta", f"closed_periods: delta, {setting}")
    return plan_of(folder, "rate: {percent: 10}", sections, tail=tail)


@pytest.mark.parametrize(
    ("schedule", "sold", "undone", "percent", "words"),
    [
        (DAYS, "2026-01-10", "2026-01-10", "100", "0 days after the sale, within 90 days"),
        (DAYS, "2026-01-10", "2026-04-10", "100", "90 days after the sale, within 90 days"),
        (DAYS, "2026-01-10", "2026-04-11", "50", "91 days after the sale, within 180 days"),
        (DAYS, "2026-01-10", "2026-07-09", "50", "180 days after the sale, within 180 days"),
        (DAYS, "2026-01-10", "2026-07-10", "0", "181 days after the sale, after 180 days"),
        # A month after 31 January is 28 February, and three months after it are 30 April.
        (MONTHS, "2026-01-31", "2026-02-28", "100", "28 days after the sale, within 1 month"),
        (MONTHS, "2026-01-31", "2026-03-01", "33.5", "29 days after the sale, within 3 months"),
        (MONTHS, "2026-01-31", "2026-04-30", "33.5", "89 days after the sale, within 3 months"),
        (MONTHS, "2026-01-31", "2026-05-01", "0", "90 days after the sale, after 3 months"),
    ],
)  # fmt: skip
def test_the_last_day_is_within(
    tmp_path: Path, schedule: str, sold: str, undone: str, percent: str, words: str
) -> None:
    rule = plan(tmp_path, f"clawback_schedule: {schedule}").corrections
    share = share_taken(rule, date.fromisoformat(sold), date.fromisoformat(undone))
    taken = f"{percent}% is" if share.percent else "nothing is"
    assert (share.percent, share.words) == (Decimal(percent), f"undone {words}: {taken} taken back")


def test_a_sale_without_a_day_is_taken_back_whole(tmp_path: Path) -> None:
    rule = plan(tmp_path, f"clawback_schedule: {DAYS}").corrections
    assert share_taken(rule, None, date(2026, 12, 31)).percent == 100


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("clawback_schedule: []", "the schedule is empty"),
        (f"full_clawback_months: 12, clawback_schedule: {DAYS}", "both say how much of a sale is taken back"),
        (
            "clawback_schedule: [{within_days: 180, percent: 50}, {within_days: 90, percent: 100}]",
            "within 90 days comes after within 180 days: it would never hold",
        ),
        (
            "clawback_schedule: [{within_days: 90, percent: 100}, {within_days: 90, percent: 50}]",
            "within 90 days comes after within 90 days: it would never hold",
        ),
        (
            "clawback_schedule: [{within_days: 90, percent: 100}, {within_months: 6, percent: 50}]",
            "counts in another unit than the one before",
        ),
        ("clawback_schedule: [{percent: 100}]", "a step says within_days or within_months"),
        (
            "clawback_schedule: [{within_days: 90, within_months: 3, percent: 100}]",
            "a step says within_days or",
        ),
        ("clawback_schedule: [{within_days: 90, percent: 101}]", "expected 100 or less"),
        ("clawback_schedule: [{within_days: 90}]", "missing setting"),
    ],
)
def test_schedules_that_leave_the_share_open_are_refused(tmp_path: Path, setting: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plan(tmp_path, setting)
    assert message in caught.value.problems[0].message
    assert caught.value.problems[0].place is not None


def test_a_plan_tells_its_schedule(tmp_path: Path) -> None:
    told = "Taken back of a refund in a later period, by the time since the sale: 100% within 90 days, "
    assert f"{told}50% within 180 days; nothing after that." in sentences(
        plan(tmp_path, f"clawback_schedule: {DAYS}")
    )
    told = "Of a contract of 12 months the part not served is taken back."
    assert told in sentences(plan(tmp_path, "full_clawback_months: 12"))


BUDGET = "limits: [{budget: 100, exhausts: first_come, clawback_returns_budget: true, per: year}]\n"


@pytest.mark.parametrize(
    ("refunded", "expected"),
    [
        # 1,000 sold in January earn 100, all of the year's budget; August sells 3,000 more.
        ("2026-04-05", {"01": "100", "04": "-100", "08": "100"}),
        ("2026-07-04", {"01": "100", "07": "-50", "08": "50"}),
        ("2026-07-05", {"01": "100"}),
    ],
)
def test_everybody_gives_back_the_share_of_the_day_and_a_budget_has_it_again(
    tmp_path: Path, refunded: str, expected: dict[str, str]
) -> None:
    sales = [
        sold("2026-01-05", 1000, ref_merchant="S1"),
        sold(refunded, -1000, type="refund", ref_original="S1"),
        sold("2026-08-20", 3000),
    ]
    what = plan(tmp_path, f"clawback_schedule: {DAYS}", BUDGET)
    with books(sales) as (engine, held):
        found = simulate(engine, what, held, [Month(one, None, Known()) for one in PERIODS])
    paid = {f"{one.period}"[-2:]: format(one.after.normalize(), "f") for one in found.changes if one.after}
    assert paid == expected


def sold(day: str, amount: int, **more: object) -> dict[str, object]:
    return {
        "amount": Decimal(amount),
        "attributes": [("agent", "Ada")],
        "business_date": date.fromisoformat(day),
        **more,
    }
