"""Commissions that are a cost of winning contracts: an asset first, an expense over the life of the contracts."""

from pydantic import Field

from recon.project.models import ConfigModel


class Deferral(ConfigModel):
    """Over which time the expense of a period's commissions is recognised."""

    months: int = Field(
        ge=1, le=600,
        description="In how many equal monthly parts the expense is recognised, the first in the month in which the "
        "period ends.",
    )  # fmt: skip
