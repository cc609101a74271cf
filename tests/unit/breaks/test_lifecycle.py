"""Breaks from night to night."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from recon.breaks.ids import break_id
from recon.breaks.lifecycle import find_breaks
from recon.breaks.settings import BreakSettings
from recon.model.tables import BREAKS
from recon.store.parquet import write_table
from tests.unit.breaks.books import RULESET, Books, Row

NIGHT = date(2026, 11, 1)


def first_night() -> Books:
    books = Books()
    books.entry("left", "a", "100", ref_merchant="M1")
    books.entry("left", "b", "200")
    books.entry("left", "c", "300")
    books.entry("right", "d", "99")
    return books


def next_night(previous: list[Row], *carried: Row) -> Books:
    books = Books(as_of=NIGHT, previous=previous)
    books.scope = [row | {"is_new": False} for row in carried]
    return books


def by_entry(rows: list[Row]) -> dict[str, Row]:
    return {row["entry_id"]: row for row in rows}


def test_identity_does_not_depend_on_the_kind() -> None:
    rows = by_entry(first_night().breaks())
    assert {entry: row["break_id"] for entry, row in rows.items()} == {
        "a": break_id(RULESET, "left", "a"),
        "b": break_id(RULESET, "left", "b"),
        "c": break_id(RULESET, "left", "c"),
        "d": break_id(RULESET, "right", "d"),
    }
    assert {row["state"] for row in rows.values()} == {"new"}
    assert {row["first_seen"] for row in rows.values()} == {date(2026, 10, 31)}


def test_a_night_later() -> None:
    first = first_night()
    previous = first.breaks()
    books = next_night(previous, *first.scope)
    books.entry("right", "e", "200")
    books.match("m1", "b", "e")
    books.match("m2", "a", "d", variance_kind="fee")
    rows = by_entry(books.breaks())
    assert {entry: row["state"] for entry, row in rows.items()} == {
        "a": "persisting",
        "b": "resolved",
        "c": "persisting",
        "d": "resolved",
    }
    assert (rows["a"]["kind"], rows["a"]["amount"], rows["a"]["first_seen"]) == (
        "fee_overcharge",
        Decimal(1),
        date(2026, 10, 31),
    )
    assert (rows["b"]["match_id"], rows["b"]["reason"]) == ("m1", "matched by same reference in match m1")
    assert (rows["b"]["next_step"], rows["b"]["age_days"]) == ("nothing to do", 2)
    third = next_night(list(rows.values()), *(row for row in first.scope if row["entry_id"] == "c"))
    third.as_of = date(2026, 12, 1)
    rows = by_entry(third.breaks())
    assert {entry: row["state"] for entry, row in rows.items()} == {"a": "persisting", "c": "persisting"}
    assert (rows["a"]["kind"], rows["a"]["match_id"], rows["a"]["age_days"]) == ("fee_overcharge", "m2", 32)


def test_rounding_is_over_with_its_month() -> None:
    first = first_night()
    first.match("m", "a", "d", variance_kind="rounding")
    found = [row for row in first.breaks() if row["kind"] == "rounding"]
    books = next_night(found)
    books.as_of = date(2026, 10, 31)
    (kept,) = books.breaks()
    assert (kept["state"], kept["match_id"]) == ("persisting", "m")
    books.as_of = date(2026, 11, 1)
    (gone,) = books.breaks()
    assert (gone["state"], gone["reason"]) == ("resolved", "rounding of an earlier month, in match m")


def test_what_is_left_out_or_gone_is_resolved_and_says_so() -> None:
    first = first_night()
    books = next_night(first.breaks(), *first.scope[:2])
    books.exclude("a", "test order")
    rows = by_entry(books.breaks())
    assert (rows["a"]["state"], rows["a"]["reason"]) == ("resolved", "left out: test order")
    assert rows["b"]["state"] == "persisting"
    assert rows["c"]["reason"] == "its entry is no longer in the scope of the rule set"


def test_a_suggestion_resolves_nothing() -> None:
    first = first_night()
    books = next_night(first.breaks(), *first.scope)
    books.match("m", "a", "d", state="suggested", variance_kind="short")
    assert {row["state"] for row in books.breaks()} == {"persisting"}


def test_what_comes_back_is_reopened_and_keeps_its_first_day() -> None:
    first = first_night()
    resolved = [row | {"state": "resolved"} for row in first.breaks()]
    books = next_night(resolved)
    assert books.breaks() == []
    books.scope = [row | {"first_seen": NIGHT} for row in first.scope[:1]]
    (row,) = books.breaks()
    assert (row["state"], row["first_seen"]) == ("reopened", date(2026, 10, 31))
    again = next_night([row], *books.scope)
    assert [row["state"] for row in again.breaks()] == ["persisting"]


def test_what_was_resolved_several_nights_ago_is_reopened(tmp_path: Path) -> None:
    first = first_night()
    resolved = [row | {"state": "resolved"} for row in first.breaks() if row["entry_id"] == "a"]
    write_table(pa.Table.from_pylist(resolved, schema=BREAKS), tmp_path / "breaks.parquet")
    quiet = next_night([])
    quiet.scope = [row | {"first_seen": date(2026, 10, 31)} for row in first.scope]
    with quiet.engine(inputs=[tmp_path]) as engine:
        find_breaks(engine, {RULESET: BreakSettings()}, quiet.as_of, lambda name: [tmp_path / name])
        found = dict(engine.rows("SELECT entry_id, (state, first_seen) FROM breaks"))
    assert {entry: state for entry, (state, _) in found.items()} == {
        "a": "reopened",
        "b": "new",
        "c": "new",
        "d": "new",
    }
    assert found["a"][1] == date(2026, 10, 31)


def test_new_entries_have_no_past_to_look_up() -> None:
    books = first_night()

    def no_files(name: str) -> list[Path]:
        raise AssertionError(name)

    with books.engine() as engine:
        find_breaks(engine, {RULESET: BreakSettings()}, books.as_of, no_files)
        assert {state for (state,) in engine.rows("SELECT state FROM breaks")} == {"new"}


def test_a_rule_set_that_is_not_run_takes_its_breaks_along() -> None:
    first = first_night()
    previous = [row | {"ruleset": "dropped"} for row in first.breaks()]
    rows = next_night(previous).breaks()
    assert {(row["state"], row["reason"]) for row in rows} == {
        ("resolved", "its rule set has no part in this run")
    }
