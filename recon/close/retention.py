"""What may be removed after a while: runs that nothing rests on, workbooks that can be made again, traces of crashes.

A run stays that a closing ever named, that a payout was calculated on, or that is in the line of what runs continue,
and so does every run that one of these continues. What is removed leaves a row in the ledger, written first: a removal
that is interrupted is finished by the next writer.
"""

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recon.close.periods.locks import LOCKED, Locks, line_on
from recon.payouts.desk.shelf import Shelf
from recon.project.workspace import Project
from recon.store.disk import disk_errors, sync_folder
from recon.store.lineage import continued
from recon.store.pruned import PRUNED
from recon.store.published import Published
from recon.store.store import RUN, Store

_MADE_BY_US = (1980, 1, 31, 0, 0, 0)
"""The time of every part of a workbook as it was written here; whoever saves it sets another."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that is old enough to go. `keeps` says why it stays all the same; empty when it may go."""

    kind: str
    name: str
    path: Path
    days: int
    size: int
    keeps: str
    run: Published | None = None


def candidates(project: Project, store: Store) -> list[Candidate]:
    """Everything that is as old as the settings say, with what keeps it.

    Raises:
        ControlFailed: the ledger is damaged, or a run is gone that the ledger knows.
    """
    settings, now = project.settings.retention, store.clock()
    found: list[Candidate] = []
    runs = store.runs()
    if settings.runs_days is not None:
        reasons = kept_for(store, runs)
        for run in runs:
            days = _days(now, datetime.fromisoformat(run.at))
            if days >= settings.runs_days:
                found.append(
                    Candidate(
                        "run",
                        run.identity,
                        run.folder,
                        days,
                        _size(run.folder),
                        reasons.get(run.identity, ""),
                        run,
                    )
                )
    if settings.reports_days is not None:
        found += _workbooks(project, runs, now, settings.reports_days)
    if settings.crashes_days is not None:
        found += _crashes(store, now, settings.crashes_days)
    return found


def kept_for(store: Store, runs: list[Published]) -> dict[str, str]:
    """Why runs stay, by their names; those that nothing rests on are missing."""
    by_name = {run.identity: run for run in runs}
    reasons: dict[str, str] = {}

    def keep(name: str, why: str) -> None:
        run = by_name.get(name)
        for one in continued(store, run) if run else ():
            reasons.setdefault(one.identity, why)

    for row in store.ledger.rows(LOCKED):
        keep(str(row.body["run"]), f"{row.body['period']} was closed on it, or on one that continues it")
    for payout in Shelf(store).all:
        keep(str(payout.manifest["run"]), f"payout {payout.identity} rests on it")
    latest = line_on(runs, Locks.of(store.ledger).base(runs))
    for name in {run.identity for run in (latest, *runs[-1:]) if run}:
        keep(name, "runs continue from it")
    return reasons


def prune(store: Store, chosen: list[Candidate]) -> None:
    """Remove what was listed and may go. It is looked at again under the lock: what something rests on by now stays.

    Raises:
        Busy: another process is writing.
        ControlFailed: the disk does not let it be removed.
    """
    with store.writing("prune"):
        reasons = kept_for(store, store.runs())
        for one in chosen:
            if one.keeps or (one.run is not None and one.run.identity in reasons):
                continue
            with disk_errors("remove what is old", one.path):
                if one.run is not None:
                    body = {
                        "identity": one.run.identity,
                        "folder": one.run.shown,
                        "manifest": one.run.manifest_sha256,
                    }
                    store.ledger.append(f"{RUN}.{PRUNED}", body)
                    shutil.rmtree(one.path)
                else:
                    one.path.unlink()
                    if one.kind == "workbook" and not any(one.path.parent.iterdir()):
                        one.path.parent.rmdir()
                        sync_folder(one.path.parent.parent)
                        continue
                sync_folder(one.path.parent)


def _workbooks(project: Project, runs: list[Published], now: datetime, after: int) -> Iterator[Candidate]:
    for run in runs[:-1]:
        path = project.reports_dir / run.identity / "reconciliation.xlsx"
        days = _days(now, datetime.fromisoformat(run.at))
        if path.is_file() and days >= after:
            keeps = "" if _untouched(path) else "somebody wrote into it"
            yield Candidate("workbook", run.identity, path, days, path.stat().st_size, keeps)


def _untouched(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as book:
            return all(part.date_time == _MADE_BY_US for part in book.infolist())
    except (OSError, zipfile.BadZipFile):
        return False


def _crashes(store: Store, now: datetime, after: int) -> Iterator[Candidate]:
    for path in sorted((store.folder / "crashes").glob("*.txt")):
        days = _days(now, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        if days >= after:
            yield Candidate("crash", path.name, path, days, path.stat().st_size, "")


def _days(now: datetime, then: datetime) -> int:
    return (now - then) // timedelta(days=1)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
