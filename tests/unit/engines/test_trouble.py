"""A machine that has no more to give: what the engine says of disk and memory, and what to do next."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from recon.engines.duck import DuckEngine
from recon.engines.trouble import machine_errors
from recon.errors import ControlFailed, Problem

NUMBERS = pa.schema([pa.field("n", pa.int64()), pa.field("text", pa.string())])


def said(error: pytest.ExceptionInfo[ControlFailed]) -> Problem:
    (problem,) = error.value.problems
    assert error.value.exit_status == 4
    return problem


def test_memory_that_does_not_suffice_names_the_setting() -> None:
    with pytest.raises(ControlFailed) as error, DuckEngine.open(memory_mb=20) as engine:
        engine.materialise(
            "big", "SELECT i, repeat('x', 40) || i AS t FROM range(3000000) r(i) ORDER BY hash(i)"
        )
    assert said(error).code == "out-of-memory"
    assert "20 MB" in said(error).message
    assert "`memory_mb` under `[run]`" in (said(error).hint or "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_with_the_file() -> None:
    with pytest.raises(ControlFailed) as error, DuckEngine.open(outputs=[Path("/dev")]) as engine:
        engine.write(
            "SELECT i AS n, 'x' || i AS text FROM range(100000) r(i) ORDER BY i", Path("/dev/full"), NUMBERS
        )
    assert str(said(error)).startswith("/dev/full: cannot compute: no space is left on the disk")
    assert "free some space" in (said(error).hint or "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('IO Error: Cannot open file "/a/b.parquet": Permission denied', "not-writable"),
        ('IO Error: Cannot open file "/a/b.parquet": Read-only file system', "not-writable"),
        ('{"exception_message":"Could not write file \\"/a/b.parquet\\": Disk quota exceeded"}', "disk-full"),
        ('IO Error: Could not read from file "/a/b.parquet": Input/output error', "disk"),
    ],
)
def test_what_the_disk_refuses_is_said_with_the_file(text: str, code: str) -> None:
    with pytest.raises(ControlFailed) as error, machine_errors(900):
        raise duckdb.IOException(text)
    assert (said(error).code, str(said(error).place)) == (code, "/a/b.parquet")
    assert said(error).hint


def test_other_words_of_the_engine_are_defects() -> None:
    with pytest.raises(duckdb.IOException), machine_errors(900):
        raise duckdb.IOException("IO Error: No files found that match")


@pytest.mark.parametrize(
    "error", [RuntimeError("Query interrupted"), duckdb.InterruptException("INTERRUPT Error: Interrupted!")]
)
def test_a_query_that_somebody_stopped_is_no_defect(error: Exception) -> None:
    with pytest.raises(KeyboardInterrupt), machine_errors(900):
        raise error


def test_any_other_defect_stays_one() -> None:
    with pytest.raises(RuntimeError, match="another order"), machine_errors(900):
        raise RuntimeError("fields came back in another order")
