"""One rate applied to one quantity."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from recon.payouts.calculation.facts import Facts, Transaction, holds
from recon.payouts.plan.components import Adjustment
from recon.payouts.plan.rates import Partial, Rate
from recon.payouts.rows import exact, plain


@dataclass(frozen=True, slots=True)
class Setting:
    """Around a rate: the payee's facts, the transaction if one is rated alone, changes of the percentage."""

    facts: Facts
    transaction: Transaction | None = None
    adjust: tuple[Adjustment, ...] = ()

    def adjusted(self, percent: Decimal) -> Decimal:
        """The percentage after every adjustment that applies, in the order the plan lists them."""
        if self.transaction is None:
            return percent
        for step in self.adjust:
            if holds(step.when, self.transaction.words, self.transaction.figures):
                percent = (
                    percent * step.multiply if step.multiply is not None else percent + (step.add_percent or 0)
                )
        return percent


def variable(rate: Rate, quantity: Decimal, setting: Setting) -> Decimal:
    """What the rate pays for the quantity, without its flat amount; at most eight digits after the point."""
    percent = effective_percent(rate, setting)
    if percent is not None:
        return exact(quantity * percent / 100)
    if rate.per_unit is not None:
        return exact(quantity * rate.per_unit)
    if rate.per_block is not None and rate.block is not None:
        return exact(blocks(quantity, rate.block, rate.partial_block) * rate.per_block)
    if rate.multiple is not None and rate.target is not None:
        return exact(quantity * setting.facts.figure(rate.target) * rate.multiple / 100)
    return Decimal(0)


def effective_percent(rate: Rate, setting: Setting) -> Decimal | None:
    """The percentage that is applied, after adjustments; None for a rate that is no percentage."""
    if rate.percent is not None:
        return setting.adjusted(rate.percent)
    if rate.bps is not None:
        return setting.adjusted(rate.bps / 100)
    if rate.percent_of is not None:
        holder = setting.transaction or setting.facts
        return setting.adjusted(holder.figure(rate.percent_of) - (rate.minus_percent or 0))
    return None


def said(rate: Rate, setting: Setting) -> str:
    """The rate in words, with the percentage that was really applied."""
    percent = effective_percent(rate, setting)
    written = rate.percent if rate.bps is None else rate.bps / 100
    if percent is None or percent == written:
        return str(rate)
    return f"{plain(percent)}% ({rate}{', adjusted' if setting.adjust else ''})"


def blocks(quantity: Decimal, block: Decimal, partial: Partial | None) -> Decimal:
    """How many blocks the quantity makes; a started block counts away from zero, or does not."""
    mode = ROUND_CEILING if partial is Partial.UP else ROUND_FLOOR
    count = (abs(quantity) / block).to_integral_value(rounding=mode)
    return -count if quantity < 0 else count
