"""What is written and what is checked is one definition of the files of a run."""

import pytest

from recon.close.checks import key_checks
from recon.close.run_files import RUN_FILES
from recon.runs.compute import TABLES


def test_a_run_writes_every_file_in_the_order_that_is_checked() -> None:
    for name, (_, schema, order) in TABLES.items():
        file = RUN_FILES[name]
        assert schema is file.schema
        assert order == (None if file.in_turn else file.order_by())
    assert set(TABLES) == set(RUN_FILES)


@pytest.mark.parametrize("name", sorted(RUN_FILES))
def test_columns_are_those_of_the_file_and_every_file_is_checked(name: str) -> None:
    file = RUN_FILES[name]
    assert {*file.key, *file.order} <= set(file.schema.names)
    assert set(file.key) <= set(file.order), "an order that leaves equal rows is none"
    codes = {check.code for check in key_checks()}
    assert f"{name}-order" in codes
    assert (f"{name}-key" in codes) == bool(file.key)


def test_absent_values_come_first_where_a_column_may_lack_one() -> None:
    assert RUN_FILES["bridge"].order_by() == '"ruleset", "currency", "class", "side" NULLS FIRST'
    assert RUN_FILES["refused"].order_by() == '"source", "file_id", "line_no", "field" NULLS FIRST'
