"""Verifies an evidence pack from its own files alone: hashes, chain, signatures, the lock, the proof of its run."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recon.close.pack import ENTRIES, LEDGER_FILE, PACK_FILE, RUNS, SUMS_FILE
from recon.close.periods.locks import LOCKED
from recon.close.verify import verify_run
from recon.errors import Place, Problem
from recon.store.chain import LedgerRow, checked
from recon.store.disk import sha256_of_file
from recon.store.manifest import MANIFEST
from recon.store.signatures import signature_problems

HINT = "do not rely on this copy; ask for the pack again"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a pack is of, what was looked at (kind, name, count, words), and everything that is wrong with it."""

    period: str
    seal: str
    looked_at: tuple[tuple[str, str, int, str], ...]
    problems: tuple[Problem, ...]


def is_pack(folder: Path) -> bool:
    """Whether a folder is an evidence pack, or was one."""
    return folder.is_dir() and ((folder / PACK_FILE).is_file() or (folder / SUMS_FILE).is_file())


def verify_pack(folder: Path) -> Verified:
    """Everything that is wrong with a pack; nothing of it is trusted before its hash was seen."""
    folder = folder.absolute()
    files, problems = _files(folder)
    described = _description(folder)
    rows, broken = _ledger(folder)
    problems += broken
    if isinstance(described, Problem):
        return Verified("", "", (), (*problems, described))
    if not broken:
        problems += signature_problems(rows, None, LEDGER_FILE)
        problems += _lock(folder, described, rows)
    run = folder / RUNS / str(described["run"])
    looked_at = [
        ("hashes", SUMS_FILE, files, "files as listed"),
        ("ledger", LEDGER_FILE, len(rows), "rows, chain unbroken"),
    ]
    if not problems:
        for one in sorted((folder / RUNS).iterdir()):
            ingests = (
                sorted((folder / ENTRIES).iterdir()) if one == run and (folder / ENTRIES).is_dir() else None
            )
            problems += verify_run(one, ingests)
            count = sum(path.is_file() for path in one.rglob("*"))
            looked_at.append(("run", one.name, count, "proof made again from its files"))
    seal = sha256_of_file(folder / SUMS_FILE) if (folder / SUMS_FILE).is_file() else ""
    return Verified(str(described["period"]), seal, tuple(looked_at), tuple(problems))


def _files(folder: Path) -> tuple[int, list[Problem]]:
    """How many files are listed, and which are not as listed."""
    try:
        text = (folder / SUMS_FILE).read_text("utf-8")
    except (OSError, ValueError) as error:
        return 0, [
            Problem("pack-changed", f"there is no readable list of hashes: {error}", Place(SUMS_FILE), HINT)
        ]
    problems, listed = list[Problem](), dict[str, str]()
    for number, line in enumerate(text.splitlines(), 1):
        sha256, _, name = line.partition("  ")
        if (
            len(sha256) != 64
            or not name
            or name in listed
            or ".." in Path(name).parts
            or Path(name).is_absolute()
        ):
            problems.append(Problem("pack-changed", "the line lists no file", Place(SUMS_FILE, number), HINT))
        else:
            listed[name] = sha256
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {
        SUMS_FILE
    }
    for name in sorted(there | set(listed)):
        if why := _why(folder / name, name in there, listed.get(name)):
            problems.append(Problem("pack-changed", why, Place(name), HINT))
    if not text.endswith("\n"):
        problems.append(Problem("pack-changed", "the list of hashes is cut off", Place(SUMS_FILE), HINT))
    return len(listed), problems


def _why(path: Path, there: bool, listed: str | None) -> str | None:
    if listed is None:
        return "the file is not in the list of hashes: it was put here later"
    if not there:
        return "the file is listed and is gone"
    if path.is_symlink() or sha256_of_file(path) != listed:
        return "the file's bytes are not those that were packed (its SHA-256 differs)"
    return None


def _description(folder: Path) -> Mapping[str, Any] | Problem:
    try:
        document = json.loads((folder / PACK_FILE).read_text("utf-8"))
        needed = {"run", "period", "closing", "manifest", "ledger"}
        if isinstance(document, dict) and needed <= document.keys():
            return document
        why = "it does not say what the pack is of"
    except (OSError, ValueError) as error:
        why = str(error)
    return Problem("pack-changed", f"the description cannot be read: {why}", Place(PACK_FILE), HINT)


def _ledger(folder: Path) -> tuple[list[LedgerRow], list[Problem]]:
    names = ("seq", "at", "kind", "text", "previous", "hash")
    columns, problems = list[tuple[object, ...]](), list[Problem]()
    try:
        lines = (folder / LEDGER_FILE).read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        return [], [Problem("pack-changed", f"the ledger cannot be read: {error}", Place(LEDGER_FILE), HINT)]
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            columns.append(tuple(row[name] for name in names))
        except (ValueError, KeyError, TypeError):
            problems.append(
                Problem("ledger-chain", "this is no row of a ledger", Place(LEDGER_FILE, number), HINT)
            )
    rows = list[LedgerRow]()
    for one in checked(columns, LEDGER_FILE):
        if isinstance(one, Problem):
            problems.append(one)
        else:
            rows.append(one)
    return rows, problems


def _lock(folder: Path, described: Mapping[str, Any], rows: list[LedgerRow]) -> Iterator[Problem]:
    """The last row is the lock, of this period, and names the manifest that is here."""
    place = Place(LEDGER_FILE, len(rows))
    last = rows[-1] if rows else None
    if last is None or last.kind != LOCKED or last.hash != described["ledger"].get("hash"):
        yield Problem("pack-changed", "the ledger does not end with the lock of this pack", place, HINT)
        return
    body: Mapping[str, Any] = last.body
    for name in ("period", "closing", "run", "manifest"):
        if body[name] != described[name]:
            message = f"{name} is {described[name]}, and the lock says {body[name]}"
            yield Problem("pack-changed", message, Place(PACK_FILE, field=name), HINT)
    manifest = folder / RUNS / str(body["run"]) / MANIFEST
    if not manifest.is_file() or sha256_of_file(manifest) != body["manifest"]:
        message = f"run {body['run']} is not the one that was locked"
        yield Problem("pack-changed", message, Place(f"{RUNS}/{body['run']}/{MANIFEST}"), HINT)
