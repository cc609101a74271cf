"""The proof of a run: nothing is lost on either side, and left minus right is explained to the last digit.

Amounts are in the terms of the rule set (amount, gross or net), whatever a single pass compared.
"""

from recon.close.conditions import FAILURES, collect
from recon.close.tallies import ALL, LEFT_OUT, MEMBERS, OF_OPEN_ITEMS, OPEN, PLACE, SCOPE, Number, tally
from recon.engines.duck import DuckEngine
from recon.engines.rows import row_number
from recon.model.tables import PROOF_BUCKETS

RESIDUAL = "residual"
_CLASSES = "bridge_class"
_CONSUMING = "m.ruleset = b.ruleset AND m.match_id = b.match_id AND m.state IN ('confirmed', 'manual')"


def prove(engine: DuckEngine, number: Number = row_number) -> None:
    """Materialise `proof` (PROOF), `bridge` (BRIDGE) and `proof_failures`, each in the order of its key.

    Reads `scope`, what was added up of it (see `tallies`), `matches`, `members`, `questioned_matches` and
    `questioned_members` (see `matchers.results.named`), `excluded`, `open_items` and `breaks` of the run. A row of the
    proof is ok when its counts and its amounts add up and its rule set meets every condition of a sound run.
    `proof_failures` names what does not: condition, rule set, side, id, and the values.

    In the bridge, the rows of class `total` are the scope, its right side negative. All other classes explain
    their sum: a variance has no side, an open or excluded item has its own. What people wrote off or adjusted
    (`decided`, if there is such a table) is left out in the proof and has its own class in the bridge. `residual` is
    what they leave.
    """
    tally(engine, number)
    collect(engine)
    sums = ", ".join(
        f"CAST(coalesce(sum(n) FILTER (WHERE bucket = '{bucket}'), 0) AS BIGINT) AS {bucket}_count, "
        f"CAST(coalesce(sum(amount) FILTER (WHERE bucket = '{bucket}'), 0) AS DECIMAL(38,8)) AS {bucket}_amount"
        for bucket in PROOF_BUCKETS
    )
    engine.materialise(
        "proof",
        f"""
        SELECT p.*, opening_count + new_count = matched_count + excluded_count + closing_count
                    AND opening_amount + new_amount = matched_amount + excluded_amount + closing_amount
                    AND f.ruleset IS NULL AS ok
        FROM (SELECT {PLACE}, {sums} FROM ({_buckets_sql()}) GROUP BY {PLACE}) p
        LEFT JOIN (SELECT DISTINCT ruleset FROM {FAILURES}) f ON f.ruleset = p.ruleset
        ORDER BY p.ruleset, p.side, p.account, p.currency
        """,
    )
    _bridge(engine)
    engine.drop(*ALL)


def proof_ok(engine: DuckEngine) -> bool:
    """Whether every row of the proof holds, no difference is left unexplained and no condition is broken."""
    checks = (
        "SELECT 1 FROM proof WHERE NOT ok",
        f"SELECT 1 FROM bridge WHERE class = '{RESIDUAL}' AND amount <> 0",
        f"SELECT 1 FROM {FAILURES}",
    )
    return not any(engine.rows(f"{check} LIMIT 1") for check in checks)


def _buckets_sql() -> str:
    """The tallies by bucket."""
    return f"""
        SELECT {PLACE}, if(is_new, 'new', 'opening') AS bucket, n, amount FROM {SCOPE}
        UNION ALL SELECT {PLACE}, 'matched', n, amount FROM {MEMBERS} WHERE consumed
        UNION ALL SELECT {PLACE}, 'excluded', n, amount FROM {LEFT_OUT}
        UNION ALL SELECT {PLACE}, 'closing', n, amount FROM {OPEN}
    """


def _excluded_class(engine: DuckEngine) -> str:
    """The class of what is left out: what a decision wrote off or adjusted counts apart."""
    if not engine.has("decided"):
        return "'excluded'"
    return """coalesce((SELECT min(d."class") FROM decided d WHERE d.match_id IS NULL AND d.ruleset = x.ruleset
              AND d.side = x.side AND d.entry_id = x.entry_id AND d.reason = x.reason), 'excluded')"""


def _bridge(engine: DuckEngine) -> None:
    """Each class's share of left minus right: what stands on the right counts with the opposite sign."""
    signed = "CASE WHEN side = 'left' THEN {0} ELSE -{0} END"
    engine.materialise(
        _CLASSES,
        f"""
        SELECT ruleset, currency, kind AS class, side, {signed.format("amount")} AS amount
        FROM {OF_OPEN_ITEMS}
        UNION ALL
        SELECT b.ruleset, b.currency, b.kind, NULL, b.amount
        FROM breaks b SEMI JOIN questioned_matches m ON {_CONSUMING} AND m.variance <> 0 AND m.variance = b.amount
        WHERE b.state <> 'resolved'
        UNION ALL
        SELECT ruleset, currency, {_excluded_class(engine)}, side, {signed.format("amount")} FROM excluded x
        """,
    )
    engine.materialise(
        "bridge",
        f"""
        WITH total AS (
            SELECT ruleset, currency, 'total' AS class, side, CAST(sum(n) AS BIGINT) AS count,
                   CAST(sum({signed.format("amount")}) AS DECIMAL(38,8)) AS amount
            FROM {SCOPE} GROUP BY ruleset, currency, side
        ), explained AS (
            SELECT ruleset, currency, class, side, count(*) AS count,
                   CAST(sum(amount) AS DECIMAL(38,8)) AS amount
            FROM {_CLASSES} GROUP BY ruleset, currency, class, side
        ), residual AS (
            SELECT ruleset, currency, '{RESIDUAL}' AS class, CAST(NULL AS VARCHAR) AS side, 0 AS count,
                   CAST(sum(amount) AS DECIMAL(38,8)) AS amount
            FROM (SELECT ruleset, currency, amount FROM total
                  UNION ALL SELECT ruleset, currency, -amount FROM explained)
            GROUP BY ruleset, currency
        )
        SELECT * FROM (FROM total UNION ALL FROM explained UNION ALL FROM residual)
        ORDER BY ruleset, currency, class, side NULLS FIRST
        """,
    )
    engine.drop(_CLASSES)
