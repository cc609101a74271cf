"""`recon payouts explain`: an amount taken apart, down to the entries it rests on and the lines of their files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.payout_books import FactsOption, PaidOnOption, Wanted, opened_books, shown, standing_or_previewed
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption
from recon.errors import Problem, UsageError
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.engines.duck import DuckEngine
    from recon.model.periods import Period
    from recon.payouts.books.activity import Books
    from recon.payouts.desk.shelf import PublishedPayout
    from recon.payouts.periods.other_currencies import OtherCurrency
    from recon.payouts.periods.resting import Resting
    from recon.payouts.plan.components import Component
    from recon.payouts.plan.plan import Plan

app = typer.Typer()


@app.command(
    "explain",
    epilog=epilog("recon payouts explain agent-17 --period 2026-10", statuses=FILES | READS),
)
def explain(
    context: typer.Context,
    payee: Annotated[str, typer.Argument(metavar="PAYEE", help="Who was paid.")],
    period: PeriodOption,
    only: Wanted = None,
    run: PaidOnOption = "latest",
    facts: FactsOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Explain a payee's amount: its rows, which add up to it, and the entries they rest on with file and line.

    A payout that is kept is explained as it was calculated; a period without one is calculated now.
    """
    names = ("plan", "kind", "component", "words", "units", "rate", "amount", "place")
    lines: list[tuple[object, ...]] = []
    with standing_or_previewed(context, period, only, run, facts) as payouts:
        for payout in payouts:
            lines += _explained(context, payout, payee)
    if not lines:
        message = f"{payee} earns nothing in {period}"
        hint = "`recon payouts calculate` lists everybody who does"
        raise UsageError(Problem("no-payee", message, hint=hint))
    print_listing(headed(names), lines, form, output)


def _explained(context: typer.Context, payout: "PublishedPayout", payee: str) -> Iterator[tuple[object, ...]]:
    """The rows of a payee, each about an entry with its place, then the entries that they rest on."""
    import pyarrow.compute as pc

    version, currency = payout.manifest["version"], payout.manifest["currency"]
    table = payout.explanation
    own = table.filter(pc.equal(table["payee"], payee)).to_pylist()
    credited = list(dict.fromkeys(row["credited"] for row in own))
    paid = [row for row in payout.payments if row["payee"] == payee and row["kind"] != "earned"]
    held = [row for row in payout.table("held").to_pylist() if row["credited"] in credited]
    refunds = [row["reference"] for row in paid if row["kind"] == "correction" and row["reference"]]
    named = {row["entry_id"] for row in own + held if row["entry_id"]}.union(refunds)
    others = [one for one in payout.other_currencies if one.payee == payee]
    # Whoever is paid nothing may have sold to customers whose time is over.
    counts_time = payout.as_written.customers is not None
    looked_for = credited or named or others or counts_time
    asked = credited or ([payee] if counts_time else [])
    resting = _resting(context, payout, credited, named, refunds, others, asked) if looked_for else _Found()
    for row in own:
        whose = "" if row["credited"] == payee else f" (activity of {row['credited']})"
        amounts = (shown(row["units"]), row["rate"], shown(row["amount"], currency))
        place = resting.places.get(row["entry_id"], "")
        yield version, row["kind"], row["component"], f"{row['words']}{whose}", *amounts, place
    for row in paid:
        amount, place = shown(row["amount"], currency), row["reference"]
        yield version, row["kind"], "", row["words"], None, "", amount, resting.places.get(place, place)
    for row in held:
        words = f"entry {row['entry_id']} is held by the break {row['break_id']} ({row['kind']})"
        place = resting.places.get(row["entry_id"], "")
        yield version, "held entry", row["component"], words, None, "", None, place
    for one in others:
        count = counted(one.entries, "entry")
        sums = f"{shown(one.amount, one.currency)} {one.currency}"
        words = f"not paid for, because not in {currency}: {count}, {sums}"
        yield version, "left out", one.component, words, None, "", None, ""
    yield from resting.lines


NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass
class _Found:
    """The lines about what rows rest on, and the places of the entries by their ids."""

    lines: list[tuple[object, ...]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def add(
        self,
        plan: "Plan",
        component: str,
        entries: "Iterable[Resting]",
        kind: str = "entry",
        told: Mapping[str, str] = NOTHING,
    ) -> None:
        """Take in entries that a component counted, or left out; `told` is what more is said of them."""
        for entry in entries:
            self.place(entry)
            adds = shown(entry.adds, entry.unit)
            words = f"entry {entry.entry_id} of {entry.day}"
            if adds != entry.amount:
                words += f", {shown(entry.amount, entry.currency)} {entry.currency}"
            if entry.entry_id in told:
                words += f", {told[entry.entry_id]}"
            self.lines.append(
                (plan.version, kind, component, words, adds, "", None, self.places[entry.entry_id])
            )

    def place(self, entry: "Resting") -> None:
        """Know where an entry stands."""
        self.places[entry.entry_id] = f"{entry.file}:{entry.line}"


def _resting(
    context: typer.Context,
    payout: "PublishedPayout",
    credited: Sequence[str],
    named: Set[str],
    refunds: Sequence[str],
    others: "Sequence[OtherCurrency]",
    asked: Sequence[str],
) -> _Found:
    """The entries that the rows rest on, from the books of the run that the payout was paid on.

    Figures that the plan measures come with what they are of the payee, and refunds with the line that says so. The
    entries `named` by rows have places also where no component counts them any more; those of who is `asked` about
    are told where the time of their customers is over.
    """
    from recon.payouts.books.measured import readings
    from recon.payouts.desk.moves import counted_books, measured_now
    from recon.payouts.desk.shelf import Shelf
    from recon.payouts.periods.customers_told import told_of_customers
    from recon.payouts.periods.other_currencies import in_currency
    from recon.payouts.periods.resting import entries_named, entries_of

    plan, period = payout.as_written, payout.period
    found = _Found()
    with opened_books(context, str(payout.manifest["run"])) as (engine, all_books):
        shelf = Shelf(terminal(context).store())
        books = counted_books(engine, all_books, shelf, plan, period, payout.known)
        measured = measured_now(engine, all_books, shelf, plan, period, payout.known)
        for who in credited:
            figures = measured.told(payout.known.of(who, period)).figures
            for one in plan.figures:
                figure = shown(figures.get(one.figure))
                found.lines.append((plan.version, "figure", one.figure, str(one), figure, "", None, ""))
            counted = [(plan, component, period) for component in plan.components]
            for one in plan.figures:
                counted += [
                    (alone, one.component(), days)
                    for ago, days, alone in readings(plan, one, period)
                    if not ago
                ]
            for what, component, days in counted:
                own = entries_of(engine, what, component, books, days, who)
                told = told_of_customers(engine, component, books, [one.entry_id for one in own])
                found.add(plan, component.name, own, told=told)
        for who in asked:
            for component in plan.components:
                _out_of_time(engine, plan, component, books, period, who, found)
        found.add(plan, "", entries_named(engine, all_books, refunds))
        components = {component.name: component for component in plan.components}
        for other in others:
            alike = in_currency(plan, other.currency)
            left = entries_of(engine, alike, components[other.component], books, period, other.payee)
            found.add(plan, other.component, left, "left out entry")
        for entry in entries_named(engine, all_books, sorted(named - found.places.keys())):
            found.place(entry)
    return found


def _out_of_time(
    engine: "DuckEngine",
    plan: "Plan",
    component: "Component",
    books: "Books",
    period: "Period",
    who: str,
    found: _Found,
) -> None:
    """Take in the entries that earn nothing as they are out of the time of their customers that the plan pays."""
    from recon.payouts.periods.customers_told import any_time, told_of_customers
    from recon.payouts.periods.resting import entries_of

    if component.of_customers is None:
        return
    whole = entries_of(engine, plan, any_time(component), books, period, who)
    left = [one for one in whole if one.entry_id not in found.places]
    told = told_of_customers(engine, component, books, [one.entry_id for one in left])
    named = [one for one in left if one.entry_id in told]
    found.add(plan, component.name, named, "out of time", told)
