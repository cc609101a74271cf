"""The proof and the bridge of small runs, and that each condition notices what it is there for."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

import pytest

from recon.breaks.lifecycle import find_breaks
from recon.breaks.settings import BreakSettings
from recon.close.proof import proof_ok, prove
from recon.engines.duck import DuckEngine
from recon.matchers.survey import survey
from recon.model.tables import BRIDGE, PROOF
from tests.unit.breaks.books import RULESET, Books, Row, hashed

Proven = Callable[..., tuple[bool, list[Row], list[Row], list[Row]]]


def run() -> Books:
    """Two matches (one with a variance), an excluded entry, a suggestion, open items, two currencies."""
    books = Books()
    books.entry("left", "a", "100", is_new=False)
    books.entry("left", "b", "50")
    books.entry("left", "c", "30", account="left-2")
    books.entry("left", "d", "7", currency="USD")
    books.entry("left", "e", "11", type="fee")
    books.entry("right", "p", "100")
    books.entry("right", "q", "30")
    books.entry("right", "r", "19.5")
    books.entry("right", "s", "3", is_new=False)
    books.match("m1", "a", "p")
    books.match("m2", "b", "q", "r", variance_kind="rounding")
    books.match("m3", "c", "s", state="suggested")
    books.exclude("e", "fees are booked apart")
    return books


@pytest.fixture(scope="module")
def settled() -> Iterator[DuckEngine]:
    """The run with its breaks; what is done to it is taken back."""
    books = run()
    with books.engine() as engine:
        find_breaks(engine, {RULESET: BreakSettings()}, books.as_of)
        yield engine


@pytest.fixture
def proven(settled: DuckEngine) -> Iterator[Proven]:
    """Proves the run, after something was done to it."""
    known = dict(settled._rows)
    settled.rows("BEGIN")
    yield partial(_proven, settled)
    settled.rows("ROLLBACK")
    settled._rows = known


def _proven(
    engine: DuckEngine, spoil: Callable[[DuckEngine], object] | None = None
) -> tuple[bool, list[Row], list[Row], list[Row]]:
    if spoil is not None:
        spoil(engine)
    prove(engine, hashed)
    proof, bridge = engine.table("SELECT * FROM proof"), engine.table("SELECT * FROM bridge")
    assert proof.schema.names == PROOF.names
    assert bridge.schema.names == BRIDGE.names
    failures = engine.table("SELECT * FROM proof_failures")
    return (
        proof_ok(engine),
        proof.cast(PROOF).to_pylist(),
        bridge.cast(BRIDGE).to_pylist(),
        failures.to_pylist(),
    )


def test_every_account_and_currency_adds_up(proven: Proven) -> None:
    ok, proof, _, failures = proven()
    assert ok
    assert failures == []
    assert all(row["ok"] for row in proof)
    rows = {(row["side"], row["account"], row["currency"]): row for row in proof}
    left = rows["left", "left-1", "NGN"]
    assert [left[f"{name}_count"] for name in ("opening", "new", "matched", "excluded", "closing")] == [
        1,
        2,
        2,
        1,
        0,
    ]
    assert left["matched_amount"] == Decimal(150)
    assert rows["left", "left-1", "USD"]["closing_amount"] == Decimal(7)
    assert rows["right", "right-1", "NGN"]["opening_amount"] == Decimal(3)
    assert set(rows) == {
        ("left", "left-1", "NGN"), ("left", "left-2", "NGN"), ("left", "left-1", "USD"), ("right", "right-1", "NGN"),
    }  # fmt: skip


def test_left_minus_right_is_explained(proven: Proven) -> None:
    _, _, bridge, _ = proven()
    lines = [
        (row["currency"], row["class"], row["side"], row["count"], str(row["amount"].normalize()))
        for row in bridge
    ]
    assert lines == [
        ("NGN", "excluded", "left", 1, "11"),
        ("NGN", "missing_in_internal", "right", 1, "-3"),
        ("NGN", "missing_in_processor", "left", 1, "3E+1"),
        ("NGN", "residual", None, 0, "0"),
        ("NGN", "rounding", None, 1, "0.5"),
        ("NGN", "total", "left", 4, "191"),
        ("NGN", "total", "right", 4, "-152.5"),
        ("USD", "missing_in_processor", "left", 1, "7"),
        ("USD", "residual", None, 0, "0"),
        ("USD", "total", "left", 1, "7"),
    ]  # fmt: skip


def alter(sql: str) -> Callable[[DuckEngine], object]:
    """Change a table of the run; what the scope holds then is surveyed, its pools were added up before."""

    def spoil(engine: DuckEngine) -> None:
        engine.rows(sql)
        survey(engine)

    return spoil


@pytest.mark.parametrize(
    ("condition", "sql"),
    [
        ("entry in one place", "DELETE FROM open_items WHERE entry_id = 'd'"),
        ("entry in one place", "DELETE FROM scope WHERE entry_id = 'a'"),
        ("entry in one place", "INSERT INTO excluded SELECT * REPLACE ('b' AS entry_id) FROM excluded"),
        ("entry in one place", "UPDATE members SET entry_id = 'x' WHERE entry_id = 'p'"),
        ("entry in one match",
         "INSERT INTO members SELECT * REPLACE ('a' AS entry_id, 'left' AS side) FROM members WHERE entry_id = 'q'"),
        ("suggestions on open items", "UPDATE members SET entry_id = 'a' WHERE entry_id = 'c'"),
        ("members make up their match", "UPDATE members SET amount = 101 WHERE entry_id = 'a'"),
        ("members make up their match", "UPDATE matches SET left_count = 2 WHERE match_id = 'm1'"),
        ("members make up their match", "UPDATE matches SET variance = 1 WHERE match_id = 'm1'"),
        ("members make up their match", "DELETE FROM members WHERE match_id = 'm1'"),
        ("members have a match", "DELETE FROM matches WHERE match_id = 'm1'"),
        ("one currency in a match", "UPDATE members SET currency = 'USD' WHERE entry_id = 'a'"),
        ("amounts as compared", "UPDATE scope SET currency = 'USD' WHERE entry_id = 'a'"),
        ("amounts as compared", "UPDATE members SET account = 'x' WHERE entry_id = 'a'"),
        ("amounts as compared", "UPDATE open_items SET compared = 8 WHERE entry_id = 'd'"),
        ("amounts as compared", "UPDATE excluded SET amount = 8"),
        ("one break for each open item", "DELETE FROM breaks WHERE entry_id = 'd'"),
        ("one break for each open item", "INSERT INTO breaks SELECT * FROM breaks WHERE entry_id = 'd'"),
        ("one break for each open item", "UPDATE breaks SET entry_id = 'x' WHERE entry_id = 'd'"),
    ],
)  # fmt: skip
def test_a_broken_condition_is_named_and_fails_the_proof(condition: str, sql: str, proven: Proven) -> None:
    ok, proof, _, failures = proven(alter(sql))
    assert not ok
    assert condition in {row["condition"] for row in failures}
    assert not any(row["ok"] for row in proof)


def test_a_class_that_is_missing_from_the_bridge_leaves_a_residual(proven: Proven) -> None:
    ok, _, bridge, _ = proven(alter("UPDATE breaks SET amount = 8 WHERE entry_id = 'd'"))
    assert not ok
    assert {row["currency"]: row["amount"] for row in bridge if row["class"] == "residual"} == {
        "NGN": Decimal(0),
        "USD": Decimal(-1),
    }
