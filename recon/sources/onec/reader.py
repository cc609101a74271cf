"""1C exchange files, read line by line into documents and account sections.

Keys are those of version 1.03 of the exchange standard. A document moves money out of an account of this file if
that account pays, and into it if it receives; between two accounts of the file it is an entry of each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from recon.errors import InputRefused
from recon.sources.bank import BankOptions, bank_encoding, signed_amount, text_lines
from recon.sources.file import SourceFile
from recon.sources.onec.document import rows_of
from recon.sources.onec.section import SUMS, Section
from recon.sources.reader import Batch, Collector, Fit, Refused

_HEAD: Final = "1CClientBankExchange"
_ACCOUNT: Final = "РасчСчет"
_RUSSIAN: Final = ("cp1251", "cp866", "koi8-r", "iso8859-5", "mac-cyrillic")


class OneCReader:
    """The reader of 1C exchange files. Lines are lines; a document's first line is its entry."""

    name = "onec"
    extensions = (".txt", ".1c")
    options = BankOptions

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002 - content decides, never the name
        """Whether the file begins with the name of the format."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
        return Fit(98, f"the first line {_HEAD}") if start.startswith(_HEAD.encode()) else None

    def read(self, file: SourceFile, options: BankOptions) -> Iterator[Batch]:
        """The file in batches; statements come last.

        Raises:
            InputRefused: no exchange file, or one without its end.
        """
        encoding = _encoding(file)
        reading = _Reading(options, Collector(encoding))
        for line in text_lines(file, encoding):
            reading.take(line.strip())
            if reading.out.full:
                yield reading.out.batch()
        if not reading.ended:
            code, what, hint = (
                "no-statement",
                f"the first line is not {_HEAD}",
                "check the format of this source",
            )
            if reading.begun:
                code, what = "truncated", "the file ends before its last line, КонецФайла"
                hint = "the transfer was cut short; fetch the file again"
            raise InputRefused(file.problem(code, what, line=reading.line_no or 1, hint=hint))
        reading.out.statements += [section.statement(options.currency) for section in reading.sections]
        yield reading.out.batch()


def _encoding(file: SourceFile) -> str:
    """UTF-8 or UTF-16 if it is; otherwise that of the Russian ones which gives the format's own words."""
    found = bank_encoding(file)
    if found not in {"cp1252", "latin-1"}:
        return found
    head = file.head()
    return next((name for name in _RUSSIAN if _ACCOUNT.encode(name) in head), _RUSSIAN[0])


@dataclass(slots=True)
class _Document:
    """A document that is open: its first line, its fields, and how many lines it took."""

    line_no: int
    fields: dict[str, str] = field(default_factory=dict)
    lines: int = 1


class _Reading:
    """Takes lines one by one."""

    def __init__(self, options: BankOptions, out: Collector) -> None:
        self.out = out
        self.sections: list[Section] = []
        self.begun = self.ended = False
        self.line_no = 0
        self._options = options
        self._accounts: set[str] = set()
        self._section: Section | None = None
        self._document: _Document | None = None

    def take(self, line: str) -> None:
        """Take the next line."""
        self.line_no += 1
        self.out.line()
        key, _, value = line.partition("=")
        key, value = key.strip(), value.strip()
        if self._document:
            self._document.lines += 1
            if key == "КонецДокумента":
                self._end_document(self._document)
            elif key:
                self._document.fields.setdefault(key, value)
            return
        if key == "СекцияДокумент":
            self._document = _Document(self.line_no, {key: value})
            return
        self._header(key, value)

    def _header(self, key: str, value: str) -> None:
        if self.line_no == 1 or not self.begun:
            self.begun = key.removeprefix("\ufeff") == _HEAD
            if not self.begun and key:
                self.out.refused.append(
                    Refused(self.line_no, None, key, "record", f"the first line is not {_HEAD}", key)
                )
                return
        elif key == "КонецФайла":
            self.ended = True
        elif key == "Секция" + _ACCOUNT:
            self._section = Section(len(self.sections) + 1)
            self.sections.append(self._section)
        elif key == "Конец" + _ACCOUNT:
            self._section = None
        elif key:
            if self._section:
                self._section.fields.setdefault(key, value)
                if key in SUMS and value and signed_amount(value) is None:
                    reason = "this is no amount"
                    self.out.refused.append(
                        Refused(self.line_no, key, value, "balance", reason, f"{key}={value}")
                    )
                    return
            if key == _ACCOUNT and value:
                self._accounts.add(value)
        self.out.recognise()

    def _end_document(self, document: _Document) -> None:
        self._document = None
        found = rows_of(document.fields, document.line_no, self._accounts, self._options)
        if isinstance(found, Refused):
            self.out.recognise(document.lines - 1)
            self.out.refused.append(found)
            return
        self.out.recognise(document.lines - len(found))
        for row in found:
            section = next(
                (one for one in self.sections if one.holds(row.account or "", row.booking_date)), None
            )
            self.out.rows.append(row._replace(statement_no=section.statement_no) if section else row)
