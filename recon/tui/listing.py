"""The list of breaks on the screen: it draws the rows that are seen, and knows no others.

Half a million rows cost what a screenful costs. A row is one piece of text; the heading stays where it is.
"""

from collections.abc import Container
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from recon.model.safe_text import printable
from recon.tui.page import COLUMNS, TICK, Rows

WIDEST: Final = 48
SIDEWAYS: Final = 16
"""Columns of the terminal that an arrow moves the list sideways."""
TO_THE_RIGHT: Final = frozenset({"amount", "age"})


class BreakList(ScrollView, can_focus=True):
    """Rows of a page, one under the cursor, some ticked."""

    DEFAULT_CSS = """
    BreakList { height: 1fr; scrollbar-size-horizontal: 0; }
    BreakList > .list--heading { text-style: bold; background: $panel; color: $foreground; }
    BreakList > .list--odd { background: $boost; }
    BreakList > .list--cursor { background: $primary; color: $text; }
    BreakList:focus > .list--cursor { text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--heading", "list--odd", "list--cursor"}
    BINDINGS: ClassVar = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,ctrl+home", "go(False)", "First", show=False),
        Binding("end,ctrl+end", "go(True)", "Last", show=False),
        Binding("left", "sideways(-1)", "Left", show=False),
        Binding("right", "sideways(1)", "Right", show=False),
        Binding("enter", "select", "Explain", show=False),
    ]

    class Moved(Message):
        """The cursor is on another row."""

    class Chosen(Message):
        """The row under the cursor was chosen."""

    def __init__(self, ticked: Container[str]) -> None:
        """An empty list; `ticked` is read anew whenever a row is drawn."""
        super().__init__(id="list")
        self._ticked = ticked
        self._rows: Rows | None = None
        self._widths = list[int]()
        self.row = 0

    def __len__(self) -> int:
        return 0 if self._rows is None else len(self._rows)

    def show(self, rows: Rows, row: int = 0) -> None:
        """Show other rows, with the cursor on one of them."""
        self._rows = rows
        self._widths = [
            min(max(len(name), width), WIDEST) for name, width in zip(COLUMNS, rows.widths, strict=True)
        ]
        self.virtual_size = Size(sum(self._widths) + 2 * len(COLUMNS), len(rows) + 1)
        self.row = max(0, min(row, len(rows) - 1))
        self._see()
        self.refresh()

    def clear(self) -> None:
        """Show no rows."""
        self._rows, self.row = None, 0
        self.refresh()

    def go_to(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest that there is."""
        row = max(0, min(row, len(self) - 1))
        if row != self.row:
            before, self.row = self.row, row
            self._see()
            self.redraw(before)
            self.redraw(row)
            self.post_message(self.Moved())

    def redraw(self, row: int) -> None:
        """Draw one row again."""
        self.refresh(Region(0, row + 1 - self.scroll_offset.y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """A line of the screen: the heading, a row, or nothing."""
        across, down = self.scroll_offset
        row = y + down - 1
        if y == 0:
            strip = self._line(list(COLUMNS), "list--heading")
        elif self._rows is not None and row < len(self._rows):
            texts = self._rows.texts_at(row)
            texts[0] = TICK if self._rows.id_at(row) in self._ticked else ""
            strip = self._line(texts, "list--cursor" if row == self.row else "list--odd" if row % 2 else "")
        else:
            return Strip.blank(self.size.width, self.rich_style)
        return strip.crop_extend(across, across + self.size.width, self.rich_style)

    def _line(self, texts: list[str], part: str) -> Strip:
        style = self.get_component_rich_style(part) if part else self.rich_style
        cells = (
            f"{_fitted(text, width, name)}  "
            for name, text, width in zip(COLUMNS, texts, self._widths, strict=False)
        )
        return Strip([Segment(f" {''.join(cells)}", style)])

    def _see(self) -> None:
        """Scroll so that the row under the cursor is seen, by as little as needed."""
        seen = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        wanted = max(self.row - seen + 1, min(top, self.row))
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        self._see()

    def on_click(self, event: events.Click) -> None:
        row = event.y + self.scroll_offset.y - 1
        if event.y == 0 or row >= len(self):
            return
        if row == self.row:
            self.action_select()
        self.go_to(row)

    def action_move(self, by: int) -> None:
        self.go_to(self.row + by)

    def action_page(self, by: int) -> None:
        self.go_to(self.row + by * max(1, self.size.height - 1))

    def action_go(self, to_the_end: bool) -> None:
        self.go_to(len(self) - 1 if to_the_end else 0)

    def action_sideways(self, by: int) -> None:
        self.scroll_relative(x=by * SIDEWAYS, animate=False)

    def action_select(self) -> None:
        if len(self):
            self.post_message(self.Chosen())


def _fitted(text: str, width: int, name: str) -> str:
    """A text in so many cells, cut with an ellipsis."""
    text = printable(text)
    if name in TO_THE_RIGHT:
        return text.strip().rjust(width)
    return set_cell_size(text, width) if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"
