"""QIF files, read record by record into entries."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import Field

from recon.errors import InputRefused
from recon.sources.bank import BankOptions, BankStatement, bank_encoding, original_json, text_lines
from recon.sources.file import SourceFile
from recon.sources.qif.conventions import Conventions, DateOrder, conventions
from recon.sources.reader import Batch, Collector, Fit, Refused, Row

_MONEY: Final = frozenset({"bank", "cash", "ccard", "oth a", "oth l"})
"""Sections whose records are transactions; the others hold lists and trades of securities."""
_HEADER: Final = re.compile(r"!\s*(type|account|option|clear)\s*:?\s*(.*)", re.IGNORECASE)
_SNIFF: Final = re.compile(rb"(?:^|[\r\n])\s*!(?:Type:|Account\b|Option:)", re.IGNORECASE)
_OPENING: Final = "opening balance"
_ATTRIBUTES: Final = {"N": "number", "C": "cleared", "L": "category", "A": "address"}


class QifOptions(BankOptions):
    """The options of QIF files."""

    date_order: DateOrder | None = Field(
        None, description="Order of day, month and year where the dates of a file leave it open."
    )


class QifReader:
    """The reader of QIF files.

    One row per record of a Bank, Cash, CCard, Oth A or Oth L section. The file names no currency: it is configured.
    "Opening Balance" records are rows of status `info`. A split stays one row; its parts are in `raw`.
    """

    name = "qif"
    extensions = (".qif",)
    options = QifOptions

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002 - content decides, never the name
        """Whether the file has a section header."""
        return Fit(92, "a QIF section header (!Type: or !Account)") if _SNIFF.search(head) else None

    def read(self, file: SourceFile, options: QifOptions) -> Iterator[Batch]:
        """The file in batches; it is read twice, once for its conventions.

        Raises:
            InputRefused: the file has no section header.
        """
        encoding = bank_encoding(file)
        seen = _evidence(text_lines(file, encoding), options.date_order)
        reading = _Reading(seen, options, Collector(encoding))
        for line in text_lines(file, encoding):
            reading.take(line)
            if reading.out.full:
                yield reading.out.batch()
        if not reading.end():
            raise InputRefused(
                file.problem(
                    "no-statement",
                    "this is no QIF file: it has no section header such as !Type:Bank",
                    line=1,
                    hint="check the format of this source; `recon sources detect` says what a file looks like",
                )
            )
        yield reading.out.batch()


def _evidence(lines: Iterable[str], order: DateOrder | None) -> Conventions:
    """The conventions of a file by its distinct dates and amounts, whose number is bounded."""
    dates: set[str] = set()
    amounts: set[str] = set()
    for line in lines:
        if line[:1] == "D" and len(line) < 20:
            dates.add(line[1:])
        elif line[:1] in {"T", "$"} and len(line) < 30:
            amounts.add(line[1:][-4:])
    return conventions(dates, amounts, order)


@dataclass(slots=True)
class _Record:
    """A record that is open: its first line and its fields, repeated ones joined by a line end."""

    line_no: int
    fields: dict[str, str] = field(default_factory=dict)

    def put(self, line: str) -> None:
        """Keep a field; split parts and address lines repeat."""
        code, text = line[0], line[1:].strip()
        self.fields[code] = f"{self.fields[code]}\n{text}" if code in self.fields else text


class _Reading:
    """Takes lines one by one."""

    def __init__(self, seen: Conventions, options: QifOptions, out: Collector) -> None:
        self.out = out
        self._seen = seen
        self._options = options
        self._section = ""
        self._found = False
        self._account: str | None = None
        self._statements = 0
        self._record: _Record | None = None
        self._line = 0

    def take(self, line: str) -> None:
        """Take the next line."""
        self._line += 1
        self.out.line()
        text = line.strip()
        if header := _HEADER.match(text):
            self._end_record()
            self.out.recognise()
            self._begin_section(header[1].lower(), header[2].strip().lower())
        elif text[:1] == "^":
            self.out.recognise()
            self._end_record()
        elif not text:
            self.out.recognise()
        elif self._record is None:
            self._record = _Record(self._line)
            self._record.put(text)
        else:
            self.out.recognise()
            self._record.put(text)

    def end(self) -> bool:
        """Take the record that is open; returns whether the file had any section."""
        self._end_record()
        return self._found

    def _begin_section(self, kind: str, name: str) -> None:
        self._found = True
        if kind in {"option", "clear"}:
            return
        self._section = name if kind == "type" else kind
        if self._section in _MONEY:
            self._statements += 1
            currency = self._options.currency
            self.out.statements.append(
                BankStatement(statement_no=self._statements, account=self._account, currency=currency)
            )

    def _end_record(self) -> None:
        record, self._record = self._record, None
        if record is None:
            return
        if self._section == "account":
            self._account = record.fields.get("N") or None
        if self._section not in _MONEY:
            self._not_money(record)
            return
        row = self._row(record)
        if isinstance(row, Refused):
            self.out.refused.append(row)
        else:
            self.out.rows.append(row)

    def _not_money(self, record: _Record) -> None:
        """A record of a list, or of no section at all, which nobody could place."""
        if self._section or self._is_remark(record):
            self.out.recognise()
            return
        text = "\n".join(f"{code}{said}" for code, said in record.fields.items())
        reason = "this record stands before any section header"
        self.out.refused.append(Refused(record.line_no, None, None, "record", reason, text))

    def _is_remark(self, record: _Record) -> bool:
        """Whether lines before any section begin with a # and hold no amount: whoever made the file speaks there."""
        return next(iter(record.fields)) == "#" and self._seen.amount(record.fields.get("T", "")) is None

    def _row(self, record: _Record) -> Row | Refused:
        said = record.fields
        raw = original_json(said)
        written = (said.get("T") or said.get("U") or "").partition("\n")[0]
        amount = self._seen.amount(written)
        if amount is None:
            reason = "this is no amount, or its mark may part thousands as well as decimals"
            return Refused(record.line_no, "T", written or None, "amount", reason, raw)
        if not self._options.currency:
            reason = "a QIF file names no currency; state `currency:` in the source's layout"
            return Refused(record.line_no, "currency", None, "currency-missing", reason, raw)
        category, payee = said.get("L", ""), said.get("P", "")
        day = self._seen.day(said.get("D", ""))
        return Row(
            record.line_no,
            amount,
            self._options.currency,
            raw,
            self._statements,
            self._account,
            booking_date=day,
            type="transfer" if category.startswith("[") and payee.lower() != _OPENING else "other",
            status="info" if payee.lower() == _OPENING else "booked",
            counterparty_name=payee or None,
            remittance=" ".join(said.get("M", "").split()) or None,
            attributes=self._attributes(said, dated=day is not None),
        )

    def _attributes(self, said: dict[str, str], *, dated: bool) -> dict[str, str] | None:
        found = {name: " ".join(said[code].split()) for code, name in _ATTRIBUTES.items() if said.get(code)}
        if "S" in said:
            found["splits"] = str(said["S"].count("\n") + 1)
        if not dated:
            written = said.get("D", "")
            undecided = "day and month are not told apart: set `date_order` in the source's layout"
            doubt = undecided if self._seen.order is None else "there is no such day"
            found["warning"] = f"date {written}: {doubt}" if written else "no date"
        return found or None
