"""What an archive may be at most, and the refusal of one that is more, damaged, or not what a person would send."""

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from recon.errors import InputRefused, Place, Problem

MOST_INFLATED: Final = 8 * 1024 * 1024 * 1024
"""Bytes that the files of one archive may have together."""
MOST_RATIO: Final = 250
"""How many times its size in the archive a file may have; tables of text rarely reach 50."""
SMALL: Final = 8 * 1024 * 1024
"""Files up to this size may have any ratio."""
MOST_MEMBERS: Final = 2_000
"""Files that one archive may hold, those of archives within it included."""
MOST_DEPTH: Final = 3
"""Layers around a file: a gzip file in a zip archive has two, as has a file in a `.tar.gz`."""
LARGEST_READ: Final = 16 * 1024 * 1024
"""Bytes that may be asked for at once: directories of archives are read whole, and may lie about their size."""
DAMAGE: Final = (
    EOFError, OSError, RuntimeError, ValueError, NotImplementedError, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile,
)  # fmt: skip
"""What the decompressors raise for bytes that are not what they should be; each is turned into a refusal."""
_STEP: Final = 1024 * 1024


def refusal(shown: str, code: str, message: str, hint: str) -> InputRefused:
    """The refusal of an archive or of a file in it."""
    return InputRefused(Problem(code, message, Place(shown), hint))


def damaged(shown: str, error: Exception) -> InputRefused:
    """The refusal of bytes that cannot be inflated."""
    if isinstance(error, EOFError):
        why = "it ends too early"
    else:
        why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return refusal(shown, "archive-damaged", f"the archive is damaged: {why}", "fetch the file again")


def bomb(shown: str, message: str) -> InputRefused:
    """The refusal of what would inflate beyond measure."""
    return refusal(shown, "archive-bomb", message, "this is no archive of tables; ask the sender what it is")


@dataclass
class Budget:
    """What one archive may still bring, archives within it included."""

    shown: str
    files: int = MOST_MEMBERS
    inflated: int = MOST_INFLATED

    def take(self, size: int) -> None:
        """Count a file of this declared size.

        Raises:
            InputRefused: there are too many files, or they are too large together.
        """
        self.files -= 1
        self.inflated -= size
        if self.files < 0:
            raise bomb(self.shown, f"the archive holds more than {MOST_MEMBERS:,} files")
        if self.inflated < 0:
            raise bomb(self.shown, f"the files in the archive have more than {MOST_INFLATED:,} bytes together")


class Inflated(io.RawIOBase):
    """Inflated bytes, read forwards and from any place again, that may not grow beyond measure.

    `packed` is the size before inflation; a `part` of the inner stream begins at an offset and has a size.

    Reading raises InputRefused: the bytes are damaged, or more than their ratio allows.
    """

    def __init__(self, inner: BinaryIO, shown: str, packed: int, part: tuple[int, int] | None = None) -> None:
        super().__init__()
        self._inner, self._shown, self._packed, self._part = inner, shown, packed, part
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always; going back may inflate again from the start."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer will do
        """Fill the buffer as far as there is content, a megabyte at most."""
        wanted = min(len(buffer), _STEP)
        if self._part is not None:
            wanted = min(wanted, self._part[1] - self._at)
        if wanted <= 0:
            return 0
        try:
            self._go_there()
            got = self._inner.read(wanted)
        except DAMAGE as error:
            raise damaged(self._shown, error) from error
        if self._part is not None and not got:
            raise damaged(self._shown, EOFError())
        buffer[: len(got)] = got
        self._at += len(got)
        self._check(self._at)
        return len(got)

    def _go_there(self) -> None:
        """Bring the inner stream to this one's place; what is skipped is inflated, and so counts."""
        target = self._at + (self._part[0] if self._part else 0)
        at = self._inner.tell()
        if self._part is not None or at > target:
            self._inner.seek(target)
            return
        while at < target and (skipped := self._inner.read(min(_STEP, target - at))):
            at += len(skipped)
            self._check(at)

    def _check(self, at: int) -> None:
        if at > SMALL and at > self._packed * MOST_RATIO:
            times = f"more than {MOST_RATIO} times its {self._packed:,} bytes"
            raise bomb(self._shown, f"the file inflates to {times}")
        if at > MOST_INFLATED:
            raise bomb(self._shown, f"the file inflates to more than {MOST_INFLATED:,} bytes")

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; the end is found by reading up to it."""
        if whence == io.SEEK_SET:
            self._at = offset
        elif whence == io.SEEK_CUR:
            self._at += offset
        else:
            self._at = (self._part[1] if self._part else self._end()) + offset
        return self._at

    def _end(self) -> int:
        scrap = memoryview(bytearray(_STEP))
        while self.readinto(scrap):
            pass
        return self._at

    def tell(self) -> int:
        """The place of the next byte."""
        return self._at


class Careful(io.RawIOBase):
    """A stream for the readers of archives' directories, which may ask for no more at once than is sensible."""

    def __init__(self, inner: BinaryIO, shown: str) -> None:
        super().__init__()
        self._inner, self._shown = inner, shown

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes.

        Raises:
            InputRefused: more are asked for than a sound archive needs.
        """
        found = self._inner.read(LARGEST_READ + 1 if size is None or size < 0 else min(size, LARGEST_READ + 1))
        if len(found) > LARGEST_READ:
            raise bomb(self._shown, f"a directory of the archive claims more than {LARGEST_READ:,} bytes")
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        """The place of the next byte."""
        return self._inner.tell()
