"""`recon rules`: the matching rule sets, listed, checked, shown in plain words and as SQL."""

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli import rule_trials
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_json, print_listing
from recon.errors import ConfigError, Problem
from recon.model.wording import counted

if TYPE_CHECKING:
    from recon.rules.book import RuleBook

app = typer.Typer(help="Matching rule sets: list, check, show in plain words, test, compare.")
app.add_typer(rule_trials.app)


@app.command("list", epilog=epilog("recon rules list", "recon rules list --format json"))
def list_rules(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List the rule sets and chains of the project."""
    book = _book(context)
    rows = [
        (
            name,
            "rule set",
            item.title,
            ", ".join(item.sources("left")),
            ", ".join(item.sources("right")),
            len(item.passes),
        )
        for name, item in sorted(book.rulesets.items())
    ]
    rows += [
        (name, "chain", item.title, item.legs[0], item.legs[-1], len(item.legs))
        for name, item in sorted(book.chains.items())
    ]
    print_listing(("name", "what", "title", "left", "right", "passes"), rows, form, output)


@app.command("check", epilog=epilog("recon rules check"))
def check(context: typer.Context) -> None:
    """Read every rule file and report all problems at once, each at its file, line and column.

    Also warns of rules that are allowed and seldom meant, such as confirming on amount and date alone.
    """
    from recon.breaks.routing import load_routing
    from recon.rules.advice import advice
    from recon.runs.configuration import no_rulesets

    book = _book(context)
    told = terminal(context)
    routing = load_routing(told.project())
    for problem in advice(book):
        told.warn(problem)
    routed = f", {counted(len(routing.rules), 'rule')} of routing" if routing.rules else ""
    if not book.rulesets:
        told.warn(no_rulesets(told.project()))
    told.say(f"sound: {counted(len(book.rulesets), 'rule set')}, {counted(len(book.chains), 'chain')}{routed}")


@app.command(
    "show", epilog=epilog("recon rules show processor_vs_bank", "recon rules show processor_vs_bank --sql")
)
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RULESET", help="Name of a rule set.")],
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL of each pass as well.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Print each pass of a rule set in plain words."""
    from recon.matchers.words import pass_words

    ruleset = _book(context).ruleset(name)
    if not sql:
        rows = [
            (number, item.name, item.kind, pass_words(item, ruleset.compared(item)))
            for number, item in enumerate(ruleset.passes, start=1)
        ]
        print_listing(("no", "pass", "kind", "words"), rows, form, output)
        return
    from recon.matchers.trials.showing import pass_sql

    told = terminal(context)
    for number, item in enumerate(ruleset.passes, start=1):
        told.out.print(
            f"-- {number}. {item.name}: {pass_words(item, ruleset.compared(item))}",
            markup=False,
            soft_wrap=True,
        )
        told.out.print(
            pass_sql(item, ruleset.compared(item)) + "\n", markup=False, highlight=False, soft_wrap=True
        )


@app.command("test", epilog=epilog("recon rules test", "recon rules test processor_vs_bank"))
def run_rule_tests(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RULESET]...", help="Rule sets by name; all without names.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Run the `tests:` of rule files: entries as they might arrive, and the matches that must be found among them.

    What comes out otherwise is told at its place in the file, and the command exits 2.
    """
    from recon.matchers.trials.rule_tests import run_tests

    book = _book(context)
    rows, problems = list[tuple[str, str, str]](), list[Problem]()
    for name in names or sorted(book.rulesets):
        for one in run_tests(book.ruleset(name)):
            rows.append((name, one.name, "failed" if one.wrong else "passed"))
            at = ("tests", one.number, "name")
            problems += [book.documents[name].problem(at, "rule-test", wrong) for wrong in one.wrong]
    print_listing(("ruleset", "test", "result"), rows, form, output)
    if problems:
        raise ConfigError(*problems)
    terminal(context).say(f"{counted(len(rows), 'test')} passed" if rows else "no rule file here has tests")


@app.command("schema", epilog=epilog("recon rules schema > rules.schema.json"))
def schema(context: typer.Context, output: OutputOption = None) -> None:
    """Print the JSON Schema of rule files, for completion and checks in editors."""
    from recon.project.schema import json_schema
    from recon.runs.rule_schema import RuleFile

    terminal(context)
    print_json(json_schema(RuleFile, "Rule set or chain"), output)


def _book(context: typer.Context) -> "RuleBook":
    from recon.runs.configuration import load_book
    from recon.sources.profiles.profile import load_profiles

    project = terminal(context).project()
    return load_book(project, {loaded.source: loaded for loaded in load_profiles(project)})
