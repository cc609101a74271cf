"""Cases over the list: look at one, answer, give it to somebody, resolve it, or open one about the break shown."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from textual import work
from textual.screen import Screen

from recon.breaks.cases.case import Case, Link, cases
from recon.breaks.cases.report import Timed, timed
from recon.breaks.cases.working import assign, open_case, reply, resolve
from recon.outputs.told import Line, named_lines
from recon.tui.asking import Choose
from recon.tui.screens.pages import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.breaks.casefile import Break
    from recon.tui.app import ReconApp

NEW: Final = "a new case about this break"
LOOK, REPLY, WAIT, GIVE, RESOLVE = (
    "look",
    "reply",
    "reply and wait for an answer",
    "give to somebody",
    "resolve",
)


class Casing(Screen[None]):
    """Cases: settlement queries with their clock."""

    if TYPE_CHECKING:

        @property
        def desk(self) -> ReconApp: ...
        def current(self) -> Break | None: ...
        def do(self, act: Callable[[], str]) -> bool: ...
        async def ask(
            self, title: str, items: Sequence[Break] = (), text: str = "", *, needed: bool = True
        ) -> str | None: ...

    @work
    async def action_cases(self) -> None:
        settings, now = self.desk.project.settings.cases, self.desk.store.clock()
        living = [timed(one, settings, now) for one in cases(self.desk.store.ledger) if one.is_living]
        options = [NEW, *(_titled(one) for one in living)]
        answer = await self.app.push_screen_wait(Choose("Cases", options))
        if answer == NEW:
            await self._open()
        elif answer is not None:
            await self._work_on(living[options.index(answer) - 1])

    async def _open(self) -> None:
        one = self.current()
        if one is None or not (asked_by := await self.ask("Asked by", [one])):
            return
        if subject := await self.ask("What is asked", [one]):
            about = [Link("break", one.break_id)]
            ledger, person = self.desk.store.ledger, self.desk.person
            self.do(lambda: f"{open_case(ledger, person, asked_by, subject, links=about).name} is open")

    async def _work_on(self, one: Timed) -> None:
        ledger, person, name = self.desk.store.ledger, self.desk.person, one.case.name
        what = await self.app.push_screen_wait(Choose(_titled(one), (LOOK, REPLY, WAIT, GIVE, RESOLVE)))
        if what == LOOK:
            self.app.push_screen(Page(f"Case {name}", list(_case_lines(one))))
        elif what in {REPLY, WAIT} and (words := await self.ask(f"Reply to {one.case.asked_by}")):
            self.do(lambda: f"{name}: {reply(ledger, person, name, words, waits=what == WAIT).status}")
        elif what == GIVE and (owner := await self.ask("Give it to", text=person.name)):
            self.do(lambda: f"{assign(ledger, person, name, owner).name}: {owner}")
        elif what == RESOLVE:
            await self._resolve(one.case)

    async def _resolve(self, one: Case) -> None:
        settings = self.desk.project.settings.cases
        cause = await self.app.push_screen_wait(Choose("Root cause", settings.causes))
        if cause and (words := await self.ask("Resolved: the answer")):
            ledger, person = self.desk.store.ledger, self.desk.person
            self.do(lambda: f"{resolve(ledger, person, one.name, settings, cause, words).name}: {cause}")


def _titled(one: Timed) -> str:
    owner = f" · {one.case.owner}" if one.case.owner else ""
    return f"{one.case.name} {one.clock} · {one.case.asked_by}: {one.case.subject}{owner}"


def _case_lines(one: Timed) -> Iterator[Line]:
    case = one.case
    yield "head", case.subject
    yield from named_lines(
        {
            "asked by": case.asked_by,
            "owner": case.owner,
            "status": case.status,
            "clock": f"{one.used // 60} of {one.allowed // 60} business hours, {one.clock}",
            "about": "; ".join(f"{link.what} {link.name}" for link in case.links),
        }
    )
    for said in case.messages:
        yield "", f"  {said.at:%Y-%m-%d %H:%M}  {case.asked_by if said.incoming else said.by}: {said.words}"
