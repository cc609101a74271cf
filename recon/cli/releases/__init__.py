"""`recon releases`: what was ordered, proven and paid is released once, with its evidence, by two people."""

import typer

from recon.cli.releases import deciding, exporting, looking

app = typer.Typer(
    help="Orders released once they are proven and paid: list, show, propose, approve, export, check."
)
for part in (looking, deciding, exporting):
    app.add_typer(part.app)
