"""`recon close` and `recon reopen`: the controls of a period, the signatures of three people, the lock."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.help import WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption
from recon.errors import ExitStatus, Problem, UsageError

if TYPE_CHECKING:
    from recon.close.periods.controls import Control
    from recon.close.periods.standing import Standing

app = typer.Typer()

PeriodArgument = Annotated[
    str, typer.Argument(metavar="PERIOD", help="A month (2026-10), or 2026-10-01..2026-10-14.")
]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="Words that stay with the signature.")]
Signature = Literal["prepared", "reviewed", "approved"]
SignOption = Annotated[
    Signature | None, typer.Option("--sign", help="Sign: three different people prepare, review and approve.")
]
SendBackOption = Annotated[
    bool, typer.Option("--send-back", help="Refuse what was prepared, with `--reason`; signatures begin again.")
]
AcceptOption = Annotated[
    list[str] | None,
    typer.Option(
        "--accept", metavar="CONTROL", help="Let a control pass that fails, with `--reason`; may be repeated."
    ),
]
PackOption = Annotated[
    Path | None,
    typer.Option("--pack", metavar="DIR", help="Write the evidence of the closed period to this folder."),
]


@app.command(
    "close",
    epilog=epilog(
        "recon close 2026-10",
        "recon close 2026-10 --sign prepared --accept files --reason 'bank holiday on the 1st'",
        "recon close 2026-10 --pack evidence-2026-10",
        statuses=WRITES,
    ),
)
def close(
    context: typer.Context,
    period: PeriodArgument,
    sign: SignOption = None,
    back: SendBackOption = False,
    accept: AcceptOption = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it stays with the closing.")
    ] = "",
    note: NoteOption = "",
    pack: PackOption = None,
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> int:
    """Look at the controls of a period, sign it, and lock it with the third signature.

    A closed period never changes. A file or decision that comes later is part of the next one, as a prior-period item.
    """
    from recon.close.periods.signing import send_back
    from recon.model.periods import Period

    told, wanted = terminal(context), Period.parse(period)
    where, controls = _looked_at(told, wanted, _reasons(accept or [], reason, sign))
    if back:
        where = send_back(told.store(), told.person(by), where, reason or note)
    elif sign is not None:
        where = _signed(told, where, sign, controls, by, note)
    print_listing(("control", "result", "evidence", "next", "items"), list(map(_row, controls)), form, output)
    _say_standing(told, where, controls)
    if pack is not None:
        from recon.cli.periods import write_evidence

        write_evidence(told, wanted, pack)
    blocked = where.lock is None and (where.run is None or any(not one.passes for one in controls))
    return ExitStatus.CONTROL if blocked else ExitStatus.CLEAN


@app.command(
    "reopen",
    epilog=epilog(
        "recon reopen 2026-10 --reason 'a corrected bank statement of 30 October'",
        "recon reopen 2026-10 --approve",
        statuses=WRITES,
    ),
)
def reopen(
    context: typer.Context,
    period: PeriodArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the ledger.")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Approve what somebody else asked for.")] = False,
    note: NoteOption = "",
    by: ByOption = None,
) -> None:
    """Ask to open the last closed period again, or approve it. Its run and its evidence stay as they are."""
    from recon.close.periods.reopening import approve_reopening, ask_reopening
    from recon.model.periods import Period

    told, wanted = terminal(context), Period.parse(period)
    store, person = told.store(), told.person(by)
    done = (
        approve_reopening(store, person, wanted, note)
        if approve
        else ask_reopening(store, person, wanted, reason)
    )
    if done.state == "approved":
        told.say(
            f"{wanted} is open again; `recon run --period {wanted} --fresh` makes its run with what came since"
        )
    else:
        told.say(f"asked to open {wanted} again; somebody else approves: `recon reopen {wanted} --approve`")


def _reasons(names: list[str], reason: str, sign: str | None) -> dict[str, str]:
    if not names:
        return {}
    if sign != "prepared" or not reason.strip():
        hint = "`--sign prepared --accept CONTROL --reason TEXT`"
        raise UsageError(Problem("control", "a control is accepted by who prepares, for a reason", hint=hint))
    return dict.fromkeys(names, reason.strip())


def _looked_at(told: Terminal, period: object, reasons: dict[str, str]) -> "tuple[Standing, list[Control]]":
    from recon.close.periods.controls import accepted, controls_of
    from recon.close.periods.standing import standing
    from recon.model.periods import Period
    from recon.runs.closing import came_after

    if not isinstance(period, Period):
        raise TypeError(period)
    project, store = told.project(), told.store()
    where = standing(store, period)
    if where.run is None:
        return where, []
    after = came_after(project, store, where.run, period) if where.lock is None else []
    found = controls_of(store, where.run, period, project.settings.close, after)
    return where, accepted(found, reasons | where.reasons)


def _signed(
    told: Terminal, where: "Standing", sign: Signature, controls: "list[Control]", by: str | None, note: str
) -> "Standing":
    from recon.close.periods.signing import prepare
    from recon.close.periods.signing import sign as add

    store, person = told.store(), told.person(by)
    if sign == "prepared":
        return prepare(store, person, where, controls, note)
    return add(store, person, where, sign, controls, note)


def _row(one: "Control") -> tuple[object, ...]:
    words = one.accepted if one.accepted is not None else "" if one.holds else one.todo
    return one.name, one.result, one.evidence, words, list(one.items)


def _say_standing(told: Terminal, where: "Standing", controls: "list[Control]") -> None:
    from recon.close.periods.standing import run_hint

    if where.lock is not None:
        told.say(
            f"{where.period} is closed: run {where.lock.run}, closing {where.lock.number}, approved by {where.lock.by} "
            f"on {where.lock.at[:10]}"
        )
    elif where.run is None:
        told.fail(Problem("period-run", f"no run covers {where.period} as a whole", hint=run_hint(where)))
    elif failing := [one.name for one in controls if not one.passes]:
        told.say(f"{where.period} cannot be closed yet: {', '.join(failing)}")
    elif where.proposal is not None:
        said = [
            f"prepared by {where.proposal.by}",
            *(f"{one.level} by {one.by}" for one in where.proposal.said),
        ]
        told.say(
            f"{where.period}, run {where.run.identity}: {', '.join(said)}; next: `--sign {where.proposal.due}`"
        )
    else:
        told.say(
            f"{where.period}, run {where.run.identity}: ready; next: `recon close {where.period} --sign prepared`"
        )
