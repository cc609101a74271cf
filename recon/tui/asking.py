"""Small windows that ask for a word, a choice or a yes, and give it back; `esc` gives nothing."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

LEAVE = Binding("escape", "leave", "Back")


class AskText(ModalScreen[str | None]):
    """Asks for a line of text, with what is about to happen above it."""

    BINDINGS = [LEAVE]

    def __init__(self, title: str, lines: Sequence[str] = (), text: str = "", needed: bool = True) -> None:
        super().__init__()
        self._title, self._lines, self._text, self._needed = title, lines, text, needed

    def compose(self) -> ComposeResult:
        with Vertical(classes="asking") as box:
            box.border_title = self._title
            if self._lines:
                yield Static("\n".join(self._lines), markup=False)
            yield Input(self._text, id="answer")
            yield Static("enter to go on · esc to leave it", classes="dim")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() or not self._needed:
            self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        self.dismiss(None)


class Choose(ModalScreen[str | None]):
    """Asks for one of several."""

    BINDINGS = [LEAVE]

    def __init__(self, title: str, options: Sequence[str]) -> None:
        super().__init__()
        self._title, self._options = title, list(options)

    def compose(self) -> ComposeResult:
        with Vertical(classes="asking") as box:
            box.border_title = self._title
            yield OptionList(*self._options, markup=False)
            yield Static("enter takes one · esc leaves it", classes="dim")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._options[event.option_index])

    def action_leave(self) -> None:
        self.dismiss(None)
