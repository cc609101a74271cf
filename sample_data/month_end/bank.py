"""The banks that pay: they read the files of payments as banks do, pay, send one back, and print statements.

Nothing of the program is used here: what a bank does must not depend on what recon believes.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

OPENING = Decimal(1_000_000)
ACCOUNTS = {
    "CNY": "6222000011112222",
    "EUR": "NL91ABNA0417164300/EUR",
    "GBP": "NL91ABNA0417164300/GBP",
    "NGN": "1029384770",
    "USD": "NL91ABNA0417164300/USD",
}


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that left (below zero) or came back, with the reference of the order."""

    currency: str
    amount: Decimal
    reference: str
    words: str


@dataclass
class Bank:
    """Accounts with their balances, and the statements printed so far."""

    balances: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, OPENING))
    printed: int = 0

    def pay(self, files: Iterable[Path]) -> list[Movement]:
        """Pay every order of some files."""
        return [one for path in sorted(files) for one in orders(path)]

    def statement(self, day: date, movements: Iterable[Movement], folder: Path) -> Path:
        """Print one day of every account that moved."""
        self.printed += 1
        moved: dict[str, list[Movement]] = {}
        for one in movements:
            moved.setdefault(one.currency, []).append(one)
        text = "".join(self._account(currency, day, moved[currency]) for currency in sorted(moved))
        path = folder / f"paid_{day}.sta"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def _account(self, currency: str, day: date, movements: list[Movement]) -> str:
        opening = self.balances[currency]
        closing = self.balances[currency] = opening + sum(one.amount for one in movements)
        lines = [
            line
            for one in movements
            for line in (
                f":61:{day:%y%m%d}{day:%m%d}{'D' if one.amount < 0 else 'C'}{_comma(abs(one.amount))}NTRFNONREF",
                f":86:/EREF/{one.reference}/REMI/{one.words}",
            )
        ]
        head = [
            "{1:F01TIDENL2AXXXX0000000000}{2:I940TIDENL2AXXXXN}{4:", f":20:PAID{day:%y%m%d}{currency}",
            f":25:{ACCOUNTS[currency]}", f":28C:{self.printed}/1", f":60F:C{day:%y%m%d}{currency}{_comma(opening)}",
        ]  # fmt: skip
        return "\n".join([*head, *lines, f":62F:C{day:%y%m%d}{currency}{_comma(closing)}", "-}"]) + "\n"


def orders(path: Path) -> list[Movement]:
    """What a file orders: credit transfers of ISO 20022, or rows of the template."""
    if path.suffix == ".xml":
        return list(_transfers(ElementTree.parse(path).getroot()))  # noqa: S314  (written a moment ago)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("gb18030"), newline="")))
    (_, count, _, total, _, currency), payments = rows[1], rows[3:]
    found = [Movement(currency, -Decimal(amount), name, words) for _, name, _, _, amount, words in payments]
    if -sum(one.amount for one in found) != Decimal(total) or len(found) != int(count):
        raise ValueError(f"{path}: the totals above the payments are not theirs")
    return found


def _transfers(root: ElementTree.Element) -> Iterable[Movement]:
    for one in root.iterfind(".//{*}CdtTrfTxInf"):
        amount = one.find("{*}Amt/{*}InstdAmt")
        if amount is None:
            raise ValueError("an order without an amount")
        reference, words = (
            one.findtext(f"{{*}}{name}") or "" for name in ("PmtId/{*}EndToEndId", "RmtInf/{*}Ustrd")
        )
        yield Movement(amount.attrib["Ccy"], -Decimal(amount.text or ""), reference, words)


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def totals(movements: Iterable[Movement]) -> Mapping[str, Decimal]:
    """What moved by currency."""
    sums: dict[str, Decimal] = {}
    for one in movements:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    return sums
