"""Options by which breaks are chosen for a listing."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.breaks.kinds import BreakKind, BreakState
from recon.cli.terminal.options import refuse_unknown, refuse_unknown_owner

if TYPE_CHECKING:
    from recon.breaks.casefile import Casefile
    from recon.project.workspace import Project
    from recon.store.store import Store

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


def refuse_mistyped(
    project: "Project",
    store: "Store",
    casefile: "Casefile",
    currency: str | None,
    account: str | None,
    owner: str | None,
) -> None:
    """Refuse a currency, an account or an owner that stands for nothing, where no break was found by it.

    Raises:
        UsageError: with what it may have meant.
    """
    from recon.breaks.casework.shown import shown
    from recon.model.accounts import masked
    from recon.model.money import is_currency
    from recon.store.parquet import read_table

    proof = read_table(casefile.run.verified("proof.parquet"), ["account", "currency"])
    if currency and not is_currency(currency.upper()):
        refuse_unknown("currency", [currency], proof["currency"].to_pylist())
    accounts = proof["account"].to_pylist()
    if account and not any(one.endswith(account) for one in accounts):
        refuse_unknown("account", [account], map(masked, accounts))
    if owner:
        work = shown(project, store, casefile.breaks).values()
        refuse_unknown_owner(owner, (one.owner for one in work), project.settings.people)
