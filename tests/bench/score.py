"""Compares the matches of a run with the truth: precision per pass, recall per kind of thing.

A pair of entries is right when both are about the same thing; twins and duplicates of one thing are therefore
right in any pairing. A thing of n left and m right entries can pair min(n, m) of each side, a split or a payout
all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

CONFIRMED: Final = "('confirmed', 'manual')"


@dataclass(frozen=True, slots=True)
class PassScore:
    """What one pass matched: pairs of entries, and how many of them are about the same thing."""

    ruleset: str
    name: str
    state: str
    matches: int
    pairs: int
    right: int

    @property
    def precision(self) -> float:
        """The share of right pairs."""
        return self.right / self.pairs if self.pairs else 1.0


@dataclass(frozen=True, slots=True)
class KindScore:
    """Of the entries of one kind that have a counterpart, how many were matched with it."""

    ruleset: str
    kind: str
    entries: int
    confirmed: int
    suggested: int

    @property
    def recall(self) -> float:
        """The share found by confirmed matches."""
        return self.confirmed / self.entries if self.entries else 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """Passes in the order of rule set and name, suggestions apart; kinds in the order of rule set and name.

    `asked` entries are not confirmed, and have a counterpart that is not; of `answered` the truth is among what is
    suggested, of which a run lists the best three.
    """

    passes: tuple[PassScore, ...]
    kinds: tuple[KindScore, ...]
    asked: int
    answered: int

    def precision(self) -> float:
        """The share of right pairs among all confirmed ones."""
        confirmed = [item for item in self.passes if item.state == "confirmed"]
        pairs = sum(item.pairs for item in confirmed)
        return sum(item.right for item in confirmed) / pairs if pairs else 1.0

    def recall(self) -> float:
        """The share of all entries with a counterpart that confirmed matches found."""
        entries = sum(item.entries for item in self.kinds)
        return sum(item.confirmed for item in self.kinds) / entries if entries else 1.0


def score(matches: Sequence[Path], members: Sequence[Path], truth: Path) -> Score:
    """The score of runs of different rule sets from their `matches` and `members` and the truth beside the entries."""
    connection = duckdb.connect(":memory:", config={"memory_limit": "3GB", "threads": "2"})
    try:
        _load(connection, matches, members, truth)
        return Score(
            tuple(PassScore(*row) for row in _passes(connection)),
            tuple(KindScore(*row) for row in _kinds(connection)),
            *_suggested(connection),
        )
    finally:
        connection.close()


def _load(
    connection: duckdb.DuckDBPyConnection, matches: Sequence[Path], members: Sequence[Path], truth: Path
) -> None:
    connection.execute(
        f"""
        CREATE TABLE truth AS SELECT * FROM read_parquet('{truth}');
        CREATE TABLE matches AS
        SELECT ruleset, match_id, "pass" AS name, state, rank,
            CASE WHEN state IN {CONFIRMED} THEN 'confirmed' ELSE 'suggested' END AS standing
        FROM read_parquet({[str(path) for path in matches]}) WHERE state <> 'revoked';
        CREATE TABLE placed AS
        SELECT m.ruleset, m.match_id, m.standing, b.side, b.entry_id, t.thing, t.kind
        FROM matches m
        JOIN read_parquet({[str(path) for path in members]}) b ON b.ruleset = m.ruleset AND b.match_id = m.match_id
        LEFT JOIN truth t ON t.ruleset = b.ruleset AND t.side = b.side AND t.entry_id = b.entry_id;
        -- right pairs of a match are counted by thing, so that no pair is ever written down
        CREATE TABLE counted AS
        SELECT ruleset, match_id, thing, count(*) FILTER (side = 'left') AS lefts,
            count(*) FILTER (side = 'right') AS rights
        FROM placed GROUP BY ALL;
        """
    )


def _suggested(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Entries that were to be found and are open, and those of them whose truth is among what is suggested."""
    row = connection.execute(
        """
        WITH free AS (
            SELECT t.ruleset, t.side, t.entry_id, t.thing FROM truth t
            ANTI JOIN (FROM placed WHERE standing = 'confirmed') d
              ON d.ruleset = t.ruleset AND d.side = t.side AND d.entry_id = t.entry_id
            WHERE t.thing IS NOT NULL
        ), asked AS (
            SELECT f.ruleset, f.side, f.entry_id, f.thing FROM free f
            SEMI JOIN free o ON o.ruleset = f.ruleset AND o.thing = f.thing AND o.side <> f.side
        ), answered AS (
            SELECT DISTINCT p.ruleset, p.side, p.entry_id FROM placed p
            JOIN counted c ON c.ruleset = p.ruleset AND c.match_id = p.match_id AND c.thing = p.thing
            WHERE p.standing = 'suggested' AND c.lefts > 0 AND c.rights > 0
        )
        SELECT count(*), count(y.entry_id) FROM asked a
        LEFT JOIN answered y ON y.ruleset = a.ruleset AND y.side = a.side AND y.entry_id = a.entry_id
        """
    ).fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def _passes(connection: duckdb.DuckDBPyConnection) -> Sequence[tuple[str, str, str, int, int, int]]:
    return connection.execute(
        """
        WITH sums AS (
            SELECT ruleset, match_id, sum(lefts) * sum(rights) AS pairs,
                coalesce(sum(lefts * rights) FILTER (thing IS NOT NULL), 0) AS hits
            FROM counted GROUP BY ruleset, match_id
        )
        SELECT m.ruleset, m.name, m.standing, count(*), CAST(sum(pairs) AS BIGINT), CAST(sum(hits) AS BIGINT)
        FROM matches m JOIN sums USING (ruleset, match_id) GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()


def _kinds(connection: duckdb.DuckDBPyConnection) -> Sequence[tuple[str, str, int, int, int]]:
    """Entries are found when the match that holds them holds the other side of their thing too."""
    return connection.execute(
        """
        WITH things AS (
            SELECT ruleset, thing, kind, count(*) FILTER (side = 'left') AS lefts,
                count(*) FILTER (side = 'right') AS rights
            FROM truth WHERE thing IS NOT NULL GROUP BY ALL
        ),
        wanted AS (
            SELECT ruleset, kind, sum(CASE WHEN kind = 'split' OR kind LIKE 'payout%' THEN lefts + rights
                                           ELSE 2 * least(lefts, rights) END) AS entries
            FROM things GROUP BY ALL
        ),
        hits AS (
            SELECT p.ruleset, p.kind, p.standing, count(DISTINCT (p.side, p.entry_id)) AS entries
            FROM placed p JOIN counted c USING (ruleset, match_id, thing)
            WHERE c.lefts > 0 AND c.rights > 0 GROUP BY ALL
        )
        SELECT w.ruleset, w.kind, CAST(w.entries AS BIGINT),
            CAST(coalesce(sum(h.entries) FILTER (h.standing = 'confirmed'), 0) AS BIGINT),
            CAST(coalesce(sum(h.entries) FILTER (h.standing = 'suggested'), 0) AS BIGINT)
        FROM wanted w LEFT JOIN hits h USING (ruleset, kind) GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
