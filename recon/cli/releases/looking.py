"""`recon releases list`, `show`, `check`: where every order stands, on what evidence, and that none went twice."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.releases.asked import COLUMNS, DayOption, books_of, row_of
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.model.wording import counted, with_currency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.releases.candidates import Candidate
    from recon.releases.trails import Link

app = typer.Typer()


@app.command(
    "list",
    epilog=epilog(
        "recon releases list", "recon releases list --state refused --format json", statuses=FILES | WRITES
    ),
)
def list_orders(
    context: typer.Context,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="Only these: ready, refused, proposed, approved, released, cancelled; may be repeated.",
        ),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option("--why", metavar="REASON", help="Only what is refused for this, such as reused_proof."),
    ] = None,
    reseller: Annotated[
        str | None, typer.Option("--reseller", metavar="RESELLER", help="Only of this one.")
    ] = None,
    on: DayOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the orders: where each stands, why it is not released, and what to do next.

    An order is ready when a run has matched it with exactly one proof of transfer, and that with exactly one bank
    credit, when the credit is what the price list asks for, and when nothing speaks against the reseller.
    """
    from recon.cli.terminal.options import refuse_unknown
    from recon.releases.candidates import State
    from recon.releases.refusals import Why

    refuse_unknown("state", state, [one.value for one in State])
    refuse_unknown("reason", [why] if why else None, [one.value for one in Why])
    found = [
        one
        for one in books_of(context, on).candidates
        if (not state or one.state in state)
        and reseller in {None, one.reseller}
        and (why is None or why in {each.why for each in one.refusals})
    ]
    heads = headed(COLUMNS)
    print_listing(heads, [row_of(one) for one in found], form, output)
    counts = {name: sum(one.state is name for one in found) for name in State}
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    terminal(context).say(told or "no orders")


@app.command("show", epilog=epilog("recon releases show R-1017", statuses=FILES | WRITES))
def show(
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help="An order by its number.")],
    on: DayOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show the evidence of an order: its lines in the files, proof, credit, price, who decided, and what is wrong."""
    (one,) = books_of(context, on).named([order])
    terminal(context).say(f"order {one.order} of {one.reseller}: {one.state}")
    print_listing(headed(("what", "words", "place")), _told(one), form, output)


@app.command("check", epilog=epilog("recon releases check", statuses=FILES | WRITES))
def check(context: typer.Context, on: DayOption = None) -> None:
    """Prove from the exports that no order, proof or credit was released twice, and that what they rest on stands.

    A credit that the bank took back after its order was released is told here (exit status 4).
    """
    from recon.releases.checking import check_releases

    told = terminal(context)
    count = check_releases(told.store(), books_of(context, on))
    told.say(f"{counted(count, 'order')} released, each once, on a proof and a credit of its own")


def _told(one: "Candidate") -> "Iterator[tuple[str, str, str]]":
    from recon.releases.prices import Quote

    for line in one.trail.lines:
        kind = "withdrawn" if line.withdrawn else "cancellation" if line.undone else "order"
        what = " ".join(word for word in (line.units, line.product) if word)
        yield kind, f"{what} for {with_currency(line.amount, line.currency)}, {line.day}", line.place
    for link in one.trail.proofs:
        yield "proof", _linked(link), link.to.place
    for link in one.trail.credits:
        yield "credit", _linked(link), link.to.place
    for line in one.trail.taken_back:
        yield "taken back", f"{with_currency(line.amount, line.currency)}, {line.day}", line.place
    yield "price", str(one.price) if isinstance(one.price, Quote) else one.price.words, ""
    if one.proposal is not None:
        yield "proposed", f"by {one.proposal.by}: {one.proposal.ask.reason}", one.proposal.at
        for said in one.proposal.said:
            word = "refused" if one.proposal.state == "refused" else said.level
            yield word, f"by {said.by}{f': {said.note}' if said.note else ''}", said.at
    if one.batch is not None:
        yield "released", f"export {one.batch}", ""
    for each in one.refusals:
        yield each.why.value, each.words, ""
        yield "next step", each.next_step, ""


def _linked(link: "Link") -> str:
    line = link.to
    marks = ", ".join(mark for mark in line.marks if mark) or ", ".join(line.refs)
    state = "" if link.state == "confirmed" else f" ({link.state})"
    match = f"match {link.match_id[:8]} by `{link.by}`{state}"
    return f"{with_currency(line.amount, line.currency)}, {line.day}, {marks}; {match}"
