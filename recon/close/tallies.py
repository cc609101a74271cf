"""Tallies: every table of a run added up once, with fingerprints that tell whether two sets of rows are the same.

A fingerprint adds up the hashes of entry ids, of match ids, and amounts weighted by them. Two tables whose counts,
sums and fingerprints agree hold the same entries with the same amounts, but for a chance of less than one in fifty
thousand for each row that is wrong; when they do not agree, the exact conditions find the rows.
"""

from recon.engines.duck import DuckEngine

SCOPE = "tally_scope"
MEMBERS = "tally_members"
MATCHES = "tally_matches"
LEFT_OUT = "tally_left_out"
OPEN = "tally_open"
ALL = (SCOPE, MEMBERS, MATCHES, LEFT_OUT, OPEN)
PLACE = "ruleset, side, account, currency"

_WEIGHT = "CAST(hash({0}) % 65521 AS DECIMAL(5,0))"
_ID = "CAST(hash({0}) AS HUGEINT)"
_HELD = (
    "count(*) AS n, CAST(sum({0}) AS DECIMAL(38,8)) AS amount, "
    f"sum({_ID.format('entry_id')}) AS ids, sum({_WEIGHT.format('entry_id')} * {{0}}) AS weighted"
)


def tally(engine: DuckEngine) -> None:
    """Materialise the tallies of `scope`, `members`, `matches`, `excluded` and `open_items`."""
    scope = _HELD.format("compared")
    engine.materialise(SCOPE, f"SELECT {PLACE}, is_new, {scope} FROM scope GROUP BY {PLACE}, is_new")
    engine.materialise(LEFT_OUT, f"SELECT {PLACE}, {_HELD.format('amount')} FROM excluded GROUP BY {PLACE}")
    engine.materialise(OPEN, f"SELECT {PLACE}, {_HELD.format('compared')} FROM open_items GROUP BY {PLACE}")
    engine.materialise(
        MEMBERS,
        f"""
        SELECT {PLACE}, s.match_id IS NULL AS consumed, {_HELD.format("amount")},
               sum({_ID.format("b.match_id")}) AS match_ids,
               sum({_WEIGHT.format("b.match_id")} * amount) AS match_weighted
        FROM members b
        LEFT JOIN (SELECT match_id FROM matches WHERE state NOT IN ('confirmed', 'manual')) s
          ON s.match_id = b.match_id
        GROUP BY {PLACE}, consumed
        """,
    )
    weight, match = _WEIGHT.format("match_id"), _ID.format("match_id")
    sides = " UNION ALL ".join(
        f"""
        SELECT ruleset, '{side}' AS side, currency, sum({side}_count) AS n, sum({side}_amount) AS amount,
               sum({side}_count * {match}) AS match_ids,
               sum(CAST({weight} * CAST({side}_amount AS DECIMAL(30,8)) AS DECIMAL(38,8))) AS match_weighted
        FROM matches GROUP BY ruleset, currency
        """
        for side in ("left", "right")
    )
    engine.materialise(MATCHES, sides)


def agree(engine: DuckEngine) -> bool:
    """Whether what was looked at is what was matched, left out or left open, and members make up their matches."""
    held = f"{PLACE}, n, amount, ids, weighted"
    grouped = f"{PLACE}, sum(n) AS n, sum(amount) AS amount, sum(ids) AS ids, sum(weighted) AS weighted"
    places = f"""
        SELECT {grouped} FROM (
            SELECT {held} FROM {MEMBERS} WHERE consumed
            UNION ALL SELECT {held} FROM {LEFT_OUT} UNION ALL SELECT {held} FROM {OPEN}
        ) GROUP BY {PLACE}
    """
    looked_at = f"SELECT {grouped} FROM {SCOPE} GROUP BY {PLACE}"
    of_matches = "ruleset, side, currency, n, amount, match_ids, match_weighted"
    members = f"""
        SELECT ruleset, side, currency, sum(n) AS n, sum(amount) AS amount, sum(match_ids) AS match_ids,
               sum(match_weighted) AS match_weighted
        FROM {MEMBERS} GROUP BY ruleset, side, currency
    """
    checks = (
        _differ(places, looked_at),
        _differ(members, f"SELECT {of_matches} FROM {MATCHES} WHERE n > 0"),
        "SELECT 1 FROM matches WHERE variance <> left_amount - right_amount",
        "SELECT 1 FROM scope n SEMI JOIN (SELECT ruleset, side, entry_id FROM scope WHERE NOT is_new) o "
        "ON o.ruleset = n.ruleset AND o.side = n.side AND o.entry_id = n.entry_id WHERE n.is_new",
        f"SELECT 1 FROM {MATCHES} WHERE currency IS NULL",
    )
    return not any(engine.rows(f"SELECT 1 FROM ({check}) LIMIT 1") for check in checks)


def _differ(one: str, other: str) -> str:
    return f"(FROM ({one}) EXCEPT FROM ({other})) UNION ALL (FROM ({other}) EXCEPT FROM ({one}))"
