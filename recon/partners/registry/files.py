"""The files of a registry as the ledger knows them: written as a whole, and compared with what the last act left."""

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Mapping
from typing import Any, Final

from recon.errors import Place, Problem, UsageError
from recon.partners.registry.changes import cells_of
from recon.partners.registry.reading import YAML
from recon.partners.registry.registry import Registry, registry_files, registry_folder
from recon.partners.registry.tables import TABLES
from recon.project.workspace import Project
from recon.store.chain import LedgerRow
from recon.store.disk import PRIVATE_FILE, make_private_folder, sync_folder
from recon.store.store import Store

CHANGED: Final = "partners.changed"
TRACED: Final = "partners.traced"


def hashes(project: Project) -> dict[str, str]:
    """The SHA-256 of each file of the registry, by its name."""
    folder = registry_folder(project)
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in registry_files(folder, project.relative)
    }


def tables_of(row: LedgerRow) -> Mapping[str, Mapping[str, Any]]:
    """The files that an act touched, each with its SHA-256 before and after."""
    tables: Any = row.body["tables"]
    return dict(tables)


def recorded(store: Store) -> dict[str, str]:
    """The SHA-256 of each file as the last act that touched it left it."""
    known: dict[str, str] = {}
    for row in store.ledger.rows(CHANGED, TRACED):
        known |= {name: str(states["after"]) for name, states in tables_of(row).items()}
    return known


def untraced(project: Project, store: Store) -> list[Problem]:
    """Files that are not as the last act left them."""
    present = hashes(project)
    hint = "put the file back, or say that it is right: `recon partners trace --reason TEXT`"
    folder = registry_folder(project)
    return [
        Problem(
            "untraced-change",
            "was changed since the last act on it, by nobody the ledger knows"
            if name in present
            else "is gone",
            Place(project.relative(folder / name)),
            hint,
        )
        for name, digest in sorted(recorded(store).items())
        if present.get(name) != digest
    ]


def refuse_other_forms(project: Project, names: Iterable[str]) -> None:
    """Refuse to change tables that are not kept as CSV of their own name."""
    kept = {path.stem: path for path in registry_files(registry_folder(project)) if path.suffix != ".csv"}
    wrong = [path for name in names if (path := kept.get(name) or next(
        (one for one in kept.values() if one.suffix in YAML), None))]  # fmt: skip
    if wrong:
        hint = "keep the table as CSV, or change the file yourself and `recon partners trace`"
        place = Place(project.relative(wrong[0]))
        raise UsageError(Problem("not-csv", "only tables in CSV are changed by the program", place, hint))


def texts(registry: Registry, tables: Iterable[str]) -> dict[str, bytes]:
    """The files of some tables, by name."""
    found = {}
    for name in tables:
        header = TABLES[name].header
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        for row in registry.tables[name]:
            cells = cells_of(row)
            writer.writerow([cells.get(column, "") for column in header])
        found[f"{name}.csv"] = text.getvalue().encode("utf-8")
    return found


def put(project: Project, files: Mapping[str, bytes]) -> None:
    """Put files in place, each as a whole."""
    folder = registry_folder(project)
    make_private_folder(folder)
    for name, content in files.items():
        draft = folder / f".{name}.part"
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)
    sync_folder(folder)
