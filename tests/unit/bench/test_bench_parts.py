"""Nights, skew and peers of the bench: their files are what they say, and pairs are counted right; tiny sizes."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.model.tables import ENTRIES
from tests.bench import nights, peer_ways, peers, skew
from tests.bench.generate import FIRST_LEG, INTERNAL, generate
from tests.bench.peer_books import pairs_file

SIZE = 1000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parts")
    generate(SIZE, folder)
    return folder


def ids(folder: Path) -> list[str]:
    found: list[str] = pq.read_table(folder / "entries.parquet")["entry_id"].to_pylist()
    return found


def test_a_night_brings_orders_that_its_history_lacks(data: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "history", tmp_path / "night"
    new = nights.split(data, first, second)
    everything, history, night = ids(data), ids(first), ids(second)
    assert len(night) == new > 0
    assert not set(history) & set(night)
    assert history == [one for one in everything if one in set(history)], "the order of an ingest is kept"
    lacking = set(everything) - set(history)
    assert set(night) < lacking
    sources = pq.read_table(data / "entries.parquet", columns=["entry_id", "source"]).to_pylist()
    assert {row["source"] for row in sources if row["entry_id"] in lacking} == {INTERNAL}


@pytest.mark.parametrize("case", skew.CASES, ids=[case.name for case in skew.CASES])
def test_a_case_of_skew_has_the_rows_that_it_says(case: skew.Case, tmp_path: Path) -> None:
    small = skew.scaled(case, 50)
    skew.write(small, tmp_path)
    table = pq.read_table(tmp_path / "entries.parquet")
    assert table.schema.names == ENTRIES.names
    assert table.num_rows == small.lefts + small.rights
    assert len(set(table["entry_id"].to_pylist())) == table.num_rows


def test_pairs_are_right_when_they_are_about_one_thing(data: Path, tmp_path: Path) -> None:
    with duckdb.connect(":memory:") as connection:
        truth = f"read_parquet('{data / 'truth.parquet'}')"
        side = "(FROM {0} WHERE ruleset = 'orders_vs_processor' AND side = '{1}' AND kind = 'plain')"
        rows = connection.execute(
            f"SELECT l.entry_id, r.entry_id FROM {side.format(truth, 'left')} l JOIN {side.format(truth, 'right')} r "
            "USING (thing) ORDER BY ALL LIMIT 3"
        ).fetchall()
    (one, its), (two, their), (three, _) = rows
    pairs = pa.table({"left_id": [one, two, three], "right_id": [its, their, its]})
    pq.write_table(pairs, pairs_file(tmp_path, FIRST_LEG))
    told = peers.scored(tmp_path, [FIRST_LEG], data)
    assert (told.found, told.right) == (3, 2)
    assert told.wanted > 3


def test_the_exact_join_does_the_whole_job(data: Path, tmp_path: Path) -> None:
    peer_ways.main("DuckDB, exact join", data / "entries.parquet", tmp_path, peer_ways.WHOLE)
    told = peers.scored(tmp_path, peers.LEGS[peer_ways.WHOLE], data)
    first = peers.scored(tmp_path, peers.LEGS[peer_ways.FIRST], data)
    assert told.right > first.right > 0.5 * first.wanted
    assert told.right >= 0.99 * told.found
    over, paired = (
        set(pq.read_table(tmp_path / f"{FIRST_LEG}-{name}.parquet")[column].to_pylist())
        for name, column in (("left-over", "entry_id"), ("pairs", "left_id"))
    )
    sources = pq.read_table(data / "entries.parquet", columns=["entry_id", "source"]).to_pylist()
    assert over | paired == {row["entry_id"] for row in sources if row["source"] == INTERNAL}
    assert not over & paired
