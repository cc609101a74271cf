"""Decisions of people about breaks, honoured by a run: what is left out, what comes back, and the record of both.

An entry that was written off, adjusted or excluded leaves matching. When that is undone after a run has honoured it, or
a match is taken back that a run has made, the entries come back into scope and count as new. The variance of a match
is settled or stands again likewise. Everything that is honoured is in the run's own file `decided`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa

from recon.breaks.casework.choosing import from_text
from recon.breaks.casework.decided import Decided
from recon.breaks.casework.vocabulary import CLASSES, CLEARING
from recon.breaks.lifecycle import REVIVED, SETTLED
from recon.engines.duck import DuckEngine, sql_type
from recon.matchers.pool import LEFT_OUT
from recon.matchers.standing import decided_in, decisions_of
from recon.model.decided import DECIDED
from recon.model.tables import BREAKS
from recon.rules.ruleset import Side
from recon.runs.put_back import PutBack
from recon.runs.scope import Returned
from recon.store.published import Published

DECIDED_FILE: Final = "decided"
_CANDIDATES: Final = "decided_candidates"


@dataclass(frozen=True)
class Honoured:
    """What decisions mean for one run: entries left out, entries and variances that come back, variances settled."""

    left_out: tuple[Decided, ...] = ()
    settled: tuple[Decided, ...] = ()
    revived: tuple[Decided, ...] = ()
    returned: tuple[tuple[int, Returned, str], ...] = ()
    """Number of the row, entry, and why it comes back."""

    def with_returned(self, also: Iterable[PutBack]) -> "Honoured":
        """The same, with entries that come back because a file holds them again."""
        known = set(self.entries_back)
        more = [(one.number, one.entry, one.why) for one in also if one.entry not in known]
        return replace(self, returned=(*self.returned, *more))

    @classmethod
    def of(cls, made: Sequence[Decided], known_up_to: int, line: Sequence[Published]) -> "Honoured":
        """What a run has to honour.

        Args:
            made: the decisions as they stand at the last row that the run knows.
            known_up_to: the last row that the run before knew.
            line: the runs that this one continues; what none of them honoured need not be brought back.
        """
        clearing = [one for one in made if one.act in CLEARING]
        standing = [one for one in clearing if one.stands]
        undone = [one for one in clearing if one.undone and one.undone.number > known_up_to]
        honoured = _honoured_before(undone, line) if undone else set()
        back = [one for one in undone if one.number in honoured]
        return cls(
            left_out=tuple(one for one in standing if not _of_variance(one)),
            settled=tuple(one for one in standing if _of_variance(one)),
            revived=tuple(one for one in back if _of_variance(one)),
            returned=(
                *((_undone_by(one), _entry(one), f"undone: {one.undone.reason}") for one in back
                  if one.undone and not _of_variance(one)),
                *_unmatched(made, known_up_to, line),
            ),
        )  # fmt: skip

    @property
    def entries_back(self) -> list[Returned]:
        """The entries that come back into scope."""
        return [entry for _, entry, _ in self.returned]

    def register(self, engine: DuckEngine, as_of: date, ended: Sequence[tuple[str, str]] = ()) -> None:
        """Make the tables that matching and breaks read: `left_out`, and those of settled and revived variances.

        `ended` are breaks that end because an item was split or joined again, each with the words of it.
        """
        if self.left_out:
            rows = [dict(zip(LEFT_OUT, (*_entry(one), words(one)), strict=True)) for one in self.left_out]
            engine.register("left_out", pa.Table.from_pylist(rows, schema=_texts(LEFT_OUT)))
        if self.settled or ended:
            told = [*((one.subjects[0], words(one)) for one in self.settled), *ended]
            rows = [{"break_id": name, "words": said} for name, said in told]
            engine.register(SETTLED, pa.Table.from_pylist(rows, schema=_texts(("break_id", "words"))))
        if self.revived:
            engine.register(
                REVIVED, pa.Table.from_pylist([_revived(one, as_of) for one in self.revived], BREAKS)
            )
        if rows := list(self._candidates()):
            engine.register(_CANDIDATES, pa.Table.from_pylist(rows, schema=DECIDED))
            engine.materialise("decided", _PLACED.format(candidates=_CANDIDATES))

    def _candidates(self) -> Iterator[dict[str, Any]]:
        for one in (*self.left_out, *self.settled):
            yield _row(one.number, CLASSES[one.act], one, words(one))
        for one in self.revived:
            yield _row(_undone_by(one), "revived", one, f"undone: {one.undone.reason if one.undone else ''}")
        for number, (ruleset, side, entry_id), why in self.returned:
            yield {
                "number": number, "class": "returned", "ruleset": ruleset, "side": side, "entry_id": entry_id,
                "match_id": None, "currency": "", "amount": Decimal(0), "reason": why,
            }  # fmt: skip


def write_decided(engine: DuckEngine, path: Path) -> dict[str, Any]:
    """Write what the run honoured, if anything; gives what the manifest says of it."""
    if not engine.has("decided") or not engine.count("decided"):
        return {}
    engine.write(f"SELECT {_COLUMNS} FROM decided ORDER BY number, ruleset, side, entry_id", path, DECIDED)
    sums = engine.rows(
        'SELECT "class", ruleset, currency, count(*), CAST(sum(amount) AS DECIMAL(38,8)) FROM decided '
        "GROUP BY ALL ORDER BY ALL"
    )
    names = ("class", "ruleset", "currency", "count", "amount")
    return {"decided": [dict(zip(names, (*row[:3], int(row[3]), f"{row[4]:f}"), strict=True)) for row in sums]}


def words(one: Decided) -> str:
    """A clearing in words: what, by whom, approved by whom, why."""
    approved = f", approved by {', '.join(one.approved_by)}" if one.approved_by else ""
    account = f" to {one.content['account']}" if one.content.get("account") else ""
    return f"{CLASSES[one.act].replace('_', ' ')}{account} by {one.by}{approved}: {one.reason}"


_COLUMNS: Final = ", ".join(f'"{name}"' for name in DECIDED.names)
_PLACED: Final = f"""
    SELECT c.* REPLACE (
        coalesce(CAST(s.compared AS {sql_type(DECIDED.field("amount").type)}), c.amount) AS amount,
        coalesce(s.currency, c.currency) AS currency)
    FROM {{candidates}} c
    LEFT JOIN scope s ON c.match_id IS NULL AND s.ruleset = c.ruleset AND s.side = c.side AND s.entry_id = c.entry_id
    LEFT JOIN previous_breaks b ON c.match_id IS NOT NULL AND b.ruleset = c.ruleset AND b.side = c.side
        AND b.entry_id = c.entry_id AND b.match_id = c.match_id
    WHERE CASE WHEN c."class" = 'revived' THEN true
               WHEN c.match_id IS NULL THEN s.entry_id IS NOT NULL
               ELSE b.state <> 'resolved' END
"""
"""Of what could be honoured, that which is: entries in scope, variances that stood before."""


def _row(number: int, name: str, one: Decided, why: str) -> dict[str, Any]:
    kept = from_text(one.content["break"])
    held = {name: kept[name] for name in ("ruleset", "side", "entry_id", "match_id", "currency", "amount")}
    return {"number": number, "class": name, "reason": why, **held}


def _revived(one: Decided, as_of: date) -> dict[str, Any]:
    """The break of a variance that stands again, as it was when it was cleared."""
    kept = from_text(one.content["break"])
    days = (as_of - (kept["business_date"] or kept["first_seen"])).days
    return {**kept, "age_days": max(days, 0), "age_business_days": min(kept["age_business_days"], max(days, 0))}


def _honoured_before(undone: Sequence[Decided], line: Sequence[Published]) -> set[int]:
    """The numbers of the decisions that runs of a line honoured."""
    paths = [decisions_of(one) for one in decided_in(line)]
    if not paths:
        return set()
    numbers = [one.number for one in undone]
    with DuckEngine.open(inputs=paths) as engine:
        engine.scan(DECIDED_FILE, paths)
        rows = engine.rows("SELECT DISTINCT number FROM decided WHERE number IN (SELECT unnest(?))", [numbers])
    return {int(row[0]) for row in rows}


def _unmatched(
    made: Sequence[Decided], known_up_to: int, line: Sequence[Published]
) -> Iterator[tuple[int, Returned, str]]:
    """The entries of matches that were taken back since the run before, where a run of the line had made them."""
    taken_back = [
        (one.number, one, f"match {one.content['match_id']} taken back by {one.by}: {one.reason}")
        for one in made
        if one.act == "unmatch" and one.stands and one.number > known_up_to
    ] + [
        (_undone_by(one), one, f"match {one.content['match_id']} undone: {one.undone.reason}")
        for one in made
        if one.act == "manual_match" and one.undone and one.undone.number > known_up_to
    ]
    if not taken_back:
        return
    standing = _matches_of(line, [str(one.content["match_id"]) for _, one, _ in taken_back])
    for number, one, why in taken_back:
        if (str(one.content["ruleset"]), str(one.content["match_id"])) in standing:
            for side in ("left", "right"):
                for entry_id in one.content[side]:
                    yield number, (str(one.content["ruleset"]), side, str(entry_id)), why


def _matches_of(line: Sequence[Published], ids: Sequence[str]) -> set[tuple[str, str]]:
    paths = [one.verified("matches.parquet") for one in line]
    if not paths:
        return set()
    with DuckEngine.open(inputs=paths) as engine:
        engine.scan("matches", paths)
        rows = engine.rows(
            "SELECT ruleset, match_id FROM matches WHERE state IN ('confirmed', 'manual') "
            "AND match_id IN (SELECT unnest(?))",
            [list(ids)],
        )
    return {(str(ruleset), str(match_id)) for ruleset, match_id in rows}


def _of_variance(one: Decided) -> bool:
    return one.content["break"]["match_id"] is not None


def _undone_by(one: Decided) -> int:
    return one.undone.number if one.undone else one.number


def _entry(one: Decided) -> Returned:
    kept: Mapping[str, Any] = one.content["break"]
    return str(kept["ruleset"]), cast("Side", kept["side"]), str(kept["entry_id"])


def _texts(names: Iterable[str]) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in names])
