"""`recon matches`: what was matched, and what people decide about suggestions or match by hand."""

import typer

from recon.cli.matches import by_hand, deciding, looking

app = typer.Typer(
    help="What was matched: list, show, explain; decide about suggestions; match and unmatch by hand."
)
for part in (looking, deciding, by_hand):
    app.add_typer(part.app)
