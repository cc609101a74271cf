"""Small components of candidates, set right: the least total distance where pairing by mutual best fell short of it.

Mutual best takes the nearest pair first, and may so leave others without any, or with far ones. Only components that
have units open on both sides, or a pair that was not taken at once, can be bettered. They are found from these seeds
by a few joins, and solved one by one when they are small. Larger ones stay as they are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    Schema,
    aggregate,
    join,
    pick,
    select,
    union,
    where,
    within,
    without,
)  # fmt: skip
from recon.engines.render import render
from recon.engines.types import INTEGER, ROW, TEXT
from recon.matchers.pairing.assign import CANDIDATE, FIRST, LATE, TAKEN, Assignment
from recon.matchers.pairing.least_total import MOST_UNITS, Component, Edge, Flow, least_total, worth

MOST_COMPONENTS: Final = 20_000
"""Components that are solved in one pass, in the order of their lowest class."""
ROUNDS: Final = 2 * MOST_UNITS
"""Joins after which a component that still grows is no small one."""
_LABELS: Schema = {"label": ROW, "cl": ROW}
_LEFT_OVER: Final = {**CANDIDATE, "from_l": INTEGER, "from_r": INTEGER}


def set_right(engine: DuckEngine, assignment: Assignment) -> int:
    """Better the pairs of small components in the tables `assigned` and `candidates`; how many it bettered."""
    if not assignment.is_kept and not engine.count("candidates"):
        engine.drop(LATE)
        return 0
    if not assignment.is_kept:
        engine.build(FIRST, pick(assignment.candidates, *CANDIDATE))
    edges = Scan(CANDIDATE, FIRST)
    better: dict[int, tuple[Sequence[Row], Flow, int]] = {}
    if (engine.count("candidates") or engine.count(LATE) or _open(engine, edges, "cr", "nr")) and engine.build(
        "labels", _seeds(edges)
    ):
        _spread(engine, edges)
        made = _made(engine)
        for label, rows in _components(engine, edges):
            found = _bettered(rows, made)
            if found is not None:
                better[label] = found
    if better:
        _replace(engine, better)
    engine.drop("labels", FIRST, LATE)
    return len(better)


def _open(engine: DuckEngine, edges: Scan, side: str, count: str) -> bool:
    """Whether a class of a side has units that are not paired."""
    rows = engine.rows(f"SELECT 1 FROM ({render(_with_rest(edges, side, count))}) LIMIT 1")
    return bool(rows)


def _with_rest(edges: Scan, side: str, count: str) -> Relation:
    """The classes of a side with units that are not paired."""
    assigned = Scan(TAKEN, "assigned")
    used = aggregate(assigned, {side: assigned[side]}, Measure("k", "sum", assigned["k"]))
    sizes = aggregate(edges, {side: edges[side]}, Measure("n", "max", edges[count]))
    partly = join(
        sizes,
        used,
        [(sizes.of("l", side), used.of("r", side))],
        {side: sizes.of("l", side)},
        call("lt", used.of("r", "k"), sizes.of("l", "n")),
    )
    return union(pick(without(sizes, used, **{side: side}), side), partly)


def _seeds(edges: Scan) -> Relation:
    """Left classes whose component may be bettered, each its own label."""
    seeds = union(_with_rest(edges, "cl", "nl"), pick(Scan(TAKEN, LATE), "cl"))
    found = aggregate(seeds, {"cl": seeds["cl"]})
    return select(found, {"label": found["cl"], "cl": found["cl"]})


def _spread(engine: DuckEngine, edges: Scan) -> None:
    """Give every class that hangs together with a seed the lowest label; labels of too many classes are given up."""
    for _ in range(ROUNDS):
        labels = Scan(_LABELS, "labels")
        rights = _least(edges, labels, "cl", "cr")
        engine.build("labels_right", rights)
        spread = _least(edges, Scan(rights.schema, "labels_right"), "cr", "cl")
        sizes = aggregate(spread, {"label": spread["label"]}, Measure("n", "count"))
        small = where(sizes, call("le", sizes["n"], literal(MOST_UNITS)))
        engine.build("labels_next", pick(within(spread, small, label="label"), "label", "cl"))
        changed = engine.rows(
            'SELECT count(*) FROM ((SELECT label, cl FROM "labels" EXCEPT SELECT label, cl FROM "labels_next") '
            'UNION ALL (SELECT label, cl FROM "labels_next" EXCEPT SELECT label, cl FROM "labels"))'
        )[0][0]
        engine.rename("labels_next", "labels")
        if not changed:
            break
    engine.drop("labels_right")


def _least(edges: Scan, labels: Scan, at: str, to: str) -> Relation:
    """The lowest label of the classes on the other end of candidates."""
    reached = join(
        edges,
        labels,
        [(edges.of("l", at), labels.of("r", at))],
        {to: edges.of("l", to), "label": labels.of("r", "label")},
    )
    return aggregate(reached, {to: reached[to]}, Measure("label", "min", reached["label"]))


Row = tuple[Any, ...]


def _components(engine: DuckEngine, edges: Scan) -> list[tuple[int, list[Row]]]:
    """The candidates of each small component, whole ones only: (cl, cr, nl, nr, score, lag)."""
    labels = Scan(_LABELS, "labels")
    names = ("cl", "cr", "nl", "nr", "score", "lag")
    columns: dict[str, Expression] = {
        "label": labels.of("r", "label"),
        **{name: edges.of("l", name) for name in names},
    }
    mine = join(edges, labels, [(edges.of("l", "cl"), labels.of("r", "cl"))], columns)
    touching = within(edges, mine, cr="cr")
    degrees = aggregate(touching, {"cr": touching["cr"]}, Measure("n", "count"))
    rows = engine.rows(f"SELECT * FROM ({render(mine)}) ORDER BY label, cl, cr")
    degree = dict(engine.rows(render(degrees)))
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[0]].append(row[1:])
    seen: dict[int, int] = defaultdict(int)
    for one in grouped.values():
        for each in one:
            seen[each[1]] += 1
    whole = [
        (label, one)
        for label, one in sorted(grouped.items())
        if all(seen[each[1]] == degree[each[1]] for each in one)
    ]
    return whole[:MOST_COMPONENTS]


def _made(engine: DuckEngine) -> dict[int, list[tuple[int, int]]]:
    """What mutual best made of the labelled classes: (cr, k) by cl."""
    assigned = within(Scan(TAKEN, "assigned"), Scan(_LABELS, "labels"), cl="cl")
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for cl, cr, k in engine.rows(render(pick(assigned, "cl", "cr", "k"))):
        found[cl].append((cr, k))
    return found


def _bettered(
    rows: Sequence[Row], made: Mapping[int, list[tuple[int, int]]]
) -> tuple[Sequence[Row], Flow, int] | None:
    """The candidates of a component with its best assignment, when that is better than what was made."""
    component = Component(
        {row[0]: row[2] for row in rows},
        {row[1]: row[3] for row in rows},
        [Edge(row[0], row[1], row[4]) for row in rows],
    )
    if not component.is_small:
        return None
    flow: Flow = frozenset((cl, cr, k) for cl in component.lefts for cr, k in made.get(cl, ()))
    solved = least_total(component)
    return (rows, solved.common, solved.ties) if solved.key < worth(component, flow) else None


def _replace(engine: DuckEngine, better: Mapping[int, tuple[Sequence[Row], Flow, int]]) -> None:
    """Put the best assignments of components in the place of what was made of them."""
    taken, left_over = list[dict[str, object]](), list[dict[str, object]]()
    for rows, flow, ties in better.values():
        used_l, used_r = defaultdict[int, int](int), defaultdict[int, int](int)
        of_pair = {(row[0], row[1]): row for row in rows}
        for cl, cr, k in sorted(flow):
            _, _, nl, nr, score, lag = of_pair[cl, cr]
            twins = int(not (nl == nr == 1))
            taken.append(_row(cl, cr, used_l[cl], used_r[cr], score, lag) | {"k": k, "twins": twins})
            used_l[cl] += k
            used_r[cr] += k
        for cl, cr, nl, nr, score, lag in rows if ties else ():
            rest = {"nl": nl - used_l[cl], "nr": nr - used_r[cr]}
            if all(rest.values()):
                left_over.append(_row(cl, cr, used_l[cl], used_r[cr], score, lag) | rest)
    classes = [
        {"cl": f"{cl:024x}"} for rows, _, _ in better.values() for cl in sorted({row[0] for row in rows})
    ]
    _register(engine, "bettered", classes, ("cl",))
    gone = _read("bettered", {"cl": ROW})
    for table in ("assigned", "candidates"):
        engine.remove(table, gone, cl="cl")
    for table, schema, rows_of in (("assigned", TAKEN, taken), ("candidates", _LEFT_OVER, left_over)):
        _register(engine, "bettered", rows_of, tuple(schema))
        engine.append_relation(table, _read("bettered", schema))


def _row(cl: int, cr: int, from_l: int, from_r: int, score: Decimal, lag: int | None) -> dict[str, object]:
    ids = {"cl": f"{cl:024x}", "cr": f"{cr:024x}"}
    return {**ids, "from_l": from_l, "from_r": from_r, "score": score, "lag": lag}


def _register(
    engine: DuckEngine, name: str, rows: Sequence[Mapping[str, object]], names: Sequence[str]
) -> None:
    types = {"cl": pa.string(), "cr": pa.string(), "score": pa.decimal128(38, 8)}
    schema = pa.schema([pa.field(each, types.get(each, pa.int64())) for each in names])
    engine.register(
        name, pa.Table.from_pylist([{each: row[each] for each in names} for row in rows], schema=schema)
    )


def _read(name: str, schema: Schema) -> Relation:
    """A registered table with its classes as row ids."""
    table = Scan({each: TEXT if type_ == ROW else type_ for each, type_ in schema.items()}, name)
    return select(
        table,
        {each: call("row_of", table[each]) if type_ == ROW else table[each] for each, type_ in schema.items()},
    )
