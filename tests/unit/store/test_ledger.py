"""The ledger: appended to, chained, never changed."""

import multiprocessing
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recon.errors import ControlFailed
from recon.store import database
from recon.store.chain import GENESIS, row_hash
from recon.store.image import Image, image_problems
from recon.store.ledger import Ledger
from tests.unit.store.conftest import noon


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger.open(tmp_path / "store" / "ledger.db", noon)
    ledger.append("run.started", {"identity": "r1", "amount": "12.50"})
    ledger.append("run.published", {"identity": "r1", "name": "Zażółć 支付"})
    ledger.append("decision", {"by": "ada"})
    return ledger


def unlocked(path: Path) -> sqlite3.Connection:
    """The file as somebody has it who wants to change history."""
    connection = sqlite3.connect(path, isolation_level=None)
    for name in ("ledger_no_update", "ledger_no_delete", "ledger_in_order"):
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def test_rows_come_back_in_order_each_with_the_hash_of_the_one_before(ledger: Ledger) -> None:
    first, second, third = ledger.rows()
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert first.previous == GENESIS
    assert second.previous == first.hash
    assert first.at == "2026-10-14T12:00:00.000000Z"
    assert first.body == {"amount": "12.50", "identity": "r1"}
    assert second.body["name"] == "Zażółć 支付"
    assert ledger.head() == third.hash == row_hash(second.hash, 3, third.at, "decision", '{"by":"ada"}')
    assert [row.kind for row in ledger.rows("decision", "run.started")] == ["run.started", "decision"]
    assert Ledger.open(ledger.path).rows() == [first, second, third]
    assert ledger.verify() == []


def test_reading_creates_nothing(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "store" / "ledger.db")
    assert ledger.rows() == []
    assert ledger.head() == GENESIS
    assert ledger.verify() == []
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_is_gone_is_not_taken_for_a_new_one(ledger: Ledger) -> None:
    (ledger.path.parent / "entries" / "5bb858").mkdir(parents=True)
    assert len(Ledger.open(ledger.path).rows("decision")) == 1
    ledger.path.unlink()
    asked: list[Callable[[Ledger], object]] = [
        Ledger.rows,
        lambda lost: lost.rows("decision"),
        lambda lost: lost.notes(0),
    ]
    for ask in asked:
        with pytest.raises(ControlFailed, match="the ledger is lost: no rows"):
            ask(Ledger.open(ledger.path))
    database.create(ledger.path)
    with pytest.raises(ControlFailed, match="the ledger is lost"):
        Ledger.open(ledger.path).rows("decision")


def test_rows_that_a_cut_took_are_not_passed_over(ledger: Ledger) -> None:
    whole = ledger.path.read_bytes()
    for length in (len(whole) - 1, len(whole) - 2000, len(whole) - 4096):
        ledger.path.write_bytes(whole[:length])
        with pytest.raises(ControlFailed) as caught:
            Ledger.open(ledger.path).rows("decision")
        assert caught.value.problems[0].code == "ledger-damaged"
        assert ledger.verify()


def test_reading_leaves_the_file_as_it_is(ledger: Ledger) -> None:
    before = ledger.path.read_bytes()
    Ledger.open(ledger.path).rows()
    assert Ledger.open(ledger.path).verify() == []
    assert ledger.path.read_bytes() == before


def test_the_file_and_its_folder_are_private(ledger: Ledger) -> None:
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in ledger.path.parent.iterdir()] == ["ledger.db"]


def test_several_rows_in_one_step_are_all_there_or_none(ledger: Ledger) -> None:
    assert [row.seq for row in ledger.extend([("a", {"n": 1}), ("b", {"n": 2})])] == [4, 5]
    with pytest.raises(TypeError, match="float"):
        ledger.extend([("c", {"n": 3}), ("d", {"amount": 0.1})])
    assert len(ledger.rows()) == 5
    assert ledger.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET body = '{}' WHERE seq = 2",
        "DELETE FROM ledger WHERE seq = 3",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT 2, at, kind, '{}', previous, hash FROM ledger WHERE seq = 2",
        "INSERT INTO ledger SELECT 9, at, kind, body, hash, hash FROM ledger WHERE seq = 3",
    ],
)
def test_sql_cannot_change_what_was_written(ledger: Ledger, statement: str) -> None:
    connection = sqlite3.connect(ledger.path, isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert ledger.verify() == []
    assert len(Ledger.open(ledger.path).rows()) == 3


@pytest.mark.parametrize(
    ("statement", "line", "words"),
    [
        ("UPDATE ledger SET body = replace(body, '12.50', '92.50') WHERE seq = 1", 1, "was changed"),
        ("UPDATE ledger SET at = '2026-10-13T12:00:00.000000Z' WHERE seq = 2", 2, "was changed"),
        ("UPDATE ledger SET kind = 'run.failed' WHERE seq = 2", 2, "was changed"),
        ("DELETE FROM ledger WHERE seq = 2", 2, "missing"),
        ("DELETE FROM ledger WHERE seq = 1", 1, "missing"),
    ],
)
def test_history_changed_behind_its_back_is_found_and_named(
    ledger: Ledger, statement: str, line: int, words: str
) -> None:
    connection = unlocked(ledger.path)
    connection.execute(statement)
    connection.close()
    problems = ledger.verify()
    rows = [problem for problem in problems if problem.code == "ledger-chain"]
    assert [(problem.place.file, problem.place.line) for problem in rows if problem.place] == [
        ("store/ledger.db", line)
    ]
    assert words in rows[0].message
    assert sum("missing or changed" in problem.message for problem in problems) == 3, "the three triggers"
    with pytest.raises(ControlFailed, match=words):
        Ledger.open(ledger.path).rows()


def test_a_row_rewritten_with_its_own_hash_breaks_the_next_one(ledger: Ledger) -> None:
    second = ledger.rows()[1]
    forged = row_hash(second.previous, 2, second.at, second.kind, "{}")
    connection = unlocked(ledger.path)
    connection.execute("UPDATE ledger SET body = '{}', hash = ? WHERE seq = 2", (forged,))
    connection.close()
    rows = [problem for problem in ledger.verify() if problem.code == "ledger-chain"]
    assert [problem.place.line for problem in rows if problem.place] == [3]
    assert "does not follow row 2" in rows[0].message


def test_a_file_that_is_no_ledger_is_said_to_be_damaged(ledger: Ledger) -> None:
    ledger.path.write_bytes(b"not a database" * 400)
    assert [problem.code for problem in ledger.verify()] == ["ledger-damaged"]
    with pytest.raises(ControlFailed, match="cannot read the ledger"):
        Ledger.open(ledger.path).rows()
    with pytest.raises(ControlFailed, match="cannot write to the ledger"):
        ledger.append("decision", {})


def test_the_text_of_a_body_does_not_depend_on_the_order_of_its_keys(tmp_path: Path) -> None:
    one = Ledger.open(tmp_path / "a" / "ledger.db", noon).append("x", {"b": [1, None], "a": True})
    two = Ledger.open(tmp_path / "b" / "ledger.db", noon).append("x", {"a": True, "b": [1, None]})
    assert one == two


def test_a_name_that_is_no_utf8_survives(ledger: Ledger) -> None:
    ledger.append("ingest.started", {"file": "bank\udce9.csv"})
    assert Ledger.open(ledger.path).rows()[-1].body == {"file": "bank\udce9.csv"}
    assert ledger.verify() == []


def _append_many(path: Path, name: str) -> None:
    ledger = Ledger.open(path)
    for number in range(20):
        ledger.append("note", {"by": name, "number": number})


def _read_many(path: Path) -> None:
    for _ in range(60):
        ledger = Ledger.open(path)
        seen = len(ledger.rows())
        if ledger.verify() or len(ledger.rows()) < seen:
            raise SystemExit(1)


def test_processes_append_and_read_at_once_without_an_error(tmp_path: Path) -> None:
    path = tmp_path / "store" / "ledger.db"
    spawn = multiprocessing.get_context("fork")
    workers = [spawn.Process(target=_append_many, args=(path, f"w{n}")) for n in range(4)]
    workers += [spawn.Process(target=_read_many, args=(path,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    ledger = Ledger.open(path)
    assert ledger.verify() == []
    written = [(row.body["by"], row.body["number"]) for row in ledger.rows()]
    assert sorted(written, key=str) == sorted(((f"w{n}", k) for n in range(4) for k in range(20)), key=str)
    assert all([k for by, k in written if by == f"w{n}"] == list(range(20)) for n in range(4))
    assert [found.name for found in path.parent.iterdir() if ".new-" in found.name] == []


def test_the_file_is_never_opened_while_the_ledger_is_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger.open(tmp_path / "ledger.db")
    ledger.append("thing.happened", {"n": 1})
    connected = list[bool]()
    real = database.reading

    @contextmanager
    def watched(path: Path) -> Iterator[sqlite3.Connection]:
        with real(path) as connection:
            connected.append(True)
            yield connection
            connected.clear()

    def read(path: Path) -> bytes:
        assert not connected, "closing this descriptor gives up the locks of the connection"
        return path.open("rb").read()

    monkeypatch.setattr("recon.store.ledger.reading", watched)
    monkeypatch.setattr(Path, "read_bytes", read)
    assert ledger.verify() == []


def test_bytes_read_before_another_process_wrote_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = Ledger.open(path)
    ledger.append("thing.happened", {"n": 1})
    before = Image.taken(path)
    assert before is not None
    assert before.stands()
    ledger.append("thing.happened", {"n": 2})
    assert not before.stands()
    assert image_problems(before, ledger.rows(), ledger.shown) == []
