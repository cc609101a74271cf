"""Answers that differ from `statements.csv` and are better, each with its reason, held to what is really found."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Better:
    """What a file is found to be instead, in the words of `differences`, and why that stands."""

    file: str
    found: str
    reason: str


def read_better(table: Path) -> list[Better]:
    """The rows of the table."""
    with table.open(encoding="utf-8", newline="") as handle:
        return [Better(row["file"], row["found"], row["reason"]) for row in csv.DictReader(handle)]


def stands(wrong: Sequence[str], better: Sequence[Better]) -> bool:
    """Whether exactly the differences that have a reason were found."""
    return sorted(wrong) == sorted(one.found for one in better)
