"""`recon journals`: what the ledger of accounts has to be told, exported once."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.listing import Column, FormatOption, OutputOption, print_listing
from recon.model.money import exact
from recon.model.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

app = typer.Typer(help="Journal entries of write-offs, fees, differences, accruals and payouts: list, export.")

_COLUMNS = (
    "state",
    "entry",
    "day",
    "what",
    Column("account"),
    "debit",
    "credit",
    "currency",
    "text",
    "reverses",
)


@app.command("list", epilog=epilog("recon journals list", "recon journals list --format csv", statuses=WRITES))
def list_journals(
    context: typer.Context,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what no export has yet, and what no rule books.")
    ] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List all lines: those exported, those that the next export takes, and what no rule of the mapping books."""
    from recon.close.journals.accounts import load_accounts
    from recon.close.journals.exporting import draft, exports, lines_of

    told = terminal(context)
    store = told.store()
    found = draft(store, load_accounts(told.project()))
    rows = [] if waiting else [
        row for one in exports(store) for row in _rows(one.published.identity, one.lines)
    ]  # fmt: skip
    for entry in found.entries:
        rows += _rows("waiting", lines_of(entry))
    for one in found.unbooked:
        fact = one.fact
        rows.append(
            (f"not booked: {one.why}", "", fact.day, fact.subject.books, "", fact.amount, None, fact.subject.currency,
             fact.words, "")
        )  # fmt: skip
    print_listing(_COLUMNS, rows, form, output)


@app.command(
    "export",
    epilog=epilog("recon journals export --period 2026-10", "recon journals export", statuses=WRITES),
)
def export(
    context: typer.Context,
    period: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="Only entries dated in this period.")
    ] = None,
) -> None:
    """Export every entry that was not exported before, as CSV and Parquet; the folder is printed.

    What was undone since it was exported gets a reversing entry. With nothing new, nothing is exported.
    """
    from recon.close.journals.accounts import load_accounts
    from recon.close.journals.exporting import CSV, draft
    from recon.close.journals.exporting import export as publish
    from recon.model.periods import Period

    told = terminal(context)
    store, accounts = told.store(), load_accounts(told.project())
    done = publish(store, accounts, Period.parse(period) if period else None)
    if unbooked := draft(store, accounts).unbooked:
        told.say(
            f"{counted(len(unbooked), 'fact')} not booked by any rule; `recon journals list --waiting` shows them"
        )
    if done is None:
        told.say("nothing to export: every entry is in an export already")
        return
    print(f"{done.published.shown}/{CSV}")  # noqa: T201  (data)
    told.say(f"{counted(len({line['journal_id'] for line in done.lines}), 'entry')} exported")


@app.command("exports", epilog=epilog("recon journals exports", statuses=WRITES))
def list_exports(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List the exports, the latest last."""
    from recon.close.journals.exporting import control_totals, exports

    rows = []
    for one in exports(terminal(context).store()):
        totals = control_totals(one.lines)
        sums = [f"{currency} {sides['debit']}" for currency, sides in totals["totals"].items()]
        rows.append((one.published.identity, one.published.at, totals["entries"], sums, one.published.shown))
    print_listing(("export", "at", "entries", "debits", "folder"), rows, form, output)


def _rows(state: str, lines: "Iterable[dict[str, Any]]") -> list[tuple[object, ...]]:

    rows = []
    for line in lines:
        amount = exact(line["amount"], line["currency"])
        sides = (amount, None) if line["side"] == "debit" else (None, amount)
        named = (line["journal_id"], line["day"], line["what"], line["account"])
        rows.append((state, *named, *sides, line["currency"], line["text"], line["reverses"] or ""))
    return rows
