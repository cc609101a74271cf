"""`recon payouts statements`: a statement for every payee, as workbooks and as pages that print well."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.payout_books import Wanted
from recon.cli.terminal.console import terminal
from recon.cli.terminal.files import write_file
from recon.cli.terminal.help import READS, epilog
from recon.cli.terminal.listing import FormatOption, headed, print_listing
from recon.cli.terminal.options import PeriodOption
from recon.errors import Problem, UsageError

if TYPE_CHECKING:
    from recon.outputs.payouts.statement import PayeeStatement

app = typer.Typer()


class As(StrEnum):
    """What a statement is written as."""

    EXCEL = "xlsx"
    PAGE = "html"


@app.command(
    "statements",
    epilog=epilog(
        "recon payouts statements --period 2026-10",
        "recon payouts statements --period 2026-10 --payee agent-17 --as html",
        statuses=READS,
    ),
)
def statements(
    context: typer.Context,
    period: PeriodOption,
    payees: Annotated[
        list[str] | None, typer.Option("--payee", metavar="NAME", help="Only this payee; may be repeated.")
    ] = None,
    only: Wanted = None,
    written: Annotated[
        list[As] | None,
        typer.Option("--as", help="A workbook, a page to print, or (repeated) both; both without."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", metavar="DIR", help="Where to; `statements/PERIOD` among the reports without it."
        ),
    ] = None,
    form: FormatOption = None,
) -> None:
    """Write the statement of every payee: lines with rate and tier, holds, corrections, tax, net payout, approvals.

    They are drafts until every plan's payout is approved. The same payouts give the same bytes.
    """
    from recon.model.periods import Period
    from recon.outputs.payouts.statement import payees_of, statement_of
    from recon.payouts.desk.shelf import Shelf
    from recon.store.disk import make_private_folder
    from recon.store.store import Store

    project = terminal(context).project()
    store = Store.open(project)
    wanted = Period.parse(period)
    payouts = Shelf(store).standing(wanted, list(only or []))
    if not payouts:
        hint = f"`recon payouts run --period {wanted}` makes them"
        raise UsageError(Problem("no-payout", f"no payout of {wanted} is stored", hint=hint))
    known = payees_of(payouts)
    target = folder or project.reports_dir / "statements" / str(wanted)
    make_private_folder(target)
    rows = []
    for payee in payees or known:
        statement = statement_of(store, payouts, payee)
        if statement is None:
            raise UsageError(Problem("no-payee", f"the payouts of {wanted} say nothing of {payee}"))
        for name, content in _files(statement, written or list(As)):
            path = target / f"{_file_name(payee)}.{name}"
            write_file(path, content)
            rows.append((payee, "approved" if statement.final else "draft", project.relative(path)))
    print_listing(headed(("payee", "state", "file")), rows, form)


def _files(statement: "PayeeStatement", forms: list[As]) -> Iterator[tuple[str, bytes]]:
    from recon.outputs.payouts.excel import statement_workbook
    from recon.outputs.payouts.html import statement_page

    if As.EXCEL in forms:
        yield As.EXCEL.value, statement_workbook(statement)
    if As.PAGE in forms:
        yield As.PAGE.value, statement_page(statement)


def _file_name(payee: str) -> str:
    """The payee as the name of a file; with a hash when something had to be replaced."""
    from recon.model.ids import content_id

    plain = re.sub(r"[^A-Za-z0-9._=-]+", "-", payee).strip(".-")[:80]
    return plain if plain == payee else f"{plain or 'payee'}-{content_id([payee], 6)}"
