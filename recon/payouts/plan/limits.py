"""Limits of what a period pays, applied in the order in which the plan lists them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field, model_validator

from recon.payouts.plan.measures import Accumulate
from recon.payouts.plan.values import Name, NotNegative, Percent, Positive
from recon.payouts.rows import plain
from recon.project.models import ConfigModel, Fault, refuse


class Limit(ConfigModel):
    """One limit: exactly one of cap, floor, draw, budget."""

    cap: NotNegative | None = Field(
        None, description="The most that is paid; what is above it follows `excess`."
    )
    excess: str | None = Field(
        None,
        pattern="^(lost|later)$",
        description="Whether what a cap cut off is lost or carried to later periods.",
    )
    floor: NotNegative | None = Field(None, description="The least that is paid.")
    recoverable: bool | None = Field(
        None, description="Whether what a floor topped up is taken back from later earnings above the floor."
    )
    draw: NotNegative | None = Field(None, description="An advance: each period pays at least this much.")
    draw_until_period: int | None = Field(
        None,
        ge=1,
        description="The last period (from 1) in which it is advanced; what is owed is still recovered afterwards, "
        "even where the payment falls below the draw.",
    )
    recover_percent: Percent | None = Field(
        None, description="Percent of later earnings used to recover the draw."
    )
    recover_from_period: int | None = Field(
        None, ge=1, description="The first period (from 1) in which it is recovered."
    )
    recover_at_most: Positive | None = Field(None, description="The most that is recovered in one period.")
    never_pay_below_draw: bool | None = Field(
        None, description="Whether recovery stops where the payment would fall below the draw."
    )
    budget: NotNegative | None = Field(None, description="The most that all payees together are paid.")
    exhausts: str | None = Field(
        None,
        pattern="^(first_come|pro_rata)$",
        description="Who is paid when a budget does not reach: the first, or all in proportion.",
    )
    clawback_returns_budget: bool | None = Field(
        None, description="Whether a clawback makes its part of the budget available again."
    )
    percent_of: Name | None = Field(
        None,
        description="The payee's figure, such as salary, of which the cap, floor or draw is a percentage: cap: 10 is "
        "then 10 percent of it, and no amount.",
    )
    percent_of_component: Name | None = Field(
        None,
        description="The component of which the cap or floor is a percentage: of what it pays in the period, within "
        "its own limits and before it is shared. A component that has the limit stands after it.",
    )
    per: Accumulate = Field(
        description="Over which time the limit is counted: period, month, quarter, year, forever."
    )

    @model_validator(mode="after")
    def _one(self) -> "Limit":
        given = [name for name in _WITH if getattr(self, name) is not None]
        if len(given) != 1:
            refuse(
                Fault("a limit is one of cap, floor, draw, budget", hint="two limits are two items, in order")
            )
        kind = given[0]
        if kind in {"floor", "draw"} and self.per is not Accumulate.PERIOD:
            message = f"a {kind} is counted per period: it is topped up whenever a payout is made"
            refuse(Fault(message, at=("per",), hint="say per: period"))
        faults = [
            Fault(f"{kind} does not say {name}", hint=f"`{name}`: {type(self).model_fields[name].description}")
            for name in _WITH[kind]
            if getattr(self, name) is None
        ]
        belong = {one: (*_WITH[one], *_MAY.get(one, ())) for one in _WITH}
        strangers = {name for names in belong.values() for name in names} - set(belong[kind])
        faults += [
            Fault(f"{name} does not belong to {kind}", at=(name,), key=True)
            for name in sorted(strangers)
            if getattr(self, name) is not None
        ]
        faults += self._of_percentages(kind)
        if self.recover_at_most is not None and self.recover_percent == 0:
            message = (
                f"at most {plain(self.recover_at_most)} is recovered, and recover_percent: 0 recovers nothing"
            )
            hint = "raise recover_percent, or leave recover_at_most out"
            faults.append(Fault(message, at=("recover_at_most",), hint=hint, key=True))
        if faults:
            refuse(*faults)
        return self

    def _of_percentages(self, kind: str) -> Iterator[Fault]:
        """What leaves it open what the limit is a percentage of."""
        if self.percent_of is not None and self.percent_of_component is not None:
            message = f"the {kind} is a percentage of one thing: of a figure, or of what a component pays"
            yield Fault(message, at=("percent_of_component",), hint="keep one of the two", key=True)
        if self.percent_of_component is not None and self.per not in {Accumulate.NONE, Accumulate.PERIOD}:
            message = f"a component's pay is known for the period, and the {kind} is counted per {self.per}"
            hint = "say per: period, or a percentage of a figure that is measured over that time"
            yield Fault(message, at=("per",), hint=hint)

    def words(self, amount: Decimal) -> str:
        """The amount of the limit, or the percentage that it is, in words."""
        if self.percent_of is not None:
            return f"{plain(amount)}% of {self.percent_of}"
        if self.percent_of_component is not None:
            return f"{plain(amount)}% of what {self.percent_of_component} pays"
        return plain(amount)

    def __str__(self) -> str:
        """The limit in words."""
        if self.cap is not None:
            excess = "paid later" if self.excess == "later" else "lost"
            return f"At most {self.words(self.cap)} per {self.per}; what is above is {excess}"
        if self.floor is not None:
            recovered = ", recovered from later earnings" if self.recoverable else ""
            return f"At least {self.words(self.floor)} per {self.per}{recovered}"
        if self.draw is not None:
            return self._draw_words(self.draw)
        used_up = (self.exhausts or "").replace("_", " ")
        return (
            f"A budget of {plain(self.budget or Decimal(0))} per {self.per} for all payees, used up {used_up}"
        )

    def _draw_words(self, draw: Decimal) -> str:
        last, most = self.draw_until_period, self.recover_at_most
        until = f" until period {last}" if last is not None else ""
        at_most = f", at most {plain(most)} per {self.per}" if most is not None else ""
        while_paid = " while it is advanced" if last is not None else ""
        stops = f", never below the draw{while_paid}" if self.never_pay_below_draw else ""
        return (
            f"A draw of {self.words(draw)} per {self.per}{until}, recovered at {self.recover_percent}% of earnings "
            f"from period {self.recover_from_period} on{at_most}{stops}"
        )


_WITH: dict[str, tuple[str, ...]] = {
    "cap": ("excess",),
    "floor": ("recoverable",),
    "draw": ("recover_percent", "recover_from_period", "never_pay_below_draw"),
    "budget": ("exhausts", "clawback_returns_budget"),
}
"""What each kind of limit must say beside its amount."""
_MAY: dict[str, tuple[str, ...]] = {
    "cap": ("percent_of", "percent_of_component"),
    "floor": ("percent_of", "percent_of_component"),
    "draw": ("percent_of", "draw_until_period", "recover_at_most"),
}
"""What a kind of limit may say."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget and where it stands: its component, none for the plan's own, its place among the limits, its name."""

    component: str
    position: int
    limit: Limit
    own: str

    def name(self, window: str) -> str:
        """The name of the balance that counts what of it is used in a window."""
        return f"budget.{window}.{self.own}"


def limit_names(limits: Sequence[Limit], component: str = "") -> list[str]:
    """The name of each limit in balances: which of its kind it is, after the name of its component if it has one.

    Only limits of the same kind and time are counted, so that another limit in a later version of the plan does not
    take over what this one counted or is owed.
    """
    counted: Counter[tuple[str, str]] = Counter()
    names = []
    for limit in limits:
        kind = next(name for name in _WITH if getattr(limit, name) is not None)
        per = "" if limit.per in {Accumulate.NONE, Accumulate.PERIOD} else f"{limit.per}"
        own = f"{per}{counted[kind, per]}"
        counted[kind, per] += 1
        names.append(f"{component}.{own}" if component else own)
    return names
