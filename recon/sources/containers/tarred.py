"""Tar archives: their members by name, as parts of the stream that holds them."""

import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

from recon.sources.containers.address import is_hidden, member_name, shown_inside
from recon.sources.containers.bounds import DAMAGE, Budget, Careful, Inflated, damaged, refusal

_MAGIC_AT: Final = 257
_BLOCK: Final = 512


def is_tar(head: bytes) -> bool:
    """Whether a file that begins so is a tar archive."""
    return head[_MAGIC_AT : _MAGIC_AT + 5] == b"ustar"


class Tar:
    """A tar archive of which all headers have been read."""

    def __init__(self, stream: BinaryIO, shown: str) -> None:
        self._stream, self._shown = stream, shown
        self._found: dict[str, tarfile.TarInfo] | None = None

    def members(self, budget: Budget) -> dict[str, int]:
        """Names and sizes of the files inside.

        Raises:
            InputRefused: a member is a link, leads out of the archive, stands twice, ...
        """
        return {name: one.size for name, one in self._checked(budget).items()}

    def open(self, name: str) -> Inflated:
        """The content of a member."""
        one = self._checked(Budget(self._shown))[name]
        shown = shown_inside(self._shown, name)
        return Inflated(self._stream, shown, max(one.size, 1), part=(one.offset_data, one.size))

    def _checked(self, budget: Budget) -> dict[str, tarfile.TarInfo]:
        if self._found is None:
            self._found = self._sound(budget)
        return self._found

    def _headers(self) -> Iterator[tarfile.TarInfo]:
        """All headers up to the block of zeros that ends an archive."""
        try:
            careful = cast("BinaryIO", Careful(self._stream, self._shown))
            with tarfile.TarFile(fileobj=careful, errorlevel=2) as archive:
                while (one := archive.next()) is not None:
                    archive.members.clear()  # type: ignore[attr-defined]  # all would be kept, even if too many
                    if one.size < 0:
                        raise damaged(self._shown, ValueError(f"the size of {one.name} is {one.size}"))
                    yield one
                self._stream.seek(archive.offset)
                end = self._stream.read(_BLOCK)
        except (*DAMAGE, tarfile.TarError) as error:
            raise damaged(self._shown, error) from error
        if end != bytes(_BLOCK):
            raise damaged(self._shown, EOFError() if len(end) < _BLOCK else ValueError("a header is no header"))

    def _sound(self, budget: Budget) -> dict[str, tarfile.TarInfo]:
        found: dict[str, tarfile.TarInfo] = {}
        seen: set[str] = set()
        for one in self._headers():
            if one.isdir() and one.name.strip("/") in {"", "."}:
                continue
            name = member_name(one.name, self._shown)
            shown = shown_inside(self._shown, name)
            if one.isdir():
                continue
            if name in seen:
                message = "two members of the archive have this name"
                raise refusal(shown, "member-twice", message, "ask the sender to pack again")
            seen.add(name)
            budget.take(one.size)
            if not one.isreg() or one.issparse():
                hint = "ask the sender to pack the files themselves"
                raise refusal(shown, "member-special", "the member is a link or a device and no file", hint)
            if not is_hidden(name):
                found[name] = one
        return found
