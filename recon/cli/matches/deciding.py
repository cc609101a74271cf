"""`recon matches accept|reject|decisions`: what people decide about suggestions, and what came of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.breaks.asked import tell_proposals
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import READS, WRITES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption, ReasonOption
from recon.errors import Problem, UsageError
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.runs.decisions import Decision
    from recon.store.store import Store

app = typer.Typer()

Matches = Annotated[
    list[str],
    typer.Argument(
        metavar="ID...",
        help="Suggestions of the latest run, or decided about before, each by its id or its beginning.",
    ),
]
_COLUMNS = ("match", "ruleset", "pass", "verdict", "by", "at", "reason", "left", "right", "honoured")


@app.command(
    epilog=epilog(
        "recon matches accept 9b70ddc0 --reason 'confirmed by the bank, mail of 3 Nov'", statuses=WRITES
    )
)
def accept(context: typer.Context, names: Matches, reason: ReasonOption, by: ByOption = None) -> None:
    """Accept suggestions: from the next run on they are matches, made by hand.

    One that was rejected is taken back so, by its id, although no run proposes it any more. Who decided, when and why
    stays in the ledger for good. `recon match` makes the run that honours it. Over the amount
    under `four_eyes.alone` a second person approves it first.
    """
    _decide(context, "accepted", names, by, reason)


@app.command(
    epilog=epilog("recon matches reject 9b70ddc0 --reason 'another customer of that name'", statuses=WRITES)
)
def reject(context: typer.Context, names: Matches, reason: ReasonOption, by: ByOption = None) -> None:
    """Reject suggestions: no later run proposes or makes these matches, and the next best come up instead.

    What was accepted and is in no run yet can be rejected too: the later decision counts.
    """
    _decide(context, "rejected", names, by, reason)


@app.command(
    "decisions",
    epilog=epilog("recon matches decisions", "recon matches decisions --format json", statuses=READS),
)
def list_decisions(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List all decisions, the latest last: who decided what, when and why, and the run that first honoured it."""
    from recon.runs.decisions import made

    store = terminal(context).store()
    rows = [
        (
            one.match_id, one.ruleset, one.pass_name, one.verdict, one.by, one.at, one.reason, len(one.left),
            len(one.right), _honoured(store, one),
        )
        for one in made(store)
    ]  # fmt: skip
    print_listing(_COLUMNS, rows, form, output)


def _decide(context: typer.Context, verdict: str, names: list[str], by: str | None, reason: str) -> None:
    from recon.breaks.casework.matching import accept as propose
    from recon.breaks.casework.matching import worth
    from recon.matchers.explain.matches import find_match, with_members
    from recon.runs.decisions import decide, deciding_runs

    if not reason.strip():
        raise UsageError(Problem("no-reason", "a decision needs a reason", hint="say why with `--reason`"))
    store = terminal(context).store()
    run = store.run("latest")
    found = [find_match([run, *deciding_runs(store, name)], name) for name in names]
    matches = {match.match_id: match for _, match in found}
    told = with_members(matches.values(), {one.identity: one for one, _ in found}, store.ingests_of(run))
    person = terminal(context).person(by)
    if verdict == "accepted" and any(person.needs_another("manual_match", worth(one)) for one in told):
        tell_proposals(context, propose(store.ledger, person, told, reason))
        return
    done = decide(store, verdict, told, person, reason.strip())
    for one in done:
        words = f"{verdict} {one.match_id} of {one.ruleset}, {counted(len(one.entries), 'entry')}, by {one.by}"
        terminal(context).say(words)
    terminal(context).say(f"{counted(len(done), 'decision')} kept; `recon match` makes the run that honours it")


def _honoured(store: "Store", decision: "Decision") -> str:
    """The first run that knew of a decision; nothing while there is none."""
    for run in store.recorded("run"):
        if run.present:
            known = run.manifest["inputs"].get("decisions")
            if (
                known
                and known["row"] >= decision.number
                and decision.ruleset in run.manifest["inputs"]["rulesets"]
            ):
                return run.identity
    return ""
