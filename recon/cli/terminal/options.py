"""Options that several commands take, said once."""

from collections.abc import Iterable
from typing import Annotated, Literal

import typer

from recon.errors import Problem, UsageError
from recon.project.suggest import did_you_mean

RunOption = Annotated[
    str, typer.Option("--run", metavar="RUN", help="A run's name, the beginning of it, or `latest`.")
]
RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's name, the beginning of it, or `latest`.")
]
EntryArgument = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="The id of a break or of an entry, the beginning of one, or a reference of an entry.",
    ),
]
OfRuleSetOption = Annotated[
    str | None,
    typer.Option(
        "--ruleset", metavar="RULESET", help="The rule set meant, where the name is known to several."
    ),
]
RuleSetsOption = Annotated[
    list[str] | None,
    typer.Option("--ruleset", metavar="RULESET", help="Only of this rule set; may be repeated."),
]
SideOption = Annotated[
    Literal["left", "right"] | None, typer.Option("--side", help="The side of the rule set.")
]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        help="Who does it, where recon.toml trusts the name or the person signs; else who the user of the machine is.",
    ),
]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept with the decision for good.")
]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="A note that stays with it.")]
PeriodOption = Annotated[str, typer.Option("--period", metavar="PERIOD", help="A month as 2026-10, or days.")]


def refuse_unknown(what: str, given: Iterable[str] | None, known: Iterable[str]) -> None:
    """Refuse names that stand for nothing, so that a mistyped one is not taken for an empty answer.

    Raises:
        UsageError: with every such name and what it may have meant.
    """
    names = sorted(set(known))
    problems = [
        Problem(
            "unknown-name",
            f"there is no {what} `{name}`",
            hint=did_you_mean(name, names) or f"known are {', '.join(names) or 'none'}",
        )
        for name in given or ()
        if name not in names
    ]
    if problems:
        raise UsageError(*problems)


def refuse_unknown_owner(owner: str, owners: Iterable[str], people: Iterable[str]) -> None:
    """Refuse an owner of nothing who is nobody of the project; where nobody is named at all, anybody may be one.

    Raises:
        UsageError: with who it may have meant.
    """
    if known := {*owners, *people} - {""}:
        refuse_unknown("owner", [owner], known)
