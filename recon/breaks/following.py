"""Money followed from book to book, by what runs published: nothing is written, and nothing is worked out anew."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from recon.breaks.called import books, called
from recon.breaks.casefile import Break, Casefile
from recon.breaks.onwards import hops, scan_matches
from recon.breaks.whereabouts import Facing, Journey, Refused, Standing, Stop, Whereabouts
from recon.engines.duck import DuckEngine
from recon.matchers.explain.entries import entry_facts, scan_ingests
from recon.matchers.explain.facts import EntryFacts
from recon.matchers.wholes import with_parts
from recon.model.tables import SETTLED
from recon.store.published import Published

MOST_APART: Final = 3
"""Entries of a book that are told one by one; more are told as a sum."""
_IN_MATCHES: Final = """
    SELECT m.ruleset, m.side, m.entry_id, m.match_id, k."pass"
    FROM {when}_members m JOIN {when}_matches k USING (ruleset, match_id)
    WHERE m.entry_id IN (SELECT unnest($1)) AND k.state IN (SELECT unnest($2))
      AND m.match_id NOT IN (SELECT unnest($3))
    ORDER BY ALL
"""
_FACING: Final = """
    SELECT e.source, count(DISTINCT m.entry_id), CAST(sum(m.amount) AS DECIMAL(38,8)), m.currency
    FROM (SELECT DISTINCT match_id, side, entry_id, amount, currency FROM {when}_members
          WHERE ruleset = $1 AND side <> $2 AND match_id IN (SELECT unnest($3))) m
    JOIN held_entries e USING (entry_id) GROUP BY ALL ORDER BY ALL
"""
_LEFT_OUT: Final = """
    SELECT ruleset, side, count(DISTINCT entry_id), reason FROM ever_excluded
    WHERE entry_id IN (SELECT unnest($1)) GROUP BY ALL ORDER BY ALL
"""
_JOURNEYS: Final = """
    SELECT chain, entry_id, arg_max(status, nth), arg_max(reason, nth) FROM ever_journeys
    WHERE entry_id IN (SELECT unnest($1)) GROUP BY ALL ORDER BY ALL
"""
_REFUSED: Final = """
    SELECT DISTINCT f.path, r.line_no, r.reason FROM refused r JOIN held_files f USING (file_id)
    WHERE contains(lower(r.text), $1) ORDER BY ALL LIMIT 20
"""


def whereabouts(
    name: str,
    casefile: Casefile,
    runs: Sequence[Published],
    ingests: Sequence[Published],
    gone: Collection[str],
) -> Whereabouts:
    """All that is known of what a name stands for, in each book that it came to.

    Args:
        name: a reference, the id of an entry or of a break, or a text of a bank statement.
        casefile: the breaks of the latest run.
        runs: the runs up to it, in their order.
        ingests: everything that was taken in.
        gone: the ids of matches that people took back.

    Raises:
        ControlFailed: a file is not what was published.
    """
    with DuckEngine.open(inputs=[one.folder for one in (*runs, *ingests)]) as engine:
        _scan(engine, casefile.run, runs, ingests)
        found = called(engine, name, "held_entries")
        found = found or sorted({one.entry_id for one in casefile.named(name) if one.entry_id is not None})
        stops = tuple(_Follower(engine, casefile, gone).stops(with_parts(runs, found)))
        journeys = tuple(Journey(*row) for row in engine.rows(_JOURNEYS, [found]))
        rows = () if len(found) else engine.rows(_REFUSED, [name.strip().lower()])
        refused = tuple(Refused(f"{path}:{line}", reason) for path, line, reason in rows)
        return Whereabouts(name, casefile.run.identity, stops, journeys, refused)


def _scan(engine: DuckEngine, run: Published, runs: Sequence[Published], ingests: Sequence[Published]) -> None:
    scan_ingests(engine, ingests, runs)
    scan_matches(engine, runs)
    engine.scan("ever_excluded", [one.verified("excluded.parquet") for one in runs])
    for name in ("members", "matches"):
        engine.scan(f"now_{name}", [run.verified(f"{name}.parquet")])
    parts = []
    for number, one in enumerate(runs):
        engine.scan(f"journeys_{number}", [one.verified("journeys.parquet")])
        parts.append(f"SELECT *, {number} AS nth FROM journeys_{number}")
    engine.view("ever_journeys", " UNION ALL ".join(parts))
    engine.scan("refused", [one.verified("refused.parquet") for one in ingests])


class _Follower:
    """Follows entries through the matches of all runs; suggestions and open items are those of the latest."""

    def __init__(self, engine: DuckEngine, casefile: Casefile, gone: Collection[str]) -> None:
        self._engine, self._casefile = engine, casefile
        self._gone = sorted(gone)
        self._order = {source: place for place, source in enumerate(books(casefile.run))}

    def stops(self, ids: Sequence[str]) -> Iterator[Stop]:
        """Stop by stop, outwards from book to book: the entries themselves, then what they were matched with."""
        for hop in hops(self._engine, ids, self._gone):
            for group in self._apart(hop.entries):
                first = next(iter(group.values()))
                amount = sum((one.amount for one in group.values()), Decimal(0))
                yield Stop(first, len(group), amount, tuple(self._standings(group)))

    def _apart(self, ids: Sequence[str]) -> Iterator[dict[str, EntryFacts]]:
        """The entries of each book and currency, the first book first: one by one, or all where they are many."""
        facts = entry_facts(self._engine, ids)
        found: dict[tuple[int, str, str], dict[str, EntryFacts]] = {}
        for one in facts.values():
            key = (self._order.get(one.source, len(self._order)), one.source, one.currency)
            found.setdefault(key, {})[one.entry_id] = one
        for _, group in sorted(found.items()):
            if len(group) > MOST_APART:
                yield group
            else:
                yield from ({name: one} for name, one in group.items())

    def _standings(self, group: Iterable[str]) -> list[Standing]:
        """What rule sets made of entries."""
        ids = sorted(group)
        found: list[Standing] = []
        for when, state, states in (("ever", "matched", SETTLED), ("now", "suggested", ("suggested",))):
            rows = self._engine.rows(_IN_MATCHES.format(when=when), [ids, list(states), self._gone])
            for ruleset, side in dict.fromkeys((row[0], row[1]) for row in rows):
                mine = [row for row in rows if (row[0], row[1]) == (ruleset, side)]
                found.append(self._in_matches(when, state, mine))
        found += self._open(ids)
        known = {(one.ruleset, one.side) for one in found}
        for ruleset, side, entries, reason in self._engine.rows(_LEFT_OUT, [ids]):
            # What is matched or open now was left out by the rules of an earlier run.
            if (ruleset, side) not in known or len(ids) > 1:
                found.append(Standing(ruleset, side, "excluded", entries, reason=reason))
        return found

    def _in_matches(self, when: str, state: str, rows: Sequence[Sequence[str]]) -> Standing:
        ruleset, side = rows[0][0], rows[0][1]
        matches = tuple(dict.fromkeys(row[3] for row in rows))
        other = self._engine.rows(_FACING.format(when=when), [ruleset, side, list(matches)])
        facing = tuple(Facing(*row) for row in other)
        left_over = tuple(
            one
            for one in self._casefile.breaks
            if one.is_living and one.match_id in matches and one.ruleset == ruleset
        )
        return Standing(
            ruleset, side, state, len({row[2] for row in rows}), tuple(dict.fromkeys(row[4] for row in rows)), matches,
            facing, left_over if state == "matched" else (),
        )  # fmt: skip

    def _open(self, ids: Sequence[str]) -> Iterator[Standing]:
        """What is open of the entries, by rule set and side."""
        wanted = set(ids)
        found: dict[tuple[str, str], list[Break]] = {}
        for one in self._casefile.breaks:
            if one.is_living and one.match_id is None and one.entry_id in wanted:
                found.setdefault((one.ruleset, one.side or ""), []).append(one)
        for (ruleset, side), breaks in sorted(found.items()):
            yield Standing(ruleset, side, "open", len(breaks), breaks=tuple(breaks))
