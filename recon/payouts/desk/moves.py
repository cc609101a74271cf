"""Who would move on the ladders of a plan at the end of a period, and why: told before anything changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.books.measured import Measured, measured_in
from recon.payouts.calculation.ladders import Move, Standing, criteria, dry_run
from recon.payouts.calculation.limits import Balances
from recon.payouts.desk.balances import EARNING
from recon.payouts.desk.refunds import late_refunds, without_late_refunds
from recon.payouts.desk.shelf import Shelf
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.period import Known
from recon.payouts.periods.standings import is_standing, standing_of
from recon.payouts.plan.ladders import Level, Levels
from recon.payouts.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Moved:
    """What the review of one payee under one component would decide.

    `met` and `missed` are the criteria, in words, of the level that the payee is moved to; of the next higher one where
    the level is kept, and of the one that is lost.
    """

    plan: Plan
    component: str
    payee: str
    move: Move
    met: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def moves(
    shelf: Shelf, plan: Plan, period: Period, known: Known, measured: Measured | None = None
) -> Iterator[Moved]:
    """The review of everybody with a figure that the plan's ladders look at, or with a standing, by payee.

    `measured` are the figures that the plan measures itself, as `measured_now` gives them.
    """
    before = _before(shelf, plan, period)
    counted = measured or Measured(plan)
    for component in plan.components:
        ladder = component.levels
        if ladder is None:
            continue
        own_figures = {one.figure for one in plan.figures}
        looked_at = {name for level in ladder.levels for name in level.needs} - own_figures
        for who in sorted((known.facts.keys() | counted.payees | before.keys()) - {""}):
            facts, own = known.of(who, period), before.get(who, {})
            stands = is_standing(component.name, own) or who in counted.payees
            if stands or looked_at & facts.figures.keys():
                facts = counted.told(facts)
                standing = standing_of(ladder, component.name, facts, own)
                standing = _on_record(ladder, facts.levels.get(component.name), standing)
                move = dry_run(ladder, standing, facts.figures)
                met, missed = criteria(_looked_at(ladder, move), facts.figures)
                yield Moved(plan, component.name, who, move, tuple(met), tuple(missed))


def measured_now(
    engine: DuckEngine, books: Books, shelf: Shelf, plan: Plan, period: Period, known: Known
) -> Measured:
    """The figures that a plan measures, from the books as a payout of the period counts them.

    Raises:
        ConfigError: a figure asks for what the books do not have.
        InputRefused: an entry lacks a figure that is added up.
    """
    if not plan.figures:
        return Measured(plan)
    return measured_in(engine, plan, counted_books(engine, books, shelf, plan, period, known), period)


def counted_books(
    engine: DuckEngine, books: Books, shelf: Shelf, plan: Plan, period: Period, known: Known
) -> Books:
    """The books as a payout of the period counts them: credited, without refunds of sales of earlier payouts."""
    line = shelf.line(plan.plan, period)
    versions, periods = [*(one.as_written for one in line), plan], [*(one.period for one in line), period]
    credited = credited_books(engine, plan, books, period, known)
    return without_late_refunds(engine, credited, late_refunds(engine, versions, books, periods))


def _on_record(ladder: Levels, level: str | None, standing: Standing) -> Standing:
    """The standing of a payee whose level is on record: that level, and the reviews missed as they were counted."""
    for position, one in enumerate(ladder.levels):
        if one.level == level:
            return Standing(position, standing.missed)
    return standing


def _looked_at(ladder: Levels, move: Move) -> Level:
    """The level whose criteria say why: the one moved up to, the one lost, or the next above the one kept."""
    names = [one.level for one in ladder.levels]
    before, after = names.index(move.before), names.index(move.after)
    if after == before:
        return ladder.levels[min(before + 1, len(names) - 1)]
    return ladder.levels[max(before, after)]


def _before(shelf: Shelf, plan: Plan, period: Period) -> Mapping[str, Balances]:
    """The standings that the plan's last payout left."""
    line = shelf.line(plan.plan, period)
    return line[-1].balances.get((str(line[-1].period), EARNING), {}) if line else {}
