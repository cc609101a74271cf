"""`recon payouts`: what everybody earned and is paid for a period, who approved it, and why it is this amount."""

import typer

from recon.cli.payouts import (
    approving,
    banking,
    calculated,
    due,
    explaining,
    fees,
    leaving,
    paying,
    running,
    statements,
)

app = typer.Typer(help="Commissions: what was earned, what is paid, who approved it, and why.")
for part in (running, due, calculated, leaving, fees, explaining, approving, paying, banking, statements):
    app.add_typer(part.app)
