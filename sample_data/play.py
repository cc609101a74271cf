"""Plays a story of commissions: files arrive month by month, and the desk runs, reviews, approves and pays.

`python -m sample_data.play agent_network FOLDER` copies the story's project into a new folder and shows each command
before what it prints.
"""

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from recon.cli.app import run

HERE = Path(__file__).parent
COPIED = ("recon.toml", "configs", "data", "later", "expected")
PEOPLE = (("review", "r.adeyemi"), ("approve", "h.okon"), ("approve", "c.musa"))
"""Who reviews and approves, in order."""

Command = Callable[[Sequence[str]], object]


def stage(story: str, folder: Path) -> Path:
    """A project of its own for the story; the folder must not be there yet."""
    folder.mkdir(parents=True)
    for name in COPIED:
        source = HERE / story / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copyfile(source, folder / name)
    return folder


def periods(folder: Path) -> list[str]:
    """The months of a staged story: the one whose files are there, then those that arrive later."""
    months = {path.name for name in ("data", "later") for path in (folder / name).iterdir()}
    return sorted(months)


def deliver(folder: Path, period: str) -> None:
    """Let the files of a month arrive."""
    if (folder / "later" / period).is_dir():
        shutil.copytree(folder / "later" / period, folder / "data" / period, dirs_exist_ok=True)


def plans(folder: Path) -> list[str]:
    """The story's plans by name."""
    return sorted(path.stem for path in (folder / "configs" / "plans").glob("*.yaml"))


def month(folder: Path, period: str, recon: Command) -> None:
    """One month: files arrive, are matched, payouts are calculated, reviewed, approved twice, and exported."""
    deliver(folder, period)
    recon(("run", "--period", period))
    recon(("payouts", "run", "--period", period, "--by", "cron"))
    for plan in plans(folder):
        for act, person in PEOPLE:
            recon(("payouts", act, f"{plan}-{period}", "--by", person))
    recon(("payouts", "export"))


def main(arguments: list[str] | None = None) -> int:
    """Play one story in a folder; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("story")
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args(arguments)
    folder = stage(chosen.story, chosen.folder)

    def recon(words: Sequence[str]) -> None:
        print(f"$ recon {' '.join(words)}", flush=True)
        quiet = ("--quiet",) if words[0] == "run" else ()
        if status := run((*quiet, "--project", str(folder), *words)):
            raise SystemExit(status)

    for period in periods(folder):
        month(folder, period, recon)
    recon(("payouts", "list"))
    recon(("payouts", "statements", "--period", periods(folder)[-1], "--as", "html"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
