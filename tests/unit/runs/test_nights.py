"""What one night hands to the next, and where several nights end elsewhere than one run over all files would."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from recon.breaks import evidence, history
from recon.engines.duck import DuckEngine
from recon.project.workspace import Project
from recon.runs.configuration import load_configuration
from recon.runs.inputs import find_scope
from recon.runs.replay import replay
from recon.runs.scope import register_scope
from recon.store.published import Published
from recon.store.store import Store
from tests.unit.runs.reading import confirmed, disproved, journeys, living, placed, rows
from tests.unit.runs.worlds import FIRST, ONE_RULE_SET, File, Row, Sale, new_project, night, world_of

pytestmark = pytest.mark.slow


def day(number: int) -> date:
    return FIRST + timedelta(number)


def of_book(book: str, found: list[Row]) -> tuple[Row, ...]:
    return tuple(row for row in found if row.book == book)


def files_of(sales: list[Sale], name: str = "1", unpaid: list[int] | None = None) -> list[File]:
    """The books of some sales, each in a file of its own."""
    found = list(world_of(sales, unpaid or []).rows)
    books = ("orders", "lines", "bank")
    return [File(f"{book}_{name}.csv", of_book(book, found)) for book in books if of_book(book, found)]


def one_night(project: Project, files: list[File], as_of: date) -> Published:
    """A night that is proved in itself and again from its files."""
    run = night(project, files, as_of).run
    assert run.manifest["proof"] == "ok"
    assert disproved(project, run) == []
    return run


def breaks_of(run: Published, reference: str) -> list[tuple[Any, ...]]:
    return sorted(
        (row["side"], row["kind"], row["state"], int(row["amount"] * 100))
        for row in rows(run, "breaks")
        if row["reference"] == reference
    )


def test_a_variance_lives_on_with_the_day_it_was_first_seen(tmp_path: Path) -> None:
    project = new_project(tmp_path, configs=ONE_RULE_SET)
    first = one_night(project, files_of([Sale(1, 10_000, fee_off=90)], unpaid=[0]), day(3))
    second = one_night(project, files_of([Sale(2, 500, payout=1)], "2"), day(5))
    assert breaks_of(first, "T00001")[0] == ("left", "amount_mismatch", "new", 90)
    assert breaks_of(second, "T00001")[0] == ("left", "amount_mismatch", "persisting", 90)
    (row,) = [one for one in rows(second, "breaks") if one["match_id"]]
    assert (row["first_seen"], row["age_days"]) == (day(3), 5)


def test_a_late_order_whose_payout_arrived_long_ago_is_settled(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    orders, lines, bank = files_of([Sale(1, 10_000), Sale(2, 700)])
    one_night(project, [File("orders_1.csv", orders.rows[1:]), lines, bank], day(3))
    run = one_night(project, [File("orders_late.csv", orders.rows[:1])], day(9))
    (journey,) = rows(run, "journeys")
    assert (journey["status"], journey["leg"], journey["waiting"]) == ("settled", 2, [])
    assert living(run) == set()
    assert run.manifest["verdict"] == "reconciled"


@pytest.mark.parametrize(("long", "one_in"), [(0, 0), (0, 8_000), (500_000, 8_000)])
def test_a_twin_is_told_from_what_came_weeks_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long: int, one_in: int
) -> None:
    """Of a history that is long, only the rows are read that may be twins."""
    monkeypatch.setattr(history, "LONG", long)
    monkeypatch.setattr(history, "ONE_IN", one_in)
    project = new_project(tmp_path)
    sales = [Sale(1, 10_000), Sale(2, 700, settled=False), Sale(3, 900, settled=False), Sale(4, 800)]
    files = files_of(sales)
    one_night(project, files, day(3))
    again = [
        replace(row, text=row.text.replace(str(row.day), str(day(20))), day=day(20))
        for row in files[0].rows[:2]
    ]
    run = one_night(project, [File("orders_again.csv", tuple(again))], day(20))
    told = {
        row["reference"]: row["reason"].rpartition(", which ")[2]
        for row in rows(run, "breaks")
        if row["kind"] == "duplicate"
    }
    assert told == {"T00001": "is matched", "T00002": "came first"}
    assert breaks_of(run, "T00003") == [("left", "missing_in_processor", "persisting", 900)]


@pytest.mark.parametrize("settled", [False, True])
def test_a_file_that_is_put_back_counts_again(tmp_path: Path, settled: bool) -> None:
    """What was open stands again as it stood; what was matched before its file was corrected stays matched."""
    project = new_project(tmp_path, configs=ONE_RULE_SET)
    first = files_of([Sale(1, 10_000), Sale(2, 700, settled=settled)])
    orders, *others = first
    corrected = files_of([Sale(1, 10_000), Sale(2, 800)])[0]
    one_night(project, first, day(3))
    assert len(corrected.rows) == len(orders.rows)
    one_night(project, [corrected, *others], day(4))
    run = one_night(project, [orders, *others], day(5))
    stands = [("left", "missing_in_processor", "reopened", 700)]
    ends = [("left", "missing_in_processor", "resolved", 800)]
    assert breaks_of(run, "T00002") == ends if settled else sorted(ends + stands)
    assert ("decided.parquet" in run.names()) is not settled
    assert [one["class"] for one in run.manifest.get("decided", [])] == ([] if settled else ["returned"])
    assert not replay(project, Store.open(project), run).problems


def test_what_is_dated_after_the_night_waits_for_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new_project(tmp_path)
    files = files_of([Sale(1, 10_000), Sale(2, 700, day=6, payout=1)])
    run = one_night(project, files, day(3))
    assert [len(placed([run], "orders_vs_lines", side)) for side in ("left", "right")] == [1, 1]
    second = one_night(project, [], day(9))
    assert (
        placed([run, second], "orders_vs_lines", "left").keys()
        == placed([one_night(new_project(tmp_path / "once"), files, day(9))], "orders_vs_lines", "left").keys()
    )
    assert {where for (where,) in placed([run, second], "lines_vs_bank", "right").values()} == {"matched"}
    assert read_again(project, run, day(9)) > 0
    assert read_again(project, second, day(12)) == 0, "nothing is new, and nothing falls due"
    monkeypatch.setattr(evidence, "_find_consumed", None)
    third = night(project, [], day(12)).run
    assert living(third) == living(second), "nothing moved, so that no twin is looked for"


def read_again(project: Project, previous: Published, as_of: date) -> int:
    """In how many places a run of some day without new files would read the files that were taken in before."""
    store = Store.open(project)
    scope = find_scope(store.ingests(), previous, as_of)
    with DuckEngine.open(inputs=[*(one.folder for one in store.ingests()), previous.folder]) as engine:
        register_scope(engine, scope, load_configuration(project))
        ((view,),) = engine.rows("SELECT sql FROM duckdb_views() WHERE view_name = 'scope'")
        return str(view).count("new_entries_all") + str(view).count("earlier_entries")


def test_a_rule_set_that_joins_later_starts_from_the_first_file(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    late = (project.rules_dir / "lines_vs_bank.yaml", project.rules_dir / "to_bank.yaml")
    texts = [path.read_text("utf-8") for path in late]
    for path in late:
        path.unlink()
    files = files_of([Sale(1, 10_000), Sale(2, 700, payout=1)])
    one_night(project, files, day(3))
    for path, text in zip(late, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    run = one_night(project, [], day(4))
    assert {where for (where,) in placed([run], "lines_vs_bank", "left").values()} == {"matched"}
    assert len(placed([run], "lines_vs_bank", "right")) == 2


def test_a_corrected_file_takes_its_entry_out_and_leaves_what_was_matched(tmp_path: Path) -> None:
    project = new_project(tmp_path, configs=ONE_RULE_SET)
    sales = [Sale(1, 10_000), Sale(2, 700, settled=False), Sale(3, 800, settled=False)]
    files = files_of(sales)
    first = one_night(project, files, day(3))
    open_before = [row["entry_id"] for row in rows(first, "open")]
    assert len(open_before) == 2
    kept = tuple(row for row in files[0].rows if not row.text.startswith("T00002"))
    run = one_night(project, [File("orders_1.csv", kept)], day(4))
    assert [row["ref_merchant"] for row in rows(run, "open")] == ["T00003"]
    (left_out,) = rows(run, "excluded")
    assert left_out["entry_id"] in open_before
    assert "corrected" in left_out["reason"]
    assert len(confirmed([first, run])) == 1


def test_a_confirmed_match_is_never_undone_by_a_later_file(tmp_path: Path) -> None:
    """Night by night the first line is matched before its rival is known; all at once neither is preferred."""
    one, two = Sale(1, 10_000, off=-1), Sale(1, 10_000, off=1, booked=False, payout=1)
    files = [files_of([one]), files_of([two], "2")]
    project = new_project(tmp_path / "nights")
    line = [one_night(project, arrived, day(5 + number)) for number, arrived in enumerate(files)]
    once = one_night(new_project(tmp_path / "once"), [file for part in files for file in part], day(6))

    def of_orders(runs: list[Published]) -> int:
        return sum(match[0] == "orders_vs_lines" for match in confirmed(runs))

    assert (of_orders(line), of_orders([once])) == (1, 0)
    suggested = [row["state"] for row in rows(once, "matches") if row["ruleset"] == "orders_vs_lines"]
    assert suggested == ["suggested", "suggested"]
    assert [row["side"] for row in rows(line[-1], "open")] == ["right"], "the rival is open"
    again = night(project, [], day(6))
    assert not again.is_new


def test_fresh_forgets_the_nights_and_starts_a_new_line(tmp_path: Path) -> None:
    from recon.runs.match import match

    project = new_project(tmp_path)
    files = [files_of([Sale(1, 10_000)]), files_of([Sale(1, 10_000, day=1, booked=False, payout=1)], "2")]
    for number, arrived in enumerate(files):
        one_night(project, arrived, day(5 + number))
    run = match(project, Store.open(project), as_of=day(6), fresh=True).run
    assert run.manifest["previous_run"] is None
    assert disproved(project, run) == []
    assert journeys([run]).keys() == journeys(Store.open(project).runs()).keys()
