"""Fields that a profile computes from others: expressions checked when the profile is loaded, run set-wise."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression
from recon.engines.gate import PredicateProblem, parse
from recon.engines.relations import Project as Projection
from recon.engines.relations import Scan
from recon.engines.render import render
from recon.engines.types import DataType, Kind, columns_of, of_arrow
from recon.errors import ConfigError, Problem
from recon.model.tables import CONTENT
from recon.project.suggest import did_you_mean
from recon.sources.profiles.profile import LoadedProfile, TableProfile
from recon.sources.reader import READ

ROWS = "rows"
_NOT_DERIVED = frozenset({"business_date", "attributes", "fee_parts"})


class Derivation:
    """The derived fields of one source, computed for batches by an engine that is opened for the first of them."""

    def __init__(self, opened: Callable[[], DuckEngine], fields: dict[str, Expression]) -> None:
        self._opened, self._fields = cache(opened), fields
        line_no = columns_of(READ)["line_no"]
        scan = Scan({"line_no": line_no, **_columns()}, ROWS)
        columns = (("line_no", Column(line_no, "line_no")), *fields.items())
        self._sql = render(Projection({name: one.type for name, one in columns}, scan, columns))

    def run(self, entries: pa.Table) -> pa.Table:
        """The rows with their derived fields filled, in the same order."""
        engine = self._opened()
        engine.register(ROWS, entries)
        answer = engine.table(self._sql)
        if answer.column("line_no").to_pylist() != entries.column("line_no").to_pylist():
            raise RuntimeError("derived fields came back in another order than their rows")
        for name in self._fields:
            position, field = READ.get_field_index(name), READ.field(name)
            entries = entries.set_column(position, field, answer.column(name).cast(field.type))
        return entries


@contextmanager
def derivation(loaded: LoadedProfile) -> Iterator[Derivation | None]:
    """What a profile derives, or None.

    Raises:
        ConfigError: an expression is refused; all of them are named.
    """
    fields = derived_fields(loaded)
    if not fields:
        yield None
        return
    with ExitStack() as stack:
        yield Derivation(lambda: stack.enter_context(DuckEngine.open(memory_mb=300, threads=1)), fields)


def derived_fields(loaded: LoadedProfile) -> dict[str, Expression]:
    """The expressions of a profile by the field that each computes.

    Raises:
        ConfigError: as `derivation`.
    """
    profile, problems = loaded.profile, []
    fields: dict[str, Expression] = {}
    names = frozenset(profile.columns.attributes) if isinstance(profile, TableProfile) else None
    for name, text in profile.derive.items():
        problem = _unknown_field(loaded, name)
        if problem is None:
            try:
                fields[name] = _fitting(name, parse(text, _columns(), names))
            except PredicateProblem as error:
                problem = loaded.document.problem(
                    ("derive", name), "expression", error.message, error.hint, offset=error.offset or 0
                )
        if problem is not None:
            problems.append(problem)
    if problems:
        raise ConfigError(*problems)
    return fields


def _columns() -> dict[str, DataType]:
    return {name: type_ for name, type_ in columns_of(READ).items() if name in CONTENT.names}


def _unknown_field(loaded: LoadedProfile, name: str) -> Problem | None:
    known = [field for field in CONTENT.names if field not in _NOT_DERIVED]
    if name in known:
        return None
    hint = did_you_mean(name, known) or f"fields that can be derived: {', '.join(known)}"
    return loaded.document.problem(("derive", name), "unknown-field", f"no field `{name}`", hint, key=True)


def _fitting(name: str, expression: Expression) -> Expression:
    wanted = of_arrow(CONTENT.field(name).type)
    fits = wanted is not None and (
        expression.type.kind == wanted.kind or (wanted.kind is Kind.DECIMAL and expression.type.is_number)
    )
    if not fits:
        meant = wanted.named if wanted is not None else "nothing an expression gives"
        raise PredicateProblem(f"`{name}` is {meant} and the expression gives {expression.type.named}")
    return expression
