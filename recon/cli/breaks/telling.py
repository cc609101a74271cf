"""The work on breaks as commands show it: columns of the listing, and lines of one break."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recon.cli.terminal.listing import Column
from recon.model.wording import counted, with_currency

if TYPE_CHECKING:
    from recon.breaks.casefile import Break, Sighting
    from recon.breaks.casework.shown import Shown
    from recon.matchers.explain.facts import EntryFacts
    from recon.outputs.told import Line, Teller

COLUMNS = (Column("owner"), Column("status"), Column("priority"), Column("tags"), Column("comment"))

_USUAL = {"counterparty": "", "prior": "", "owner": "", "status": "open", "priority": "normal"}
"""Columns that a table leaves out where every row says this."""
_LONG = ("tags", "comment")
"""Columns that `recon breaks show` tells; a table has no room for them."""


def work_cells(one: "Shown") -> tuple[object, ...]:
    """The cells of `COLUMNS` for a break."""
    return one.owner, one.status, one.route.priority, list(one.worked.tags), one.worked.comment


def worth_showing(
    columns: Sequence[Column], rows: Sequence[Sequence[object]]
) -> tuple[list[Column], list[list[object]]]:
    """The columns and cells of a table for people: optional columns only where they say something."""
    kept = [
        at
        for at, column in enumerate(columns)
        if column.name not in _USUAL or any(row[at] not in {None, "", _USUAL[column.name]} for row in rows)
    ]
    kept = [at for at in kept if columns[at].name not in _LONG]
    return [columns[at] for at in kept], [[row[at] for at in kept] for row in rows]


def work_lines(one: "Shown") -> "Iterator[Line]":
    """The work on one break, in lines; none where nothing was done."""
    from recon.outputs.told import named_lines

    if not one.is_touched:
        return
    yield "", ""
    yield "head", "Work"
    yield from named_lines(
        {
            "owner": one.owner,
            "status": one.status,
            "due": one.due or "",
            "priority": one.route.priority if one.route.rule else "",
            "cause": one.route.cause,
            "routed by": one.route.rule,
            "tags": ", ".join(one.worked.tags),
            "resolution": one.worked.resolution,
            "waits for": one.waits_for,
        }
    )
    for comment in one.worked.comments:
        yield "", f"  {comment.at[:16].replace('T', ' ')}  {comment.by}: {comment.words}"


def break_lines(teller: "Teller", one: "Break") -> "list[Line]":
    """A break in lines, as its run has it."""
    from recon.outputs.told import named_lines

    age = f"{counted(one.age_days, 'day')}, {counted(one.age_business_days, 'business day')}"
    fields: dict[str, object] = {
        "why": one.reason,
        "next": one.next_step,
        "where": f"{one.ruleset}, {one.side or 'a statement'}",
        "source": one.source,
        "account": teller.account(one.account),
        "age": f"{age}; first seen {one.first_seen}",
        "due": one.due_date or "",
        "counterparty": one.counterparty or "",
        "reference": one.reference or "",
    }
    amount = with_currency(one.amount, one.currency)
    return [("head", f"Break {one.break_id}  {one.kind}  {one.state}  {amount}"), *named_lines(fields)]


def entry_lines(
    teller: "Teller", entry: "EntryFacts | None", whole: str | None, raw: "Mapping[str, Any] | None"
) -> "Iterator[Line]":
    """The entry of a break as it was read, under a title of its own; nothing for a break without one."""
    if entry is not None:
        yield "", ""
        yield "head", "Entry" if whole == entry.entry_id else f"Part of entry {whole}"
        yield from teller.entry_lines(entry, raw)


def history_lines(one: "Break", seen: "list[Sighting]") -> "list[Line]":
    """What a break was from run to run, in lines."""
    lines = [("", f"  first seen {one.first_seen}")]
    lines += [
        (
            "",
            f"  {found.as_of}  {found.state:10}  {found.kind}  {with_currency(found.amount, one.currency)}"
            f"  {counted(found.age_days, 'day')} old  run {found.run}",
        )
        for found in seen
    ]
    return lines
