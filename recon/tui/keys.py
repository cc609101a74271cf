"""The keys of the terminal application: what each does, and the command that does the same."""

from typing import Final

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

SHOWN: Final = (
    Binding("slash", "filter", "Filter", key_display="/"),
    Binding("space", "tick", "Tick"),
    Binding("m", "match", "Match"),
    Binding("a", "assign", "Assign"),
    Binding("c", "comment", "Comment"),
    Binding("w", "write_off", "Write off"),
    Binding("question_mark", "help", "Help", key_display="?"),
    Binding("q", "quit", "Quit"),
)
"""The keys that the footer names: no more than fit."""
OTHERS: Final = (
    Binding("j", "down", "Down", show=False),
    Binding("k", "up", "Up", show=False),
    Binding("n", "candidate(1)", "Next candidate", show=False),
    Binding("p", "candidate(-1)", "Previous candidate", show=False),
    Binding("u", "unmatch", "Unmatch", show=False),
    Binding("r", "resolve", "Resolve", show=False),
    Binding("s", "support", "Supported", show=False),
    Binding("x", "export", "Export", show=False),
    Binding("X", "exclude", "Exclude", show=False),
    Binding("A", "adjust", "Adjust", show=False),
    Binding("S", "split", "Split", show=False),
    Binding("d", "due", "Due date", show=False),
    Binding("t", "tag", "Tag", show=False),
    Binding("e", "explain", "Explain", show=False),
    Binding("o", "source", "Source row", show=False),
    Binding("h", "history", "History", show=False),
    Binding("g", "group", "Group match", show=False),
    Binding("P", "proposals", "Proposals", show=False),
    Binding("R", "summary", "Run summary", show=False),
    Binding("C", "cases", "Cases", show=False),
    Binding("y", "copy", "Copy", show=False),
    Binding("z", "undo", "Undo", show=False),
    Binding("f5", "newest", "Newest run", show=False),
    Binding("escape", "clear", "Clear", show=False),
)
HELP: Final = (
    ("↑ ↓ j k", "move through the breaks", ""),
    (
        "/",
        "filter: state:new kind:fee age:>30 amount:>1000 owner:me due:<2026-11-01 words",
        "breaks list --filter",
    ),
    ("n p", "next and previous candidate", ""),
    ("enter e", "why it did not match, in full", "breaks explain ID"),
    ("o", "the entry and its line as it was read", "breaks show ID"),
    ("h", "who did what, and what it was in earlier runs", "breaks history ID"),
    ("space", "tick; the border shows the running sum of both sides", ""),
    ("g", "group match: the ticked items with their running difference", ""),
    ("m", "match what is ticked, or this break with the candidate shown", "matches make ID ID --reason"),
    ("u", "take a match back", "matches unmatch ID --reason"),
    ("a", "assign", "breaks assign ID --to NAME"),
    ("c", "comment", "breaks comment ID WORDS"),
    ("t", "tag", "breaks tag ID --add WORD"),
    ("d", "set the day when it is due", "breaks due ID --on DAY"),
    ("s", "supported: it is a matter of time, with the reason", "breaks support ID --reason"),
    ("r", "status: investigating, waiting, resolved", "breaks status ID --is waiting"),
    ("w", "write off; a second person approves", "breaks write-off ID --reason"),
    ("X", "exclude; a second person approves", "breaks exclude ID --reason"),
    ("A", "adjust: cleared by a booking in our own books", "breaks adjust ID --to ACCOUNT --reason"),
    ("S", "split into parts, each a break of its own", "breaks split ID AMOUNT rest --reason"),
    ("P", "what waits for a second person: approve or refuse", "breaks pending, approve --all"),
    ("z", "undo the last thing done about this break", "breaks undo ID --reason"),
    ("C", "cases: settlement queries", "cases list"),
    ("R", "the run in figures", "report"),
    ("x", "export what the list shows to reports/", "breaks list --filter --format csv"),
    ("y", "copy the break as the text of a ticket", ""),
    ("f5", "go on with the newest run", ""),
    ("esc", "back; clear the filter and the ticks", ""),
    ("^p", "any of these by its name", ""),
    ("q", "quit", ""),
)
"""The page of help: keys, what they do, and the command that does the same."""


class KeyLine(Static):
    """The line below with the keys that fit, each to be clicked as well. It stays the same whatever has the focus."""

    DEFAULT_CSS = """
    KeyLine {
        dock: bottom; height: 1; background: $footer-background; color: $footer-foreground;
        link-style: none; link-color: $footer-foreground; link-background: $footer-background;
    }
    """

    def __init__(self) -> None:
        words = (
            f" [b $accent]{one.key_display or one.key}[/] [@click=screen.{one.action}]{one.description}[/] "
            for one in (*SHOWN, Binding("^p", "app.command_palette", "palette"))
        )
        super().__init__(Content.from_markup("".join(words).replace("screen.app.", "app.")))
