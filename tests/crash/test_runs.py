"""Real runs killed at random moments while others read: what was published stays sound, the next run completes."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from zipfile import ZipFile

import pytest

from recon.project.workspace import Project, open_project
from recon.store.chain import LedgerRow
from recon.store.store import Store
from tests.crash.asking import Zygote
from tests.crash.nights import AS_OF, BEGUN, CONFIGURED, KILLS, PROJECTS, arriving
from tests.unit.runs.reading import confirmed, disproved, living, tables_of
from tests.unit.runs.worlds import new_project, night

PEACE_AFTER = 4
"""After so many kills a word about a break is killed too; then one is said, and a run is made, in peace."""


def published(project: Project) -> dict[str, dict[str, bytes]]:
    """The bytes of every published run; nothing may be wrong with the store."""
    store = Store.open(project)
    assert [str(problem) for problem in store.verify_all()] == []
    return {run.identity: tables_of(run) for run in store.runs()}


@contextmanager
def looked_at(project: Project, told: dict[str, Any]) -> Iterator[None]:
    """Somebody asks about the project all the while, and tells afterwards what was seen."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.reader", str(project.root)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "XDG_CONFIG_HOME": str(project.root / "nowhere")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield
        told |= json.loads(reader.communicate("", timeout=300)[0])
    finally:
        reader.kill()


def stage(rows: list[LedgerRow], project: Project) -> str:
    """How far a run came that added these rows to the ledger."""
    own = [row for row in rows if not row.kind.endswith("aborted") and not row.body.get("adopted")]
    if not own:
        return "before anything"
    if own[-1].kind != "run.published":
        return {"ingest.started": "taking in", "ingest.published": "taken in", "run.started": "matching"}[
            own[-1].kind
        ]
    workbook = project.root / "reports" / str(own[-1].body["identity"]) / "reconciliation.xlsx"
    return "after the workbook" if workbook.is_file() else "before the workbook"


class Nights:
    """Runs that are killed, one after the other, in a project that keeps what was promised."""

    def __init__(self, folder: Path, number: int) -> None:
        self.zygote = Zygote("nights", folder, {})
        self.root = folder / "killed"
        self.chance = random.Random(20261031 + number)
        self.stages: Counter[str] = Counter()
        self.words = ["first"]
        self.zygote.done("prepare", self.root)
        self.project = open_project(self.root)
        self.promised = published(self.project)
        self.waiting = arriving()[BEGUN:]
        self.span = self.peacefully()

    def peacefully(self) -> float:
        """A run that nobody kills; how many processor seconds it used."""
        self.arrive()
        ended = self.zygote.ask("night", self.root)
        assert ended.status == 0, ended.said
        self.check()
        return ended.seconds

    def arrive(self) -> None:
        """A new file, as long as there are any."""
        if self.waiting:
            self.waiting.pop(0).write(self.root / "inbox")

    def kill_one(self) -> None:
        """A run killed at a moment that may lie anywhere in it."""
        self.arrive()
        before = len(Store.open(self.project).ledger.rows())
        ended = self.zygote.ask("night", self.root, most=self.chance.uniform(0, self.span))
        assert ended.status in {0, -9}, ended.said
        if ended.status:
            self.stages[stage(Store.open(self.project).ledger.rows()[before:], self.project)] += 1
        self.check()

    def speak(self) -> None:
        """One word that is killed, and one that is acknowledged."""
        number = len(self.words)
        for words, most in ((f"cut off {number}", self.chance.uniform(0, 0.2)), (f"said {number}", None)):
            ended = self.zygote.ask("comment", self.root, words, most=most)
            assert ended.status in ({0} if most is None else {0, -9}), ended.said
            self.words += [words] if ended.status == 0 else []
        self.check()

    def check(self) -> None:
        """Everything that was promised is there as it was, and nothing is wrong with it."""
        there = published(self.project)
        assert self.promised.items() <= there.items(), "what was published stays as it is"
        self.promised = there
        said = [str(row.body) for row in Store.open(self.project).ledger.rows()]
        assert [words for words in self.words if not any(words in one for one in said)] == []


@pytest.mark.slow
@pytest.mark.parametrize("number", range(PROJECTS))
def test_a_run_killed_at_any_moment_is_made_good_by_the_next(tmp_path: Path, number: int) -> None:
    began, reader = monotonic(), dict[str, Any]()
    nights = Nights(tmp_path, number)
    with closing(nights.zygote), looked_at(nights.project, reader):
        while (kills := nights.stages.total()) < KILLS:
            nights.kill_one()
            if kills % PEACE_AFTER == 0:
                nights.speak()
                nights.span = nights.peacefully()
        while nights.waiting:
            nights.arrive()
        nights.peacefully()
    line = {"kills": KILLS, "stages": nights.stages, "runs": len(nights.promised), "words": len(nights.words)}
    sys.stderr.write(json.dumps(line | {"reader": reader, "seconds": round(monotonic() - began)}) + "\n")
    assert reader["faults"] == []
    assert reader["asked"] > KILLS, "somebody did look"
    assert reader["runs"], "and saw runs"
    project, store = nights.project, Store.open(nights.project)
    assert [problem for run in store.runs() for problem in disproved(project, run)] == []
    once = night(new_project(tmp_path / "once", configs=CONFIGURED), arriving(), AS_OF).run
    assert confirmed(store.runs()) == confirmed([once])
    assert living(store.runs()[-1]) == living(once)
    for workbook in (project.root / "reports").rglob("*.xlsx"):
        assert ZipFile(workbook).testzip() is None
    left = [path for folder in ("store", "runs", "reports") for path in (project.root / folder).rglob("*")]
    assert [path for path in left if path.name.startswith(".tmp-") or path.suffix == ".scratch"] == []
