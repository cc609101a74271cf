"""What a statement file says, in a few figures: for a first look, and to compare readers with each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow.compute as pc

from recon.errors import InputRefused, Place, Problem
from recon.model.money import plain
from recon.sources.bank import NO_CURRENCY, BankStatement
from recon.sources.choosing import chosen_profile
from recon.sources.containers import address_of
from recon.sources.file import SourceFile, inside_of
from recon.sources.reader import Batch, Refused, Statement
from recon.sources.reading import read, reader_name
from recon.sources.registry import FORMATS, format_fit, reader

BANK_FORMATS: Final = tuple(FORMATS)
MOST_PROBLEMS: Final = 20
"""Refused rows that are named one by one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts and sums of a statement file.

    Every transaction of the file counts, pending ones too. `sum_credits` is the sum of the positive signed
    amounts by currency, `sum_debits` the absolute sum of the negative ones; a currency that the file does not
    say is the empty text. `currency` lists those of transactions and balances, of OFX those of the statements
    alone: a transaction there may be told in the currency that was paid in. `opening` and `closing` hold
    the balances of the statements that state one, in file order, intermediate balances (60M, 62M) included.
    `control_ok` says whether the totals that the file states about itself tie; None where it states none. `profile`
    is the shipped profile by which a table was read, or `draft` for one made of its content; `doubts` are the guesses
    in that draft.
    """

    format: str
    n_statements: int
    n_transactions: int
    sum_credits: Mapping[str, Decimal]
    sum_debits: Mapping[str, Decimal]
    currency: tuple[str, ...]
    opening: tuple[Decimal, ...]
    closing: tuple[Decimal, ...]
    control_ok: bool | None = None
    profile: str | None = None
    doubts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The facts as plain values; amounts are texts."""
        only = self.currency[0] if len(self.currency) == 1 else None

        def balances(amounts: tuple[Decimal, ...]) -> list[str]:
            return [plain(amount, only) if only else f"{amount:f}" for amount in amounts]

        return {
            "format": self.format,
            "n_statements": self.n_statements,
            "n_transactions": self.n_transactions,
            "sum_credits": {code: plain(amount, code) for code, amount in self.sum_credits.items()},
            "sum_debits": {code: plain(amount, code) for code, amount in self.sum_debits.items()},
            "currency": list(self.currency),
            "opening": balances(self.opening),
            "closing": balances(self.closing),
            "control_ok": self.control_ok,
            "profile": self.profile,
            "doubts": list(self.doubts),
        }


def facts(path: Path) -> Facts:
    """Read a statement file and count what is in it.

    A file of a bank's format is read as that; a table by the shipped profile that fits it, or else by the profile
    that `recon sources detect --draft` would write for it. Of an archive all files are counted together, in the order
    of their names; formats and profiles that differ are joined by `;`.

    Raises:
        InputRefused: nothing fits the file, it cannot be read, or rows of it were refused.
    """
    archive, inside = address_of(path)
    addresses = [inside] if inside else inside_of(archive)
    if len(addresses) == 1:
        return _of_one(path)
    return _together([_of_one(archive, one) for one in addresses])


def _together(found: Sequence[Facts]) -> Facts:
    verdicts = [one.control_ok for one in found if one.control_ok is not None]
    profiles = dict.fromkeys(one.profile for one in found if one.profile is not None)
    return Facts(
        format=";".join(dict.fromkeys(one.format for one in found)),
        n_statements=sum(one.n_statements for one in found),
        n_transactions=sum(one.n_transactions for one in found),
        sum_credits=_added(one.sum_credits for one in found),
        sum_debits=_added(one.sum_debits for one in found),
        currency=tuple(sorted({code for one in found for code in one.currency})),
        opening=tuple(amount for one in found for amount in one.opening),
        closing=tuple(amount for one in found for amount in one.closing),
        control_ok=all(verdicts) if verdicts else None,
        profile=";".join(profiles) or None,
        doubts=tuple(dict.fromkeys(doubt for one in found for doubt in one.doubts)),
    )


def _added(sums: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    added: dict[str, Decimal] = {}
    for one in sums:
        for code, amount in one.items():
            added[code] = added.get(code, Decimal(0)) + amount
    return dict(sorted(added.items()))


def _of_one(path: Path, inside: str = "") -> Facts:
    with SourceFile(path, inside=inside) as file:
        name = bank_format(file)
        counted = _Count(file)
        if name is not None:
            found = reader(name)
            for batch in found.read(file, found.options.model_validate({"currency": NO_CURRENCY})):
                counted.add(batch)
            return counted.facts(name)
        chosen = chosen_profile(file)
        for batch in read(file, chosen.loaded):
            counted.add(batch)
        return replace(
            counted.facts(reader_name(chosen.loaded, file)),
            profile=chosen.name,
            doubts=tuple(chosen.doubts),
        )


def bank_format(file: SourceFile) -> str | None:
    """The bank's format that fits the content best."""
    head = file.head()
    found = [(fit.score, name) for name in BANK_FORMATS if (fit := format_fit(name, head, file.path))]
    return max(found)[1] if found else None


class _Count:
    """Adds up the batches of one file."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._transactions = 0
        self._credits: dict[str, Decimal] = {}
        self._debits: dict[str, Decimal] = {}
        self._statements: list[Statement] = []

    def add(self, batch: Batch) -> None:
        """Count one batch.

        Raises:
            InputRefused: rows of it were refused.
        """
        if batch.refused:
            raise InputRefused(*(_problem(self._file, row) for row in batch.refused[:MOST_PROBLEMS]))
        self._statements.extend(batch.statements)
        self._transactions += batch.entries.num_rows
        for code in batch.entries["currency"].unique().to_pylist():
            amounts = batch.entries.filter(pc.equal(batch.entries["currency"], code))["amount"]
            for sums, side in ((self._credits, pc.greater_equal), (self._debits, pc.less)):
                total = pc.sum(amounts.filter(side(amounts, Decimal(0)))).as_py() or Decimal(0)
                name = "" if code == NO_CURRENCY else code
                sums[name] = sums.get(name, Decimal(0)) + abs(total)

    def facts(self, name: str) -> Facts:
        """The facts of all batches.

        A table is one statement, however many accounts and currencies are in it. Balances that only follow from a
        column of running balances are not stated.
        """
        said = self._statements
        bank = [one for one in said if isinstance(one, BankStatement)]
        codes = set[str]() if name == "ofx" else {*self._credits}
        codes.update(code for one in bank for code in (one.currency, one.closing_currency) if code)
        kinds = {one.kind for one in bank}
        verdicts = [one.control_ok for one in said if one.control_ok is not None]
        balanced = [one for one in said if not one.balances_computed]
        return Facts(
            format=kinds.pop() or name if len(kinds) == 1 else name,
            n_statements=sum(one.starts_message for one in bank) if name in BANK_FORMATS else 1,
            n_transactions=self._transactions,
            sum_credits=dict(sorted(self._credits.items())),
            sum_debits=dict(sorted(self._debits.items())),
            currency=tuple(sorted(codes - {"", NO_CURRENCY})),
            opening=tuple(one.opening for one in balanced if one.opening is not None),
            closing=tuple(one.closing for one in balanced if one.closing is not None),
            control_ok=all(verdicts) if verdicts else None,
        )


def _problem(file: SourceFile, row: Refused) -> Problem:
    said = f'{row.reason}: "{row.value}"' if row.value is not None else row.reason
    return Problem(
        row.code, said, Place(file.shown, row.line_no, field=row.field), excerpt=f"  {row.text[:200]}"
    )
