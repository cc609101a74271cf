"""What an expression gives on the default engine, for one row of values."""

from collections.abc import Mapping
from typing import Any

from recon.engines.expressions import Expression
from recon.engines.gate import parse
from recon.engines.relations import Scan, select
from recon.engines.render import render
from recon.engines.types import columns_of
from recon.model.tables import ENTRIES
from tests.unit.engines.bare import bare_engine

COLUMNS = columns_of(ENTRIES)


def value_of(expression: Expression | str, row: Mapping[str, object] | None = None) -> Any:
    """The value of an expression, or of the text of one, over a row of entry columns; other columns are absent."""
    computed = parse(expression, COLUMNS) if isinstance(expression, str) else expression
    with bare_engine() as engine:
        engine.create_typed("row", COLUMNS)
        names = ", ".join(row or {"amount": None})
        marks = ", ".join("?" for _ in (row or {"amount": None}))
        engine.rows(f"INSERT INTO row ({names}) VALUES ({marks})", list((row or {"amount": None}).values()))
        return engine.rows(render(select(Scan(COLUMNS, "row"), {"value": computed})))[0][0]
