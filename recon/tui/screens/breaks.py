"""The list of breaks, the candidate beside the one under the cursor, and why it did not match."""

from asyncio import wrap_future
from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, Static

from recon.breaks.casefile import Break
from recon.errors import ReconError
from recon.model.wording import money
from recon.tui.acts import sums
from recon.tui.board import Board, Page, total_words
from recon.tui.keys import OTHERS, SHOWN, KeyLine
from recon.tui.listing import BreakList
from recon.tui.looking import Looked
from recon.tui.panels import CandidatePanel, WhyPanel
from recon.tui.query import parsed
from recon.tui.screens.cases import Casing
from recon.tui.screens.deciding import Deciding
from recon.tui.screens.opening import Opening

AFTER: float = 0.15
"""Seconds that the cursor must rest on a break before its candidates are looked for."""
EVERY: float = 5
"""Seconds between looks at what others did."""


class BreaksScreen(Deciding, Casing, Opening, Screen[None]):
    """Breaks of a run; what is ticked; what lies beside the one under the cursor."""

    BINDINGS = [*SHOWN, *OTHERS]

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.page: Page | None = None
        self.ticked: list[str] = []
        self.looked: Looked | None = None
        self.candidate = 0
        self.rest = AFTER
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="where", markup=False)
        yield Input(placeholder="state:new kind:fee age:>30 amount:>1000 owner:me text", id="filter")
        yield BreakList(self.ticked)
        with Horizontal(id="below"):
            yield CandidatePanel()
            yield WhyPanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self.tell_where()
        self.show_list()
        self.set_interval(EVERY, self.look_around)

    def tell_where(self) -> None:
        """The line above: the project, the run, its period, and who sits here."""
        run = self.desk.run_shown.manifest
        rulesets = " · ".join(str(one["name"]) for one in run["rulesets"])
        period = f" · {run['period']}" if run.get("period") else ""
        words = f"{rulesets}{period} · as of {run['as_of']} · run {self.desk.run_shown.identity}"
        self.query_one("#where", Static).update(f"{words} · {self.desk.person.name}")

    def show_list(self, keep: str | None = None) -> None:
        """Show what the filter lets through, with the cursor on the break it was on; what was shown stays till then."""
        keep, board = keep or self.here, self.desk.board
        self.list.focus()
        if page := board.kept(self.text):
            self._show(page, keep)
        else:
            self._title("looking …" if self.page else "opening …")
            self._ask(board, keep)

    @work(exclusive=True, group="listing")
    async def _ask(self, board: Board, keep: str | None) -> None:
        try:
            page = await wrap_future(board.ask(self.text))
        except ReconError as error:
            self.complain(error)
        else:
            self._show(page, keep)

    def _show(self, page: Page, keep: str | None) -> None:
        self.page = page
        self._title(*total_words(page.totals))
        self.list.border_subtitle = self._ticked_words()
        row = page.rows.index_of(self.desk.board.place_of(keep)) if keep else None
        self.list.show(page.rows, row or 0)
        self.look()

    def forget(self) -> str | None:
        """Let go of the breaks that are shown; the id of the one under the cursor."""
        here, self.page = self.here, None
        self.ticked.clear()
        self.list.clear()
        return here

    def _title(self, *words: str) -> None:
        filtered = f" · {self.text}" if self.text else ""
        self.list.border_title = " · ".join(("Breaks" + filtered, *words))

    @property
    def is_listing(self) -> bool:
        """Whether a page is being made."""
        return any(one.group == "listing" and not one.is_finished for one in self.workers)

    @property
    def list(self) -> BreakList:
        """The list of breaks."""
        return self.query_one(BreakList)

    def _ticked_words(self) -> str:
        """What is ticked: how many, left, right and what is between them."""
        items = self.desk.board.found(self.ticked)
        if not items:
            return ""
        if len({one.currency for one in items}) > 1:
            return f"{len(items)} ticked, in several currencies"
        code = items[0].currency
        left, right, difference = (money(one, code) for one in sums(items))
        return f"{len(items)} ticked · left {left} · right {right} · difference {difference} {code}"

    @property
    def here(self) -> str | None:
        """The id of the break under the cursor."""
        return self.page.rows.id_at(self.list.row) if self.page and len(self.page) else None

    def current(self) -> Break | None:
        """The break under the cursor."""
        if not self.page or not len(self.page):
            return None
        return self.desk.board.at(self.page.rows.place_at(self.list.row))

    def chosen(self) -> Sequence[Break]:
        """What an act is meant for: what is ticked, or else the break under the cursor."""
        if self.ticked:
            return self.desk.board.found(self.ticked)
        one = self.current()
        return [one] if one else []

    def on_break_list_moved(self) -> None:
        self.look()

    def look(self) -> None:
        """Tell what is known of the break under the cursor, and look for the rest once the cursor rests."""
        one, self.looked, self.candidate = self.current(), None, 0
        if self._resting is not None:
            self._resting.stop()
        if one is None:
            self.query_one(WhyPanel).show("no break here: nothing is open, or the filter lets nothing through")
            self.query_one(CandidatePanel).show("")
            return
        self._why(one)
        self.query_one(CandidatePanel).looking()
        self._resting = self.set_timer(self.rest, lambda: self._look_for(one))

    @work(thread=True, exclusive=True, group="looking")
    def _look_for(self, one: Break) -> None:
        try:
            found = self.desk.looker.look(one)
        except ReconError as error:
            self.app.call_from_thread(self.complain, error)
            return
        self.app.call_from_thread(self._found, one, found)

    def _found(self, one: Break, found: Looked) -> None:
        if self.here == one.break_id:
            self.looked = found
            self._why(one)
            self.query_one(CandidatePanel).candidate(found, self.candidate, self.desk.teller)

    def _why(self, one: Break) -> None:
        if self.page:
            said = self.page.rows.said_at(self.list.row)
            self.query_one(WhyPanel).why(one, self.desk.board.worked(one.break_id), said, self.looked)

    def look_around(self) -> None:
        """Take in what others did, and say when a newer run is there."""
        if not self.is_listing and self.desk.board.is_behind:
            self.show_list()
        newest = self.desk.store.latest_run()
        if newest is not None and newest.identity != self.desk.run_shown.identity:
            self.query_one("#where", Static).update(f"run {newest.identity} is there: f5 goes on with it")

    def action_down(self) -> None:
        self.list.action_move(1)

    def action_up(self) -> None:
        self.list.action_move(-1)

    def action_candidate(self, by: int) -> None:
        if self.looked and self.looked.candidates:
            self.candidate = (self.candidate + by) % len(self.looked.candidates)
            self.query_one(CandidatePanel).candidate(self.looked, self.candidate, self.desk.teller)

    def action_tick(self) -> None:
        one = self.here
        if one is None:
            return
        if one in self.ticked:
            self.ticked.remove(one)
        else:
            self.ticked.append(one)
        self.list.redraw(self.list.row)
        self.list.border_subtitle = self._ticked_words()
        self.list.action_move(1)

    def action_filter(self) -> None:
        line = self.query_one("#filter", Input)
        line.add_class("open")
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        try:
            parsed(text)
        except ReconError as error:
            self.complain(error)
            return
        self.text = text
        event.input.remove_class("open")
        self.show_list()

    def action_clear(self) -> None:
        line = self.query_one("#filter", Input)
        if line.has_class("open"):
            line.remove_class("open")
        else:
            self.text = line.value = ""
            self.ticked.clear()
        self.show_list()
