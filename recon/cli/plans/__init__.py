"""`recon plans`: what plans say, what is left undecided in them, and what they would pay."""

import typer

from recon.cli.plans import examples, forecasting, reviewing

app = typer.Typer(help="Commission plans and rate cards.")
for part in (reviewing, forecasting, examples):
    app.add_typer(part.app)
