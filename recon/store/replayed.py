"""What is published beside what its inputs give now: which files differ, and where first.

That is a row of a table or a value of a manifest; of any other file it is only told that the bytes differ.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from recon.errors import Place, Problem
from recon.store.disk import sha256_of_file
from recon.store.manifest import MANIFEST, files_of
from recon.store.published import Published

CODE: Final = "replay-differs"
HINT: Final = (
    "the published file is not what its inputs give; restore it from a backup, or find out who changed it"
)
_BATCH: Final = 65_536
_LONGEST: Final = 80


def compared(published: Published, folder: Path) -> Iterator[tuple[str, Problem | None]]:
    """Every file of a published folder or of one made now, its manifest included, and how the published one differs."""
    made = {path.relative_to(folder).as_posix() for path in (*files_of(folder), folder / MANIFEST)}
    for name in sorted({*made, *published.names(), MANIFEST}):
        place = Place(f"{published.shown}/{name}")
        there = published.folder / name
        if name not in made:
            yield name, _problem("the file was published, and the replay does not give it", place)
        elif not there.is_file():
            yield name, _problem("the replay gives this file, and it is not there", place)
        else:
            yield name, _first_difference(there, folder / name, place)


def _first_difference(published: Path, made: Path, place: Place) -> Problem | None:
    if sha256_of_file(published) == sha256_of_file(made):
        return None
    if published.suffix == ".parquet":
        return _of_tables(published, made, place)
    if published.suffix == ".json":
        return _of_json(published, made, place)
    return _problem("its bytes are not those that the replay gives", place)


def _of_tables(published: Path, made: Path, place: Place) -> Problem:
    try:
        with pq.ParquetFile(published) as theirs, pq.ParquetFile(made) as ours:
            if theirs.schema_arrow.names != ours.schema_arrow.names:
                return _problem("its columns are not those that the replay gives", place)
            row = 0
            for one, other in _pairs(theirs, ours):
                if (within := _first_row(one, other)) is not None:
                    where = replace(place, line=row + within + 1)
                    return _problem(_row_words(one, other, within), where)
                row += one.num_rows
    except (pa.ArrowException, OSError) as error:
        return _problem(f"the published file cannot be read: {str(error).strip()}", place)
    return _problem("the rows are the same, and the bytes are not: it was written by something else", place)


def _pairs(theirs: pq.ParquetFile, ours: pq.ParquetFile) -> Iterator[tuple[pa.Table, pa.Table]]:
    """The rows of both side by side, in our types; past the end of the shorter one there are none."""
    schema = ours.schema_arrow
    return zip_longest(_even(theirs, schema), _even(ours, schema), fillvalue=schema.empty_table())


def _even(file: pq.ParquetFile, schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of a file in tables of `_BATCH` rows, whatever its row groups are."""
    held = schema.empty_table()
    for batch in file.iter_batches(batch_size=_BATCH):
        held = pa.concat_tables([held, pa.Table.from_batches([batch]).cast(schema)])
        while held.num_rows >= _BATCH:
            yield held.slice(0, _BATCH)
            held = held.slice(_BATCH)
    if held.num_rows:
        yield held


def _first_row(one: pa.Table, other: pa.Table) -> int | None:
    """The first row, from 0, in which two tables differ."""
    if one.equals(other):
        return None
    low, high = 0, min(one.num_rows, other.num_rows)
    while low < high:
        middle = (low + high) // 2
        if one.slice(0, middle + 1).equals(other.slice(0, middle + 1)):
            low = middle + 1
        else:
            high = middle
    return low


def _row_words(one: pa.Table, other: pa.Table, row: int) -> str:
    if row >= one.num_rows:
        return "the replay has this row, and the published file has not"
    if row >= other.num_rows:
        return "the published file has this row, and the replay has not"
    (published,), (made,) = one.slice(row, 1).to_pylist(), other.slice(row, 1).to_pylist()
    return _values_words(published, made)


def _of_json(published: Path, made: Path, place: Place) -> Problem:
    try:
        theirs, ours = (json.loads(path.read_text("utf-8")) for path in (published, made))
    except (OSError, ValueError) as error:
        return _problem(f"the published file cannot be read: {error}", place)
    if theirs == ours:
        return _problem("it says the same in other bytes: it was written by something else", place)
    return _problem(_values_words(theirs, ours), place)


def _values_words(published: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """The first values that differ, published and made now."""
    names = [name for name in {**published, **made} if published.get(name) != made.get(name)]
    shown = [
        f"{name} is {_short(published.get(name))}, replayed {_short(made.get(name))}" for name in names[:3]
    ]
    more = f", and {len(names) - 3} more" if len(names) > 3 else ""
    return "; ".join(shown) + more


def _short(value: object) -> str:
    text = "absent" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _problem(message: str, place: Place) -> Problem:
    return Problem(CODE, message, place, HINT)
