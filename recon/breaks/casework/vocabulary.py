"""The words of casework: the acts on breaks, the statuses of a break, and the rows of the ledger that hold them.

Notes (`break.noted`) tell who works on a break and what is known; they show at once and change no result. Decisions
(`recon.store.four_eyes`) take items out of matching, or bring them back, from the next run on. Either can be undone
(`decision.undone`), which is a row of its own: nothing is ever taken away.
"""

from enum import StrEnum
from typing import Final

from recon.project.people import Act

NOTED: Final = "break.noted"
"""Body: `break`, `note` (a `Note`), `value`, `words`, `run`; by whom stands in every row."""
MATCH_DECIDED: Final = "match.decided"
"""Somebody accepted or rejected a suggestion."""
UNDONE: Final = "decision.undone"
"""Body: `number`, the row that is undone, its `hash`, and `reason`."""


class Note(StrEnum):
    """What can be noted about a break without changing a result."""

    ASSIGN = "assign"
    COMMENT = "comment"
    TAG = "tag"
    UNTAG = "untag"
    DUE = "due"
    STATUS = "status"
    SUPPORT = "support"
    RESOLUTION = "resolution"


class Status(StrEnum):
    """Where the work on a break stands, as people say it; the words of the workbook."""

    OPEN = "open"
    INVESTIGATING = "investigating"
    WAITING = "waiting"
    TIMING = "timing"
    """Supported: the difference is one of time, with a reason."""
    WRITE_OFF = "write-off"
    """To be written off: proposed, and not approved yet."""
    RESOLVED = "resolved"


CLEARING: Final[tuple[Act, ...]] = ("write_off", "adjust", "exclude")
"""Decisions that clear a break: its item leaves matching, its variance is settled."""
MATCHING: Final[tuple[Act, ...]] = ("manual_match", "unmatch")
"""Decisions that make or take back a match."""
ENDING: Final[tuple[Act, ...]] = (*CLEARING, "split")
"""Decisions that end a break: it is cleared, or its parts are breaks in its place."""
DECISIONS: Final[tuple[Act, ...]] = (*ENDING, *MATCHING)
CLASSES: Final = {"write_off": "written_off", "adjust": "adjusted", "exclude": "excluded"}
"""The class of the bridge that each clearing counts under."""
