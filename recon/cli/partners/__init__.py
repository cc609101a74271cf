"""`recon partners`: who the partners are, how they do, how they are rated, and what looks wrong."""

import typer

from recon.cli.partners import changing, checking, deciding, looking, measuring, rating, reporting, watching

app = typer.Typer(help="Partners: who they are, how well they do, how they are rated, and what looks wrong.")
for part in (looking, checking, measuring, reporting, rating, watching, changing, deciding):
    app.add_typer(part.app)
