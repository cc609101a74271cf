"""Through the layers of a container down to a file: which files there are, and the content of one of them."""

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, Final, cast

from recon.sources.containers.address import MARK, shown_inside
from recon.sources.containers.bounds import DAMAGE, MOST_DEPTH, Budget, Inflated, damaged, refusal
from recon.sources.containers.tarred import Tar, is_tar
from recon.sources.containers.zipped import FIRST_BYTES, Zip

GZIP: Final = b"\x1f\x8b"
WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".ods"})
"""Endings of workbooks that are zip archives: how those are damaged is for their reader to say."""
_FOREIGN: Final = {
    b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd",
}  # fmt: skip
_BLOCK: Final = 512
_BUFFER: Final = 256 * 1024


class _Layer:
    """A stream with the name and the packed size of what it holds."""

    def __init__(self, stream: BinaryIO, name: str, shown: str, size: int, depth: int = 0) -> None:
        self.stream, self.name, self.shown, self.size, self.depth = stream, name, shown, size, depth
        try:
            stream.seek(0)
            self.head = stream.read(_BLOCK)
            stream.seek(0)
        except DAMAGE as error:
            raise damaged(shown, error) from error

    def archive(self) -> Zip | Tar | None:
        """The archive that it is, if it is one."""
        if self.head.startswith(FIRST_BYTES) and PurePosixPath(self.name).suffix.lower() not in WORKBOOKS:
            zipped = Zip(self.stream, self.shown)
            return None if zipped.is_office else zipped
        return Tar(self.stream, self.shown) if is_tar(self.head) else None

    def inner(self, stream: Inflated, name: str, shown: str, size: int) -> "_Layer":
        """The layer inside this one.

        Raises:
            InputRefused: there are too many layers.
        """
        if self.depth + 1 > MOST_DEPTH:
            message = f"archives lie more than {MOST_DEPTH} deep within each other"
            raise refusal(
                shown, "archive-depth", message, "unpack it and put the files themselves in its place"
            )
        buffered = cast("BinaryIO", io.BufferedReader(stream, _BUFFER))
        return _Layer(buffered, name, shown, size, self.depth + 1)

    def unzipped(self) -> "_Layer":
        """The layer below all gzip layers."""
        if not self.head.startswith(GZIP):
            return self
        plain = Inflated(cast("BinaryIO", gzip.GzipFile(fileobj=self.stream)), self.shown, self.size)
        return self.inner(plain, _without_gz(self.name), self.shown, self.size).unzipped()


def is_container(head: bytes) -> bool:
    """Whether a file that begins so may be a container; a workbook may look like one."""
    return head.startswith((GZIP, *FIRST_BYTES, *_FOREIGN)) or is_tar(head)


def members(stream: BinaryIO, name: str, shown: str, size: int) -> list[str]:
    """The addresses inside a container, in the order of their names; `[""]` for a file that is none.

    Raises:
        InputRefused: the container is damaged, holds nothing, or is not what a person would send.
    """
    layer = _first(stream, name, shown, size)
    return sorted(_addresses(layer, Budget(shown)))


@contextmanager
def content(
    stream: BinaryIO, name: str, shown: str, size: int, inside: str = ""
) -> Iterator[tuple[BinaryIO, str, str]]:
    """The content at an address inside a container as a seekable stream, with its own name and its whole address.

    Without an address a container must hold one file.

    Raises:
        InputRefused: as `members`; or there is no such file, or it is not clear which.
    """
    layer, address = _first(stream, name, shown, size).unzipped(), ""
    while (archive := layer.archive()) is not None:
        found = archive.members(Budget(layer.shown))
        member = _chosen(found, inside, layer.shown)
        inside = inside[len(member) + 1 :]
        address = f"{address}{MARK}{member}" if address else member
        layer = layer.inner(
            archive.open(member), member, shown_inside(layer.shown, member), found[member]
        ).unzipped()
    if inside:
        raise refusal(
            layer.shown, "no-member", f"this is no archive that could hold {inside}", "name the file itself"
        )
    layer.stream.seek(0)
    yield layer.stream, layer.name, address


def _first(stream: BinaryIO, name: str, shown: str, size: int) -> _Layer:
    layer = _Layer(stream, name, shown, size)
    for first, kind in _FOREIGN.items():
        if layer.head.startswith(first):
            hint = "unpack it, or have it packed as gzip, zip or .tar.gz"
            raise refusal(shown, "archive-kind", f"{kind} archives are not read", hint)
    return layer


def _addresses(layer: _Layer, budget: Budget) -> list[str]:
    layer = layer.unzipped()
    archive = layer.archive()
    if archive is None:
        return [""]
    found = archive.members(budget)
    if not found:
        raise refusal(layer.shown, "archive-empty", "the archive holds no file", "ask the sender for the files")
    addresses: list[str] = []
    for member in found:
        inner = layer.inner(archive.open(member), member, shown_inside(layer.shown, member), found[member])
        addresses += [f"{member}{MARK}{rest}" if rest else member for rest in _addresses(inner, budget)]
    return addresses


def _chosen(found: dict[str, int], inside: str, shown: str) -> str:
    for member in found:
        if inside == member or inside.startswith(member + MARK):
            return member
    names = ", ".join(sorted(found)[:10]) or "nothing"
    if inside:
        raise refusal(shown, "no-member", f"the archive holds no {inside}", f"it holds: {names}")
    if len(found) == 1:
        return next(iter(found))
    if not found:
        raise refusal(shown, "archive-empty", "the archive holds no file", "ask the sender for the files")
    hint = f"name one of them, as {shown_inside(shown, min(found))}; it holds: {names}"
    raise refusal(shown, "several-members", f"the archive holds {len(found)} files", hint)


def _without_gz(name: str) -> str:
    lower = name.lower()
    if lower.endswith(".tgz"):
        return name[:-4] + ".tar"
    return name[:-3] if lower.endswith(".gz") else name
