"""Plays the month: `python -m sample_data.month_of_nights.play FOLDER` shows each command before what it prints.

What somebody does is a command as they would type it; what must end with another status than 0 says so.
"""

import argparse
import shutil
import sys
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path

from recon.cli.app import run
from sample_data.month_of_nights import world

HERE = Path(__file__).parent
Recon = Callable[[Sequence[str], int], object]
"""Runs a command line that has to end with a status."""
OCTOBER = "2026-10"
SIGNATURES = (("prepared", "ada"), ("reviewed", "ben"), ("approved", "cleo"))


def stage(folder: Path) -> Path:
    """A project of its own for the story; the folder must not be there yet."""
    shutil.copytree(HERE / "configs", folder / "configs")
    shutil.copyfile(HERE / "recon.toml", folder / "recon.toml")
    (folder / "inbox").mkdir()
    return folder


def deliver(folder: Path, day: date) -> None:
    """The files of a day arrive."""
    for name, text in world.deliveries().get(day, {}).items():
        (folder / "inbox" / name).write_text(text, encoding="utf-8")


def month(folder: Path, recon: Recon, idle: Collection[date] = ()) -> None:
    """The 22 nights, with what people do in the mornings between them; files of `idle` nights wait for the next run."""
    for day in world.nights():
        deliver(folder, day)
        if day in idle:
            continue
        recon(("run", "--nightly", "--no-report", "--as-of", str(day), "--fail-on", "none"), 0)
        for words, status in MORNINGS.get(day, ()):
            recon(words, status)


def closing(folder: Path, recon: Recon) -> None:
    """The month is closed: blocked by a missing file, then signed; the evidence is packed, the journals exported."""
    deliver(folder, world.following(world.nights()[-1]))
    recon(FRESH, 0)
    recon(("close", OCTOBER), 4)
    recon(("close", OCTOBER, "--sign", "prepared", "--by", "ada"), 4)
    deliver(folder, date(2026, 11, 3))
    recon(FRESH, 0)
    _sign(recon)
    recon(("close", OCTOBER, "--pack", str(folder / "evidence-1")), 0)
    recon(("journals", "export"), 0)


def afterwards(folder: Path, recon: Recon) -> None:
    """A file comes late; the month is opened again for it, closed a second time, and a write-off is undone."""
    deliver(folder, date(2026, 11, 5))
    recon(("run", "--nightly", "--no-report", "--as-of", "2026-11-05", "--fail-on", "none"), 0)
    recon(("run", "--period", OCTOBER), 2)
    recon(("reopen", OCTOBER, "--reason", "the bank sent a payment of 29 October late", "--by", "ada"), 0)
    recon(("reopen", OCTOBER, "--approve", "--by", "ada"), 4)
    recon(("reopen", OCTOBER, "--approve", "--by", "ben"), 0)
    recon(FRESH, 0)
    _sign(recon)
    recon(("close", OCTOBER, "--pack", str(folder / "evidence-2")), 0)
    recon(("journals", "export"), 0)
    why = "the customer pays after all"
    recon(("breaks", "undo", *_decision(folder), "--reason", why, "--by", "ada"), 0)
    recon(("run", "--nightly", "--no-report", "--as-of", "2026-11-06", "--fail-on", "none"), 0)
    recon(("journals", "export"), 0)
    recon(("runs", "verify"), 0)


FRESH = ("run", "--period", OCTOBER, "--fresh", "--no-report", "--fail-on", "none", "--format", "json")
MORNINGS: dict[date, tuple[tuple[tuple[str, ...], int], ...]] = {
    date(2026, 10, 9): (
        (("breaks", "assign", world.UNPAID, "--to", "ada", "--by", "ben"), 0),
        (("breaks", "comment", world.UNPAID, "asked the customer", "--by", "ada"), 0),
    ),
    date(2026, 10, 13): (
        (("breaks", "assign", world.STRAY[0], "--to", "ben", "--by", "ada"), 0),
        (("breaks", "write-off", world.STRAY[0], "--reason", "nobody asks", "--by", "ada"), 4),
        (
            ("cases", "open", "who paid 55.00 on 12 October?", "--asked-by", "the bank", "--about", world.STRAY[0],
             "--by", "ben"), 0,
        ),
    ),
    date(2026, 10, 15): (
        (("breaks", "write-off", world.UNPAID, "--reason", "too small to claim", "--by", "ada"), 0),
        (("breaks", "approve", "--all", "--by", "ada"), 4),
        (("breaks", "refuse", world.UNPAID, "--reason", "ask once more", "--by", "ben"), 2),
        (("breaks", "refuse", "--all", "--reason", "ask once more", "--by", "ben"), 0),
    ),
    date(2026, 10, 22): (
        (("breaks", "write-off", world.UNPAID, "--reason", "asked twice, too small to claim", "--by", "ada"), 0),
        (("breaks", "approve", "--all", "--by", "ben"), 0),
    ),
    date(2026, 10, 26): (
        (("cases", "reply", "1", "a deposit for a stand at the fair", "--by", "ben"), 0),
        (
            ("cases", "resolve", "1", "--cause", "wrong reference", "--resolution", "kept as a deposit", "--by", "ben"),
            0,
        ),
        (("breaks", "support", world.STRAY[0], "--reason", "deposit, repaid in December", "--by", "ben"), 0),
    ),
}  # fmt: skip
"""What people do after a night."""


def _sign(recon: Recon) -> None:
    for level, who in SIGNATURES:
        recon(("close", OCTOBER, "--sign", level, "--by", who), 0)


def _decision(folder: Path) -> tuple[str, ...]:
    """How the write-off is named once its break is gone: by the row of the ledger that proposed it."""
    from recon.breaks.casework.decided import decisions
    from recon.project.workspace import open_project
    from recon.store.store import Store

    (one,) = [one for one in decisions(Store.open(open_project(folder)).ledger) if one.act == "write_off"]
    return "--row", str(one.proposal.number)


def main(arguments: list[str] | None = None) -> int:
    """Play the story in a folder; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = stage(parser.parse_args(arguments).folder)

    def recon(words: Sequence[str], status: int) -> None:
        print(f"$ recon {' '.join(words)}", flush=True)
        if (ended := run(("--project", str(folder), *words))) != status:
            raise SystemExit(f"ended with {ended}, not {status}")

    for act in (month, closing, afterwards):
        act(folder, recon)
    return 0


if __name__ == "__main__":
    sys.exit(main())
