"""What the commands of the release desk share: the books of the day, the options, and orders in columns."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.errors import ControlFailed, Problem

if TYPE_CHECKING:
    from recon.releases.candidates import Books, Candidate
    from recon.releases.settings import Setting

DayOption = Annotated[
    datetime | None,
    typer.Option(
        "--on",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="The day by which resellers, papers and alerts are judged; today without it. Whoever decides may name "
        "another day only where recon.toml says `trust_by`.",
    ),
]
OrdersArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[ORDER]...", help="Orders by their numbers.")
]
COLUMNS = ("order", "reseller", "day", "units", "due", "currency", "state", "why", "reason", "next_step")


def setting_of(context: typer.Context) -> "Setting":
    """The desk of the project at hand.

    Raises:
        ConfigError: its files or the project's rules are wrong.
    """
    from recon.releases.settings import read_desk, setting
    from recon.runs.configuration import load_book
    from recon.sources.profiles.of_project import attributes
    from recon.sources.profiles.profile import load_profiles

    project = terminal(context).project()
    read = read_desk(project)
    profiles = {one.source: one for one in load_profiles(project)}
    book = load_book(project, profiles)
    return setting(read, book.chains, book.rulesets, attributes(profiles))


def books_of(context: typer.Context, on: datetime | None, *, deciding: bool = False) -> "Books":
    """All orders as they stand on the day that was asked for.

    Raises:
        ControlFailed: somebody decides as of another day than today, in a project that is no rehearsal.
    """
    from recon.releases.desk import open_desk

    told = terminal(context)
    return open_desk(told.project(), told.store(), setting_of(context), day_of(context, on, deciding=deciding))


def day_of(context: typer.Context, on: datetime | None, *, deciding: bool) -> date:
    """The day that was named, or today in UTC; the day of the books where those reach further. Raises as `books_of`."""
    told = terminal(context)
    store = told.store()
    latest = store.latest_run()
    today = store.clock().date()
    if latest is not None:
        today = max(today, date.fromisoformat(latest.manifest["as_of"]))
    day = on.date() if on is not None else today
    if deciding and day != today and not told.project().settings.four_eyes.trust_by:
        hint = "leave `--on` out; only rehearsals (`trust_by` under `[four_eyes]`) decide as of another day"
        raise ControlFailed(
            Problem("not-today", f"today is {today}, and nobody decides as of {day}", hint=hint)
        )
    return day


def row_of(one: "Candidate") -> tuple[object, ...]:
    """An order in the columns of a listing."""
    from recon.cli.payout_books import shown
    from recon.releases.prices import Quote

    line = one.trail.standing or one.trail.lines[-1]
    priced = one.price if isinstance(one.price, Quote) else None
    due = shown(priced.due, priced.currency) if priced else None
    why = [refusal.why.value for refusal in one.refusals]
    words, steps = ([getattr(each, name) for each in one.refusals] for name in ("words", "next_step"))
    named = (
        one.order,
        one.reseller,
        line.day,
        priced.units.normalize() if priced else None,
        due,
        line.currency,
    )
    return (*named, one.state.value, list(dict.fromkeys(why)), words, list(dict.fromkeys(steps)))
