"""Tiers: bands of a measure, each with its rate, and how the bands work together."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from pydantic import Field, model_validator

from recon.model.money import plain
from recon.payouts.plan.measures import Measure
from recon.payouts.plan.rates import Rate
from recon.payouts.plan.values import Name, NotNegative, Number, Positive, Some
from recon.project.models import ConfigModel, Fault, refuse


class Method(StrEnum):
    """How a total that reaches into several bands is paid."""

    MARGINAL = "marginal"
    """Each band pays for its own part of the total; a transaction that crosses is split."""
    WHOLE = "whole"
    """The band in which the total lands pays for all of it, back to the first unit."""
    LANDING = "landing"
    """The band in which the running total lands pays for that whole transaction; earlier ones stay."""
    INTERPOLATED = "interpolated"
    """Each band is worth an amount when full, and its share of that amount when partly filled."""


class Boundary(StrEnum):
    """To which band a total belongs that is exactly on a boundary."""

    UPPER = "upper_inclusive"
    """To the lower band: it includes its upper end."""
    LOWER = "lower_inclusive"
    """To the upper band: it includes its lower end."""
    CLOSED = "closed"
    """Bands state both ends and include them, as in 1-100, 101-500."""


class Outside(StrEnum):
    """What a total earns that lies in no band."""

    REFUSE = "refuse"
    NOTHING = "pays_nothing"


class Band(Rate):
    """From where to where a rate holds."""

    from_: Number | None = Field(
        None, alias="from", description="Where the band begins; without it, where the one before ends."
    )
    to: Number | None = Field(None, description="Where the band ends; without it, it has no end.")
    worth: Number | None = Field(
        None,
        description="What the band is worth when full; a partly filled band pays its share (interpolated).",
    )
    reaches_back: bool = Field(
        False, description="Once this band is reached, its rate holds for the bands below as well (marginal)."
    )

    def _pays_something(self, kinds: list[str]) -> None:
        if self.worth is None:
            super()._pays_something(kinds)
        elif kinds or self.flat is not None:
            raise ValueError("worth stands alone: it says what the full band pays")


class Tiers(ConfigModel):
    """Bands of a measure and how they pay."""

    method: Method = Field(
        description="How a total that reaches into several bands is paid: of 1500, over 5% to 1000 and 8% above, "
        "marginal pays 90 and whole pays 120."
    )
    boundary: Boundary = Field(
        description="To which band a total exactly on a boundary belongs: over 5% to 1000 and 8% above, whether 1000 "
        "itself earns 50 (upper_inclusive) or 80 (lower_inclusive)."
    )
    step: Positive | None = Field(
        None,
        description="The smallest step of the measure (of its percentage, with thresholds_percent_of), for closed "
        "bands such as 1-100, 101-500: step: 1. It is no larger than the distance between two bands.",
    )
    by: Measure | None = Field(
        None, description="What chooses the band, when that is not the measure that is paid for."
    )
    thresholds_percent_of: Name | None = Field(
        None, description="The payee's figure (a quota) of which from and to are percentages."
    )
    flat_at_zero: bool = Field(False, description="Whether the first band's flat amount is due at zero units.")
    outside: Outside = Field(description="What a total in no band earns: refuse, or pays_nothing.")
    bands: Some[Band] = Field(description="The bands, lowest first.")

    @model_validator(mode="after")
    def _fits(self) -> "Tiers":
        faults = [fault for position, band in enumerate(self.bands) for fault in self._of_band(position, band)]
        counts_parts = self.method in {Method.MARGINAL, Method.INTERPOLATED}
        if self.boundary is Boundary.CLOSED and counts_parts and self.step is None:
            message = "closed bands leave it open what lies between them: is 100.50 in 1-100 or in 101-500?"
            hint = "say step: 1 for whole units, step: 0.01 for cents"
            faults.append(Fault(message, at=("boundary",), hint=hint))
        faults += self._steps_too_large()
        if any(band.flat for band in self.bands) and "flat_at_zero" not in self.model_fields_set:
            message = "a flat amount needs flat_at_zero: is it due (true) or not (false) when nothing was done"
            hint = "flat_at_zero: false pays it only to who did something, true to everybody"
            faults.append(Fault(message, hint=hint))
        if faults:
            refuse(*faults)
        return self

    def _of_band(self, position: int, band: Band) -> Iterator[Fault]:
        at = ("bands", position)
        last = position == len(self.bands) - 1
        if (band.worth is not None) != (self.method is Method.INTERPOLATED):
            message = (
                "worth belongs to method: interpolated, in every band: it is an amount, and others are rates"
            )
            yield Fault(message, at=at, hint="say method: interpolated, or give the band a rate")
        if band.reaches_back and self.method is not Method.MARGINAL:
            message = (
                f"reaches_back belongs to method: marginal; {self.method} pays no band's rate for those below"
            )
            if self.method is Method.WHOLE:
                message = "reaches_back belongs to method: marginal; whole already pays back to the first unit"
            hint = "leave it out, or say method: marginal"
            yield Fault(message, at=(*at, "reaches_back"), hint=hint, key=True)
        if band.worth is not None and band.to is None:
            message = "an interpolated band needs its end: without `to` it has no share to pay"
            yield Fault(message, at=at, hint="give it the `to` at which it is worth its whole amount")
        if position and band.from_ is None and self.boundary is Boundary.CLOSED:
            message = (
                "closed bands state where each begins: it is not said what the units after the one before earn"
            )
            yield Fault(message, at=at, hint="give the band its `from`")
        if not last and band.to is None and self.bands[position + 1].from_ is None:
            message = "has no end, so that the band after it has no beginning, and its rate would never be paid"
            yield Fault(message, at=at, hint="give it its `to`")

    def _steps_too_large(self) -> Iterator[Fault]:
        """Closed bands that a step further would reach into the band before.

        Bands that share units as they are written are the linter's to tell: no other step would part them.
        """
        if self.boundary is not Boundary.CLOSED or self.step is None:
            return
        ends = self.spans()
        between = [
            (position, before, low)
            for position, ((_, before, _), (low, _, _)) in enumerate(pairwise(ends), start=1)
            if before is not None and before < low < before + self.step
        ]
        for position, before, low in between:
            message = (
                f"begins at {plain(low)}, and the one before ends at {plain(before)}: that is closer than the step of "
                f"{plain(self.step)}, so that both bands would pay for the same units"
            )
            smallest = min(low - before for _, before, low in between)
            hint = f"say step: {plain(smallest)}, or begin the band at {plain(before + self.step)}"
            yield Fault(message, at=("bands", position), hint=hint)

    def spans(self) -> list[tuple[Decimal, Decimal | None, Band]]:
        """Each band with its lower and upper end as written; an end that follows from its neighbour is filled in."""
        spans: list[tuple[Decimal, Decimal | None, Band]] = []
        for position, band in enumerate(self.bands):
            before = spans[-1][1] if spans else Decimal(0)
            start = band.from_ if band.from_ is not None else before
            end = band.to
            if end is None and position + 1 < len(self.bands):
                end = self.bands[position + 1].from_
            spans.append((Decimal(0) if start is None else start, end, band))
        return spans


class Allowance(ConfigModel):
    """Transactions or amounts that earn nothing before the rate begins."""

    transactions: NotNegative | None = Field(None, description="How many transactions are free.")
    amount: NotNegative | None = Field(None, description="How much of the base (or how many units) is free.")
    ends: str | None = Field(
        None,
        pattern="^(first|both)$",
        description="With both given: the allowance ends when the first is used up, or only when both are.",
    )

    @model_validator(mode="after")
    def _says_when_it_ends(self) -> "Allowance":
        if self.transactions is None and self.amount is None:
            raise ValueError("give transactions, amount, or both")
        if self.transactions is not None and self.amount is not None and self.ends is None:
            raise ValueError(
                "with transactions and amount, say ends: first or ends: both; they pay differently"
            )
        return self
