"""`recon config`: the settings in force and where each came from."""

from typing import Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import Column, FormatOption, OutputOption, print_json, print_listing

app = typer.Typer(help="The settings of the project, and who set them.")


@app.command("show", epilog=epilog("recon config show --origin", "recon config show --format json"))
def show(
    context: typer.Context,
    origin: Annotated[bool, typer.Option("--origin", help="Also say where each value comes from.")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show every setting as it is in force.

    A value comes, first wins, from the environment, the project's `recon.toml`, your own `config.toml`, or the
    program's default.
    """
    project = terminal(context).project()
    columns = [Column("setting", "Setting"), Column("value", "Value")]
    rows: list[tuple[str, ...]] = [(setting.name, setting.value) for setting in project.origins]
    if origin:
        columns.append(Column("origin", "Origin"))
        rows = [(setting.name, setting.value, setting.origin) for setting in project.origins]
    print_listing(columns, rows, form, output)


@app.command("schema", epilog=epilog("recon config schema --output recon.schema.json"))
def schema(output: OutputOption = None) -> None:
    """Print the JSON Schema of `recon.toml`, for completion and checks in editors."""
    from recon.project.schema import json_schema
    from recon.project.settings import Settings

    print_json(json_schema(Settings, "recon.toml"), output)
