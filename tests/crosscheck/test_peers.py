"""Other libraries read the same files: every disagreement with them is explained in a table, and no other exists."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from recon.errors import InputRefused
from recon.sources.bank import NO_CURRENCY
from recon.sources.file import SourceFile
from recon.sources.registry import reader
from tests.crosscheck.peers import FOLDER, LIBRARIES, ROOT, Line, environment, is_there, told

TABLE: Final = Path(__file__).parent / "disagreements.csv"
FIXTURES: Final = ROOT / "tests" / "unit" / "sources_bank" / "broken"
REAL: Final = ROOT.parent / "shared" / "acceptance" / "statements"
"""The table is about these files, wherever the folder of other tests may be."""
PAIRS: Final = [(name, form) for name, library in LIBRARIES.items() for form in library.forms]
_FORMATS: Final = {".sta": "mt940", ".xml": "camt", ".ofx": "ofx", ".bai2": "bai2", ".nai": "bai2"}


def files_of(form: str) -> list[Path]:
    """Real files and our own broken ones of a format."""
    own = [path for path in FIXTURES.iterdir() if _FORMATS.get(path.suffix) == form]
    real = [
        path for path in REAL.glob("*__*") if path.name.partition("__")[0].replace("mt942", "mt940") == form
    ]
    return sorted(own) + sorted(real)


def lines(form: str, path: Path) -> Iterator[Line]:
    """What our reader makes of a file, in the terms of the libraries."""
    name = "value_date" if form == "mt940" else "booking_date"
    with SourceFile(path) as file:
        bank = reader(form)
        options = bank.options.model_validate({"currency": NO_CURRENCY})
        for batch in bank.read(file, options):
            if batch.refused:
                raise InputRefused(file.problem("row", batch.refused[0].reason, line=batch.refused[0].line_no))
            for row in batch.entries.select(["amount", "currency", name]).to_pylist():
                day = row[name]
                currency = "" if row["currency"] == NO_CURRENCY else row["currency"]
                yield Decimal(row["amount"]), currency, day.isoformat() if isinstance(day, date) else None


def differs(ours: dict[str, object], theirs: dict[str, object]) -> str:
    """In what two answers are not the same; empty when they are."""
    if "error" in ours or "error" in theirs:
        both = "error" in ours and "error" in theirs
        return "" if both else "refused by us" if "error" in ours else "refused by it"
    return "+".join(name for name in ("count", "sums", "days") if ours[name] != theirs[name])


def answers(name: str, form: str) -> dict[str, dict[str, object]]:
    """What a library says of every file of a format, by the file's name."""
    command = [sys.executable, "-m", "tests.crosscheck.peers", name, form, *map(str, files_of(form))]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return {one["file"]: one for one in map(json.loads, done.stdout.splitlines())}


def explained(name: str, form: str) -> dict[str, str]:
    """The table's disagreements by file, for one library and format."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if (row["library"], row["format"]) == (name, form)]
    assert all(row["reason"].strip() for row in rows), "a disagreement without a reason"
    present = {path.name for path in files_of(form)}
    return {row["file"]: row["differs"] for row in rows if row["file"] in present}


def found(name: str, form: str) -> dict[str, str]:
    """The disagreements there are."""
    theirs = answers(name, form)
    wrong = {}
    for path in files_of(form):
        try:
            ours = told(lines(form, path))
        except InputRefused as refusal:
            ours = {"error": str(refusal)}
        if said := differs(ours, theirs[path.name]):
            wrong[path.name] = said
    return wrong


@pytest.mark.parametrize(("name", "form"), PAIRS)
def test_every_disagreement_is_explained_and_none_has_vanished(name: str, form: str) -> None:
    if not is_there(name):
        assert not FOLDER.is_dir(), f"the folder of libraries is there and {name} is not in it: make peers"
        pytest.skip(f"{name} is not there and could not be fetched: make peers")
    assert found(name, form) == explained(name, form)
