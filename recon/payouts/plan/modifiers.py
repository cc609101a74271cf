"""Modifiers: what a component earns, times a percentage that a figure of the payee decides."""

from decimal import Decimal

from pydantic import Field, model_validator

from recon.payouts.plan.bands import Boundary
from recon.payouts.plan.values import Name, NotNegative, Number
from recon.payouts.rows import plain
from recon.project.models import ConfigModel, Fault, refuse


class ModifierBand(ConfigModel):
    """Up to where a figure makes it what percentage."""

    to: Number | None = Field(None, description="Where the band ends; the last one has no end.")
    percent: NotNegative = Field(
        description="What the component earns is multiplied by this: 100 changes nothing."
    )


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
        description="The bands of the figure, lowest first; without them the figure is itself the percentage.",
    )

    @model_validator(mode="after")
    def _fits(self) -> "Modifier":
        if bool(self.bands) != (self.boundary in {Boundary.UPPER, Boundary.LOWER}):
            message = "bands and their boundary belong together: it is not said to which a figure on it belongs"
            hint = "say boundary: upper_inclusive (to the lower band) or lower_inclusive (to the upper)"
            refuse(Fault(message, at=("bands" if self.bands else "boundary",), hint=hint, key=True))
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

    def percent(self, figure: Decimal) -> Decimal:
        """The percentage for a figure."""
        for band in self.bands:
            if band.to is None or figure < band.to or (figure == band.to and self.boundary is Boundary.UPPER):
                return band.percent
        return figure

    def __str__(self) -> str:
        """The modifier in words."""
        if not self.bands:
            return f"times {self.figure} percent"
        ends = [f"up to {plain(one.to)}" if one.to is not None else "above" for one in self.bands]
        steps = ", ".join(f"{end} {plain(one.percent)}%" for end, one in zip(ends, self.bands, strict=True))
        on = "lower" if self.boundary is Boundary.UPPER else "upper"
        return f"times a percentage by {self.figure}: {steps}; exactly on a boundary, that of the {on} band"
