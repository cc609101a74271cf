"""Options by which breaks are chosen for a listing."""

from typing import Annotated

import typer

from recon.breaks.kinds import BreakKind, BreakState

KindOption = Annotated[list[BreakKind] | None, typer.Option("--kind", help="Only this kind; may be repeated.")]
StateOption = Annotated[
    BreakState | None, typer.Option("--state", help="Only in this state; all but resolved ones without it.")
]
CurrencyOption = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help="Only in this currency.")
]
AccountOption = Annotated[
    str | None,
    typer.Option("--account", metavar="NUMBER", help="Only of this account, or those whose number ends so."),
]
OlderOption = Annotated[
    int | None, typer.Option("--older-than", metavar="DAYS", min=0, help="Only older than so many days.")
]
LeastOption = Annotated[
    str | None, typer.Option("--min-amount", metavar="AMOUNT", help="Only of at least this amount, in or out.")
]
OwnerOption = Annotated[str | None, typer.Option("--owner", metavar="NAME", help="Only with this owner.")]
