"""Every published commission case gives its expected amount, lines, error or lint finding."""

from pathlib import Path

import pytest

from recon.errors import ReconError
from tests.conformance.commission import (  # noqa: F401  (each registers its translators)
    corrections,
    counts,
    limits,
    payments,
    people,
    rates,
    residuals,
    tiers,
)
from tests.conformance.commission.cases import Case, acceptance, cases, differences, translated, translator

CASES = cases()
OWN = cases(Path(__file__).with_name("own_cases.jsonl"))
"""Cases of the project itself: the same models at their edges, each answer worked out by hand from the rule."""


def not_right(case: Case) -> list[str]:
    """Where a case is not right; empty when it is."""
    translate = translator(case.model)
    if translate is None:
        return [f"no translator for the model {case.model}"]
    try:
        got = translated(case, translate)
    except ReconError as error:
        if "error" not in case.expected:
            return [f"refused: {error.problems[0]}"]
        got = {"error": error.problems[0].message}
    except (LookupError, StopIteration, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        return [f"the translator fails: {type(error).__name__}: {error}"]
    return differences(case.expected, got)


@pytest.mark.skipif(not acceptance().exists(), reason="no acceptance folder beside the repository")
def test_every_case_is_right() -> None:
    wrong = {case.id: found for case in CASES if (found := not_right(case))}
    print(f"\ncommission cases: {len(CASES)}, right: {len(CASES) - len(wrong)}, not right: {len(wrong)}")  # noqa: T201  (the list is the result)
    for name, found in wrong.items():
        print(f"  {name}: {'; '.join(found)}")  # noqa: T201  (as above)
    assert CASES
    assert not wrong


@pytest.mark.parametrize("case", OWN, ids=lambda case: case.id)
def test_own_cases_are_right(case: Case) -> None:
    assert not_right(case) == []


def test_own_cases_cover_every_model() -> None:
    assert {case.model for case in CASES} <= {case.model for case in OWN}
