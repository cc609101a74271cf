"""What the linter finds, in money."""

from datetime import date
from pathlib import Path

import pytest

from recon.payouts.review.lint import findings, undecided
from tests.unit.payouts.plans import plan_of


def tiers(method: str, boundary: str, *bands: str, more: str = "") -> str:
    rows = "".join(f"    - {{{band}}}\n" for band in bands)
    return f"tiers:\n  method: {method}\n  boundary: {boundary}\n  outside: refuse\n{more}  bands:\n{rows}"


@pytest.mark.parametrize(
    ("pays", "found"),
    [
        (
            tiers(
                "whole", "closed", "from: 0, to: 100, per_unit: 1", "from: 102, per_unit: 2", more="  step: 1\n"
            ),
            [("band-gap", "gap at 101: what lies there is refused")],
        ),
        (
            tiers("whole", "closed", "from: 0, to: 100, per_unit: 1", "from: 101, per_unit: 2"),
            [("band-gap", "gap between 100 and 101: what lies there is refused")],
        ),
        (
            tiers("marginal", "upper_inclusive", "to: 100, percent: 1", "from: 150, percent: 2"),
            [("band-gap", "gap from 100 to 150: what lies there is refused")],
        ),
        (
            tiers("whole", "closed", "from: 0, to: 10, percent: 1", "from: 10, percent: 2", more="  step: 1\n"),
            [("band-overlap", "overlap at 10: both bands include it, so that a total above counts it twice")],
        ),
        (
            tiers("marginal", "upper_inclusive", "to: 100, percent: 1", "from: 90, percent: 2"),
            [("band-overlap", "overlap from 90 to 100: two bands pay for the same units, 1% and 2%")],
        ),
        (
            tiers("marginal", "upper_inclusive", "to: 100, percent: 1", "to: 50, percent: 2"),
            [("unreachable-band", "nothing can lie in the band from 100 to 50: it is never paid")],
        ),
        (
            tiers("whole", "upper_inclusive", "to: 15, per_unit: 10", "per_unit: 5"),
            [("pays-less", "one more pays less: 15 pays 150, 16 pays 80")],
        ),
        (
            tiers("whole", "lower_inclusive", "to: 1000, percent: 5", "percent: 4"),
            [("pays-less", "one more pays less: 999.99 pays 49.9995, 1000 pays 40")],
        ),
        (tiers("marginal", "upper_inclusive", "to: 15, per_unit: 10", "per_unit: 5"), []),
        (tiers("whole", "lower_inclusive", "to: 1000, percent: 4", "percent: 5"), []),
    ],
)
def test_findings(tmp_path: Path, pays: str, found: list[tuple[str, str]]) -> None:
    assert [(one.code, one.message) for one in findings(plan_of(tmp_path, pays))] == found


def ladder(*levels: str, met: str = "all", demotion: str = "never") -> str:
    rows = "".join(f"    - {{{level}}}\n" for level in levels)
    return f"levels:\n  met: {met}\n  look_at: this_period\n  demotion: {demotion}\n  levels:\n{rows}"


BRONZE, SILVER = "level: bronze, percent: 1", "level: silver, needs: {sales: 100, shops: 2}, percent: 2"


@pytest.mark.parametrize(
    ("pays", "found"),
    [
        (ladder(BRONZE, SILVER, "level: gold, needs: {sales: 500, shops: 3}, percent: 3"), []),
        (ladder(BRONZE, SILVER, "level: gold, needs: {sales: 50, clients: 3}, percent: 3"), []),
        (
            ladder(BRONZE, SILVER, "level: gold, needs: {sales: 100}, percent: 3"),
            ["level silver is never paid: whoever meets its criteria meets those of gold"],
        ),
        (ladder(BRONZE, SILVER, "level: gold, needs: {sales: 100}, percent: 3", met="any"), []),
        (ladder(BRONZE, SILVER, "level: gold, needs: {shops: 2, refunds: {at_most: 3}}, percent: 3"), []),
        (
            ladder(BRONZE, SILVER, "level: gold, needs: {sales: 100, shops: 2, x: 1}, percent: 3", met="any"),
            ["level silver is never paid: whoever meets its criteria meets those of gold"],
        ),
        (ladder(BRONZE, SILVER, "level: gold, needs: {sales: 100}, percent: 3", demotion="one_level"), []),
        (
            ladder(BRONZE, SILVER, "level: gold, needs: {sales: 500}, bps: 150"),
            ["gold pays less than silver: 150 instead of 200 of 10000"],
        ),
        (
            "rate: {percent: 1}\nlimits:\n  - {cap: 100, excess: lost, per: period}\n"
            "  - {floor: 150, recoverable: false, per: period}\n",
            ["the floor of 150 is above the cap of 100: 50 more than the cap are paid"],
        ),
        (
            "rate: {percent: 1}\nlimits:\n  - {floor: 150, recoverable: false, per: period}\n"
            "  - {cap: 100, excess: lost, per: period}\n",
            ["the floor of 150 is above the cap of 100: it is never paid"],
        ),
    ],
)
def test_levels_and_limits(tmp_path: Path, pays: str, found: list[str]) -> None:
    assert [one.message for one in findings(plan_of(tmp_path, pays))] == found


def test_a_figure_that_nothing_looks_at(tmp_path: Path) -> None:
    figures = """\
        figures:
          - {figure: sales, activity: {of: all, source: orders}, measure: {sum: amount}, over: period}
          - {figure: share, measure: {figure: sales, percent_of: quota}}
        """
    plan = plan_of(tmp_path, "rate: {percent: 5}", figures)
    assert [(one.code, one.steps) for one in findings(plan)] == [("unused-figure", ("figures", 1))]


def test_a_finding_that_is_meant_is_said_in_the_plan(tmp_path: Path) -> None:
    pays = tiers("whole", "upper_inclusive", "to: 15, per_unit: 10", "per_unit: 5")
    plan = plan_of(tmp_path, pays, "accepted: [{finding: pays-less, because: agreed with the partner}]\n")
    assert [one.code for one in findings(plan)] == ["pays-less"]
    assert undecided(plan) == []


def test_a_version_that_has_ended_and_a_tax_that_ends_before_it(tmp_path: Path) -> None:
    sections = """\
        until: 2026-06-30
        taxes: [{name: wht, percent: 5, direction: withheld, until: 2026-03-31}]
        """
    plan = plan_of(tmp_path, "rate: {percent: 5}", sections)
    assert [one.steps for one in findings(plan)] == [("taxes", 0, "until")]
    assert [one.steps for one in findings(plan, date(2026, 7, 1))] == [("until",), ("taxes", 0, "until")]


@pytest.mark.parametrize(("each_from", "found"), [("total", ["over-deducted"]), ("remainder", [])])
def test_deductions_of_more_than_all(tmp_path: Path, each_from: str, found: list[str]) -> None:
    steps = "[{to: a, percent: 60}, {to: b, percent: 50}]"
    taken = f"deductions: {{each_from: {each_from}, owner: house, steps: {steps}}}\n"
    plan = plan_of(tmp_path, "rate: {percent: 5}", taken)
    assert [one.code for one in findings(plan)] == found
