"""Who holds which level: recommended by a ladder, proposed, approved by a second person, and only then in effect.

A ladder's rules stand in the plan that pays by it. What is decided here is a row of the ledger; payouts read it as the
level on record, which holds whatever the figures say, until the next rating.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from recon.errors import Problem, UsageError
from recon.partners.registry.reading import LAST
from recon.store.four_eyes import Ask, Proposal, pending, proposals, propose
from recon.store.people import Person
from recon.store.store import Store

ACT: Final = "rating"
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A move that a review recommends: from which level to which, from which day on, and why.

    `met` and `missed` are the criteria of the level moved to, or of the one held where it is lost. `ladder` is the name
    of the plan's component.
    """

    ladder: str
    partner: str
    before: str
    after: str
    effective: date
    why: str
    met: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()

    @property
    def told(self) -> dict[str, object]:
        """The move as the ledger keeps it."""
        return {
            "what": f"{self.ladder}: {self.before} → {self.after} from {self.effective}",
            "ladder": self.ladder, "partner": self.partner, "before": self.before, "after": self.after,
            "effective": self.effective.isoformat(), "why": self.why, "met": list(self.met),
            "missed": list(self.missed),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rating:
    """A level of a partner from the first through the last day, or one that was proposed, and what became of it."""

    recommendation: Recommendation
    state: str
    number: int
    by: str
    approved_by: str
    first: date
    last: date


def propose_ratings(
    store: Store, person: Person, moves: Sequence[Recommendation], reason: str
) -> list[Proposal]:
    """Propose moves, all or none.

    Raises:
        UsageError: a move waits for approval already, or the reason is missing.
        ControlFailed: the person has no role for it.
    """
    waiting = {
        (one.ask.content["ladder"], one.ask.content["partner"]): one for one in pending(store.ledger, ACT)
    }
    problems = [
        Problem("pending", f"{one.partner} waits for approval on {one.ladder} already: proposal {found.number}",
                hint="approve or refuse it first")
        for one in moves
        if (found := waiting.get((one.ladder, one.partner))) is not None
    ]  # fmt: skip
    if problems:
        raise UsageError(*problems)
    asks = [Ask(ACT, (one.partner,), reason, one.told, {}) for one in moves]
    return propose(store.ledger, person, asks)


def ratings(store: Store, partner: str | None = None) -> list[Rating]:
    """Every rating ever proposed, of one partner or all, oldest first; approved ones with the days they hold."""
    found = [one for one in proposals(store.ledger, ACT) if partner is None or partner in one.ask.subjects]
    approved = [one for one in found if one.state == "approved"]
    return [_rating(one, approved) for one in found]


def _rating(one: Proposal, approved: Sequence[Proposal]) -> Rating:
    move = _move(one.ask.content)
    later = [
        other.effective
        for number, other in ((each.number, _move(each.ask.content)) for each in approved)
        if (other.ladder, other.partner) == (move.ladder, move.partner)
        and (other.effective, number) > (move.effective, one.number)
    ]
    by = one.said[-1].by if one.said and one.state == "approved" else ""
    last = min(later) - DAY if later and one.state == "approved" else LAST
    return Rating(move, one.state, one.number, one.by, by, move.effective, last)


def _move(told: Mapping[str, Any]) -> Recommendation:
    return Recommendation(
        told["ladder"], told["partner"], told["before"], told["after"], date.fromisoformat(told["effective"]),
        told["why"], tuple(told["met"]), tuple(told["missed"]),
    )  # fmt: skip


def levels_held(store: Store) -> Iterator[tuple[str, str, str, date, date]]:
    """Partner, ladder, level, first and last day of every rating in effect."""
    for one in ratings(store):
        if one.state == "approved" and one.first <= one.last:
            move = one.recommendation
            yield move.partner, move.ladder, move.after, one.first, one.last
