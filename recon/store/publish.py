"""Publishing a folder so that it is there completely or not at all, whatever kills the writer.

Lock, ledger `started`, temporary folder beside the final one, write, sync every file, manifest, sync, rename,
sync the parent, ledger `published`. What is interrupted on the way is adopted or swept by the next writer.
"""

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from recon.errors import ControlFailed, Place, Problem, ReconError
from recon.store.chain import LedgerRow
from recon.store.disk import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    disk_errors,
    make_private_folder,
    sync_file,
    sync_folder,
)
from recon.store.manifest import MANIFEST, changed, compose, files_of, inputs_hash
from recon.store.published import Published
from recon.store.recovery import record_published
from recon.store.store import Store
from recon.store.verification import TEMPORARY

_IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]{0,127}")
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}


class Publication:
    """A folder on its way to being published.

    Write files into `folder`, and what the manifest shall say beside them into `content`. `already` is set, and
    there is no folder, when the same was published before. `published` is the result once the block has ended.
    """

    def __init__(self, folder: Path | None, already: Published | None = None) -> None:
        self._folder = folder
        self.already = already
        self.content: dict[str, object] = {}
        self.result: Published | None = already

    @property
    def folder(self) -> Path:
        """The private temporary folder to write into."""
        if self._folder is None:
            raise RuntimeError("this was published before: there is nothing to write")
        return self._folder

    @property
    def published(self) -> Published:
        """What was published."""
        if self.result is None:
            raise RuntimeError("not yet published: the block has to end first")
        return self.result


@contextmanager
def publishing(
    store: Store, kind: str, identity: str, parent: Path, inputs: Mapping[str, object]
) -> Iterator[Publication]:
    """Publish what the block writes as `parent/identity`, completely or not at all.

    Args:
        store: the project's store; its lock is held for as long as the block runs.
        kind: `ingest`, `run`, or another word for what is published; the ledger's rows start with it.
        identity: the folder's name; the same inputs, configuration and code must give the same one.
        parent: where the folder goes, inside the project.
        inputs: what it is made from; recorded in the manifest, and by its hash in the ledger.

    Raises:
        Busy: another process is writing.
        ControlFailed: the disk is full or failing; what was published as this before is gone, was changed, or
            was made from other inputs; something else stands in its place.
    """
    if not _IDENTITY.fullmatch(identity):
        raise ValueError(f"{identity!r} cannot be the name of a folder")
    with store.writing(f"{kind} {identity}"), _private_umask():
        if existing := store.find(kind, identity):
            _check_same(existing, inputs)
            yield Publication(None, existing)
            return
        folder, final = parent / f"{TEMPORARY}{identity}", parent / identity
        with disk_errors(f"prepare the {kind}", parent):
            make_private_folder(parent)
            if final.exists():
                raise ControlFailed(_in_the_way(store.shown(final)))
            body = {"identity": identity, "folder": store.shown(final), "inputs": inputs_hash(inputs)}
            started = store.ledger.append(f"{kind}.started", body)
            folder.mkdir(PRIVATE_FOLDER)
        publication = Publication(folder)
        try:
            yield publication
            with disk_errors(f"publish the {kind}", final):
                text = compose(folder, kind, inputs, publication.content, identity)
                manifest_sha256 = _seal(folder, text)
                folder.rename(final)
                sync_folder(parent)
            publication.result = record_published(store, started, manifest_sha256, adopted=False)
        except BaseException as error:
            _give_up(store, started, folder, error)
            if isinstance(error, OSError) and error.errno in _DISK:
                with disk_errors(f"write the {kind}", folder):
                    raise
            raise


def _seal(folder: Path, manifest: str) -> str:
    """Bring everything in the folder to the disk, the manifest last; gives the manifest's SHA-256."""
    for path in files_of(folder):
        path.chmod(PRIVATE_FILE)
        sync_file(path)
    path = folder / MANIFEST
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE), "wb") as file:
        file.write(manifest.encode())
    sync_file(path)
    for inner in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        inner.chmod(PRIVATE_FOLDER)
        sync_folder(inner)
    sync_folder(folder)
    return hashlib.sha256(manifest.encode()).hexdigest()


def _give_up(store: Store, started: LedgerRow, folder: Path, error: BaseException) -> None:
    """Remove what was written, and say in the ledger why. A folder under its final name is left to recovery.

    The disk may be full or gone, so neither has to succeed: the next writer does what is left undone.
    """
    if not folder.exists():
        return
    codes = [problem.code for problem in error.problems] if isinstance(error, ReconError) else []
    why = [type(error).__name__, *codes]
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(ReconError):
        kind = started.kind.partition(".")[0]
        store.ledger.append(
            f"{kind}.aborted", {"identity": started.body["identity"], "started": started.seq, "why": why}
        )


def _check_same(existing: Published, inputs: Mapping[str, object]) -> None:
    """That what was published before is still there as it was, and made from the same inputs."""
    broken = [problem for problem in existing.problems() if problem.code != "not-private"]
    if broken:
        raise ControlFailed(*broken)
    if inputs_hash(existing.manifest["inputs"]) != inputs_hash(inputs):
        message = f"{existing.kind} {existing.identity} was published before, from other inputs"
        raise ControlFailed(changed(message, existing.shown))


def _in_the_way(shown: str) -> Problem:
    message = "something stands here that the ledger knows nothing of"
    return Problem("stray", message, Place(shown), "move it away, or restore the ledger from a backup")


@contextmanager
def _private_umask() -> Iterator[None]:
    """Whatever the block creates is readable by its owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
