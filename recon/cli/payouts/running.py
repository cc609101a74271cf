"""`recon payouts run`, `list`, `show`, `replay`: payouts computed, kept, looked at, and computed again."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recon.cli.payout_books import (
    AdjustmentsOption,
    FactsOption,
    PaidOnOption,
    Wanted,
    asked_for,
    filed_in_force,
    filed_plans,
    refuse_none,
    refuse_rate_cards,
    say_left_out,
    shown,
)
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import (
    Column,
    Format,
    FormatOption,
    OutputOption,
    headed,
    print_json,
    print_listing,
)
from recon.cli.terminal.options import ByOption, PeriodOption
from recon.model.wording import counted
from recon.payouts.steps import STEPS

if TYPE_CHECKING:
    from recon.payouts.desk.shelf import PublishedPayout, Shelf
    from recon.store.store import Store

app = typer.Typer()
PayoutArgument = Annotated[
    str, typer.Argument(metavar="PAYOUT", help="A payout's name, or the beginning of it.")
]
BECAME = {
    "new": "calculated",
    "unchanged": "unchanged, nothing is new",
    "closed": "closed; what is late for it is booked in the open period",
}


@app.command(
    "run",
    epilog=epilog(
        "recon payouts run --period 2026-10",
        "recon payouts run --period 2026-10 --plan pos_withdrawal",
        statuses=FILES | WRITES,
    ),
)
def run_(
    context: typer.Context,
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    adjustments: AdjustmentsOption = None,
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Calculate the payouts of a period, one for each plan in force, and keep them to be reviewed and approved.

    The run that they rest on covers the whole period, and no earlier days of a plan are left unpaid. Balances come from
    the payouts of earlier periods; what became known late of closed ones is booked here. When nothing is new, nothing
    changes.
    """
    from recon.payouts.desk.ended import ended_plans
    from recon.payouts.desk.running import begun_late, run_payouts
    from recon.payouts.desk.shelf import Shelf

    told = terminal(context)
    asked = asked_for(context, period, run, facts, adjustments)
    filed = filed_plans(context, only)
    refuse_rate_cards(filed, only)
    plans = filed_in_force(filed, asked.period)
    ended = ended_plans(Shelf(asked.store), filed, asked.period)
    refuse_none([*plans, *ended], asked.period)
    rows: list[tuple[object, ...]] = []
    late = begun_late(asked, plans)
    for outcome in run_payouts(asked, plans, told.person(by).name, ended):
        told.say(f"{outcome.payout.identity}: {BECAME[outcome.became]}")
        say_left_out(context, outcome.payout.as_written, outcome.payout.period, outcome.payout.left_out)
        rows.append((*_headline(asked.store, outcome.payout), outcome.became))
    if not rows:
        refuse_none(plans, asked.period)
    for words in late:
        told.say(words)
    print_listing([*_COLUMNS, Column("became", "Became")], rows, form, output)


@app.command("list", epilog=epilog("recon payouts list", "recon payouts list --period 2026-10 --format json"))
def list_(
    context: typer.Context,
    period: Annotated[str | None, typer.Option("--period", metavar="PERIOD", help="Only this period.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that were calculated again since.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the payouts that are kept, with their states."""
    from recon.model.periods import Period

    store, shelf = _shelf(context)
    wanted = Period.parse(period) if period else None
    standing = shelf.standing(wanted)
    found = [one for one in shelf.all if wanted is None or one.period == wanted] if every else standing
    stand = {one.identity for one in standing}
    rows = [(*_headline(store, one), one.identity in stand) for one in found]
    if wanted:
        terminal(context).say_where_empty(rows, f"no payout of {wanted} is stored")
    print_listing([*_COLUMNS, Column("stands", "Stands")], rows, form, output)


@app.command("show", epilog=epilog("recon payouts show pos_withdrawal-2026-10", statuses=FILES | WRITES))
def show(
    context: typer.Context,
    name: PayoutArgument,
    acts: Annotated[bool, typer.Option("--acts", help="What was done to it, by whom and when.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show a payout: one line per payee, from what was earned to what is paid; the steps add up."""
    from recon.payouts.desk.states import history_of

    store, shelf = _shelf(context)
    payout = shelf.named(name)
    if acts:
        rows = [(one.act, one.level, one.by, one.at, one.note) for one in history_of(store, payout)]
        print_listing(("act", "level", "by", "at", "note"), rows, form, output)
    elif form is Format.JSON:
        others = [
            {**asdict(one), "amount": str(shown(one.amount, one.currency))} for one in payout.other_currencies
        ]
        rows_of = [_exact(row) for row in payout.payouts]
        print_json({**payout.manifest, "payouts": rows_of, "other_currencies": others}, output)
    else:
        say_left_out(context, payout.as_written, payout.period, payout.left_out)
        print_listing(PAYEE_COLUMNS, payee_lines(payout), form, output)


@app.command("replay", epilog=epilog("recon payouts replay pos_withdrawal-2026-10", statuses=FILES | WRITES))
def replay(
    context: typer.Context, name: PayoutArgument, form: FormatOption = None, output: OutputOption = None
) -> None:
    """Calculate a payout again from the copies it keeps, and compare every file byte by byte; nothing is stored."""
    from recon.payouts.desk.replaying import replay_payout

    told = terminal(context)
    store, shelf = _shelf(context)
    payout = shelf.named(name)
    files = replay_payout(told.project(), store, payout)
    told.say(f"payout {payout.identity}: identical, {counted(len(files), 'file')}, byte by byte")
    print_listing(
        ("payout", "file", "replayed"), [(payout.identity, one, "identical") for one in files], form, output
    )


_NAMES = ("payout", "plan", "period", "state", "payees", "earned", "held", "waiting", "net", "currency", "paid")
_COLUMNS = headed(_NAMES)
PAYEE_COLUMNS = headed(("plan", "period", "payee", "currency", *STEPS, "net", "paid", "paid_in"))


def _headline(store: "Store", payout: "PublishedPayout") -> tuple[object, ...]:
    from decimal import Decimal

    from recon.payouts.desk.states import state_of

    if not payout.published.present:
        return payout.identity, "", "", "gone", None, None, None, None, None, "", ""
    said = payout.manifest
    sums = said["sums"]
    paid = " ".join(f"{amount} {currency}" for currency, amount in said["paid"].items())
    state = state_of(store, payout).name
    amounts = (*(Decimal(sums[name]) for name in ("earned", "held", "waiting", "net")), said["currency"], paid)
    return payout.identity, said["version"], said["period"], state, said["payees"], *amounts


def payee_lines(payout: "PublishedPayout") -> Iterator[tuple[object, ...]]:
    """One line per payee, in the order of `PAYEE_COLUMNS`."""
    for row in payout.payouts:
        currency = row["currency"]
        steps = (shown(row[step], currency) for step in (*STEPS, "net"))
        paid = shown(row["paid"], row["paid_in"])
        yield row["version"], row["period"], row["payee"], currency, *steps, paid, row["paid_in"]


def _exact(row: dict[str, Any]) -> dict[str, Any]:
    amounts = {step: str(shown(row[step], row["currency"])) for step in (*STEPS, "net")}
    rate = None if row["fx_rate"] is None else str(shown(row["fx_rate"]))
    return {**row, **amounts, "paid": str(shown(row["paid"], row["paid_in"])), "fx_rate": rate}


def _shelf(context: typer.Context) -> "tuple[Store, Shelf]":
    from recon.payouts.desk.shelf import Shelf
    from recon.store.store import Store

    store = Store.open(terminal(context).project())
    return store, Shelf(store)
