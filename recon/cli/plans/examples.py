"""The plans that come with the program: they pay nobody until one is taken over."""

from typing import Annotated

import typer

from recon.cli.terminal.files import write_text
from recon.cli.terminal.help import epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, headed, print_listing

app = typer.Typer()


@app.command(
    "library",
    epilog=epilog(
        "recon plans library", "recon plans library pos_withdrawal --output configs/plans/pos_withdrawal.yaml"
    ),
)
def library(
    name: Annotated[
        str | None, typer.Argument(metavar="PLAN", help="Print this plan, to take it over.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the shipped plans, examples from several trades, or print one to begin with.

    `plans show`, `check`, `test` and `forecast` look at them by name; they pay once they stand in configs/plans.
    """
    from recon.payouts.library import named, shipped_plans

    filed = named(shipped_plans(), [name] if name else [])
    if name is not None:
        write_text("\n".join(one.path.read_text(encoding="utf-8") for one in filed), output, replace=False)
        return
    rows = [
        (
            one.plan.plan,
            one.plan.title,
            one.plan.currency,
            ", ".join(dict.fromkeys(part.activity.source for part in one.plan.components)),
        )
        for one in filed
    ]
    print_listing(headed(("plan", "title", "currency", "sources")), rows, form, output)
