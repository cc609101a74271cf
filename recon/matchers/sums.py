"""Sums of both sides of matches, from their members."""

from decimal import Decimal

from recon.engines.expressions import Column, Expression, Literal, call, literal
from recon.engines.relations import Measure, Relation, aggregate
from recon.matchers.fx import figure_type
from recon.matchers.pool import verified_fields
from recon.rules.ruleset import RuleSet


def summed(ruleset: RuleSet, members: Relation, *keys: str, also: tuple[Measure, ...] = ()) -> Relation:
    """One row per match: its keys, currency, counts and amounts of both sides, and sums of verified figures.

    `members` has the keys, `side`, `currency`, `amount` and the verified figures (`figure_<name>`) of each entry.
    """
    on_left = call("eq", members["side"], literal("left"))
    zero, one, none = literal(Decimal(0)), literal(1), literal(0)
    return aggregate(
        members,
        {name: members[name] for name in keys},
        Measure("currency", "min", members["currency"]),
        Measure("left_count", "sum", call("if", on_left, one, none)),
        Measure("right_count", "sum", call("if", on_left, none, one)),
        Measure("left_amount", "sum", call("if", on_left, members["amount"], zero)),
        Measure("right_amount", "sum", call("if", on_left, zero, members["amount"])),
        *_figures(ruleset, on_left),
        *also,
    )


def _figures(ruleset: RuleSet, on_left: Expression) -> list[Measure]:
    """The sums of each verified figure on both sides; absent where no entry has the figure."""
    measures = []
    for field in verified_fields(ruleset):
        value, absent = Column(figure_type(field), f"figure_{field}"), Literal(figure_type(field), None)
        measures.append(Measure(f"left_{field}_sum", "sum", call("if", on_left, value, absent)))
        measures.append(Measure(f"right_{field}_sum", "sum", call("if", on_left, absent, value)))
    return measures
