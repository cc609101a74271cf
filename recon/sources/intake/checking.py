"""Files looked at and not stored: the proof of each file, its refused rows, its first entries."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from recon.errors import Problem, ReconError
from recon.model.money import plain
from recon.model.tables import CONTENT
from recon.project.workspace import Project
from recon.sources.file import SourceFile
from recon.sources.intake.cards import without_cards
from recon.sources.intake.discovery import Found
from recon.sources.intake.staging import StagedFile, dated, stage
from recon.sources.reading import read

COLUMNS: Final = (
    "source", "path", "reader", "encoding", "lines", "entries", "refused", "recognised", "proof", "currency",
    "credits", "debits", "net", "statements",
)  # fmt: skip
REFUSED_COLUMNS: Final = ("source", "path", "line", "field", "value", "code", "reason", "text")


def checked(project: Project, found: Sequence[Found]) -> tuple[list[StagedFile], list[Problem]]:
    """Every file read as an ingest would, with the problems for which an ingest would refuse it."""
    staged: list[StagedFile] = []
    problems: list[Problem] = []
    for one in found:
        limit = one.loaded.profile.max_refused
        most = project.settings.run.max_refused if limit is None else limit
        try:
            file, wrong = stage(one, None, most)
        except ReconError as error:
            problems += error.problems
            continue
        staged.append(file)
        problems += wrong
    return staged, list(dict.fromkeys(problems))


def proof_row(one: StagedFile) -> Iterator[tuple[object, ...]]:
    """The proof of a file: one row per currency, the counts on the first only."""
    counts: tuple[object, ...] = (
        one.lines,
        one.entries,
        len(one.refused),
        one.recognised,
        "ok" if one.proof_ok else "failed",
    )
    sums: list[tuple[str | None, tuple[Decimal, Decimal]]] = [*sorted(one.sums.items())]
    sums = sums or [(None, (Decimal(0), Decimal(0)))]
    for position, (currency, (inward, outward)) in enumerate(sums):
        yield (
            one.source,
            one.found.shown,
            one.reader,
            one.encoding,
            *(counts if position == 0 else (None,) * len(counts)),
            currency,
            *(_shortest(amount, currency) for amount in (inward, outward, inward - outward)),
            len(one.statements) if position == 0 else None,
        )


def _shortest(amount: Decimal, currency: str | None) -> Decimal:
    """The same amount with no more digits after the point than it has or its currency needs."""
    return Decimal(plain(amount, currency))


def refused_rows(staged: Sequence[StagedFile]) -> Iterator[tuple[object, ...]]:
    """The refused rows of all files."""
    for file in staged:
        for one in sorted(file.refused, key=lambda row: row.line_no):
            yield (
                file.source, file.found.shown, one.line_no, one.field, one.value, one.code, one.reason, one.text
            )  # fmt: skip


def previewed(found: Sequence[Found], rows: int, *, mask: bool) -> Iterator[tuple[object, ...]]:
    """The first entries of each file: filled fields and, beside them, the original fields.

    Raises:
        InputRefused: a file cannot be read.
    """
    for one in found:
        left = rows
        with SourceFile(one.path, one.shown, inside=one.inside) as file:
            for batch in read(file, one.loaded):
                entries = dated(batch.entries, one.loaded).slice(0, left)
                left -= entries.num_rows
                yield from _side_by_side(entries, one.shown, mask=mask)
                if left <= 0:
                    break


def _side_by_side(entries: pa.Table, shown: str, *, mask: bool) -> Iterator[tuple[object, ...]]:
    for entry in entries.to_pylist():
        ours = [
            (name, _text(name, entry[name], _currency(name, entry), mask=mask))
            for name in CONTENT.names
            if entry[name] is not None
        ]
        theirs = _pairs(entry["raw"])
        for position in range(max(len(ours), len(theirs))):
            field, value = ours[position] if position < len(ours) else (None, None)
            raw_field, raw_value = theirs[position] if position < len(theirs) else (None, None)
            yield shown, entry["line_no"], field, value, raw_field, raw_value


def _pairs(raw: str) -> list[tuple[str, str | None]]:
    original = json.loads(raw)
    items = original.items() if isinstance(original, dict) else enumerate(original, 1)
    return [(str(name), None if value is None else without_cards(str(value))) for name, value in items]


def _currency(name: str, entry: Mapping[str, Any]) -> str | None:
    """The currency that a field is an amount of, if it is one."""
    if name == "fx_rate":
        return None
    return str(entry["original_currency" if name == "original_amount" else "currency"] or "")


def _text(name: str, value: object, currency: str | None, *, mask: bool) -> str:
    if isinstance(value, Decimal):
        return plain(value, currency)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return str(value)
    if isinstance(value, list):
        return "; ".join(f"{key}={item}" for key, item in value) if name == "attributes" else str(value)
    text = without_cards(str(value))
    if mask and name in {"account", "counterparty_account"} and len(text) > 4:
        return f"…{text[-4:]}"
    return text
