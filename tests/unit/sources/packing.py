"""Archives for tests, honest and otherwise."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping

DAY = (2026, 10, 1, 0, 0, 0)


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, DAY), content, method)
    return made.getvalue()


def zipped_as(names: Mapping[bytes, bytes]) -> bytes:
    """A zip archive whose names are bytes as given, without the flag for UTF-8."""
    stand_ins = {f"{number:0{len(name)}d}": name for number, name in enumerate(names)}
    content = zipped({stand_in: names[name] for stand_in, name in stand_ins.items()})
    for stand_in, name in stand_ins.items():
        assert len(stand_in) == len(name)
        content = content.replace(stand_in.encode(), name)
    return content


def patched(content: bytes, at: int, form: str, value: int) -> bytes:
    """A zip archive of one member with a field of the local header and the same of the directory changed.

    `at` counts from the version field, which both have.
    """
    made = bytearray(content)
    for place in (content.index(b"PK\x03\x04") + 4, content.index(b"PK\x01\x02") + 6):
        struct.pack_into(form, made, place + at, value)
    return bytes(made)


def tarred(members: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """A tar archive, packed by gzip unless said otherwise."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in members.items():
            one = tarfile.TarInfo(name)
            one.size = len(content)
            archive.addfile(one, io.BytesIO(content))
    return gzip.compress(made.getvalue(), mtime=0) if packed else made.getvalue()
