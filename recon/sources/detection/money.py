"""Which columns hold the money of a table and what their signs mean: every reading is tried, the best proven taken."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal

from recon.sources.detection.cells import amount_in
from recon.sources.detection.grids import LAST_ROWS
from recon.sources.detection.learning import balance_of_both_ways, directions_by_balance
from recon.sources.detection.marks import Numbers
from recon.sources.detection.netting import is_net, nets_of, with_fees
from recon.sources.detection.pairs import pairs
from recon.sources.detection.readings import BOTH_WAYS, LEAST_TIES, MINUS_OUT, UNLIKELY, Reading
from recon.sources.detection.running import Amounts, steps_of
from recon.sources.detection.signs import Direction, agreement, directions_of, habits_of, is_card, named_credit
from recon.sources.detection.tables import Column, Table
from recon.sources.detection.words import is_booked, is_settled, normal

_ID_DIGITS: Final = 10
_MONEY: Final = ("amount", "credit", "debit", "balance")
_PLAIN_NAME: Final = 90
_NET_OF_FEES: Final = 110
_LEAST_FEE: Final = 50
_BEFORE: Final = re.compile(r"\b(before|previous|prior|opening|anterior|precedent)\b")
"""Balances that stand before a movement prove nothing about it."""
_BUT_FEES: Final = re.compile(
    r"\b(after|before|less|without|excl\w*|incl\w*|net|nach|ohne|abzuglich|hors|sin|senza)\b"
)
_NOT_MONEY: Final = ("count", "foreign", "fee", "balance")


def money_of(table: Table, numbers: Numbers, name: str, currency: Column | None) -> Reading | None:
    """The best reading of a table's money; None where no column holds amounts.

    `name` is that of the file, `currency` the column of currencies, within each of which balances run.
    """
    keys = currency.cells if currency else None
    readings = [_balanced(one, table, numbers, keys) for one in _readings(table, numbers, name)]
    nets = nets_of(amount_columns(table), numbers)
    best = max(
        (one for one in readings if one.doubt not in LEAST_TIES),
        key=lambda one: _rank(one, nets),
        default=None,
    )
    if best is None or best.column is None or best.direction is not None or best.steps.proven:
        return best
    return replace(best, doubt=BOTH_WAYS) if balance_of_both_ways(table, best.column, numbers) else best


def amount_columns(table: Table) -> list[Column]:
    """The columns that may hold money: numbers that are no long ids, counts or numbers of lines; else by name.

    A column that is called an amount holds money also where some cell is none: such a row is refused, and no other
    column taken instead.
    """
    if not table.rows:
        return [one for one in table.columns if max(one.roles.get(role, 0) for role in _MONEY) >= 50]
    return [one for one in table.columns if (one.kind == "amount" and not _is_id(one)) or _is_mostly_money(one)]


def _is_mostly_money(column: Column) -> bool:
    if column.kind != "text" or max(column.roles.get(role, 0) for role in _MONEY[:3]) < _PLAIN_NAME:
        return False
    return sum(amount_in(cell) is not None for cell in column.filled) * 2 >= len(column.filled)


def _is_id(column: Column) -> bool:
    plain = all(cell.isdigit() for cell in column.filled)
    if (
        column.roles.get("count", 0) >= 90
        and max((column.roles.get(one, 0) for one in ("amount", "credit")), default=0) < 90
    ):
        return True
    long = any(len(cell) >= _ID_DIGITS or (cell[0] == "0" and len(cell) > 1) for cell in column.filled if plain)
    counted = plain and [int(cell) for cell in column.filled] == list(range(1, len(column.filled) + 1))
    return plain and (long or (counted and len(column.filled) > 1 and not column.roles.get("amount")))


def _readings(table: Table, numbers: Numbers, name: str) -> Iterator[Reading]:
    columns = amount_columns(table)
    yield from pairs(table, columns, numbers)
    directions = directions_of(table)
    habits = habits_of(table) if is_card(table, name) or named_credit(name) else []
    for column in columns:
        if column.roles.get("balance", 0) >= 50 and len(columns) > 1:
            continue
        values = numbers.values(column.cells)
        for direction in directions:
            if direction.column is not column and (made := _directed(column, direction, values)) is not None:
                yield made
        for direction in directions_by_balance(table, column, numbers):
            if (made := _directed(column, direction, values)) is not None:
                yield made
        if not any(value is not None and value < 0 for value in values):
            yield from (made for one in habits if (made := _directed(column, one, values)) is not None)
        yield from _signed(table, column, values, name)


def _directed(column: Column, direction: Direction, values: Amounts) -> Reading | None:
    """An amount and a word for its direction; where the amounts have signs, both must agree."""
    signs = [direction.sign(word) for word in direction.column.cells]
    pairs = [(value, sign) for value, sign in zip(values, signs, strict=True) if value and sign]
    if not pairs:
        return None
    proof = f"{direction.column.name} says the direction"
    if any(value < 0 for value, _ in pairs):
        agree = {(value > 0) == (sign > 0) for value, sign in pairs}
        if len(agree) > 1 or direction.others:
            return None
        plus: Literal["in", "out"] = "in" if agree == {True} else "out"
        amounts = [value if plus == "in" or value is None else -value for value in values]
        agreed = f"{direction.column.name} agrees with the signs"
        return Reading(amounts, column=column, plus=plus, confirmed=True, proof=agreed)
    amounts = [
        None if value is None else value * (sign or 0) for value, sign in zip(values, signs, strict=True)
    ]
    return Reading(amounts, column=column, direction=direction, proof=proof, doubt=direction.doubt)


def _signed(table: Table, column: Column, values: Amounts, name: str) -> Iterator[Reading]:
    """One column with signs, in both meanings; without a balance, words and the kind of account say which."""
    turned = [None if value is None else -value for value in values]
    spending, proof, certain = _means_spending(table, column, values, name)
    guess = f"what a plus means is a guess: {proof}" if proof else "what a plus means is a guess"
    doubt = None if certain else guess
    yield Reading(values, column=column, plus="in", proof=proof, doubt=UNLIKELY if spending else doubt)
    yield Reading(turned, column=column, plus="out", proof=proof, doubt=doubt if spending else UNLIKELY)


def _means_spending(table: Table, column: Column, values: Amounts, name: str) -> tuple[bool, str, bool]:
    """Whether a plus is money out, why, and whether that is more than a guess."""
    known = [value for value in values if value]
    plus, minus = sum(value > 0 for value in known), sum(value < 0 for value in known)
    fits, differs = agreement(table, values)
    card = is_card(table, name) or (named_credit(name) and plus >= minus)
    if any(cell.startswith("+") for cell in column.filled):
        return False, "money in is written with a +", True
    if differs > fits and (card or (differs >= 3 and differs * 2 >= len(known))):
        return True, "the words of the rows fit no other sign", True
    if differs and not fits and minus and plus > minus:
        return True, "the words of the rows fit no other sign, and most rows have a plus", False
    if fits > differs and plus and minus:
        return False, "the words of the rows fit the signs", True
    if _is_outward(column) and plus >= minus and plus and not fits:
        return True, f"the name {column.name} speaks of money out", False
    if card and not fits:
        return plus >= minus and bool(known), "a credit card, where a plus is what was spent", False
    if plus and minus:
        return False, "there are both signs, as on a bank account", False
    return False, "", False


def _is_outward(column: Column) -> bool:
    """Whether the name of a column speaks of money out, more than of money in or of any amount."""
    roles = column.roles
    return roles.get("debit", 0) > max(50, roles.get("credit", 0), roles.get("amount", 0))


def _balanced(reading: Reading, table: Table, numbers: Numbers, keys: Sequence[str] | None) -> Reading:
    """The reading with the balance column that proves it best, less fees outside the amount if more steps tie so.

    One step less a fee may tie by chance, whatever the sign of the other rows.
    """
    columns = amount_columns(table)
    found = _proven(reading, columns, table, numbers, keys)
    if found.steps.complete or not any(one.roles.get("balance", 0) >= 40 for one in columns):
        return found
    less = [_proven(one, columns, table, numbers, keys) for one in with_fees(reading, columns, numbers)]
    return max([found, *(one for one in less if one.steps.ties > 1)], key=lambda one: one.steps.ties)


def _proven(
    reading: Reading, columns: Sequence[Column], table: Table, numbers: Numbers, keys: Sequence[str] | None
) -> Reading:
    seen = None if table.grid.whole else -LAST_ROWS
    taken = {column.name for column in reading.columns}
    others = [one for one in columns if one.name not in taken and one is not reading.fee]
    found = reading
    for column in others:
        if (table.named and column.roles.get("balance", 0) < 40) or _BEFORE.search(normal(column.name)):
            continue
        balances = numbers.values(column.cells)
        steps = steps_of(reading.amounts[:seen], balances[:seen], keys[:seen] if keys else None)
        least = LEAST_TIES.get(reading.doubt or "")
        enough = steps.proven if least is None else steps.complete and steps.ties >= least
        if enough and steps.ties > found.steps.ties:
            proof = f"proven by {column.name}: {steps.ties} of {steps.steps} steps tie"
            found = replace(reading, balance=column, steps=steps, proof=proof, doubt=None)
    return found


def _rank(reading: Reading, nets: frozenset[int]) -> tuple[object, ...]:
    """Proof first, then whole columns, then what the names say: of two, the net of the other.

    One step that ties may do so by chance: it proves nothing of a reading that leaves rows without an amount.
    Nothing but zeros are the amounts only where the name leaves no doubt.
    """
    named = max(
        (_NET_OF_FEES if one.position in nets else _money_score(one) for one in reading.columns),
        default=0,
    )
    if reading.credit is not None and reading.debit is not None:
        both = min(reading.credit.roles.get("credit", 0), reading.debit.roles.get("debit", 0))
        named = (both or named) + 15
    filled = sum(amount is not None for amount in reading.amounts)
    varies = len({amount for amount in reading.amounts if amount})
    certain = reading.doubt not in {UNLIKELY, MINUS_OUT}
    return (
        reading.complete or reading.steps.ties > 1,
        reading.steps.proven and reading.steps.ties,
        reading.complete,
        certain,
        varies > 0 or named >= _PLAIN_NAME,
        named + (20 if reading.direction or reading.confirmed else 0),
        _is_marked(reading),
        filled,
        varies,
        [-column.position for column in reading.columns],
    )


def _is_marked(reading: Reading) -> bool:
    """Whether amounts have marks or currencies beside their digits, as numbers of cards and lines have not."""
    return all(
        any(not cell.strip("+-").isdigit() for cell in column.filled)
        for column in reading.columns
        if column.filled
    )


def _money_score(column: Column) -> int:
    """How much a column's name speaks for money, and not for a fee, a count or the customer's currency."""
    roles = column.roles
    money = max(
        roles.get("amount", 0),
        roles.get("credit", 0) - 30,
        roles.get("debit", 0) - 30,
        roles.get("gross", 0) - 40,
    )
    other = max((roles.get(role, 0) for role in _NOT_MONEY), default=0)
    fee = (
        money < _PLAIN_NAME and roles.get("fee", 0) >= _LEAST_FEE and not _BUT_FEES.search(normal(column.name))
    )
    return (
        money
        - (40 if other > money or fee else 0)
        + (5 if is_booked(column.name) or is_settled(column.name) else 0)
        + (5 if is_net(column) and money < _PLAIN_NAME else 0)
    )
