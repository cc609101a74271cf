"""What the commands over partners share: the day they are asked for, and the registry of the project."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import terminal

if TYPE_CHECKING:
    from recon.partners.registry.registry import Registry

DayOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="The day to look at; today without it."),
]
PartnerArgument = Annotated[
    str, typer.Argument(metavar="PARTNER", help="A partner, or one of the people above.")
]


def day_asked(context: typer.Context, on: datetime | None) -> date:
    """The day that was named, or today in UTC."""
    return on.date() if on is not None else terminal(context).store().clock().date()


def registry_of(context: typer.Context) -> "Registry":
    """The registry of the project at hand; it is said when there is none."""
    from recon.partners.registry.registry import Registry, registry_folder

    told = terminal(context)
    project = told.project()
    registry = Registry.of_project(project)
    if registry.empty:
        folder = project.relative(registry_folder(project))
        told.say(
            f"the registry is empty; put its tables into {folder}/, or `recon partners import FILE --apply`"
        )
    return registry
