"""A part of a line as SQL: a condition, units, amount and words; and the parts that a rate has, as in `rating`.

A part is an expression over a row of lines (`q`, `step`, `before`, `first`, `chooser`, `percent`). `money` is the type
of quantities: the narrowest that holds them, because wide decimals are multiplied and cast slowly.
"""

from dataclasses import dataclass
from decimal import Decimal

from recon.engines.names import text_literal
from recon.model.money import Rounding
from recon.payouts.calculation.rounding import places
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.rates import Rate
from recon.payouts.rows import Kind
from recon.payouts.sets.support import factor_of

MONEY = "DECIMAL(24,8)"
SUM = "DECIMAL(38,8)"
NO_UNITS = f"CAST(NULL AS {SUM})"


@dataclass(frozen=True, slots=True)
class SqlPart:
    """One row that a line may have: `when` is its condition, `units` and `amount` are expressions.

    Where words or rate differ from row to row, `said` and `said_rate` are expressions for them.
    """

    kind: Kind
    when: str
    units: str
    amount: str
    words: str
    rate: str
    said: str | None = None
    said_rate: str | None = None


def line_total(found: list[SqlPart]) -> str:
    """The amount of a line so far, as an expression."""
    terms = [f"CASE WHEN {part.when} THEN {part.amount} ELSE 0 END" for part in found]
    return f"CAST({' + '.join(terms) or '0'} AS {SUM})"


def number(value: Decimal) -> str:
    """A number as a decimal literal of exactly its own digits."""
    text = format(value, "f")
    whole, _, fraction = text.lstrip("-").partition(".")
    precision = max(len(whole.lstrip("0")) + len(fraction), 1)
    return f"CAST('{text}' AS DECIMAL({precision},{len(fraction)}))"


def plain_text(amount: str) -> str:
    """An amount of eight digits after the point as people write it, as an expression."""
    return f"rtrim(rtrim(CAST({amount} AS VARCHAR), '0'), '.')"


def rate_parts(rate: Rate, money: str) -> list[SqlPart]:
    """What one rate pays for the quantity, its flat amount apart."""
    found = []
    alone = rate.model_copy(update={"flat": None})
    if rate.percent_of is not None:
        found.append(_contracted(alone))
    elif str(alone):
        found.append(SqlPart(Kind.RATE, "TRUE", "q", times("q", rate, money), str(alone), str(alone)))
    if rate.flat is not None:
        found.append(flat_part(rate, "TRUE", "flat"))
    return found


def _contracted(rate: Rate) -> SqlPart:
    """The percent of each transaction; a hundredth of it has ten digits after the point and stays exact."""
    less = rate.minus_percent if rate.minus_percent is not None else Decimal(0)
    applied = f"CAST(percent - {number(less)} AS DECIMAL(14,8))"
    amount = f"CAST(q * CAST({applied} * CAST('0.01' AS DECIMAL(2,2)) AS DECIMAL(14,10)) AS {SUM})"
    said = f"{plain_text(applied)} || {text_literal(f'% ({rate})')}"
    return SqlPart(Kind.RATE, "TRUE", "q", amount, str(rate), str(rate), said, said)


def flat_part(rate: Rate, when: str, words: str) -> SqlPart:
    """The flat amount of a rate."""
    amount = rate.flat if rate.flat is not None else Decimal(0)
    paid = f"CAST({number(amount)} AS {SUM})"
    return SqlPart(Kind.FLAT, when, NO_UNITS, paid, words, f"{rate.flat} flat")


def times(units: str, rate: Rate, money: str) -> str:
    """Units at a rate, at eight digits."""
    return f"CAST(CAST({units} AS {money}) * {number(factor_of(rate))} AS {SUM})"


def rounded_to(plan: Plan, amount: str) -> str:
    """An amount rounded to what the plan can pay, as an expression."""
    digits = places(plan.rounding, plan.currency)
    if plan.rounding.mode is Rounding.HALF_UP:
        return f"CAST(CAST({amount} AS DECIMAL(38,{digits})) AS {SUM})"
    return f"CAST(round_even({amount}, {digits}) AS {SUM})"
