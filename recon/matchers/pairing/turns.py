"""Which posting a reversal undoes, where there are several alike: the last one before it that is not undone yet.

What was booked twice and reversed once leaves the first booking; what was booked, reversed and booked again leaves the
second. So bookings and reversals of one class close like brackets: an opening one and the next closing one on its level
belong together.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from recon.engines.expressions import Expression, Literal, call, literal
from recon.engines.relations import Measure, Relation, join, ranked, running, select, union, within, without
from recon.engines.types import ROW
from recon.matchers.comparing.blocks import Tables
from recon.matchers.comparing.units import MOMENT
from recon.matchers.pairing.candidates import Pairing
from recon.model.sides import SIDES
from recon.rules.ruleset import Side

TURN: Final = "turn"
"""The row id of the booking, for it and what undoes it; absent where nothing does, so that these come last."""


def in_turns(pairing: Pairing, units: Mapping[Side, Relation], held: Tables) -> dict[Side, Relation]:
    """Units, bookings on the left and reversals on the right, with `turn`, in tables of `held`."""
    # what is alike in all but the day is one class here: the days say which undoes which
    alike = [name for name in pairing.alike(units["left"]) if name != "day"]
    order = [name for name in ("day", MOMENT, "uid") if name in units["left"].schema]
    pairs = held("turn_pairs", _brackets(units, alike, order))
    return {side: held(f"turns_{side}", _with_turn(units[side], pairs, side)) for side in SIDES}


def _brackets(units: Mapping[Side, Relation], alike: Sequence[str], order: Sequence[str]) -> Relation:
    """The bookings and what undoes them: `left`, `right`."""
    left, right = (units[side] for side in SIDES)
    same = {name: name for name in alike}
    steps = union(_steps(within(left, right, **same), 1, alike, order), _steps(right, -1, alike, order))
    by_time = [*order[:-1], "closes", order[-1]]
    walked = running(steps, alike, by_time, Measure("depth", "sum", steps["step"]))
    level = call("add", walked["depth"], walked["closes"])
    columns = {name: walked[name] for name in (*alike, *order, "closes")}
    levelled = select(walked, {**columns, "level": level})
    placed = ranked(levelled, [*alike, "level", "closes"], order, "nth")
    equal = [(placed.of("l", name), placed.of("r", name)) for name in (*alike, "level", "nth")]
    ends = call(
        "and",
        call("eq", placed.of("l", "closes"), literal(0)),
        call("eq", placed.of("r", "closes"), literal(1)),
    )
    return join(placed, placed, equal, {side: placed.of(side[0], "uid") for side in SIDES}, ends)


def _steps(units: Relation, step: int, alike: Sequence[str], order: Sequence[str]) -> Relation:
    kept: dict[str, Expression] = {name: units[name] for name in (*alike, *order)}
    return select(units, {**kept, "step": literal(step), "closes": literal(0 if step > 0 else 1)})


def _with_turn(units: Relation, pairs: Relation, side: Side) -> Relation:
    kept: dict[str, Expression] = {name: units.of("l", name) for name in units.schema}
    equal = [(units.of("l", "uid"), pairs.of("r", side))]
    found = join(units, pairs, equal, {**kept, TURN: pairs.of("r", "left")})
    rest = without(units, pairs, uid=side)
    return union(found, select(rest, {**{name: rest[name] for name in rest.schema}, TURN: Literal(ROW, None)}))
