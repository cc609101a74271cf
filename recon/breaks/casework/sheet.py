"""A workbook that came back: what people filled in beside breaks, compared with what it said when it was written.

Each row says in `Work row` how far the work on its break had come. Nothing filled in is lost or overwrites anything:
what somebody else did since then makes a row a conflict, which is refused and told, and the other rows are taken. The
same workbook taken twice changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from recon.breaks.casefile import Break
from recon.breaks.casework.clearing import ask_for, refuse_unclear
from recon.breaks.casework.noting import Noting, noting
from recon.breaks.casework.shown import Shown, beside
from recon.breaks.casework.vocabulary import Note, Status
from recon.breaks.casework.worked import book
from recon.breaks.routing import Routing
from recon.errors import InputRefused, Place, Problem
from recon.model.money import decimal_of, plain
from recon.model.safe_text import NOT_IN_XML, cut, unescaped
from recon.store import four_eyes
from recon.store.acts import Wanted, record
from recon.store.chain import LedgerRow
from recon.store.ledger import Ledger
from recon.store.people import Person

SHEET: Final = "Breaks"
ID, ROW = "Break id", "Work row"
FILLED: Final = ("Status", "Owner", "Comment", "Resolution")
"""The columns that people fill in."""
TOLD: Final = ("Currency", "Amount", "Date", "Due", "Reference", "Counterparty", "Priority", "Cause")
"""Columns that somebody may take for such: they stay from run to run, so that what was typed over them is seen."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A row of the workbook: where it stands, its break, how far the work had come, and what is filled in."""

    sheet: str
    line: int
    break_id: str
    work_row: int
    cells: Mapping[str, str]
    told: Mapping[str, str] = field(default_factory=dict)
    """The cells of the columns that nobody can change, of those that the sheet has."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one cell would change."""

    filled: Filled
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What a workbook would change, the rows that cannot be taken, and edits that nothing comes of."""

    changes: tuple[Change, ...] = ()
    refused: tuple[Problem, ...] = ()
    passed_over: tuple[Problem, ...] = ()
    rows: int = 0
    breaks: Mapping[str, Break] = field(default_factory=dict)


def read_workbook(path: Path, shown: str) -> list[Filled]:
    """The rows of the sheets of breaks, cells as text.

    Raises:
        InputRefused: the file is no workbook, or has no such sheet with the columns that are needed.
    """
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    hint = "it has to be the workbook that `recon report` wrote, saved as .xlsx"
    with catch_warnings():  # of extensions that only matter when a workbook is written again
        simplefilter("ignore")
        try:
            workbook = load_workbook(path, read_only=True, data_only=True)
        except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
            raise InputRefused(
                Problem("workbook", f"this is no workbook: {error}", Place(shown), hint)
            ) from error
        try:
            sheets = [name for name in workbook.sheetnames if name.split(" (")[0] == SHEET]
            rows = ((name, workbook[name].iter_rows(values_only=True)) for name in sheets)
            found = [row for name, held in rows for row in _rows(name, held, shown)]
        finally:
            workbook.close()
    if not sheets:
        raise InputRefused(Problem("workbook", f"there is no sheet `{SHEET}`", Place(shown), hint))
    return found


def compare(
    ledger: Ledger, routing: Routing, breaks: Sequence[Break], rows: Sequence[Filled], shown: str
) -> Returned:
    """What the rows would change, compared with what the workbook said when it was written."""
    known = {one.break_id: one for one in breaks}
    now = beside(breaks, book(ledger), routing)
    then: dict[int, Mapping[str, Shown]] = {}
    changes, refused, passed_over = list[Change](), list[Problem](), list[Problem]()
    for row in rows:
        if row.break_id not in known:
            refused.append(_refusal(row, shown, "unknown-break", "the latest run has no such break"))
            continue
        current = _cells(now[row.break_id])
        if row.work_row not in then:
            then[row.work_row] = beside(breaks, book(ledger, row.work_row), routing)
        passed_over += _passed_over(row, known[row.break_id], then[row.work_row][row.break_id], shown)
        original = _cells(then[row.work_row][row.break_id])
        edited = {name: text for name, text in row.cells.items() if text != original[name]}
        wanted = {name: text for name, text in edited.items() if text != current[name]}
        wanted = {name: text for name, text in wanted.items() if text or not _stays(name, now[row.break_id])}
        if not wanted:
            continue
        if now[row.break_id].worked.row > row.work_row:
            last = _last_words(now[row.break_id])
            refused.append(
                _refusal(row, shown, "conflict", f"the break was worked on since the workbook: {last}")
            )
            continue
        problems = list(_unfit(row, wanted, shown))
        refused += problems
        if not problems:
            changes += [Change(row, name, current[name], text) for name, text in wanted.items()]
    return Returned(tuple(changes), tuple(refused), tuple(passed_over), len(rows), known)


def take(ledger: Ledger, person: Person, returned: Returned, run: str) -> list[LedgerRow]:
    """Write what a workbook changes into the ledger: notes, and write-offs as proposals; all of it or nothing.

    Raises:
        UsageError: a break cannot be written off any more.
        ControlFailed: the person has no role for a write-off; the ledger fails.
    """
    by_row: dict[int, list[Change]] = {}
    for change in returned.changes:
        by_row.setdefault(id(change.filled), []).append(change)

    def rows() -> Wanted:
        notes, asks = list[Noting](), []
        for changes in by_row.values():
            wanted = {one.column: one.after for one in changes}
            one = returned.breaks[changes[0].filled.break_id]
            if wanted.get("Status") == Status.WRITE_OFF:
                refuse_unclear(ledger, "write_off", [one])
                asks.append(ask_for("write_off", one, _reason(wanted, changes[0].filled), run))
                wanted = {name: text for name, text in wanted.items() if name != "Status"}
            notes += _notes(one.break_id, wanted)
        return [*noting(notes, run), *(four_eyes.proposing(person, asks) if asks else ())]

    return record(ledger, person, rows) if by_row else []


def _rows(name: str, rows: Iterator[tuple[Any, ...]], shown: str) -> Iterator[Filled]:
    heads = [str(cell or "").strip() for cell in next(rows, ())]
    missing = [head for head in (ID, ROW, *FILLED) if head not in heads]
    if missing:
        if len(missing) == len((ID, ROW, *FILLED)):
            return
        hint = "write the workbook again with `recon report`, and keep its heads"
        message = f"sheet {name} has no column {', '.join(f'`{one}`' for one in missing)}"
        raise InputRefused(Problem("workbook", message, Place(f"{shown}!{name}", 1), hint))
    places = {head: heads.index(head) for head in (ID, ROW, *FILLED, *TOLD) if head in heads}
    for line, cells in enumerate(rows, start=2):
        held = {head: _text(cells[at]) if at < len(cells) else "" for head, at in places.items()}
        if held[ID]:
            row = int(held[ROW]) if held[ROW].isdecimal() else 0
            yield Filled(name, line, held[ID], row, _among(held, FILLED), _among(held, TOLD))


def _among(held: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: held[name] for name in names if name in held}


def _text(cell: object) -> str:
    """A cell as text; a whole number that a spreadsheet keeps as 12.0 is 12, a day at midnight a day."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return str(cell.date())
    return _kept(unescaped(str(cell)))


def _passed_over(row: Filled, one: Break, then: Shown, shown: str) -> Iterator[Problem]:
    """What was typed over columns that are the run's, or come from routing, as one problem."""
    says = {
        "Currency": one.currency, "Amount": plain(one.amount), "Date": str(one.business_date or ""),
        "Due": str(then.due or ""), "Reference": one.reference or "", "Counterparty": one.counterparty or "",
        "Priority": then.route.priority, "Cause": then.route.cause,
    }  # fmt: skip
    other = [name for name, text in row.told.items() if _bare(text) != _bare(says[name])]
    if other:
        names = ", ".join(f"`{name}`" for name in other)
        message = f"{names} {'is' if len(other) == 1 else 'are'} not taken from a workbook"
        yield _refusal(row, shown, "passed-over", message, other[0])


def _bare(text: str) -> str:
    """What a cell says, however it is typed: without marks that are not seen, amounts without commas and last zeros."""
    amount = decimal_of(text.replace(",", ""))
    return plain(amount) if amount is not None else "".join(filter(str.isprintable, cut(text))).strip()


def _kept(text: str) -> str:
    """A text as any program gives it back: no more than a cell holds, lines ended in one way, no control characters."""
    lines = cut(text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char not in NOT_IN_XML).strip()


def _cells(one: Shown) -> dict[str, str]:
    worked = one.worked
    texts = (one.status, one.owner, worked.comment, worked.resolution)
    return {name: _kept(text) for name, text in zip(FILLED, texts, strict=True)}


def _stays(name: str, one: Shown) -> bool:
    """Whether emptying a cell says nothing: comments are never taken away, and routing names an owner of its own."""
    return name == "Comment" or (name == "Owner" and not one.worked.owner)


def _unfit(row: Filled, wanted: Mapping[str, str], shown: str) -> Iterator[Problem]:
    status = wanted.get("Status")
    if status is None:
        return
    if status not in set(Status):
        message = f"`{status}` is no status; one of {', '.join(Status)}"
        yield _refusal(row, shown, "status", message, "Status")
    elif status in {Status.WRITE_OFF, Status.TIMING} and not _reason(wanted, row):
        message = f"`{status}` needs a reason in Resolution or Comment"
        yield _refusal(row, shown, "no-reason", message, "Resolution")


def _reason(wanted: Mapping[str, str], row: Filled) -> str:
    """Why, as the row says it: what is newly filled in goes before what stood there."""
    texts = (wanted.get("Resolution"), wanted.get("Comment"), row.cells["Resolution"], row.cells["Comment"])
    return next((text for text in texts if text), "")


def _notes(break_id: str, wanted: Mapping[str, str]) -> Iterator[Noting]:
    status = wanted.get("Status")
    if "Owner" in wanted:
        yield Noting(break_id, Note.ASSIGN, wanted["Owner"])
    if "Resolution" in wanted:
        yield Noting(break_id, Note.RESOLUTION, wanted["Resolution"])
    if wanted.get("Comment"):
        yield Noting(break_id, Note.COMMENT, words=wanted["Comment"])
    if status is not None:
        yield Noting(break_id, Note.STATUS, status)


def _last_words(one: Shown) -> str:
    comments = one.worked.comments
    if comments:
        return f"{comments[-1].about} by {comments[-1].by} at {comments[-1].at[:16].replace('T', ' ')}"
    return f"row {one.worked.row} of the ledger"


def _refusal(row: Filled, shown: str, code: str, message: str, column: str | None = None) -> Problem:
    hints = {
        "passed-over": f"{', '.join(FILLED[:-1])} and {FILLED[-1]} are; a due day is set by `recon breaks due`",
        "conflict": "look at `recon breaks history`, write the workbook again and fill the row in anew",
        "unknown-break": "it may have been resolved; `recon report` writes the workbook of the latest run",
    }
    place = Place(f"{shown}!{row.sheet}", row.line, field=column)
    return Problem(code, f"break {row.break_id}: {message}", place, hints.get(code))
