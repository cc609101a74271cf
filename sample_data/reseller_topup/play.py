"""Plays the desk of the story: two months of orders are matched, proposed, approved, released once, and watched.

`python -m sample_data.play reseller_topup FOLDER` shows each command before what it prints; with `--brief` it says in
a few lines what each month came to.
"""

import io
import json
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

from recon.cli.app import run
from sample_data.reseller_topup.papers import EVENING
from sample_data.reseller_topup.world import LAST_DAYS, PERIODS, WATCHED

Recon = Callable[[Sequence[str]], str]
"""Runs a command line and gives what it printed; it has to end well."""
CLERK, SECOND, RISK, LEAD = "o.bassey", "w.kamau", "n.afolabi", "p.odhiambo"
LATE = "bank reference, late"
JSON = ("--format", "json")
EARLY = ("--on", "2026-11-15")
"""The day on which the decline of a reseller is found."""
OCTOBER, NOVEMBER = (("--on", last.isoformat()) for last in LAST_DAYS)


def matched(recon: Recon, period: str) -> None:
    """What has arrived is matched."""
    recon(("run", "--period", period, "--no-report"))


def october(folder: Path, recon: Recon, tell: Callable[[str, str], None]) -> None:
    """The first month: what is ready is approved, two orders change in the evening, and the rest is released once."""
    recon(("partners", "monitor", "--period", PERIODS[0], "--record", "--by", "cron"))
    tell("orders", recon(("releases", "list", *OCTOBER, *JSON)))
    recon(("releases", "propose", *OCTOBER, "--by", CLERK))
    recon(("releases", "approve", *OCTOBER, "--by", SECOND))
    deliver(folder, EVENING)
    recon(("ingest",))
    tell("export", recon(("releases", "export", *OCTOBER, "--by", CLERK, *JSON)))
    tell("export", recon(("releases", "export", *OCTOBER, "--by", CLERK, *JSON)))


def november(folder: Path, recon: Recon, tell: Callable[[str, str], None]) -> None:
    """The second month: a late transfer is accepted, an alert explained, and what was refused is looked at again."""
    suggested = json.loads(recon(("matches", "list", "--state", "suggested", *JSON)))
    late = max((one for one in suggested if one["pass"] == LATE), key=lambda one: Decimal(one["left_amount"]))
    deliver(folder, PERIODS[1])
    recon(("matches", "accept", late["id"], "--reason", "the bank was late, as it says itself", "--by", CLERK))
    matched(recon, PERIODS[1])
    alerts = json.loads(recon(("partners", "alerts", "--partner", WATCHED, *JSON)))
    held = [one["alert"] for one in alerts if one["hold"] != "nothing"]
    recon(
        (
            "partners",
            "dispose",
            *held,
            "--as",
            "explained",
            "--reason",
            "a birthday stream, shown",
            "--by",
            RISK,
        )
    )
    waiting = json.loads(recon(("partners", "pending", *JSON)))
    recon(("partners", "approve", *(str(one["number"]) for one in waiting), "--by", LEAD))
    tell("orders", recon(("releases", "list", *NOVEMBER, *JSON)))
    recon(("releases", "propose", *NOVEMBER, "--by", CLERK))
    recon(("releases", "approve", *NOVEMBER, "--by", SECOND))
    tell("export", recon(("releases", "export", *NOVEMBER, "--by", CLERK, *JSON)))


def afterwards(recon: Recon) -> None:
    """What the desk looks at when the month is over."""
    figures = [
        word
        for name in ("volume", "orders", "attained_percent", "retention_percent")
        for word in ("--figure", name)
    ]
    recon(("partners", "kpi", "--period", PERIODS[1], "--by", "partner", *figures))
    recon(("partners", "declines", *EARLY))
    recon(("partners", "report", "--period", PERIODS[1], "--by", "partner"))
    recon(("releases", "exports"))


def deliver(folder: Path, name: str) -> None:
    """Let the files of `later/name` arrive."""
    shutil.copytree(folder / "later" / name, folder / "data" / name)


def play(folder: Path, *, brief: bool) -> None:
    """Both months, in a folder where the story is staged."""
    recon = quietly(folder) if brief else aloud(folder)
    matched(recon, PERIODS[0])
    for period, month in zip(PERIODS, (october, november), strict=True):
        month(folder, recon, _teller(period) if brief else _silent)
    if not brief:
        afterwards(recon)


def quietly(folder: Path) -> Recon:
    """Runs commands in the story's project without showing them."""

    def recon(words: Sequence[str]) -> str:
        said, talk = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(talk):
            status = run(("--quiet", "--project", str(folder), *words))
        if status:
            sys.stderr.write(talk.getvalue())
            raise SystemExit(status)
        return said.getvalue()

    return recon


def aloud(folder: Path) -> Recon:
    """Runs commands in the story's project, each shown before what it prints."""
    quiet = quietly(folder)

    def recon(words: Sequence[str]) -> str:
        asked = words[-2:] == JSON
        shown = words[:-2] if asked else words
        print(f"$ recon {shlex.join(shown)}", flush=True)
        if status := run(("--project", str(folder), *shown)):
            raise SystemExit(status)
        return quiet(words) if asked and words[0] != "releases" else ""

    return recon


def _silent(_what: str, _told: str) -> None:
    """What was printed has been seen."""


def _teller(period: str) -> Callable[[str, str], None]:
    """Says in a line what a command came to."""
    head = f"\n{period}  "

    def tell(what: str, told: str) -> None:
        nonlocal head
        rows: list[dict[str, Any]] = json.loads(told or "[]")
        print(f"{head}{_line(what, rows)}", flush=True)
        head = " " * 9

    return tell


def _line(what: str, rows: list[dict[str, Any]]) -> str:
    if what == "export":
        sums = [f"{row['units']} {row['product']} for {row['amount']} {row['currency']}" for row in rows]
        return f"released  {', '.join(sums)}" if sums else "again     nothing is left to release"
    states = Counter(row["state"] for row in rows)
    reasons = Counter(reason for row in rows if row["state"] == "refused" for reason in row["why"])
    most = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in reasons.most_common(4))
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return f"orders    {told} ({most}, …)"
