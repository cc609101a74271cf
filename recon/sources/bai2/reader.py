"""BAI2 and NAI files, read record by record into entries and statements."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recon.errors import InputRefused
from recon.model.money import is_currency
from recon.sources.bai2 import usual
from recon.sources.bai2.account import Account
from recon.sources.bai2.amounts import account_amounts, minor_units
from recon.sources.bai2.records import Record
from recon.sources.bai2.runs import Run, parts
from recon.sources.bai2.transaction import refused, row_of
from recon.sources.bank import NO_CURRENCY, BankOptions, bank_encoding, line_texts
from recon.sources.file import SourceFile
from recon.sources.reader import Batch, Collector, Fit, Refused

_NEXT_FIELD: Final = rb"(?:,|[\r\n]+\s*88\s*,)"
_SNIFF: Final = re.compile(
    rb"\s*01\s*%b[^,\r\n]*%b[^,\r\n]*%b\s*(?:19|20)?\d{6}\s*[,/]" % ((_NEXT_FIELD,) * 3), re.ASCII
)
"""A file header down to its date; it may go on in a continuation (88) from any field."""
_FOREIGN: Final = "this is no record of BAI2"
_SHOWN: Final = 80
"""Characters of such a record that are told."""
_TYPE_CODE: Final = re.compile(r"\d{3}", re.ASCII)
_BAI_HEADER_FIELDS: Final = 8
"""Sender, receiver, date, time, id, record size, block size, version."""
_STANDARD_CURRENCY: Final = "USD"


class Bai2Reader:
    """The reader of BAI2, BAI1 and NAI files.

    One row per transaction (16) record. Amounts have the implied decimals of their currency: the account's, else
    the group's, else the configured one, else US dollars as the standard says. Loans (7xx) and status codes move
    no money of the account: they are kept as rows of status `info` and amount zero. Lines are records.
    """

    name = "bai2"
    extensions = (".bai", ".bai2", ".nai", ".txt")
    options = BankOptions

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002 - content decides, never the name
        """Whether the file begins with a file header record."""
        return Fit(94, "a BAI2 or NAI file header record (01)") if _SNIFF.match(head) else None

    def read(self, file: SourceFile, options: BankOptions) -> Iterator[Batch]:
        """The file in batches; each statement comes before the next account.

        Raises:
            InputRefused: no BAI2 file, or one that ends before its trailer.
        """
        encoding = bank_encoding(file)
        reading = _Reading(file, options, Collector(encoding))
        for part in parts(line_texts(file, encoding)):
            reading.out.lines += part.lines
            if isinstance(part, Run):
                reading.take_run(part)
            else:
                reading.take(part)
            if reading.out.full:
                yield reading.out.batch()
        reading.end()
        yield reading.out.batch()


class _Reading:
    """Takes records one by one."""

    def __init__(self, file: SourceFile, options: BankOptions, out: Collector) -> None:
        self.out = out
        self._file = file
        self._options = options
        self._account: Account | None = None
        self._begun = self._inside = self._ended = self._nai = False
        self._as_of = self._currency = ""
        self._statements = 0
        self._line = 1
        self._group = _Tally()
        self._whole = _Tally()
        self._handlers: dict[str, Callable[[Record], Refused | None]] = {
            "01": self._begin_file,
            "02": self._begin_group,
            "03": self._begin_account,
            "16": self._transaction,
            "49": self._end_account,
            "98": self._end_group,
            "99": self._end_file,
        }

    def take(self, record: Record) -> None:
        """Take the next record."""
        self._line = record.line_no
        self.out.recognised += record.lines - 1
        self._group.records += record.count
        self._whole.records += record.count
        if self._account:
            self._account.records += record.count
        said = self._handlers.get(record.code, self._foreign)(record)
        if said:
            self.out.refused.append(said)
        elif record.code != "16":
            self.out.recognise()

    def take_run(self, run: Run) -> None:
        """Take transactions that follow one another."""
        account = self._account
        if account is None or not self._inside or account.nai:
            for record in run.records():
                self.take(record)
            return
        self.out.recognised += run.lines - len(run.found)
        self._group.records += run.lines
        self._whole.records += run.lines
        account.records += run.lines
        usual.take(run, account, self.out)
        self._line = run.last

    def end(self) -> None:
        """Hand over the last statement.

        Raises:
            InputRefused: the file has no header or no trailer.
        """
        if self._begun and self._ended and not self._inside:
            self._hand_over()
            return
        hint = "the transfer was cut short; fetch the file again"
        code, message = "truncated", "the file ends before its file trailer record (99)"
        if not self._begun:
            code, message = (
                "no-statement",
                "no BAI2 or NAI report is in this file: it has no file header record (01)",
            )
            hint = "check the format of this source; `recon sources detect` says what a file looks like"
        elif self._inside:
            message = "the file ends inside an account: its trailer record (49) is missing"
        raise InputRefused(self._file.problem(code, message, line=self._line, hint=hint))

    def _hand_over(self) -> None:
        if self._account:
            self.out.statements.append(self._account.statement())
        self._account = None

    def _begin_file(self, record: Record) -> Refused | None:
        """Take a file header; NAI's has no version field behind the block size."""
        self._begun, self._ended = True, False
        self._nai = len(record.fields()) < _BAI_HEADER_FIELDS
        self._whole = _Tally(records=record.count)
        return None

    def _begin_group(self, record: Record) -> Refused | None:
        """Take a group header: as-of date and currency of the accounts that follow."""
        values = [*record.fields(), *[""] * 6]
        self._as_of, self._currency = values[3], values[5].upper()
        self._group = _Tally(records=record.count)
        return None

    def _begin_account(self, record: Record) -> Refused | None:
        """Take an account: its balances and stated totals."""
        self._hand_over()
        values = [*record.fields(), "", ""]
        configured = self._options.currency if self._options.currency != NO_CURRENCY else None
        currency = values[1].upper() or self._currency or configured or _STANDARD_CURRENCY
        amounts = account_amounts(values[2:], pairs=self._nai)
        self._statements += 1
        account = Account(self._statements, values[0] or None, currency, self._as_of, amounts, self._nai)
        account.records = record.count
        account.total = sum(amount.minor or 0 for amount in amounts)
        self._account, self._inside = account, True
        codes = [amount.code for amount in amounts if not _TYPE_CODE.fullmatch(amount.code)]
        if not is_currency(currency):
            return refused(record, currency, "currency", "this is no currency of ISO 4217")
        if codes:
            return refused(record, codes[0], "type-code", "a type code of an account has three digits")
        return None

    def _transaction(self, record: Record) -> Refused | None:
        if self._account is None or not self._inside:
            return refused(record, None, "record", "a transaction outside an account")
        row = row_of(record, self._account)
        if isinstance(row, Refused):
            return row
        self.out.rows.append(row)
        return None

    def _foreign(self, record: Record) -> Refused | None:
        """Take what is no record of BAI2: the account that it stands in tells of it, and its control fails."""
        if self._account is None:
            return refused(record, record.code, "record", _FOREIGN)
        shown = ",".join(filter(None, [record.code, *record.pieces]))
        self._account.notes.append(f"line {record.line_no}: {_FOREIGN}: {shown[:_SHOWN]}")
        return None

    def _end_account(self, record: Record) -> Refused | None:
        if self._account and self._inside:
            self._account.check(record)
        self._inside = False
        self._group.add(record)
        return None

    def _end_group(self, record: Record) -> Refused | None:
        self._check(record, self._group)
        self._whole.add(record)
        return None

    def _end_file(self, record: Record) -> Refused | None:
        self._check(record, self._whole)
        self._ended = True
        return None

    def _check(self, record: Record, tally: "_Tally") -> None:
        """Compare the sum, the parts and the records that a trailer states; the last account carries the verdict."""
        if self._account and not self._nai:
            self._account.compare(record, tally.total, {1: tally.parts, 2: tally.records})


@dataclass(slots=True)
class _Tally:
    """What a trailer record must say: the sum of its parts' sums, the number of parts and of records."""

    total: int = 0
    parts: int = 0
    records: int = 0

    def add(self, trailer: Record) -> None:
        """Add a part by its own trailer."""
        self.total += minor_units(trailer.fields()[0]) or 0
        self.parts += 1
