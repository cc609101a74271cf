"""What the commands over payouts share: the books of a run, the plans in force, what is known of payees."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.console import terminal

if TYPE_CHECKING:
    from decimal import Decimal

    from recon.engines.duck import DuckEngine
    from recon.model.periods import Period
    from recon.payouts.activity import Books
    from recon.payouts.library import Filed
    from recon.payouts.period import Known
    from recon.payouts.plan.plan import Plan

PeriodOption = Annotated[str, typer.Option("--period", metavar="PERIOD", help="A month as 2026-10, or days.")]
RunOption = Annotated[str, typer.Option("--run", metavar="RUN", help="The run whose matches are paid on.")]
FactsOption = Annotated[
    Path | None,
    typer.Option(
        "--facts", metavar="FILE", help="A CSV file of what is known of payees: payee, what, name, value."
    ),
]


@contextmanager
def opened_books(context: typer.Context, run: str) -> Iterator[tuple["DuckEngine", "Books"]]:
    """The books of a run, in an engine as large as the project's settings allow."""
    from recon.payouts.run_books import books_of
    from recon.store.store import Store

    project = terminal(context).project()
    store = Store.open(project)
    machine = project.settings.run
    with books_of(store, store.run(run), machine.memory_mb, machine.threads) as held:
        yield held


def filed_plans(context: typer.Context, names: Sequence[str] | None) -> "list[Filed]":
    """The project's plans, all versions, of these names or all."""
    from recon.payouts.library import named, plans_in

    project = terminal(context).project()
    return named(plans_in(project.plans_dir, project.relative), list(names or []))


def in_force(filed: "Sequence[Filed]", period: "Period") -> "list[Plan]":
    """The version of each plan in force on the last day of the period."""
    from recon.payouts.plan.plan import version_on

    plans = [one.plan for one in filed]
    versions = (version_on(plans, name, period.last) for name in sorted({plan.plan for plan in plans}))
    return [plan for plan in versions if plan is not None]


def known_of(facts: Path | None) -> "Known":
    """What a file says of payees; nothing without a file."""
    from recon.payouts.known_facts import read_facts
    from recon.payouts.period import Known

    return Known(read_facts(facts, facts.as_posix()) if facts else {})


def shown(amount: "Decimal | None", currency: str | None = None) -> "Decimal | None":
    """An exact amount with the digits that it has, at least those of the currency."""
    from decimal import Decimal

    from recon.model.money import plain

    return None if amount is None else Decimal(plain(amount, currency))
