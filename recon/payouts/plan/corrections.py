"""What happens to a commission when the sale behind it is refunded, charged back, or known better later."""

from enum import StrEnum

from pydantic import Field

from recon.project.models import ConfigModel


class Reversal(StrEnum):
    """At which rate a refunded sale takes its commission back."""

    ORIGINAL_RATE = "original_rate"
    """At the rate that its own lines were paid."""
    RECOMPUTE = "recompute"
    """The period is computed again without it; the difference is taken back, caps and floors included."""
    BLENDED = "blended"
    """At the average rate of the period's payout."""
    LIFO = "lifo"
    """From the highest band reached downwards."""


class Corrections(ConfigModel):
    """How refunds, chargebacks and late facts change what was paid."""

    reversal: Reversal = Field(description="At which rate a refunded sale takes its commission back.")
    books_in: str = Field(
        pattern="^(period_of_correction|period_of_sale)$",
        description="Into which period a correction is booked; a closed period is never changed.",
    )
    attainment: str = Field(
        pattern="^(kept|reduced)$",
        description="Whether a reversal also lowers the attainment of the sale's period.",
    )
    closed_periods: str = Field(
        pattern="^(delta|period_preserving)$",
        description="A late fact of a closed period: one delta in the open one, or each period reversed and redone.",
    )
    full_clawback_months: int | None = Field(
        None, ge=1, description="The contract's months; a cancellation takes back the part not served."
    )
    reasons: tuple[str, ...] = Field((), description="The reason codes a manual clawback may have.")
    description_required: bool = Field(True, description="Whether a manual clawback needs a description.")
