"""Pages that are read and left again: help, the entry as it was read, an explanation in full, history, the run."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from recon.outputs.told import Line
from recon.tui.keys import HELP
from recon.tui.panels import told


class Page(Screen[None]):
    """Lines to be read. `esc` goes back."""

    BINDINGS = [
        Binding("escape,q", "leave", "Back", key_display="esc"),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self._title, self._lines = title, list(lines)

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="page") as page:
            page.border_title = self._title
            yield Static(told(self._lines), markup=False)
        yield Footer()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def help_page() -> Page:
    """The keys, and the commands that do the same."""
    width = max(len(what) for _, what, _ in HELP)
    lines = [
        ("", f"{keys:9} {what:{width}}{f'   recon {command}' if command else ''}")
        for keys, what, command in HELP
    ]
    return Page("Keys", lines)


def plain_text(lines: Sequence[Line]) -> str:
    """Lines as plain text, for the clipboard."""
    return Text("\n").join(Text(line) for _, line in lines).plain
