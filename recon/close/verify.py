"""An independent check of a published run, from its output files alone.

It reads the Parquet files and the manifest of one folder and proves again what the run said of itself. None of
the code that made the files is used: hashes and figures are computed anew, each check is a query of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from recon.breaks.kinds import BreakKind, BreakState
from recon.close import manifest as manifests
from recon.close.break_checks import BREAKS
from recon.close.checks import LIVING, MATCHES, PLACES, SETTLED, Check, key_checks
from recon.close.manifest import SCHEMAS, Manifest
from recon.close.ties import (
    ARRIVED,
    BRIDGE,
    ENTERED_PARTS,
    ENTRIES,
    EXPECTED,
    FILES,
    OPENED,
    OPENED_PARTS,
    OPENING,
    PLACED,
    PROOF,
    WHOLES,
)
from recon.engines.duck import DuckEngine, sql_type
from recon.engines.names import identifier, parquet_files, text_literal
from recon.errors import Place, Problem
from recon.model.decided import DECIDED
from recon.model.parts import PARTS

SHOWN = 5
"""Rows shown of each check; more are only counted."""

UNREADABLE = {"file-missing", "file-unreadable", "file-schema", "file-unlisted"}
HINT = "do not rely on this run; make it again with `recon runs replay` and compare"

_SIDES = pa.schema(
    [
        ("ruleset", pa.string()),
        ("side", pa.string()),
        ("source", pa.string()),
        ("continues", pa.bool_()),
        ("converts", pa.bool_()),
    ]
)


def verify_run(folder: Path, entries: Sequence[Path] | None = None) -> list[Problem]:
    """Everything that is wrong with a published run; empty when all of it holds.

    Args:
        folder: the folder of the run. If the run before it lies beside it, the opening items are compared too;
            if it does not, nothing is said of opening items and of entries.
        entries: the folders of the run's ingests; every entry that is new to the run must be accounted for.
    """
    folder, ingests = folder.resolve(), [path.resolve() for path in entries or ()]
    manifest = manifests.read(folder)
    if isinstance(manifest, Problem):
        return [manifest]
    problems = list(manifests.files(folder, manifest))
    if any(problem.code in UNREADABLE for problem in problems):
        return problems
    with TemporaryDirectory() as temporary:
        return problems + list(_checked(folder, manifest, ingests, Path(temporary)))


def _checked(folder: Path, manifest: Manifest, entries: list[Path], temporary: Path) -> Iterator[Problem]:
    previous = Previous.of(folder, manifest)
    scans = {table: _rows([folder / f"{table}.parquet"]) for table in SCHEMAS}
    words = scans | {
        "as_of": _day(manifest["as_of"]),
        "kinds": _among(BreakKind),
        "states": _among(BreakState),
        "previous_open": _rows([previous.folder / "open.parquet"]) if previous.folder else _none(scans["open"]),
        "decided": _optional(folder / "decided.parquet", DECIDED),
        "parts": _optional(folder / "parts.parquet", PARTS),
        "previous_as_of": _day(previous.manifest["as_of"]) if previous.folder else "NULL",
    }
    checks = [*key_checks(), *MATCHES, *PLACES, *BREAKS, *PROOF, *BRIDGE, *FILES]
    inputs = [folder, *entries, *([previous.folder] if previous.folder else [])]
    with DuckEngine.open(temporary=temporary, inputs=inputs) as engine:
        engine.materialise("settled", SETTLED.format(**words))
        engine.materialise("living", LIVING.format(**words))
        engine.register("sides", _sides(manifest, previous))
        yield from manifests.figures(folder, manifest, engine)
        if previous.known:
            engine.materialise("wholes", WHOLES.format(**words))
            engine.materialise("opened", OPENED.format(**words))
            checks += (*OPENING, *OPENED_PARTS)
        if previous.known and entries:
            ingested = {path.name: path / "entries.parquet" for path in entries}
            yield from _missing_ingests(folder, manifest, set(ingested))
            words["entries"] = _entries(manifest, previous, ingested, scans["open"])
            engine.materialise("placed", PLACED.format(**words))
            engine.materialise("arrived", ARRIVED.format(**words))
            engine.materialise("expected", EXPECTED.format(**words))
            checks += (*ENTRIES, *ENTERED_PARTS)
        for check in checks:
            yield from _run(engine, check, words, folder.name)


def _run(engine: DuckEngine, check: Check, words: dict[str, str], folder: str) -> Iterator[Problem]:
    sql = check.sql.format(**words)
    found = engine.records(f"SELECT * FROM ({sql}) ORDER BY ALL LIMIT {SHOWN + 1}")
    file = f"{folder}/{check.file}.parquet"
    for row in found[:SHOWN]:
        number, *values = row.items()
        shown = ", ".join(f"{name} {'-' if value is None else value}" for name, value in values)
        line = int(number[1]) + 1 if number[1] >= 0 else None
        yield Problem(check.code, f"{check.wrong}: {shown}", Place(file, line), HINT)
    if len(found) > SHOWN:
        total = engine.rows(f"SELECT count(*) FROM ({sql})")[0][0]
        yield Problem(
            check.code, f"{check.wrong}: {total} rows in all, {SHOWN} of them above", Place(file), HINT
        )


def _rows(paths: Sequence[Path]) -> str:
    return parquet_files(paths, numbered=True)


def _among(words: type[BreakKind] | type[BreakState]) -> str:
    return "(" + ", ".join(text_literal(word) for word in words) + ")"


def _day(text: str) -> str:
    return f"DATE '{date.fromisoformat(text)}'"


def _optional(path: Path, schema: pa.Schema) -> str:
    """The rows of a file that only some runs have; none, with the same columns, where there is no such file."""
    if path.is_file():
        return _rows([path])
    columns = ", ".join(f"CAST(NULL AS {sql_type(field.type)}) AS {identifier(field.name)}" for field in schema)
    return f"(SELECT 0 AS file_row_number, {columns} WHERE false)"


def _none(rows: str) -> str:
    return f"(SELECT * FROM {rows} WHERE false)"


@dataclass(frozen=True, slots=True)
class Previous:
    """The run before. `known` is false when there was one and its folder does not lie beside this one."""

    folder: Path | None
    manifest: Manifest
    known: bool

    @classmethod
    def of(cls, folder: Path, manifest: Manifest) -> "Previous":
        """The run that a manifest says came before."""
        name = manifest.get("previous_run")
        if not name:
            return cls(None, {}, known=True)
        beside = folder.parent / str(name)
        found = manifests.read(beside)
        if isinstance(found, Problem) or not (beside / "open.parquet").is_file():
            return cls(None, {}, known=False)
        return cls(beside, found, known=True)


def _missing_ingests(folder: Path, manifest: Manifest, given: set[str]) -> Iterator[Problem]:
    for name in sorted(_ingests(manifest) - given):
        message = f"the entries of ingest {name} were not given, so that nothing can be said of them"
        yield Problem("ingest-missing", message, Place(f"{folder.name}/{manifests.NAME}"))


def _entries(manifest: Manifest, previous: Previous, ingested: dict[str, Path], like: str) -> str:
    """The entries of the run's ingests, with whether the run before knew their ingest."""
    listed, before = _ingests(manifest), _ingests(previous.manifest)
    parts = [
        f"SELECT * EXCLUDE (file_row_number), {str(new).lower()} AS is_new FROM {_rows(paths)}"
        for new in (True, False)
        if (
            paths := [
                path for name, path in sorted(ingested.items()) if name in listed and (name in before) != new
            ]
        )
    ]
    return (
        f"({' UNION ALL BY NAME '.join(parts)})" if parts else f"(SELECT *, true AS is_new FROM {_none(like)})"
    )


def _ingests(manifest: Manifest) -> set[str]:
    return {str(identity) for identity in manifest.get("inputs", {}).get("ingests", [])}


def _sides(manifest: Manifest, previous: Previous) -> pa.Table:
    """The sources of each side of each rule set, and whether the run before had the rule set."""
    before = {ruleset["name"] for ruleset in previous.manifest.get("rulesets", [])}
    rows = [
        {
            "ruleset": ruleset["name"],
            "side": side,
            "source": source,
            "continues": ruleset["name"] in before,
            "converts": ruleset.get("converts") == side,
        }
        for ruleset in manifest.get("rulesets", [])
        for side in ("left", "right")
        for source in ([ruleset[side]] if isinstance(ruleset[side], str) else ruleset[side])
    ]
    return pa.Table.from_pylist(rows, schema=_SIDES)
