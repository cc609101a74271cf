"""Monitors as `configs/partners/monitors.yaml` says them: what is looked for, how grave it is, who looks into it."""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from recon.errors import ConfigError, Place, Problem
from recon.partners.measures.settings import Word
from recon.project.located import read_yaml
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.workspace import Project

FILE: Final = ("partners", "monitors.yaml")
Kind = Literal[
    "velocity", "structuring", "round_amounts", "spike", "drop", "reversals", "chargebacks", "night",
    "shared_account", "shared_device", "reused_proof",
]  # fmt: skip
Amount = Annotated[Decimal, Field(gt=0, max_digits=24, decimal_places=8)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "velocity": ("at_least",),
    "structuring": ("limit", "at_least"),
    "round_amounts": ("multiple_of", "at_least", "percent"),
    "spike": ("percent",),
    "drop": ("percent",),
    "reversals": ("percent", "at_least"),
    "chargebacks": ("percent", "at_least"),
    "night": ("at_least",),
    "shared_account": ("account", "at_least"),
    "shared_device": ("device", "at_least"),
    "reused_proof": ("proof",),
}
"""The settings that each kind cannot do without."""


class Monitor(ConfigModel):
    """One rule. Every kind looks at each partner by itself, but for those that look for what several share."""

    name: str = Field(min_length=1, description="Its name, as it stands on alerts.")
    kind: Kind = Field(description="What is looked for.")
    where: dict[Word, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Columns or attributes, and the values of which an entry must have one in each to be "
        "looked at.",
    )
    window: Literal["hour", "day", "period"] = Field(
        default="day",
        description="The stretch in which entries are counted: an hour of the clock, a day, or the whole "
        "period.",
    )
    at_least: int | None = Field(
        None,
        ge=1,
        description="The least number of entries in the window that is too many; of partners where they share"
        " something.",
    )
    limit: dict[str, Amount] = Field(
        default_factory=dict, description="The limit, by currency, that amounts are kept just below."
    )
    within_percent: int = Field(
        10, ge=1, le=100, description="How far below the limit an amount counts as just below it."
    )
    multiple_of: dict[str, Amount] = Field(
        default_factory=dict, description="The amount, by currency, of which round amounts are multiples."
    )
    percent: int | None = Field(
        None,
        ge=1,
        description="The share of entries that is too much, in percent; for a spike or a drop, the least "
        "change of a day.",
    )
    spread: int = Field(
        4,
        ge=1,
        description="For a spike or a drop: how many robust standard deviations a day must lie from the usual"
        " one.",
    )
    night: tuple[Clock, Clock] = Field(
        default=("23:00", "05:00"),
        description="When the night begins and ends, in the zone in which partners work.",
    )
    account: Word | None = Field(
        default=None, description="The column or attribute that holds the account of the customer."
    )
    device: Word | None = Field(default=None, description="The column or attribute that names the device.")
    proof: Word | None = Field(
        default=None, description="The column or attribute that names the proof of a transfer."
    )
    severity: Literal["low", "medium", "high"] = Field(default="medium", description="How grave it is.")
    owner: str = Field(default="", description="Who looks into it.")
    hold: Literal["nothing", "entries", "payout", "release"] = Field(
        default="nothing",
        description="What is neither paid nor released while an alert stands: what rests on its entries, or "
        "everything of the partner; with `release` nothing is released to the partner, and "
        "payouts go on.",
    )

    @model_validator(mode="after")
    def _complete(self) -> "Monitor":
        missing = [name for name in NEEDS[self.kind] if not getattr(self, name)]
        if missing:
            refuse(
                *(Fault(f"a monitor of kind {self.kind} needs `{name}`", hint=f"add `{name}:`", code="missing-setting")
                  for name in missing)
            )  # fmt: skip
        return self


class Monitors(ConfigModel):
    """The monitors of a project."""

    monitors: tuple[Monitor, ...] = Field(
        default=(), description="The rules, in the order in which their alerts are told."
    )

    @model_validator(mode="after")
    def _named_once(self) -> "Monitors":
        names = [one.name for one in self.monitors]
        for position, name in enumerate(names):
            if name in names[:position]:
                refuse(
                    Fault(
                        f"there are two monitors {name}",
                        ("monitors", position, "name"),
                        "alerts go by the name",
                    )
                )
        return self


def read_monitors(project: Project) -> Monitors:
    """The monitors of a project.

    Raises:
        ConfigError: with everything that is wrong in the file, or that there is none.
    """
    path = project.configs.joinpath(*FILE)
    if not path.is_file():
        hint = "say in it what is to be watched; docs/partners.md shows one"
        raise ConfigError(Problem("missing-file", "there is no such file", Place(project.relative(path)), hint))
    return read_yaml(path, project.relative(path)).build(Monitors)
