"""Whatever byte is changed, it is found and named; whatever the order of rows, the digest is the same."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.store.digest import digest
from recon.store.ledger import Ledger
from recon.store.parquet import write_table
from recon.store.publish import publishing
from recon.store.store import Store


def noon() -> datetime:
    return datetime(2026, 10, 14, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A project with two runs and some decisions, as it was left."""
    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name), Path(name) / "store", Path(name) / "runs", noon)
        for identity in ("r1", "r2"):
            with publishing(store, "run", identity, store.runs_folder, {}) as publication:
                write_table(pa.table({"n": [1, 2, 3]}), publication.folder / "matches.parquet")
        for number in range(40):
            store.ledger.append("decision", {"number": number, "by": "ada", "reason": "late file " * 9})
        yield Path(name)


def opened(root: Path) -> Store:
    return Store(root, root / "store", root / "runs", noon)


@given(data=st.data())
@settings(max_examples=60)
def test_a_changed_byte_of_a_published_file_is_found_and_named(root: Path, data: st.DataObject) -> None:
    files = sorted(path for path in (root / "runs").rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    sound = path.read_bytes()
    at = data.draw(st.integers(0, len(sound) - 1))
    flip = data.draw(st.integers(1, 255))
    try:
        path.write_bytes(sound[:at] + bytes([sound[at] ^ flip]) + sound[at + 1 :])
        named = [str(problem.place) for problem in opened(root).verify_all()]
    finally:
        path.write_bytes(sound)
    assert named == [path.relative_to(root).as_posix()]


@given(data=st.data())
@settings(max_examples=300)
def test_a_changed_byte_of_the_ledger_is_found(root: Path, data: st.DataObject) -> None:
    """Any byte: also those that SQLite itself never reads. Four in the header only name SQLite's version."""
    path = root / "store" / "ledger.db"
    sound = path.read_bytes()
    at = data.draw(st.integers(0, len(sound) - 1).filter(lambda byte: byte not in range(96, 100)))
    flip = data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "ledger.db"
        copy.write_bytes(sound[:at] + bytes([sound[at] ^ flip]) + sound[at + 1 :])
        problems = Ledger.open(copy).verify()
    assert problems
    assert {Path(problem.place.file).name for problem in problems if problem.place} == {"ledger.db"}


@given(data=st.data())
@settings(max_examples=100)
def test_a_changed_byte_of_a_row_is_found_and_the_row_is_named(root: Path, data: st.DataObject) -> None:
    path = root / "store" / "ledger.db"
    sound = path.read_bytes()
    row = data.draw(st.sampled_from(Ledger.open(path).rows()))
    place = sound.index(row.text.encode() + row.previous.encode())
    at = place + data.draw(st.integers(0, len(row.text.encode()) + 127))
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "ledger.db"
        copy.write_bytes(sound[:at] + bytes([sound[at] ^ data.draw(st.integers(1, 255))]) + sound[at + 1 :])
        problems = Ledger.open(copy).verify()
    lines = {problem.place.line for problem in problems if problem.place}
    assert row.seq in lines


def test_the_store_is_as_it_was(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "copy")
    assert opened(tmp_path / "copy").verify_all() == opened(root).verify_all() == []


texts = st.one_of(st.none(), st.text(max_size=5))
ROW = st.tuples(texts, texts, st.lists(st.tuples(st.text(max_size=2), texts), max_size=3))
SCHEMA = pa.schema([("a", pa.string()), ("b", pa.string()), ("m", pa.map_(pa.string(), pa.string()))])


def table(rows: list[tuple[str | None, str | None, list[tuple[str, str | None]]]]) -> pa.Table:
    columns = [pa.array([row[n] for row in rows], SCHEMA.field(n).type) for n in range(3)]
    return pa.table(columns, schema=SCHEMA)


def of(whole: pa.Table) -> str:
    """The digest of a table."""
    return digest(whole.to_batches())[1]


@given(rows=st.lists(ROW, max_size=12), seed=st.integers(0, 9), cut=st.integers(0, 12))
@settings(max_examples=150)
def test_a_digest_knows_no_order_and_no_chunks(
    rows: list[tuple[str | None, str | None, list[tuple[str, str | None]]]], seed: int, cut: int
) -> None:
    mixed = rows.copy()
    random.Random(seed).shuffle(mixed)
    whole = table(mixed)
    pieces = pa.concat_tables([whole.slice(0, cut), whole.slice(cut)])
    assert of(table(rows)) == of(whole) == of(pieces)
    framed = table([("x", "y", [("k", "v")]), *rows, ("z", None, [])])
    assert of(framed.slice(1, len(rows))) == of(table(rows))
    if rows:
        assert of(table(rows[1:])) != of(table(rows))
