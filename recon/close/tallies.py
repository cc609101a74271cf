"""Tallies: every table of a run added up once, with fingerprints that tell whether two sets of rows are the same.

A fingerprint adds up entry ids and match ids, which are numbers of 96 bits, and amounts weighted by them. Two tables
whose counts, sums and fingerprints agree hold the same entries with the same amounts, but for a chance of less than one
in fifty thousand for each row that is wrong; when they do not agree, the exact conditions find the rows.
"""

from collections.abc import Callable

from recon.engines.duck import DuckEngine
from recon.engines.rows import held, row_number, weight
from recon.matchers.pool import POOLS
from recon.matchers.survey import SURVEYED
from recon.model.sides import SIDES

SCOPE = "tally_scope"
MEMBERS = "tally_members"
MATCHES = "tally_matches"
LEFT_OUT = "tally_left_out"
OPEN = "tally_open"
BREAKS = "tally_breaks"
ALL = (SCOPE, MEMBERS, MATCHES, LEFT_OUT, OPEN, BREAKS)
PLACE = "ruleset, side, account, currency"
_COUNTED = "sum(n) AS n, CAST(sum(amount) AS DECIMAL(38,8)) AS amount, 0 AS ids, 0 AS weighted"
_NEW_AND_OLD = (
    "SELECT 1 FROM scope n SEMI JOIN (SELECT ruleset, side, entry_id FROM scope WHERE NOT is_new) o "
    "ON o.ruleset = n.ruleset AND o.side = n.side AND o.entry_id = n.entry_id WHERE n.is_new"
)
OF_OPEN_ITEMS = "breaks WHERE entry_id IS NOT NULL AND match_id IS NULL AND state <> 'resolved'"
"""The breaks of open items, to be read from."""
Number = Callable[[str], str]
"""How the text of an id becomes the number that stands for it in `member_numbers` and `match_numbers`."""


def tally(engine: DuckEngine, number: Number = row_number) -> None:
    """Materialise the tallies of `scope`, `member_numbers`, `match_numbers`, `excluded`, `open_items` and `breaks`.

    The scope was added up when it was surveyed (`surveyed`), its fingerprints as its pools were filled (`pool_tallies`)
    and are those of what is left out: making numbers of all ids again costs more than all else here.
    """
    entry = number("entry_id")
    for name, table, counted, more in (
        (SCOPE, SURVEYED, _COUNTED, ", is_new"),
        (LEFT_OUT, "excluded", held("amount", entry), ""),
        (OPEN, "open_items", held("compared", entry), ""),
        (BREAKS, OF_OPEN_ITEMS, held("CAST(amount AS DECIMAL(24,8))", entry), ""),
    ):
        engine.materialise(name, f"SELECT {PLACE}{more}, {counted} FROM {table} GROUP BY {PLACE}{more}")
    engine.materialise(
        MEMBERS,
        f"""
        SELECT {PLACE}, confirmed = 1 AS consumed, {held("amount", "rid")}, sum(mid) AS match_ids,
               sum({weight("mid")} * amount) AS match_weighted
        FROM member_numbers GROUP BY {PLACE}, consumed
        """,
    )
    sums = ", ".join(
        f"""
        sum({side}_count) AS {side}_n, sum({side}_amount) AS {side}_total, sum({side}_count * mid) AS {side}_ids,
        sum(CAST({weight("mid")} * CAST({side}_amount AS DECIMAL(30,8)) AS DECIMAL(38,8))) AS {side}_weighted
        """
        for side in SIDES
    )
    engine.materialise(
        MATCHES,
        f"""
        SELECT ruleset, currency, {sums}, count(*) FILTER (WHERE variance <> left_amount - right_amount) AS odd
        FROM match_numbers GROUP BY ruleset, currency
        """,
    )


def agree(engine: DuckEngine) -> bool:
    """Whether what was looked at is what was matched, left out or left open, and members make up their matches.

    And whether the breaks of open items are of all of them.
    """
    figures = f"{PLACE}, n, amount, ids, weighted"
    grouped = f"{PLACE}, sum(n) AS n, sum(amount) AS amount, sum(ids) AS ids, sum(weighted) AS weighted"
    places = f"""
        SELECT {grouped} FROM (
            SELECT {figures} FROM {MEMBERS} WHERE consumed
            UNION ALL SELECT {figures} FROM {LEFT_OUT} UNION ALL SELECT {figures} FROM {OPEN}
        ) GROUP BY {PLACE}
    """
    seen = f"SELECT {figures} FROM {SCOPE}"
    for table in (POOLS, LEFT_OUT):
        seen += f" UNION ALL SELECT {PLACE}, 0, 0, ids, weighted FROM {table}"
    looked_at = f"SELECT {grouped} FROM ({seen}) GROUP BY {PLACE}"
    of_matches = " UNION ALL ".join(
        f"SELECT ruleset, '{side}' AS side, currency, {side}_n AS n, {side}_total AS amount, "
        f"{side}_ids AS match_ids, {side}_weighted AS match_weighted FROM {MATCHES} WHERE {side}_n > 0"
        for side in SIDES
    )
    members = f"""
        SELECT ruleset, side, currency, sum(n) AS n, sum(amount) AS amount, sum(match_ids) AS match_ids,
               sum(match_weighted) AS match_weighted
        FROM {MEMBERS} GROUP BY ruleset, side, currency
    """
    checks = [
        _differ(places, looked_at),
        _differ(members, of_matches),
        _differ(f"SELECT {figures} FROM {OPEN}", f"SELECT {figures} FROM {BREAKS}"),
        f"SELECT 1 FROM {MATCHES} WHERE odd > 0 OR currency IS NULL",
    ]
    if len(engine.rows(f"SELECT DISTINCT is_new FROM {SCOPE}")) > 1:
        checks.append(_NEW_AND_OLD)
    return not any(engine.rows(f"SELECT 1 FROM ({check}) LIMIT 1") for check in checks)


def _differ(one: str, other: str) -> str:
    return f"(FROM ({one}) EXCEPT FROM ({other})) UNION ALL (FROM ({other}) EXCEPT FROM ({one}))"
