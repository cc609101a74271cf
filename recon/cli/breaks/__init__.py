"""`recon breaks`: what did not match, who works on it, and how it is cleared."""

import typer

from recon.cli.breaks import approving, clearing, importing, looking, noting, splitting

app = typer.Typer(
    help="What did not match: list, show, explain; assign, comment, split, write off, approve, undo."
)
for part in (looking, noting, clearing, splitting, approving, importing):
    app.add_typer(part.app)
