"""The tests of a profile run: each file is written, read as any other, and compared with what is expected of it."""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from recon.errors import InputRefused
from recon.sources.file import SourceFile
from recon.sources.intake.staging import dated
from recon.sources.profiles.examples import ATTRIBUTES, LINE, ExpectedStatement, ProfileTest
from recon.sources.profiles.profile import LoadedProfile, TableProfile, readers_of
from recon.sources.reader import Batch, Statement
from recon.sources.reading import read

_SUFFIX: Final = {"csv": ".csv", "excel": ".xlsx", "fixed": ".txt"}
_UNTESTED: Final = frozenset({"parquet", "ipm"})
"""Formats that are no text, so that their rows cannot be written in a profile."""


@dataclass(frozen=True)
class Outcome:
    """One test of a profile: its place in the list, its name, and what came out otherwise, none when all is right."""

    number: int
    name: str
    wrong: Sequence[str]


def run_tests(loaded: LoadedProfile, temporary: Path | None = None) -> list[Outcome]:
    """The tests of a profile in their order; files are written below `temporary` and removed again."""
    return [
        Outcome(number, test.name, list(_wrong(loaded, test, temporary)))
        for number, test in enumerate(loaded.profile.tests)
    ]


def _wrong(loaded: LoadedProfile, test: ProfileTest, temporary: Path | None) -> Iterator[str]:
    """What came out otherwise, in words: expected and found."""
    reader = readers_of(loaded.profile)[0]
    if reader in _UNTESTED:
        yield f"files of the reader {reader} are no text; look at one with `recon sources check`"
        return
    if temporary is not None:
        temporary.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=temporary) as folder:
        path = Path(folder) / Path(test.file or f"{loaded.source}{_SUFFIX.get(reader, '.txt')}").name
        _write(path, test, loaded, reader)
        try:
            with SourceFile(path, path.name) as file:
                batches = list(read(file, loaded))
        except InputRefused as refusal:
            yield from (f"the file is refused: {problem.message}" for problem in refusal.problems)
            return
    yield from _compared(test, batches, loaded)


def _write(path: Path, test: ProfileTest, loaded: LoadedProfile, reader: str) -> None:
    profile = loaded.profile
    if reader == "excel":
        content = _workbook(path, test.rows)
    else:
        encoding = profile.layout.encoding if isinstance(profile, TableProfile) else "utf-8"
        content = test.rows.encode(encoding)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)


def _workbook(path: Path, rows: str) -> bytes:
    """The rows as a workbook of text cells."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(StringIO(rows))):
            sheet.write_row(number, 0, row)
    return path.read_bytes()


def _compared(test: ProfileTest, batches: Sequence[Batch], loaded: LoadedProfile) -> Iterator[str]:
    found = [entry for batch in batches for entry in dated(batch.entries, loaded).to_pylist()]
    for number, (expected, entry) in enumerate(zip(test.entries, found, strict=False), 1):
        for name, value in expected.items():
            got = _value(entry, name)
            if not _same(value, got):
                yield f"entry {number}, {name}: expected {value or 'nothing'}, found {_text(got) or 'nothing'}"
    for number in range(len(test.entries) + 1, len(found) + 1):
        entry = found[number - 1]
        amount = f"{_text(entry['amount'])} {entry['currency']}"
        yield f"entry {number}: not expected, found {amount} of line {entry['line_no']}"
    for number in range(len(found) + 1, len(test.entries) + 1):
        said = ", ".join(f"{name} {value}" for name, value in test.entries[number - 1].items())
        yield f"entry {number}: expected {said}, found nothing"
    yield from _refusals(test, batches)
    if test.statements is not None:
        yield from _statements(test.statements, [one for batch in batches for one in batch.statements])


def _value(entry: Mapping[str, Any], name: str) -> object:
    if name == LINE:
        return entry["line_no"]
    if name.startswith(ATTRIBUTES):
        return dict(entry["attributes"] or ()).get(name.removeprefix(ATTRIBUTES))
    return entry[name]


def _same(expected: str, found: object) -> bool:
    """Whether a value is what the text says; amounts by value, whatever zeros are written."""
    if isinstance(found, Decimal):
        try:
            return Decimal(expected) == found
        except InvalidOperation:
            return False
    return expected == _text(found)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _refusals(test: ProfileTest, batches: Sequence[Batch]) -> Iterator[str]:
    refused = [row for batch in batches for row in batch.refused]
    wanted = {one.line: one.code for one in test.refused}
    for row in refused:
        if row.line_no not in wanted:
            yield f"line {row.line_no} is refused: {row.field or row.code}: {row.reason}"
        elif wanted[row.line_no] not in {None, row.code}:
            yield f"line {row.line_no}: expected to be refused as {wanted[row.line_no]}, found {row.code}"
    for line in wanted.keys() - {row.line_no for row in refused}:
        yield f"line {line}: expected to be refused, and it was not"


def _statements(expected: Sequence[ExpectedStatement], found: Sequence[Statement]) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"expected {len(expected)} statements, found {len(found)}"
    for number, (one, statement) in enumerate(zip(expected, found, strict=False), 1):
        control = {True: "ok", False: "failed", None: "none"}[statement.control_ok]
        if one.control not in {None, control}:
            note = f" ({statement.control_note})" if statement.control_note else ""
            yield f"statement {number}, control: expected {one.control}, found {control}{note}"
        for name in ("opening", "closing"):
            value, got = getattr(one, name), getattr(statement, name)
            if value is not None and not _same(value, got):
                yield f"statement {number}, {name}: expected {value}, found {_text(got) or 'nothing'}"
