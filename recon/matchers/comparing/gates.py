"""Gates: the conditions that two units must pass to be a match, each with its name in words.

The match and the explanation of why something did not match are made from the same gates. Amounts and dates are
those of units: single entries, or groups with their sum and their latest date.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.engines.expressions import Column, Expression, all_of, call, literal
from recon.engines.types import DATE, INTEGER, SUM, TEXT
from recon.model.money import plain
from recon.rules.tolerance import Bounds, Window, Within

NO_LAG = literal(0)


@dataclass(frozen=True)
class Gates:
    """Amount and date conditions of a pass for the currencies at hand.

    `variance` is left minus right; `gap` is its absolute value; `lag` is right date minus left date in the
    window's days, zero where dates are not compared.
    """

    within: Within
    currencies: Sequence[str]

    @property
    def variance(self) -> Expression:
        """Left minus right."""
        return call("sub", Column(SUM, "amount", "l"), Column(SUM, "amount", "r"))

    @property
    def gap(self) -> Expression:
        """How far the amounts are apart."""
        return call("abs", self.variance)

    @property
    def lag(self) -> Expression:
        """How many days the right lies after the left."""
        window = self.within.window
        if window is None:
            return NO_LAG
        if window.counts_business_days:
            return call("sub", Column(INTEGER, "ordinal", "r"), Column(INTEGER, "ordinal", "l"))
        return call("days", Column(DATE, "day", "l"), Column(DATE, "day", "r"))

    @property
    def amount(self) -> Expression:
        """Whether the amounts are near enough."""
        if self.within.is_exact:
            return call("eq", Column(SUM, "amount", "l"), Column(SUM, "amount", "r"))
        return all_of(
            call("le", self.variance, self.bound("short")),
            call("le", call("neg", self.variance), self.bound("over")),
        )

    @property
    def days(self) -> Expression:
        """Whether the dates are near enough; true where they are not compared."""
        window = self.within.window
        if window is None:
            return literal(True)
        return call("between", self.lag, literal(window.earliest), literal(window.latest))

    @property
    def both(self) -> Expression:
        """Amount and date together."""
        return self.amount if self.within.window is None else all_of(self.amount, self.days)

    def bound(self, direction: str, side: str | None = "l") -> Expression:
        """The tolerance in one direction (`short` or `over`) by the unit's currency."""
        return self._by_currency(side, lambda bounds: getattr(bounds, direction))

    def width(self, side: str | None = None) -> Expression:
        """The wider tolerance by currency, at least the smallest amount that can be told apart."""
        smallest = Decimal(1).scaleb(-8)
        return self._by_currency(side, lambda bounds: max(bounds.short, bounds.over, smallest))

    def _by_currency(self, side: str | None, figure: Callable[[Bounds], Decimal]) -> Expression:
        figures = {currency: figure(self.within.bounds(currency)) for currency in self.currencies}
        default = figure(self.within.bounds(""))
        result: Expression = literal(default)
        for currency, value in figures.items():
            if value != default:
                named = call("eq", Column(TEXT, "currency", side), literal(currency))
                result = call("if", named, literal(value), result)
        return result


def amount_words(within: Within) -> str:
    """The amount gate in words."""
    if within.is_exact:
        return "equal amounts"
    if isinstance(within.amount, dict):
        parts = [f"{_bounds_words(within.bounds(currency))} {currency}" for currency in sorted(within.amount)]
        return "amounts within " + ", ".join(parts) + " (other currencies exactly)"
    return f"amounts within {_bounds_words(within.bounds(''))}"


def _bounds_words(bounds: Bounds) -> str:
    if bounds.short == bounds.over:
        return plain(bounds.short)
    return f"{plain(bounds.short)} short or {plain(bounds.over)} over"


def day_words(window: Window | None) -> str | None:
    """The date gate in words; None where dates are not compared."""
    if window is None:
        return None
    unit = "business day" if window.counts_business_days else "day"
    where = f" ({window.calendar})" if window.calendar else ""
    if -window.earliest == window.latest:
        plural = "" if window.latest == 1 else "s"
        return (
            f"at most {window.latest} {unit}{plural} apart{where}" if window.latest else f"the same day{where}"
        )
    return f"the right from {-window.earliest} {unit}s before to {window.latest} after the left{where}"
