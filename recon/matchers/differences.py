"""Figures beside the compared amount in which matched entries differ, such as an expected and a charged fee.

A rule set's `verify:` names them. Table `differences`: ruleset, match_id, `entry_id` (the match's first left entry),
currency, field, `left_amount`, `right_amount`, `difference` (left minus right; a positive difference of fees means
that more was charged than expected, because a charged fee is negative).
"""

from collections.abc import Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression, all_of, call, literal
from recon.engines.relations import Scan, Schema, select, where
from recon.engines.types import ROW, SUM, TEXT
from recon.rules.ruleset import RuleSet, Verify

DIFFERENCES: Schema = {
    "ruleset": TEXT,
    "match_id": TEXT,
    "entry_id": TEXT,
    "currency": TEXT,
    "field": TEXT,
    "left_amount": SUM,
    "right_amount": SUM,
    "difference": SUM,
}


def append_differences(engine: DuckEngine, ruleset: RuleSet, currencies: Sequence[str]) -> None:
    """Append to `differences` what `new_matches` shows beyond each figure's tolerance."""
    for item in ruleset.verify:
        names = {side: f"{side}_{item.field}_sum" for side in ("left", "right")}
        schema = {
            "mid": ROW,
            "state": TEXT,
            "currency": TEXT,
            "lu": ROW,
            **dict.fromkeys(names.values(), SUM),
        }
        table = Scan(schema, "new_matches")
        difference = call("sub", table[names["left"]], table[names["right"]])
        beyond = call("gt", call("abs", difference), _tolerance(item, currencies))
        wrong = where(table, all_of(call("eq", table["state"], literal("confirmed")), beyond))
        columns: dict[str, Expression] = {
            "ruleset": literal(ruleset.ruleset),
            "match_id": call("entry_of", wrong["mid"]),
            "entry_id": call("entry_of", wrong["lu"]),
            "currency": wrong["currency"],
            "field": literal(item.field),
            "left_amount": wrong[names["left"]],
            "right_amount": wrong[names["right"]],
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
