"""How partners are looked after, as `configs/partners/settings.yaml` says it; everything has a default."""

from typing import Annotated, Final

from pydantic import Field

from recon.partners.registry.tables import KINDS, STATUSES
from recon.project.located import read_yaml
from recon.project.models import ConfigModel
from recon.project.workspace import Project

FILE: Final = ("partners", "settings.yaml")

PartnerKind = Annotated[str, Field(pattern=f"^({'|'.join(KINDS)})$")]
Status = Annotated[str, Field(pattern=f"^({'|'.join(STATUSES)})$")]


class PartnerSettings(ConfigModel):
    """How partners are looked after."""

    checklist: dict[PartnerKind, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Documents and steps that a partner of a kind needs before it is active: names in the "
        "table `documents`.",
    )
    above: dict[PartnerKind, str] = Field(
        default_factory=dict,
        description="What must stand directly or further above a partner of a kind: a role, or a kind of "
        "partner.",
    )
    expiring_days: int = Field(
        30, ge=0, description="Days before its last one on which a document counts as about to expire."
    )
    cooling_off_days: int = Field(
        7, ge=0, description="Days after a change of bank details on which nothing is paid to the new account."
    )
    stale_days: int = Field(
        90, ge=1, description="Days after which somebody who is still applied or onboarding is asked about."
    )
    dormant_days: int = Field(
        30, ge=1, description="Days without a transaction after which a partner counts as dormant."
    )
    hold_while: tuple[Status, ...] = Field(
        default=("restricted", "suspended"), description="Statuses in which a partner is paid nothing."
    )


def read_settings(project: Project) -> PartnerSettings:
    """The settings of a project.

    Raises:
        ConfigError: with everything that is wrong in the file.
    """
    path = project.configs.joinpath(*FILE)
    if not path.is_file():
        return PartnerSettings()
    return read_yaml(path, project.relative(path)).build(PartnerSettings)
