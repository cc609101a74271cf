"""Relations: what a plan can say of tables, and the SQL that it becomes."""

from time import process_time

import pytest

from recon.engines.expressions import Column, call, literal
from recon.engines.names import identifier, text_literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    aggregate,
    join,
    pick,
    ranked,
    select,
    union,
    where,
    within,
    without,
    words,
)
from recon.engines.render import render
from recon.engines.types import INTEGER, MONEY, ROW, SUM, TEXT, TypeProblem
from tests.unit.engines.bare import bare_engine

TABLE = Scan({"rid": ROW, "name": TEXT, "amount": MONEY, "n": INTEGER}, "entries")
OTHER = Scan({"rid": ROW, "key": TEXT}, "others")


def rows_of(relation: Relation, order: str = "1") -> list[tuple[object, ...]]:
    """The rows over two small tables."""
    with bare_engine() as engine:
        engine.create_typed("entries", TABLE.schema)
        engine.create_typed("others", OTHER.schema)
        engine.rows(
            "INSERT INTO entries VALUES (1,'a',10.00,1), (2,'b',-3.50,2), (3,'a',0.25,3), (4,NULL,1.00,4)"
        )
        engine.rows("INSERT INTO others VALUES (7,'a'), (8,'a'), (9,NULL)")
        return engine.rows(f"SELECT * FROM ({render(relation)}) ORDER BY {order}")


def test_a_table_is_read_by_its_columns() -> None:
    assert render(TABLE) == 'SELECT "rid", "name", "amount", "n"\nFROM "entries"'


def test_filter_and_projection() -> None:
    relation = select(
        where(TABLE, call("gt", TABLE["n"], literal(1))), {"rid": TABLE["rid"], "one": literal(1)}
    )
    assert render(relation) == 'SELECT "rid", 1 AS "one"\nFROM "entries"\nWHERE ("n" > 1)'
    assert rows_of(relation) == [(2, 1), (3, 1), (4, 1)]


def test_absent_values_never_join() -> None:
    equal = [(TABLE.of("l", "name"), OTHER.of("r", "key"))]
    relation = join(TABLE, OTHER, equal, {"rid": TABLE.of("l", "rid"), "other": OTHER.of("r", "rid")})
    assert rows_of(relation, "1, 2") == [(1, 7), (1, 8), (3, 7), (3, 8)]


def test_a_join_on_ranges_alone_is_refused() -> None:
    with pytest.raises(TypeProblem, match="at least one equality"):
        join(TABLE, OTHER, [], {}, literal(True))


def test_within_and_without_keep_each_row_once() -> None:
    assert [row[0] for row in rows_of(within(TABLE, OTHER, name="key"))] == [1, 3]
    assert [row[0] for row in rows_of(without(TABLE, OTHER, name="key"))] == [2, 4]


def test_aggregates_are_cast_to_their_declared_types() -> None:
    relation = aggregate(
        TABLE,
        {"name": TABLE["name"]},
        Measure("total", "sum", TABLE["amount"]),
        Measure("count", "count"),
        Measure("first", "min", TABLE["rid"]),
        Measure("ns", "sum", TABLE["n"]),
    )
    assert (relation.schema["total"], relation.schema["ns"]) == (SUM, INTEGER)
    assert 'CAST(sum("amount") AS DECIMAL(38,8))' in render(relation)
    assert [(row[0], str(row[1]), *row[2:]) for row in rows_of(relation, "1 NULLS LAST")] == [
        ("a", "10.25000000", 2, 1, 4), ("b", "-3.50000000", 1, 2, 2), (None, "1.00000000", 1, 4, 4),
    ]  # fmt: skip


def test_a_sum_of_nothing_is_refused() -> None:
    with pytest.raises(TypeProblem, match="sum of nothing"):
        aggregate(TABLE, {}, Measure("total", "sum"))


def test_every_window_ends_in_a_row_id_and_puts_absent_values_last() -> None:
    relation = ranked(TABLE, ["name"], ["amount", "rid"], "place")
    assert 'OVER (PARTITION BY "name" ORDER BY "amount" ASC NULLS LAST, "rid" ASC NULLS LAST)' in render(
        relation
    )
    assert [(row[0], row[-1]) for row in rows_of(relation)] == [(1, 2), (2, 1), (3, 1), (4, 1)]
    for order in ([], ["amount"], ["rid", "amount"]):
        with pytest.raises(TypeProblem, match="must end in a row id"):
            ranked(TABLE, [], order, "place")


def test_parts_of_a_union_have_the_same_columns() -> None:
    assert len(rows_of(union(pick(TABLE, "rid"), pick(OTHER, "rid")))) == 7
    assert union(TABLE) is TABLE
    with pytest.raises(TypeProblem, match="same columns"):
        union(TABLE, OTHER)


def test_runs_of_words() -> None:
    relation = words(TABLE, "rid", call("concat", TABLE["name"], literal(" po-77 x")), 2)
    assert sorted({str(word) for rid, word in rows_of(relation) if rid == 1}) == [
        "77",
        "77X",
        "A",
        "APO",
        "PO",
        "PO77",
        "X",
    ]


def test_runs_of_a_long_text_take_as_long_as_it_is() -> None:
    long = " ".join(f"w{number}" for number in range(6_000))
    relation = words(
        select(TABLE, {"rid": TABLE["rid"], "name": literal(long)}), "rid", Column(TEXT, "name"), 8
    )
    started = process_time()
    found = {str(word) for rid, word in rows_of(relation) if rid == 1}
    assert process_time() - started < 5
    assert len(found) == sum(6_000 - size for size in range(8))
    assert {"W5999", "W0W1", "W3W4W5W6W7W8W9W10"} <= found


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(TypeProblem, match="no column `nowhere` among rid, name"):
        TABLE["nowhere"]


def test_a_filter_is_a_condition() -> None:
    with pytest.raises(TypeProblem, match="a filter needs a condition"):
        where(TABLE, TABLE["name"])


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "1a", "a;drop", "é", "a" * 101])
def test_names_that_are_no_identifiers_are_defects(name: str) -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        identifier(name)


def test_text_is_quoted() -> None:
    assert text_literal("O'Hara; DROP TABLE x --") == "'O''Hara; DROP TABLE x --'"
    with pytest.raises(ValueError, match="NUL"):
        text_literal("a\x00b")
