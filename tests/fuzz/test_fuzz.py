"""Broken files for every reader, for a bounded time: no crash, no hang, no growth; flipped bits are seen."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.conftest import acceptance_folder
from tests.fuzz.main import ROOT, has_atheris, own, peak_mb
from tests.fuzz.targets import FIXTURES, TABLES, names, seeds, target
from tests.properties.test_bank_readers import outcome

SECONDS: Final = 0.5
GUIDED: Final = ("--seconds", "3", "--runs", "350")
"""What `make fuzz` runs for minutes, for each reader for a moment: guided by atheris, where it has a wheel."""
GROWTH_MB: Final = 400
FLIPS: Final = 8
"""Bits flipped in each real file."""
_BANKS: Final = {"mt940": "mt940", "mt942": "mt940", "camt": "camt", "bai2": "bai2"}


@pytest.mark.parametrize("name", names())
def test_broken_files_are_read_or_refused(name: str) -> None:
    before = peak_mb()
    assert own(name, SECONDS, seed=len(name)) > 0
    assert peak_mb() - before < GROWTH_MB


def test_no_reader_breaks_a_promise_where_what_a_change_reaches_guides_the_next() -> None:
    command = [sys.executable, "-m", "tests.fuzz.main", *GUIDED]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=False
    )
    how = "atheris" if has_atheris() else "our own mutator"
    assert done.stdout.splitlines()[0].startswith(how), done.stdout
    assert done.stdout.splitlines()[-1] == "no reader broke a promise", done.stderr[-4000:]


@pytest.mark.parametrize("name", sorted(TABLES))
@settings(max_examples=25)
@given(data=st.data())
def test_any_bytes_in_a_table_are_read_or_refused(name: str, data: st.DataObject) -> None:
    with target(name) as once:
        begins = data.draw(st.integers(0, 200))
        once(seeds(name)[0][:begins] + data.draw(st.binary(max_size=200)))


def controlled() -> list[tuple[str, Path]]:
    """Files, real ones and our own, that state totals or both balances of everything in them, and tie."""
    found = [
        (path, form) for form, end in (("mt940", "*.sta"), ("bai2", "*.bai2")) for path in FIXTURES.glob(end)
    ]
    folder = acceptance_folder() / "statements"
    if folder.is_dir():
        real = [(path, _BANKS.get(path.name.partition("__")[0])) for path in folder.iterdir()]
        found += [(path, form) for path, form in real if form and path.stat().st_size < 60_000]
    return [(form, path) for path, form in sorted(found) if outcome(form, path.read_bytes()).tied]


def test_no_flipped_bit_in_a_real_file_changes_totals_in_silence() -> None:
    silent, tried = [], 0
    for form, path in controlled():
        content = path.read_bytes()
        whole = outcome(form, content)
        random = Random(path.name)
        for _ in range(FLIPS):
            at, bit = random.randrange(len(content)), random.randrange(8)
            told = outcome(form, content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
            tried += 1
            if not told.doubted and told.sums != whole.sums:
                silent.append((path.name, at, bit))
    assert tried
    assert silent == []
