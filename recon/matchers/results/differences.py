"""Figures beside the compared amount in which matched entries differ, such as an expected and a charged fee.

A rule set's `verify:` names them. Table `differences`: ruleset, match_id, `entry_id` (the match's first left entry),
currency, field, `left_amount`, `right_amount`, `difference` (left minus right; a positive difference of fees means
that more was charged than expected, because a charged fee is negative). With a `card`, `left_amount` is what the card
gives and `right_amount` what was charged, whatever side the entries are on.
"""

from collections.abc import Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression, call, literal
from recon.engines.relations import Relation, Schema, select, where
from recon.engines.types import SUM, TEXT
from recon.rules.ruleset import RuleSet, Verify

DIFFERENCES: Schema = {
    "ruleset": TEXT,
    "match_id": TEXT,
    "entry_id": TEXT,
    "currency": TEXT,
    "field": TEXT,
    "card": TEXT,
    "left_amount": SUM,
    "right_amount": SUM,
    "difference": SUM,
}


def append_differences(
    engine: DuckEngine, ruleset: RuleSet, currencies: Sequence[str], figures: Relation
) -> None:
    """Append to `differences` what goes beyond each figure's tolerance.

    `figures` has one row per confirmed match: `mid`, `lu`, `currency`, and `left_<field>_sum`, `right_<field>_sum`.
    """
    for item in ruleset.verify:
        left, right = (figures[f"{figure}_sum"] for figure in item.sides)
        difference = call("sub", left, right)
        wrong = where(figures, call("gt", call("abs", difference), _tolerance(item, currencies)))
        columns: dict[str, Expression] = {
            "ruleset": literal(ruleset.ruleset),
            "match_id": call("entry_of", wrong["mid"]),
            "entry_id": call("entry_of", wrong["lu"]),
            "currency": wrong["currency"],
            "field": literal(item.field),
            "card": literal(item.card or ""),
            "left_amount": left,
            "right_amount": right,
            "difference": call("as_sum", difference),
        }
        engine.append_relation("differences", select(wrong, columns))


def _tolerance(item: Verify, currencies: Sequence[str]) -> Expression:
    if isinstance(item.within, Decimal):
        return literal(item.within)
    tolerance: Expression = literal(Decimal(0))
    for currency in currencies:
        figure = item.within.get(currency)
        if figure is not None:
            named = call("eq", Column(TEXT, "currency"), literal(currency))
            tolerance = call("if", named, literal(figure), tolerance)
    return tolerance
