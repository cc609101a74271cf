"""Reading a small file in a test: its rows, refused rows, statements, and the proof that no line was lost."""

from dataclasses import dataclass
from pathlib import Path

from recon.sources.bank import BankOptions
from recon.sources.file import SourceFile
from recon.sources.reader import Refused, Statement
from recon.sources.registry import reader


@dataclass(frozen=True)
class Read:
    """What a reader made of a file."""

    rows: list[dict[str, object]]
    refused: list[Refused]
    statements: list[Statement]
    encoding: str | None

    def column(self, name: str) -> list[object]:
        """One column of all rows; amounts as text without trailing zeros."""
        return [row[name] for row in self.rows]

    def attribute(self, name: str) -> list[str | None]:
        """One attribute of all rows."""
        return [dict(row["attributes"] or []).get(name) for row in self.rows]  # type: ignore[call-overload]  # a map


def read(name: str, content: str | bytes, folder: Path, **options: object) -> Read:
    """Read a file of a format; checks that lines = entries + refused + recognised."""
    path = folder / "statement"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with SourceFile(path) as file:
        bank = reader(name)
        batches = list(bank.read(file, bank.options(**options)))
    rows = [row for batch in batches for row in batch.entries.to_pylist()]
    refused = [row for batch in batches for row in batch.refused]
    lines = sum(batch.lines for batch in batches)
    assert lines == len(rows) + len(refused) + sum(batch.recognised for batch in batches)
    statements = [said for batch in batches for said in batch.statements]
    assert BankOptions.model_fields.keys() <= bank.options.model_fields.keys()
    return Read(rows, refused, statements, batches[-1].encoding)
