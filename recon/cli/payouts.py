"""`recon payouts`: what everybody earned and is paid for a period, and why, down to the line of the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.console import terminal
from recon.cli.help import epilog
from recon.cli.listing import Column, FormatOption, OutputOption, print_listing
from recon.errors import ExitStatus, Problem, UsageError

if TYPE_CHECKING:
    from decimal import Decimal

    from recon.engines.duck import DuckEngine
    from recon.model.periods import Period
    from recon.payouts.activity import Books
    from recon.payouts.library import Filed
    from recon.payouts.period import Known, PeriodResult
    from recon.payouts.plan.plan import Plan

app = typer.Typer(help="Commissions: what was earned, what is paid, and why.")
STATUSES = (ExitStatus.CLEAN, ExitStatus.USAGE, ExitStatus.REFUSED, ExitStatus.CONTROL)

Wanted = Annotated[
    list[str] | None, typer.Option("--plan", metavar="NAME", help="Only this plan; may be repeated.")
]
PeriodOption = Annotated[
    str, typer.Option("--period", metavar="PERIOD", help="A month as 2026-10, or a range of days.")
]
RunOption = Annotated[str, typer.Option("--run", metavar="RUN", help="The run whose matches are paid on.")]
FactsOption = Annotated[
    Path | None,
    typer.Option(
        "--facts", metavar="FILE", help="A CSV file of what is known of payees: payee, what, name, value."
    ),
]


@app.command(
    "calculate",
    epilog=epilog(
        "recon payouts calculate --period 2026-10",
        "recon payouts calculate --period 2026-10 --plan pos_withdrawal --format json",
        statuses=STATUSES,
    ),
)
def calculate(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: RunOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Calculate what every payee earned in a period on what reconciled, and what is paid of it.

    Nothing is stored: the same run, plans and facts give the same amounts.
    """
    from recon.payouts.paying import pay
    from recon.payouts.period import payees

    names = ("plan", "payee", "currency", "earned", "paid", "carried", "reserved")
    rows = []
    with _results(context, period, only, run, facts) as found:
        for plan, result, _, _, known in found:
            for who, earned in payees(result):
                payout = pay(plan, known.of(who, result.period), earned)
                amounts = (earned, payout.paid, payout.carried, payout.reserved)
                shown = (_shown(amount, plan.currency) for amount in amounts)
                rows.append((plan.version, who, payout.currency, *shown))
            for left in result.left_out:
                amount = f"{_shown(left.amount, left.currency)} {left.currency}"
                terminal(context).say(f"{plan.version}: {left.entries} {left.reason}, {amount}")
    print_listing([Column(name, name.capitalize()) for name in names], rows, form, output)


@app.command(
    "explain",
    epilog=epilog("recon payouts explain agent-17 --period 2026-10", statuses=STATUSES),
)
def explain(
    context: typer.Context,
    payee: Annotated[str, typer.Argument(metavar="PAYEE", help="Who was paid.")],
    period: PeriodOption,
    only: Wanted = None,
    run: RunOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Explain a payee's amount: its rows, which add up to it, and the entries they rest on with file and line."""
    names = ("plan", "kind", "component", "words", "units", "rate", "amount", "place")
    rows: list[tuple[object, ...]] = []
    with _results(context, period, only, run, facts) as found:
        for plan, result, engine, books, _ in found:
            rows += _explained(plan, result, engine, books, payee)
    if not rows:
        message = f"{payee} earns nothing in {period}"
        hint = "`recon payouts calculate` lists everybody who does"
        raise UsageError(Problem("no-payee", message, hint=hint))
    print_listing([Column(name, name.capitalize()) for name in names], rows, form, output)


def _explained(
    plan: "Plan", result: "PeriodResult", engine: "DuckEngine", books: "Books", payee: str
) -> Iterator[tuple[object, ...]]:
    from recon.payouts.resting import entries_of

    for outcome in result.outcomes:
        mine = [row for row in outcome.rows if row.payee == payee]
        for row in mine:
            whose = "" if outcome.facts.payee == payee else f" (activity of {outcome.facts.payee})"
            amounts = (_shown(row.units), row.rate, _shown(row.amount, plan.currency))
            yield row.version, row.kind.value, row.component, f"{row.words}{whose}", *amounts, ""
        for component in plan.components if mine else ():
            for entry in entries_of(engine, plan, component, books, result.period, outcome.facts.payee):
                words = f"entry {entry.entry_id} of {entry.day}"
                amounts = (_shown(entry.amount, entry.currency), "", None)
                yield plan.version, "entry", component.name, words, *amounts, f"{entry.file}:{entry.line}"


@contextmanager
def _results(
    context: typer.Context, period: str, names: list[str] | None, run: str, facts: Path | None
) -> Iterator[Iterator[tuple["Plan", "PeriodResult", "DuckEngine", "Books", "Known"]]]:
    """Each plan in force at the end of the period with its result, while the books are open."""
    from recon.model.periods import Period
    from recon.payouts.known_facts import read_facts
    from recon.payouts.library import named, plans_in
    from recon.payouts.period import Known, compute
    from recon.payouts.run_books import books_of
    from recon.store.store import Store

    project = terminal(context).project()
    wanted = Period.parse(period)
    plans = _in_force(named(plans_in(project.plans_dir, project.relative), names or []), wanted)
    known = Known(read_facts(facts, facts.as_posix()) if facts else {})
    store = Store.open(project)
    machine = project.settings.run
    with books_of(store, store.run(run), machine.memory_mb, machine.threads) as (engine, books):
        yield ((plan, compute(engine, plan, books, wanted, known), engine, books, known) for plan in plans)


def _in_force(filed: "list[Filed]", period: "Period") -> "list[Plan]":
    """The version of each plan in force on the last day of the period."""
    from recon.payouts.plan.plan import version_on

    plans = [one.plan for one in filed]
    versions = (version_on(plans, name, period.last) for name in sorted({plan.plan for plan in plans}))
    return [plan for plan in versions if plan is not None]


def _shown(amount: "Decimal | None", currency: str | None = None) -> "Decimal | None":
    """An exact amount with the digits that it has, at least those of the currency."""
    from decimal import Decimal

    from recon.model.money import plain

    return None if amount is None else Decimal(plain(amount, currency))
