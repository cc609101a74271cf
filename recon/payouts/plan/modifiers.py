"""Modifiers: what a component earns, times a percentage that a figure of the payee decides."""

from decimal import Decimal
from itertools import pairwise

from pydantic import Field, model_validator

from recon.payouts.plan.bands import Boundary
from recon.payouts.plan.values import Name, NotNegative, Number
from recon.payouts.rows import EXACT, plain, ratio
from recon.project.models import ConfigModel, Fault, refuse


class ModifierBand(ConfigModel):
    """Up to where a figure makes it what percentage."""

    to: Number | None = Field(None, description="Where the band ends; the last one has no end.")
    percent: NotNegative = Field(
        description="What the component earns is multiplied by this: 100 changes nothing."
    )


class ModifierPoint(ConfigModel):
    """What percentage a figure makes it exactly there; between two points it rises or falls evenly."""

    at: Number = Field(description="The figure.")
    percent: NotNegative = Field(description="The percentage at this figure.")


class Modifier(ConfigModel):
    """A multiplier of what a component earns, before its limits; several apply one after the other."""

    figure: Name = Field(
        description="The payee's figure that decides, known or measured: an attainment, a margin, a score."
    )
    boundary: Boundary | None = Field(
        None,
        description="To which band a figure exactly on a boundary belongs: upper_inclusive, lower_inclusive.",
    )
    bands: tuple[ModifierBand, ...] = Field(
        (),
        description="The bands of the figure, lowest first; without them and points the figure is itself the "
        "percentage.",
    )
    points: tuple[ModifierPoint, ...] = Field(
        (),
        description="Points of a curve instead of bands, lowest first: the percentage moves evenly from one to the "
        "next, and above the last it stays. 80: 50, 100: 100 makes it 75 percent at 90.",
    )
    below_first: NotNegative | None = Field(
        None, description="The percentage below the first point: 0 pays nothing there."
    )

    @model_validator(mode="after")
    def _fits(self) -> "Modifier":
        if bool(self.bands) != (self.boundary in {Boundary.UPPER, Boundary.LOWER}):
            message = "bands and their boundary belong together: it is not said to which a figure on it belongs"
            hint = "say boundary: upper_inclusive (to the lower band) or lower_inclusive (to the upper)"
            refuse(Fault(message, at=("bands" if self.bands else "boundary",), hint=hint, key=True))
        self._curve()
        ends = [band.to for band in self.bands]
        if ends and ends[-1] is not None:
            message = f"nothing is said of {self.figure} above {plain(ends[-1])}"
            hint = "let the last band have no `to`"
            refuse(Fault(message, at=("bands", len(ends) - 1, "to"), hint=hint, key=True))
        for position, (end, before) in enumerate(zip(ends[:-1], [None, *ends], strict=False)):
            if end is None or (before is not None and end <= before):
                message = "the bands do not rise: this one would never hold"
                hint = "give each band but the last its `to`, lowest first"
                refuse(Fault(message, at=("bands", position), hint=hint))
        return self

    def _curve(self) -> None:
        """What leaves a curve open."""
        if self.points and self.bands:
            message = "bands and points both say what percentage a figure makes it"
            refuse(Fault(message, at=("points",), hint="keep one of the two", key=True))
        if bool(self.points) != (self.below_first is not None):
            message = (
                "points and below_first belong together: it is not said what a figure below the first makes it"
            )
            hint = "say below_first: 0 to pay nothing below the first point"
            refuse(Fault(message, at=("points" if self.points else "below_first",), hint=hint, key=True))
        if len(self.points) == 1:
            message = "one point is no curve: there is nothing between it and another"
            refuse(Fault(message, at=("points",), hint="give at least two points, or bands", key=True))
        for position, (before, after) in enumerate(pairwise(self.points), start=1):
            if after.at <= before.at:
                message = f"{plain(after.at)} comes after {plain(before.at)}: the points do not rise"
                refuse(Fault(message, at=("points", position), hint="put the lowest figure first, each once"))

    def percent(self, figure: Decimal) -> Decimal:
        """The percentage for a figure."""
        if self.points:
            return self._on_curve(figure)
        for band in self.bands:
            if band.to is None or figure < band.to or (figure == band.to and self.boundary is Boundary.UPPER):
                return band.percent
        return figure

    def _on_curve(self, figure: Decimal) -> Decimal:
        if figure < self.points[0].at:
            return self.below_first or Decimal(0)
        for low, high in pairwise(self.points):
            if figure <= high.at:
                moved = (figure - low.at) * (high.percent - low.percent)
                return low.percent + ratio(EXACT.divide(moved, high.at - low.at))
        return self.points[-1].percent

    def __str__(self) -> str:
        """The modifier in words."""
        if self.points:
            steps = ", ".join(f"{plain(one.percent)}% at {plain(one.at)}" for one in self.points)
            below = plain(self.below_first or Decimal(0))
            return f"times a percentage by {self.figure}: {steps}, evenly in between; {below}% below the first"
        if not self.bands:
            return f"times {self.figure} percent"
        ends = [f"up to {plain(one.to)}" if one.to is not None else "above" for one in self.bands]
        steps = ", ".join(f"{end} {plain(one.percent)}%" for end, one in zip(ends, self.bands, strict=True))
        on = "lower" if self.boundary is Boundary.UPPER else "upper"
        return f"times a percentage by {self.figure}: {steps}; exactly on a boundary, that of the {on} band"
