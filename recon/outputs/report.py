"""The report of one run, as values: every rendering (Excel, terminal, text, JSON) shows exactly these.

Amounts are exact and in one currency each; nothing here adds two currencies. Rule sets, lines and items are in
a fixed order that depends on their content alone.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.outputs.exact import less, total

NOT_PLACED = "not yet placed"
"""Account of left items that no right account can be told for: open, excluded or netted among themselves."""

BUCKETS: tuple[tuple[str, int | None], ...] = (
    ("0-7 days", 7),
    ("8-30", 30),
    ("31-60", 60),
    ("61-90", 90),
    ("91-180", 180),
    ("over 180", None),
)
"""The ageing profile by calendar days: label and last day of each bucket."""


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """One configuration file that the run obeyed."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """Which run this is, under which rules, made by what."""

    run_id: str
    run_key: str
    project: str
    as_of: date
    period: str
    previous_run: str | None
    version: str
    versions: tuple[tuple[str, str], ...]
    rules_hash: str
    """Short digest over the paths and hashes of every configuration file."""
    config: tuple[ConfigLine, ...]
    ingests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """One input file. `lines = entries + known + refused + recognised`."""

    source: str
    path: str
    file_id: str
    sha256: str
    size: int
    lines: int
    entries: int
    known: int
    refused: int
    recognised: int
    duplicate_of: str | None
    supersedes: str | None
    proof_ok: bool


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """Refused rows of one file with one reason code."""

    path: str
    code: str
    field: str | None
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class PassLine:
    """What one pass of a rule set did, in counts."""

    name: str
    words: str
    kind: str
    confirm: str
    matches: int
    suggested: int
    left_entries: int
    right_entries: int
    twins: int


@dataclass(frozen=True, slots=True)
class MatchLine:
    """Matches of one pass, state and currency. Variance is left minus right."""

    ruleset: str
    pass_name: str
    state: str
    kind: str
    currency: str
    matches: int
    left_count: int
    right_count: int
    left_amount: Decimal
    right_amount: Decimal
    variance: Decimal


@dataclass(frozen=True, slots=True)
class RateLine:
    """How much of one side was matched in one currency; amounts are absolute, excluded entries left out."""

    side: str
    currency: str
    count: int
    matched_count: int
    amount: Decimal
    matched_amount: Decimal


@dataclass(frozen=True, slots=True)
class RuleSetSummary:
    """One rule set: its two sides, its passes in order, its match rates."""

    name: str
    title: str
    left: str
    right: str
    """The sources of each side, in words."""
    right_sources: tuple[str, ...]
    passes: tuple[PassLine, ...]
    left_count: int
    left_matched: int
    right_count: int
    right_matched: int
    rates: tuple[RateLine, ...]


@dataclass(frozen=True, slots=True)
class BreakKindLine:
    """Open breaks of one rule set, kind, source and currency. `amount` is signed; ages in calendar days."""

    ruleset: str
    kind: str
    side: str | None
    source: str
    currency: str
    count: int
    amount: Decimal
    oldest_days: int
    new: int
    persisting: int
    reopened: int
    overdue: int


@dataclass(frozen=True, slots=True)
class AgeingLine:
    """Open breaks of one kind and currency by age: one count and one signed amount per bucket."""

    kind: str
    currency: str
    counts: tuple[int, ...]
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a statement: how many entries (or matches) and their amount, sign as in the source."""

    label: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StatementSide:
    """One side of a statement: what was in scope, what is taken off it, what is added."""

    source: str
    total: Item
    excluded: tuple[Item, ...]
    open: tuple[Item, ...]
    adjustments: tuple[Item, ...]
    """Added with their sign. Left: variances of matches as right minus left, by class. Right: members of groups
    that lie in another account than the group."""

    @property
    def adjusted(self) -> Decimal:
        """The total less excluded and open items, plus the adjustments."""
        off = total(item.amount for item in (*self.excluded, *self.open))
        return less(total((self.total.amount, *(item.amount for item in self.adjustments))), off)


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One bank statement: opening, movements, what they make, and what the bank says it closes with."""

    source: str
    statement: str
    period_from: date | None
    period_to: date | None
    opening: Decimal
    credits: Decimal
    debits: Decimal
    closing: Decimal

    @property
    def computed(self) -> Decimal:
        """Opening plus movements."""
        return less(total((self.opening, self.credits)), self.debits)

    @property
    def difference(self) -> Decimal:
        """Opening plus movements less the stated closing balance: zero when the statement adds up."""
        return less(self.computed, self.closing)


@dataclass(frozen=True, slots=True)
class AdjustedStatement:
    """Two adjusted balances of a rule set, a right account and a currency, which must be equal.

    Adjusted left is the left total less excluded, less open items, corrected by variances; adjusted right is
    the right total less excluded, less open items. A matched group belongs to the account of its right
    members, left open items to the only right account of the currency, else to `NOT_PLACED`.
    """

    ruleset: str
    title: str
    account: str
    currency: str
    left: StatementSide
    right: StatementSide
    oldest_days: int
    balances: tuple[BalanceLine, ...]

    @property
    def adjusted_left(self) -> Decimal:
        """The left balance after every adjustment."""
        return self.left.adjusted

    @property
    def adjusted_right(self) -> Decimal:
        """The right balance after every adjustment."""
        return self.right.adjusted

    @property
    def difference(self) -> Decimal:
        """What remains unexplained; the books tie out when it is zero."""
        return less(self.adjusted_left, self.adjusted_right)

    @property
    def open_count(self) -> int:
        """Open items of both sides."""
        return sum(item.count for item in (*self.left.open, *self.right.open))


@dataclass(frozen=True, slots=True)
class ProofLine:
    """The roll-forward of one rule set, side and currency over all its accounts; amounts as compared."""

    ruleset: str
    side: str
    currency: str
    accounts: int
    accounts_ok: int
    opening_count: int
    opening_amount: Decimal
    new_count: int
    new_amount: Decimal
    matched_count: int
    matched_amount: Decimal
    excluded_count: int
    excluded_amount: Decimal
    closing_count: int
    closing_amount: Decimal


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """One class of the difference between left and right; the class `residual` must be zero."""

    ruleset: str
    currency: str
    name: str
    side: str | None
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check: what must hold, what was expected, what is.

    A control that does not hold makes the run incomplete; a note only asks to be looked at. `statement` is the
    position of the statement whose tie-out this is.
    """

    area: str
    what: str
    currency: str | None
    expected: Decimal
    actual: Decimal
    control: bool = True
    statement: int | None = None

    @property
    def ok(self) -> bool:
        """Whether actual equals expected."""
        return self.expected == self.actual

    @property
    def difference(self) -> Decimal:
        """Actual less expected."""
        return less(self.actual, self.expected)

    @property
    def result(self) -> str:
        """`pass`, `FAIL` for a control that does not hold, `look` for a note."""
        if self.ok:
            return "pass"
        return "FAIL" if self.control else "look"


@dataclass(frozen=True, slots=True)
class ChainLine:
    """Entries of a chain by where their journey ends."""

    chain: str
    status: str
    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything a person is told about a run."""

    about: About
    files: tuple[FileLine, ...]
    refused: tuple[RefusedLine, ...]
    rulesets: tuple[RuleSetSummary, ...]
    matches: tuple[MatchLine, ...]
    breaks: tuple[BreakKindLine, ...]
    ageing: tuple[AgeingLine, ...]
    statements: tuple[AdjustedStatement, ...]
    proof: tuple[ProofLine, ...]
    bridge: tuple[BridgeLine, ...]
    chains: tuple[ChainLine, ...]
    checks: tuple[CheckLine, ...]
    proof_ok: bool
    verdict: str
    """`reconciled`, `breaks` or `incomplete`: the run's own, or incomplete when one of `checks` fails."""

    @property
    def entries(self) -> int:
        """New entries of all files."""
        return sum(line.entries for line in self.files)

    @property
    def refused_rows(self) -> int:
        """Refused rows of all files."""
        return sum(line.refused for line in self.files)

    @property
    def break_count(self) -> int:
        """Open breaks of all kinds and currencies."""
        return sum(line.count for line in self.breaks)

    @property
    def match_count(self) -> int:
        """Confirmed and manual matches."""
        return sum(line.matches for line in self.matches if line.state in {"confirmed", "manual"})

    @property
    def failed_checks(self) -> int:
        """Controls that do not hold."""
        return sum(check.control and not check.ok for check in self.checks)
