"""Relations: the set operations that a pass is made of, each with typed columns.

A relation is a value; nothing runs until an engine materialises it. Windows number rows in a total order: the
last order column must be a row id, so that no answer depends on how rows happen to arrive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recon.engines.expressions import Column, Expression
from recon.engines.types import INTEGER, SUM, TEXT, DataType, Kind, TypeProblem

Schema = Mapping[str, DataType]


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows with typed columns."""

    schema: Schema

    def __getitem__(self, name: str) -> Column:
        """A column by name."""
        if name not in self.schema:
            raise TypeProblem(f"no column `{name}` among {', '.join(self.schema)}")
        return Column(self.schema[name], name)

    def of(self, side: str, name: str) -> Column:
        """A column by name, of one side of a join."""
        return Column(self[name].type, name, side)


@dataclass(frozen=True, slots=True)
class Scan(Relation):
    """A table or view that the engine holds."""

    name: str


@dataclass(frozen=True, slots=True)
class Filter(Relation):
    """The rows for which a condition is true."""

    source: Relation
    condition: Expression


@dataclass(frozen=True, slots=True)
class Project(Relation):
    """Named expressions over each row."""

    source: Relation
    columns: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Join(Relation):
    """Pairs of rows of `l` and `r` that agree in equalities and satisfy a further condition."""

    left: Relation
    right: Relation
    equal: tuple[tuple[Expression, Expression], ...]
    condition: Expression | None
    columns: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Without(Relation):
    """The rows of a relation whose key is not (or, with `keep`, is) among the rows of another."""

    source: Relation
    other: Relation
    keys: tuple[tuple[str, str], ...]
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregate: count, sum, min or max of an expression."""

    name: str
    function: str
    value: Expression | None = None

    @property
    def type(self) -> DataType:
        """The type of the aggregate."""
        if self.function == "count":
            return INTEGER
        if self.value is None:
            raise TypeProblem(f"{self.function} of nothing")
        if self.function == "sum":
            return INTEGER if self.value.type.kind is Kind.INTEGER else SUM
        return self.value.type


@dataclass(frozen=True, slots=True)
class Aggregate(Relation):
    """One row per combination of keys, with measures."""

    source: Relation
    keys: tuple[tuple[str, Expression], ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Ranked(Relation):
    """Each row with its position (from 1) within its partition, or the size of the partition."""

    source: Relation
    partition: tuple[str, ...]
    order: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Running(Relation):
    """Each row with an aggregate of all rows of its partition up to itself, in a total order."""

    source: Relation
    partition: tuple[str, ...]
    order: tuple[str, ...]
    measure: Measure


@dataclass(frozen=True, slots=True)
class Union(Relation):
    """The rows of several relations with the same columns, all of them."""

    parts: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Words(Relation):
    """Each row once per distinct run of up to `length` consecutive words of a text, joined and in capitals.

    Words are runs of letters and digits. The columns are the row id and `word`; with `apart` also `run`, the words of
    it with blanks between them, and of a word of letters and then five digits and more these digits alone.
    """

    source: Relation
    row: str
    text: Expression
    length: int
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Parts(Relation):
    """Each row once per part of a plain name: its words, or its trigrams. The columns are the row id and `part`."""

    source: Relation
    row: str
    name: Expression
    trigrams: bool


Columns = Mapping[str, Expression]


def _types(columns: Columns) -> Schema:
    return {name: expression.type for name, expression in columns.items()}


def where(source: Relation, condition: Expression) -> Filter:
    """The rows for which the condition is true."""
    if condition.type.kind is not Kind.TRUTH:
        raise TypeProblem(f"a filter needs a condition, not {condition.type.named}")
    return Filter(source.schema, source, condition)


def select(source: Relation, columns: Columns) -> Project:
    """Named expressions over each row."""
    return Project(_types(columns), source, tuple(columns.items()))


def pick(source: Relation, *names: str) -> Project:
    """Some columns under their own names."""
    return select(source, {name: source[name] for name in names})


def join(
    left: Relation,
    right: Relation,
    equal: Sequence[tuple[Expression, Expression]],
    columns: Columns,
    condition: Expression | None = None,
) -> Join:
    """The pairs that agree; name sides with `of("l", ...)` and `of("r", ...)`. Absent values never agree.

    Raises:
        TypeProblem: there is no equality. A join on ranges alone is quadratic and is refused.
    """
    if not equal:
        raise TypeProblem("a join needs at least one equality")
    return Join(_types(columns), left, right, tuple(equal), condition, tuple(columns.items()))


def without(source: Relation, other: Relation, **keys: str) -> Without:
    """The rows whose keys (own name = other's name) are not in the other relation."""
    return Without(source.schema, source, other, tuple(keys.items()))


def within(source: Relation, other: Relation, **keys: str) -> Without:
    """The rows whose keys (own name = other's name) are in the other relation."""
    return Without(source.schema, source, other, tuple(keys.items()), keep=True)


def aggregate(source: Relation, keys: Columns, *measures: Measure) -> Aggregate:
    """One row per combination of keys."""
    schema = {**_types(keys), **{measure.name: measure.type for measure in measures}}
    return Aggregate(schema, source, tuple(keys.items()), measures)


def ranked(source: Relation, partition: Sequence[str], order: Sequence[str], name: str) -> Ranked:
    """Each row with its position within its partition.

    Raises:
        TypeProblem: the order does not end in a row id.
    """
    if not order or source[order[-1]].type.kind is not Kind.ROW:
        raise TypeProblem("an order must end in a row id")
    return Ranked({**source.schema, name: INTEGER}, source, tuple(partition), tuple(order), name)


def running(source: Relation, partition: Sequence[str], order: Sequence[str], measure: Measure) -> Running:
    """Each row with a measure of the rows of its partition up to itself.

    Raises:
        TypeProblem: the order does not end in a row id.
    """
    if not order or source[order[-1]].type.kind is not Kind.ROW:
        raise TypeProblem("an order must end in a row id")
    schema = {**source.schema, measure.name: measure.type}
    return Running(schema, source, tuple(partition), tuple(order), measure)


def union(*parts: Relation) -> Relation:
    """The rows of all parts, which have the same columns."""
    first = parts[0]
    if any(tuple(part.schema) != tuple(first.schema) for part in parts):
        raise TypeProblem("the parts of a union must have the same columns")
    return first if len(parts) == 1 else Union(first.schema, parts)


def words(source: Relation, row: str, text: Expression, length: int, *, apart: bool = False) -> Words:
    """Each row once per distinct run of words of a text; with `apart`, also as they stand."""
    run = {"run": TEXT} if apart else {}
    return Words({row: source[row].type, "word": TEXT, **run}, source, row, text, length, apart)


def name_parts(source: Relation, row: str, name: Expression, *, trigrams: bool) -> Parts:
    """Each row once per word, or trigram, of a plain name."""
    return Parts({row: source[row].type, "part": TEXT}, source, row, name, trigrams)
