"""A relation as SQL text: one renderer, the same shape on every engine, the differences in its dialect."""

from collections.abc import Sequence

from recon.engines.dialects import DUCKDB, TRIGRAMS_OF, WORDS_OF, Dialect
from recon.engines.expressions import Expression
from recon.engines.names import identifier
from recon.engines.relations import (
    Aggregate,
    Filter,
    Join,
    Parts,
    Project,
    Ranked,
    Relation,
    Running,
    Scan,
    Union,
    Without,
    Words,
)

INDENT = "  "


def render(relation: Relation, dialect: Dialect = DUCKDB) -> str:
    """The SELECT statement of a relation."""
    return _Renderer(dialect).select(relation)


class _Renderer:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def select(self, relation: Relation) -> str:
        match relation:
            case Scan():
                return f"SELECT {self.names(relation)}\nFROM {identifier(relation.name)}"
            case Filter(source=source, condition=condition):
                return (
                    f"SELECT {self.names(relation)}\nFROM {self.source(source)}\n"
                    f"WHERE {self.dialect.sql(condition)}"
                )
            case Project(source=Filter(source=source, condition=condition), columns=columns):
                return (
                    f"SELECT {self.items(columns)}\nFROM {self.source(source)}\n"
                    f"WHERE {self.dialect.sql(condition)}"
                )
            case Project(source=source, columns=columns):
                return f"SELECT {self.items(columns)}\nFROM {self.source(source)}"
            case Join():
                return self.join(relation)
            case Without():
                return self.without(relation)
            case Aggregate():
                return self.aggregate(relation)
            case Ranked():
                return self.ranked(relation)
            case Running():
                return self.running(relation)
            case Union(parts=parts):
                return "\nUNION ALL\n".join(self.select(part) for part in parts)
            case Words():
                return self.words(relation)
            case Parts():
                return self.parts(relation)
        raise TypeError(f"no rendering for {type(relation).__name__}")

    def source(self, relation: Relation) -> str:
        """A relation in a FROM clause: a table by its name, anything else in brackets."""
        if isinstance(relation, Scan):
            return identifier(relation.name)
        inner = self.select(relation).replace("\n", f"\n{INDENT}")
        return f"(\n{INDENT}{inner}\n)"

    def names(self, relation: Relation) -> str:
        return ", ".join(identifier(name) for name in relation.schema)

    def items(self, columns: tuple[tuple[str, Expression], ...]) -> str:
        return ", ".join(self.item(name, expression) for name, expression in columns)

    def item(self, name: str, expression: Expression) -> str:
        text = self.dialect.sql(expression)
        return text if text == identifier(name) else f"{text} AS {identifier(name)}"

    def join(self, relation: Join) -> str:
        conditions = [f"{self.dialect.sql(left)} = {self.dialect.sql(right)}" for left, right in relation.equal]
        if relation.condition is not None:
            conditions.append(self.dialect.sql(relation.condition))
        return (
            f"SELECT {self.items(relation.columns)}\nFROM {self.source(relation.left)} AS l\n"
            f"JOIN {self.source(relation.right)} AS r\n  ON " + "\n  AND ".join(conditions)
        )

    def without(self, relation: Without) -> str:
        kind = "SEMI" if relation.keep else "ANTI"
        keys = " AND ".join(f"l.{identifier(own)} = r.{identifier(other)}" for own, other in relation.keys)
        return (
            f"SELECT {self.names(relation)}\nFROM {self.source(relation.source)} AS l\n"
            f"{kind} JOIN {self.source(relation.other)} AS r ON {keys}"
        )

    def aggregate(self, relation: Aggregate) -> str:
        columns = [self.item(name, expression) for name, expression in relation.keys]
        for measure in relation.measures:
            inner = "*" if measure.value is None else self.dialect.sql(measure.value)
            text = f"CAST({measure.function}({inner}) AS {self.dialect.type(measure.type)})"
            columns.append(f"{text} AS {identifier(measure.name)}")
        keys = ", ".join(self.dialect.sql(expression) for _, expression in relation.keys)
        grouping = f"\nGROUP BY {keys}" if keys else ""
        return f"SELECT {', '.join(columns)}\nFROM {self.source(relation.source)}{grouping}"

    def ranked(self, relation: Ranked) -> str:
        return (
            f"SELECT {self.names(relation.source)}, row_number() OVER ({_window(relation.partition, relation.order)}) "
            f"AS {identifier(relation.name)}\nFROM {self.source(relation.source)}"
        )

    def running(self, relation: Running) -> str:
        measure = relation.measure
        inner = "*" if measure.value is None else self.dialect.sql(measure.value)
        window = f"{_window(relation.partition, relation.order)} ROWS UNBOUNDED PRECEDING"
        text = f"CAST({measure.function}({inner}) OVER ({window}) AS {self.dialect.type(measure.type)})"
        return (
            f"SELECT {self.names(relation.source)}, {text} AS {identifier(measure.name)}\n"
            f"FROM {self.source(relation.source)}"
        )

    def words(self, relation: Words) -> str:
        row = identifier(relation.row)
        text, between = self.dialect.sql(relation.text), " " if relation.apart else ""
        runs = ", ".join(_runs(size, between) for size in range(1, relation.length + 1))
        tokens = f"SELECT {row}, regexp_extract_all(upper({text}), '[A-Z0-9]+') AS t"
        if not relation.apart:
            return (
                f'SELECT DISTINCT {row}, unnest(flatten([{runs}])) AS "word"\n'
                f"FROM (\n{INDENT}{tokens}\n{INDENT}FROM {self.source(relation.source)}\n)"
            )
        ends = f"regexp_extract_all(upper({text}), '[A-Z]([0-9]{{5,}})(?:[^A-Z0-9]|\\z)', 1) AS e"
        found = (
            f'SELECT DISTINCT {row}, unnest(list_concat(flatten([{runs}]), e)) AS "run"\n'
            f"FROM (\n{INDENT}{tokens}, {ends}\n{INDENT}FROM {self.source(relation.source)}\n)"
        )
        return f"SELECT {row}, replace(run, ' ', '') AS \"word\", \"run\"\nFROM (\n{found}\n)"

    def parts(self, relation: Parts) -> str:
        template = TRIGRAMS_OF if relation.trigrams else WORDS_OF
        listed = template.format(self.dialect.sql(relation.name))
        return f'SELECT {identifier(relation.row)}, unnest({listed}) AS "part"\nFROM {self.source(relation.source)}'


def _runs(size: int, between: str) -> str:
    """All runs of so many words of the list `t`, each joined.

    The list is laid beside itself: a function of places would hold a copy of it for every place, and a text of a
    thousand words would take a thousand times as long as one of ten.
    """
    if size == 1:
        return "t"
    shifted = ", ".join(f"t[{place}:]" for place in range(2, size + 1))
    parts = ", ".join(f"w[{place}]" for place in range(1, size + 1))
    return f"list_transform(list_zip(t, {shifted}, true), lambda w: concat_ws('{between}', {parts}))"


def _window(partition: Sequence[str], order: Sequence[str]) -> str:
    by = ", ".join(identifier(name) for name in partition)
    ordered = ", ".join(f"{identifier(name)} ASC NULLS LAST" for name in order)
    return f"PARTITION BY {by} ORDER BY {ordered}" if by else f"ORDER BY {ordered}"
