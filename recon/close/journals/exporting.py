"""Exports of journals: published like a run, so that an entry is in exactly one export whatever is killed."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from recon.close.journals.accounts import AccountsFile
from recon.close.journals.entries import (
    Drafted,
    Entry,
    drafted,
    wanted_of,
    wanted_of_deferrals,
    wanted_of_payouts,
)
from recon.close.journals.facts import Ground, facts
from recon.model.ids import content_id
from recon.model.money import plain
from recon.model.periods import Period
from recon.model.safe_text import no_formula
from recon.model.tables import SUM
from recon.payouts.desk.shelf import Shelf
from recon.payouts.desk.states import state_of
from recon.store.canonical import canonical
from recon.store.parquet import read_table, write_table
from recon.store.publish import publishing
from recon.store.published import Published
from recon.store.store import Store

JOURNAL: Final = "journal"
CSV, TABLE, TOTALS = "journal.csv", "journal.parquet", "control.json"
JOURNAL_LINES: Final = pa.schema(
    [
        pa.field("journal_id", pa.string(), nullable=False),
        pa.field("line", pa.int32(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("what", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),  # debit | credit
        pa.field("amount", SUM, nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("reverses", pa.string()),
        pa.field("run", pa.string(), nullable=False),
        pa.field("origin", pa.string(), nullable=False),
    ]
)
"""One row per side of an entry; amounts are positive, and the sides of an entry add up to the same in its currency."""
_CSV_COLUMNS: Final = (
    "journal_id",
    "line",
    "day",
    "what",
    "account",
    "debit",
    "credit",
    "currency",
    "text",
    "reverses",
    "run",
)


@dataclass(frozen=True, slots=True)
class Export:
    """A published export and its lines."""

    published: Published

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines, as in `JOURNAL_LINES`."""
        return list(read_table(self.published.verified(TABLE)).to_pylist())


def exports(store: Store) -> list[Export]:
    """All exports, oldest first."""
    return [Export(one) for one in store.recorded(JOURNAL)]


def draft(store: Store, accounts: AccountsFile) -> Drafted:
    """What would be exported now.

    Raises:
        ControlFailed: a published file is not what it was.
    """
    ground = Ground.of(store)
    if ground.today is None:
        return Drafted((), ())
    wanted, unbooked = wanted_of(facts(ground, accounts.journals), accounts.journals)
    approved = [one for one in Shelf(store).standing() if state_of(store, one).closed]
    wanted += wanted_of_payouts(approved, accounts)
    wanted += wanted_of_deferrals(approved, accounts, ground.today)
    lines = [line for one in exports(store) for line in one.lines]
    return Drafted(tuple(drafted(wanted, lines, ground.today)), tuple(unbooked))


def export(store: Store, accounts: AccountsFile, period: Period | None = None) -> Export | None:
    """Publish the entries that no export has yet, of a period or all; None when there are none.

    Raises:
        ControlFailed: a published file is not what it was, or the disk fails.
        Busy: another process is writing.
    """
    with store.writing("journals"):
        chosen = [one for one in draft(store, accounts).entries if period is None or one.day in period]
        if not chosen:
            return None
        rows = [row for entry in chosen for row in lines_of(entry)]
        inputs = {"entries": sorted(entry.journal_id for entry in chosen)}
        identity = f"{max(entry.day for entry in chosen)}-{content_id([canonical(inputs)], 10)}"
        with publishing(store, JOURNAL, identity, store.journals_folder, inputs) as publication:
            if publication.already is None:
                write_table(pa.Table.from_pylist(rows, schema=JOURNAL_LINES), publication.folder / TABLE)
                (publication.folder / CSV).write_bytes(journal_csv(rows))
                text = json.dumps(control_totals(rows), indent=2, sort_keys=True) + "\n"
                (publication.folder / TOTALS).write_text(text, "utf-8")
        return Export(publication.published)


def lines_of(entry: Entry) -> list[dict[str, Any]]:
    """The lines of an entry."""
    return [
        {
            "journal_id": entry.journal_id, "line": number, "day": entry.day, "what": entry.what,
            "account": one.account, "side": one.side, "amount": one.amount, "currency": entry.currency,
            "text": entry.words, "reverses": " ".join(entry.reverses) or None, "run": entry.run,
            "origin": entry.origin,
        }
        for number, one in enumerate(entry.postings, 1)
    ]  # fmt: skip


def journal_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The file for the ledger of accounts. Text that a spreadsheet would take for a formula is written as text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_CSV_COLUMNS)
    for row in rows:
        amount = plain(row["amount"], row["currency"])
        debit, credit = (amount, "") if row["side"] == "debit" else ("", amount)
        cells = {**row, "debit": debit, "credit": credit}
        writer.writerow([_cell(cells[name]) for name in _CSV_COLUMNS])
    return text.getvalue().encode("utf-8")


def control_totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Entries and lines, and by currency the sum of either side, which are the same."""
    sums: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        sides = sums.setdefault(row["currency"], {"debit": Decimal(0), "credit": Decimal(0)})
        sides[row["side"]] += row["amount"]
    return {
        "entries": len({row["journal_id"] for row in rows}),
        "lines": len(rows),
        "totals": {
            currency: {side: plain(amount, currency) for side, amount in sides.items()}
            for currency, sides in sorted(sums.items())
        },
    }


def _cell(value: object) -> str:
    text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return no_formula(text)
