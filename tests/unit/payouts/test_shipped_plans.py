"""The plans that come with the program: sound, decided, and right by their own examples."""

from pathlib import Path

import pytest

from recon.payouts.library import Filed, plans_in, shipped_plans
from recon.payouts.review.lint import undecided
from recon.payouts.review.proving import prove
from recon.payouts.review.words import sentences

FOLDER = Path(__file__).parents[3] / "configs" / "plans"
OWN = plans_in(FOLDER)
SHIPPED = shipped_plans()
PLANS = [*OWN, *SHIPPED]


def test_there_are_plans_to_start_from() -> None:
    assert len(SHIPPED) >= 12


def test_examples_are_not_in_force_where_they_lie() -> None:
    assert [one.plan.plan for one in OWN] == ["miniapp_provider_share"]


@pytest.mark.parametrize("filed", PLANS, ids=[one.plan.plan for one in PLANS])
def test_a_shipped_plan(filed: Filed) -> None:
    assert filed.document.path.stem == filed.plan.plan
    assert undecided(filed.plan) == []
    assert filed.plan.tests
    assert [proof.wrong for proof in prove(filed.plan) if proof.wrong] == []
    assert not any("None" in line or "{" in line for line in sentences(filed.plan))
