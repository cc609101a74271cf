"""What is shared among payees: prizes for those who did most, and a pool of what everybody did."""

from pydantic import Field

from recon.payouts.plan.values import Name, NotNegative, Percent, Some
from recon.project.models import ConfigModel


class Contest(ConfigModel):
    """Prizes for the payees who measure most in the period."""

    prizes: Some[NotNegative] = Field(description="The prize of each place, the first place first.")
    ties: str = Field(
        pattern="^(share|each)$",
        description="Whether payees who are equal share the prizes of the places that they take together (share), or "
        "each have the prize of the first of these (each). The next place follows after all of them.",
    )
    at_least: NotNegative | None = Field(
        None, description="The least that takes a place; without it, whatever is more than nothing."
    )


class Pool(ConfigModel):
    """A percentage of what all payees measure together, shared by a figure of each."""

    percent: Percent = Field(description="Percent of what the measures of all payees add up to.")
    shared_by: Name = Field(
        description="The figure of payees by which it is shared, such as points; nothing or less has no share."
    )
