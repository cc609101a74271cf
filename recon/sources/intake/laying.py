"""The last step of an ingest: staged files become the tables of one folder, set by set, in DuckDB."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine, sql_type
from recon.engines.names import identifier
from recon.model.ids import ENTRY_ID_DIGITS, file_id
from recon.model.tables import CONTENT, ENTRIES, FILES, RAW, REFUSED, STATEMENTS
from recon.sources.intake.discovery import Found
from recon.sources.intake.held import RETURNED, RETURNED_FILE, WITHDRAWN, WITHDRAWN_FILE, Held, Span, withdrawn
from recon.sources.intake.settle import Movements, statement_rows
from recon.sources.intake.staging import STAGED, StagedFile
from recon.store.parquet import write_table


@dataclass(frozen=True)
class FileRow:
    """A row of the `files` table."""

    file_id: str
    source: str
    path: str
    sha256: str
    size: int
    reader: str
    encoding: str | None = None
    lines: int = 0
    entries: int = 0
    known: int = 0
    refused: int = 0
    recognised: int = 0
    duplicate_of: str | None = None
    supersedes: str | None = None
    proof_ok: bool = True

    @classmethod
    def of_copy(cls, found: Found, sha256: str, size: int, first: str) -> "FileRow":
        """A file whose content was read before from the path `first`."""
        return cls(file_id(sha256), found.source, found.shown, sha256, size, "", duplicate_of=first)


_SPECIAL: Final = f"""
    WITH numbered AS (
        SELECT s.seq, s.file_id, s.row_no, s.digest, row_number() OVER (
            PARTITION BY s.source, s.file_id, s.digest ORDER BY s.row_no) AS n
        FROM (SELECT seq, source, file_id, row_no, digest FROM staged) AS s
        SEMI JOIN (SELECT digest FROM staged GROUP BY digest HAVING count(*) > 1
                   UNION SELECT entry_id FROM kept) AS d ON s.digest = d.digest),
    named AS (
        SELECT seq, file_id, row_no, CASE WHEN n = 1 THEN digest
               ELSE left(sha256(digest || chr(31) || CAST(n AS VARCHAR)), {ENTRY_ID_DIGITS}) END AS entry_id
        FROM numbered)
    SELECT seq, entry_id, row_number() OVER (PARTITION BY entry_id ORDER BY file_id, row_no) = 1
           AND entry_id NOT IN (SELECT entry_id FROM kept) AS is_new
    FROM named"""
"""The few staged rows whose id is not just their digest or that may be known already: equal to another row, or
to an entry that the store holds, withdrawn or not."""
_IDS: Final = """
    SELECT s.seq, s.source, s.file_id, coalesce(p.entry_id, s.digest) AS entry_id, coalesce(p.is_new, true) AS is_new
    FROM staged AS s LEFT JOIN special AS p ON s.seq = p.seq"""


def lay(
    folder: Path,
    already: Held,
    staged: Sequence[StagedFile],
    copies: Sequence[FileRow],
    spill: Path,
    memory_mb: int,
) -> list[FileRow]:
    """Write `entries`, `raw`, `statements`, `files`, `refused`, `withdrawn` and `returned`; the files' rows."""
    paths = [one.parquet for one in staged if one.parquet is not None]
    stored = [one.verified("entries.parquet") for one in already.overlapping(spans(staged))]
    with DuckEngine.open(memory_mb, temporary=spill, inputs=[*paths, *stored], outputs=[folder]) as engine:
        _scan(engine, "staged", paths, STAGED)
        _scan(engine, "stored", stored, ENTRIES)
        engine.register("gone", withdrawn(already.ingests))
        engine.materialise("kept", _kept_sql([one.source for one in staged], engine))
        engine.view("held", "SELECT * FROM kept WHERE NOT gone")
        engine.materialise("special", _SPECIAL)
        engine.view("ids", _IDS)
        statements = _statements(engine, staged)
        superseded = _superseded(engine, already, staged, statements)
        engine.register("statements", pa.Table.from_pylist(statements, schema=STATEMENTS))
        _write_entries(engine, folder, {name for one in staged for name in one.filled})
        known = dict(engine.rows("SELECT file_id || source, count(*) FROM ids WHERE NOT is_new GROUP BY ALL"))
        rows = [_file_row(one, known, superseded) for one in staged]
        rows = sorted([*rows, *copies], key=lambda row: (row.source, row.path))
        _withdraw(engine, folder, already, superseded)
        _return(engine, folder)
    write_table(pa.Table.from_pylist(statements, schema=STATEMENTS), folder / "statements.parquet")
    write_table(pa.Table.from_pylist([asdict(row) for row in rows], schema=FILES), folder / "files.parquet")
    write_table(_refused(staged), folder / "refused.parquet")
    return rows


def spans(staged: Sequence[StagedFile]) -> dict[str, Span]:
    """The business days of the entries of each source; entries without a date make it boundless."""
    found: dict[str, Span] = {}
    for file in staged:
        own = Span.of(file.days, bounded=not file.undated)
        found[file.source] = found[file.source].widened(own) if file.source in found else own
    return found


def _scan(engine: DuckEngine, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
    if paths:
        engine.scan(name, paths)
    else:
        engine.create(name, schema)


def _kept_sql(sources: Sequence[str], engine: DuckEngine) -> str:
    """The stored entries of the sources at hand, with the file that brought them, and whether they are withdrawn."""
    engine.register("wanted", pa.table({"source": pa.array(sorted(set(sources)), pa.string())}))
    return (
        "SELECT s.entry_id, s.source, s.file_id, s.business_date, g.entry_id IS NOT NULL AS gone FROM stored AS s "
        "SEMI JOIN wanted AS w ON s.source = w.source "
        "LEFT JOIN gone AS g ON s.entry_id = g.entry_id AND s.file_id = g.file_id"
    )


def _statements(engine: DuckEngine, staged: Sequence[StagedFile]) -> list[dict[str, object]]:
    """The rows of `statements`, with the sums of all entries in each file, new or known."""
    sums = engine.rows(
        """SELECT source, file_id, statement_no, currency, count(*),
                  coalesce(sum(amount) FILTER (status = 'booked' AND amount > 0), 0),
                  coalesce(-sum(amount) FILTER (status = 'booked' AND amount < 0), 0)
           FROM staged WHERE statement_no IS NOT NULL GROUP BY ALL"""
    )
    found: dict[tuple[str, str, int], dict[str, Movements]] = {}
    for source, file_id_, number, currency, count, inward, outward in sums:
        moved = Movements(count, Decimal(inward), Decimal(outward))
        found.setdefault((source, file_id_, number), {})[currency] = moved
    return [
        dict(row)
        for file in sorted(staged, key=lambda file: (file.source, file.file_id))
        for one in sorted(file.statements, key=lambda one: one.statement_no)
        for row in statement_rows(
            one, found.get((file.source, file.file_id, one.statement_no), {}), file.source, file.file_id
        )
    ]


def _superseded(
    engine: DuckEngine,
    already: Held,
    staged: Sequence[StagedFile],
    statements: Sequence[dict[str, object]],
) -> dict[tuple[str, str], list[str]]:
    """For each new file that corrects earlier ones, their ids, the latest first.

    A file corrects an earlier one when it has the same path, or all of its statements again, spans all its days,
    and lacks entries that it had. With all of them still there it is a plain overlap. An earlier version that is put
    back corrects what it spans of its path in any case.
    """
    corrected: dict[tuple[str, str], list[str]] = {}
    for file in staged:
        own = _keys(
            [row for row in statements if (row["source"], row["file_id"]) == (file.source, file.file_id)]
        )
        for earlier in reversed(already.current(file.source)):
            old = _keys(already.statements_of(file.source, earlier["file_id"]))
            same_path = earlier["path"] == file.found.shown
            if earlier["sha256"] == file.sha256 or not (same_path or (old and old <= own)):
                continue
            spans_it, missing = _missing(engine, file, already.line_of(file.source, earlier["file_id"]))
            if spans_it and (missing or (same_path and file.reading > 1)):
                corrected.setdefault((file.source, file.file_id), []).append(earlier["file_id"])
    return corrected


def _keys(statements: Sequence[dict[str, object]]) -> set[tuple[object, ...]]:
    names = ("account", "statement_id", "currency", "period_from", "period_to")
    return {tuple(row[name] for name in names) for row in statements if row["statement_id"] is not None}


def _missing(engine: DuckEngine, file: StagedFile, earlier: AbstractSet[str]) -> tuple[bool, int]:
    """Whether the file spans the days of an earlier one and those before it, and how many of their entries it lacks."""
    here = [file.source, file.file_id]
    first, last = engine.rows(
        "SELECT min(business_date), max(business_date) FROM staged WHERE source = ? AND file_id = ?", here
    )[0]
    old_first, old_last, missing = engine.rows(
        "SELECT min(business_date), max(business_date), count(*) FILTER (entry_id NOT IN "
        "(SELECT entry_id FROM ids WHERE source = ? AND file_id = ?)) FROM held "
        "WHERE source = ? AND file_id IN (SELECT unnest(?))",
        [*here, file.source, sorted(earlier)],
    )[0]
    return _spans(first, last, old_first, old_last), missing


def _spans(first: date | None, last: date | None, old_first: date | None, old_last: date | None) -> bool:
    if first is None or last is None or old_first is None or old_last is None:
        return False
    return first <= old_first and old_last <= last


def _write_entries(engine: DuckEngine, folder: Path, filled: AbstractSet[str]) -> None:
    """Write what is new, in order. What no file fills is added behind: wide rows take long to sort."""
    own = [field for field in CONTENT if field.name != "business_date"]
    read = ["source", "file_id", "line_no", *(field.name for field in own if field.name in filled)]
    absent = [field for field in own if field.name not in filled]
    nothing = "".join(f", CAST(NULL AS {sql_type(field.type)}) AS {identifier(field.name)}" for field in absent)
    engine.copy(
        f"""SELECT *{nothing} FROM (
            SELECT coalesce(p.entry_id, s.digest) AS entry_id, {", ".join(f"s.{identifier(name)}" for name in read)},
                   coalesce(s.business_date, t.period_to) AS business_date
            FROM staged AS s
            LEFT JOIN special AS p ON s.seq = p.seq
            LEFT JOIN (SELECT DISTINCT source, file_id, statement_no, period_to FROM statements) AS t
              ON s.source = t.source AND s.file_id = t.file_id AND s.statement_no = t.statement_no
            WHERE coalesce(p.is_new, true)
            ORDER BY s.source, business_date NULLS LAST, entry_id)""",
        folder / "entries.parquet",
        ENTRIES,
    )
    engine.copy(
        """SELECT coalesce(p.entry_id, s.digest) AS entry_id, s.raw
           FROM staged AS s LEFT JOIN special AS p ON s.seq = p.seq
           WHERE coalesce(p.is_new, true) ORDER BY entry_id""",
        folder / "raw.parquet",
        RAW,
    )


def _withdraw(
    engine: DuckEngine, folder: Path, already: Held, superseded: dict[tuple[str, str], list[str]]
) -> None:
    """Entries of superseded files that no file of this ingest has."""
    pairs = {
        (source, one): new
        for (source, new), files in superseded.items()
        for earlier in files
        for one in already.line_of(source, earlier)
    }
    table = pa.Table.from_pylist(
        [{"source": source, "file_id": one, "superseded_by": new} for (source, one), new in pairs.items()],
        schema=pa.schema([WITHDRAWN.field(name) for name in ("source", "file_id", "superseded_by")]),
    )
    engine.register("superseded", table)
    gone = engine.table(
        """SELECT h.entry_id, h.source, h.file_id, s.superseded_by
           FROM held AS h JOIN superseded AS s ON h.source = s.source AND h.file_id = s.file_id
           ANTI JOIN ids AS i ON h.entry_id = i.entry_id
           ORDER BY h.entry_id"""
    )
    write_table(gone.cast(WITHDRAWN), folder / WITHDRAWN_FILE)


def _return(engine: DuckEngine, folder: Path) -> None:
    """Withdrawn entries that a file of this ingest holds again; without any there is no such table."""
    back = engine.table(
        """SELECT k.entry_id, min(k.source) AS source, min(k.file_id) AS file_id, min(i.file_id) AS returned_by
           FROM kept AS k JOIN ids AS i ON k.entry_id = i.entry_id
           WHERE k.entry_id NOT IN (SELECT entry_id FROM held)
           GROUP BY k.entry_id ORDER BY k.entry_id"""
    )
    if back.num_rows:
        write_table(back.cast(RETURNED), folder / RETURNED_FILE)


def _file_row(one: StagedFile, known: dict[str, int], superseded: dict[tuple[str, str], list[str]]) -> FileRow:
    again = known.get(one.file_id + one.source, 0)
    row = FileRow(
        file_id=one.file_id,
        source=one.source,
        path=one.found.shown,
        sha256=one.sha256,
        size=one.size,
        reader=one.reader,
        encoding=one.encoding,
        lines=one.lines,
        entries=one.entries - again,
        known=again,
        refused=len(one.refused),
        recognised=one.recognised,
        supersedes=next(iter(superseded.get((one.source, one.file_id), ())), None),
    )
    proven = row.lines == row.entries + row.known + row.refused + row.recognised
    return replace(row, proof_ok=proven)


def _refused(staged: Sequence[StagedFile]) -> pa.Table:
    rows = [
        {"file_id": file.file_id, "source": file.source, **asdict(one)}
        for file in staged
        for one in file.refused
    ]
    rows.sort(key=lambda row: (str(row["source"]), str(row["file_id"]), int(str(row["line_no"]))))
    return pa.Table.from_pylist(rows, schema=REFUSED)
