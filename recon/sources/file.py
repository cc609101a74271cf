"""An input file, opened once: the bytes that are hashed are the bytes that are parsed."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from recon.errors import InputRefused, Place, Problem
from recon.model.ids import file_id

HEAD_BYTES: Final = 64 * 1024
CHUNK_BYTES: Final = 1024 * 1024


class SourceFile:
    """A regular file, opened without following a symbolic link and never opened again.

    `shown` is the path as it is printed and recorded, `sha256` the hash of the content, `size` its bytes. The
    content is hashed on opening, unless its hash is known from an earlier look; leaving the context hashes what
    is there once more and refuses the file if it changed.
    """

    def __init__(self, path: Path, shown: str | None = None, sha256: str | None = None) -> None:
        self.path = path
        self.shown = shown or path.as_posix()
        self._descriptor = _open(path, self.shown)
        self._state = _state(self._descriptor)
        self.size = self._state[0]
        self.sha256 = sha256 or self._digest()
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
        return os.pread(self._descriptor, count, 0)

    def tail(self, count: int = HEAD_BYTES) -> bytes:
        """The last bytes."""
        return os.pread(self._descriptor, count, max(0, self.size - count))

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """The content from its first byte as a seekable binary stream."""
        with os.fdopen(os.dup(self._descriptor), "rb", buffering=CHUNK_BYTES) as handle:
            handle.seek(0)
            yield handle

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
            raise InputRefused(
                self.problem(
                    "file-changed",
                    "the file changed while it was being read",
                    hint="wait until the transfer is complete, then run again; nothing was stored",
                )
            )

    def _digest(self) -> str:
        digest, offset = hashlib.sha256(), 0
        while chunk := os.pread(self._descriptor, CHUNK_BYTES, offset):
            digest.update(chunk)
            offset += len(chunk)
        return digest.hexdigest()


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
