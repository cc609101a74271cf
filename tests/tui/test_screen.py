"""What the screen shows: the list with its totals, the candidate beside the break, why not; half a million breaks."""

import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.model.tables import BREAKS
from recon.store.publish import publishing
from recon.tui.board import Board
from recon.tui.page import COLUMNS
from recon.tui.query import parsed
from tests.golden.compare import same_as_golden
from tests.tui.stage import Desk, Stage

MANY = 500_000


def test_the_screen_of_a_fee_that_is_too_high(stage: Stage) -> None:
    async def scene(desk: Desk) -> None:
        await desk.go_to("kind:fee_overcharge")
        await desk.settled()
        shown = re.sub(r"run \S+ · ", "run … · ", desk.text) + "\n"
        same_as_golden("ui/screen.txt", shown)

    stage.play(scene, by="ada")


def test_half_a_million_breaks_are_shown_and_filtered(stage: Stage) -> None:
    latest = stage.store.run("latest")
    few = pq.read_table(latest.verified("breaks.parquet"))
    rows = pa.concat_tables([few] * (MANY // few.num_rows + 1)).slice(0, MANY)
    ids = pa.array([f"{number:020x}" for number in range(MANY)], pa.string())
    rows = rows.set_column(rows.schema.get_field_index("break_id"), BREAKS.field("break_id"), ids)
    parent = stage.store.runs_folder
    with publishing(stage.store, "run", "many", parent, {"previous_run": None}) as publication:
        pq.write_table(rows.cast(BREAKS), publication.folder / "breaks.parquet")
        publication.content |= {"rulesets": [], "as_of": "2026-10-31", "config": {}, "counts": {}}
    board = Board(stage.store, stage.store.run("many"), "ada")
    whole = board.page("state:new,persisting,resolved,reopened")
    assert len(whole) == len(whole.rows) == MANY
    assert sum(one.count for one in whole.totals) == MANY
    few_of_them = board.page("kind:fee_overcharge amount:>1000 currency:ngn")
    assert 0 < len(few_of_them) < MANY // 10
    kind = COLUMNS.index("kind")
    assert {few_of_them.rows.texts_at(row)[kind] for row in range(0, len(few_of_them), 97)} == {
        "fee_overcharge"
    }
    last = whole.rows.id_at(MANY - 1)
    assert whole.rows.index_of(board.place_of(last)) == MANY - 1
    assert few_of_them.rows.index_of(board.place_of("nothing")) is None
    board.close()


@pytest.mark.parametrize(
    ("text", "sql", "values"),
    [
        ("", "state <> 'resolved'", ()),
        ("age:>30", "state <> 'resolved' AND age_days > ?", ("30",)),
        ("-currency:ngn,usd", "NOT coalesce((starts_with", ("ngn", "usd")),
        ("owner:me", '(starts_with(lower("owner"), ?))', ("ada",)),
        ("owner:none", "coalesce(\"owner\", '') = ''", ()),
        ("account:4711", '(ends_with(lower("account"), ?))', ("4711",)),
        ("due:<2026-11-01", '"due_date" < ?', ("2026-11-01",)),
    ],
)
def test_filters_are_conditions_with_bound_values(text: str, sql: str, values: tuple[str, ...]) -> None:
    query = parsed(text, "ada")
    assert sql in query.sql
    assert [str(one) for one in query.parameters] == list(values)
    assert json.dumps(text) not in query.sql
