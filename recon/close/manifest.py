"""The manifest of a run against its folder: hashes, schemas, rows, counts, and what it says of the proof."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recon.close.run_files import LATE_FILES, RUN_FILES
from recon.engines.duck import DuckEngine
from recon.engines.names import parquet_files
from recon.errors import Place, Problem

NAME = "manifest.json"
SCHEMAS: dict[str, pa.Schema] = {name: file.schema for name, file in RUN_FILES.items()}
"""The tables of a run folder, each in a Parquet file of its name."""

_LATE = {name: file.schema for name, file in LATE_FILES.items()}
Manifest = Mapping[str, Any]
RESTORE = "restore the run folder from a backup, or make it again with `recon runs replay`"


def read(folder: Path) -> Manifest | Problem:
    """The manifest of a folder, or why it cannot be read."""
    place = Place(f"{folder.name}/{NAME}")
    try:
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return Problem("manifest-unreadable", f"there is no readable manifest: {error}", place, RESTORE)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), list):
        return Problem("manifest-unreadable", "the manifest lists no files", place, RESTORE)
    return manifest


def files(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    """Every file is listed once, is there, and has the hash, the rows and the schema that it should have."""
    listed = {str(file.get("name")): file for file in manifest["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {NAME}
    for name in sorted({f"{table}.parquet" for table in SCHEMAS} - set(listed)):
        yield Problem(
            "file-unlisted", "the manifest does not list the file", Place(f"{folder.name}/{name}"), RESTORE
        )
    for name in sorted(there - set(listed)):
        yield Problem("file-foreign", "a file that the manifest does not know", Place(f"{folder.name}/{name}"))
    for name, file in sorted(listed.items()):
        place = Place(f"{folder.name}/{name}")
        if name not in there:
            yield Problem("file-missing", "the file is gone", place, RESTORE)
            continue
        with (folder / name).open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != file.get("sha256"):
            message = (
                f"the file is not the one that was published: sha256 {found}, published {file.get('sha256')}"
            )
            yield Problem("file-hash", message, place, RESTORE)
        yield from _table(folder / name, file, place)


def _table(path: Path, file: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    schema = {**SCHEMAS, **_LATE}.get(path.stem)
    if schema is None or path.suffix != ".parquet":
        return
    try:
        opened = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        yield Problem("file-unreadable", f"the file is no Parquet file: {error}", place, RESTORE)
        return
    with opened:
        rows, found = opened.metadata.num_rows, opened.schema_arrow
    if file.get("rows") is not None and rows != file["rows"]:
        yield Problem(
            "file-rows", f"the file holds {rows} rows, the manifest says {file['rows']}", place, RESTORE
        )
    expected = {field.name: field.type for field in schema}
    actual = {field.name: field.type for field in found}
    if list(expected) != list(actual) or any(not _same_type(expected[name], actual[name]) for name in expected):
        wrong = sorted(
            name
            for name in {*expected, *actual}
            if name not in expected or name not in actual or not _same_type(expected[name], actual[name])
        )
        yield Problem(
            "file-schema", f"columns are not those of the table: {', '.join(wrong) or 'order'}", place, RESTORE
        )


def _same_type(expected: pa.DataType, actual: pa.DataType) -> bool:
    """Whether two types are the same but for the names that writers give to the items of lists and maps."""
    if pa.types.is_list(expected) and pa.types.is_list(actual):
        return _same_type(expected.value_type, actual.value_type)
    if pa.types.is_map(expected) and pa.types.is_map(actual):
        return bool(expected.key_type == actual.key_type and expected.item_type == actual.item_type)
    return bool(expected == actual)


def figures(folder: Path, manifest: Manifest, engine: DuckEngine) -> Iterator[Problem]:
    """What the manifest says in figures and words is what the tables say.

    The engine holds the table `living`, the breaks that are not resolved, and reaches the folder.
    """
    place = Place(f"{folder.name}/{NAME}")
    tables = {table: parquet_files([folder / f"{table}.parquet"]) for table in SCHEMAS}
    for name, count in sorted(manifest.get("counts", {}).items()):
        if name in COUNTS:
            found = engine.rows(COUNTS[name].format(**tables, as_of=f"DATE '{manifest['as_of']}'"))[0][0]
            if count != found:
                yield Problem("manifest-count", f"counts.{name} is {count}, and the tables have {found}", place)
    yield from _passes(manifest, engine, tables["matches"], place)
    proven = not engine.rows(
        "SELECT 1 FROM {proof} WHERE NOT ok UNION ALL "
        "SELECT 1 FROM {bridge} WHERE class = 'residual' AND amount <> 0".format(**tables)
    )
    said, verdict = manifest.get("proof"), manifest.get("verdict")
    if (said == "ok") != proven:
        message = f"proof is {said}, and the tables say {'ok' if proven else 'failed'}"
        yield Problem("manifest-proof", message, place)
    living = engine.rows("SELECT count(*) FROM living")[0][0]
    sound = "breaks" if living else "reconciled"
    if verdict not in {"incomplete", sound if proven else "incomplete"}:
        message = (
            f"verdict is {verdict}, the proof {'holds' if proven else 'fails'}, and there are {living} breaks"
        )
        yield Problem("manifest-verdict", message, place)


COUNTS = {
    "files": "SELECT count(*) FROM {files}",
    "entries": "SELECT coalesce(sum(entries), 0) FROM {files}",
    "refused": "SELECT count(*) FROM {refused}",
    "matches": "SELECT count(*) FROM {matches} WHERE state IN ('confirmed', 'manual')",
    "suggestions": "SELECT count(*) FROM {matches} WHERE state = 'suggested'",
    "open": "SELECT count(*) FROM {open}",
    "breaks": "SELECT count(*) FROM living",
    "overdue": "SELECT count(*) FROM living WHERE due_date < {as_of}",
}
"""What each count of the manifest counts."""


def _passes(manifest: Manifest, engine: DuckEngine, matches: str, place: Place) -> Iterator[Problem]:
    counted = {
        tuple(row[:3]): row[3]
        for row in engine.rows(
            f"SELECT ruleset, pass, state = 'suggested', count(*) FROM {matches} WHERE state <> 'revoked' GROUP BY ALL"
        )
    }
    for ruleset in manifest.get("rulesets", []):
        for item in ruleset.get("passes", []):
            for key, suggested in (("matches", False), ("suggested", True)):
                found = counted.get((ruleset["name"], item["name"], suggested), 0)
                if item.get(key) != found:
                    where = f"{ruleset['name']}, pass {item['name']}"
                    message = f"{where}: {key} is {item.get(key)}, and the table has {found}"
                    yield Problem("manifest-pass", message, place)
