"""A whole plan, as one file says it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from pydantic import Field, model_validator

from recon.errors import Problem, UsageError
from recon.model.money import is_currency
from recon.model.periods import Period
from recon.payouts.plan.components import Component
from recon.payouts.plan.corrections import Corrections
from recon.payouts.plan.customers import Customers, wrong_customers
from recon.payouts.plan.deferral import Deferral, not_own
from recon.payouts.plan.examples import Accepted, PlanTest
from recon.payouts.plan.figures import MeasuredFigure
from recon.payouts.plan.limits import Budget, Limit, limit_names
from recon.payouts.plan.payment import Payment, RoundingRule
from recon.payouts.plan.sharing import Credit, Deductions, Funding, Overrides, Redirect, Split
from recon.payouts.plan.tax import Tax
from recon.payouts.plan.values import CALENDAR_YEAR, Condition, MonthDay, Name, Some
from recon.payouts.rows import plain
from recon.project.located import Document, read_yaml
from recon.project.models import ConfigModel, Fault, refuse


class Purpose(StrEnum):
    """What a plan is for."""

    PAY = "pay"
    SETTLE = "settle"
    """Pays payees, such as merchants, their own money: a liability, no expense."""
    CLAIM = "claim"
    """What payees, such as funders of a campaign, owe us: approved like a payout, and never paid."""
    VERIFY_FEES = "verify_fees"


class Plan(ConfigModel):
    """A commission plan: one version, in force from its `effective` day on."""

    plan: Name = Field(description="The plan's name; its versions share it.")
    title: str = Field(min_length=1, description="What the plan pays for, in a sentence.")
    effective: date = Field(description="The first day of this version. A version is never edited in place.")
    until: date | None = Field(None, description="The last day of this version.")
    currency: str = Field(description="The currency of every amount in the plan (ISO 4217).")
    year_begins: MonthDay = Field(
        CALENDAR_YEAR,
        description="The month and day on which years begin, such as 04-01; quarters follow every three months. "
        "A period counts in the year and quarter of its last day. Without it, 1 January.",
    )
    purpose: Purpose = Field(
        Purpose.PAY,
        description="pay a commission; settle, to pay merchants their own money; claim what payees owe us, as funders "
        "of a campaign do; or verify_fees: a rate card says what is charged on entries, and pays nobody.",
    )
    source: str | None = Field(None, description="Where the schedule comes from: contract, tariff, page.")
    credit: Credit = Field(description="Who is credited.")
    eligible: Condition = Field(
        default_factory=dict,
        description="Who takes part: conditions on what is known of payees, such as a tier; without any, everybody.",
    )
    customers: Customers | None = Field(None, description="Who the customers are whose time components count.")
    figures: tuple[MeasuredFigure, ...] = Field(
        (),
        description="Figures of payees measured from transactions, in order: criteria, goals and quotas look at them.",
    )
    components: Some[Component] = Field(description="What the plan pays for; amounts add up.")
    deductions: Deductions | None = Field(None, description="Steps taken off the amount in order.")
    overrides: Overrides | None = Field(None, description="What the levels of the hierarchy earn.")
    limits: tuple[Limit, ...] = Field(
        (), description="Caps, floors, draws and budgets, in the order they apply."
    )
    split: Split | None = Field(None, description="Who shares the amount.")
    redirects: tuple[Redirect, ...] = Field((), description="Payees in another's place.")
    funding: Funding | None = Field(None, description="Who bears the cost, when not the house alone.")
    deferral: Deferral | None = Field(
        None, description="When commissions are an asset first and become expense month by month."
    )
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
        faults += [
            *self._figures(),
            *self._exchanged(),
            *self._given_away(),
            *self._limits(),
            *self._dated(),
            *self._taxed(),
            *wrong_customers(self, rates_fees=self.purpose is Purpose.VERIFY_FEES),
            *not_own(self.deferral, own=self.purpose is Purpose.PAY and self.funding is None),
        ]
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
        faults += self._bases(names)
        for position, component in enumerate(self.components):
            if not component.pays_something and not (self.overrides and self.overrides.of == "base"):
                hint = "say rate, tiers, levels, scorecard or by; only overrides of the base pay without one"
                faults.append(
                    Fault("measures something and pays nothing", at=("components", position), hint=hint)
                )
        if faults:
            refuse(*faults)
        return self

    def _bases(self, names: Sequence[str]) -> Iterator[Fault]:
        """Whose base overrides are paid on: of several components, it is said."""
        if self.overrides is None or self.overrides.of != "base":
            return
        if len(names) > 1 and not self.overrides.base_of:
            message = f"overrides are of the base, and {len(names)} components measure one"
            hint = f"name those whose bases add up, as in base_of: [{names[0]}]; the same sales count once"
            yield Fault(message, at=("overrides", "of"), hint=hint)
        for position, name in enumerate(self.overrides.base_of):
            if name not in names or name in self.overrides.base_of[:position]:
                message = (
                    f"{name} is no component of the plan" if name not in names else f"{name} is there twice"
                )
                yield Fault(message, at=("overrides", "base_of", position), hint=f"known: {', '.join(names)}")

    def is_base(self, component: Component) -> bool:
        """Whether overrides of the base are paid on what a component measures."""
        named = self.overrides.base_of if self.overrides is not None else ()
        return not named or component.name in named

    def _figures(self) -> Iterator[Fault]:
        """Figures that nobody could tell apart, and days of figures that have none."""
        components = {component.name for component in self.components}
        names = [one.figure for one in self.figures]
        for position, one in enumerate(self.figures):
            if one.prorated is not None and one.measure.figure in names:
                message = (
                    f"{one.measure.figure} is measured by the plan, and only what is known of payees has days"
                )
                hint = "prorate a figure of the tables of facts, and measure with the result"
                yield Fault(message, at=("figures", position, "prorated"), hint=hint, key=True)
        for position, name in enumerate(names):
            at = ("figures", position, "figure")
            if name in names[:position]:
                message = f"figure {name} is there twice: a level could be earned by either"
                yield Fault(message, at=at, hint="give each its own name")
            if name in components:
                message = f"figure {name} is called like a component: what was before could be of either"
                yield Fault(message, at=at, hint="give it another name")

    def _given_away(self) -> Iterator[Fault]:
        """Redirects that take more of somebody than there is."""
        given: dict[str, Decimal] = {}
        for position, one in enumerate(self.redirects):
            given[one.from_] = given.get(one.from_, Decimal(0)) + one.percent
            if given[one.from_] > 100 >= given[one.from_] - one.percent:
                taken = plain(given[one.from_])
                message = f"{taken}% of what {one.from_} earns goes to others: that is more than there is"
                hint = f"let the redirects from {one.from_} total at most 100"
                yield Fault(message, at=("redirects", position, "percent"), hint=hint, code="split-total")

    def _dated(self) -> Iterator[Fault]:
        """Components that count on no day of the plan."""
        for position, one in enumerate(self.components):
            at: tuple[str | int, ...] = ("components", position)
            if one.until is not None and one.until < self.effective:
                message = f"{one.name} ends on {one.until}, before the plan begins on {self.effective}"
                yield Fault(message, at=(*at, "until"), hint="remove the component, or correct the day")
            if one.effective is not None and self.until is not None and self.until < one.effective:
                message = f"{one.name} begins on {one.effective}, after the plan ended on {self.until}"
                yield Fault(message, at=(*at, "effective"), hint="remove the component, or correct the day")

    def _taxed(self) -> Iterator[Fault]:
        """Two rates of a tax on the same days, which would both be taken."""
        for position, tax in enumerate(self.taxes):
            if any(tax.meets(other) for other in self.taxes[:position]):
                message = f"two rates of {tax.name} are in force on the same days: both would be taken"
                hint = "end one with `until` the day before the other is `effective`, or say who bears which by `only`"
                yield Fault(message, at=("taxes", position), hint=hint)

    def _limits(self) -> Iterator[Fault]:
        """Limits in percent of what a component pays that is not known when they apply."""
        names = [component.name for component in self.components]
        own = [(("components", at), one.limits, names[:at]) for at, one in enumerate(self.components)]
        for steps, limits, known in (*own, ((), self.limits, names)):
            for position, limit in enumerate(limits):
                name = limit.percent_of_component
                if name is not None and name not in known:
                    message = f"{name} is no component of the plan"
                    hint = f"known: {', '.join(known) or 'none before this one'}"
                    if name in names:
                        message = f"what {name} pays is not known yet: components are worked out in their order"
                        hint = f"put {name} before this component, or the limit under the plan"
                    if name in names[len(known) : len(known) + 1]:
                        message = f"{name} itself is bounded by this: a percentage of itself is no bound"
                        hint = "name a component before it, or a figure by percent_of"
                    at = (*steps, "limits", position, "percent_of_component")
                    yield Fault(message, at=at, hint=hint)

    def _exchanged(self) -> Iterator[Fault]:
        """Amounts rounded to multiples in one currency, and paid in another."""
        unit, fx = self.rounding.to, self.payment.fx
        if unit is not None and fx is not None and fx.to != self.currency:
            message = (
                f"rounds to multiples of {plain(unit)} {self.currency} and pays {fx.to}, which has none of them"
            )
            hint = f"leave `to` out; what is paid is rounded to the digits of {fx.to}"
            yield Fault(message, at=("rounding", "to"), hint=hint, key=True)

    @property
    def version(self) -> str:
        """The plan and its version, as every row of an explanation names it."""
        return f"{self.plan}@{self.effective.isoformat()}"

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """The budgets that payees share, those of components first."""
        own = [(one.name, one.limits) for one in self.components] + [("", self.limits)]
        return tuple(
            Budget(component, position, limit, name)
            for component, limits in own
            for position, (limit, name) in enumerate(zip(limits, limit_names(limits, component), strict=True))
            if limit.budget is not None
        )

    def without_budgets(self) -> "Plan":
        """The plan with the limits that hold for each payee alone."""
        components = tuple(
            one.model_copy(update={"limits": tuple(limit for limit in one.limits if limit.budget is None)})
            for one in self.components
        )
        limits = tuple(limit for limit in self.limits if limit.budget is None)
        return self.model_copy(update={"components": components, "limits": limits})

    def days(self, period: Period) -> tuple[date, date]:
        """The first and last day of a period on which this version counts transactions; none if they are crossed."""
        return max(self.effective, period.first), min(self.until or period.last, period.last)

    def counts_in(self, period: Period) -> bool:
        """Whether this version counts transactions on any day of a period."""
        first, last = self.days(period)
        return first <= last

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


def version_in(plans: Sequence[Plan], name: str, period: Period) -> Plan | None:
    """The version of a plan that pays a period: a campaign may begin or end within it.

    Raises:
        UsageError: another version takes over within the period; each pays its own days, so they are paid apart.
    """
    versions = [plan for plan in plans if plan.plan == name and plan.counts_in(period)]
    versions.sort(key=lambda plan: plan.effective)
    if not versions:
        return None
    latest = versions[-1]
    eve = latest.effective - timedelta(days=1)
    last = max((min(plan.until or eve, eve) for plan in versions[:-1]), default=None)
    if last is not None and period.first <= last:
        message = f"{latest.version} takes over from {versions[-2].version} within {period}"
        apart = f"{Period(period.first, last)} and {Period(latest.effective, period.last)}"
        hint = f"pay {apart} apart, or let versions begin with a period"
        raise UsageError(Problem("two-versions", message, hint=hint))
    return latest
