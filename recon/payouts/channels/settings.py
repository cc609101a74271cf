"""What the channel desk looks at, as `configs/channels.yaml` says it."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field, model_validator

from recon.errors import ConfigError, Place, Problem
from recon.payouts.books.activity import FIGURES, WORDS
from recon.payouts.plan.values import Name
from recon.project.located import Document, read_yaml
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.nodes import Steps
from recon.project.suggest import did_you_mean
from recon.project.workspace import Project
from recon.sources.profiles.of_project import read_profiles

FILE: Final = "channels.yaml"
TIMES: Final = ("day", "week", "month")
"""Groups of every desk, beside those of its settings."""
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


class ChannelSettings(ConfigModel):
    """The books that the desk holds against each other, and what in settlements is a fee or a campaign.

    Settlements are the plans with `purpose: settle`, claims on funders those with `purpose: claim`.
    """

    ledger: Name = Field(description="The source of our own ledger.")
    bills: Name = Field(
        description="The rule set that holds the ledger (left) against the channels' bills (right)."
    )
    remittance: Name | None = Field(
        None, description="The rule set that holds the channels' bills (left) against the bank (right)."
    )
    by: dict[Word, Name] = Field(
        min_length=1,
        description="Groups of reports, each with the column or attribute of a ledger entry that names it.",
    )
    fees: tuple[Name, ...] = Field(
        (), description="Components of settlements that are fees: what merchants are charged."
    )
    given: tuple[Name, ...] = Field(
        (),
        description="Components of settlements by which merchants are given what a campaign took off, or bear a part.",
    )
    discount: Name | None = Field(
        None,
        description="The figure or attribute of a ledger entry that says what a campaign gave: money off, cashback.",
    )
    paid_out: tuple[dict[Name, Name], ...] = Field(
        (),
        description="Entries, each by words that it has, whose discount was paid to the customer beside the "
        "settlement, as cashback is.",
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> "ChannelSettings":
        faults = [
            Fault(f"{name} is a group of every desk", ("by", name), "give it another name", key=True)
            for name in self.by
            if name in TIMES
        ]
        if self.paid_out and self.discount is None:
            hint = "say discount: and the figure or attribute that holds the amount"
            faults.append(Fault("it is not said what was paid out", ("paid_out",), hint, key=True))
        if both := set(self.fees) & set(self.given):
            faults.append(Fault(f"{', '.join(sorted(both))} cannot be a fee and given", ("given",)))
        if faults:
            refuse(*faults)
        return self

    @property
    def groups(self) -> tuple[str, ...]:
        """What reports may be grouped by."""
        return (*self.by, *TIMES)


def read_channels(project: Project) -> ChannelSettings:
    """The settings of a project's channel desk.

    Raises:
        ConfigError: with everything that is wrong in the file, or that there is none.
    """
    path = project.configs / FILE
    if not path.is_file():
        hint = "say in it which books are held against each other; docs/channels.md shows one"
        raise ConfigError(Problem("missing-file", "there is no such file", Place(project.relative(path)), hint))
    document = read_yaml(path, project.relative(path))
    settings = document.build(ChannelSettings)
    carried = read_profiles(project).attributes
    if settings.ledger not in carried:
        hint = did_you_mean(settings.ledger, carried) or "each source has a profile in configs/sources"
        message = f"there is no source `{settings.ledger}`"
        raise ConfigError(document.problem(("ledger",), "unknown-source", message, hint))
    if problems := list(_not_there(settings, document, carried[settings.ledger])):
        raise ConfigError(*problems)
    return settings


def _not_there(
    settings: ChannelSettings, document: Document, attributes: frozenset[str] | None
) -> Iterator[Problem]:
    """What the desk reads of ledger entries and none of them has: its groups and campaigns would be empty."""
    if attributes is None:
        return
    words, figures = attributes | WORDS, attributes | set(FIGURES)
    read: list[tuple[str, Steps, frozenset[str], bool]] = [
        (word, ("by", name), words, False) for name, word in settings.by.items()
    ]
    if settings.discount is not None:
        read.append((settings.discount, ("discount",), figures, False))
    read += [
        (word, ("paid_out", position, word), words, True)
        for position, condition in enumerate(settings.paid_out)
        for word in condition
    ]
    for word, at, known, is_key in read:
        if word not in known:
            hint = (
                did_you_mean(word, known) or "name a column of an entry, or an attribute that the profile maps"
            )
            message = f"no entry of {settings.ledger} has `{word}`"
            yield document.problem(at, "unknown-word", message, hint, key=is_key)
