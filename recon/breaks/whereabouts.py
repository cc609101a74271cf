"""Where money is that somebody asks about: each book that has it, what it was matched with, or why it is not."""

from dataclasses import dataclass
from decimal import Decimal

from recon.breaks.casefile import Break
from recon.matchers.explain.facts import EntryFacts


@dataclass(frozen=True, slots=True)
class Facing:
    """Entries of one book, and what of them is compared."""

    source: str
    entries: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a rule set made of some entries: `matched`, `suggested`, `open`, or `excluded` for a `reason`.

    `matches` are ids; `facing` is what stands on the other side of them. `breaks` are those that still stand: of the
    entries where they are open, of the matches where something is left between the two sides.
    """

    ruleset: str
    side: str
    state: str
    entries: int
    passes: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    facing: tuple[Facing, ...] = ()
    breaks: tuple[Break, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Entries of one book on the way of the money. `entry` is the first of them; `amount` the sum of all."""

    entry: EntryFacts
    entries: int
    amount: Decimal
    standings: tuple[Standing, ...]

    @property
    def matches(self) -> list[str]:
        """The ids of all matches and suggestions that they are in."""
        return [name for one in self.standings for name in one.matches]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that names it and was refused."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Where an entry has come to on a chain of rule sets: the chain's final word, or what holds it up."""

    chain: str
    entry_id: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """All that is known of what a name stands for; nothing at all where no book has it."""

    name: str
    run: str
    stops: tuple[Stop, ...]
    journeys: tuple[Journey, ...]
    refused: tuple[Refused, ...]

    @property
    def is_known(self) -> bool:
        """Whether any book has it."""
        return bool(self.stops or self.refused)
