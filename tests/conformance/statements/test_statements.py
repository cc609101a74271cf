"""Every real statement file of a bank is read to the facts that are known of it."""

from collections.abc import Callable
from typing import Final

import pytest

from recon.errors import InputRefused
from recon.sources.facts import facts
from tests.conformance.conftest import acceptance_folder
from tests.conformance.statements.expected import Expected, differences, read_expected

FORMATS: Final = frozenset({"mt940", "mt942", "camt", "ofx", "bai2", "qif"})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "expected" not in metafunc.fixturenames:
        return
    table = acceptance_folder() / "statements.csv"
    rows = read_expected(table) if table.exists() else []
    rows = [row for row in rows if row.format in FORMATS]
    mark = pytest.mark.skip(reason=f"no folder {table.parent}")
    metafunc.parametrize(
        "expected", rows or [pytest.param(None, marks=mark)], ids=[row.file for row in rows] or None
    )


def test_facts(expected: Expected, record_property: Callable[[str, object], None]) -> None:
    record_property("statement_file", expected.file)
    wrong, proven = not_right(expected)
    record_property("not_right", "; ".join(wrong))
    record_property("proven", proven)
    assert wrong == [] or proven


def not_right(expected: Expected) -> tuple[list[str], bool]:
    """Why a file is not right, and whether the file itself proves the reading and so contradicts the table.

    A file that must be rejected has to say where and why it was. Control totals inside a file (sums and numbers of
    records, accounts and groups) outrank a table made from outside.
    """
    try:
        found = facts(acceptance_folder() / "statements" / expected.file)
    except InputRefused as refusal:
        if not expected.must_be_rejected:
            return [f"refused: {refusal}"], False
        vague = [problem for problem in refusal.problems if not problem.place or not problem.message]
        return ["refused without saying where and why"] if vague else [], False
    if expected.must_be_rejected:
        return ["must be rejected, but was read"], False
    return differences(expected, found), found.format == "bai2" and found.control_ok is True
