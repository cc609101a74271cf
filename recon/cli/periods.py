"""`recon periods`: the periods that were closed, what each rests on and who signed, and its evidence in one folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.close import PeriodArgument
from recon.cli.report import page_of
from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.files import write_file
from recon.cli.terminal.help import READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.errors import Problem, UsageError
from recon.model.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.model.periods import Period
    from recon.store.store import Store

app = typer.Typer(help="Periods that were closed: list, show, pack their evidence.")


@app.command("list", epilog=epilog("recon periods list", "recon periods list --format json"))
def list_periods(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List every closing and every opening again, the latest last."""
    from recon.close.periods.locks import LOCKED, REOPENED, Locks

    store = terminal(context).store()
    standing = {one.seq for one in Locks.of(store.ledger).standing}
    rows = []
    for row in store.ledger.rows(LOCKED, REOPENED):
        body = row.body
        state = (
            "reopened"
            if row.kind == REOPENED
            else "closed"
            if row.seq in standing
            else "closed, reopened later"
        )
        rows.append(
            (body["period"], state, body["closing"], body["run"], body["by"], row.at, body.get("reason", ""))
        )
    print_listing(("period", "state", "closing", "run", "by", "at", "reason"), rows, form, output)


@app.command("show", epilog=epilog("recon periods show 2026-10"))
def show(
    context: typer.Context, period: PeriodArgument, form: FormatOption = None, output: OutputOption = None
) -> None:
    """Show a period's closing: who signed what and when, on which run, under which controls, and what came late."""
    from recon.model.periods import Period

    store = terminal(context).store()
    rows = list(_history(store, Period.parse(period)))
    if not rows:
        message = f"nothing was ever signed for {period}"
        raise UsageError(Problem("period-state", message, hint=f"`recon close {period}` looks at its controls"))
    print_listing(("row", "at", "what", "by", "words"), rows, form, output)


@app.command(
    "pack",
    epilog=epilog(
        "recon periods pack 2026-10 evidence-2026-10",
        "recon runs verify evidence-2026-10",
        statuses=READS,
    ),
)
def pack(
    context: typer.Context,
    period: PeriodArgument,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to be made.")],
    entries: Annotated[
        bool, typer.Option("--entries", help="With every entry that was read, so that none can be missing.")
    ] = False,
) -> None:
    """Write the evidence of a closed period to one folder, which `recon runs verify` proves on any machine."""
    from recon.model.periods import Period

    write_evidence(terminal(context), Period.parse(period), folder, entries=entries)


def write_evidence(told: Terminal, period: "Period", folder: Path, *, entries: bool = False) -> None:
    """Write the pack and note in the ledger that it was written.

    Raises:
        UsageError: the period is not closed, or the folder is there already.
        ControlFailed: the period's run was changed, or the disk fails.
    """
    from recon.close.pack.writing import PACKED, write_pack
    from recon.close.periods.locks import Locks
    from recon.store.lock import current_user

    project, store = told.project(), told.store()
    locks: Locks = Locks.of(store.ledger)
    lock = locks.at(period)
    if lock is None:
        hint = f"`recon close {period}` shows what it waits for"
        raise UsageError(Problem("period-state", f"{period} is not closed", hint=hint))
    made = write_pack(store, project.settings.project.name, lock, folder, _render, entries=entries)
    body = {"period": str(period), "closing": lock.number, "run": lock.run, "seal": made.seal}
    store.ledger.append(PACKED, {**body, "user": current_user()})
    print(folder.as_posix())  # noqa: T201  (data)
    told.say(
        f"{counted(made.files, 'file')}, sealed as {made.seal}; `recon runs verify {folder}` proves it anywhere"
    )


def _render(run: Path, folder: Path) -> None:
    from recon.outputs.assemble import assemble
    from recon.outputs.excel.workbook import write_workbook

    made = assemble(run)
    write_workbook(made, run, folder / "reconciliation.xlsx")
    write_file(folder / "report.html", page_of(made, run).encode("utf-8"))


def _history(store: "Store", period: "Period") -> "Iterator[tuple[object, ...]]":
    """Every signature, lock and opening of a period in the order of the ledger, and what came too late for it."""
    from recon.close.pack.writing import PACKED
    from recon.close.periods.locks import LOCKED, REOPENED
    from recon.store.four_eyes import proposals

    mine = (str(period),)
    rows: list[tuple[int, str, str, str, str]] = []
    for one in proposals(store.ledger, "close", "reopen"):
        if one.ask.subjects != mine:
            continue
        what = "prepared" if one.ask.act == "close" else "asked to reopen"
        rows.append((one.number, one.at, what, one.by, f"{one.ask.reason}; run {one.ask.run}"))
        rows += [(said.row, said.at, _word(one.state, said.level), said.by, said.note) for said in one.said]
        for control in one.ask.content.get("controls", ()):  # type: ignore[attr-defined]  # a closing's own content
            words = f"{control['name']}: {control['result']}, {control['evidence']} {control['accepted'] or ''}"
            rows.append((one.number, one.at, "control", "", words.rstrip()))
    for row in store.ledger.rows(LOCKED, REOPENED, PACKED):
        body = row.body
        if body["period"] == str(period):
            words = str(
                body.get("reason") or body.get("seal") or f"closing {body['closing']}, run {body['run']}"
            )
            rows.append(
                (row.seq, row.at, row.kind.partition(".")[2], str(body.get("by") or body["user"]), words)
            )
    yield from sorted(rows, key=lambda row: row[0])
    run = store.latest_run()
    for one in run.manifest.get("prior", ()) if run else ():
        if one["period"] == str(period):
            where = f"{one['ruleset']}, {one['side']}: {one['count']} late"
            words = f"{where}, {one['amount']} {one['currency']}, {one['open_count']} of them open"
            yield "", "", "late", "", words


def _word(state: str, level: str) -> str:
    return level or state
