"""`recon breaks write-off|adjust|exclude`: breaks cleared by decision, which a second person approves."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.breaks.asked import (
    ApplyOption,
    Asked,
    Breaks,
    DryOption,
    FilterOption,
    find,
    goes_on,
    tell_proposals,
)
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.options import ByOption, OfRuleSetOption, ReasonOption
from recon.model.wording import plain_words

if TYPE_CHECKING:
    from recon.project.people import Act

app = typer.Typer()


@app.command(
    "write-off",
    epilog=epilog(
        "recon breaks write-off 3fa9c1d2 --reason 'bank charge below 1.00'",
        "recon breaks write-off --filter \"kind = 'rounding'\" --reason 'rounding of October'",
        statuses=WRITES,
    ),
)
def write_off(
    context: typer.Context,
    reason: ReasonOption,
    names: Breaks = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Propose to write breaks off. Once a second person approves, the next run leaves them out, as their own class."""
    _clear(context, "write_off", reason, by, find(context, names, where, of), dry=dry, apply=apply)


@app.command(
    epilog=epilog("recon breaks adjust 3fa9c1d2 --to fee --reason 'charge not announced'", statuses=WRITES)
)
def adjust(
    context: typer.Context,
    reason: ReasonOption,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="WORD", help="What it is booked to: fee, fx, rounding, or an account's word."
        ),
    ],
    names: Breaks = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Propose to clear breaks by a booking in our own books. A second person approves it; the next run honours it."""
    _clear(context, "adjust", reason, by, find(context, names, where, of), to, dry=dry, apply=apply)


@app.command(epilog=epilog("recon breaks exclude 3fa9c1d2 --reason 'test transaction'", statuses=WRITES))
def exclude(
    context: typer.Context,
    reason: ReasonOption,
    names: Breaks = None,
    where: FilterOption = None,
    of: OfRuleSetOption = None,
    by: ByOption = None,
    dry: DryOption = False,
    apply: ApplyOption = False,
) -> None:
    """Propose to leave open items out of matching. A second person approves it; the next run honours it."""
    _clear(context, "exclude", reason, by, find(context, names, where, of), dry=dry, apply=apply)


def _clear(
    context: typer.Context,
    act: "Act",
    reason: str,
    by: str | None,
    asked: Asked,
    account: str = "",
    *,
    dry: bool,
    apply: bool,
) -> None:
    from recon.breaks.casework.clearing import clear

    if goes_on(context, asked, plain_words(act), dry=dry, apply=apply):
        person = terminal(context).person(by)
        proposals = clear(asked.store.ledger, person, act, asked.breaks, reason, asked.run.identity, account)
        tell_proposals(context, proposals)
