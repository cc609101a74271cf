"""Plays the month end: everything is matched once, paid and released, closed by three people, and proven at the bank.

`python -m sample_data.play month_end FOLDER` shows each command before what it prints; with `--brief` it says in a few
lines what each step came to.
"""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from recon.cli.app import run
from sample_data.month_end import company
from sample_data.month_end.bank import Bank, Movement, totals
from sample_data.partner_programme.papers import iban
from sample_data.play import grouped

Recon = Callable[[Sequence[str]], str]
"""Runs a command line and gives what it printed; it has to end well."""
Tell = Callable[[str, str], None]
"""Says what a step came to."""
stage = company.stage
OCTOBER, MIDDLE, LAST = "2026-10", "2026-10-15", "2026-10-31"
FIRST, SECOND = f"2026-10-01..{MIDDLE}", f"2026-10-16..{LAST}"
ENDED = "golden_week"
"""The campaign that ends with its week."""
APPROVING = (("review", "r.adeyemi"), ("approve", "h.okon"), ("approve", "c.musa"))
SIGNING = (("prepared", "ada"), ("reviewed", "ben"), ("approved", "cleo"))
PAID, BACK, AGAIN, LOOKED = (date(2026, 11, day) for day in (4, 6, 9, 10))
RETURNED, MOVED = "agency-lumen", iban(99)
"""Whose payment comes back, and the account that is known afterwards."""


def play(folder: Path, *, brief: bool) -> None:
    """The whole month end, in a folder where the company is staged."""
    recon, tell = _runner(folder, brief=brief), _tell if brief else _silent
    settled(recon, tell)
    company.month_end(folder)
    matched(recon, tell)
    approved(recon, tell)
    released(recon, tell)
    closed(folder, recon, tell)
    paid(folder, recon, tell)


def settled(recon: Recon, tell: Tell) -> None:
    """In the middle of the month merchants are settled: their channels' bills are matched and paid on."""
    recon(("run", "--as-of", MIDDLE, "--no-report", "--format", "json"))
    made = _approved(recon, FIRST, company.plans_of("channel_ops"))
    tell("settled", f"merchants and funders on {MIDDLE}, {_payees(made)}")


def matched(recon: Recon, tell: Tell) -> None:
    """All books of October are matched in one run."""
    found = json.loads(recon(("run", "--period", OCTOBER, "--fresh", "--no-report", "--format", "json")))
    counts = f"{found['entries']:,} entries of {found['files']} files, {found['matched']:,} matches"
    tell("matched", f"{counts}, {found['breaks']} breaks, proof {found['proof']}")


def approved(recon: Recon, tell: Tell) -> None:
    """The second settlement of merchants, and every plan's payout of October: looked through, and approved twice."""
    of_channels = [plan for plan in company.plans_of("channel_ops") if plan != ENDED]
    merchants = _approved(recon, SECOND, of_channels)
    partners = _approved(recon, OCTOBER, company.plans_of("agent_network", "partner_programme"))
    tell("settled", f"merchants and funders again, {_payees(merchants)}")
    tell("payouts", f"{len(partners)} plans, {_payees(partners)}, each approved by two people")


def _approved(recon: Recon, period: str, plans: Sequence[str]) -> list[dict[str, Any]]:
    chosen = [word for plan in plans for word in ("--plan", plan)]
    made = _rows(recon, "payouts", "run", "--period", period, *chosen, "--by", "cron")
    for one in made:
        for act, person in APPROVING:
            recon(("payouts", act, one["payout"], "--by", person))
    return made


def _payees(made: Sequence[dict[str, Any]]) -> str:
    return f"{sum(int(one['payees']) for one in made)} payees"


def released(recon: Recon, tell: Tell) -> None:
    """What resellers have ordered and paid for is proposed, approved, and released once."""
    recon(("releases", "propose", "--on", LAST, "--by", "o.bassey"))
    recon(("releases", "approve", "--on", LAST, "--by", "w.kamau"))
    found = _rows(recon, "releases", "export", "--on", LAST, "--by", "o.bassey")
    tell(
        "released",
        ", ".join(f"{one['orders']} orders for {grouped(one['amount'])} {one['currency']}" for one in found),
    )


def closed(folder: Path, recon: Recon, tell: Tell) -> None:
    """The month is closed: its controls, three signatures, the evidence packed and proven."""
    controls = _rows(recon, "close", OCTOBER)
    for level, person in SIGNING:
        recon(("close", OCTOBER, "--sign", level, "--by", person))
    tell("closed", f"{len(controls)} controls hold, signed by {', '.join(person for _, person in SIGNING)}")
    pack = folder / "evidence"
    recon(("periods", "pack", OCTOBER, str(pack)))
    recon(("runs", "verify", str(pack)))
    tell("evidence", f"proves itself: {pack}")
    tell("workbook", str(next(pack.rglob("reconciliation.xlsx"))))


def paid(folder: Path, recon: Recon, tell: Tell) -> None:
    """What is approved goes to the banks in one batch; one payment comes back, and is paid to another account."""
    bank, statements = Bank(), folder / "data" / "bank"
    ordered = _ordered(folder, recon, bank, PAID)
    tell("paid", _told(ordered))
    recon(("payouts", "import-status", str(bank.statement(PAID, ordered, statements))))
    (wrong,) = (one for one in _rows(recon, "payouts", "payments") if one["payee"] == RETURNED)
    back = Movement(wrong["currency"], Decimal(wrong["amount"]), wrong["payment"], "AC04 account closed")
    recon(("payouts", "import-status", str(bank.statement(BACK, [back], statements))))
    _move(folder / "configs" / "partners" / "facts" / "partners.csv")
    again = _ordered(folder, recon, bank, AGAIN)
    recon(("payouts", "import-status", str(bank.statement(AGAIN, again, statements))))
    tell("returned", f"{_told(again)} to {RETURNED}, paid again to another account")
    recon(("run", "--as-of", LOOKED.isoformat(), "--no-report", "--format", "json"))
    proven = _rows(recon, "payouts", "payments", "--state", "proven")
    recon(("payouts", "check-payments"))
    tell("proven", f"{len(proven)} payments on the statements of their banks, none made twice")


def _ordered(folder: Path, recon: Recon, bank: Bank, day: date) -> list[Movement]:
    """A batch is made and written for the banks, which pay it."""
    outbox = folder / "outbox" / day.isoformat()
    recon(("payouts", "export", "--day", day.isoformat(), "--to", str(outbox), "--by", "t.bello"))
    return bank.pay(path for path in outbox.iterdir() if path.suffix != ".json")


def _move(facts: Path) -> None:
    """The payee has another account from the day on which the payment came back."""
    before = f"{BACK - timedelta(days=1)}"
    rows = list(csv.reader(io.StringIO(facts.read_text(encoding="utf-8"), newline="")))
    (own,) = (row for row in rows if row[:3] == [RETURNED, "word", "bank_account"])
    rows += [[*own[:3], MOVED, f"{BACK}", ""]]
    own[5] = before
    with facts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _told(movements: Iterable[Movement]) -> str:
    """What left, by currency."""
    found = list(movements)
    counts = {name: sum(one.currency == name for one in found) for name in totals(found)}
    return ", ".join(f"{counts[name]} of {-amount:,} {name}" for name, amount in sorted(totals(found).items()))


def _rows(recon: Recon, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(recon((*words, "--format", "json")))
    return found


def _runner(folder: Path, *, brief: bool) -> Recon:
    """Runs commands in the company's project, shown with what they print unless `brief`."""

    def recon(words: Sequence[str]) -> str:
        said, talk = io.StringIO(), io.StringIO()
        if not brief:
            print(f"$ recon {' '.join(words)}", flush=True)
        with redirect_stdout(said), redirect_stderr(talk):
            status = run(("--quiet", "--project", str(folder), *words))
        if status:
            sys.stderr.write(talk.getvalue())
            raise SystemExit(status)
        if not brief:
            print(said.getvalue(), end="", flush=True)
        return said.getvalue()

    return recon


def _tell(what: str, words: str) -> None:
    print(f"         {what:<9} {words}", flush=True)


def _silent(_what: str, _words: str) -> None:
    """What was printed has been seen."""
