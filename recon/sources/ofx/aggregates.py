"""The aggregates of OFX that hold what is read, and the fields of one that is open."""

from dataclasses import dataclass, field
from typing import Final

TRANSACTION: Final = "STMTTRN"
STATEMENTS: Final = frozenset({"STMTRS", "CCSTMTRS", "INVSTMTRS"})
INSIDE_TRANSACTION: Final = frozenset(
    {"CURRENCY", "ORIGCURRENCY", "PAYEE", "BANKACCTTO", "CCACCTTO", "EXTDPAYEE"}
)
INSIDE_STATEMENT: Final = frozenset({"LEDGERBAL", "AVAILBAL", "BALLIST", "INVBAL", "INVPOSLIST"})
LISTS: Final = frozenset({"BANKTRANLIST", "INVTRANLIST"})
STRUCTURE: Final = STATEMENTS | INSIDE_TRANSACTION | INSIDE_STATEMENT | {TRANSACTION}
AROUND_TRANSACTION: Final = (STRUCTURE | LISTS | {"OFX"}) - INSIDE_TRANSACTION
"""Aggregates that no transaction holds: one of their tags means that a transaction was not closed."""


@dataclass(slots=True)
class Open:
    """A statement or transaction that is open: its fields by path, and the aggregate inside that is open."""

    line_no: int
    fields: dict[str, str] = field(default_factory=dict)
    inside: str = ""

    def put(self, name: str, text: str) -> None:
        """Keep a field; the first of a name wins."""
        self.fields.setdefault(f"{self.inside}/{name}" if self.inside else name, text)

    def take(self, name: str, text: str, *, closes: bool) -> None:
        """Take a tag inside a transaction."""
        if closes:
            self.inside = "" if name == self.inside else self.inside
        elif name in INSIDE_TRANSACTION:
            self.inside = name
        else:
            self.put(name, text)
