"""The parts of a line as SQL: for each a condition, units, amount and words; the same as `tiering` and `rating`.

A part is an expression over a row of lines (`q`, `before`, `first`).
"""

from dataclasses import dataclass
from decimal import Decimal

from recon.payouts.facts import Facts
from recon.payouts.plan.bands import Boundary, Method, Tiers
from recon.payouts.plan.components import Component
from recon.payouts.plan.rates import Rate
from recon.payouts.rows import Kind, exact, plain
from recon.payouts.sets.support import factor_of
from recon.payouts.tiering import Span, spans

MONEY = "DECIMAL(24,8)"
SUM = "DECIMAL(38,8)"
AFTER = f"CAST(before + q AS {MONEY})"


@dataclass(frozen=True, slots=True)
class SqlPart:
    """One row that a line may have: `when` is its condition, `units` and `amount` are expressions."""

    kind: Kind
    when: str
    units: str
    amount: str
    words: str
    rate: str


def parts_of(component: Component) -> list[SqlPart]:
    """The parts of each line of a component, bounds included, in the order of their rows."""
    if component.rate is not None:
        found = _rate_parts(component.rate)
    elif component.tiers is not None:
        found = _tier_parts(component.tiers)
    else:
        found = []
    return [*found, *_bounds(component, line_total(found))]


def line_total(found: list[SqlPart]) -> str:
    """The amount of a line so far, as an expression."""
    terms = [f"CASE WHEN {part.when} THEN {part.amount} ELSE 0 END" for part in found]
    return f"CAST({' + '.join(terms) or '0'} AS {SUM})"


def outside(component: Component) -> str | None:
    """The condition that part of a line lies in no band; None for a rate."""
    tiers = component.tiers
    if tiers is None:
        return None
    among = spans(tiers, Facts(""))
    if tiers.method is Method.WHOLE:
        return f"NOT ({' OR '.join(_inside(tiers, among, span) for span in among)})"
    covered = " + ".join(_overlap(span, among[0]) for span in among)
    return f"({covered}) <> q"


def number(value: Decimal, least_scale: int = 0) -> str:
    """A number as a decimal literal of exactly its own digits."""
    text = format(value, "f")
    whole, _, fraction = text.lstrip("-").partition(".")
    scale = max(len(fraction), least_scale)
    precision = max(len(whole.lstrip("0")) + scale, 1)
    return f"CAST('{text}' AS DECIMAL({precision},{scale}))"


def _rate_parts(rate: Rate) -> list[SqlPart]:
    found = []
    alone = rate.model_copy(update={"flat": None})
    if str(alone):
        found.append(SqlPart(Kind.RATE, "TRUE", "q", _times("q", rate), str(alone), str(alone)))
    if rate.flat is not None:
        found.append(_flat(rate, "TRUE", "flat"))
    return found


def _tier_parts(tiers: Tiers) -> list[SqlPart]:
    among = spans(tiers, Facts(""))
    found = []
    for span in among:
        alone = span.band.model_copy(update={"flat": None})
        if tiers.method is Method.WHOLE:
            inside = _inside(tiers, among, span)
            if str(alone):
                words = f"all at band {span}"
                found.append(SqlPart(Kind.BAND, inside, "q", _times("q", alone), words, str(alone)))
            if span.band.flat:
                due = inside if tiers.flat_at_zero else f"{inside} AND {AFTER} > 0"
                found.append(_flat(span.band, due, f"flat of band {span}"))
            continue
        units = _overlap(span, among[0])
        found.append(
            SqlPart(Kind.BAND, f"{units} <> 0", units, _times(units, alone), f"band {span}", str(alone))
        )
        if span.band.flat:
            found.append(_flat(span.band, _entered(tiers, span, among[0]), f"flat for reaching {span}"))
    return found


def _flat(rate: Rate, when: str, words: str) -> SqlPart:
    amount = rate.flat if rate.flat is not None else Decimal(0)
    return SqlPart(
        Kind.FLAT, when, f"CAST(NULL AS {SUM})", f"CAST({number(amount)} AS {SUM})", words, f"{rate.flat} flat"
    )


def _times(units: str, rate: Rate) -> str:
    return f"CAST(CAST({units} AS {MONEY}) * {number(factor_of(rate))} AS {SUM})"


def _overlap(span: Span, first: Span) -> str:
    """How much of the step lies in the span, negative for a step downwards."""
    low, high = f"least(before, {AFTER})", f"greatest(before, {AFTER})"
    bottom = low if span is first and span.low == 0 else f"greatest({low}, {_bound(span.low)})"
    top = high if span.high is None else f"least({high}, {_bound(span.high)})"
    sign = "CASE WHEN q < 0 THEN -1 ELSE 1 END"
    return f"CAST(greatest({top} - {bottom}, 0) * {sign} AS {MONEY})"


def _bound(value: Decimal) -> str:
    return f"CAST({number(value)} AS {MONEY})"


def _inside(tiers: Tiers, among: list[Span], span: Span) -> str:
    """The condition that the total lies in a span and in none before it."""
    earlier = among[: among.index(span)]
    own = _within(tiers, span, span is among[0])
    return " AND ".join([f"({own})", *(f"NOT ({_within(tiers, one, one is among[0])})" for one in earlier)])


def _within(tiers: Tiers, span: Span, is_first: bool) -> str:
    above, below = (">", "<=") if tiers.boundary is Boundary.UPPER else (">=", "<")
    if tiers.boundary is Boundary.CLOSED:
        above, below = ">=", "<="
    text = f"{AFTER} {above} {_bound(span.low)}"
    if span.high is not None:
        text += f" AND {AFTER} {below} {_bound(span.high)}"
    return f"({text}) OR {AFTER} <= 0" if is_first and span.low == 0 else text


def _entered(tiers: Tiers, span: Span, first: Span) -> str:
    def entered(value: str) -> str:
        if span is first and span.low == 0:
            return f"({value} > 0 OR {'TRUE' if tiers.flat_at_zero else 'FALSE'})"
        how = ">" if tiers.boundary is Boundary.UPPER else ">="
        return f"{value} {how} {_bound(span.low)}"

    return f"{entered(AFTER)} AND (first OR NOT {entered('before')})"


def _bounds(component: Component, total: str) -> list[SqlPart]:
    """The floor and cap of a transaction; for a reversal they hold on the other side."""
    if component.each is None:
        return []
    found = []
    sign = f"CASE WHEN {total} < 0 THEN -1 ELSE 1 END"
    for bound, how, word in (
        (component.each.at_most, ">", "at most"),
        (component.each.at_least, "<", "at least"),
    ):
        if bound is not None:
            amount = f"CAST(({number(exact(bound))} - abs({total})) * {sign} AS {SUM})"
            when = f"abs({total}) {how} {number(bound)}"
            found.append(
                SqlPart(Kind.BOUND, when, f"CAST(NULL AS {SUM})", amount, f"{word} {plain(bound)}", "")
            )
    return found
