"""What an explanation says: of an entry, of a match, and of each pass with its nearest candidates, gate by gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from recon.rules.ruleset import Side


class Gate(StrEnum):
    """The conditions under which a pass takes two units for the same money, in the order they are told."""

    CONSIDERED = "considered"
    """The pass looks at the entry: its condition holds, and nothing that is compared is absent."""
    CURRENCY = "currency"
    KEY = "key"
    CONTAINS = "contains"
    SIMILAR = "similar"
    WHERE = "where"
    EVIDENCE = "evidence"
    """Enough speaks for the two, weighed together."""
    AMOUNT = "amount"
    DAYS = "days"
    FREE = "free"
    """No earlier pass or run used the entry up."""
    CHANCE = "chance"
    """Coincidence is all but ruled out."""
    ONLY_CHOICE = "only choice"
    """Nothing else fits as well, on either side."""
    CONFIRMS = "confirms"
    """What the pass finds counts at once, and does not wait for a person."""


class Verdict(StrEnum):
    """What a pass made of an entry."""

    MATCHED = "matched"
    SUGGESTED = "suggested"
    AMBIGUOUS = "ambiguous"
    TAKEN = "taken"
    FAILED = "failed"
    FITS = "fits"
    NOTHING_NEAR = "nothing near"
    NOT_CONSIDERED = "not considered"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry and where it came from: `file` and `line_no` lead to the row that was read."""

    entry_id: str
    source: str
    file: str
    line_no: int
    account: str
    business_date: date | None
    amount: Decimal
    currency: str
    type: str
    status: str
    counterparty: str | None
    counterparty_account: str | None
    remittance: str | None
    references: Mapping[str, str] = field(default_factory=dict)
    """The columns that name a transaction, a batch or a statement, without those that are absent."""

    @property
    def place(self) -> str:
        """Where the entry was read, as `file:line`."""
        return f"{self.file}:{self.line_no}"


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of a match, on its side and with the amount that the rule set compares."""

    side: Side
    amount: Decimal
    entry: EntryFacts


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """A match: who with whom, by which pass, and what is left between them.

    `variance` is left minus right. `evidence` holds what was compared: `keys` that agreed, `days` between the dates.
    """

    match_id: str
    run: str
    ruleset: str
    pass_name: str
    state: str
    kind: str
    currency: str
    left_count: int
    right_count: int
    left_amount: Decimal
    right_amount: Decimal
    variance: Decimal
    variance_kind: str | None
    twins: bool
    alternatives: int
    rank: int
    evidence: Mapping[str, object]
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate between two units.

    `left` and `right` are the values compared, of the rule set's left and right side. `by_how_much` measures a
    failure in the gate's own unit: money beyond the tolerance, days outside the window, characters that differ,
    rivals that fit as well; None where there is nothing to measure, and when the gate was passed.
    """

    gate: Gate
    name: str
    passed: bool
    left: str | None
    right: str | None
    by_how_much: Decimal | int | None
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of the other side: an entry, or a group of `entries` entries whose first is `entry`.

    `amount` is the unit's compared amount, `date` its date in the pass.
    """

    entry: EntryFacts
    entries: int
    amount: Decimal | None
    currency: str
    date: date | None
    gates: tuple[GateResult, ...]

    @property
    def failed(self) -> tuple[GateResult, ...]:
        """The gates that it failed."""
        return tuple(gate for gate in self.gates if not gate.passed)


@dataclass(frozen=True, slots=True)
class PassVerdict:
    """What one pass made of an entry: in words, and the nearest candidates it had, the nearest first.

    `entries` and `amount` are those of the unit that the entry was part of, where the pass looked at it.
    """

    pass_name: str
    words: str
    verdict: Verdict
    reason: str
    candidates: tuple[Candidate, ...] = ()
    entries: int = 0
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an entry is matched or open in a run of a rule set, pass by pass.

    `left_out` is the reason for which the rule set does not look at the entry at all.
    """

    run: str
    ruleset: str
    side: Side
    entry: EntryFacts
    match: MatchFacts | None
    left_out: str | None
    passes: tuple[PassVerdict, ...]
