"""Two sets of matches of the same entries compared: what only one of them finds, and what they disagree about.

Each set is a pair of tables `<name>matches` and `<name>members` (see `trial.try_rules`). Matches are the same when
their entries are; their ids and passes may differ. Of suggestions only the first choice counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.matchers.explain.entries import REFERENCES
from recon.model.periods import Period

GAINED, LOST, CHANGED = "gained", "lost", "changed"
_PRINT: Final = "sum(CAST(hash(CAST(side AS VARCHAR), entry_id) AS HUGEINT))"
"""What tells sets of entries apart: equal for equal sets, in whatever order. A side that is kept as a code has another
hash than its text."""
_ENTRIES: Final = "compare_entries"


@dataclass(frozen=True, slots=True)
class Difference:
    """One match that only one of two rule sets makes, or that they make differently.

    `before` and `after` are the states (confirmed, suggested), `by_before` and `by_after` the passes, absent where
    there is no such match. `amount` is the left amount (of an offset, what came in) of the match after, or before
    where there is none after. `left` and `right` are the first entries of the match.
    """

    change: str
    before: str | None
    by_before: str | None
    after: str | None
    by_after: str | None
    currency: str
    amount: Decimal
    entries: int
    left: str | None
    right: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many matches are of one change and state, and what they add up to."""

    change: str
    state: str
    currency: str
    matches: int
    amount: Decimal


def load_matches(engine: DuckEngine, name: str, entries: str, period: Period | None = None) -> int:
    """Table `<name>told`: the matches of a set, first choices only, that touch a period; how many there are.

    `entries` is a table or view of entries with their business dates.
    """
    touching = ""
    if period is not None:
        days = f"DATE '{period.first}' AND DATE '{period.last}'"
        touching = (
            f"WHERE match_id IN (SELECT b.match_id FROM {identifier(f'{name}members')} b "
            f"JOIN {identifier(entries)} e ON e.entry_id = b.entry_id AND e.business_date BETWEEN {days})"
        )
    return engine.materialise(
        f"{name}told",
        f"""
        SELECT match_id, m.state, m."pass", m.currency, m.left_amount, m.left_count + m.right_count AS entries,
               p.print, p.first_left, p.first_right
        FROM {identifier(f"{name}matches")} m JOIN (
            SELECT match_id, {_PRINT} AS print, min(entry_id) FILTER (WHERE side = 'left') AS first_left,
                   min(entry_id) FILTER (WHERE side = 'right') AS first_right
            FROM {identifier(f"{name}members")} {touching} GROUP BY match_id) p USING (match_id)
        WHERE m."rank" = 1 AND m.state <> 'revoked'
        """,
    )


def differences(engine: DuckEngine, entries: str) -> list[Difference]:
    """How the set `b_` differs from the set `a_`, both loaded; the largest amounts first within each change."""
    _rest(engine)
    reference = ", ".join(f"e.{identifier(name)}" for name in REFERENCES)
    engine.materialise(
        _ENTRIES,
        f"SELECT e.entry_id, min(coalesce({reference})) AS reference FROM {identifier(entries)} e WHERE e.entry_id IN "
        "(SELECT first_left FROM compare_changes UNION SELECT first_right FROM compare_changes) GROUP BY e.entry_id",
    )
    rows = engine.rows(
        f"""
        SELECT change, before, by_before, after, by_after, currency, left_amount, entries, first_left, first_right,
               coalesce(l.reference, r.reference)
        FROM compare_changes c LEFT JOIN {_ENTRIES} l ON l.entry_id = c.first_left
        LEFT JOIN {_ENTRIES} r ON r.entry_id = c.first_right
        ORDER BY change, currency, abs(left_amount) DESC, first_left NULLS LAST, first_right NULLS LAST, before, after
        """
    )
    return [Difference(*row) for row in rows]


def _rest(engine: DuckEngine) -> None:
    """Table `compare_changes`: every match that is not the same in both sets."""
    for own, other in (("a_", "b_"), ("b_", "a_")):
        engine.materialise(f"{own}rest", f"SELECT * FROM {own}told ANTI JOIN {other}told USING (print)")
        engine.materialise(
            f"{own}rest_members",
            f"SELECT DISTINCT i.match_id, i.side, i.entry_id FROM {own}members i SEMI JOIN {own}rest USING (match_id)",
        )
    engine.materialise(
        "compare_overlap",
        "SELECT a.match_id AS a_id, min(b.match_id) AS b_id FROM a_rest_members a "
        "JOIN b_rest_members b USING (side, entry_id) GROUP BY a.match_id "
        "UNION SELECT min(a.match_id), b.match_id FROM a_rest_members a "
        "JOIN b_rest_members b USING (side, entry_id) GROUP BY b.match_id",
    )
    columns = "currency, left_amount, entries, first_left, first_right"
    engine.materialise(
        "compare_changes",
        f"""
        SELECT '{CHANGED}' AS change, a.state AS before, a."pass" AS by_before, b.state AS after, b."pass" AS by_after,
               {", ".join(f"b.{name}" for name in columns.split(", "))}
        FROM a_told a JOIN b_told b USING (print) WHERE a.state <> b.state
        UNION ALL
        SELECT '{CHANGED}', a.state, a."pass", b.state, b."pass",
               {", ".join(f"b.{name}" for name in columns.split(", "))}
        FROM compare_overlap o JOIN a_rest a ON a.match_id = o.a_id JOIN b_rest b ON b.match_id = o.b_id
        UNION ALL
        SELECT '{LOST}', state, "pass", NULL, NULL, {columns}
        FROM a_rest WHERE match_id NOT IN (SELECT a_id FROM compare_overlap)
        UNION ALL
        SELECT '{GAINED}', NULL, NULL, state, "pass", {columns}
        FROM b_rest WHERE match_id NOT IN (SELECT b_id FROM compare_overlap)
        """,
    )


def tallies(found: Iterable[Difference]) -> list[Tally]:
    """The differences counted and added up by change, state and currency; amounts are absolute."""
    sums: dict[tuple[str, str, str], tuple[int, Decimal]] = {}
    for one in found:
        states = " → ".join(dict.fromkeys(state for state in (one.before, one.after) if state))
        key = (one.change, states, one.currency)
        count, amount = sums.get(key, (0, Decimal(0)))
        sums[key] = (count + 1, amount + abs(one.amount))
    return [Tally(*key, *value) for key, value in sorted(sums.items())]


def states_of(
    engine: DuckEngine, name: str, wanted: Sequence[tuple[str, set[tuple[str, str]]]]
) -> dict[str, str]:
    """Which of some sets of entries (each by an id) a set of matches holds as a match: its state by the id."""
    rows = [
        {"id": one, "side": side, "entry_id": entry}
        for one, entries in wanted
        for side, entry in sorted(entries)
    ]
    schema = pa.schema([("id", pa.string()), ("side", pa.string()), ("entry_id", pa.string())])
    engine.register("compare_wanted", pa.Table.from_pylist(rows, schema=schema))
    found = engine.rows(
        f"SELECT w.id, min(t.state) FROM (SELECT id, {_PRINT} AS print FROM compare_wanted GROUP BY id) w "
        f"JOIN {identifier(f'{name}told')} t USING (print) GROUP BY w.id"
    )
    return dict(found)
