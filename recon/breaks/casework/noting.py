"""Notes about breaks: who works on them, what is known, until when. They change no result and need no second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from recon.breaks.casefile import Break
from recon.breaks.casework.vocabulary import NOTED, Note, Status
from recon.errors import Problem, UsageError
from recon.store.acts import record
from recon.store.chain import LedgerRow
from recon.store.ledger import Ledger
from recon.store.people import Person

_NEEDS_WORDS = {
    Note.COMMENT: "a comment needs words",
    Note.SUPPORT: "what is supported needs a reason: why it is a matter of time",
}
_NEEDS_VALUE = {Note.TAG: "a tag needs a name", Note.UNTAG: "a tag needs a name"}
_STATUSES = (Status.OPEN, Status.INVESTIGATING, Status.WAITING, Status.TIMING, Status.RESOLVED)


@dataclass(frozen=True, slots=True)
class Noting:
    """One note to be made about a break. `value` is an owner, a tag, a day or a status, `words` what is said to it."""

    break_id: str
    note: Note
    value: str = ""
    words: str = ""


def note(ledger: Ledger, person: Person, notes: Sequence[Noting], run: str) -> list[LedgerRow]:
    """Make notes, all or nothing.

    Raises:
        UsageError: a note lacks what it needs, or its value is none.
        ControlFailed: the ledger cannot be written to, or the person's key is missing.
    """
    rows = noting(notes, run)
    return record(ledger, person, lambda: rows)


def noting(notes: Sequence[Noting], run: str) -> list[tuple[str, Mapping[str, object]]]:
    """The rows of notes, for a caller who writes them beside others. Raises as `note` does."""
    if problems := list(dict.fromkeys(problem for one in notes for problem in _problems(one, run))):
        raise UsageError(*problems)
    return [
        (
            NOTED,
            {
                "break": one.break_id,
                "note": str(one.note),
                "value": one.value.strip(),
                "words": one.words.strip(),
                "run": run,
            },
        )
        for one in notes
    ]


def about(breaks: Sequence[Break], kind: Note, value: str = "", words: str = "") -> list[Noting]:
    """The same note about several breaks."""
    return [Noting(one.break_id, kind, value, words) for one in breaks]


def _problems(one: Noting, run: str) -> list[Problem]:
    if one.note in _NEEDS_WORDS and not one.words.strip():
        return [Problem("no-reason", _NEEDS_WORDS[one.note], hint="say it with `--comment` or `--reason`")]
    if one.note in _NEEDS_VALUE and (not one.value.strip() or " " in one.value.strip()):
        return [Problem("tag", _NEEDS_VALUE[one.note] + ", one word", hint="such as `vat` or `q4-review`")]
    if one.note is Note.STATUS and one.value not in _STATUSES:
        return [Problem("status", f"`{one.value}` is no status", hint=f"one of {', '.join(_STATUSES)}")]
    if one.note in {Note.DUE, Note.SUPPORT} and one.value:
        try:
            day = date.fromisoformat(one.value)
        except ValueError:
            return [Problem("day", f"`{one.value}` is no day", hint="written as 2026-10-31")]
        as_of = _day_of(run)
        if one.note is Note.SUPPORT and as_of is not None and day < as_of:
            message = f"{day} is past: the run that has the break open is as of {as_of}"
            return [Problem("day", message, hint="say the day by which it will have cleared")]
    return []


def _day_of(run: str) -> date | None:
    """The day that a run is as of, with which its name begins."""
    try:
        return date.fromisoformat(run[: len("2026-10-31")])
    except ValueError:
        return None
