"""Every real statement file is read to the facts that are known of it, all by the one path that anybody takes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from recon.errors import ReconError
from recon.sources.facts import BANK_FORMATS, Facts, facts
from tests.conformance.conftest import acceptance_folder
from tests.conformance.statements.better import Better, read_better, stands
from tests.conformance.statements.expected import Expected, differences, read_expected

BETTER = read_better(Path(__file__).parent / "better.csv")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "expected" not in metafunc.fixturenames:
        return
    table = acceptance_folder() / "statements.csv"
    rows = read_expected(table) if table.exists() else []
    mark = pytest.mark.skip(reason=f"no folder {table.parent}")
    metafunc.parametrize(
        "expected", rows or [pytest.param(None, marks=mark)], ids=[row.file for row in rows] or None
    )


def test_facts(expected: Expected, record_property: Callable[[str, object], None]) -> None:
    record_property("statement_file", expected.file)
    wrong = not_right(expected)
    better = [one for one in BETTER if one.file == expected.file]
    explained = stands(wrong, better)
    record_property("not_right", "" if explained else "; ".join(wrong) or "a reason is given for what is right")
    record_property("better", "; ".join(f"{one.found}: {one.reason}" for one in better) if explained else "")
    assert explained, wrong or [one.found for one in better]


def not_right(expected: Expected) -> list[str]:
    """Why a file is not right. A file that must be rejected has to say where and why it was."""
    try:
        found = facts(acceptance_folder() / "statements" / expected.file)
    except ReconError as refusal:
        if not expected.must_be_rejected:
            return [f"refused: {refusal}"]
        vague = [problem for problem in refusal.problems if not problem.place or not problem.message]
        return ["refused without saying where and why"] if vague else []
    if expected.must_be_rejected:
        return ["must be rejected, but was read"]
    return [one for one in differences(expected, found) if not (is_table(found) and one.startswith("format "))]


def is_table(found: Facts) -> bool:
    """Whether the file is a table: the formats of those in `statements.csv` are names of who sends them."""
    return found.profile is not None and found.format not in BANK_FORMATS


def test_a_reason_stands_for_one_answer_only() -> None:
    better = [Better("a.csv", "opening is 1, not 2", "the file says so in line 3")]
    assert stands(["opening is 1, not 2"], better)
    assert stands([], [])
    assert not stands([], better)
    assert not stands(["opening is 3, not 2"], better)
    assert not stands(["opening is 1, not 2", "closing is 1, not 2"], better)


def test_reasons_are_given_for_one_file_and_answer_once() -> None:
    keys = [(one.file, one.found) for one in BETTER]
    assert len(keys) == len(set(keys))
    assert all(one.reason for one in BETTER)
