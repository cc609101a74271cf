"""`recon cases`: questions about settlement, from whoever asks to the root cause."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli import case_listings
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.listing import Format, FormatOption
from recon.cli.terminal.options import ByOption
from recon.project.choices import Priority

if TYPE_CHECKING:
    from recon.breaks.cases.case import Case, Link
    from recon.store.store import Store

app = typer.Typer(help="Questions about settlement: open, reply, link, assign, resolve, report.")
app.add_typer(case_listings.app)
CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="A case, such as C-0007 or 7.")]
AboutOption = Annotated[
    list[str] | None,
    typer.Option("--about", metavar="ID", help="A break, an entry or a reference; may be repeated."),
]
MerchantOption = Annotated[
    list[str] | None, typer.Option("--merchant", metavar="NAME", help="A merchant or partner; may be repeated.")
]
PayoutOption = Annotated[
    list[str] | None, typer.Option("--payout", metavar="ID", help="A payout; may be repeated.")
]


@app.command(
    "open",
    epilog=epilog(
        "recon cases open 'where is the money of A-1005' --asked-by 'Miller Ltd' --about A-1005",
        statuses=WRITES,
    ),
)
def open_one(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="What is asked.")],
    asked_by: Annotated[str, typer.Option("--asked-by", metavar="NAME", help="Who asks.")],
    about: AboutOption = None,
    merchant: MerchantOption = None,
    payout: PayoutOption = None,
    priority: Annotated[Priority, typer.Option("--priority", help="How urgent it is.")] = "normal",
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help="Who works on it.")] = "",
    by: ByOption = None,
) -> None:
    """Open a case; the answer that the data gives is drafted at once."""
    from recon.breaks.cases.working import open_case

    told = terminal(context)
    store = told.store()
    links = _links(store, about, merchant, payout)
    made = open_case(store.ledger, told.person(by), asked_by, subject, links, priority, owner)
    print(made.name)  # noqa: T201  (data)
    for sentence in _draft(store, made):
        told.say(sentence)


@app.command("show", epilog=epilog("recon cases show 7"))
def show(context: typer.Context, name: CaseArgument, form: FormatOption = None) -> None:
    """Show a case: what it is about, what was said, its clock, and the answer that the data gives."""
    from dataclasses import asdict

    from recon.breaks.cases.case import case_named
    from recon.breaks.cases.report import hours, timed
    from recon.cli.terminal.told import print_facts, print_lines
    from recon.outputs.told import named_lines

    told = terminal(context)
    store = told.store()
    one = timed(case_named(store.ledger, name), told.project().settings.cases, store.clock())
    drafted = _draft(store, one.case)
    if form is Format.JSON:
        print_facts({**asdict(one), "clock": one.clock, "draft": drafted}, unmasked=True)
        return
    case = one.case
    fields: dict[str, object] = {
        "asked by": case.asked_by,
        "owner": case.owner,
        "priority": case.priority,
        "opened": f"{case.opened_at:%Y-%m-%d %H:%M} by {case.opened_by}",
        "clock": f"{hours(one.used)} of {hours(one.allowed)} business hours, {one.clock}",
        "due": f"{one.due:%Y-%m-%d %H:%M}" if one.due else "",
        "about": "; ".join(" ".join(filter(None, (link.what, link.name, link.words))) for link in case.links),
        "cause": case.cause,
        "resolution": f"{case.resolution} ({case.resolved_by})" if case.resolution else "",
    }
    print_lines([("head", f"Case {case.name}  {case.status}  {case.subject}"), *named_lines(fields)])
    lines = [
        ("", f"  {said.at:%Y-%m-%d %H:%M}  {case.asked_by if said.incoming else said.by}: {said.words}")
        for said in case.messages
    ]
    if lines:
        print_lines([("", ""), ("head", "Messages"), *lines])
    if drafted:
        print_lines([("", ""), ("head", "By the data"), *(("", f"  {sentence}") for sentence in drafted)])


@app.command(epilog=epilog("recon cases reply 7 'paid on 6 October' --wait", statuses=WRITES))
def reply(
    context: typer.Context,
    name: CaseArgument,
    words: Annotated[str, typer.Argument(metavar="TEXT", help="The message; `-` takes the drafted answer.")],
    incoming: Annotated[
        bool, typer.Option("--from-asker", help="It came from whoever asked, and starts the clock again.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for an answer; the clock stands still.")] = False,
    by: ByOption = None,
) -> None:
    """Add a message to a case."""
    from recon.breaks.cases.case import case_named
    from recon.breaks.cases.working import reply as say

    told = terminal(context)
    store = told.store()
    if words == "-":
        words = " ".join(_draft(store, case_named(store.ledger, name)))
    done = say(store.ledger, told.person(by), name, words, incoming=incoming, waits=wait)
    told.say(f"{done.name}: {done.status}")


@app.command(epilog=epilog("recon cases link 7 --about A-1006", statuses=WRITES))
def link(
    context: typer.Context,
    name: CaseArgument,
    about: AboutOption = None,
    merchant: MerchantOption = None,
    payout: PayoutOption = None,
    by: ByOption = None,
) -> None:
    """Say what else a case is about."""
    from recon.breaks.cases.working import link as add

    told = terminal(context)
    store = told.store()
    links = _links(store, about, merchant, payout)
    if not links:
        raise typer.BadParameter("say what it is about", param_hint="--about")
    done = add(store.ledger, told.person(by), name, links)
    told.say(f"{done.name}: about {', '.join(one.name for one in done.links)}")


@app.command(epilog=epilog("recon cases assign 7 --to ada", statuses=WRITES))
def assign(
    context: typer.Context,
    name: CaseArgument,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who works on it.")],
    by: ByOption = None,
) -> None:
    """Give a case to somebody to work on."""
    from recon.breaks.cases.working import assign as give

    told = terminal(context)
    done = give(told.store().ledger, told.person(by), name, to)
    told.say(f"{done.name}: {done.owner or 'nobody'} works on it")


@app.command(epilog=epilog("recon cases resolve 7 --cause fee --resolution 'charge returned'", statuses=WRITES))
def resolve(
    context: typer.Context,
    name: CaseArgument,
    cause: Annotated[
        str, typer.Option("--cause", metavar="CAUSE", help="The root cause, of the project's list.")
    ],
    resolution: Annotated[str, typer.Option("--resolution", metavar="TEXT", help="How it ended.")],
    by: ByOption = None,
) -> None:
    """Resolve a case, with its root cause."""
    from recon.breaks.cases.working import resolve as settle

    told = terminal(context)
    done = settle(told.store().ledger, told.person(by), name, told.project().settings.cases, cause, resolution)
    told.say(f"{done.name}: resolved, {done.cause}")


@app.command(epilog=epilog("recon cases reopen 7 --reason 'the money did not come'", statuses=WRITES))
def reopen(
    context: typer.Context,
    name: CaseArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
    by: ByOption = None,
) -> None:
    """Open a resolved case again; its clock goes on from where it stopped."""
    from recon.breaks.cases.working import reopen as again

    told = terminal(context)
    told.say(f"{again(told.store().ledger, told.person(by), name, reason).name}: open")


def _links(
    store: "Store", about: Sequence[str] | None, merchants: Sequence[str] | None, payouts: Sequence[str] | None
) -> "list[Link]":
    """What the options name, entries by their id."""
    from recon.breaks.called import in_first_book
    from recon.breaks.casefile import Casefile
    from recon.breaks.cases.case import Link
    from recon.breaks.naming import entry_named

    found = [Link("merchant", one) for one in merchants or ()] + [Link("payout", one) for one in payouts or ()]
    if about:
        casefile = Casefile(store.run("latest"))
        runs = store.up_to(casefile.run)
        ingests = store.ingests_of(casefile.run)
        for name in about:
            called = in_first_book(name, casefile.run, ingests) or [
                entry_named(casefile, runs, name, ingests=ingests)[2]
            ]
            found += [Link("batch", name)] if len(called) > 1 else [Link("entry", called[0], name)]
    return found


def _draft(store: "Store", case: "Case") -> list[str]:
    from recon.breaks.casefile import Casefile
    from recon.breaks.cases.answer import draft
    from recon.runs.decisions import revoked

    run = store.latest_run()
    if run is None:
        return []
    return draft(case, Casefile(run), store.up_to(run), store.ingests_of(run), revoked(store))
