"""`recon where`: where money is that somebody asks about, by the reference they have."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import READS, epilog
from recon.cli.terminal.listing import Format, FormatOption, UnmaskedOption
from recon.cli.terminal.told import print_facts, print_lines
from recon.errors import Problem, UsageError

if TYPE_CHECKING:
    from recon.breaks.whereabouts import Whereabouts
    from recon.store.published import Published
    from recon.store.store import Store

app = typer.Typer()


@app.command(
    epilog=epilog(
        "recon where ORD-0012",
        "recon where PAYOUT-2026-10-05 --format json",
        statuses=READS,
    )
)
def where(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="REF",
            help="A reference of the merchant, the processor or the bank, a payout, the id of an entry or a break, "
            "or a text of a bank statement.",
        ),
    ],
    unmasked: UnmaskedOption = False,
    form: FormatOption = None,
) -> None:
    """Tell where money is: each book that has it, what it was matched with, and what is open, left out or refused.

    It looks at everything that was taken in, matched or not, and writes nothing.
    """
    found = followed(terminal(context).store(), name)
    if not found.is_known:
        hint = "it may be in a file that has not come yet; `recon ingest` takes in what is there"
        message = f"no book, break or refused row of the project has `{name}`"
        raise UsageError(Problem("unknown-name", message, hint=hint))
    tell_where(found, form, unmasked=unmasked)


def followed(store: "Store", name: str) -> "Whereabouts":
    """All that the latest run and those before it know of what a name stands for."""
    from recon.breaks.casefile import Casefile
    from recon.breaks.following import whereabouts
    from recon.runs.decisions import revoked

    casefile = Casefile(store.run("latest"))
    runs = [one for one in store.up_to(casefile.run) if one.present]
    return whereabouts(name, casefile, runs, store.ingests(), revoked(store))


def known_in(store: "Store", run: "Published", name: str) -> "Whereabouts | None":
    """Where it is that no break is called by, if any book has it; of a run before the latest nothing is told."""
    if run.identity != store.run("latest").identity:
        return None
    found = followed(store, name)
    return found if found.is_known else None


def tell_where(found: "Whereabouts", form: Format | None, *, unmasked: bool) -> None:
    """Print where it is, in lines or as JSON."""
    from recon.outputs.told import Teller
    from recon.outputs.where import where_lines

    if form is Format.JSON:
        print_facts(found, unmasked=unmasked)
    else:
        print_lines(where_lines(Teller(unmasked), found))
