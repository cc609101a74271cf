"""Levels reached by criteria, and scorecards of weighted goals."""

from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from recon.payouts.plan.rates import Rate
from recon.payouts.plan.values import Limits, Name, NotNegative, Number, Percent, Some
from recon.project.models import ConfigModel, Fault, refuse


class Met(StrEnum):
    """How many criteria of a level must be met."""

    ALL = "all"
    ANY = "any"


Wanted = Number | Limits
"""What a criterion asks of a figure: the least that it must be, or bounds on both sides."""


def met_by(wanted: Wanted, figure: Decimal | None) -> bool:
    """Whether a figure meets a criterion. One that is not known counts as nothing, and is within no bounds."""
    if isinstance(wanted, Limits):
        return figure is not None and wanted.holds(figure)
    return (figure or Decimal(0)) >= wanted


class Level(Rate):
    """A level, what it needs, and the rate it gives."""

    level: Name = Field(description="The level's name.")
    needs: dict[Name, Wanted] = Field(
        default_factory=dict,
        description="Figures of the payee, known or measured under `figures`, and the least each must be, or bounds "
        "such as {at_most: 1}; empty for the first.",
    )

    def _pays_something(self, kinds: list[str]) -> None:
        """A level may be a mere rank that pays nothing itself."""


class Levels(ConfigModel):
    """Levels from lowest to highest; the payee holds the highest whose criteria are met."""

    met: Met = Field(description="Whether all criteria of a level must be met, or any of them.")
    levels: Some[Level] = Field(description="The levels, lowest first.")
    look_at: str = Field(
        pattern="^(this_period|previous_period)$",
        description="Whose figures decide: this period's, or the previous.",
    )
    grace_periods: int = Field(
        0, ge=0, description="How many missed reviews in a row are forgiven before a demotion."
    )
    demotion: str = Field(
        pattern="^(to_level_earned|one_level|never)$",
        description="Where a payee falls who misses the criteria.",
    )
    on_promotion: str = Field(
        "nothing_back",
        pattern="^(nothing_back|pays_difference)$",
        description="Whether a promotion pays the difference for what was earned at the lower level in the window.",
    )

    @model_validator(mode="after")
    def _unique(self) -> "Levels":
        names = [level.level for level in self.levels]
        for position, name in enumerate(names):
            if name in names[:position]:
                message = f"level {name} is there twice: who holds it could be paid either rate"
                refuse(
                    Fault(
                        message, at=("levels", position, "level"), hint="each level has one name and one rate"
                    )
                )
        return self


class Goal(ConfigModel):
    """One goal of a scorecard."""

    goal: Name = Field(
        description="The goal's name; its attainment is a figure of the payee, known or measured, in percent."
    )
    weight: Percent = Field(description="Percent of the whole; the weights total 100.")
    counts_at_most: NotNegative | None = Field(None, description="The most attainment that counts, in percent.")
    counts_from: NotNegative | None = Field(
        None, description="The attainment below which the goal counts nothing."
    )


class Scorecard(ConfigModel):
    """Weighted attainments of goals, times a target bonus."""

    target: Name = Field(description="The payee's figure that is paid at 100 percent.")
    multiplier: NotNegative = Field(
        Decimal(1), description="Multiplies the result (an accelerator for all goals)."
    )
    goals: Some[Goal] = Field(description="The goals and their weights.")

    @model_validator(mode="after")
    def _whole(self) -> "Scorecard":
        total = sum((goal.weight for goal in self.goals), Decimal(0))
        if total != 100:
            refuse(
                Fault(
                    f"the weights total {total}, not 100: {abs(100 - total)}% of the target bonus would be "
                    + ("paid for nothing" if total > 100 else "out of reach"),
                    at=("goals",),
                    hint="let the weights of all goals total 100",
                    code="weights-total",
                )
            )
        return self
