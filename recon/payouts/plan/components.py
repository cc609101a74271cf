"""A component: one thing that a plan pays for, from the measure to the amount."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from recon.payouts.plan.among import Contest, Pool
from recon.payouts.plan.bands import Allowance, Tiers
from recon.payouts.plan.customers import MARK, OfCustomers
from recon.payouts.plan.ladders import Levels, Scorecard
from recon.payouts.plan.limits import Limit
from recon.payouts.plan.measures import Accumulate, Activity, BelowZero, Measure, Scope
from recon.payouts.plan.modifiers import Modifier
from recon.payouts.plan.rates import Rate
from recon.payouts.plan.sharing import Split
from recon.payouts.plan.values import Condition, Name, NotNegative, Number
from recon.project.models import ConfigModel, Fault, refuse


class Pays(ConfigModel):
    """How a measure becomes an amount: exactly one of rate, tiers, levels, scorecard, by."""

    rate: Rate | None = Field(None, description="One rate for everything.")
    tiers: Tiers | None = Field(None, description="Bands, each with its rate.")
    levels: Levels | None = Field(None, description="Levels with criteria, each with its rate.")
    scorecard: Scorecard | None = Field(None, description="Weighted attainments of goals.")
    by: "Matrix | None" = Field(None, description="Another way of paying for each value of a word.")

    @model_validator(mode="after")
    def _one_way(self) -> "Pays":
        ways = [
            name for name in ("rate", "tiers", "levels", "scorecard", "by") if getattr(self, name) is not None
        ]
        if len(ways) > 1:
            message = f"{' and '.join(ways)} both say what is paid; keep one"
            hint = "to pay both, make the second a component of its own"
            refuse(Fault(message, at=(ways[1],), hint=hint, key=True))
        return self

    def ways(self) -> "Iterator[Pays]":
        """Itself, or where a word chooses how it pays, every way that may be chosen."""
        if self.by is None:
            yield self
            return
        for case in self.by.every:
            yield from case.ways()

    @property
    def has_flats(self) -> bool:
        """Whether some band pays a flat amount for being reached."""
        return any(band.flat for way in self.ways() if way.tiers for band in way.tiers.bands)


class Matrix(ConfigModel):
    """Rates or tiers by the value of one word of a transaction, such as its product."""

    word: Name = Field(description="The word of the transaction that chooses, such as product.")
    cases: dict[str, Pays] = Field(min_length=1, description="What is paid for each value.")
    otherwise: Pays | None = Field(
        None, description="What is paid for any other value; without it, nothing is."
    )

    @property
    def every(self) -> tuple[Pays, ...]:
        """What is paid for each value, and for any other."""
        return (*self.cases.values(), *([self.otherwise] if self.otherwise is not None else []))

    @model_validator(mode="after")
    def _one_chooser(self) -> "Matrix":
        for value, case in self.cases.items():
            if case.tiers is not None and case.tiers.by is not None:
                message = "these bands are chosen by another measure, and the case already by a word"
                refuse(
                    Fault(message, at=("cases", value, "tiers", "by"), hint="make it a component of its own")
                )
        return self


class Adjustment(ConfigModel):
    """A change of the percentage for transactions of a kind; several apply in the order written."""

    when: Condition = Field(description="Transactions to which it applies.")
    multiply: NotNegative | None = Field(None, description="Multiply the percentage by this.")
    add_percent: Number | None = Field(None, description="Add percentage points (negative takes off).")

    @model_validator(mode="after")
    def _one(self) -> "Adjustment":
        if (self.multiply is None) == (self.add_percent is None):
            refuse(Fault("give either multiply or add_percent", hint="two steps are two adjustments, in order"))
        return self


class EachLine(ConfigModel):
    """Bounds of what one transaction, or one group, earns."""

    at_least: NotNegative | None = Field(None, description="The least that a transaction or group earns.")
    at_most: NotNegative | None = Field(None, description="The most that a transaction or group earns.")

    @model_validator(mode="after")
    def _ordered(self) -> "EachLine":
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            message = f"the floor {self.at_least} is above the cap {self.at_most}: no amount satisfies both"
            refuse(Fault(message, at=("at_least",), hint="the floor is the smaller of the two"))
        return self


class Running(StrEnum):
    """In which order transactions build a running total."""

    TIME = "time_then_id"
    AS_GIVEN = "as_booked"


class Component(Pays):
    """One thing that a plan pays for."""

    name: Name = Field(description="The component's name, unique in the plan; statements show it.")
    effective: date | None = Field(
        None, description="The first day on which it counts transactions; without it, that of the plan."
    )
    until: date | None = Field(
        None, description="The last day on which it counts transactions; without it, that of the plan."
    )
    activity: Activity = Field(description="Which transactions count.")
    of_customers: OfCustomers | None = Field(
        None, description="Which part of each customer's time counts; without it, all of it."
    )
    measure: Measure = Field(description="What is measured of them.")
    each_counts_at_most: NotNegative | None = Field(
        None,
        description="The most that one transaction adds to the measure (a cap on the base, not on the pay).",
    )
    scope: Scope = Field(description="Whether each transaction, each group or the payee's total is rated.")
    group: Name | None = Field(None, description="The word that makes groups, such as terminal (scope: group).")
    accumulate: Accumulate = Field(description="Over which time the total builds up before it starts again.")
    order: Running | None = Field(None, description="In which order transactions build a running total.")
    below_zero: BelowZero = Field(description="Whether a negative measure takes money back or pays nothing.")
    free: Allowance | None = Field(None, description="What earns nothing before the rate begins.")
    adjust: tuple[Adjustment, ...] = Field((), description="Changes of the percentage, in order.")
    buy: Rate | None = Field(None, description="The buy rate taken off: what remains is the residual.")
    each: EachLine | None = Field(
        None, description="Bounds of what one transaction, or one group (scope: group), earns."
    )
    modifiers: tuple[Modifier, ...] = Field(
        (),
        description="Multipliers of what the component earns by figures of the payee, in order, before its limits.",
    )
    limits: tuple[Limit, ...] = Field(
        (),
        description="Caps, floors, draws and budgets of what this component pays, in the order they apply, before it "
        "is shared and before the limits of the plan.",
    )
    contest: Contest | None = Field(None, description="Prizes for the payees who measure most.")
    pool: Pool | None = Field(None, description="A percentage of what everybody measures, shared by a figure.")
    split: Split | None = Field(
        None, description="Who shares this component, when not all of it is the payee's."
    )

    @property
    def counts(self) -> Activity:
        """Which transactions count, those out of their customer's time left out; see `books.customers`."""
        if self.of_customers is None:
            return self.activity
        where = {**self.activity.where, self.of_customers.name: MARK}
        return self.activity.model_copy(update={"where": where})

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is measured: what is paid for, and what chooses the band where that is something else."""
        return (
            self.measure,
            *([self.tiers.by] if self.tiers is not None and self.tiers.by is not None else []),
        )

    @property
    def pays_something(self) -> bool:
        """Whether it says what is paid for what it measures."""
        return any((self.rate, self.tiers, self.levels, self.scorecard, self.by, self.contest, self.pool))

    def counts_on(self, day: date | None) -> bool:
        """Whether a transaction of a day is on the component's days; one without a day is."""
        return day is None or (
            (self.effective is None or self.effective <= day) and (self.until is None or day <= self.until)
        )

    @model_validator(mode="after")
    def _hangs_together(self) -> "Component":
        transaction = self.scope is Scope.TRANSACTION
        faults = []
        if self.effective is not None and self.until is not None and self.until < self.effective:
            message = f"ends on {self.until}, before it begins on {self.effective}: it would never pay anything"
            hint = "`until` is the last day on which it counts; put the two in order"
            faults.append(Fault(message, at=("until",), hint=hint))
        if (self.group is not None) != (self.scope is Scope.GROUP):
            message = (
                "group and scope: group belong together: it is not said which transactions are rated as one"
            )
            hint = "name the word that makes groups, as in group: terminal, or leave it out under another scope"
            faults.append(Fault(message, at=("scope",), hint=hint))
        if not transaction:
            faults += [
                Fault(
                    f"{name} looks at single transactions, and here a total is rated",
                    at=(name,),
                    key=True,
                    hint="say scope: transaction; what bounds the total stands under limits",
                )
                for name in ("each", "free", "adjust")
                if getattr(self, name) and (name != "each" or self.scope is Scope.PAYEE)
            ]
        builds_up = self.accumulate not in {Accumulate.NONE, Accumulate.PERIOD}
        if self.each and self.scope is Scope.GROUP and builds_up:
            message = (
                f"each bounds what a group earns in a period, and here it builds up over the {self.accumulate}"
            )
            faults.append(
                Fault(message, at=("each",), key=True, hint="say accumulate: period, or leave each out")
            )
        faults += [*self._on_promotion(), *self._among()]
        if self.scope is not Scope.PAYEE and any(measure.growth for measure in self.measures):
            message = "growth is of the payee's total, and here others are rated"
            faults.append(Fault(message, at=("measure",), hint="say scope: payee"))
        running = transaction and (self.tiers or self.by) and self.accumulate is not Accumulate.NONE
        if self.order is None and (running or self.free):
            what = "a running total" if running else "which transactions are free"
            hint = "say order: time_then_id, or order: as_booked"
            faults.append(Fault(f"{what} depends on the order of transactions", hint=hint))
        if faults:
            refuse(*faults)
        return self

    def _on_promotion(self) -> list[Fault]:
        """What a difference on promotion needs: a window whose levels only rise, so that it is paid once."""
        if self.levels is None or self.levels.on_promotion != "pays_difference":
            return []
        if self.levels.demotion != "never":
            message = (
                "pays_difference on a ladder that also demotes would pay the same difference again and again"
            )
            hint = "say demotion: never, or on_promotion: nothing_back"
            return [Fault(message, at=("levels", "on_promotion"), hint=hint)]
        if self.scope is not Scope.PAYEE or self.accumulate in {Accumulate.NONE, Accumulate.PERIOD}:
            message = "pays_difference is of what was measured in a window, and nothing builds up over one here"
            hint = "say scope: payee and accumulate: quarter, year or forever"
            return [Fault(message, at=("levels", "on_promotion"), hint=hint)]
        return []

    def _among(self) -> Iterator[Fault]:
        """What prizes and pools cannot stand beside: another way of paying, single transactions, longer windows."""
        own = [name for name in ("contest", "pool") if getattr(self, name) is not None]
        if not own:
            return
        others = [
            name for name in ("rate", "tiers", "levels", "scorecard", "by", "pool") if getattr(self, name)
        ]
        if twice := [name for name in others if name != own[0]]:
            message = f"{own[0]} and {twice[0]} both say what is paid; keep one"
            yield Fault(
                message, at=(own[0],), hint="to pay both, make the second a component of its own", key=True
            )
        if self.scope is not Scope.PAYEE or self.accumulate not in {Accumulate.NONE, Accumulate.PERIOD}:
            message = f"{own[0]} is of what payees measure in a period, and here something else is rated"
            yield Fault(message, at=(own[0],), hint="say scope: payee and accumulate: period", key=True)
