"""A whole plan, as one file says it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import Field, model_validator

from recon.model.money import is_currency
from recon.payouts.plan.components import Component
from recon.payouts.plan.corrections import Corrections
from recon.payouts.plan.examples import Accepted, PlanTest
from recon.payouts.plan.limits import Limit
from recon.payouts.plan.payment import Payment, RoundingRule
from recon.payouts.plan.sharing import Credit, Deductions, Funding, Overrides, Redirect, Split
from recon.payouts.plan.tax import Tax
from recon.payouts.plan.values import Name, Some
from recon.project.located import Document, read_yaml
from recon.project.models import ConfigModel, Fault, refuse


class Plan(ConfigModel):
    """A commission plan: one version, in force from its `effective` day on."""

    plan: Name = Field(description="The plan's name; its versions share it.")
    title: str = Field(min_length=1, description="What the plan pays for, in a sentence.")
    effective: date = Field(description="The first day of this version. A version is never edited in place.")
    until: date | None = Field(None, description="The last day of this version.")
    currency: str = Field(description="The currency of every amount in the plan (ISO 4217).")
    source: str | None = Field(None, description="Where the schedule comes from: contract, tariff, page.")
    credit: Credit = Field(description="Who is credited.")
    components: Some[Component] = Field(description="What the plan pays for; amounts add up.")
    deductions: Deductions | None = Field(None, description="Steps taken off the amount in order.")
    overrides: Overrides | None = Field(None, description="What the levels of the hierarchy earn.")
    limits: tuple[Limit, ...] = Field(
        (), description="Caps, floors, draws and budgets, in the order they apply."
    )
    split: Split | None = Field(None, description="Who shares the amount.")
    redirects: tuple[Redirect, ...] = Field((), description="Payees in another's place.")
    funding: Funding | None = Field(None, description="Who bears the cost, when not the house alone.")
    corrections: Corrections = Field(description="What refunds and late facts do.")
    taxes: tuple[Tax, ...] = Field((), description="Taxes withheld or added, in order.")
    payment: Payment = Field(description="When and how it is paid.")
    rounding: RoundingRule = Field(description="Where and how amounts are rounded.")
    accepted: tuple[Accepted, ...] = Field((), description="Findings of `plans check` that are meant, and why.")
    tests: tuple[PlanTest, ...] = Field((), description="Examples of the plan: facts and what they must pay.")

    @model_validator(mode="after")
    def _hangs_together(self) -> "Plan":
        faults = []
        if not is_currency(self.currency):
            message = f"{self.currency} is no currency of ISO 4217"
            faults.append(Fault(message, at=("currency",), hint="write its code, as in USD, EUR or NGN"))
        if self.until is not None and self.until < self.effective:
            message = f"ends on {self.until}, before it begins on {self.effective}: it would never pay anything"
            hint = "`until` is the last day of the version; leave it out while there is no later one"
            faults.append(Fault(message, at=("until",), hint=hint))
        names = [component.name for component in self.components]
        faults += [
            Fault(
                f"component {name} is there twice: statements could not tell what paid which amount",
                at=("components", position, "name"),
                hint="give each its own name",
            )
            for position, name in enumerate(names)
            if name in names[:position]
        ]
        for position, component in enumerate(self.components):
            pays = any((component.rate, component.tiers, component.levels, component.scorecard, component.by))
            if not pays and not (self.overrides and self.overrides.of == "base"):
                hint = "say rate, tiers, levels, scorecard or by; only overrides of the base pay without one"
                faults.append(
                    Fault("measures something and pays nothing", at=("components", position), hint=hint)
                )
        if faults:
            refuse(*faults)
        return self

    @property
    def version(self) -> str:
        """The plan and its version, as every row of an explanation names it."""
        return f"{self.plan}@{self.effective.isoformat()}"

    def in_force(self, day: date) -> bool:
        """Whether this version is the one of the day (a later version may still supersede it)."""
        return self.effective <= day and (self.until is None or day <= self.until)


def load(path: Path, shown: str | None = None) -> tuple[Plan, Document]:
    """A plan and the document it stands in.

    Raises:
        ConfigError: with every problem of the file, each at its place.
    """
    document = read_yaml(path, shown)
    return document.build(Plan), document


def version_on(plans: Sequence[Plan], name: str, day: date) -> Plan | None:
    """The version of a plan in force on a day: the latest that has begun and not ended."""
    versions = [plan for plan in plans if plan.plan == name and plan.in_force(day)]
    return max(versions, key=lambda plan: plan.effective, default=None)
