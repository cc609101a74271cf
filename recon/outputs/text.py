"""The report as plain text: what the terminal shows, without colour, always 100 columns wide."""

import io

from rich.console import Console

from recon.outputs.report import RunReport
from recon.outputs.terminal import WIDTH, render_run


def as_text(report: RunReport, *, folder: str | None = None, workbook: str | None = None) -> str:
    """The report as text that ends in a newline."""
    stream = io.StringIO()
    console = Console(
        file=stream, width=WIDTH, color_system=None, force_terminal=False, highlight=False, markup=False
    )
    render_run(report, console, folder=folder, workbook=workbook)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())
