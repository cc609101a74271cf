"""The independent checker: silent on a sound run, and each of its checks fires on a spoilt copy."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon.close import manifest as manifests
from recon.close import verify
from recon.close.break_checks import BREAKS
from recon.close.checks import MATCHES, PLACES, Check, key_checks
from recon.close.ties import BRIDGE, ENTRIES, FILES, OPENING, PROOF
from recon.close.verify import verify_run
from tests.unit.breaks.books import RULESET, Books
from tests.unit.close.folders import Rows, respell, respelled, write_ingest, write_run
from tests.unit.close.test_proof import run

INGEST = "i-1"


def books() -> Books:
    """The books of the proof's tests, everything new, with an in-transit item and a statement that does not add up."""
    result = run()
    for row in result.scope:
        row["is_new"] = True
    result.statements.append(
        result.statement("S1", date(2026, 10, 30), "0", "5", balance_ok=False, sum_credits=Decimal(4))
    )
    result.statements.append(result.statement("S2", date(2026, 10, 31), "5", "6", statement_no=2))
    return result


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one ingest and the run over it."""
    root = tmp_path_factory.mktemp("sound")
    write_ingest(books(), root / INGEST)
    write_run(books(), root / "run", inputs={"ingests": [INGEST]})
    return root


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "copy")


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Run one check alone: what the others say of a spoilt copy is not asked."""
    run_check, figures = verify._run, manifests.figures

    def choose(code: str) -> None:
        monkeypatch.setattr(
            verify,
            "_run",
            lambda engine, check, *rest: run_check(engine, check, *rest) if check.code == code else (),
        )
        monkeypatch.setattr(manifests, "figures", figures if code.startswith("manifest") else lambda *_: ())

    return choose


def codes(root: Path) -> set[str]:
    return {problem.code for problem in verify_run(root / "run", [root / INGEST])}


def test_a_sound_run_has_no_problems(sound: Path) -> None:
    assert [str(problem) for problem in verify_run(sound / "run", [sound / INGEST])] == []
    assert verify_run(sound / "run") == []


def at(position: int, **values: object) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[position].update(values)

    return change


def where(name: str, value: object, **values: object) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for row in rows:
            if row[name] == value:
                row.update(values)

    return change


def without(name: str, value: object) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if row[name] != value]


def twice(name: str, value: object, **values: object) -> Callable[[Rows], Rows]:
    return lambda rows: [*rows, *({**row, **values} for row in rows if row[name] == value)]


def swapped(rows: Rows) -> Rows:
    return [rows[1], rows[0], *rows[2:]]


SPOILT: list[tuple[str, str, Callable[[Rows], Rows | None]]] = [
    ("match-state", "matches", at(0, state="agreed")),
    ("match-kind", "matches", at(0, kind="1:N")),
    ("match-members", "matches", at(0, left_count=2)),
    ("match-members", "members", at(0, amount=Decimal(101))),
    ("match-members", "members", without("match_id", "m1")),
    ("match-variance", "matches", at(0, variance=Decimal("0.01"))),
    ("member-match", "members", at(0, match_id="m0")),
    ("member-currency", "members", at(0, currency="USD")),
    ("entry-in-two-matches", "members", where("entry_id", "b", entry_id="a")),
    ("entry-matched-and-open", "open", where("entry_id", "d", entry_id="a")),
    ("entry-matched-and-excluded", "excluded", at(0, entry_id="a")),
    ("entry-open-and-excluded", "excluded", at(0, entry_id="d")),
    ("suggestion-not-open", "members", where("entry_id", "c", entry_id="a")),
    ("open-first-seen", "open", at(0, first_seen=date(2026, 11, 1))),
    ("break-words", "breaks", at(0, kind="lost")),
    ("break-words", "breaks", at(0, state="gone")),
    ("break-identity", "breaks", at(0, break_id="0" * 20)),
    ("break-without-open-item", "open", without("entry_id", "d")),
    ("open-item-without-break", "breaks", without("entry_id", "d")),
    ("break-values", "breaks", where("entry_id", "d", amount=Decimal(8))),
    ("break-values", "breaks", where("entry_id", "d", account="x")),
    ("break-of-variance", "breaks", where("match_id", "m2", amount=Decimal(1))),
    ("break-of-variance", "breaks", where("match_id", "m2", match_id="m9")),
    ("variance-without-break", "breaks", without("match_id", "m2")),
    ("break-age", "breaks", where("entry_id", "d", age_days=2)),
    ("break-due", "breaks", where("entry_id", "d", kind="in_transit")),
    ("statement-without-break", "breaks", without("ruleset", "")),
    ("statement-balance", "statements", at(0, balance_ok=True)),
    ("proof-sum", "proof", at(0, opening_count=1)),
    ("proof-sum", "proof", at(0, new_amount=Decimal("1.00000001"))),
    ("proof-not-ok", "proof", at(0, ok=False)),
    ("proof-matched", "proof", at(0, matched_count=1)),
    ("proof-matched", "proof", without("currency", "NGN")),
    ("proof-excluded", "proof", at(0, excluded_amount=Decimal(1))),
    ("proof-closing", "proof", at(0, closing_amount=Decimal(1))),
    ("proof-closing", "open", where("entry_id", "d", account="x")),
    ("proof-matched", "proof", at(0, matched_amount=Decimal(1))),
    ("proof-opening", "proof", at(0, opening_count=7)),
    ("proof-new", "proof", at(0, new_count=7)),
    ("bridge-residual", "bridge", where("class", "residual", amount=Decimal(1))),
    ("bridge-residual-missing", "bridge", without("class", "residual")),
    ("bridge-sum", "bridge", where("class", "rounding", amount=Decimal(1))),
    ("bridge-total", "bridge", where("class", "total", count=99)),
    ("bridge-class", "bridge", where("class", "excluded", count=3)),
    ("bridge-class", "bridge", where("class", "excluded", **{"class": "timing"})),
    ("file-lines", "files", at(0, lines=6)),
    ("file-identity", "files", at(0, file_id="0" * 16)),
    ("file-refused", "refused", lambda rows: rows * 2),
    ("entry-differs", "open", where("entry_id", "d", amount=Decimal(8))),
    ("entry-lost", "open", without("entry_id", "d")),
    ("entry-unknown", "open", where("entry_id", "d", entry_id="z")),
    ("manifest-count", "matches", without("match_id", "m1")),
    ("manifest-pass", "matches", at(0, state="revoked")),
    ("manifest-proof", "proof", at(0, ok=False)),
    ("manifest-verdict", "proof", at(0, ok=False)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "table", "change"), SPOILT, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(SPOILT)]
)
def test_a_spoilt_table_is_noticed(
    copy: Path, only: Callable[[str], None], code: str, table: str, change: Callable[[Rows], Rows | None]
) -> None:
    only(code)
    respell(copy / "run", table, change)
    assert code in codes(copy)


@pytest.mark.parametrize("check", key_checks(), ids=lambda check: check.code)
def test_keys_are_unique_and_rows_in_order(copy: Path, only: Callable[[str], None], check: Check) -> None:
    only(check.code)
    if check.file == "journeys":
        journey = {
            "chain": "c", "status": "settled", "leg": 1, "currency": "NGN", "amount": Decimal(1), "match_ids": [],
            "reason": "",
        }  # fmt: skip
        respell(copy / "run", "journeys", lambda _: [{**journey, "entry_id": name} for name in ("a", "b")])
    if key := {"excluded": "entry_id", "files": "path", "refused": "file_id"}.get(check.file):
        respell(copy / "run", check.file, lambda rows: [*rows, {**rows[0], key: "zz"}])
    assert check.code not in codes(copy)
    spoil = (lambda rows: [*rows, rows[-1]]) if check.code.endswith("-key") else swapped
    respell(copy / "run", check.file, spoil)
    assert check.code in codes(copy)


def test_every_check_has_a_spoilt_copy() -> None:
    known = {check.code for check in (*MATCHES, *PLACES, *BREAKS, *PROOF, *BRIDGE, *FILES, *OPENING, *ENTRIES)}
    assert known <= {code for code, *_ in SPOILT}


def test_a_problem_names_file_row_and_values(copy: Path, only: Callable[[str], None]) -> None:
    only("match-variance")
    respell(copy / "run", "matches", at(1, variance=Decimal("0.25")))
    found = next(problem for problem in verify_run(copy / "run") if problem.code == "match-variance")
    assert str(found.place) == "run/matches.parquet:2"
    assert "match_id m2" in found.message
    assert "variance 0.25" in found.message


def test_many_rows_are_counted_and_the_first_shown(copy: Path, only: Callable[[str], None]) -> None:
    only("file-refused")
    respell(copy / "run", "refused", lambda rows: [{**rows[0], "file_id": f"{n:02}"} for n in range(30)])
    respell(
        copy / "run", "files", lambda rows: [{**rows[0], "file_id": f"{n:02}", "refused": 7} for n in range(30)]
    )
    found = [problem for problem in verify_run(copy / "run") if problem.code == "file-refused"]
    assert len(found) == 6
    assert "30 rows in all" in found[-1].message


def manifest_file(**values: object) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest["files"][0].update(values)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("file-hash", manifest_file(sha256="0" * 64)),
        ("file-rows", manifest_file(rows=99)),
        ("file-unlisted", lambda manifest: manifest["files"].pop()),
        ("file-missing", lambda manifest: manifest["files"].append({"name": "more.parquet"})),
        ("manifest-unreadable", lambda manifest: manifest.pop("files")),
        ("manifest-count", lambda manifest: manifest["counts"].update(refused=5)),
        ("manifest-pass", lambda manifest: manifest["rulesets"][0]["passes"][0].update(suggested=5)),
        ("manifest-proof", lambda manifest: manifest.update(proof="failed")),
        ("manifest-verdict", lambda manifest: manifest.update(verdict="reconciled")),
        ("ingest-missing", lambda manifest: manifest["inputs"]["ingests"].append("i-2")),
    ],
)
def test_a_spoilt_manifest_is_noticed(
    copy: Path, only: Callable[[str], None], code: str, change: Callable[[dict[str, Any]], object]
) -> None:
    only(code)
    respelled(copy / "run", change)
    assert code in codes(copy)


def test_bytes_that_changed_are_noticed(copy: Path) -> None:
    path = copy / "run" / "members.parquet"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    assert "file-hash" in codes(copy)
    path.write_bytes(b"torn")
    assert {"file-hash", "file-unreadable"} <= codes(copy)
    path.unlink()
    assert codes(copy) == {"file-missing"}
    (copy / "run" / "manifest.json").unlink()
    assert codes(copy) == {"manifest-unreadable"}


def test_a_foreign_file_and_a_foreign_schema_are_noticed(copy: Path) -> None:
    (copy / "run" / "notes.txt").write_text("x", encoding="utf-8")
    shutil.copy(copy / "run" / "files.parquet", copy / "run" / "proof.parquet")
    assert {"file-foreign", "file-schema", "file-hash"} <= codes(copy)


def following() -> Books:
    """The books of the next night: what `books` left open, and one new entry that matches an item of it."""
    result = Books(as_of=date(2026, 11, 1))
    result.scope = [row | {"is_new": False} for row in books().open_items()]
    result.entry("left", "f", "3", business_date=date(2026, 11, 1))
    result.match("m4", "f", "s")
    return result


@pytest.fixture(scope="module")
def nights(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound project after the next night."""
    root = shutil.copytree(sound, tmp_path_factory.mktemp("nights") / "root")
    write_ingest(following(), root / "i-2")
    write_run(following(), root / "next", previous_run="run", inputs={"ingests": [INGEST, "i-2"]})
    return root


def test_a_run_is_compared_with_the_one_before(nights: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(nights, tmp_path / "copy")
    ingests = [copy / INGEST, copy / "i-2"]
    assert verify_run(copy / "next", ingests) == []
    respell(copy / "run", "open", without("entry_id", "d"))
    found = {problem.code for problem in verify_run(copy / "next", ingests)}
    assert found == {"proof-opening", "entry-unknown"}
    shutil.rmtree(copy / "run")
    assert verify_run(copy / "next", ingests) == []


def test_an_entry_that_lay_after_the_run_before_is_expected_in_the_next(nights: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(nights, tmp_path / "copy")
    late = books()
    late.entry("left", "late", "5", business_date=date(2026, 11, 1))
    shutil.rmtree(copy / INGEST)
    write_ingest(late, copy / INGEST)
    assert codes(copy) == set()
    found = verify_run(copy / "next", [copy / INGEST, copy / "i-2"])
    assert {problem.code for problem in found} == {"entry-lost", "proof-new"}
    assert any("entry_id late" in problem.message for problem in found)
    assert timedelta(days=1) == following().as_of - late.as_of
    assert RULESET in found[0].message
