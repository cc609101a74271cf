"""The story's README says what its expected files say."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from sample_data import generate

STORY = generate.HERE / "miniapp_settlement"


@pytest.fixture(scope="module")
def readme() -> str:
    return (STORY / "README.md").read_text(encoding="utf-8")


def expected(name: str) -> list[dict[str, str]]:
    with (STORY / "expected" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_populations_and_their_counts(readme: str) -> None:
    told = {
        name: (int(count), set(kinds.split(" and ")))
        for name, count, kinds in re.findall(r"^\| ([a-z_:]+) \| (\d+) \| ([a-z_ ]+) \|", readme, re.MULTILINE)
    }
    breaks = expected("breaks.csv")
    counts = Counter(row["population"] for row in breaks)
    kinds = {name: {row["kind"] for row in breaks if row["population"] == name} for name in counts}
    assert told == {name: (count, kinds[name]) for name, count in counts.items()}


def test_keys_to_try_are_in_their_population(readme: str) -> None:
    references: dict[str, set[str]] = {}
    for row in expected("breaks.csv"):
        references.setdefault(row["population"], set()).add(row["reference"].upper())
    for name, rest in re.findall(r"^\| ([a-z_:]+) \| \d+ \| [a-z_ ]+ \| (.*) \|", readme, re.MULTILINE):
        keys = set(re.findall(r"TM\d{10}|KP[NU]-\d{8}|PG\d{11}", rest))
        assert keys
        assert keys <= references[name] or name == "month_end_payout"


def test_figures_are_those_of_the_proof(readme: str) -> None:
    told = re.findall(
        r"^\| (\w+) \| (left|right) \| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", readme, re.MULTILINE
    )
    columns = ("ruleset", "side", "currency", "new_count", "matched_count", "excluded_count", "closing_count")
    assert told == [tuple(row[name] for name in columns) for row in expected("proof.csv")]


def test_numbers_in_the_prose(readme: str) -> None:
    breaks = expected("breaks.csv")
    matched = expected("internal_vs_processor.csv")
    settled = sum(int(row["count"]) for row in expected("journeys.csv") if row["where"] == "settled")
    for figure in (len(breaks), len(matched), settled):
        assert re.search(rf"\b{figure:,}\b", readme), figure
    late = [row for row in breaks if row["population"] == "late_file"]
    assert f"{len(breaks) - len(late)} left" in readme


def test_files_named_in_the_readme_exist(readme: str) -> None:
    for pattern in re.findall(r"`((?:data|late|expected)/[^`]+)`", readme):
        assert list(STORY.glob(pattern)) or (STORY / Path(pattern)).is_dir(), pattern
