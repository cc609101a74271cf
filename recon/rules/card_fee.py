"""What a rate card gives for entries: the fee, the tax on it and what is left, as columns beside the entries.

The columns of a card called `c` are `line_c` (the number of its line, from 1 over all versions; absent when none is for
the entry), `fee_c` and `tax_c` (negative when charged, as in an entry), and `net_c`: the amount less both.
"""

from decimal import Decimal
from functools import reduce
from typing import Final

from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.gate import parse, parse_condition
from recon.engines.relations import Relation, select
from recon.model.money import other_exponents
from recon.rules.rate_card import COLUMNS, CardLine, FeeMode, RateCard

ZERO: Final = Decimal(0)
HUNDREDTH: Final = Decimal("0.01")
USUAL_DIGITS: Final = 2


def priced(entries: Relation, card: RateCard) -> Relation:
    """The entries with what the card gives for each; they have the columns of an entry that the card reads."""
    name, kept = card.card, {column: entries[column] for column in entries.schema}
    base: Expression = base_of(entries, card)
    lines = _lines(card)
    conditions = [condition for _, condition in lines]
    chosen = select(
        entries,
        {**kept, "card_line": call("first_of", *conditions), "card_base": call("as_money", base)},
    )
    fees = [_fee(line, chosen) for line, _ in lines]
    raw = call("coalesce", call("choose", chosen["card_line"], *fees), _exact(ZERO))
    signs = [literal(1 if line.gives_back else -1) for line, _ in lines]
    sign = call("coalesce", call("choose", chosen["card_line"], *signs), literal(-1))
    shown: dict[str, Expression] = {column: chosen[column] for column in chosen.schema}
    fee = select(chosen, {**shown, "card_sign": sign, "card_fee": raw})
    whole = _rounded(card, fee["card_fee"], fee)
    shown = {column: fee[column] for column in fee.schema}
    taxed = select(fee, {**shown, "card_fee": call("as_money", whole)})
    tax = _rounded(card, call("as_exact", call("mul", taxed["card_fee"], literal(_share(card.tax)))), taxed)
    done = select(
        taxed, {**{column: taxed[column] for column in taxed.schema}, "card_tax": call("as_money", tax)}
    )
    given = call("gt", done["card_sign"], literal(0))
    signed = {
        f"{part}_{name}": call("if", given, done[f"card_{part}"], call("neg", done[f"card_{part}"]))
        for part in ("fee", "tax")
    }
    kept = {column: done[column] for column in entries.schema}
    base = done["card_base"]
    last = select(done, {**kept, f"line_{name}": done["card_line"], "card_base": base, **signed})
    net: Expression = last["card_base"]
    for part in signed:
        net = call("add", net, last[part])
    columns = {column: last[column] for column in last.schema if column != "card_base"}
    return select(last, {**columns, f"net_{name}": call("as_money", net)})


def base_of(entries: Relation, card: RateCard) -> Expression:
    """The amount of each entry that the card's fee is taken on."""
    amount = entries["amount"]
    return call("coalesce", entries["gross"], amount) if card.amount == "gross" else amount


def _lines(card: RateCard) -> list[tuple[CardLine, Expression]]:
    """Every line of every version, with when it is for an entry."""
    day = call("coalesce", parse("business_date", COLUMNS), parse("booking_date", COLUMNS))
    found = []
    for place, version in enumerate(card.versions):
        holds = [call("ge", day, literal(version.effective))]
        if place + 1 < len(card.versions):
            holds.append(call("lt", day, literal(card.versions[place + 1].effective)))
        found += [(line, all_of(*holds, _is_for(card, line))) for line in version.lines]
    return found


def _is_for(card: RateCard, line: CardLine) -> Expression:
    conditions = list[Expression]()
    for column, words in line.entries.items():
        value = parse(column, COLUMNS)
        conditions.append(call("in", value, *map(literal, (words,) if isinstance(words, str) else words)))
    if line.where is not None:
        conditions.append(parse_condition(line.where, COLUMNS))
    currency = line.currency or (card.currency if line.has_amounts else None)
    if currency is not None:
        conditions.append(call("eq", parse("currency", COLUMNS), literal(currency)))
    if line.money != "both":
        sign = call("gt" if line.money == "in" else "lt", parse("amount", COLUMNS), literal(0))
        conditions.append(sign)
    if line.units is not None:
        conditions.append(call("not", call("is_null", call("as_number", parse(line.units, COLUMNS)))))
    return all_of(*conditions)


def _fee(line: CardLine, entries: Relation) -> Expression:
    """The fee that a line gives, before it is rounded; never negative."""
    base = call("abs", entries["card_base"])
    parts = [_of(line.percent, base), _exact(line.flat)]
    if line.units is not None:
        units = call("abs", call("as_number", parse(line.units, COLUMNS)))
        parts.append(call("as_exact", call("mul", units, literal(line.per_unit))))
    if line.tiers:
        parts.append(_whole(line, base) if line.tiered == "whole" else _marginal(line, base))
    total = reduce(lambda one, other: call("as_exact", call("add", one, other)), parts)
    if line.at_least is not None:
        total = call("greatest", total, _exact(line.at_least))
    if line.at_most is not None:
        total = call("least", total, _exact(line.at_most))
    return call("as_exact", total)


def _whole(line: CardLine, base: Expression) -> Expression:
    """The rate of the tier that the amount falls into, on all of it."""
    result: Expression = _exact(ZERO)
    for tier in reversed(line.tiers):
        fee = call("as_exact", call("add", _of(tier.percent, base), _exact(tier.flat)))
        inside = literal(True) if tier.up_to is None else call("le", base, literal(tier.up_to))
        result = fee if tier.up_to is None else call("if", inside, fee, result)
    return result


def _marginal(line: CardLine, base: Expression) -> Expression:
    """Each part of the amount at the rate of its tier; the fixed amount of every tier that is reached."""
    total: Expression = _exact(ZERO)
    start = ZERO
    for tier in line.tiers:
        top = base if tier.up_to is None else call("least", base, literal(tier.up_to))
        part = call("as_money", call("sub", top, literal(start)))
        fee = call("as_exact", call("add", _of(tier.percent, part), _exact(tier.flat)))
        reached = call("gt", base, literal(start))
        total = call("as_exact", call("add", total, call("if", reached, fee, _exact(ZERO))))
        start = tier.up_to or start
    return total


def _of(percent: Decimal, base: Expression) -> Expression:
    return call("as_exact", call("mul", base, literal(_share(percent))))


def _share(percent: Decimal) -> Decimal:
    return percent * HUNDREDTH


def _exact(amount: Decimal) -> Expression:
    return call("as_exact", literal(amount))


def _rounded(card: RateCard, amount: Expression, entries: Relation) -> Expression:
    """An amount at the digits of the card, or of each entry's currency."""
    mode = card.rounding.mode
    if card.rounding.digits is not None:
        return _at(amount, card.rounding.digits, mode)
    result = _at(amount, USUAL_DIGITS, mode)
    for digits, currencies in other_exponents().items():
        named = call("in", entries["currency"], *map(literal, currencies))
        result = call("if", named, _at(amount, digits, mode), result)
    return result


def _at(amount: Expression, digits: int, mode: FeeMode) -> Expression:
    """A positive amount at so many digits."""
    count = literal(digits)
    if mode == "up":
        down = call("round_down", amount, count)
        above = call("as_exact", call("add", down, literal(Decimal(1).scaleb(-digits))))
        return call("if", call("eq", down, amount), down, above)
    return call(f"round_{mode}", amount, count)
