"""What tests of shipped channel profiles share: the profile is found by the file, and what it reads is shown short."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from recon.sources.file import SourceFile
from recon.sources.library import fitting, shipped_profile
from recon.sources.reading import read
from tests.unit.sources.workbench import Result, gathered, read_bytes


def found(folder: Path, content: bytes, name: str) -> str:
    """The shipped profile that a file is read by; nothing where none fits, all names where several fit as well."""
    path = folder / name
    path.write_bytes(content)
    with SourceFile(path, name) as file:
        fits = fitting(file)
        return " ".join(
            one.name for one in fits if (one.fit.score, one.known) == (fits[0].fit.score, fits[0].known)
        )


def channel(folder: Path, profile: str, content: str | bytes, name: str = "bill.csv") -> Result:
    """What a file gives with the shipped profile that it finds by itself."""
    raw = content.encode() if isinstance(content, str) else content
    assert found(folder, raw, name) == profile
    result = read_bytes(folder, raw, shipped_profile(profile), name)
    assert result.conserved
    return result


def channel_at(path: Path, profile: str) -> Result:
    """The same for a file that is there, in an archive perhaps."""
    with SourceFile(path, path.name) as file:
        return gathered(list(read(file, shipped_profile(profile))))


def rows(result: Result, *names: str) -> list[tuple[Any, ...]]:
    """Some fields of all entries; amounts as short text."""
    return [tuple(_short(row[name]) for name in names) for row in result.rows]


def _short(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value if value is None or isinstance(value, str) else str(value)


def attributes(result: Result, name: str) -> list[str | None]:
    """One attribute of all entries."""
    return [dict(row["attributes"] or ()).get(name) for row in result.rows]
