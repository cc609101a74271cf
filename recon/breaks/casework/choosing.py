"""Which breaks an act is meant for: named one by one, or by a predicate over what a break is and who works on it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from recon.breaks.casefile import Break, Casefile
from recon.engines.dialects import DUCKDB
from recon.engines.duck import DuckEngine
from recon.engines.gate import PredicateProblem, parse_condition
from recon.engines.types import DataType, columns_of
from recon.errors import Problem, UsageError
from recon.model.tables import BREAKS

WORK: Final = pa.schema(
    [
        *((name, pa.string()) for name in ("owner", "status", "priority", "cause", "comment", "tags")),
        ("is_proposed", pa.bool_()),
    ]
)
"""What a predicate knows of the work on a break; `tags` are separated by blanks, with one before and after."""
COLUMNS: Final[Mapping[str, DataType]] = columns_of(pa.schema([*BREAKS, *WORK]))


Work = Mapping[str, Mapping[str, object]]
"""Of breaks, by their ids: values of the columns of `WORK`, and of columns of a break that the work on it changes."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: names (ids, beginnings of ids, references), a predicate, or both."""

    names: Sequence[str] = ()
    where: str | None = None
    ruleset: str | None = None


def chosen(casefile: Casefile, work: Callable[[Sequence[Break]], Work], choice: Choice) -> list[Break]:
    """The breaks that are meant, the oldest first; of a predicate only living ones.

    Raises:
        UsageError: a name stands for nothing or for several breaks (all such are told together), the predicate cannot
            be read, or nothing is asked for or found.
    """
    found: dict[str, Break] = {}
    problems: list[Problem] = []
    for name in choice.names:
        try:
            one = casefile.find(name, choice.ruleset)
        except UsageError as error:
            problems += error.problems
        else:
            found[one.break_id] = one
    if problems:
        raise UsageError(*problems)
    if choice.where is not None:
        living = [one for one in casefile.breaks if one.is_living and choice.ruleset in {None, one.ruleset}]
        held = satisfying(living, work(living), choice.where)
        found |= {one.break_id: one for one in living if one.break_id in held}
    if not found:
        message = "no break satisfies the filter" if choice.where else "no break is named"
        raise UsageError(Problem("no-break", message, hint="`recon breaks list` shows what is open"))
    return list(found.values())


def satisfying(breaks: Sequence[Break], work: Work, where: str) -> set[str]:
    """The ids of the breaks that satisfy a predicate over `COLUMNS`.

    Raises:
        UsageError: the predicate cannot be read.
    """
    try:
        condition = DUCKDB.sql(parse_condition(where, COLUMNS))
    except PredicateProblem as problem:
        raise UsageError(Problem("filter", f"--filter: {problem.message}", hint=problem.hint)) from problem
    with DuckEngine.open() as engine:
        engine.register("breaks", as_table(breaks, work))
        return {row[0] for row in engine.rows(f"SELECT break_id FROM breaks WHERE {condition}")}


def as_table(breaks: Iterable[Break], work: Work) -> pa.Table:
    """Breaks with the work on them, in the columns that predicates know; nothing of the work where none is given."""
    rows = [
        {name: getattr(one, name) for name in BREAKS.names} | dict(work.get(one.break_id, {})) for one in breaks
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([*BREAKS, *WORK]))


def as_text(one: Break) -> dict[str, Any]:
    """A break as values that the ledger holds: days and amounts as text."""
    return {name: _text(getattr(one, name)) for name in BREAKS.names}


def from_text(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What `as_text` kept of a break, as values of its columns."""
    return {field.name: _value(field.type, kept[field.name]) for field in BREAKS}


def _text(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _value(kind: pa.DataType, value: Any) -> Any:  # noqa: ANN401  (whatever the column holds)
    if value is None:
        return None
    if pa.types.is_decimal(kind):
        return Decimal(value)
    return date.fromisoformat(value) if pa.types.is_date(kind) else value
