"""Sharing an amount: splits, deductions, and payees in another's place. Nothing is made or lost on the way."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from recon.errors import InputRefused, Problem
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.rounding import allocated, payable, rounding_words, unit_of, unit_words
from recon.payouts.plan.payment import RoundAt, RoundingRule
from recon.payouts.plan.sharing import Deductions, Redirect, Split
from recon.payouts.rows import Kind, Row, exact, plain

ZERO = Decimal(0)


def split_rows(split: Split, amount: Decimal, facts: Facts, rule: RoundingRule, currency: str) -> list[Row]:
    """The amount taken from the payee and given to the parties; the rows add up to zero.

    Raises:
        InputRefused: `equally_among` names a list of people that is not known or empty.
    """
    shares = _shares(split, facts)
    rows = [Row(Kind.SHARED_OUT, -amount, facts.payee, f"{plain(amount)} shared out")]
    given = [exact(amount * weight / _whole(shares)) for weight in shares.values()]
    given[-1] += amount - sum(given, ZERO)
    rows += [
        Row(Kind.SPLIT, share, party, f"{_percent(split, weight, shares)} of {plain(amount)}", units=amount)
        for (party, weight), share in zip(shares.items(), given, strict=True)
    ]
    if rule.at is RoundAt.NEVER:
        return rows
    whole_amount = payable(amount, rule, currency)
    cents = allocated(whole_amount, list(shares.values()), unit_of(rule, currency), rule.remainder)
    words = f"to {unit_words(rule, currency)}, {rule.remainder.replace('_', ' ')}"
    rows += [
        Row(Kind.ROUNDING, whole - share, party, words)
        for party, share, whole in zip(shares, given, cents, strict=True)
        if whole != share
    ]
    return rows


def _shares(split: Split, facts: Facts) -> dict[str, Decimal]:
    if split.equally_among is None:
        return dict(split.parties)
    people = facts.lists.get(split.equally_among, ())
    if not people:
        message = f"nobody is known as {split.equally_among} of {facts.payee}"
        raise InputRefused(
            Problem("nobody-to-pay", message, hint="assign at least one person, or name parties")
        )
    return dict.fromkeys(people, Decimal(1))


def _whole(shares: dict[str, Decimal]) -> Decimal:
    return sum(shares.values(), ZERO)


def _percent(split: Split, weight: Decimal, shares: dict[str, Decimal]) -> str:
    return f"1 of {len(shares)} equal shares" if split.equally_among else f"{plain(weight)}%"


def deduction_rows(
    deductions: Deductions, amount: Decimal, payee: str, rule: RoundingRule, currency: str
) -> list[Row]:
    """Each step's amount, of the total or of what is left, and the owner's remainder; together the amount.

    Where the plan rounds, each step is rounded and the owner keeps what is left of the rounded amount.
    """
    rows = [Row(Kind.SHARED_OUT, -amount, payee, f"{plain(amount)} shared out")]
    left, kept = amount, payable(amount, rule, currency)
    for step in deductions.steps:
        base = left if deductions.each_from == "remainder" else amount
        taken = step.flat if step.flat is not None else exact(base * (step.percent or ZERO) / 100)
        words = f"{plain(taken)} flat" if step.flat is not None else f"{step.percent}% of {plain(base)}"
        rows.append(Row(Kind.DEDUCTION, taken, step.to, words, units=base))
        rows += _changed(step.to, payable(taken, rule, currency) - taken, rule, currency)
        left -= taken
        kept -= payable(taken, rule, currency)
    rows.append(Row(Kind.DEDUCTION, left, deductions.owner, "what remains"))
    return [*rows, *_changed(deductions.owner, kept - left, rule, currency)]


def redirected(
    redirects: Sequence[Redirect], rows: Sequence[Row], rule: RoundingRule, currency: str
) -> list[Row]:
    """The rows, each followed by the part of it that goes to another payee.

    Where the plan rounds, what one payee gives another is rounded together, and the one who gives keeps the rest.
    """
    result = []
    given: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        result.append(row)
        for redirect in redirects:
            if row.amount and redirect.from_ in {row.payee, row.component}:
                moved = exact(row.amount * redirect.percent / 100)
                words = f"{plain(redirect.percent)}% of {plain(row.amount)}"
                result += [
                    Row(Kind.REDIRECT, -moved, row.payee, f"{words} to {redirect.to}", row.component),
                    Row(Kind.REDIRECT, moved, redirect.to, f"{words} from {row.payee}", row.component),
                ]
                given[row.payee, redirect.to] = given.get((row.payee, redirect.to), ZERO) + moved
    for (giver, receiver), amount in given.items():
        change = payable(amount, rule, currency) - amount
        for who, part in ((giver, -change), (receiver, change)):
            result += _changed(who, part, rule, currency)
    return result


def _changed(payee: str, change: Decimal, rule: RoundingRule, currency: str) -> Iterator[Row]:
    """The row of what rounding changes, if it does."""
    if change:
        yield Row(Kind.ROUNDING, change, payee, rounding_words(rule, currency))
