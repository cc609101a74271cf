"""Acts of the list: what is asked before each, and what is told after it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from textual import work
from textual.screen import Screen

from recon.breaks.casework.vocabulary import Note, Status
from recon.errors import ReconError
from recon.model.wording import money, plain_words, with_currency
from recon.project.people import Act
from recon.tui.acts import sums
from recon.tui.asking import AskText, Choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.breaks.casefile import Break
    from recon.store.four_eyes import Proposal
    from recon.tui.app import ReconApp
    from recon.tui.looking import Looked

STATUSES: Final = (Status.OPEN, Status.INVESTIGATING, Status.WAITING, Status.RESOLVED)
LISTED: Final = 12
"""Breaks that a question names one by one."""


class Deciding(Screen[None]):
    """Assign, comment, tag, support, resolve, match, split, write off, exclude, approve, undo."""

    ticked: list[str]
    looked: "Looked | None"
    candidate: int

    if TYPE_CHECKING:

        def chosen(self) -> Sequence[Break]: ...
        def current(self) -> Break | None: ...
        def show_list(self, keep: str | None = None) -> None: ...

    @property
    def desk(self) -> "ReconApp":
        """The application."""
        return cast("ReconApp", self.app)

    def complain(self, error: ReconError) -> None:
        """Show what was wrong, and what to do about it."""
        for problem in error.problems:
            hint = f"\n{problem.hint}" if problem.hint else ""
            self.notify(f"{problem.message}{hint}", title=problem.code, severity="error", markup=False)

    def do(self, act: Callable[[], str]) -> bool:
        """Do something and tell what it was; whether it could be done."""
        try:
            words = act()
        except ReconError as error:
            self.complain(error)
            return False
        self.notify(words, markup=False)
        self.show_list()
        return True

    async def ask(
        self, title: str, items: "Sequence[Break]" = (), text: str = "", *, needed: bool = True
    ) -> str | None:
        """Ask for a line of text about some breaks."""
        return await self.app.push_screen_wait(AskText(title, list(_lines(items)), text, needed))

    @work
    async def action_assign(self) -> None:
        items = self.chosen()
        if items and (name := await self.ask("Assign to", items, self.desk.person.name)) is not None:
            self.do(lambda: self.desk.acts.note(items, Note.ASSIGN, name))

    @work
    async def action_comment(self) -> None:
        items = self.chosen()
        if items and (words := await self.ask("Comment", items)):
            self.do(lambda: self.desk.acts.note(items, Note.COMMENT, words=words))

    @work
    async def action_tag(self) -> None:
        items = self.chosen()
        if items and (name := await self.ask("Tag", items)):
            self.do(lambda: self.desk.acts.note(items, Note.TAG, name))

    @work
    async def action_due(self) -> None:
        items = self.chosen()
        if items and (day := await self.ask("Due on (2026-11-30)", items)):
            self.do(lambda: self.desk.acts.note(items, Note.DUE, day))

    @work
    async def action_support(self) -> None:
        items = self.chosen()
        if items and (why := await self.ask("Supported, because", items)):
            self.do(lambda: self.desk.acts.note(items, Note.SUPPORT, words=why))

    @work
    async def action_resolve(self) -> None:
        items = self.chosen()
        status = await self.app.push_screen_wait(Choose("Status", STATUSES)) if items else None
        if status and (why := await self.ask(f"{status}, because", items, needed=False)) is not None:
            self.do(lambda: self.desk.acts.note(items, Note.STATUS, status, why))

    @work
    async def action_write_off(self) -> None:
        await self._clear("write_off", "Write off, because")

    @work
    async def action_exclude(self) -> None:
        await self._clear("exclude", "Exclude, because")

    @work
    async def action_adjust(self) -> None:
        items = self.chosen()
        if items and (account := await self.ask("Adjust: booked to", items)):
            await self._clear("adjust", f"Booked to {account}, because", account)

    @work
    async def action_split(self) -> None:
        one = self.current()
        if one is None or not (parts := await self.ask("Split into (20.00 rest)", [one])):
            return
        if why := await self.ask(f"Split into {parts}, because", [one]):
            self.do(lambda: self.desk.acts.split(one, parts, why))

    async def _clear(self, act: Act, title: str, account: str = "") -> None:
        items = self.chosen()
        if (
            items
            and (why := await self.ask(title, items))
            and self.do(lambda: self.desk.acts.clear(act, items, why, account))
        ):
            self.ticked.clear()
            self.show_list()

    @work
    async def action_match(self) -> None:
        items = list(self.chosen())
        if not self.ticked and items:
            items += self._candidate_break(items[0])
        if not items or not (why := await self.ask("Match by hand, because", items)):
            return
        what = ""
        if (difference := sums(items)[2]) != 0:
            amount = f"{money(difference, items[0].currency)} {items[0].currency}"
            said = await self.ask(f"The difference of {amount} is (fee, fx, rounding, short)", items)
            if not said:
                return
            what = said
        if self.do(lambda: self.desk.acts.match(items, why, what)):
            self.ticked.clear()
            self.show_list()

    def _candidate_break(self, one: "Break") -> "list[Break]":
        """The open break that the candidate shown is, if it is one."""
        if self.looked is None or not self.looked.candidates:
            return []
        entry = self.looked.candidates[self.candidate].entry
        found = self.desk.board.of_entry(one.ruleset, entry.entry_id)
        return [found] if found and found.break_id != one.break_id else []

    @work
    async def action_unmatch(self) -> None:
        match = self.looked.explanation.match if self.looked and self.looked.explanation else None
        one = self.current()
        if match is None or one is None:
            self.notify("this break is in no match", severity="warning")
            return
        if why := await self.ask(f"Take match {match.match_id[:8]} back, because", [one]):
            self.do(lambda: self.desk.acts.unmatch(match, why))

    @work
    async def action_undo(self) -> None:
        one = self.current()
        if one and (why := await self.ask("Undo the last thing done about it, because", [one])):
            self.do(lambda: self.desk.acts.undo(one, why))

    async def judge(self, proposal: "Proposal") -> None:
        """Approve or refuse a proposal."""
        words = f"{plain_words(proposal.ask.act)} by {proposal.by}: {proposal.ask.reason}"
        answer = await self.app.push_screen_wait(Choose(words, ("approve", "refuse")))
        if answer == "approve":
            self.do(lambda: self.desk.acts.approve(proposal, ""))
        elif answer == "refuse" and (why := await self.ask("Refused, because")):
            self.do(lambda: self.desk.acts.refuse(proposal, why))


def _lines(items: "Sequence[Break]") -> "Sequence[str]":
    """What a question is about, the running difference at the end of each line when both sides take part."""
    lines, difference = list[str](), None
    both = len({one.side for one in items}) > 1 and len({one.currency for one in items}) == 1
    for number, one in enumerate(items):
        difference = sums(items[: number + 1])[2]
        running = f"   left minus right {money(difference, one.currency)}" if both else ""
        amount = with_currency(one.amount, one.currency)
        lines.append(f"{one.side or '':5} {one.break_id[:8]} {amount:>18}  {one.reference or ''}{running}")
    if len(lines) > LISTED:
        return [*lines[: LISTED - 1], f"… and {len(lines) - LISTED} more", lines[-1]]
    return lines
