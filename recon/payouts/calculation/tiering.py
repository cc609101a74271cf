"""Tiers: how a total that reaches into several bands is paid.

Semantics follow the field: marginal (graduated, step), whole (volume, retroactive), landing (the band of the
running total rates the whole transaction), interpolated (a share of what the full band is worth).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from recon.errors import InputRefused, Problem
from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.rating import Setting, said, variable
from recon.payouts.plan.bands import Band, Boundary, Method, Outside, Tiers
from recon.payouts.plan.rates import Rate
from recon.payouts.rows import Kind, exact, plain, settled

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Span:
    """A band with both of its ends worked out; `high` is None when it has no end."""

    low: Decimal
    high: Decimal | None
    band: Band

    def __str__(self) -> str:
        """The span as explanations show it."""
        return (
            f"{plain(self.low)} to {plain(self.high)}" if self.high is not None else f"above {plain(self.low)}"
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a payment: becomes a row."""

    kind: Kind
    amount: Decimal
    words: str
    units: Decimal | None = None
    rate: str = ""

    def reversed(self) -> "Part":
        """What takes this part back."""
        return replace(self, amount=-self.amount, units=None if self.units is None else -self.units)


@dataclass(frozen=True, slots=True)
class Reach:
    """From where to where a step moves the total that chooses the band, and the quantity it pays for."""

    before: Decimal
    step: Decimal
    quantity: Decimal
    first: bool = True
    """Whether nothing was known of the window before."""
    paid: Decimal | None = None
    """The quantity that was paid for before; None where it is the total itself."""
    most: Decimal | None = None
    """The most that the total ever was in the window: the flat amounts of bands entered then are not due again. None
    where it is the total before."""

    @property
    def after(self) -> Decimal:
        """The total after the step."""
        return self.before + self.step

    def settled(self) -> "Reach":
        """From where to where the bands see the step move: three thirds are one."""
        before = settled(self.before)
        return replace(self, before=before, step=settled(self.after) - before)

    @property
    def paid_before(self) -> Decimal:
        """The quantity that was paid for before the step."""
        return self.before if self.paid is None else self.paid

    @property
    def most_before(self) -> Decimal:
        """The most that the total was before the step."""
        return self.before if self.most is None else self.most

    @property
    def most_after(self) -> Decimal:
        """The most that the total was, the step included."""
        return self.after if self.first and self.most is None else max(self.most_before, self.after)

    def onwards(self) -> "Reach":
        """Where the window stands after the step, as a step of nothing."""
        paid = None if self.paid is None else self.paid + self.quantity
        return Reach(self.after, ZERO, ZERO, first=False, paid=paid, most=self.most_after)

    def then(self) -> "Reach":
        """All that the window paid before the step, as one step from nothing."""
        return Reach(ZERO, self.before, self.paid_before)

    def whole(self) -> "Reach":
        """All of the window with the step, as one step from nothing."""
        return Reach(ZERO, self.after, self.paid_before + self.quantity)


def spans(tiers: Tiers, facts: Facts) -> list[Span]:
    """The bands with their ends: percentages of a quota resolved, closed bands made half-open where parts count."""
    factor = Decimal(1)
    if tiers.thresholds_percent_of is not None:
        factor = facts.figure(tiers.thresholds_percent_of) / 100
    counts_parts = tiers.method in {Method.MARGINAL, Method.INTERPOLATED}
    step = (tiers.step or ZERO) if tiers.boundary is Boundary.CLOSED and counts_parts else ZERO
    return [
        Span((low - step if low > 0 else low) * factor, None if high is None else high * factor, band)
        for low, high, band in tiers.spans()
    ]


def _with_ends(tiers: Tiers, among: list[Span], reach: Reach, facts: Facts) -> list[Span]:
    """The bands that have ends: of percentages of nothing only the first, and only while there is no total."""
    quota = tiers.thresholds_percent_of
    if quota is None or facts.figure(quota) > 0:
        return among
    if reach.before or reach.step:
        message = (
            f"{quota} of {facts.payee} is {plain(facts.figure(quota))}: bands in percent of it have no ends"
        )
        hint = f"give {quota}, or pay only who has one: `eligible: {{{quota}: {{over: 0}}}}`"
        raise InputRefused(Problem("percent-of-nothing", message, hint=hint))
    return among[:1]


def find(tiers: Tiers, among: Sequence[Span], value: Decimal) -> Span | None:
    """The band of a value. A value at or below a first band that begins at zero belongs to that band."""
    first = among[0]
    if value <= first.low == 0:
        return first
    for span in among:
        high = span.high
        if tiers.boundary is Boundary.UPPER:
            inside = span.low < value and (high is None or value <= high)
        elif tiers.boundary is Boundary.LOWER:
            inside = span.low <= value and (high is None or value < high)
        else:
            inside = span.low <= value and (high is None or value <= high)
        if inside:
            return span
    return None


def parts(tiers: Tiers, reach: Reach, setting: Setting) -> list[Part]:
    """What a step pays, band by band.

    Raises:
        InputRefused: part of the total lies in no band and the plan says `outside: refuse`, or there is a total, and
            what its bands are percentages of is nothing.
    """
    reach = reach.settled()
    among = _with_ends(tiers, spans(tiers, setting.facts), reach, setting.facts)
    if tiers.method is Method.WHOLE:
        return _whole(tiers, among, reach, setting)
    if tiers.method is Method.LANDING:
        return _of_one(tiers, among, reach.after, reach.quantity, setting)
    if any(span.band.reaches_back for span in among):
        whole = reach if reach.first else reach.whole()
        paid = _marginal(tiers, _reached_back(tiers, among, reach.after), whole, setting)
        past = _marginal(tiers, _reached_back(tiers, among, reach.before), reach.then(), setting)
        return paid if reach.first or not past else [*paid, _earlier(past)]
    return _marginal(tiers, among, reach, setting)


def _marginal(tiers: Tiers, among: Sequence[Span], reach: Reach, setting: Setting) -> list[Part]:
    found: list[Part] = []
    covered = ZERO
    for span in among:
        units = _overlap(span, among[0], reach.before, reach.after)
        covered += units
        if units:
            found.append(_part(span, units, reach, setting))
        if span.band.flat and _entered_now(tiers, span, among[0], reach):
            words = f"flat for reaching {span}"
            found.append(Part(Kind.FLAT, span.band.flat, words, rate=f"{span.band.flat} flat"))
    left = reach.after - reach.before - covered
    if left:
        _outside(tiers, f"{plain(abs(left))} of {plain(reach.after)}")
    return found


def _overlap(span: Span, first: Span, before: Decimal, after: Decimal) -> Decimal:
    """How much of the step lies in the span; negative for a step downwards, which unwinds from the top."""
    low, high = min(before, after), max(before, after)
    bottom = low if span is first and span.low == 0 else max(low, span.low)
    top = high if span.high is None else min(high, span.high)
    units = max(top - bottom, ZERO)
    return units if after >= before else -units


def _part(span: Span, units: Decimal, reach: Reach, setting: Setting) -> Part:
    quantity = units if reach.quantity == reach.step else reach.quantity * units / reach.step
    if span.band.worth is not None and span.high is not None:
        amount = exact(span.band.worth * units / (span.high - span.low))
        return Part(Kind.BAND, amount, f"share of band {span}", units, f"{span.band.worth} when full")
    amount = variable(span.band, quantity, setting)
    return Part(Kind.BAND, amount, f"band {span}", exact(quantity), said(_without_flat(span.band), setting))


def _entered_now(tiers: Tiers, span: Span, first: Span, reach: Reach) -> bool:
    def entered(value: Decimal) -> bool:
        if span is first and span.low == 0:
            return value > 0 or tiers.flat_at_zero
        return value > span.low or (value == span.low and tiers.boundary is not Boundary.UPPER)

    return entered(reach.after) and (reach.first or not entered(reach.most_before))


def _whole(tiers: Tiers, among: Sequence[Span], reach: Reach, setting: Setting) -> list[Part]:
    if reach.first:
        return _of_one(tiers, among, reach.after, reach.quantity, setting)
    whole, then = reach.whole(), reach.then()
    now = _of_one(tiers, among, whole.after, whole.quantity, setting)
    return [*now, _earlier(_of_one(tiers, among, then.after, then.quantity, setting))]


def _of_one(
    tiers: Tiers, among: Sequence[Span], value: Decimal, quantity: Decimal, setting: Setting
) -> list[Part]:
    span = find(tiers, among, value)
    if span is None:
        _outside(tiers, plain(value))
        return []
    rate = _without_flat(span.band)
    found = []
    if str(rate):
        amount = variable(span.band, quantity, setting)
        found.append(Part(Kind.BAND, amount, f"all at band {span}", exact(quantity), said(rate, setting)))
    if span.band.flat and (value > 0 or tiers.flat_at_zero):
        found.append(Part(Kind.FLAT, span.band.flat, f"flat of band {span}", rate=f"{span.band.flat} flat"))
    return found


def _reached_back(tiers: Tiers, among: Sequence[Span], value: Decimal) -> list[Span]:
    """The bands with their rates replaced by that of the highest band reached that reaches back."""
    result = list(among)
    for position, span in enumerate(among):
        reached = value > span.low or (value == span.low and tiers.boundary is not Boundary.UPPER)
        if span.band.reaches_back and reached:
            for below in range(position):
                result[below] = replace(result[below], band=span.band)
    return result


def _earlier(past: Sequence[Part]) -> Part:
    amount = -sum((part.amount for part in past), ZERO)
    return Part(Kind.EARLIER, amount, "less what the window had earned before")


def _without_flat(band: Band) -> Rate:
    return band.model_copy(update={"flat": None})


def _outside(tiers: Tiers, what: str) -> None:
    if tiers.outside is Outside.REFUSE:
        raise InputRefused(
            Problem(
                code="no-band",
                message=f"{what} lies in no band of the plan",
                hint="close the gap between the bands, or say outside: pays_nothing",
            )
        )
