"""`recon rules diff|backtest|suggest`: rule sets tried on what was ingested before; nothing is published."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import Steps, Terminal, terminal
from recon.cli.terminal.help import READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.model.money import exact
from recon.model.wording import counted, with_currency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recon.matchers.trials.compare import Difference
    from recon.model.periods import Period
    from recon.rules.ruleset import RuleSet
    from recon.runs.trials import Agreement, Trial

app = typer.Typer()

TriedPeriod = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="PERIOD",
        help="Only matches with an entry in these days: 2026-10, a day, or 2026-10-01..2026-10-14.",
    ),
]
_FOUND = (
    "change", "before", "by_before", "after", "by_after", "currency", "amount", "entries", "reference", "left", "right",
)  # fmt: skip
_MINED = ("kind", "rule", "support", "known", "precision", "wrong_at_most", "new")
_TESTED = ("pass", "state", "matches", "agree", "contradict", "new", "precision", "wrong_at_most")


@app.command(
    epilog=epilog(
        "recon rules diff processor_vs_bank wider.yaml --period 2026-10",
        "recon rules diff old.yaml new.yaml --format json",
        statuses=READS,
    )
)
def diff(
    context: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help="A rule set in force, or a file with one.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The rule set that would take its place.")],
    period: TriedPeriod = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the matches that B gains, loses and makes differently, over everything ingested up to the period's end.

    Both match the same entries from the first file on. Matches are the same when their entries are. How often each
    agrees with what people accepted and rejected is said on stderr, with what the differences add up to.
    """
    from recon.runs.decisions import Decisions
    from recon.runs.trials import rules_named, trial

    told = terminal(context)
    store, days = told.store(), _period(period)
    with told.progress("diff") as steps, trial(told.project(), store, days.last if days else None) as entries:
        one, other = (rules_named(entries.configuration, name) for name in (before, after))
        decisions = Decisions.of(store.ledger, {one.ruleset, other.ruleset})
        steps.step(f"matching by {before} and by {after}")
        found = entries.compare(one, other, decisions, days)
    print_listing(_FOUND, [_row(each) for each in found.differences], form, output)
    say_differences(told, found.differences, found.matches)
    for name, agreement in zip((before, after), found.agreement, strict=True):
        say_agreement(told, name, agreement)


@app.command(
    epilog=epilog(
        "recon rules backtest processor_vs_bank --period 2026-10",
        "recon rules backtest wider.yaml --format json",
        statuses=READS,
    )
)
def backtest(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RULES", help="A rule set in force, or a file with one.")],
    period: TriedPeriod = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Hold what each pass finds against the matches that published runs confirmed and people accepted.

    A match agrees when exactly its entries were matched, contradicts when one of them was matched otherwise. What is
    new was open in history. `wrong_at_most` is the share of wrong matches that so many cases do not rule out (95 %).
    """
    from recon.runs.backtest import backtest as tested
    from recon.runs.configuration import load_configuration
    from recon.runs.decisions import Decisions
    from recon.runs.trials import rules_named

    told, days = terminal(context), _period(period)
    rules = rules_named(load_configuration(told.project()), name)
    with _history(told, "backtest", rules, days) as (entries, known, steps):
        steps.step(f"matching by {name}")
        found = tested(entries, rules, Decisions.of(told.store().ledger, {rules.ruleset}), days)
    rows = [(*(getattr(one, field) for field in ("by", *_TESTED[1:])),) for one in found]
    print_listing(_TESTED, rows, form, output)
    agreeing = sum(one.agree for one in found)
    told.say(
        f"{agreeing:,} of {known:,} known matches found, {sum(one.contradict for one in found):,} contradicted"
    )


@app.command(
    epilog=epilog(
        "recon rules suggest processor_vs_bank",
        "recon rules suggest processor_vs_bank --min-support 50 --format json",
        statuses=READS,
    )
)
def suggest(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RULESET", help="A rule set that ran.")],
    least: Annotated[
        int,
        typer.Option(
            "--min-support", metavar="N", min=1, help="Known matches that a rule must be borne out by."
        ),
    ] = 20,
    period: TriedPeriod = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Mine rules from confirmed and accepted matches: references that agree, their form, lags, fees, other names.

    A proposed pass is tried alone on everything ingested: `precision` is the share of right matches among those it
    makes, `wrong_at_most` the rate of false ones that so many cases do not rule out (95 %). Nothing is changed.
    """
    from recon.runs.configuration import load_configuration
    from recon.runs.mining import suggest as mined

    told, days = terminal(context), _period(period)
    rules = load_configuration(told.project()).book.ruleset(name)
    with _history(told, "suggest", rules, days) as (entries, known, steps):
        steps.step(f"mining {counted(known, 'known match')}")
        found = list(mined(entries, rules, least))
    print_listing(_MINED, [tuple(getattr(one, field) for field in _MINED) for one in found], form, output)
    told.say(f"{counted(len(found), 'suggestion')} from {counted(known, 'known match')}; nothing was changed")


@contextmanager
def _history(
    told: Terminal, title: str, rules: "RuleSet", days: "Period | None"
) -> "Iterator[tuple[Trial, int, Steps]]":
    """Everything ingested up to the end of a period, how many matches of a rule set are known of it, and the steps."""
    from recon.runs.backtest import line_of, load_history
    from recon.runs.trials import trial

    store = told.store()
    line = line_of(store, rules)
    as_of = days.last if days else None
    with told.progress(title) as steps, trial(told.project(), store, as_of, runs=line) as entries:
        yield entries, load_history(entries, line, rules, days), steps


def say_differences(told: Terminal, found: "Iterable[Difference]", matches: tuple[int, int]) -> None:
    """What differences add up to, on stderr: a line for each change, state and currency."""
    from recon.matchers.trials.compare import tallies

    told.say(f"{counted(matches[0], 'match')} before, {counted(matches[1], 'match')} after")
    lines = tallies(found)
    for one in lines:
        amount = with_currency(one.amount, one.currency)
        told.say(f"{one.change} {counted(one.matches, 'match')}, {amount}, {one.state}")
    if not lines:
        told.say("no match differs")


def say_agreement(told: Terminal, name: str, agreement: "Agreement") -> None:
    """How a rule set agrees with decisions, on stderr; nothing where nobody decided anything."""
    if agreement.accepted or agreement.rejected:
        told.say(
            f"{name}: {agreement.found} of {agreement.accepted} accepted matches found, {agreement.confirmed} of them "
            f"confirmed; {agreement.wrong} of {agreement.rejected} rejected ones made again"
        )


def _period(text: str | None) -> "Period | None":
    from recon.model.periods import Period

    return Period.parse(text) if text else None


def _row(one: "Difference") -> tuple[object, ...]:
    return (
        one.change, one.before, one.by_before, one.after, one.by_after, one.currency,
        exact(one.amount, one.currency), one.entries, one.reference, one.left, one.right,
    )  # fmt: skip
