"""Examples inside a plan: the facts of a period, and what they must pay."""

from datetime import date

from pydantic import Field

from recon.payouts.plan.values import Name, Number
from recon.project.models import ConfigModel


class GivenTransaction(ConfigModel):
    """One transaction of an example."""

    id: str | None = Field(None, description="Its name; without it, its position.")
    day: date | None = Field(None, description="Its day; without it, the plan's first day.")
    figures: dict[Name, Number] = Field(default_factory=dict, description="Its numbers, such as amount.")
    words: dict[Name, str] = Field(default_factory=dict, description="Its words, such as product.")


class GivenCustomer(ConfigModel):
    """A customer who was one before the transactions of an example."""

    since: date = Field(description="Since when it is a customer.")
    sales: int = Field(0, ge=0, description="How many sales it had before those of the example.")


class PlanTest(ConfigModel):
    """An example of the plan."""

    test: str = Field(min_length=1, description="What the example shows.")
    given: tuple[GivenTransaction, ...] = Field((), description="The transactions of the period.")
    figures: dict[Name, Number] = Field(default_factory=dict, description="The payee's figures, such as quota.")
    previous: dict[Name, Number] = Field(
        default_factory=dict,
        description="What each component measured in the period before (growth), and figures of that period.",
    )
    words: dict[Name, str] = Field(
        default_factory=dict, description="The payee's words, such as its tax class."
    )
    people: dict[Name, str] = Field(default_factory=dict, description="Who holds each level of the hierarchy.")
    before: dict[Name, Number] = Field(
        default_factory=dict, description="What each component had accumulated before the period."
    )
    customers: dict[Name, GivenCustomer] = Field(
        default_factory=dict, description="Customers who were some before; others begin with the transactions."
    )
    pays: Number | None = Field(None, description="What the payee must earn, before holds and carries.")
    each: dict[Name, Number] = Field(default_factory=dict, description="What each party must earn.")
    lines: tuple[Number, ...] = Field((), description="The amounts of the explanation rows, in order.")


class Accepted(ConfigModel):
    """A finding of the linter that the plan's author has decided on."""

    finding: str = Field(
        pattern="^(band-gap|band-overlap|unreachable-band|unreachable-level|pays-less|limits-crossed|over-deducted|unused-figure|"
        "customer-gap|expired|unknown-source|unknown-word)$",
        description="Which.",
    )
    because: str = Field(min_length=10, description="Why it is meant.")
