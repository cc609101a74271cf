"""`recon breaks list|show|explain`: what did not match, everything known of it, and why not."""

import sys
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from recon.cli.asked_rules import NowOption, asked_rules
from recon.cli.breaks.asked import FilterOption
from recon.cli.breaks.filters import (
    AccountOption,
    CurrencyOption,
    KindOption,
    LeastOption,
    OlderOption,
    OwnerOption,
    StateOption,
    refuse_mistyped,
)
from recon.cli.breaks.telling import (
    COLUMNS,
    break_lines,
    entry_lines,
    history_lines,
    work_cells,
    work_lines,
    worth_showing,
)
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import Column, Format, FormatOption, OutputOption, UnmaskedOption, print_listing
from recon.cli.terminal.options import (
    EntryArgument,
    OfRuleSetOption,
    RuleSetsOption,
    RunOption,
    SideOption,
    refuse_unknown,
)
from recon.cli.terminal.told import decision_words, print_facts, print_lines
from recon.cli.where import known_in, tell_where
from recon.model.money import exact
from recon.outputs.told import Teller, standing_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.breaks.casefile import Break, Casefile
    from recon.breaks.casework.shown import Shown
    from recon.matchers.explain.facts import EntryFacts, MatchFacts
    from recon.store.published import Published

app = typer.Typer()

_COLUMNS = (
    Column("id"), Column("kind"), Column("state"), Column("amount"), Column("currency"), Column("date"),
    Column("age"), Column("due"), Column("reference"), Column("counterparty"), Column("reason"),
    Column("prior"),
)  # fmt: skip
_SHORT = 8


@app.command(
    "list",
    epilog=epilog(
        "recon breaks list",
        "recon breaks list --kind missing_in_bank --older-than 5",
        "recon breaks list --min-amount 10000 --currency NGN --format json",
    ),
)
def list_breaks(
    context: typer.Context,
    kind: KindOption = None,
    ruleset: RuleSetsOption = None,
    side: SideOption = None,
    state: StateOption = None,
    currency: CurrencyOption = None,
    account: AccountOption = None,
    older_than: OlderOption = None,
    min_amount: LeastOption = None,
    owner: OwnerOption = None,
    where: FilterOption = None,
    run: RunOption = "latest",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the breaks of a run that still stand, the oldest first, with who works on them and what was said."""
    from recon.breaks.casefile import Casefile, Wanted
    from recon.breaks.casework.choosing import satisfying
    from recon.breaks.casework.shown import facts, shown

    wanted = Wanted(
        kinds=[str(one) for one in kind or ()],
        rulesets=ruleset or (),
        side=side,
        state=str(state) if state else None,
        currency=currency,
        account=account,
        older_than=older_than,
        min_amount=_amount(min_amount),
    )
    store = terminal(context).store()
    casefile = Casefile(store.run(run))
    refuse_unknown("rule set", ruleset, (one["name"] for one in casefile.run.manifest["rulesets"]))
    found = casefile.listed(wanted)
    work = shown(terminal(context).project(), store, found)
    if where is not None:
        held = satisfying(found, facts(work), where)
        found = [one for one in found if one.break_id in held]
    found = [one for one in found if owner in {None, work[one.break_id].owner}]
    if not found:
        refuse_mistyped(terminal(context).project(), store, casefile, currency, account, owner)
    is_table = form is Format.TABLE or (form is None and output is None and sys.stdout.isatty())
    columns, rows = _listing(casefile.run.manifest, found, work, is_table=is_table)
    print_listing(columns, rows, form, output)


@app.command("show", epilog=epilog("recon breaks show 3fa9c1d2", "recon breaks show ORD-0012 --format json"))
def show(
    context: typer.Context,
    name: EntryArgument,
    of: OfRuleSetOption = None,
    run: RunOption = "latest",
    unmasked: UnmaskedOption = False,
    form: FormatOption = None,
) -> None:
    """Show everything known of a break: its entry as it was read, suggestions, and what it was in earlier runs.

    Of an entry that is no break it tells what `recon where` does: what it was matched with, or why it was left out.
    """
    from recon.breaks.casefile import Casefile, history
    from recon.breaks.casework.shown import shown
    from recon.matchers.explain.entries import raw_fields
    from recon.matchers.wholes import whole_of

    store = terminal(context).store()
    casefile = Casefile(store.run(run))
    if not casefile.named(name, of) and (known := known_in(store, casefile.run, name)):
        tell_where(known, form, unmasked=unmasked)
        return
    found = casefile.find(name, of)
    ingests = store.ingests_of(casefile.run)
    entry = _entry(casefile.run, ingests, found.entry_id)
    whole = whole_of(casefile.run, entry.entry_id) if entry else None
    raw = raw_fields(ingests, whole) if whole else None
    matches = _matches(casefile, found, ingests)
    seen = history(found.break_id, store.up_to(casefile.run))
    work = shown(terminal(context).project(), store, [found])[found.break_id]
    if form is Format.JSON:
        print_facts(
            {
                "break": asdict(found),
                "entry": asdict(entry) if entry else None,
                "part_of": whole if entry and whole != entry.entry_id else None,
                "raw": raw,
                "matches": [asdict(match) for match in matches],
                "history": [asdict(one) for one in seen],
                "work": asdict(work),
            },
            unmasked=unmasked,
        )
        return
    teller = Teller(unmasked)
    print_lines([*break_lines(teller, found), *work_lines(work), *entry_lines(teller, entry, whole, raw)])
    for match in matches:
        print_lines([("", ""), *teller.match_lines(match)])
    print_lines([("", ""), ("head", "History"), *history_lines(found, seen)])


@app.command(
    "explain", epilog=epilog("recon breaks explain 3fa9c1d2", "recon breaks explain ORD-0012 --format json")
)
def explain(
    context: typer.Context,
    name: EntryArgument,
    of: OfRuleSetOption = None,
    run: RunOption = "latest",
    now: NowOption = False,
    unmasked: UnmaskedOption = False,
    form: FormatOption = None,
) -> None:
    """Explain why an entry did not match: pass by pass, the nearest candidates, what they failed and by how much.

    An entry that did match is explained as well: by which pass, what was compared, what is left between the two. The
    rules are those that made the run, whatever the project's files say by now; `--now` asks those of today.
    """
    from recon.breaks.casefile import Casefile
    from recon.breaks.casework.shown import shown
    from recon.breaks.naming import entry_named
    from recon.runs.decisions import made
    from recon.runs.hindsight import hindsight

    told, store = terminal(context), terminal(context).store()
    casefile = Casefile(store.run(run))
    ruleset, side, entry_id = entry_named(
        casefile, store.up_to(casefile.run), name, of, store.ingests_of(casefile.run)
    )
    rules = asked_rules(told, casefile.run, ruleset, now=now)
    with hindsight(told.project(), store, casefile.run, ruleset, rules) as explainer:
        explanation = explainer.explain(side, entry_id)
    if form is Format.JSON:
        print_facts(explanation, unmasked=unmasked)
        return
    lines = Teller(unmasked).explanation_lines(explanation)
    decided = [
        ("head", f"{decision_words(one)}  (match {one.match_id})")
        for one in made(store)
        if one.ruleset == ruleset and (side, entry_id) in one.entries
    ]
    of_entry = [one for one in casefile.breaks if (one.ruleset, one.entry_id) == (ruleset, entry_id)]
    work = shown(told.project(), store, [one for one in of_entry if one.is_living]).values()
    worked = [line for one in work for line in work_lines(one)]
    print_lines([*standing_lines(of_entry, ruleset, entry_id), *lines, *worked, *decided])


def _amount(text: str | None) -> Decimal | None:
    from recon.model.money import decimal_of

    if text is None:
        return None
    amount = decimal_of(text)
    if amount is None or amount < 0:
        raise typer.BadParameter(f"{text!r} is not an amount, such as 1000 or 49.99", param_hint="--min-amount")
    return amount


def _telling(breaks: "list[Break]") -> int:
    """The fewest characters, at least eight, that tell all the ids apart."""
    ids = [one.break_id for one in breaks]
    length = _SHORT
    while len({one[:length] for one in ids}) < len(ids):
        length += 1
    return length


def _listing(
    manifest: "Mapping[str, Any]", found: "list[Break]", work: "Mapping[str, Shown]", *, is_table: bool
) -> tuple[list[Column], list[list[object]]]:
    """Columns and rows of breaks with the work on them; a table shows what says something, with short ids."""
    from recon.breaks.prior import prior_period

    length = _telling(found) if is_table else None
    columns = [*_COLUMNS, *COLUMNS]
    rows: list[list[object]] = [
        [
            *_row(one, length, work[one.break_id].due),
            prior_period(manifest, one.business_date, one.first_seen),
            *work_cells(work[one.break_id]),
        ]
        for one in found
    ]
    return worth_showing(columns, rows) if is_table else (columns, rows)


def _row(one: "Break", length: int | None, due: "date | None") -> tuple[object, ...]:
    return (
        one.break_id[:length], one.kind, one.state, exact(one.amount, one.currency), one.currency,
        one.business_date, one.age_days, due, one.reference, one.counterparty, one.reason,
    )  # fmt: skip


def _entry(run: "Published", ingests: "list[Published]", entry_id: str | None) -> "EntryFacts | None":
    from recon.engines.duck import DuckEngine
    from recon.matchers.explain.entries import entry_facts, scan_ingests

    if entry_id is None:
        return None
    with DuckEngine.open(inputs=[one.folder for one in (*ingests, run)]) as engine:
        scan_ingests(engine, ingests, [run])
        return entry_facts(engine, [entry_id]).get(entry_id)


def _matches(casefile: "Casefile", one: "Break", ingests: "list[Published]") -> "list[MatchFacts]":
    """The match or the suggestions that the break's entry is in."""
    from recon.matchers.explain.matches import matches_of_entry, with_members

    if one.entry_id is None or one.side is None:
        return []
    found = matches_of_entry(casefile.run, one.ruleset, one.side, one.entry_id)
    return with_members(found, {casefile.run.identity: casefile.run}, ingests)
