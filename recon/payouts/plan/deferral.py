"""Commissions that are a cost of winning contracts: an asset first, an expense over the life of the contracts."""

from collections.abc import Iterator

from pydantic import Field

from recon.project.models import ConfigModel, Fault


class Deferral(ConfigModel):
    """Over which time the expense of a period's commissions is recognised."""

    months: int = Field(
        ge=1, le=600,
        description="In how many equal monthly parts the expense is recognised, the first in the month in which the "
        "period ends.",
    )  # fmt: skip


def not_own(deferral: Deferral | None, *, own: bool) -> Iterator[Fault]:
    """What is wrong with a plan that defers an expense that is not all its own."""
    if deferral is not None and not own:
        message = (
            "defers an expense, and others bear it or the plan has none: it has funding or another purpose"
        )
        yield Fault(
            message, at=("deferral",), hint="leave deferral out, or make it a plan of its own", key=True
        )
