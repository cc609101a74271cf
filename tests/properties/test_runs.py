"""One run over generated books: every entry has one place, and neither order, names nor the machine matter."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from recon.engines.duck import DuckEngine
from recon.project import settings as machine
from recon.runs import work
from recon.store.manifest import MANIFEST, files_of
from recon.store.store import Store
from tests.unit.runs.reading import disproved, placed, rows, tables_of, without_provenance
from tests.unit.runs.worlds import (
    BOOKS,
    COMPARED,
    FIRST,
    SETTINGS,
    SIDES,
    everyday,
    new_project,
    night,
    of_chance,
)

AS_OF = FIRST + timedelta(12)
FEW = settings(
    max_examples=2,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SEEDS = st.integers(0, 2**32)


@pytest.mark.slow
@FEW
@given(SEEDS)
def test_every_entry_is_in_one_place_and_every_bad_row_is_counted(seed: int) -> None:
    world = of_chance(seed, sales=60)
    with TemporaryDirectory() as folder:
        project = new_project(Path(folder))
        outcome = night(project, world.files(seed, most=3), AS_OF)
        run = outcome.run
        for ruleset, books in SIDES.items():
            for side, book in zip(("left", "right"), books, strict=True):
                found = placed([run], ruleset, side)
                there = world.of(book)
                assert [where for where in found.values() if len(where) > 1] == []
                assert len(found) == len(there)
                left_out = sum(row.excluded for row in there) if ruleset == "orders_vs_lines" else 0
                assert sum(where == ["excluded"] for where in found.values()) == left_out
                proof = [row for row in rows(run, "proof") if (row["ruleset"], row["side"]) == (ruleset, side)]
                which = COMPARED[ruleset, book]
                assert sum(row["new_count"] for row in proof) == len(there)
                assert sum(row["new_amount"] for row in proof) == sum(
                    (row.amounts[which] for row in there), Decimal(0)
                )
        refused = sorted(row.text for book in BOOKS for row in world.of(book, good=False))
        assert sorted(row["text"] for row in rows(run, "refused")) == refused
        assert run.manifest["counts"]["refused"] == len(refused)
        assert run.manifest["proof"] == "ok"
        assert disproved(project, run) == []


@pytest.mark.slow
@FEW
@given(SEEDS)
def test_other_files_other_names_and_another_order_give_the_same_result(seed: int) -> None:
    world = of_chance(seed, sales=60)
    with TemporaryDirectory() as folder:
        one = night(new_project(Path(folder) / "one"), world.files(seed), AS_OF).run
        two = night(new_project(Path(folder) / "two"), world.files(seed + 1, most=4), AS_OF).run
        assert without_provenance(one) == without_provenance(two)
        assert one.manifest["rulesets"] == two.manifest["rulesets"]
        assert one.manifest["chains"] == two.manifest["chains"]


@pytest.mark.slow
def test_threads_and_memory_change_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    world = everyday()
    seen = []
    with TemporaryDirectory() as folder:
        for place, (threads, memory, alone) in enumerate(
            ((1, 100, 0), (2, 900, 0), (4, 300, 0), (4, 300, machine.ENTRIES_ALONE))
        ):
            monkeypatch.setattr(machine, "ENTRIES_ALONE", alone)
            text = f"{SETTINGS}threads = {threads}\nmemory_mb = {memory}\n"
            project = new_project(Path(folder) / f"t{place}", text)
            seen.append(tables_of(night(project, world.files(), AS_OF).run))
    assert seen[0] == seen[1] == seen[2] == seen[3]


def test_few_entries_are_matched_by_one_thread_and_more_by_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Noting(DuckEngine):
        @classmethod
        @contextmanager
        def open(cls, *given: Any, **more: Any) -> Iterator[DuckEngine]:
            asked.append(more["threads"])
            with DuckEngine.open(*given, **more) as engine:
                yield engine

    monkeypatch.setattr(work, "DuckEngine", Noting)
    project = new_project(tmp_path, f"{SETTINGS}threads = 3\n")
    first, second = everyday().files(), of_chance(1, sales=5).files(1)
    few = night(project, first, AS_OF).run
    monkeypatch.setattr(
        machine, "ENTRIES_ALONE", sum(one.rows("entries.parquet") for one in Store.open(project).ingests())
    )
    night(project, second, AS_OF + timedelta(1))
    assert (few.manifest["proof"], asked) == ("ok", [1, 3])


@pytest.mark.slow
def test_nothing_new_changes_nothing_and_says_so() -> None:
    world = everyday()
    with TemporaryDirectory() as folder:
        project = new_project(Path(folder))
        first = night(project, world.files(), AS_OF)
        ledger = Store.open(project).ledger
        head, there = ledger.head(), sorted(project.root.rglob("*"))
        bytes_before = tables_of(first.run)
        again = night(project, [], AS_OF)
        assert (again.is_new, again.run.identity) == (False, first.run.identity)
        assert (Store.open(project).ledger.head(), tables_of(again.run)) == (head, bytes_before)
        assert sorted(project.root.rglob("*")) == there


@pytest.mark.slow
def test_the_seed_of_hashes_does_not_matter() -> None:
    world = everyday()
    seen = []
    with TemporaryDirectory() as folder:
        for seed in ("1", "2"):
            root = new_project(Path(folder) / seed).root
            for file in world.files():
                file.write(root / "inbox")
            command = [
                sys.executable,
                "-m",
                "recon",
                "--quiet",
                "run",
                "--as-of",
                AS_OF.isoformat(),
                "--no-report",
            ]
            environment = {**os.environ, "PYTHONHASHSEED": seed, "XDG_CONFIG_HOME": folder}
            done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
            assert done.returncode == 1, done.stderr
            (run,) = (root / "runs").iterdir()
            seen.append(
                {path.relative_to(root): path.read_bytes() for path in (*files_of(run), run / MANIFEST)}
            )
    assert seen[0] == seen[1]
