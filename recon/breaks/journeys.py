"""Journeys: where each entry of a chain's first side is, followed leg by leg to the end.

A journey waits for items, each before a leg; it begins with its own entry before the first. An item in a confirmed
match of the leg's rule set passes: in its place the other side of that match waits before the next leg. A journey
has arrived when nothing waits before any leg. Journeys under way are taken up from the run before.
"""

from collections.abc import Mapping

from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.model.tables import JOURNEYS
from recon.rules.ruleset import Chain

_TABLES = ("journey", "journey_items", "journey_hits", "journey_matches", "journey_steps")


def follow(engine: DuckEngine, chains: Mapping[str, Chain]) -> None:
    """Materialise `journeys` (JOURNEYS) for all chains.

    Reads `scope`, `matches`, `members`, `excluded`, `breaks` and `previous_journeys` (JOURNEYS of the run
    before). Status: the chain's `final` word, `excluded`, or the kind of the break that holds the entry up.
    """
    engine.create("journeys", JOURNEYS)
    if not chains:
        return
    engine.materialise(
        "journey_steps",
        """
        SELECT b.ruleset, b.side, b.entry_id, b.match_id FROM members b
        SEMI JOIN matches m ON m.ruleset = b.ruleset AND m.match_id = b.match_id
             AND m.state IN ('confirmed', 'manual')
        """,
    )
    for name, chain in sorted(chains.items()):
        _start(engine, name, chain)
        for leg, ruleset in enumerate(chain.legs):
            _pass_leg(engine, leg, ruleset)
        engine.append("journeys", _finished(name, chain))
    engine.drop(*_TABLES)


def _start(engine: DuckEngine, name: str, chain: Chain) -> None:
    """`journey` (its entry), `journey_items` (entry, leg, item that waits), `journey_matches` (so far)."""
    under_way = f"FROM previous_journeys WHERE chain = {text_literal(name)} AND len(waiting) > 0"
    first = f"FROM scope WHERE ruleset = {text_literal(chain.legs[0])} AND side = 'left' AND is_new"
    engine.materialise(
        "journey",
        f"""
        SELECT entry_id, currency, compared AS amount, business_date {first}
        UNION ALL SELECT entry_id, currency, amount, business_date {under_way}
        """,
    )
    engine.materialise(
        "journey_items",
        f"""
        SELECT entry_id, CAST(0 AS BIGINT) AS leg, entry_id AS item {first}
        UNION ALL
        SELECT entry_id, CAST(split_part(w, ':', 1) AS BIGINT), split_part(w, ':', 2)
        FROM (SELECT entry_id, unnest(waiting) AS w {under_way})
        """,
    )
    engine.materialise("journey_matches", f"SELECT entry_id, unnest(match_ids) AS match_id {under_way}")


def _pass_leg(engine: DuckEngine, leg: int, ruleset: str) -> None:
    """Move on the items that pass this leg."""
    name = text_literal(ruleset)
    engine.materialise(
        "journey_hits",
        f"""
        SELECT w.entry_id, w.item, s.match_id FROM journey_items w
        JOIN journey_steps s ON s.ruleset = {name} AND s.side = 'left' AND s.entry_id = w.item
        WHERE w.leg = {leg}
        """,
    )
    engine.append("journey_matches", "SELECT DISTINCT entry_id, match_id FROM journey_hits")
    engine.materialise(
        "journey_items",
        f"""
        SELECT w.* FROM journey_items w
        ANTI JOIN journey_hits h ON h.entry_id = w.entry_id AND h.item = w.item AND w.leg = {leg}
        UNION ALL
        SELECT DISTINCT h.entry_id, CAST({leg + 1} AS BIGINT), s.entry_id
        FROM journey_hits h
        JOIN journey_steps s ON s.ruleset = {name} AND s.side = 'right' AND s.match_id = h.match_id
        """,
    )


def _reasons(chain: Chain) -> str:
    """What holds up an item before a leg: its exclusion, or its break."""
    legs = " ".join(f"WHEN {text_literal(name)} THEN {leg}" for leg, name in enumerate(chain.legs))
    names = ", ".join(text_literal(name) for name in chain.legs)
    return f"""
        SELECT CASE ruleset {legs} END AS leg, entry_id, 'excluded' AS status, reason
        FROM excluded WHERE side = 'left' AND ruleset IN ({names})
        UNION ALL
        SELECT CASE ruleset {legs} END AS leg, entry_id, min(kind), min_by(reason, kind)
        FROM breaks WHERE side = 'left' AND match_id IS NULL AND state <> 'resolved' AND ruleset IN ({names})
        GROUP BY ruleset, entry_id
    """


def _finished(name: str, chain: Chain) -> str:
    last = len(chain.legs)
    return f"""
        WITH waiting AS (
            SELECT entry_id, min(leg) AS leg, min_by(item, (leg, item)) AS first_item,
                   list(concat(leg, ':', item) ORDER BY leg, item) AS items
            FROM journey_items WHERE leg < {last} GROUP BY entry_id
        ), matched AS (
            SELECT entry_id, list(DISTINCT match_id ORDER BY match_id) AS ids FROM journey_matches GROUP BY entry_id
        )
        SELECT {text_literal(name)} AS chain, j.entry_id, j.currency, j.amount, j.business_date,
               coalesce(w.leg, {last}) AS leg, coalesce(m.ids, CAST([] AS VARCHAR[])) AS match_ids,
               CASE WHEN w.entry_id IS NULL THEN {text_literal(chain.final)}
                    ELSE coalesce(r.status, 'open') END AS status,
               CASE WHEN w.entry_id IS NULL OR r.status = 'excluded' THEN CAST([] AS VARCHAR[])
                    ELSE w.items END AS waiting,
               CASE WHEN w.entry_id IS NULL THEN 'every leg is matched' ELSE coalesce(r.reason, 'it is open') END
                   AS reason
        FROM journey j
        LEFT JOIN waiting w ON w.entry_id = j.entry_id
        LEFT JOIN matched m ON m.entry_id = j.entry_id
        LEFT JOIN ({_reasons(chain)}) r ON r.leg = w.leg AND r.entry_id = w.first_item
    """
