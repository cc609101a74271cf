"""Runs of some rule sets only."""

from datetime import timedelta
from pathlib import Path

import pytest

from recon.errors import UsageError
from recon.runs.match import match
from recon.store.store import Store
from tests.unit.runs.worlds import FIRST, everyday, new_project, night

AS_OF = FIRST + timedelta(9)


def test_some_rule_sets_cannot_continue_a_run_of_all(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    made = night(project, everyday().files(seed=1), AS_OF).run
    names = [row["name"] for row in made.manifest["rulesets"]]
    store = Store.open(project)
    with pytest.raises(UsageError, match=names[1]):
        match(project, store, as_of=AS_OF, rulesets=(names[0],))
    assert [run.identity for run in store.runs()] == [made.identity]
    alone = match(project, store, as_of=AS_OF, rulesets=(names[0],), fresh=True).run
    assert [row["name"] for row in alone.manifest["rulesets"]] == names[:1]


def test_a_rule_set_may_have_the_longest_name_and_convert(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    name = "orders_vs_lines".ljust(63, "x")
    for path in project.rules_dir.glob("*.yaml"):
        text = path.read_text("utf-8").replace("orders_vs_lines", name)
        path.write_text(text.replace("compare: gross", "compare: gross\nconvert: {side: right, by: stated}"))
    made = night(project, everyday().files(seed=1), AS_OF).run
    assert name in {row["name"] for row in made.manifest["rulesets"]}
    assert made.manifest["proof"] == "ok"
