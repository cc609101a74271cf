"""The report of one run, as values: every rendering (Excel, terminal, text, JSON) shows exactly these.

Amounts are exact and in one currency each; nothing here adds two currencies. Rule sets, lines and items are in
a fixed order that depends on their content alone.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.model.tables import SETTLED
from recon.outputs.adjusted import AdjustedStatement
from recon.outputs.controls import BridgeLine, CheckLine, ProofLine


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
    """Open breaks of one kind and currency by age: one count and one signed amount per bucket of the ageing profile."""

    kind: str
    currency: str
    counts: tuple[int, ...]
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class ChainLine:
    """Entries of a chain by where their journey ends."""

    chain: str
    status: str
    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PriorLine:
    """Entries that came too late for a closed period, of one side of a rule set and currency; amounts as compared."""

    period: str
    ruleset: str
    side: str
    currency: str
    count: int
    amount: Decimal
    open_count: int
    open_amount: Decimal


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
    prior: tuple[PriorLine, ...]
    """Prior-period items; none where no period was closed."""
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
    def prior_count(self) -> int:
        """Entries of closed periods that are new to the run."""
        return sum(line.count for line in self.prior)

    @property
    def match_count(self) -> int:
        """Confirmed and manual matches."""
        return sum(line.matches for line in self.matches if line.state in SETTLED)

    @property
    def failed_checks(self) -> int:
        """Controls that do not hold."""
        return sum(check.control and not check.ok for check in self.checks)
