"""The bench of several against several: settlements tie out, and what is found is scored against them."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from recon.model.tables import ENTRIES
from tests.bench import several


def test_every_settlement_ties_out_and_a_match_is_right_when_it_is_all_of_one(tmp_path: Path) -> None:
    several.write(200, tmp_path)
    entries, truth = (tmp_path / name for name in ("entries.parquet", "truth.parquet"))
    assert pq.read_schema(entries).names == ENTRIES.names
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            "SELECT thing, sum(CASE side WHEN 'left' THEN amount ELSE -amount END), count(*), "
            f"list(entry_id ORDER BY side, entry_id), min(amount) FROM read_parquet('{truth}') t "
            f"JOIN read_parquet('{entries}') e USING (entry_id) WHERE thing IS NOT NULL GROUP BY thing ORDER BY thing"
        ).fetchall()
    assert len(rows) == 50
    assert all(left_over == 0 and smallest > 0 for _, left_over, _, _, smallest in rows)
    (_, _, _, whole, _), (_, _, _, other, _) = rows[:2]
    told = [("m1", whole), ("m2", other[:-1])]
    matches = [{"match_id": name, "pass": "both", "state": "confirmed"} for name, _ in told]
    members = [{"match_id": name, "entry_id": one} for name, ids in told for one in ids]
    for name, table in (("matches", matches), ("members", members)):
        pq.write_table(pa.Table.from_pylist(table), tmp_path / f"{name}.parquet")
    passes, shapes = several.scored(tmp_path, truth)
    assert passes == [("both", "confirmed", 2, 1)]
    assert sum(confirmed for _, _, confirmed, _ in shapes) == 1
