"""What a sound run keeps to beside its sums: each condition as a query for the rows that break it.

A failure is a row of condition, rule set, side, id and detail. The id is that of an entry or of a match.
"""

from recon.close.tallies import OF_OPEN_ITEMS, agree
from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal

FAILURES = "proof_failures"
_CONSUMED = "proof_consumed"
_ODD = "proof_odd"

_MATCH = "m.ruleset = b.ruleset AND m.match_id = b.match_id"
_ENTRY = "{0}.ruleset = {1}.ruleset AND {0}.side = {1}.side AND {0}.entry_id = {1}.entry_id"

_ODD_SQL = f"""
    SELECT ruleset, side, entry_id, count(*) FILTER (WHERE place = 0) AS scope,
           count(*) FILTER (WHERE place = 1) AS matched, count(*) FILTER (WHERE place = 2) AS excluded,
           count(*) FILTER (WHERE place = 3) AS open,
           min(amount) AS least, max(amount) AS most, min(currency) AS currency, max(currency) AS other_currency,
           min(account) AS account, max(account) AS other_account
    FROM (
        SELECT ruleset, side, entry_id, account, currency, compared AS amount, 0 AS place FROM scope
        UNION ALL SELECT ruleset, side, entry_id, account, currency, amount, 1 FROM {_CONSUMED}
        UNION ALL SELECT ruleset, side, entry_id, account, currency, amount, 2 FROM excluded
        UNION ALL SELECT ruleset, side, entry_id, account, currency, compared, 3 FROM open_items
    ) p
    GROUP BY ruleset, side, entry_id
    HAVING scope <> 1 OR matched + excluded + open <> 1 OR least <> most OR min(p.currency) <> other_currency
        OR min(p.account) <> other_account
"""
"""The entries that are not in scope once and in one other place once, everywhere with the same values."""

CONDITIONS: dict[str, str] = {
    "entry in one place": f"""
        SELECT ruleset, side, entry_id AS id,
               concat(scope, ' times in scope: ', matched, ' matched, ', excluded, ' excluded, ', open, ' open')
                   AS detail
        FROM {_ODD} WHERE scope <> 1 OR least(matched, 1) + excluded + open <> 1
    """,
    "entry in one match": f"""
        SELECT b.ruleset, b.side, b.entry_id AS id,
               concat('in ', count(*), ' confirmed matches: ', string_agg(b.match_id, ', ' ORDER BY b.match_id))
                   AS detail
        FROM {_CONSUMED} b JOIN {_ODD} o ON {_ENTRY.format("o", "b")} AND o.matched > 1
        GROUP BY b.ruleset, b.side, b.entry_id
    """,
    "amounts as compared": f"""
        SELECT ruleset, side, entry_id AS id,
               concat(least, ' ', currency, ' of ', account, ' in one table, ', most, ' ', other_currency, ' of ',
                      other_account, ' in another') AS detail
        FROM {_ODD} WHERE least <> most OR currency <> other_currency OR account <> other_account
        UNION ALL
        SELECT b.ruleset, b.side, b.entry_id, concat(b.amount, ' in suggestion ', b.match_id, ' and ', o.compared)
        FROM members b JOIN open_items o ON {_ENTRY.format("o", "b")}
        WHERE (b.amount, b.currency, b.account) IS DISTINCT FROM (o.compared, o.currency, o.account)
    """,
    "suggestions on open items": f"""
        SELECT b.ruleset, b.side, b.entry_id AS id, concat('suggested in ', b.match_id, ' and not open') AS detail
        FROM questioned_members b
        SEMI JOIN (SELECT ruleset, match_id FROM questioned_matches WHERE state = 'suggested') m ON {_MATCH}
        ANTI JOIN open_items o ON {_ENTRY.format("o", "b")}
    """,
    "members make up their match": """
        SELECT m.ruleset, CAST(NULL AS VARCHAR) AS side, m.match_id AS id,
               concat('left ', m.left_count, ' and ', m.left_amount, ', its members ',
                      coalesce(b.left_count, 0), ' and ', coalesce(b.left_amount, 0),
                      '; right ', m.right_count, ' and ', m.right_amount, ', its members ',
                      coalesce(b.right_count, 0), ' and ', coalesce(b.right_amount, 0),
                      '; variance ', m.variance) AS detail
        FROM matches m LEFT JOIN (
            SELECT ruleset, match_id,
                   count(*) FILTER (WHERE side = 'left') AS left_count,
                   count(*) FILTER (WHERE side = 'right') AS right_count,
                   coalesce(sum(amount) FILTER (WHERE side = 'left'), 0) AS left_amount,
                   coalesce(sum(amount) FILTER (WHERE side = 'right'), 0) AS right_amount
            FROM members GROUP BY ruleset, match_id
        ) b ON b.ruleset = m.ruleset AND b.match_id = m.match_id
        WHERE (m.left_count, m.right_count, m.left_amount, m.right_amount)
              IS DISTINCT FROM (b.left_count, b.right_count, b.left_amount, b.right_amount)
           OR m.variance <> m.left_amount - m.right_amount
    """,
    "members have a match": f"""
        SELECT b.ruleset, b.side, b.entry_id AS id, concat('member of ', b.match_id, ', which is not there') AS detail
        FROM members b ANTI JOIN matches m ON {_MATCH}
    """,
    "one currency in a match": f"""
        SELECT b.ruleset, b.side, b.entry_id AS id, concat(b.currency, ' in match ', b.match_id, ' of ', m.currency)
                   AS detail
        FROM members b JOIN matches m ON {_MATCH} WHERE b.currency <> m.currency
    """,
    "one break for each open item": f"""
        SELECT coalesce(o.ruleset, b.ruleset) AS ruleset, coalesce(o.side, b.side) AS side,
               coalesce(o.entry_id, b.entry_id) AS id,
               concat(coalesce(o.n, 0), ' open items and ', coalesce(b.n, 0), ' breaks') AS detail
        FROM (SELECT ruleset, side, entry_id, count(*) AS n FROM open_items GROUP BY ALL) o
        FULL JOIN (
            SELECT ruleset, side, entry_id, count(*) AS n FROM {OF_OPEN_ITEMS} GROUP BY ALL
        ) b ON {_ENTRY.format("b", "o")}
        WHERE coalesce(o.n, 0) <> 1 OR coalesce(b.n, 0) <> 1
    """,
}
"""Every condition by name, as a query for what breaks it: `ruleset`, `side`, `id`, `detail`."""


QUICK = ("suggestions on open items",)
"""Conditions that no tally tells of; they look at open items only."""


def collect(engine: DuckEngine) -> None:
    """Materialise `proof_failures`: the rows of a run that break a condition, in the order of their keys.

    Reads the tallies. While they agree, the conditions that they vouch for are not looked at row by row.
    """
    exact = not agree(engine)
    if exact:
        engine.materialise(
            _CONSUMED,
            f"""
            SELECT b.* FROM members b SEMI JOIN matches m ON {_MATCH} AND m.state IN ('confirmed', 'manual')
            """,
        )
        engine.materialise(_ODD, _ODD_SQL)
    union = " UNION ALL BY NAME ".join(
        f"SELECT {text_literal(name)} AS condition, * FROM ({query})"
        for name, query in CONDITIONS.items()
        if exact or name in QUICK
    )
    engine.materialise(
        FAILURES, f"SELECT * FROM ({union}) ORDER BY condition, ruleset, side NULLS FIRST, id, detail"
    )
    engine.drop(_CONSUMED, _ODD)
