"""What commands that act on breaks have in common: which breaks are meant, what is shown first, what is told after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.listing import Column, print_listing
from recon.model.money import exact
from recon.model.wording import counted, with_currency

if TYPE_CHECKING:
    from recon.breaks.casefile import Break, Casefile
    from recon.breaks.casework.worked import Book
    from recon.store.four_eyes import Proposal
    from recon.store.published import Published
    from recon.store.store import Store

WITHOUT_PREVIEW = 20
"""Breaks that are acted on at once; more are shown first, and need `--apply`."""

Breaks = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="Breaks: ids, beginnings of ids, or references of their entries."),
]
FilterOption = Annotated[
    str | None,
    typer.Option(
        "--filter",
        metavar="CONDITION",
        help="Living breaks that satisfy this, such as \"kind = 'rounding' and abs(amount) < 1\"; knows the columns of "
        "breaks, owner, status, tags and is_proposed.",
    ),
]
WordsOption = Annotated[str, typer.Option("--comment", "-m", metavar="TEXT", help="A comment beside it.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Only show what would be acted on.")]
ApplyOption = Annotated[
    bool,
    typer.Option(
        "--apply", help=f"Act on more than {WITHOUT_PREVIEW} breaks, which are only shown without it."
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """The breaks that a command is about, and where they stand."""

    store: "Store"
    casefile: "Casefile"
    book: "Book"
    breaks: "list[Break]"

    @property
    def run(self) -> "Published":
        """The run that has the breaks."""
        return self.casefile.run


def find(context: typer.Context, names: Sequence[str] | None, where: str | None, of: str | None) -> Asked:
    """The breaks of the latest run that are named or satisfy the filter."""
    from recon.breaks.casefile import Casefile
    from recon.breaks.casework.choosing import Choice, chosen
    from recon.breaks.casework.shown import beside, facts
    from recon.breaks.casework.worked import book
    from recon.breaks.routing import load_routing

    store, project = terminal(context).store(), terminal(context).project()
    casefile, worked = Casefile(store.run("latest")), book(store.ledger)
    choice = Choice(names or (), where, of)
    meant = chosen(casefile, lambda breaks: facts(beside(breaks, worked, load_routing(project))), choice)
    return Asked(store, casefile, worked, meant)


def goes_on(context: typer.Context, asked: Asked, what: str, *, dry: bool, apply: bool) -> bool:
    """Whether to act; if not, what would be acted on is shown."""
    if not dry and (apply or len(asked.breaks) <= WITHOUT_PREVIEW):
        return True
    print_listing(
        ("id", "kind", "amount", "currency", "age", "owner", "status", "reference"),
        [
            (
                one.break_id, one.kind, exact(one.amount, one.currency), one.currency, one.age_days,
                asked.book.of(one.break_id).owner, asked.book.of(one.break_id).status, one.reference,
            )
            for one in asked.breaks
        ],
    )  # fmt: skip
    sums = ", ".join(_sums(asked.breaks))
    how = "nothing was written" if dry else "nothing was written: `--apply` does it"
    terminal(context).say(f"{what}: {counted(len(asked.breaks), 'break')}, {sums}; {how}")
    return False


def tell_proposals(context: typer.Context, proposals: "Sequence[Proposal]") -> None:
    """List what was proposed or decided, and say what comes next."""
    rows = [
        (
            one.number, one.ask.act, one.state, list(one.ask.subjects), currency, exact(amount, currency), one.by,
            one.ask.reason,
        )
        for one in proposals
        for currency, amount in one.ask.amounts.items()
    ]  # fmt: skip
    columns = ("number", "act", "state", Column("about"), "currency", "amount", "by", "reason")
    print_listing(columns, rows)
    if waiting := [str(one.number) for one in proposals if one.state == "pending"]:
        few = " ".join(waiting[:3]) + (" …" if len(waiting) > 3 else "")
        terminal(context).say(f"a second person is needed: `recon breaks approve {few}`")
    else:
        terminal(context).say("`recon match` makes the run that honours it")


def _sums(breaks: "Sequence[Break]") -> list[str]:
    from decimal import Decimal

    sums: dict[str, Decimal] = {}
    for one in breaks:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + abs(one.amount)
    return [with_currency(amount, currency) for currency, amount in sorted(sums.items())]
