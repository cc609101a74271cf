"""What is true of each real statement file, as `statements.csv` says it, and how the facts differ from it.

A blank cell means that the file does not state the thing; then nothing may be found. The currency alone is that of
statements: where it is blank, single transactions may still name theirs. Sums are one amount, or
`EUR:1.00;USD:2.00`; a currency that is not named has the sum zero. Balances are joined by `;` in file order,
currencies by `/` in any order. A note that begins with MUST BE REJECTED says that the file must not be read.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from recon.model.money import plain
from recon.sources.facts import Facts


@dataclass(frozen=True, slots=True)
class Expected:
    """One row of `statements.csv`."""

    file: str
    format: str
    n_statements: str
    n_transactions: str
    sum_credits: str
    sum_debits: str
    currency: str
    opening: str
    closing: str
    note: str

    @property
    def must_be_rejected(self) -> bool:
        return self.note.startswith("MUST BE REJECTED")


def read_expected(table: Path) -> list[Expected]:
    """The rows of `statements.csv`; further columns are ignored."""
    names = Expected.__dataclass_fields__
    with table.open(encoding="utf-8-sig", newline="") as handle:
        return [Expected(**{name: row[name] or "" for name in names}) for row in csv.DictReader(handle)]


def differences(expected: Expected, facts: Facts) -> list[str]:
    """What of the facts is not as expected, in words; empty when all is right."""
    found: list[str] = []
    pairs: list[tuple[str, object, object]] = [
        ("format", expected.format, facts.format),
        ("n_statements", int(expected.n_statements), facts.n_statements),
        ("n_transactions", int(expected.n_transactions), facts.n_transactions),
        (
            "currency",
            sorted(expected.currency.split("/")),
            sorted(facts.currency if expected.currency else ("",)),
        ),
    ]
    found += [f"{name} is {got}, not {want}" for name, want, got in pairs if want != got]
    for name, text, balances in (
        ("opening", expected.opening, facts.opening),
        ("closing", expected.closing, facts.closing),
    ):
        if amounts(text) != list(balances):
            shown = ";".join(plain(amount) for amount in balances)
            found.append(f"{name} is {shown or 'blank'}, not {text or 'blank'}")
    for name, want_sum, got_sum in (
        ("sum_credits", expected.sum_credits, facts.sum_credits),
        ("sum_debits", expected.sum_debits, facts.sum_debits),
    ):
        if not same_sums(want_sum, got_sum):
            shown = ";".join(f"{code}:{plain(amount)}" for code, amount in got_sum.items())
            found.append(f"{name} is {shown or '0'}, not {want_sum}")
    return found


def amounts(text: str) -> list[Decimal]:
    """The amounts of a cell, joined by `;`."""
    return [Decimal(part) for part in text.split(";") if part]


def same_sums(expected: str, got: Mapping[str, Decimal]) -> bool:
    """Whether sums by currency are those of a cell; a bare amount is that of the only currency."""
    nonzero = {code: amount for code, amount in got.items() if amount}
    if ":" not in expected:
        bare = Decimal(expected or 0)
        return list(nonzero.values()) == ([bare] if bare else [])
    pairs = (part.split(":") for part in expected.split(";"))
    return nonzero == {code: Decimal(amount) for code, amount in pairs if Decimal(amount)}
