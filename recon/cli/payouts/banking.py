"""`recon payouts import-status`, `payments`, `inquire`, `check-payments`: what became of payments, and the proof."""

from pathlib import Path
from typing import Annotated

import typer

from recon.cli.payout_books import shown
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, WRITES, epilog
from recon.cli.terminal.listing import Column, FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption, refuse_unknown
from recon.model.wording import counted

app = typer.Typer()
_STATES = ("exported", "sent", "accepted", "paid", "rejected", "returned", "held", "proven")


@app.command(
    "import-status",
    epilog=epilog(
        "recon payouts import-status inbox/pain002.xml",
        "recon payouts import-status returns.csv",
        statuses=FILES | WRITES,
    ),
)
def import_status(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="pain.002, camt.054 or any statement, or a table.")
    ],
    by: ByOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Take in what the bank says of payments: accepted, paid, rejected, returned.

    A file is taken whole or not at all; the same file twice changes nothing. A table has the columns payment_id and
    status, and may have code, reason, amount and currency.
    """
    from recon.payouts.bank.taking import take_answers

    told = terminal(context)
    project, store, person = told.project(), told.store(), told.person(by)
    rows: list[tuple[object, ...]] = []
    for path in files:
        taken = take_answers(store, path, project.relative(path.absolute()), person)
        for known, answer in taken.news:
            row = known.row
            amount = shown(row["amount"], row["currency"])
            rows.append((row["payment_id"], row["payee"], answer.status, amount, row["currency"], answer.why))
        others = f", {counted(taken.others, 'entry')} about other things" if taken.others else ""
        told.say(f"{path} ({taken.format}): {len(taken.news)} new, {taken.known} known already{others}")
        for name in taken.whole:
            told.say(f"batch {name}: every payment is paid")
    print_listing(("payment", "payee", "status", "amount", "currency", "reason"), rows, form, output)


@app.command(
    "payments",
    epilog=epilog("recon payouts payments", "recon payouts payments --state returned", statuses=FILES | WRITES),
)
def payments_(
    context: typer.Context,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="STATE", help=f"{', '.join(_STATES)}."),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List all payments: where each stands, what the bank said, and the match that proves it on the statement."""
    from recon.payouts.bank.outcomes import payments
    from recon.payouts.bank.proof import proofs

    refuse_unknown("state", [state] if state else None, _STATES)
    told = terminal(context)
    store = told.store()
    known = payments(store)
    proven = proofs(told.project(), store, list(known))
    names = (
        "payment",
        "batch",
        "payee",
        "account",
        "amount",
        "currency",
        "day",
        "state",
        "bank_said",
        "proven_by",
    )
    rows = []
    for name, one in known.items():
        row, proof = one.row, proven.get(name)
        why = one.told.why if one.told else ""
        if state in {None, one.state} or (state == "proven" and proof is not None):
            rows.append(
                (
                    name, one.batch.identity, row["payee"], row["bank_account"], shown(row["amount"], row["currency"]),
                    row["currency"], row["day"], one.state, why, f"{proof.file}:{proof.line}" if proof else "",
                )
            )  # fmt: skip
    print_listing([Column(name, account=name == "account") for name in names], rows, form, output)


@app.command(
    "inquire",
    epilog=epilog(
        "recon payouts inquire agent-17",
        "recon payouts inquire agent-17 --period 2026-10",
        statuses=FILES | WRITES,
    ),
)
def inquire(
    context: typer.Context,
    payee: Annotated[str, typer.Argument(metavar="PAYEE", help="Who asks.")],
    period: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="Only this month as 2026-10, or days.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Answer a payee: what was earned, what is held and why, what was paid where, and its line at the bank."""
    from recon.model.periods import Period
    from recon.payouts.bank.inquiry import answer

    wanted = Period.parse(period) if period else None
    told = terminal(context)
    lines = answer(told.project(), told.store(), payee, wanted)
    names = ("period", "what", "words", "amount", "currency", "rests_on")
    rows = [
        (one.period, one.what, one.words, shown(one.amount, one.currency or None), one.currency, one.rests_on)
        for one in lines
    ]
    print_listing(names, rows, form, output)


@app.command("check-payments", epilog=epilog("recon payouts check-payments", statuses=FILES | WRITES))
def check_payments(context: typer.Context) -> None:
    """Prove that nothing is paid twice: over batches, against what was approved, and on the bank statements."""
    from recon.payouts.bank.checks import check_payments as check

    told = terminal(context)
    count = check(told.project(), told.store())
    told.say(f"{counted(count, 'payment')}: each is made once and is what was approved")
