"""Bands as SQL: how much of a step lies in each, which one a total lies in, and what that pays."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from recon.payouts.calculation.facts import Facts
from recon.payouts.calculation.tiering import Span, spans
from recon.payouts.plan.bands import Boundary, Method, Tiers
from recon.payouts.rows import Kind
from recon.payouts.sets.parts import SqlPart, flat_part, number, times


@dataclass(frozen=True, slots=True)
class SqlBands:
    """The bands of a plan's tiers over lines whose quantities are of the type `money`."""

    tiers: Tiers
    money: str
    among: tuple[Span, ...]

    @classmethod
    def of(cls, tiers: Tiers, money: str) -> "SqlBands":
        """The bands of tiers that no fact of a payee moves."""
        return cls(tiers, money, tuple(spans(tiers, Facts(""))))

    @property
    def after(self) -> str:
        """The total after a line."""
        return f"CAST(before + step AS {self.money})"

    def parts(self) -> list[SqlPart]:
        """The rows that bands may have."""
        own = self._marginal if self.tiers.method is Method.MARGINAL else self._of_one
        return [part for span in self.among for part in own(span)]

    def outside(self) -> str | None:
        """The condition that part of a line lies in no band; None where bands leave no room."""
        among = self.among
        touching = all(one.high == other.low for one, other in pairwise(among))
        closed = self.tiers.boundary is Boundary.CLOSED
        if touching and among[0].low == 0 and among[-1].high is None and not closed:
            return None
        if self.tiers.method is Method.MARGINAL:
            return f"({' + '.join(map(self._overlap, among))}) <> step"
        return f"NOT ({' OR '.join(map(self._inside, among))})"

    def _marginal(self, span: Span) -> list[SqlPart]:
        alone = span.band.model_copy(update={"flat": None})
        units = self._overlap(span)
        amount = times(units, alone, self.money)
        found = [SqlPart(Kind.BAND, f"{units} <> 0", units, amount, f"band {span}", str(alone))]
        if span.band.flat:
            found.append(flat_part(span.band, self._entered(span), f"flat for reaching {span}"))
        return found

    def _of_one(self, span: Span) -> list[SqlPart]:
        alone = span.band.model_copy(update={"flat": None})
        inside = self._inside(span)
        found = []
        if str(alone):
            words = f"all at band {span}"
            found.append(SqlPart(Kind.BAND, inside, "q", times("q", alone, self.money), words, str(alone)))
        if span.band.flat:
            due = inside if self.tiers.flat_at_zero else f"{inside} AND {self.after} > 0"
            found.append(flat_part(span.band, due, f"flat of band {span}"))
        return found

    def _from_zero(self, span: Span) -> bool:
        return span is self.among[0] and span.low == 0

    def _overlap(self, span: Span) -> str:
        """How much of the step lies in the span, negative for a step downwards."""
        low, high = f"least(before, {self.after})", f"greatest(before, {self.after})"
        bottom = low if self._from_zero(span) else f"greatest({low}, {self._bound(span.low)})"
        top = high if span.high is None else f"least({high}, {self._bound(span.high)})"
        sign = "CASE WHEN step < 0 THEN -1 ELSE 1 END"
        return f"CAST(greatest({top} - {bottom}, 0) * {sign} AS {self.money})"

    def _bound(self, value: Decimal) -> str:
        return f"CAST({number(value)} AS {self.money})"

    def _inside(self, span: Span) -> str:
        """The condition that the total lies in a span and in none before it."""
        earlier = self.among[: self.among.index(span)]
        return " AND ".join([f"({self._within(span)})", *(f"NOT ({self._within(one)})" for one in earlier)])

    def _within(self, span: Span) -> str:
        above, below = (">", "<=") if self.tiers.boundary is Boundary.UPPER else (">=", "<")
        if self.tiers.boundary is Boundary.CLOSED:
            above, below = ">=", "<="
        text = f"{self.after} {above} {self._bound(span.low)}"
        if span.high is not None:
            text += f" AND {self.after} {below} {self._bound(span.high)}"
        return f"({text}) OR {self.after} <= 0" if self._from_zero(span) else text

    def _entered(self, span: Span) -> str:
        def entered(value: str) -> str:
            if self._from_zero(span):
                return f"({value} > 0 OR {'TRUE' if self.tiers.flat_at_zero else 'FALSE'})"
            how = ">" if self.tiers.boundary is Boundary.UPPER else ">="
            return f"{value} {how} {self._bound(span.low)}"

        return f"{entered(self.after)} AND (first OR NOT {entered('most')})"
