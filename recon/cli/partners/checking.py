"""`recon partners check`, `onboarding`: what is wrong with the registry, and what partners still lack."""

from typing import Annotated, Literal

import typer

from recon.cli.partners.asked import DayOption, day_asked, registry_of
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_json, print_listing
from recon.errors import ExitStatus
from recon.model.wording import counted

app = typer.Typer()


@app.command(
    "check",
    epilog=epilog(
        "recon partners check --on 2026-10-31",
        "recon partners check --errors --format json",
        statuses=FILES,
    ),
)
def check(
    context: typer.Context,
    on: DayOption = None,
    errors: Annotated[bool, typer.Option("--errors", help="Leave the warnings out.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Find what is wrong: orphans, loops, two owners, shared accounts, wrong digits, missing documents, duplicates.

    The exit status is 2 if there is an error; warnings are for somebody to look at.
    """
    from recon.partners.registry.checks import findings
    from recon.partners.registry.files import untraced
    from recon.partners.settings import read_settings

    told = terminal(context)
    project = told.project()
    registry = registry_of(context)
    found = [(one.severity, one.about, one.problem) for one in
             findings(registry, read_settings(project), day_asked(context, on))]  # fmt: skip
    found = [("error", "", problem) for problem in untraced(project, told.store())] + found
    rows = [
        (severity, problem.code, place.file if place else "", place.line if place else None,
         (place.field if place else None) or "", about, problem.message, problem.hint or "")
        for severity, about, problem in found
        if severity == "error" or not errors
        for place in [problem.place]
    ]  # fmt: skip
    names = ("severity", "finding", "file", "row", "field", "about", "message", "hint")
    print_listing(headed(names), rows, form, output)
    wrong = sum(severity == "error" for severity, *_ in found)
    told.say(f"registry: {counted(wrong, 'error')}, {counted(len(found) - wrong, 'warning')}")
    if wrong:
        raise typer.Exit(ExitStatus.USAGE)


@app.command(
    "onboarding",
    epilog=epilog(
        "recon partners onboarding --on 2026-10-31",
        "recon partners onboarding AG-07 --all",
        statuses=FILES,
    ),
)
def onboarding(
    context: typer.Context,
    partners: Annotated[
        list[str] | None, typer.Argument(metavar="PARTNER", help="Only these; everybody without names.")
    ] = None,
    on: DayOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Show what is in order as well.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show what is missing, expired or about to expire of each partner's checklist of documents and steps."""
    from recon.partners.registry.onboarding import checklist
    from recon.partners.settings import read_settings

    registry = registry_of(context)
    for one in partners or ():
        registry.refuse_unknown(one)
    settings = read_settings(terminal(context).project())
    rows = [
        (one.partner, one.status, one.document, one.state, one.until, one.number)
        for one in checklist(registry, settings, day_asked(context, on), partners)
        if everything or partners or one.state != "good"
    ]
    names = ("partner", "status", "document", "state", "until", "number")
    print_listing(headed(names), rows, form, output)


@app.command("schema", epilog=epilog("recon partners schema monitors --output monitors.schema.json"))
def schema(
    what: Annotated[
        Literal["settings", "measures", "monitors"], typer.Argument(metavar="WHAT", help="Which of the files.")
    ],
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of a file under `configs/partners`, for completion and checks in editors."""
    from recon.partners.measures.settings import Measures
    from recon.partners.settings import PartnerSettings
    from recon.partners.watch.monitors import Monitors
    from recon.project.models import ConfigModel
    from recon.project.schema import json_schema

    models: dict[str, type[ConfigModel]] = {
        "settings": PartnerSettings,
        "measures": Measures,
        "monitors": Monitors,
    }
    print_json(json_schema(models[what], f"{what} of partners"), output)
