"""What is measured of partners, as `configs/partners/measures.yaml` says it."""

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from recon.errors import ConfigError, Place, Problem
from recon.partners.settings import PartnerKind
from recon.project.located import read_yaml
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.workspace import Project

FILE: Final = ("partners", "measures.yaml")
BUILT_IN: Final = ("volume", "count", "fees", "reversals", "chargebacks")
"""Measures that there always are."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,40}$")]
Word = Annotated[str, Field(min_length=1)]


class Activity(ConfigModel):
    """The entries that count as the activity of partners, and what in them names the partner."""

    source: tuple[str, ...] = Field(min_length=1, description="Sources whose entries count.")
    partner: Word = Field(
        default="entity",
        description="The column or attribute that names the partner, or the thing that a partner holds.",
    )
    holder_of: str | None = Field(
        default=None,
        description="The kind of thing that `partner` names, such as terminal: its holder of the day is the "
        "partner. Without it, `partner` names the partner itself.",
    )
    product: Word | None = Field(default=None, description="The column or attribute that names the product.")
    kinds: tuple[PartnerKind, ...] = Field(
        default=(),
        description="The kinds of partners that act themselves, of whom activity is expected; without it, all"
        " kinds.",
    )
    of: Literal["all", "matched"] = Field(
        default="all", description="Whether all entries count, or those that are matched."
    )
    value: Literal["amount", "gross", "net"] = Field(
        default="gross",
        description="The amount that is the volume; `amount` where an entry has none of the others.",
    )
    types: tuple[str, ...] = Field(
        default=("payment", "refund", "chargeback", "chargeback_reversal"),
        description="Types of entries that count.",
    )
    zone: str = Field(
        default="UTC", description="The time zone in which partners work, for what goes by the hour."
    )


class Measure(ConfigModel):
    """A measure: a sum of money or a number of entries, of all entries or of some."""

    sum: Literal["amount", "gross", "fee", "net"] | None = Field(
        default=None, description="The money that is added up, by currency."
    )
    count: Literal["entries"] | None = Field(default=None, description="What is counted.")
    where: dict[Word, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Columns or attributes, and the values of which an entry must have one in each.",
    )

    @model_validator(mode="after")
    def _one(self) -> "Measure":
        if (self.sum is None) == (self.count is None):
            refuse(Fault("a measure is either a `sum` or a `count`", hint="write one of the two"))
        return self


class Decline(ConfigModel):
    """When a partner counts as in decline: against its own history and against its peers."""

    weeks: int = Field(8, ge=4, le=52, description="Weeks of history that the recent ones are compared with.")
    recent: int = Field(2, ge=1, le=12, description="The latest weeks, which are judged.")
    spread: int = Field(
        3,
        ge=1,
        description="How many robust standard deviations (1.4826 times the median deviation) below its median"
        " a partner must be.",
    )
    percent: int = Field(
        40,
        ge=1,
        le=100,
        description="The least drop in percent; smaller ones are mostly chance where a partner has a few "
        "dozen entries a week.",
    )
    points: int = Field(
        15, ge=0, le=100, description="By how many points of percent the drop must be worse than that of peers."
    )
    peers: int = Field(
        5,
        ge=1,
        description="The least number of peers of the same kind and region; with fewer, all partners of the "
        "kind are the peers.",
    )


class Measures(ConfigModel):
    """What is measured of partners."""

    activity: Activity = Field(description="The entries that count.")
    measures: dict[Name, Measure] = Field(
        default_factory=dict, description="Measures beside volume, count, fees, reversals and chargebacks."
    )
    decline: Decline = Field(default=Decline(), description="When a partner counts as in decline.")

    @model_validator(mode="after")
    def _own_names(self) -> "Measures":
        taken = [name for name in self.measures if name in BUILT_IN]
        if taken:
            refuse(*(Fault(f"there is a measure {name} already", ("measures", name), "give it another name", key=True)
                     for name in taken))  # fmt: skip
        return self


def read_measures(project: Project) -> Measures:
    """What a project measures.

    Raises:
        ConfigError: with everything that is wrong in the file, or that there is none.
    """
    path = project.configs.joinpath(*FILE)
    if not path.is_file():
        hint = "say in it which entries are the activity of partners; docs/partners.md shows one"
        raise ConfigError(Problem("missing-file", "there is no such file", Place(project.relative(path)), hint))
    return read_yaml(path, project.relative(path)).build(Measures)
