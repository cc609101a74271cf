"""CAMT documents, read entry by entry into batches; a statement follows its entries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recon.errors import InputRefused
from recon.sources.bank import BankOptions
from recon.sources.camt.elements import Group
from recon.sources.camt.entry import Entry, row_of
from recon.sources.camt.statement import Balance, Tally, account_of, balance_of, currency_of, statement_of
from recon.sources.camt.xml import groups
from recon.sources.file import SourceFile
from recon.sources.reader import Batch, Collector, Fit, Refused, raw_json

_ROOTS: Final = (b"BkToCstmrStmt", b"BkToCstmrAcctRpt", b"BkToCstmrDbtCdtNtfctn", b":camt.05")


class CamtReader:
    """The reader of CAMT.052, 053 and 054.

    One row per entry (`Ntry`); its transaction details are kept whole in `raw`, and what they agree on fills the
    row's columns. The sign is CdtDbtInd alone; RvslInd only marks. Namespaces and versions do not matter. Lines
    are records: statements, balances and entries.
    """

    name = "camt"
    extensions = (".xml", ".camt", ".053", ".c53")
    options = BankOptions

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002 - content decides, never the name
        """Whether the document has one of the three messages' elements."""
        text = head.replace(b"\0", b"")
        if b"<" in text and any(root in text for root in _ROOTS):
            return Fit(97, "an XML document of CAMT.052, 053 or 054")
        return None

    def read(self, file: SourceFile, options: BankOptions) -> Iterator[Batch]:
        """The file in batches.

        Raises:
            InputRefused: no XML, a DOCTYPE, beyond the bounds, cut short, or without any statement.
        """
        taking = _Taking(Collector(), options)
        found = 0
        for parser in groups(file):
            taking.out.encoding = parser.encoding
            taking.out.line(parser.records)
            parser.records, found = 0, parser.containers
            for group, entry in parser.finished:
                taking.take(group, entry)
            parser.finished.clear()
            if taking.out.full:
                yield taking.out.batch()
        if not found:
            raise InputRefused(
                file.problem(
                    "no-statement",
                    "the document holds no statement: no Stmt, Rpt or Ntfctn element",
                    line=1,
                    hint="ask the bank for the statement; an empty one would still have its balances",
                )
            )
        yield taking.out.batch()


class _Taking:
    """Makes rows and statements of finished groups."""

    def __init__(self, out: Collector, options: BankOptions) -> None:
        self.out = out
        self._options = options
        self._balances: list[Balance] = []
        self._tally = Tally()
        self._header: Group | None = None
        self._account: str | None = None
        self._statement_id: str | None = None
        self._currency: str | None = None

    def take(self, group: Group, entry: Entry | None) -> None:
        """Take a finished balance, entry or statement."""
        if entry is not None:
            self._entry(group, entry)
        elif group.tag == "Bal":
            self._balance(group)
        else:
            self.out.recognise()
            self.out.statements.append(statement_of(group, self._balances, self._tally))
            self._balances, self._tally = [], Tally()

    def _entry(self, group: Group, entry: Entry) -> None:
        if group.parent is not None and group.parent is not self._header:
            self._header = group.parent
            header = group.parent.texts()
            self._account, self._statement_id = account_of(header), header.get("Id")
            self._currency = currency_of(header) or self._options.currency
        row = row_of(entry, group.number, self._statement_id, self._account, self._currency)
        if isinstance(row, Refused):
            self.out.refused.append(row)
            return
        self._tally.add(row)
        self.out.rows.append(row)

    def _balance(self, group: Group) -> None:
        said = balance_of(group)
        if said:
            self._balances.append(said)
            self.out.recognise()
            return
        text = raw_json(dict(group.leaves))
        value = group.texts().get("Amt")
        self.out.refused.append(
            Refused(group.line_no, "Bal", value, "balance", "this balance has no amount or no sign", text)
        )
