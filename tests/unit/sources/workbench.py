"""What tests of sources share: a small profile that each test changes, and reading a file with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from recon.project.workspace import Project, open_project
from recon.sources.file import SourceFile
from recon.sources.profiles.profile import LoadedProfile, load_profile
from recon.sources.reader import Batch, Refused, Statement
from recon.sources.reading import read

BASIC = """\
source: till
title: Till of the shop
files: inbox/*.csv
reader: csv
account: SHOP
money:
  decimal: "."
  currency: EUR
  amount: {column: Amount, plus: in}
dates:
  formats: [yyyy-MM-dd]
columns:
  booking_date: Date
  ref_merchant: Ref
"""
HEADER = "Date,Ref,Amount\n"


@dataclass(frozen=True)
class Result:
    """Everything that reading a file gave."""

    rows: list[dict[str, Any]]
    refused: list[Refused]
    statements: list[Statement]
    lines: int
    recognised: int
    encoding: str | None

    def column(self, name: str) -> list[Any]:
        """One field of all entries."""
        return [row[name] for row in self.rows]

    @property
    def conserved(self) -> bool:
        """Whether every line is accounted for."""
        return self.lines == len(self.rows) + len(self.refused) + self.recognised


def profile(folder: Path, text: str = BASIC, *changes: tuple[str, str]) -> LoadedProfile:
    """The profile after some replacements, each of which must apply."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    name = text.partition("source: ")[2].partition("\n")[0]
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path, f"configs/sources/{name}.yaml")


def read_bytes(folder: Path, content: bytes, loaded: LoadedProfile, name: str = "till.csv") -> Result:
    """What a file of these bytes gives."""
    path = folder / name
    path.write_bytes(content)
    with SourceFile(path, name) as file:
        return gathered(list(read(file, loaded)))


def read_text(folder: Path, content: str, *changes: tuple[str, str]) -> Result:
    """What a UTF-8 file gives with the basic profile and some changes to it."""
    return read_bytes(folder, content.encode(), profile(folder, BASIC, *changes))


def gathered(batches: Sequence[Batch]) -> Result:
    """All batches of a file together."""
    return Result(
        [row for batch in batches for row in batch.entries.to_pylist()],
        [one for batch in batches for one in batch.refused],
        [one for batch in batches for one in batch.statements],
        sum(batch.lines for batch in batches),
        sum(batch.recognised for batch in batches),
        next((batch.encoding for batch in batches if batch.encoding), None),
    )


def at(text: str) -> datetime:
    """A time without a zone, as entries hold it."""
    return datetime.fromisoformat(text)


def project(folder: Path, *profiles: str, settings: str = "") -> Project:
    """A project with these profiles and an empty inbox."""
    (folder / "configs" / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "inbox").mkdir(exist_ok=True)
    (folder / "recon.toml").write_text(f'[project]\nname = "shop"\n{settings}', encoding="utf-8")
    for text in profiles or (BASIC,):
        name = text.partition("source: ")[2].partition("\n")[0]
        (folder / "configs" / "sources" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return open_project(folder)
