"""A break as it is shown: what a run says of it, what people did about it, and where routing sends it, in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from recon.breaks.casefile import Break, Casefile
from recon.breaks.casework.vocabulary import Status
from recon.breaks.casework.work import Worked
from recon.breaks.casework.worked import Book, book
from recon.breaks.routing import Route, Routing, load_routing
from recon.model.wording import plain_words
from recon.project.workspace import Project
from recon.store.published import Published
from recon.store.store import Store


@dataclass(frozen=True, slots=True)
class Shown:
    """The work on a break as people see it; what somebody said goes before what a rule of routing says."""

    worked: Worked
    route: Route
    own_due: date | None

    @property
    def owner(self) -> str:
        """Who works on it."""
        return self.worked.owner or self.route.owner

    @property
    def due(self) -> date | None:
        """By when it has to be cleared."""
        return self.worked.due or self.route.due or self.own_due

    @property
    def status(self) -> str:
        """Where the work stands."""
        return str(self.worked.status)

    @property
    def waits_for(self) -> str:
        """The decision that waits for a second person, in words; empty when none does."""
        return ", ".join(
            f"{plain_words(one.ask.act)} proposed by {one.by} (number {one.number})"
            for one in self.worked.proposals
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """What predicates know of it, by column; the due day is the one that people see."""
        tags = f" {' '.join(self.worked.tags)} " if self.worked.tags else ""
        return {
            "due_date": self.due,
            "owner": self.owner,
            "status": self.status,
            "priority": self.route.priority,
            "cause": self.route.cause,
            "comment": self.worked.comment,
            "tags": tags,
            "is_proposed": bool(self.worked.proposals),
        }

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to show beside what the run says."""
        return bool(self.worked.row or self.route.rule)


def shown(project: Project, store: Store, breaks: Sequence[Break]) -> Mapping[str, Shown]:
    """Each break as it is shown, by its id.

    Raises:
        ConfigError: the file of routing is wrong.
    """
    return beside(breaks, book(store.ledger), load_routing(project))


def beside(breaks: Sequence[Break], worked: Book, routing: Routing) -> Mapping[str, Shown]:
    """Each break with the work on it and its route, by its id."""
    routes = routing.routes(breaks)
    return {
        one.break_id: Shown(_about(one, worked), routes.get(one.break_id, Route()), one.due_date)
        for one in breaks
    }


def _about(one: Break, worked: Book) -> Worked:
    """The work on a break as it is now: what cleared the variance of a match says nothing of an open item."""
    found = worked.of(one.break_id)
    if found.decided is None or found.decided.content["break"]["match_id"] == one.match_id or not one.is_living:
        return found
    return replace(found, decided=None, status=Status.OPEN, resolution="")


def facts(shown: Mapping[str, Shown]) -> Mapping[str, Mapping[str, object]]:
    """What predicates know of the work on each break, by its id."""
    return {name: one.facts for name, one in shown.items()}


def touched(project: Project, store: Store, run: Published) -> Mapping[str, Shown]:
    """The breaks of a run that somebody or a rule of routing says anything about, as they are shown, by id.

    Raises:
        ConfigError: the file of routing is wrong.
        ControlFailed: a file is not what was published.
    """
    worked, routing = book(store.ledger), load_routing(project)
    if not worked.worked and not routing.rules:
        return {}
    breaks = [one for one in Casefile(run).breaks if routing.rules or one.break_id in worked.worked]
    return {name: one for name, one in beside(breaks, worked, routing).items() if one.is_touched}
