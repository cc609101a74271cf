"""`recon ui`: the terminal application over one run of a project."""

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar, Final

from textual.app import App, SystemCommand
from textual.screen import Screen

from recon.breaks.routing import load_routing
from recon.outputs.told import Teller
from recon.project.workspace import Project
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store
from recon.tui.acts import Acts
from recon.tui.board import Board
from recon.tui.keys import OTHERS, SHOWN
from recon.tui.looking import Looker
from recon.tui.screens.breaks import BreaksScreen

STYLE: Final = """
Screen { layout: vertical; }
#where { height: 1; padding: 0 1; background: $panel; }
#list { height: 45%; border: round $primary; }
#list:focus { border: round $accent; }
#filter { display: none; height: 3; }
#filter.open { display: block; }
#below { height: 1fr; }
.panel { border: round $primary; padding: 0 1; }
#candidate { width: 1fr; }
#why { width: 1fr; }
.page { border: round $primary; padding: 0 1; height: 1fr; }
.asking {
    width: 76; max-width: 95%; height: auto; max-height: 80%;
    border: round $accent; padding: 1 2; background: $surface;
}
.dim { color: $text-muted; }
AskText, Choose { align: center middle; }
OptionList { height: auto; max-height: 14; }
"""


class ReconApp(App[None]):
    """Breaks on a screen, worked by keys.

    It reads published runs only, so that a nightly run may go on beside it; what it does is written to the ledger by
    the functions that the commands call.
    """

    TITLE = "recon"
    CSS = STYLE
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar = [("ctrl+c", "quit", "Quit")]

    def __init__(self, project: Project, store: Store, person: Person, run: Published, teller: Teller) -> None:
        super().__init__()
        self.project, self.store, self.person, self.teller = project, store, person, teller
        self.run_shown = run
        self.routing = load_routing(project)
        self.board = Board(store, run, person.name, self.routing)
        self.looker = Looker(project, store, run)

    @property
    def acts(self) -> Acts:
        """What the person at the keys does with the breaks of the run shown."""
        return Acts(self.store, self.run_shown, self.person)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What `ctrl+p` offers: every key by its name, before what the framework offers."""
        if isinstance(screen, BreaksScreen):
            for one in (*SHOWN, *OTHERS):
                act = partial(screen.run_action, one.action)
                yield SystemCommand(one.description, f"the key {one.key_display or one.key}", act)
        yield from super().get_system_commands(screen)

    def on_mount(self) -> None:
        self.push_screen(BreaksScreen())

    def on_unmount(self) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Close the run that is shown."""
        self.looker.close()
        self.board.close()

    def go_on_with(self, run: Published) -> None:
        """Show another run."""
        self.let_go()
        self.run_shown = run
        self.board = Board(self.store, run, self.person.name, self.routing)
        self.looker = Looker(self.project, self.store, run)
