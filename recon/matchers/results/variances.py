"""What a variance inside tolerance is called: rounding, fee, short or over."""

from collections.abc import Sequence
from decimal import Decimal

from recon.engines.expressions import Expression, Literal, any_of, call, literal
from recon.engines.relations import Relation
from recon.engines.types import TEXT
from recon.matchers.fx import BASE, CONVERTED
from recon.model.money import exponent, is_currency
from recon.model.sides import SIDES
from recon.rules.ruleset import RuleSet


def variance_kind(
    ruleset: RuleSet, currencies: Sequence[str], pairs: Relation, variance: Expression, entries: Expression
) -> Expression:
    """The kind of each pair's variance; absent when it is zero.

    Up to one minor unit for each entry it is rounding. It is a fee when the pass compared another amount than the rule
    set, such as net against gross, or when the rule set takes off what a rate card gives, unless both sides state what
    the fee is taken on and most of the variance is there. Otherwise the right side is short of the left, or over it.
    Where an entry was converted, all that is a difference of exchange rates.
    """
    zero = literal(Decimal(0))
    small = call("le", call("abs", variance), call("mul", _minor_unit(pairs, currencies), entries))
    own = ruleset.compared()
    other = [number for number, item in enumerate(ruleset.passes) if ruleset.compared(item) != own]
    fee = any_of(*(call("eq", pairs["pass"], literal(number)) for number in other))
    if own.card is not None:
        fee = call("not", _is_of_base(pairs, variance))
    fx: Expression = literal(False)
    if ruleset.convert is not None:
        sums = [call("coalesce", pairs[f"{side}_{CONVERTED}_sum"], literal(0)) for side in SIDES]
        fx = call("gt", call("add", *sums), literal(0))
    direction = call("if", call("gt", variance, zero), literal("short"), literal("over"))
    named = call("if", fx, literal("fx"), call("if", fee, literal("fee"), direction))
    named = call("if", small, literal("rounding"), named)
    return call("if", call("eq", variance, zero), Literal(TEXT, None), named)


def _is_of_base(pairs: Relation, variance: Expression) -> Expression:
    """Whether most of a variance is in the amounts that fees are taken on; not where a side does not state them."""
    base = call("sub", *(call("as_sum", pairs[f"{side}_{BASE}_sum"]) for side in SIDES))
    rest = call("sub", variance, base)
    return call("coalesce", call("gt", call("abs", base), call("abs", rest)), literal(False))


def _minor_unit(pairs: Relation, currencies: Sequence[str]) -> Expression:
    """The smallest coin of each pair's currency; a hundredth where ISO 4217 names none."""
    unit: Expression = literal(Decimal("0.01"))
    for currency in currencies:
        digits = exponent(currency) if is_currency(currency) else None
        if digits is not None and digits != 2:
            named = call("eq", pairs["currency"], literal(currency))
            unit = call("if", named, literal(Decimal(1).scaleb(-digits)), unit)
    return unit
