"""What the release desk looks at and asks for, as `configs/releases/desk.yaml` says it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field, model_validator

from recon.breaks.settings import Due
from recon.errors import ConfigError, Place, Problem
from recon.model.sides import Side
from recon.model.tables import ENTRIES
from recon.partners.measures.settings import Word
from recon.project.located import Document, read_yaml
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.nodes import Steps
from recon.project.suggest import did_you_mean
from recon.project.workspace import Project
from recon.releases.prices import FILE as PRICES
from recon.releases.prices import PriceList
from recon.rules.ruleset import Chain, RuleSet

FOLDER: Final = "releases"
FILE: Final = "desk.yaml"
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Read = list[tuple[Steps, str | None]]
"""Settings that name a column or attribute, each with where it stands."""


class TierOf(ConfigModel):
    """What says which tier of the price list a reseller buys at; one of the two."""

    programme: str | None = Field(
        default=None, description="The programme of the registry whose offer is the tier, by the day."
    )
    ladder: str | None = Field(
        default=None, description="The ladder whose approved rating is the tier, by the day."
    )

    @model_validator(mode="after")
    def _one(self) -> "TierOf":
        if (self.programme is None) == (self.ladder is None):
            refuse(Fault("a tier is of a `programme` or of a `ladder`", hint="write one of the two"))
        return self


class Desk(ConfigModel):
    """The release desk."""

    chain: Name = Field(
        description="The chain of two rule sets that the desk rests on: orders and proofs of transfer, proofs"
        " and bank credits."
    )
    order: Word = Field(
        default="ref_merchant", description="The column or attribute that holds the number of the order."
    )
    reseller: Word = Field(
        default="entity", description="The column or attribute of orders and proofs that names the reseller."
    )
    units: Word = Field(
        default="units", description="The column or attribute of an order that says how many units are wanted."
    )
    product: Word | None = Field(
        default=None, description="The column or attribute of an order that says of what."
    )
    once: tuple[Word, ...] = Field(
        default=("ref_bank",),
        description="Columns or attributes of a proof, in none of which two proofs may say the same.",
    )
    tier: TierOf | None = Field(
        default=None, description="What says at which tier a reseller buys; without it, at the full price."
    )
    settled_after: Due = Field(
        default=Due(), description="How long a credit must have been booked before anything is released on it."
    )
    approvals: tuple[str, ...] = Field(
        default=("approved",),
        description="Levels of approval after the proposal, in order; each by another person.",
    )

    @model_validator(mode="after")
    def _somebody_approves(self) -> "Desk":
        if not self.approvals or not all(self.approvals) or len(set(self.approvals)) != len(self.approvals):
            refuse(
                Fault("give at least one level, each with its own name", ("approvals",), "such as [approved]")
            )
        if not self.once:
            refuse(Fault("nothing tells two proofs apart", ("once",), "such as [ref_bank]"))
        return self


@dataclass(frozen=True, slots=True)
class Setting:
    """A desk as it is set up: what it asks for, its price list, and the two rule sets that it rests on."""

    desk: Desk
    prices: PriceList
    proven: RuleSet
    credited: RuleSet


def read_desk(project: Project) -> tuple[Desk, Document, PriceList]:
    """The desk of a project, where it stands, and its price list.

    Raises:
        ConfigError: with everything that is wrong in the files, or that one is missing.
    """
    documents, problems = list[Document](), list[Problem]()
    for name in (FILE, PRICES):
        path = project.configs / FOLDER / name
        if path.is_file():
            documents.append(read_yaml(path, project.relative(path)))
        else:
            hint = "docs/releases.md shows one to start from"
            problems.append(
                Problem("missing-file", "there is no such file", Place(project.relative(path)), hint)
            )
    if problems:
        raise ConfigError(*problems)
    desk = prices = None
    try:
        desk = documents[0].build(Desk)
    except ConfigError as error:
        problems += error.problems
    try:
        prices = documents[1].build(PriceList)
    except ConfigError as error:
        problems += error.problems
    if desk is None or prices is None:
        raise ConfigError(*problems)
    return desk, documents[0], prices


def setting(
    read: tuple[Desk, Document, PriceList],
    chains: Mapping[str, Chain],
    rulesets: Mapping[str, RuleSet],
    attributes: Mapping[str, frozenset[str] | None],
) -> Setting:
    """The desk with the rule sets of its chain; `attributes` are those of each source, None where any is possible.

    Raises:
        ConfigError: there is no such chain, it has not two legs, or orders or proofs lack what the desk reads of them.
    """
    desk, document, prices = read
    chain = chains.get(desk.chain)
    if chain is None:
        hint = did_you_mean(desk.chain, chains) or f"chains here: {', '.join(sorted(chains)) or 'none'}"
        raise ConfigError(
            document.problem(("chain",), "unknown-chain", f"there is no chain `{desk.chain}`", hint)
        )
    if len(chain.legs) != 2:
        message = f"`{desk.chain}` has {len(chain.legs)} legs"
        hint = "a desk rests on two: orders and proofs, proofs and credits"
        raise ConfigError(document.problem(("chain",), "chain-legs", message, hint))
    proven, credited = (rulesets[leg] for leg in chain.legs)
    if problems := list(_not_there(desk, document, proven, attributes)):
        raise ConfigError(*problems)
    return Setting(desk, prices, proven, credited)


def _not_there(
    desk: Desk, document: Document, proven: RuleSet, attributes: Mapping[str, frozenset[str] | None]
) -> Iterator[Problem]:
    """What the desk reads of orders and proofs and no entry of theirs has: a proof would be told apart by nothing."""
    orders: Read = [
        (("order",), desk.order),
        (("reseller",), desk.reseller),
        (("units",), desk.units),
        (("product",), desk.product),
    ]
    proofs: Read = [(("once", place), name) for place, name in enumerate(desk.once)]
    of_sides: tuple[tuple[Side, Read], ...] = (("left", orders), ("right", proofs))
    for side, read in of_sides:
        sources = proven.sources(side)
        known = [attributes.get(source) for source in sources]
        if None in known:
            continue
        names = {*ENTRIES.names, *(name for of_source in known for name in of_source or ())}
        for at, name in read:
            if name is not None and name not in names:
                message = f"no entry of {', '.join(sources)} has `{name}`"
                hint = (
                    did_you_mean(name, names)
                    or "name a column of an entry, or an attribute that the profile maps"
                )
                yield document.problem(at, "unknown-word", message, hint)
