"""Bands as SQL: how much of a step lies in each, which one a total lies in, and what that pays."""

from itertools import pairwise

from recon.payouts.facts import Facts
from recon.payouts.plan.bands import Boundary, Method, Tiers
from recon.payouts.rows import Kind
from recon.payouts.sets.parts import MONEY, SqlPart, flat_part, number, times
from recon.payouts.tiering import Span, spans

AFTER = f"CAST(before + step AS {MONEY})"


def tier_parts(tiers: Tiers) -> list[SqlPart]:
    """The rows that bands may have."""
    among = spans(tiers, Facts(""))
    found = []
    for span in among:
        if tiers.method is Method.MARGINAL:
            found += _marginal(tiers, span, among[0])
        else:
            found += _of_one(tiers, span, among)
    return found


def _marginal(tiers: Tiers, span: Span, first: Span) -> list[SqlPart]:
    alone = span.band.model_copy(update={"flat": None})
    units = _overlap(span, first)
    found = [SqlPart(Kind.BAND, f"{units} <> 0", units, times(units, alone), f"band {span}", str(alone))]
    if span.band.flat:
        found.append(flat_part(span.band, _entered(tiers, span, first), f"flat for reaching {span}"))
    return found


def _of_one(tiers: Tiers, span: Span, among: list[Span]) -> list[SqlPart]:
    alone = span.band.model_copy(update={"flat": None})
    inside = _inside(tiers, among, span)
    found = []
    if str(alone):
        words = f"all at band {span}"
        found.append(SqlPart(Kind.BAND, inside, "q", times("q", alone), words, str(alone)))
    if span.band.flat:
        due = inside if tiers.flat_at_zero else f"{inside} AND {AFTER} > 0"
        found.append(flat_part(span.band, due, f"flat of band {span}"))
    return found


def outside_of(tiers: Tiers) -> str | None:
    """The condition that part of a line lies in no band; None where bands leave no room."""
    among = spans(tiers, Facts(""))
    touching = all(one.high == other.low for one, other in pairwise(among))
    if touching and among[0].low == 0 and among[-1].high is None and tiers.boundary is not Boundary.CLOSED:
        return None
    if tiers.method is Method.MARGINAL:
        return f"({' + '.join(_overlap(span, among[0]) for span in among)}) <> step"
    return f"NOT ({' OR '.join(_inside(tiers, among, span) for span in among)})"


def _overlap(span: Span, first: Span) -> str:
    """How much of the step lies in the span, negative for a step downwards."""
    low, high = f"least(before, {AFTER})", f"greatest(before, {AFTER})"
    bottom = low if span is first and span.low == 0 else f"greatest({low}, {_bound(span)})"
    top = high if span.high is None else f"least({high}, CAST({number(span.high)} AS {MONEY}))"
    sign = "CASE WHEN step < 0 THEN -1 ELSE 1 END"
    return f"CAST(greatest({top} - {bottom}, 0) * {sign} AS {MONEY})"


def _bound(span: Span) -> str:
    return f"CAST({number(span.low)} AS {MONEY})"


def _inside(tiers: Tiers, among: list[Span], span: Span) -> str:
    """The condition that the total lies in a span and in none before it."""
    earlier = among[: among.index(span)]
    own = _within(tiers, span, span is among[0])
    return " AND ".join([f"({own})", *(f"NOT ({_within(tiers, one, one is among[0])})" for one in earlier)])


def _within(tiers: Tiers, span: Span, is_first: bool) -> str:
    above, below = (">", "<=") if tiers.boundary is Boundary.UPPER else (">=", "<")
    if tiers.boundary is Boundary.CLOSED:
        above, below = ">=", "<="
    text = f"{AFTER} {above} {_bound(span)}"
    if span.high is not None:
        text += f" AND {AFTER} {below} CAST({number(span.high)} AS {MONEY})"
    return f"({text}) OR {AFTER} <= 0" if is_first and span.low == 0 else text


def _entered(tiers: Tiers, span: Span, first: Span) -> str:
    def entered(value: str) -> str:
        if span is first and span.low == 0:
            return f"({value} > 0 OR {'TRUE' if tiers.flat_at_zero else 'FALSE'})"
        how = ">" if tiers.boundary is Boundary.UPPER else ">="
        return f"{value} {how} {_bound(span)}"

    return f"{entered(AFTER)} AND (first OR NOT {entered('before')})"
