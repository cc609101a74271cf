"""OFX files, read tag by tag into transactions and statements."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recon.errors import InputRefused
from recon.sources.bank import BankOptions, BankStatement, original_json
from recon.sources.file import SourceFile
from recon.sources.ofx.aggregates import (
    AROUND_TRANSACTION,
    INSIDE_STATEMENT,
    LISTS,
    STATEMENTS,
    STRUCTURE,
    TRANSACTION,
    Open,
)
from recon.sources.ofx.entry import Around, amount_of, day_of, row_of
from recon.sources.ofx.runs import Run
from recon.sources.ofx.tokens import Token, encoding_of_ofx, tokens
from recon.sources.ofx.usual import rows_of_run
from recon.sources.reader import Batch, Collector, Fit, Refused, Row

_SNIFF: Final = re.compile(rb"OFXHEADER\s*[:=]|<\?OFX|<OFX>|<(?:[A-Za-z]+:)?OFX[\s>]", re.IGNORECASE)


class OfxReader:
    """The reader of OFX, QFX and QBO files, SGML and XML alike.

    One row per STMTTRN; the trades of investment statements move securities and are no rows. OFX states no
    opening balance; LEDGERBAL is the closing one. Lines are records: statements and transactions. An answer of the
    bank that reports an error and has no statement is a file without entries, whose control fails with the message.
    """

    name = "ofx"
    extensions = (".ofx", ".qfx", ".qbo", ".aso")
    options = BankOptions

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002 - content decides, never the name
        """Whether the file has an OFX header or root element."""
        return Fit(96, "an OFX header or root element") if _SNIFF.search(head.replace(b"\0", b"")) else None

    def read(self, file: SourceFile, options: BankOptions) -> Iterator[Batch]:
        """The file in batches.

        Raises:
            InputRefused: no OFX, or cut short.
        """
        encoding = encoding_of_ofx(file)
        reading = _Reading(file, options, Collector(encoding))
        for token in tokens(file, encoding):
            if isinstance(token, Run):
                reading.take_run(token)
            else:
                reading.take(token)
            if reading.out.full:
                yield reading.out.batch()
        reading.end()
        yield reading.out.batch()


class _Reading:
    """Takes tags one by one."""

    def __init__(self, file: SourceFile, options: BankOptions, out: Collector) -> None:
        self.out = out
        self._file = file
        self._options = options
        self._statement: Open | None = None
        self._transaction: Open | None = None
        self._answers: list[dict[str, str]] = [{}]
        self._statements = 0
        self._root = self._closed = False
        self._line = 1

    def take(self, token: Token) -> None:
        """Take the next tag."""
        closes, name, text, self._line = token
        if self._transaction and name not in AROUND_TRANSACTION:
            self._transaction.take(name, text, closes=closes)
        elif closes:
            self._close(name)
        elif name not in STRUCTURE and (within := self._transaction or self._statement):
            within.put(name, text)
        elif name == TRANSACTION:
            self._end_transaction()
            self.out.lines += 1
            self._transaction = Open(self._line)
        elif name in STATEMENTS:
            self._end_statement()
            self.out.lines += 1
            self._statements += 1
            self._statement = Open(self._line)
        elif name in INSIDE_STATEMENT:
            self._end_transaction()
            if self._statement:
                self._statement.inside = name
        elif within := self._transaction or self._statement:
            within.put(name, text)
        else:
            self._root = self._root or name == "OFX"
            if name == "STATUS":
                self._answers.append({})
            self._answers[-1][name] = text

    def take_run(self, run: Run) -> None:
        """Take transactions that follow one another."""
        self._end_transaction()
        self.out.lines += run.count
        self._line = run.last_line
        rows, refused = rows_of_run(run, self._around())
        self.out.rows += rows
        self.out.refused += refused

    def _close(self, name: str) -> None:
        if name == TRANSACTION or name in LISTS:
            self._end_transaction()
        elif name in STATEMENTS:
            self._end_statement()
        elif name == "OFX":
            self._end_statement()
            self._closed = True
        elif self._statement and name == self._statement.inside:
            self._statement.inside = ""

    def end(self) -> None:
        """Check that the file was whole; an error in place of statements is told by one without entries.

        Raises:
            InputRefused: it was not, or is no OFX.
        """
        code, message, hint = "", "", ""
        if self._transaction or self._statement or (self._root and not self._closed):
            code, message = "truncated", "the file ends inside the document: <OFX> is not closed"
            hint = "the transfer was cut short; fetch the file again"
        elif not self._root:
            code, message = "no-statement", "no OFX document is in this file: it has no <OFX> element"
            hint = "check the format of this source; `recon sources detect` says what a file looks like"
        if code:
            raise InputRefused(self._file.problem(code, message, line=self._line, hint=hint))
        error = next((one for one in self._answers if one.get("SEVERITY", "").upper() == "ERROR"), None)
        if error is not None and not self._statements:
            said = " ".join(error[name] for name in ("CODE", "MESSAGE") if error.get(name))
            note = f"the bank answered with an error and no statement: {said}"
            failed = BankStatement(1, control_ok=False, control_note=note, starts_message=False)
            self.out.statements.append(failed)

    def _around(self) -> Around:
        number = account = said = None
        if self._statement:
            fields = self._statement.fields
            number, account, said = self._statements, fields.get("ACCTID") or None, fields.get("CURDEF")
        return Around(number, account, said or self._options.currency)

    def _end_transaction(self) -> None:
        found, self._transaction = self._transaction, None
        if found is not None:
            self._add(row_of(found.fields, found.line_no, self._around(), original_json(found.fields)))

    def _add(self, row: Row | Refused) -> None:
        if isinstance(row, Refused):
            self.out.refused.append(row)
        else:
            self.out.rows.append(row)

    def _end_statement(self) -> None:
        self._end_transaction()
        found, self._statement = self._statement, None
        if found is None:
            return
        said = found.fields
        currency = (said.get("CURDEF") or self._options.currency or "").upper()
        text = said.get("LEDGERBAL/BALAMT")
        closing = amount_of(text, currency) if text else None
        if text and closing is None:
            reason = "this is no amount"
            self.out.refused.append(Refused(found.line_no, "LEDGERBAL/BALAMT", text, "balance", reason, text))
        else:
            self.out.recognise()
        self.out.statements.append(
            BankStatement(
                statement_no=self._statements,
                account=said.get("ACCTID") or None,
                currency=currency or None,
                period_from=day_of(said.get("DTSTART", "")),
                period_to=day_of(said.get("DTEND", "")),
                closing=closing,
            )
        )
