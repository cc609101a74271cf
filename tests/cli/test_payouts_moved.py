"""A refund in the month of its sale, where the owner or the manager moved in between: whoever was paid gives back."""

from pathlib import Path

import pytest

from tests.cli.payout_stage import Run, Stage, plan_text

SALES = [
    ("e1", "Ada", "100", "2026-10-05"),
    ("e2", "Ada", "-40", "2026-10-20"),
    ("e3", "Ada", "1000", "2026-10-21"),
]
HEAD = "payee,what,name,value,from,until\n"


@pytest.fixture
def stage(project: Path, recon: Run) -> Stage:
    return Stage(project, recon)


def earned(stage: Stage, more: dict[str, list[tuple[str, str]]]) -> dict[str, str]:
    undoing = {"e2": {"type": "refund", "ref_original": "e1"}}
    about = {name: {**undoing.get(name, {}), "attributes": more.get(name, [])} for name, *_ in SALES}
    stage.night(SALES, more=about)
    return stage.earned(str(stage.pay("2026-10")["payout"]))


def test_the_owner_on_the_day_of_the_sale_gives_back(stage: Stage) -> None:
    """The refund came off the next owner, who had no part in the sale."""
    credit = "{to: agent, owner_of: terminal, when_moved: owner_on_the_day_of_the_transaction}"
    stage.plan(plan_text(credit=credit))
    stage.partners("facts", HEAD + "Ada,owns,terminal,T1,,2026-10-10\nBello,owns,terminal,T1,2026-10-11,\n")
    found = earned(stage, {name: [("terminal", "T1")] for name, *_ in SALES})
    assert found == {"Ada": "6.00", "Bello": "100.00"}


def test_the_manager_on_the_day_of_the_sale_gives_back(stage: Stage) -> None:
    """Chidi had 2% of all 100.00, and Dayo's part was smaller by the refund."""
    levels = "overrides: {of: base, basis: same_base, vacant: retain, levels: [{level: sc, percent: 2}]}"
    stage.plan(plan_text(more=levels))
    stage.partners("facts", HEAD + "Ada,person,sc,Chidi,,2026-10-10\nAda,person,sc,Dayo,2026-10-11,\n")
    assert earned(stage, {}) == {"Ada": "106.00", "Chidi": "1.20", "Dayo": "20.00"}
