"""What the commands over channels share: the desk laid out over the books of a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from recon.cli.payout_books import filed_plans, known_of, opened_books
from recon.cli.terminal.console import terminal

if TYPE_CHECKING:
    from recon.payouts.channels.desk import Desk


@contextmanager
def desk_of(context: typer.Context, period: str, run: str) -> "Iterator[Desk]":
    """The channel desk of a period, over the books of a run."""
    from recon.model.periods import Period
    from recon.payouts.channels.desk import lay_out
    from recon.payouts.channels.settings import read_channels

    told, wanted = terminal(context), Period.parse(period)
    settings = read_channels(told.project())
    plans = [one.plan for one in filed_plans(context, None)]
    known = known_of(context, None, wanted)
    with opened_books(context, run) as (engine, books):
        yield lay_out(engine, books, settings, told.store().run(run), plans, known, wanted)
