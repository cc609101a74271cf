"""The store as readers see it: found by name, verified before use, every change reported with its place."""

import shutil
from pathlib import Path

import pytest

from recon.errors import ControlFailed, UsageError
from recon.store.parquet import read_table
from recon.store.store import Store
from tests.unit.store.conftest import Publish


def places(store: Store) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.place)) for problem in store.verify_all()]


def test_nothing_is_created_by_looking(store: Store) -> None:
    assert store.runs() == []
    assert store.ingests() == []
    assert store.latest_run() is None
    assert store.verify_all() == []
    with pytest.raises(UsageError, match=r"no run `r1`[\s\S]*there are no runs yet"):
        store.run("r1")
    assert list(store.root.iterdir()) == []


def test_ingests_and_runs_are_listed_oldest_first(store: Store, publish: Publish) -> None:
    for kind, identity in (("ingest", "i2"), ("run", "r9"), ("ingest", "i1"), ("run", "r1")):
        publish(identity, kind=kind)
    assert [one.identity for one in store.ingests()] == ["i2", "i1"]
    assert [one.identity for one in store.runs()] == ["r9", "r1"]
    latest = store.latest_run()
    assert latest is not None
    assert latest.identity == "r1"
    assert latest.at == "2026-10-14T12:00:00.000000Z"


def test_a_run_is_found_by_its_name_or_the_beginning_of_it(store: Store, publish: Publish) -> None:
    for identity in ("2026-10-aa", "2026-10-ab", "2026-10"):
        publish(identity)
    assert store.run("2026-10-aa").identity == "2026-10-aa"
    assert store.run("2026-10").identity == "2026-10", "the whole name goes before beginnings"
    assert store.run("latest").identity == "2026-10"
    with pytest.raises(UsageError, match=r"beginning of 2 runs: 2026-10-aa, 2026-10-ab"):
        store.run("2026-10-")
    with pytest.raises(UsageError, match=r"did you mean `2026-10-aa`"):
        store.run("2026-01-aa")


def test_the_manifest_says_how_many_rows_a_file_has(publish: Publish) -> None:
    done = publish("r1")
    assert done.rows("matches.parquet") == read_table(done.verified("matches.parquet")).num_rows > 0
    with pytest.raises(KeyError, match="absent"):
        done.rows("absent.parquet")


def test_a_file_is_verified_before_it_is_used(store: Store, publish: Publish) -> None:
    done = publish("r1")
    path = done.folder / "matches.parquet"
    assert store.verified(path) == done.verified("matches.parquet") == path
    with pytest.raises(ControlFailed, match="never published"):
        store.verified(store.root / "elsewhere.parquet")
    with pytest.raises(KeyError):
        done.verified("absent.parquet")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    assert store.verified(path) == path, "checked once per process"
    fresh = Store(store.root, store.folder, store.runs_folder)
    with pytest.raises(ControlFailed, match=r"runs/r1/matches\.parquet"):
        fresh.verified(path)


def test_every_change_to_what_was_published_is_found_and_named(store: Store, publish: Publish) -> None:
    done = publish("r1")
    publish("i1", kind="ingest")
    path = done.folder / "matches.parquet"
    keep = path.read_bytes()

    path.write_bytes(keep + b"\0")
    assert places(store) == [("published-changed", "runs/r1/matches.parquet")]
    path.unlink()
    assert places(store) == [("published-changed", "runs/r1/matches.parquet")]
    path.symlink_to("/dev/null")
    assert ("published-changed", "runs/r1/matches.parquet") in places(store)
    path.unlink()
    path.write_bytes(keep)
    path.chmod(0o644)
    assert places(store) == [("not-private", "runs/r1/matches.parquet")]
    path.chmod(0o600)
    (done.folder / "notes.txt").touch(mode=0o600)
    assert places(store) == [("published-changed", "runs/r1/notes.txt")]
    (done.folder / "notes.txt").unlink()
    done.folder.chmod(0o755)
    assert places(store) == [("not-private", "runs/r1")]
    done.folder.chmod(0o700)
    store.ledger.path.chmod(0o640)
    assert places(store) == [("not-private", "store/ledger.db")]
    store.ledger.path.chmod(0o600)
    assert places(store) == []


def test_a_changed_manifest_is_found(store: Store, publish: Publish) -> None:
    manifest = publish("r1").folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("reconciled", "brokenciled"))
    fresh = Store(store.root, store.folder, store.runs_folder)
    assert places(fresh) == [("published-changed", "runs/r1/manifest.json")]
    with pytest.raises(ControlFailed, match="not the one that the ledger recorded"):
        _ = fresh.runs()[0].manifest


def test_a_published_folder_that_is_gone_is_never_passed_over(store: Store, publish: Publish) -> None:
    publish("i0", kind="ingest")
    shutil.rmtree(publish("i1", kind="ingest").folder)
    with pytest.raises(
        ControlFailed, match=r"store/entries/i1: ingest i1 was published, but its folder is gone"
    ):
        store.ingests()
    assert places(store) == [("published-changed", "store/entries/i1")]
    assert [one.present for one in store.recorded("ingest")] == [True, False]


def test_a_run_is_gone(store: Store, publish: Publish) -> None:
    shutil.rmtree(publish("r1").folder)
    with pytest.raises(ControlFailed, match="its folder is gone"):
        store.run("r1")


def test_a_ledger_that_lost_its_rows_leaves_runs_that_nobody_vouches_for(
    store: Store, publish: Publish
) -> None:
    publish("r1")
    store.ledger.path.unlink()
    fresh = Store(store.root, store.folder, store.runs_folder)
    assert fresh.runs() == []
    assert places(fresh) == [("stray", "runs/r1")]


def test_a_damaged_ledger_does_not_hide_a_damaged_file(store: Store, publish: Publish, tmp_path: Path) -> None:
    path = publish("r1").folder / "matches.parquet"
    path.write_bytes(b"")
    rows = store.ledger.rows()
    content = store.ledger.path.read_bytes()
    at = content.index(b'"started":1')
    store.ledger.path.write_bytes(content[:at] + b'"started":7' + content[at + 11 :])
    assert len(rows) == 2
    assert places(store)[0] == ("ledger-chain", "store/ledger.db:2")
    assert tmp_path == store.root
