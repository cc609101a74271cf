"""Nights with late, overlapping and duplicate files end where one run over all files would."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from recon.runs.match import RunOutcome
from tests.unit.runs.reading import confirmed, disproved, journeys, living, placed, rows
from tests.unit.runs.worlds import FIRST, SIDES, File, World, new_project, night, of_chance

NIGHTS = [FIRST + timedelta(day) for day in (3, 5, 12)]
FEW = settings(
    max_examples=1,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def late_files(world: World, seed: int) -> list[File]:
    """The world dealt out over three nights, with a file that overlaps an earlier one and a copy of one."""
    files = world.files(seed, most=6, nights=3)
    overlapping = [
        File(f"{book}_overlap.csv", tuple({*early.rows[:2], *late.rows}), night=1)
        for book in ("orders", "lines")
        for early in files[:]
        if early.name.startswith(book) and early.night == 0
        for late in files[:]
        if late.name.startswith(book) and late.night == 1
    ][:1]
    copies = [File(f"orders_copy_{files[0].name}", files[0].rows, night=2)]
    return [*files, *overlapping, *copies]


def nights(folder: Path, files: list[File]) -> list[RunOutcome]:
    project = new_project(folder)
    outcomes = []
    for number, as_of in enumerate(NIGHTS):
        outcomes.append(night(project, [file for file in files if file.night == number], as_of))
        assert outcomes[-1].run.manifest["proof"] == "ok"
        assert disproved(project, outcomes[-1].run) == []
    return outcomes


@pytest.mark.slow
@FEW
@given(st.integers(0, 2**32))
def test_three_nights_end_where_one_run_over_all_files_ends(seed: int) -> None:
    world = of_chance(seed, sales=60)
    with TemporaryDirectory() as folder:
        line = [outcome.run for outcome in nights(Path(folder) / "nights", late_files(world, seed))]
        once = night(new_project(Path(folder) / "once"), world.files(seed), NIGHTS[-1]).run
        assert confirmed(line) == confirmed([once])
        assert living(line[-1]) == living(once)
        assert journeys(line) == journeys([once])
        for ruleset in SIDES:
            for side in ("left", "right"):
                assert placed(line, ruleset, side) == placed([once], ruleset, side)
        assert {row["entry_id"] for row in rows(line[-1], "open")} == {
            row["entry_id"] for row in rows(once, "open")
        }
