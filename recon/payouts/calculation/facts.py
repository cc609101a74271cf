"""What a calculation rests on: the transactions of a period and what is known of the payee."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from recon.errors import InputRefused, Problem
from recon.payouts.plan.measures import Of
from recon.payouts.plan.values import Condition, Limits


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction credited to a payee: its numbers (signed, in the plan's currency) and its words."""

    id: str
    figures: Mapping[str, Decimal]
    words: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None
    counts_as: frozenset[Of] | None = None
    """What the transaction is known to be (matched, collected); None when whoever gives it has chosen already."""
    counts: Decimal = Decimal(1)
    """What it adds to a count of transactions: nothing where it stands for a part of one that is taken back."""
    sells: Decimal = Decimal(1)
    """What it adds to a count of sales; see `undone`."""

    def figure(self, name: str) -> Decimal:
        """A number of the transaction.

        Raises:
            InputRefused: it has none of this name; nothing is taken for zero.
        """
        if name not in self.figures:
            raise InputRefused(_absent(f"transaction {self.id}", name, self.figures))
        return self.figures[name]


@dataclass(frozen=True, slots=True)
class Spell:
    """Days of a period over which the same people hold the levels, and the measured base of those days."""

    first: date
    last: date
    people: Mapping[str, str]
    base: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Value:
    """An amount that a figure is, from its first to its last day."""

    amount: Decimal
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Facts:
    """One payee's period, from its `first` day, where it is known, to `day`, its last.

    `figures` and `words` are known of the payee (quota, target, tax class); `previous` are the figures of the
    period before. `people` names who holds each level, `lists` groups of people. `before` is what each component
    had accumulated in its window, `levels` the level held for each component, `promoted_from` the lower level that the
    period before was paid at. `number` counts periods from 1. `spells`
    are the parts of a period in which somebody above the payee moved; there are none in most. `values` are figures
    with days of their own, whether these lie in the period or not.
    """

    payee: str
    transactions: tuple[Transaction, ...] = ()
    period: str = ""
    day: date | None = None
    number: int = 1
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, Decimal] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    before: Mapping[str, Decimal] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    promoted_from: Mapping[str, str] = field(default_factory=dict)
    spells: tuple[Spell, ...] = ()
    first: date | None = None
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    def figure(self, name: str) -> Decimal:
        """A number known of the payee.

        Raises:
            InputRefused: it is not known.
        """
        if name not in self.figures:
            raise InputRefused(_absent(self.payee, name, self.figures))
        return self.figures[name]

    @property
    def held(self) -> frozenset[str]:
        """The figures that are known of some day of the period."""
        first, last = self.first or date.min, self.day or date.max
        dated = {
            name
            for name, values in self.values.items()
            if any(one.first <= last and first <= one.last for one in values)
        }
        return frozenset(self.figures.keys() | dated)


def holds(condition: Condition, words: Mapping[str, str], figures: Mapping[str, Decimal]) -> bool:
    """Whether every part of a condition holds; a field that is absent satisfies nothing."""
    return all(_part_holds(name, wanted, words, figures) for name, wanted in condition.items())


def any_holds(condition: Condition, words: Mapping[str, str], figures: Mapping[str, Decimal]) -> bool:
    """Whether any part of a condition holds: how exclusions read."""
    return any(_part_holds(name, wanted, words, figures) for name, wanted in condition.items())


def _part_holds(
    name: str, wanted: str | list[str] | Limits, words: Mapping[str, str], figures: Mapping[str, Decimal]
) -> bool:
    if isinstance(wanted, Limits):
        return name in figures and wanted.holds(figures[name])
    values = [wanted] if isinstance(wanted, str) else wanted
    return words.get(name) in values


def _absent(whose: str, name: str, known: Mapping[str, Decimal]) -> Problem:
    return Problem(
        code="missing-figure",
        message=f"{whose} has no figure {name}",
        hint=f"known: {', '.join(sorted(known)) or 'none'}",
    )
