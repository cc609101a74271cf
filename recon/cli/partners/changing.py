"""`recon partners import`, `status`, `transfer`, `trace`: changes, shown first and carried out with `--apply`."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recon.cli.partners.asked import DayOption, day_asked, registry_of
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import ByOption
from recon.errors import Place
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.partners.registry.changes import Change
    from recon.partners.registry.registry import Registry

app = typer.Typer()
ApplyOption = Annotated[bool, typer.Option("--apply", help="Carry it out; without it, it is only shown.")]
WhyOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; needed with `--apply`.")]


@app.command(
    "import",
    epilog=epilog(
        "recon partners import inbox/new_agents.csv",
        "recon partners import inbox/owners.xlsx --table owners --from 2026-11-01 --apply --reason 'letter of 28 Oct'",
        statuses=FILES | WRITES,
    ),
)
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Rows of the registry: CSV, Excel or YAML.")],
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="TABLE", help="The table; else by the file's name or columns."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], metavar="DATE", help="The first day of rows that name none."
        ),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete", help="The file is all there is: rows that are not in it end before `--from`."
        ),
    ] = False,
    apply: ApplyOption = False,
    reason: WhyOption = "",
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show what a file would add, change and end in the registry, and carry it out with `--apply`.

    A row that begins later than the one there is ends it the day before. Payout entities, bank details and payees
    change when a second person approves: `recon partners approve`.
    """
    from recon.errors import Problem, UsageError
    from recon.partners.registry.changes import changes_for
    from recon.partners.registry.reading import read_file

    if complete and since is None:
        hint = "say from which day on the others end: `--from DATE`"
        raise UsageError(Problem("usage", "--complete needs --from", hint=hint))
    registry = _registry(context, apply=apply)
    wanted = read_file(file, terminal(context).project().relative(file), table)
    changes = changes_for(registry, wanted, since=since.date() if since else None, complete=complete)
    _show(changes, form, output)
    _carry_out(context, f"import of {file.name}", changes, apply=apply, reason=reason, by=by)


@app.command(
    "status",
    epilog=epilog(
        "recon partners status AG-10 --to suspended --on 2026-11-12 --reason 'reused proof' --apply",
        statuses=FILES | WRITES,
    ),
)
def status(
    context: typer.Context,
    partners: Annotated[list[str], typer.Argument(metavar="PARTNER...", help="Who.")],
    to: Annotated[
        str, typer.Option("--to", metavar="STATUS", help="applied, onboarding, active, restricted, …")
    ],
    on: DayOption = None,
    apply: ApplyOption = False,
    reason: WhyOption = "",
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Give partners another status from a day on. Who becomes active needs a complete checklist."""
    from recon.partners.registry.changes import changes_for, row_of
    from recon.partners.registry.statuses import refuse_status

    registry = _registry(context, apply=apply)
    day = day_asked(context, on)
    refuse_status(terminal(context).project(), registry, partners, to, day)
    wanted = [
        row_of(
            "statuses",
            {"partner": one, "status": to, "reason": reason.strip(), "from": day.isoformat()},
            Place(""),
        )
        for one in partners
    ]
    changes = changes_for(registry, wanted)
    _show(changes, form, output)
    _carry_out(context, f"status {to}", changes, apply=apply, reason=reason, by=by)


@app.command(
    "transfer",
    epilog=epilog(
        "recon partners transfer SC-02 SC-03 --on 2026-11-10 --reason 'SC-02 left' --apply",
        "recon partners transfer AGG-BAOBAB AGG-PALM --what hierarchy --only AG-06 --on 2026-12-01",
        statuses=FILES | WRITES,
    ),
)
def transfer(
    context: typer.Context,
    giver: Annotated[str, typer.Argument(metavar="FROM", help="Who looks after them now.")],
    taker: Annotated[str, typer.Argument(metavar="TO", help="Who will.")],
    what: Annotated[
        Literal["owners", "hierarchy"],
        typer.Option("--what", help="Who owns partners, or who stands directly above."),
    ] = "owners",
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="PARTNER", help="Only this one; may be repeated.")
    ] = None,
    on: DayOption = None,
    apply: ApplyOption = False,
    reason: WhyOption = "",
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Hand over partners from a day on, all or some. Days before stay as they were, and so do payouts for them."""
    from recon.partners.registry.transfers import transfer as handed_over

    changes = handed_over(
        _registry(context, apply=apply), what, giver, taker, day_asked(context, on), only or ()
    )
    _show(changes, form, output)
    _carry_out(context, f"transfer from {giver} to {taker}", changes, apply=apply, reason=reason, by=by)


@app.command(
    "trace", epilog=epilog("recon partners trace --reason 'regions corrected by hand'", statuses=FILES | WRITES)
)
def trace(
    context: typer.Context,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it was changed by hand.")],
    by: ByOption = None,
) -> None:
    """Note in the ledger that tables are right as they are now, after they were changed by hand."""
    from recon.partners.registry.acts import trace as traced

    told = terminal(context)
    names = traced(told.project(), told.store(), told.person(by), reason)
    told.say(f"noted as they are: {', '.join(names)}" if names else "nothing was changed by hand")


def _registry(context: typer.Context, *, apply: bool) -> "Registry":
    """The registry as it is; as the last act meant it to be, for somebody who is about to act."""
    from recon.partners.registry.acts import sound

    told = terminal(context)
    return sound(told.project(), told.store()) if apply else registry_of(context)


def _show(changes: "Sequence[Change]", form: FormatOption, output: OutputOption) -> None:
    from recon.partners.registry.changes import in_words

    rows = [
        (one.act, one.table, " ".join(part for part in one.after.key if part), in_words(one),
         str(one.after.place) if one.after.place.file else "")
        for one in changes
    ]  # fmt: skip
    names = ("act", "table", "row", "what", "place")
    print_listing(headed(names), rows, form, output)


def _carry_out(
    context: typer.Context, what: str, changes: "Sequence[Change]", *, apply: bool, reason: str, by: str | None
) -> None:
    from recon.partners.registry.acts import act

    told = terminal(context)
    counts = {name: sum(one.act == name for one in changes) for name in ("add", "change", "end")}
    words = f"{counted(counts['add'], 'row')} to add, {counts['change']} to change, {counts['end']} to end"
    if not apply or not changes:
        told.say(f"{words}; nothing is written without `--apply`" if changes else "nothing would change")
        return
    outcome = act(told.project(), told.store(), told.person(by), what, changes, reason)
    if outcome.waiting is not None:
        told.say(f"{words}; waits for a second person: `recon partners approve {outcome.waiting.number}`")
    else:
        told.say(f"{words}; done, and kept in the ledger")
