"""Publishing: complete or not at all, once per identity, tidied up by the next writer."""

import errno
import json
import os
import shutil
import stat
from pathlib import Path

import pyarrow as pa
import pytest

from recon.errors import Busy, ControlFailed
from recon.store.parquet import read_table, write_table
from recon.store.publish import publishing
from recon.store.store import Store
from tests.unit.store.conftest import Publish


def kinds(store: Store) -> list[str]:
    return [row.kind for row in store.ledger.rows()]


def everything(store: Store) -> dict[str, bytes]:
    return {
        path.relative_to(store.root).as_posix(): path.read_bytes()
        for path in sorted(store.root.rglob("*"))
        if path.is_file()
    }


def test_a_run_is_published_with_its_manifest_and_two_rows_in_the_ledger(
    store: Store, publish: Publish
) -> None:
    published = publish("r1")
    started, done = store.ledger.rows()
    assert (started.kind, done.kind) == ("run.started", "run.published")
    assert done.body["head"] == started.hash == done.previous
    assert done.body["manifest"] == published.manifest_sha256
    assert published.folder == store.root / "runs" / "r1"
    manifest = published.manifest
    assert (manifest["kind"], manifest["run_id"], manifest["verdict"]) == ("run", "r1", "reconciled")
    assert manifest["inputs"] == {"rows": "3"}
    (listed,) = manifest["files"]
    assert (listed["name"], listed["rows"]) == ("matches.parquet", 3)
    assert listed["size"] == (published.folder / "matches.parquet").stat().st_size
    assert [run.identity for run in store.runs()] == ["r1"]
    assert store.ingests() == []
    assert store.verify_all() == []


def test_the_manifest_says_nothing_of_time_or_place(publish: Publish, tmp_path: Path) -> None:
    first = publish("r1").manifest_sha256
    other = Store(tmp_path / "elsewhere", tmp_path / "elsewhere" / "s", tmp_path / "elsewhere" / "runs")
    with publishing(other, "run", "r1", other.runs_folder, {"rows": "3"}) as publication:
        write_table(pa.table({"n": [0, 1, 2]}), publication.folder / "matches.parquet")
        publication.content["verdict"] = "reconciled"
    assert publication.published.manifest_sha256 == first


def test_publishing_the_same_again_changes_nothing_and_says_so(store: Store, publish: Publish) -> None:
    first = publish("r1")
    before = everything(store)
    with publishing(store, "run", "r1", store.runs_folder, {"rows": "3"}) as publication:
        assert publication.already == first
        with pytest.raises(RuntimeError, match="published before"):
            _ = publication.folder
    assert publication.published == first
    assert everything(store) == before


def test_the_same_identity_from_other_inputs_is_refused(publish: Publish) -> None:
    publish("r1", rows=3)
    with pytest.raises(ControlFailed, match="from other inputs"):
        publish("r1", rows=4)


def test_what_is_published_is_private_whatever_the_umask(store: Store) -> None:
    before = os.umask(0o000)
    try:
        with publishing(store, "run", "r1", store.runs_folder, {}) as publication:
            (publication.folder / "inner").mkdir()
            (publication.folder / "inner" / "a.txt").write_text("a")
            (publication.folder / "b.txt").write_text("b")
            (publication.folder / "b.txt").chmod(0o666)
    finally:
        os.umask(before)
    paths = [store.folder, *store.folder.rglob("*"), store.runs_folder, *store.runs_folder.rglob("*")]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}
    assert [listed["name"] for listed in publication.published.manifest["files"]] == ["b.txt", "inner/a.txt"]
    assert store.verify_all() == []


def test_nobody_sees_a_run_before_it_is_published(store: Store) -> None:
    with publishing(store, "run", "r1", store.runs_folder, {}) as publication:
        write_table(pa.table({"n": [1]}), publication.folder / "a.parquet")
        reader = Store(store.root, store.folder, store.runs_folder)
        assert reader.runs() == []
        assert not (store.runs_folder / "r1").exists()
        assert reader.verify_all() == []
        with pytest.raises(RuntimeError, match="not yet published"):
            _ = publication.published
    assert [run.identity for run in Store(store.root, store.folder, store.runs_folder).runs()] == ["r1"]


def test_a_failure_while_writing_leaves_nothing_but_a_row_that_says_why(store: Store, publish: Publish) -> None:
    def fail() -> None:
        with publishing(store, "run", "r1", store.runs_folder, {"rows": "3"}) as publication:
            write_table(pa.table({"n": [1]}), publication.folder / "a.parquet")
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(store.runs_folder.iterdir()) == []
    assert kinds(store) == ["run.started", "run.aborted"]
    assert store.ledger.rows()[-1].body["why"] == ["ZeroDivisionError"]
    assert store.verify_all() == []
    publish("r1")
    assert kinds(store) == ["run.started", "run.aborted", "run.started", "run.published"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_while_writing_is_said_plainly(store: Store, publish: Publish, number: int) -> None:
    publish("r0")
    with pytest.raises(ControlFailed) as caught, publishing(store, "run", "r1", store.runs_folder, {}):
        raise OSError(number, os.strerror(number), "matches.parquet")
    assert caught.value.problems[0].hint
    assert "cannot write the run" in str(caught.value)
    assert [run.identity for run in store.runs()] == ["r0"]
    assert store.verify_all() == []


def test_an_error_in_reading_an_input_stays_what_it_is(store: Store) -> None:
    with pytest.raises(FileNotFoundError), publishing(store, "run", "r1", store.runs_folder, {}):
        (store.root / "absent.csv").read_bytes()


def test_a_finished_folder_is_adopted_by_the_next_writer(store: Store, publish: Publish) -> None:
    done = publish("r1")
    keep = store.root / "keep"
    shutil.copytree(done.folder, keep)
    again = Store(store.root, store.root / "other", store.root / "later")
    again.ledger.append("run.started", {**store.ledger.rows()[0].body, "folder": "later/r1"})
    again.runs_folder.mkdir(mode=0o700)
    keep.rename(again.runs_folder / "r1")
    assert again.runs() == [], "not seen before it is adopted"
    assert again.verify_all() == []
    with again.writing("test"):
        pass
    assert [row.kind for row in again.ledger.rows()] == ["run.started", "run.published"]
    assert again.ledger.rows()[-1].body["adopted"] is True
    assert again.runs()[0].manifest_sha256 == done.manifest_sha256
    assert again.verify_all() == []


@pytest.mark.parametrize("damage", ["file", "manifest", "inputs", "stray"])
def test_a_started_folder_that_does_not_verify_is_swept(store: Store, publish: Publish, damage: str) -> None:
    done = publish("r1")
    again = Store(store.root, store.root / "other", store.root / "later")
    body = {**store.ledger.rows()[0].body, "folder": "later/r1"}
    if damage == "inputs":
        body["inputs"] = "0" * 64
    again.ledger.append("run.started", body)
    folder = again.runs_folder / "r1"
    shutil.copytree(done.folder, folder)
    if damage == "file":
        (folder / "matches.parquet").write_bytes(b"torn")
    elif damage == "manifest":
        (folder / "manifest.json").write_text("{}")
    elif damage == "stray":
        (folder / "stray").write_text("")
    with again.writing("test"):
        pass
    assert not folder.exists()
    assert [row.kind for row in again.ledger.rows()] == ["run.started", "run.aborted"]


def test_what_a_killed_writer_left_behind_is_swept_and_what_is_unknown_is_not(
    store: Store, publish: Publish
) -> None:
    publish("r1")
    for name in (".tmp-r2", ".tmp-r3"):
        (store.runs_folder / name).mkdir()
        (store.runs_folder / name / "torn.parquet").write_bytes(b"PAR1")
    (store.folder / "ledger.db.new-99").write_bytes(b"")
    (store.runs_folder / "by-hand").mkdir()
    with store.writing("test"):
        pass
    assert sorted(path.name for path in store.runs_folder.iterdir()) == ["by-hand", "r1"]
    assert not (store.folder / "ledger.db.new-99").exists()
    assert [(p.code, str(p.place)) for p in store.verify_all()] == [("stray", "runs/by-hand")]


def test_something_in_the_place_of_a_run_is_not_overwritten(store: Store, publish: Publish) -> None:
    publish("r0")
    (store.runs_folder / "r1").mkdir()
    with pytest.raises(ControlFailed, match="knows nothing of"):
        publish("r1")
    assert kinds(store) == ["run.started", "run.published"]


def test_publishing_again_what_was_changed_or_removed_is_a_failed_control(publish: Publish) -> None:
    done = publish("r1")
    path = done.folder / "matches.parquet"
    content = bytearray(path.read_bytes())
    content[9] ^= 1
    path.write_bytes(content)
    with pytest.raises(ControlFailed, match=r"runs/r1/matches.parquet.*SHA-256"):
        publish("r1")
    shutil.rmtree(done.folder)
    with pytest.raises(ControlFailed, match="its folder is gone"):
        publish("r1")
    assert not done.folder.exists(), "a published folder is never made again in silence"


def test_the_manifest_is_canonical_json(publish: Publish) -> None:
    text = (publish("r1").folder / "manifest.json").read_text()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) + "\n"


def test_a_manifest_cannot_be_told_other_files(store: Store) -> None:
    def lie() -> None:
        with publishing(store, "run", "r1", store.runs_folder, {}) as publication:
            publication.content["files"] = []
            (publication.folder / "a").write_text("a")

    with pytest.raises(ValueError, match="files"):
        lie()
    assert store.runs() == []


def test_identities_are_plain_names(store: Store) -> None:
    for identity in ("", "../x", "a/b", ".tmp-a", "a b"):
        with (
            pytest.raises(ValueError, match="name of a folder"),
            publishing(store, "run", identity, store.runs_folder, {}),
        ):
            pass


def test_the_lock_is_held_while_the_block_runs_and_may_be_taken_again_inside(store: Store) -> None:
    with store.writing("outer"), publishing(store, "run", "r1", store.runs_folder, {}):
        assert (store.folder / "lock.json").exists()
    assert not (store.folder / "lock.json").exists()
    assert Busy.exit_status == 5


def test_holding_the_lock_again_leaves_alone_what_is_being_written(store: Store) -> None:
    with publishing(store, "run", "r1", store.runs_folder, {}) as publication:
        (publication.folder / "a.txt").write_text("a")
        with store.writing("inner"), publishing(store, "ingest", "i1", store.ingests_folder, {}):
            pass
    assert [one.identity for one in (*store.runs(), *store.ingests())] == ["r1", "i1"]
    assert store.verify_all() == []


def test_tables_read_back_as_they_were_written(publish: Publish) -> None:
    published = publish("r1", rows=5)
    assert read_table(published.verified("matches.parquet")).to_pydict() == {"n": [0, 1, 2, 3, 4]}


def test_everything_is_on_the_disk_before_the_ledger_says_so(
    store: Store, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of the protocol: files, manifest, folder, rename, parent, and only then the row."""
    steps: list[str] = []
    fsync, rename, append = os.fsync, os.rename, store.ledger.append

    def shown(path: str) -> str:
        return Path(path).relative_to(store.root).as_posix()

    def watched_fsync(descriptor: int) -> None:
        steps.append(f"sync {shown(str(Path(f'/proc/self/fd/{descriptor}').readlink()))}")
        fsync(descriptor)

    def watched_rename(source: Path, target: Path) -> None:
        steps.append(f"rename {shown(str(source))} {shown(str(target))}")
        rename(source, target)

    def watched_append(kind: str, body: dict[str, object]) -> object:
        steps.append(f"ledger {kind}")
        return append(kind, body)

    publish("r0")
    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "rename", watched_rename)
    monkeypatch.setattr(store.ledger, "append", watched_append)
    publish("r1")
    assert steps == [
        "ledger run.started",
        "sync runs/.tmp-r1/matches.parquet",
        "sync runs/.tmp-r1/manifest.json",
        "sync runs/.tmp-r1",
        "rename runs/.tmp-r1 runs/r1",
        "sync runs",
        "ledger run.published",
    ]
