"""The chain: a row's hash covers the hash of the row before it, so that a changed row is found and named."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recon.errors import Place, Problem

GENESIS = "0" * 64
"""What the first row names as the hash before it."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One thing that happened. `seq` counts from 1 without gaps, `at` is UTC, `text` is canonical JSON."""

    seq: int
    at: str
    kind: str
    text: str
    previous: str
    hash: str

    @property
    def body(self) -> dict[str, object]:
        """What happened, as values."""
        body: dict[str, object] = json.loads(self.text)
        return body

    def columns(self) -> tuple[int, str, str, str, str, str]:
        """The row as the table's columns hold it."""
        return self.seq, self.at, self.kind, self.text, self.previous, self.hash


def linked(previous: str, seq: int, at: str, kind: str, text: str) -> LedgerRow:
    """The row that follows the one whose hash is `previous`."""
    return LedgerRow(seq, at, kind, text, previous, row_hash(previous, seq, at, kind, text))


def row_hash(previous: str, seq: int, at: str, kind: str, text: str) -> str:
    """The SHA-256 of `previous|seq|at|kind|body`; the body comes last, so that no two rows share their text."""
    parts = f"{previous}|{seq}|{at}|{kind}|{text}"
    return hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest()


def checked(
    columns: Iterable[tuple[object, ...]], shown: str, last: LedgerRow | None = None
) -> Iterator[LedgerRow | Problem]:
    """Each row as read from the table, or the problem with it, in order.

    Args:
        columns: seq, at, kind, body, previous hash and hash of each row, in the order of seq.
        shown: the ledger's name in problems.
        last: the row before the first of them; None when they start the chain.
    """
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    for values in columns:
        seq += 1
        if values[0] != seq:
            yield _problem(
                shown, seq, f"row {seq} is missing or out of order: row {values[0]} stands in its place"
            )
            seq = values[0] if isinstance(values[0], int) else seq
            previous = str(values[4])
        problem, previous = _check(values, previous, seq, shown), str(values[5])
        yield problem or LedgerRow(seq, *(str(value) for value in values[1:]))


def beside(values: tuple[object, ...], shown: str) -> LedgerRow | Problem:
    """A row as read from the table, or the problem with it, by itself and beside the row before it.

    Args:
        values: seq, at, kind, body, previous hash, hash, and the hash that the row before states, if there is one.
        shown: the ledger's name in problems.
    """
    *own, before = values
    seq = own[0] if isinstance(own[0], int) else 0
    if before is None and seq != 1:
        return _problem(
            shown, seq, f"row {seq - 1} is missing or out of order: nothing stands before row {seq}"
        )
    problem = _check(tuple(own), GENESIS if before is None else str(before), seq, shown)
    return problem or LedgerRow(seq, *(str(value) for value in own[1:]))


def _check(values: tuple[object, ...], previous: str, seq: int, shown: str) -> Problem | None:
    _, at, kind, text, stated_previous, stated = values
    if stated_previous != previous:
        return _problem(shown, seq, f"row {seq} does not follow row {seq - 1}: the hash it names is another")
    if row_hash(previous, seq, str(at), str(kind), str(text)) != stated:
        return _problem(shown, seq, f"row {seq} ({kind}) was changed: its hash is not that of its content")
    return None


def _problem(shown: str, seq: int, message: str) -> Problem:
    hint = "restore the ledger from a backup; what follows this row rests on it"
    return Problem("ledger-chain", message, Place(shown, seq), hint)
