"""`recon channels`: bills against the ledger, what merchants are owed, who funds campaigns, what channels leave us."""

import typer

from recon.cli.channels import looking, owing, reporting

app = typer.Typer(help="Payment channels: bills, merchant settlements, campaigns and their funders, margin.")
for part in (looking, owing, reporting):
    app.add_typer(part.app)
