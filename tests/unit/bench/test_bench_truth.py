"""The bench's entries and truth are consistent, and its scores count what they say; tiny sizes, no timings."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recon.model.tables import ENTRIES, MATCHES, MEMBERS
from tests.bench import facts, keyless
from tests.bench.generate import BANK, FIRST_LEG, INTERNAL, PROCESSOR, SECOND_LEG, generate
from tests.bench.raw_join import raw_join
from tests.bench.score import score

SIZE = 4000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench")
    generate(SIZE, path)
    return path


def ask(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(":memory:") as connection:
        for name in ("entries", "truth"):
            connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder / name}.parquet')")
        return connection.execute(sql).fetchall()


def test_entries_have_the_canonical_columns_in_the_order_of_an_ingest(folder: Path) -> None:
    table = pq.read_table(folder / "entries.parquet")
    assert table.schema.names == ENTRIES.names
    keys = list(
        zip(*(table[name].to_pylist() for name in ("source", "business_date", "entry_id")), strict=True)
    )
    assert keys == sorted(keys)
    assert len({key[2] for key in keys}) == len(keys)


def test_same_seed_same_content_another_seed_another(folder: Path, tmp_path: Path) -> None:
    generate(SIZE, tmp_path / "again")
    generate(SIZE, tmp_path / "other", seed=8)
    digests = [
        (path / "entries.parquet").read_bytes() for path in (folder, tmp_path / "again", tmp_path / "other")
    ]
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_every_entry_has_its_truth(folder: Path) -> None:
    sides = {(FIRST_LEG, "left"): INTERNAL, (FIRST_LEG, "right"): PROCESSOR}
    sides |= {(SECOND_LEG, "left"): PROCESSOR, (SECOND_LEG, "right"): BANK}
    for (ruleset, side), source in sides.items():
        missing = ask(
            folder,
            f"SELECT count(*) FROM (SELECT entry_id FROM entries WHERE source = '{source}' EXCEPT ALL "
            f"SELECT entry_id FROM truth WHERE ruleset = '{ruleset}' AND side = '{side}')",
        )
        assert missing == [(0,)]


def test_things_balance(folder: Path) -> None:
    """Both sides of a thing have the same gross, except where the kind says what differs."""
    rows = ask(
        folder,
        f"""
        SELECT kind, thing, sum(gross) FILTER (side = 'left'), sum(gross) FILTER (side = 'right')
        FROM truth JOIN entries USING (entry_id) WHERE ruleset = '{FIRST_LEG}' AND thing IS NOT NULL
        GROUP BY ALL
        """,
    )
    apart = {str(kind) for kind, _, left, right in rows if left != right}
    assert apart == {"rounding", "duplicate", "other_currency", "fee_taken"}
    assert {str(kind) for kind, *_ in rows} >= {
        "split",
        "twins",
        "refund",
        "chargeback",
        "in_text",
        "truncated",
    }


def test_payouts_add_up_to_their_credits(folder: Path) -> None:
    rows = ask(
        folder,
        f"""
        SELECT kind, sum(amount) FILTER (side = 'left') - sum(amount) FILTER (side = 'right'),
            count(*) FILTER (side = 'left'), count(*) FILTER (side = 'right')
        FROM truth JOIN entries USING (entry_id) WHERE ruleset = '{SECOND_LEG}' AND thing IS NOT NULL
        GROUP BY kind, thing
        """,
    )
    assert {arrived for *_, arrived in rows} == {1}
    assert {lines for _, _, lines, _ in rows} <= set(range(1, 501))
    for kind, gap, *_ in rows:
        assert gap == (facts.SHORT_BY // 100 if kind == "payout_short" else 0)


def test_raw_join_finds_what_is_exact(folder: Path, tmp_path: Path) -> None:
    counts = raw_join(folder / "entries.parquet", tmp_path, memory_mb=300)
    exact = ask(
        folder,
        f"""
        SELECT count(*) FROM entries l JOIN entries r
        ON l.ref_merchant = r.ref_merchant AND l.currency = r.currency AND l.gross = r.gross
        WHERE l.source = '{INTERNAL}' AND r.source = '{PROCESSOR}'
        """,
    )
    assert [(counts["pairs"],)] == exact
    assert counts["left_over"] > 0 < counts["right_over"]


def test_score_counts_right_and_wrong_pairs(folder: Path, tmp_path: Path) -> None:
    """Half of the plain orders matched rightly, one pair of strangers, one of them only suggested."""
    rows = ask(
        folder,
        f"""
        SELECT thing, min(entry_id) FILTER (side = 'left'), min(entry_id) FILTER (side = 'right')
        FROM truth WHERE ruleset = '{FIRST_LEG}' AND kind = 'plain' GROUP BY thing ORDER BY thing LIMIT 10
        """,
    )
    pairs = [(left, right, "confirmed") for _, left, right in rows[:5]]
    pairs += [(rows[5][1], rows[6][2], "confirmed"), (rows[7][1], rows[7][2], "suggested")]
    _write_run(tmp_path, pairs)
    result = score([tmp_path / "matches.parquet"], [tmp_path / "members.parquet"], folder / "truth.parquet")
    assert [(item.state, item.pairs, item.right) for item in result.passes] == [
        ("confirmed", 6, 5),
        ("suggested", 1, 1),
    ]
    assert result.precision() == pytest.approx(5 / 6)
    plain = next(item for item in result.kinds if item.kind == "plain")
    assert (plain.confirmed, plain.suggested) == (10, 2)
    others = [item for item in result.kinds if item.kind != "plain"]
    assert {item.confirmed for item in others} == {0}
    duplicate = next(item for item in others if item.kind == "duplicate")
    assert ask(
        folder,
        f"SELECT 2 * count(*) FROM truth WHERE kind = 'duplicate' AND side = 'left' AND ruleset = '{FIRST_LEG}'",
    ) == [(duplicate.entries,)]


def _write_run(folder: Path, pairs: list[tuple[object, object, str]]) -> None:
    def row(schema: pa.Schema, **values: object) -> dict[str, object]:
        empty = {pa.string(): "", pa.bool_(): False}
        return {**{field.name: empty.get(field.type, 0) for field in schema}, **values}

    matches, members = [], []
    for number, (left, right, state) in enumerate(pairs):
        shared = {"match_id": str(number), "ruleset": FIRST_LEG, "pass": "by reference", "state": state}
        matches.append(row(MATCHES, **shared))
        for side, entry in (("left", left), ("right", right)):
            members.append(row(MEMBERS, match_id=str(number), ruleset=FIRST_LEG, side=side, entry_id=entry))
    pq.write_table(pa.Table.from_pylist(matches, MATCHES), folder / "matches.parquet")
    pq.write_table(pa.Table.from_pylist(members, MEMBERS), folder / "members.parquet")


def test_takings_add_up_to_their_deposits(folder: Path) -> None:
    rows = ask(
        folder,
        f"""
        SELECT kind, sum(amount) FILTER (side = 'left') - sum(amount) FILTER (side = 'right'),
            count(*) FILTER (side = 'left'), count(*) FILTER (side = 'right')
        FROM truth JOIN entries USING (entry_id) WHERE ruleset = '{keyless.RULESET}' AND thing IS NOT NULL
        GROUP BY kind, thing
        """,
    )
    assert {str(kind) for kind, *_ in rows} == {"payout_day", "payout_run", "payout_handful"}
    assert {(gap, arrived) for _, gap, _, arrived in rows} == {(0, 1)}
    assert min(int(str(takings)) for _, _, takings, _ in rows) > 1
