"""`configs/accounts.yaml`: which accounts a write-off, a fee, a difference or an accrual is booked to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from recon.breaks.kinds import BreakKind
from recon.errors import Place, Problem, UsageError
from recon.project.located import read_yaml
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.workspace import Project

FILE: Final = "accounts.yaml"
Books = Literal[
    "write_off", "adjustment", "fees", "taxes", "accrual", "rounding", "fx_difference", "fee_overcharge",
    "fee_undercharge", "amount_mismatch",
]  # fmt: skip
"""What is booked: decisions of people; fees and taxes of what was matched; open items at the end of a closed period;
differences of matches by their kind."""
OF_ENTRIES: Final = ("fees", "taxes")
Name = Annotated[str, Field(min_length=1)]


class When(ConfigModel):
    """What a booking is for; everything that is said has to be so."""

    ruleset: str | None = Field(default=None, description="Rule set.")
    source: str | None = Field(
        default=None, description="Source of the entry; of a difference between two sides, none."
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(default=None, description="Currency.")
    entity: str | None = Field(default=None, description="Merchant, partner or counterparty.")
    to: str | None = Field(default=None, description="Word that an adjustment was given with `--account`.")
    kinds: tuple[BreakKind, ...] = Field(
        default=(),
        description="Kinds of break, of write-offs, adjustments and accruals; all of them unless said.",
    )


class Booking(ConfigModel):
    """A rule of booking: what is missing on the right side debits `account` and credits `against`, else the reverse."""

    books: Books = Field(description="What is booked.")
    when: When = Field(default=When(), description="For which; the first rule that fits counts.")
    account: Name = Field(description="Account that bears it: losses, fees, differences, cash in transit.")
    against: Name = Field(description="Account that it is taken from: clearing, receivables.")
    text: str = Field(default="", description="Words on the entry; what it is unless said.")

    @model_validator(mode="after")
    def _fees_name_a_rule_set(self) -> "Booking":
        if self.books in OF_ENTRIES and (self.when.ruleset is None or self.when.source is None):
            hint = "an entry may be matched in two rule sets, and its fee is booked once"
            refuse(Fault(f"`{self.books}` name their rule set and source under `when`", ("when",), hint))
        if self.account == self.against:
            refuse(Fault("an entry from an account to itself books nothing", ("against",)))
        return self


class AccountsFile(ConfigModel):
    """What `accounts.yaml` may say."""

    journals: tuple[Booking, ...] = Field(
        description="Rules of booking; of those for the same thing the first that fits counts."
    )
    payouts: dict[str, Name] = Field(
        default_factory=dict,
        description="Accounts for the names that journals of payouts use, such as `Commission expense`.",
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be booked, as rules are compared with it."""

    books: str
    ruleset: str
    source: str
    currency: str
    entity: str = ""
    to: str = ""
    kind: str = ""


def load_accounts(project: Project) -> AccountsFile:
    """The project's mapping of accounts.

    Raises:
        ConfigError: with all problems of the file.
        UsageError: there is none.
    """
    path: Path = project.configs / FILE
    shown = project.relative(path)
    if not path.is_file():
        hint = "docs/closing.md shows one; without it nothing is booked"
        raise UsageError(Problem("no-accounts", "there is no mapping of accounts", Place(shown), hint))
    return read_yaml(path, shown).build(AccountsFile)


def booking_for(rules: Sequence[Booking], subject: Subject) -> Booking | None:
    """The first rule that fits; None when none does."""
    return next((rule for rule in rules if rule.books == subject.books and _fits(rule.when, subject)), None)


def _fits(when: When, subject: Subject) -> bool:
    said = {name: getattr(when, name) for name in ("ruleset", "source", "currency", "entity", "to")}
    same = all(value is None or value == getattr(subject, name) for name, value in said.items())
    return same and (not when.kinds or subject.kind in when.kinds)
