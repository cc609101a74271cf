"""What the readers of fixed records share: one record at a time, an entry that goes on, a statement that ends."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from re import Pattern
from typing import ClassVar, Final

from recon.errors import InputRefused
from recon.sources.bank import BankOptions, bank_encoding
from recon.sources.file import SourceFile
from recon.sources.national.records import Record, records
from recon.sources.national.statement import Entry, Open
from recon.sources.reader import Batch, Collector, Fit, Refused

_CUT: Final = "the transfer was cut short; fetch the file again"
_MOST_REFUSED: Final = 80
"""Characters of a record that are told where it cannot be read."""


class Reading(ABC):
    """Takes the records of one file. `closes` is what the record that ends a statement is called."""

    closes: ClassVar[str]
    encodings: ClassVar[tuple[str, ...]] = ()
    """Encodings of the country for a file that is not Unicode, in the order in which they are tried."""

    def __init__(self, out: Collector, options: BankOptions) -> None:
        self.out = out
        self.options = options
        self.statement: Open | None = None
        self.entry: Entry | None = None
        self.statements = 0
        self.line_no = 0

    @abstractmethod
    def kind(self, record: Record) -> str:
        """What kind of record it is, as `take` knows them; empty for one that the format does not have."""

    @abstractmethod
    def take(self, kind: str, record: Record) -> Refused | None:
        """Take a record; one that cannot be read comes back with the reason."""

    def end(self) -> None:
        """Take notice that no record follows."""
        self.close()

    def next(self, record: Record) -> None:
        """Count and take a record of the file."""
        self.out.line()
        self.line_no = record.line_no
        if not record.text.strip():
            self.out.recognise()
            return
        kind = self.kind(record)
        said = (
            self.take(kind, record) if kind else self.refusal(record, "record", "the format has no such record")
        )
        if said:
            self.out.refused.append(said)
        elif self.entry is None or self.entry.record is not record:
            self.out.recognise()

    def begin(self, statement: Open) -> None:
        """Begin a statement."""
        self.close()
        self.statements += 1
        self.statement = statement

    def open(self, entry: Entry) -> None:
        """Begin an entry."""
        self.flush()
        self.entry = entry

    def flush(self) -> None:
        """Hand over the entry that is open."""
        entry, self.entry = self.entry, None
        if entry is None or self.statement is None:
            return
        self.statement.add(entry.amount)
        self.out.rows.append(entry.row(self.statement))

    def close(self) -> None:
        """Hand over the statement that is open."""
        self.flush()
        if self.statement is not None:
            if not self.statement.ended:
                self.statement.notes.append(f"it has no {self.closes}")
            self.out.statements.append(self.statement.statement())
        self.statement = None

    def refusal(self, record: Record, field: str, reason: str, value: str | None = None) -> Refused:
        """A record that cannot be read."""
        shown = record.text.rstrip() if value is None else value
        return Refused(record.line_no, field, shown[:_MOST_REFUSED], field, reason, record.text.rstrip())


class RecordsReader:
    """A reader of files of fixed records."""

    extensions: tuple[str, ...] = (".txt",)
    options = BankOptions

    def __init__(
        self, name: str, title: str, width: int, begins: Pattern[bytes], reading: type[Reading], *endings: str
    ) -> None:
        self.name, self._title, self._width = name, title, width
        self._begins, self._reading = begins, reading
        self.extensions = (*endings, ".txt")

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002 - content decides, never the name
        """Whether the file begins with the first record of the format."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return (
            Fit(96, f"the first record of a statement in {self._title}") if self._begins.match(start) else None
        )

    def read(self, file: SourceFile, options: BankOptions) -> Iterator[Batch]:
        """The file in batches; a statement comes after its entries.

        Raises:
            InputRefused: the file holds no statement, or ends inside one.
        """
        encoding = _encoding(file, self._reading.encodings)
        reading = self._reading(Collector(encoding), options)
        for record in records(file, encoding, self._width):
            reading.next(record)
            if reading.out.full:
                yield reading.out.batch()
        last = reading.statement
        if last is not None and not last.ended:
            began = f"the file ends inside the statement that begins at line {last.line_no}"
            message = f"{began}: it has no {reading.closes}"
            raise InputRefused(file.problem("truncated", message, line=reading.line_no, hint=_CUT))
        reading.end()
        if not reading.statements and not reading.out.refused:
            message = f"no statement in {self._title} is in this file"
            hint = "check the format of this source; `recon sources detect` says what a file looks like"
            raise InputRefused(file.problem("no-statement", message, line=1, hint=hint))
        yield reading.out.batch()


def _encoding(file: SourceFile, national: tuple[str, ...]) -> str:
    """Unicode if it is; otherwise the first of the country's encodings that the file's beginning may be in."""
    found = bank_encoding(file)
    return (
        found if found.startswith("utf") else next((one for one in national if _is_in(file.head(), one)), found)
    )


def _is_in(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
