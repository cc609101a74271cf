"""`recon partners monitor`, `alerts`, `alert`, `dispose`: what looks wrong, on what evidence, and what became of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.partners.measuring import measured
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, READS, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing
from recon.cli.terminal.options import ByOption, PeriodOption, ReasonOption, refuse_unknown
from recon.model.money import exact
from recon.model.wording import counted, plain_words

if TYPE_CHECKING:
    from recon.partners.watch.alert import Alert

app = typer.Typer()
AlertArgument = Annotated[str, typer.Argument(metavar="ALERT", help="An alert's id, or the beginning of it.")]
_COLUMNS = ("alert", "severity", "monitor", "partner", "first", "last", "entries", "words", "hold", "owner")


@app.command(
    "monitor",
    epilog=epilog(
        "recon partners monitor --period 2026-10",
        "recon partners monitor --period 2026-10 --record --by cron",
        statuses=FILES | WRITES,
    ),
)
def monitor(
    context: typer.Context,
    period: PeriodOption,
    keep: Annotated[bool, typer.Option("--record", help="Keep the alerts, so that they hold money.")] = False,
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Look for what `configs/partners/monitors.yaml` says: alerts with their figures and how many entries raised each.

    With `--record` alerts are kept in the ledger; what they hold is not paid until they are disposed of. An alert that
    is kept already is not kept twice.
    """
    from recon.model.periods import Period
    from recon.partners.measures.books import lay_days
    from recon.partners.watch.cases import record_alerts
    from recon.partners.watch.monitors import read_monitors
    from recon.partners.watch.raising import alerts as raised

    told = terminal(context)
    rules = read_monitors(told.project()).monitors
    with measured(context) as (engine, measures, _):
        if any(one.kind in {"spike", "drop"} for one in rules):
            lay_days(engine, measures)
        found = raised(engine, rules, measures.activity.zone, Period.parse(period))
    print_listing(headed(_COLUMNS), [_row(one) for one in found], form, output)
    if keep:
        new = record_alerts(told.store(), told.person(by), found)
        told.say(f"{counted(len(found), 'alert')}, {len(new)} of them new and kept")
    else:
        told.say(f"{counted(len(found), 'alert')}; nothing is kept without `--record`")


@app.command(
    "alerts",
    epilog=epilog(
        "recon partners alerts", "recon partners alerts --state open --format json", statuses=FILES | READS
    ),
)
def alerts(
    context: typer.Context,
    state: Annotated[
        str | None, typer.Option("--state", metavar="STATE", help="Only these: open, releasing, confirmed, …")
    ] = None,
    partner: Annotated[
        str | None, typer.Option("--partner", metavar="PARTNER", help="Only of this one.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the alerts that were kept: where each stands, who decided, why, and whether it holds money."""
    from recon.partners.watch.cases import STATES, cases

    refuse_unknown("state", [state] if state else None, STATES)
    rows = [
        (
            *_row(one.alert)[:8],
            one.alert.hold if one.holds else "nothing",
            one.alert.owner,
            one.state,
            one.by,
            one.reason,
        )
        for one in cases(terminal(context).store())
        if state in {None, one.state} and partner in {None, one.alert.partner}
    ]
    heads = (*_COLUMNS, "state", "by", "reason")
    print_listing(headed(heads), rows, form, output)


@app.command("alert", epilog=epilog("recon partners alert 5f0c", statuses=FILES | READS))
def alert(
    context: typer.Context, name: AlertArgument, form: FormatOption = None, output: OutputOption = None
) -> None:
    """Show the entries that raised an alert, each with the line of the file it was read from."""
    from recon.partners.watch.cases import case_of
    from recon.partners.watch.evidence import evidence

    told = terminal(context)
    project, store = told.project(), told.store()
    case = case_of(store, name)
    told.say(f"{case.alert.monitor}, {case.alert.partner}: {case.alert.words}; {case.state}")
    rows = [
        (
            one.entry_id,
            one.day,
            exact(one.amount, one.currency),
            one.currency,
            one.type,
            one.reference,
            one.place,
        )
        for one in evidence(project, store, case.alert)
    ]
    names = ("entry", "day", "amount", "currency", "type", "reference", "place")
    print_listing(headed(names), rows, form, output)


@app.command(
    "dispose",
    epilog=epilog(
        "recon partners dispose 5f0c --as false_alarm --reason 'pay day of the market'",
        "recon partners dispose 5f0c --as confirmed --reason 'admitted on the phone'",
        statuses=FILES | WRITES,
    ),
)
def dispose(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="ALERT...", help="Alerts by their ids.")],
    verdict: Annotated[
        str, typer.Option("--as", metavar="VERDICT", help="false_alarm, explained, escalated or confirmed.")
    ],
    reason: ReasonOption,
    by: ByOption = None,
) -> None:
    """Say what alerts turned out to be. Money that they hold is let go when a second person approves.

    An alert that is confirmed or escalated goes on holding; `explained` later lets it go.
    """
    from recon.partners.watch.cases import case_of
    from recon.partners.watch.cases import dispose as disposed

    told = terminal(context)
    store = told.store()
    found = [case_of(store, name) for name in names]
    waiting = disposed(store, told.person(by), found, verdict, reason)
    told.say(f"{counted(len(found), 'alert')}: {plain_words(verdict)}")
    if waiting is not None and waiting.state == "pending":
        told.say(f"money stays held until a second person approves: `recon partners approve {waiting.number}`")


def _row(one: "Alert") -> tuple[object, ...]:
    days = (one.first, one.last)
    return (one.alert, one.severity, one.monitor, one.partner, *days, one.count, one.words, one.hold, one.owner)
