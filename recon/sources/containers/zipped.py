"""Zip archives: their members by name, with names in the encoding in which they were written."""

import stat
import zipfile
from typing import BinaryIO, Final, cast

from recon.sources.containers.address import is_hidden, member_name, shown_inside
from recon.sources.containers.bounds import (
    DAMAGE,
    MOST_RATIO,
    SMALL,
    Budget,
    Careful,
    Inflated,
    bomb,
    damaged,
    refusal,
)  # fmt: skip

FIRST_BYTES: Final = (b"PK\x03\x04", b"PK\x05\x06")
OFFICE: Final = frozenset({"[Content_Types].xml", "mimetype"})
"""Members by which a workbook or another office document is known: such a file is read as it is."""
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1


class Zip:
    """A zip archive of which the directory has been read and found sound."""

    def __init__(self, stream: BinaryIO, shown: str) -> None:
        self._shown = shown
        self._found: dict[str, zipfile.ZipInfo] | None = None
        try:
            self._zip = zipfile.ZipFile(cast("BinaryIO", Careful(stream, shown)))
        except DAMAGE as error:
            raise damaged(shown, error) from error

    @property
    def is_office(self) -> bool:
        """Whether it is an office document, which is no container to us."""
        return not OFFICE.isdisjoint(self._zip.namelist())

    def members(self, budget: Budget) -> dict[str, int]:
        """Names and sizes of the files inside.

        Raises:
            InputRefused: a member is encrypted, leads out of the archive, stands twice, ...
        """
        return {name: one.file_size for name, one in self._checked(budget).items()}

    def open(self, name: str) -> Inflated:
        """The content of a member."""
        one = self._checked(Budget(self._shown))[name]
        shown = shown_inside(self._shown, name)
        try:
            inner = self._zip.open(one)
        except DAMAGE as error:
            raise damaged(shown, error) from error
        return Inflated(cast("BinaryIO", inner), shown, max(one.compress_size, 1))

    def _checked(self, budget: Budget) -> dict[str, zipfile.ZipInfo]:
        if self._found is None:
            self._found = self._sound(budget)
        return self._found

    def _sound(self, budget: Budget) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        seen: set[str] = set()
        for one in self._zip.infolist():
            name = member_name(_written(one), self._shown)
            shown = shown_inside(self._shown, name)
            if one.is_dir() or one.filename.endswith("\\"):
                continue
            if name in seen:
                message = "two members of the archive have this name"
                raise refusal(shown, "member-twice", message, "ask the sender to pack again")
            seen.add(name)
            budget.take(one.file_size)
            _check(one, shown)
            if not is_hidden(name):
                found[name] = one
        return found


def _check(one: zipfile.ZipInfo, shown: str) -> None:
    if one.flag_bits & _ENCRYPTED:
        hint = "unpack it with its password and put the file itself in its place"
        raise refusal(shown, "member-encrypted", "the member is encrypted", hint)
    mode = one.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        hint = "ask the sender to pack the files themselves"
        raise refusal(shown, "member-special", "the member is a link or a device and no file", hint)
    if one.compress_type not in _METHODS:
        hint = "pack again with the ordinary method of zip (deflate)"
        raise refusal(shown, "member-method", "the member is packed by a method that is not read", hint)
    if one.file_size > SMALL and one.file_size > one.compress_size * MOST_RATIO:
        times = f"{one.file_size:,} bytes out of {one.compress_size:,}"
        raise bomb(shown, f"the member would inflate to {times}")


def _written(one: zipfile.ZipInfo) -> str:
    """The name as it was written: without the flag for UTF-8, in the encoding in which it makes sense."""
    if one.flag_bits & _UTF8 or one.orig_filename.isascii():
        return one.orig_filename
    from recon.sources.text import guess_encoding

    raw = one.orig_filename.encode("cp437")
    return raw.decode(guess_encoding(raw), errors="replace")
