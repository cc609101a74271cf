"""`recon matches list|show|explain`: what was matched and what is suggested, down to the line of the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recon.cli.asked_rules import NowOption, asked_rules
from recon.cli.matches.pairs import pair_lines
from recon.cli.terminal.console import Terminal, terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import Format, FormatOption, OutputOption, UnmaskedOption, print_listing
from recon.cli.terminal.options import EntryArgument, OfRuleSetOption, RuleSetsOption, RunOption, refuse_unknown
from recon.cli.terminal.told import decision_words, print_facts, print_lines
from recon.cli.where import followed
from recon.errors import Problem, UsageError
from recon.model.money import exact
from recon.outputs.told import Teller

if TYPE_CHECKING:
    from decimal import Decimal

    from recon.matchers.explain.facts import MatchFacts
    from recon.runs.configuration import Configuration
    from recon.runs.trials import Trial
    from recon.store.published import Published
    from recon.store.store import Store

app = typer.Typer()

_COLUMNS = (
    "id", "ruleset", "pass", "state", "kind", "currency", "left_count", "right_count", "left_amount",
    "right_amount", "variance", "variance_kind", "twins", "alternatives",
)  # fmt: skip


@app.command(
    "list",
    epilog=epilog(
        "recon matches list",
        "recon matches list --state suggested",
        "recon matches list --pass 'payout reference' --format csv",
    ),
)
def list_matches(
    context: typer.Context,
    passes: Annotated[
        list[str] | None, typer.Option("--pass", metavar="PASS", help="Only by this pass; may be repeated.")
    ] = None,
    state: Annotated[
        Literal["confirmed", "suggested", "manual", "revoked"] | None,
        typer.Option("--state", help="Only in this state."),
    ] = None,
    ruleset: RuleSetsOption = None,
    run: RunOption = "latest",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the matches and suggestions made in a run; with `--state revoked`, those of any run that were taken back."""
    from recon.matchers.explain.matches import run_matches
    from recon.model.tables import SETTLED
    from recon.runs.decisions import revoked

    found_in = terminal(context).store().run(run)
    rulesets = found_in.manifest["rulesets"]
    refuse_unknown("rule set", ruleset, (one["name"] for one in rulesets))
    made_by = {"manual", *(item["name"] for one in rulesets for item in one.get("passes", ()))}
    refuse_unknown("pass", passes, made_by)
    conditions = {'"pass"': passes, "state": [state] if state else None, "ruleset": ruleset}
    given = {name: values for name, values in conditions.items() if values}
    where = " AND ".join(f"{name} IN (SELECT unnest(?))" for name in given) or "true"
    gone = revoked(terminal(context).store())
    states = dict.fromkeys(gone, "revoked")
    found = run_matches(found_in, where, list(given.values()))
    if state == "revoked":
        runs = (one for one in terminal(context).store().recorded("run") if one.present)
        held = [
            match for one in runs for match in run_matches(one, "match_id IN (SELECT unnest(?))", [list(gone)])
        ]
        found = [match for match in held if match.state in SETTLED]
    elif state is not None:
        found = [match for match in found if match.match_id not in gone]
    rows = [
        (
            one.match_id, one.ruleset, one.pass_name, states.get(one.match_id, one.state), one.kind, one.currency,
            one.left_count, one.right_count, *(exact(amount, one.currency) for amount in _amounts(one)),
            one.variance_kind, one.twins, one.alternatives,
        )
        for one in found
    ]  # fmt: skip
    print_listing(_COLUMNS, rows, form, output)


@app.command("show", epilog=epilog("recon matches show 9b70ddc0", "recon matches show 9b70ddc0 --format json"))
def show(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="The id of a match, its beginning, or a reference of one of its entries."
        ),
    ],
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="The run that made it; all are searched without.")
    ] = None,
    unmasked: UnmaskedOption = False,
    form: FormatOption = None,
) -> None:
    """Show a match: the pass, what was compared, the variance, and its entries down to the line of the file."""
    from recon.matchers.explain.matches import find_match, with_members
    from recon.runs.decisions import revoked

    store = terminal(context).store()
    runs = [store.run(run)] if run else [one for one in reversed(store.recorded("run")) if one.present]
    where, match = find_match(runs, _match_id(store, name) if run is None else name)
    (told,) = with_members([match], {where.identity: where}, store.ingests_of(where))
    if form is Format.JSON:
        print_facts(told, unmasked=unmasked)
        return
    print_lines(Teller(unmasked).match_lines(told))
    if taken_back := revoked(store).get(told.match_id):
        print_lines([("", ""), ("head", f"Revoked: {decision_words(taken_back)}")])


def _match_id(store: "Store", name: str) -> str:
    """The name of a match itself, or the id of the one match that an entry called so is in.

    Raises:
        UsageError: the entry is in no match, or in several.
    """
    from recon.matchers.explain.matches import is_match
    from recon.outputs.where import brief, match_excerpt

    runs = [one for one in reversed(store.recorded("run")) if one.present]
    if not runs or is_match(runs, name):
        return name
    found = followed(store, name)
    if not found.is_known:
        return name
    stop = next((one for one in found.stops if one.matches), None)
    hint = f"`recon where {name}` tells where it is"
    if stop is None:
        raise UsageError(Problem("match", f"`{name}` is in no match: {brief(found)}", hint=hint))
    if len(stop.matches) > 1:
        message = f"`{name}` is in {len(stop.matches):,} matches"
        raise UsageError(Problem("match", message, hint="name one by its id", excerpt=match_excerpt(stop)))
    return stop.matches[0]


def _amounts(match: "MatchFacts") -> "tuple[Decimal, ...]":
    return match.left_amount, match.right_amount, match.variance


@app.command(
    epilog=epilog(
        "recon matches explain 3fa9c1d2 81be77aa",
        "recon matches explain ORD-0012 PSP-99871 --ruleset internal_vs_processor",
        "recon matches explain 3fa9c1d2 81be77aa --no-effect --format json",
    )
)
def explain(
    context: typer.Context,
    one: EntryArgument,
    other: EntryArgument,
    of: OfRuleSetOption = None,
    run: RunOption = "latest",
    effect: Annotated[
        bool,
        typer.Option(
            "--effect/--no-effect", help="Whether to match everything again to see what the change would alter."
        ),
    ] = True,
    now: NowOption = False,
    unmasked: UnmaskedOption = False,
    form: FormatOption = None,
) -> None:
    """Explain how two entries fare beside each other, pass by pass, and which change of a rule would match them.

    The change is the smallest that would do: a pass widened by what is missing, or one that rests on what the two
    share. All entries of the run are matched with and without it, to tell how many other matches it would alter.
    """
    from recon.breaks.casefile import Casefile
    from recon.breaks.naming import in_order, pair_named
    from recon.runs.decisions import made
    from recon.runs.hindsight import hindsight
    from recon.runs.remedies import PairExplained, are_matched, decided, effect_of, explain_pair, proposed

    told, store = terminal(context), terminal(context).store()
    casefile = Casefile(store.run(run))
    named = pair_named(casefile, store.up_to(casefile.run), (one, other), of, store.ingests_of(casefile.run))
    pair = in_order(named)
    (ruleset, _, left), (_, _, right) = pair
    rules = asked_rules(told, casefile.run, ruleset, now=now)
    with hindsight(told.project(), store, casefile.run, ruleset, rules) as explainer:
        looked = explain_pair(explainer, left, right)
    change = looked.change
    proposal = None if change is None else proposed(change)
    if change is not None and effect:
        with _all_entries(told, store, casefile.run, rules) as entries:
            proposal = proposed(change, effect_of(entries, explainer, change, left, right))
    decision = decided(made(store), left, right)
    explanation = looked.explanation
    found = PairExplained(explanation, looked.left_out, are_matched(explanation, right), decision, proposal)
    if form is Format.JSON:
        print_facts(found, unmasked=unmasked)
        return
    print_lines(pair_lines(Teller(unmasked), found))


@contextmanager
def _all_entries(told: Terminal, store: "Store", run: "Published", rules: "Configuration") -> "Iterator[Trial]":
    """The entries of a run, to be matched with and without a change; says that it takes its time."""
    from recon.runs.trials import trial

    as_of = date.fromisoformat(run.manifest["as_of"])
    with (
        told.progress("effect") as steps,
        trial(told.project(), store, as_of, store.ingests_of(run), configuration=rules) as entries,
    ):
        steps.step("matching with and without the change")
        yield entries
