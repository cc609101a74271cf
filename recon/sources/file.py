"""An input file, opened once: the bytes that are hashed are the bytes that are parsed."""

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self, cast

from recon.errors import InputRefused, Place, Problem
from recon.model.ids import file_id
from recon.sources import containers

HEAD_BYTES: Final = 64 * 1024
CHUNK_BYTES: Final = 1024 * 1024


class SourceFile:
    """A regular file, opened without following a symbolic link and never opened again; or a file in an archive.

    `shown` is the path as it is printed and recorded, `sha256` the hash of the content, `size` its bytes. The
    content is hashed on opening, unless its hash is known from an earlier look; leaving the context hashes what
    is there once more and refuses the file if it changed. A file in an archive is inflated as it is read: hash,
    size and `path` are its own, `inside` its address in the archive. An archive of one file stands for that file.

    Raises:
        InputRefused: the file cannot be opened, or the archive that holds it is refused.
    """

    def __init__(
        self, path: Path, shown: str | None = None, sha256: str | None = None, inside: str = ""
    ) -> None:
        if not inside:
            path, inside = containers.address_of(path)
        self.path, self.inside = path, inside
        self.shown = shown or containers.shown_inside(path.as_posix(), inside)
        self._archive, self._descriptor = path, _open(path, self.shown)
        self._state = _state(self._descriptor)
        self._packed = bool(inside) or containers.is_container(os.pread(self._descriptor, 512, 0))
        self._head: bytes | None = None
        self.readable_as: dict[str, bool] = {}
        """Encodings that were asked about, and whether all of the file is text in them."""
        try:
            if self._packed:
                self.size, found = self._unpacked()
            else:
                self.size, found = self._state[0], sha256 or self._digest()
            self.sha256 = sha256 or found
            if found != self.sha256:
                raise InputRefused(self._changed())
        except InputRefused:
            self.close()
            raise
        self.file_id = file_id(self.sha256)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.verify()
        finally:
            self.close()

    def close(self) -> None:
        """Release the file; safe to call twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def head(self, count: int = HEAD_BYTES) -> bytes:
        """The first bytes."""
        if self._head is None or count > HEAD_BYTES:
            with self.stream() as handle:
                self._head = handle.read(max(count, HEAD_BYTES))
        return self._head[:count]

    def tail(self, count: int = HEAD_BYTES) -> bytes:
        """The last bytes."""
        with self.stream() as handle:
            handle.seek(max(0, self.size - count))
            return handle.read(count)

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """The content from its first byte as a seekable binary stream."""
        with io.BufferedReader(_Positioned(self._descriptor), CHUNK_BYTES) as raw:
            handle = cast("BinaryIO", raw)
            if not self._packed:
                yield handle
                return
            archive = containers.content(
                handle, self._archive.name, self._shown_archive, self._state[0], self.inside
            )
            with archive as (inner, _, _):
                yield inner

    def read(self, limit: int) -> bytes:
        """The whole content, for formats that cannot be streamed.

        Raises:
            InputRefused: the file is larger than `limit` bytes.
        """
        if self.size > limit:
            raise InputRefused(
                self.problem(
                    "file-too-large",
                    f"the file has {self.size:,} bytes; at most {limit:,} are read in this format",
                    hint="split the export by period",
                )
            )
        with self.stream() as handle:
            return handle.read()

    def place(self, line: int | None = None, column: int | None = None, field: str | None = None) -> Place:
        """A place in this file."""
        return Place(self.shown, line, column, field)

    def problem(
        self,
        code: str,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        field: str | None = None,
        hint: str | None = None,
        excerpt: str | None = None,
    ) -> Problem:
        """A problem at a place in this file."""
        return Problem(code, message, self.place(line, column, field), hint, excerpt)

    def verify(self) -> None:
        """Check that the content is still what was hashed on opening.

        Raises:
            InputRefused: it is not.
        """
        if _state(self._descriptor) != self._state or self._digest() != self.sha256:
            raise InputRefused(self._changed())

    def _changed(self) -> Problem:
        return self.problem(
            "file-changed",
            "the file changed while it was being read",
            hint="wait until the transfer is complete, then run again; nothing was stored",
        )

    def _digest(self) -> str:
        with self.stream() as handle:
            return _measured(handle)[1]

    @property
    def _shown_archive(self) -> str:
        """The path of the archive as it is shown."""
        return self.shown.removesuffix(containers.shown_inside("", self.inside))

    def _unpacked(self) -> tuple[int, str]:
        """Find the content inside the archive; its size and hash."""
        with io.BufferedReader(_Positioned(self._descriptor), CHUNK_BYTES) as raw:
            handle = cast("BinaryIO", raw)
            archive = containers.content(
                handle, self._archive.name, self._shown_archive, self._state[0], self.inside
            )
            with archive as (inner, name, inside):
                if inside and not self.inside:
                    self.shown = containers.shown_inside(self.shown, inside)
                self.path, self.inside = self._archive.with_name(Path(name).name), inside
                self._packed = inner is not handle
                return _measured(inner)


def inside_of(path: Path) -> list[str]:
    """The addresses of the files in an archive, `[""]` for a file that is none; hidden members are left out.

    Raises:
        InputRefused: the file cannot be opened, or the archive is refused.
    """
    shown = path.as_posix()
    descriptor = _open(path, shown)
    try:
        if not containers.is_container(os.pread(descriptor, 512, 0)):
            return [""]
        with io.BufferedReader(_Positioned(descriptor), CHUNK_BYTES) as raw:
            return containers.members(cast("BinaryIO", raw), path.name, shown, _state(descriptor)[0])
    finally:
        os.close(descriptor)


class _Positioned(io.RawIOBase):
    """The bytes of an open file from a place of its own, so that several readers do not disturb each other."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor, self._at = descriptor, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer will do
        count = os.preadv(self._descriptor, [buffer], self._at)
        self._at += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        self._at = offset + (os.fstat(self._descriptor).st_size if base is None else base)
        return self._at

    def tell(self) -> int:
        return self._at


def _measured(handle: BinaryIO) -> tuple[int, str]:
    """Size and hash of what a stream brings."""
    digest, size = hashlib.sha256(), 0
    while chunk := handle.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def _open(path: Path, shown: str) -> int:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            reason, hint = "the file is a symbolic link", "name the file itself"
        else:
            reason, hint = f"the file cannot be opened: {error.strerror}", "check the path and its permissions"
        raise InputRefused(Problem("file-unreadable", reason, Place(shown), hint)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputRefused(Problem("file-unreadable", "this is not a regular file", Place(shown)))
    return descriptor


def _state(descriptor: int) -> tuple[int, int]:
    """Size and time of the last change of content."""
    now = os.fstat(descriptor)
    return now.st_size, now.st_mtime_ns
