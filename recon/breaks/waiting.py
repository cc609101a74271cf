"""What waits before a leg of a chain, with what holds it up, and where that leaves each journey."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.engines.rows import entry_text
from recon.rules.ruleset import Chain

Earlier = Callable[[str], Sequence[Path]]
"""The files of a name (`matches.parquet`) of the runs before, oldest first."""
_WAITS: Final = f"concat(leg, ':', {entry_text('item')})"
_STATUS: Final = "coalesce(status, 'open')"
_REASON: Final = "coalesce(reason, 'it is open')"
_NOTHING: Final = "CAST([] AS VARCHAR[])"
_ONE_WAITS: Final = f"""
    SELECT eid, leg, {_STATUS} AS status, {_REASON} AS reason,
           CASE WHEN status = 'excluded' THEN {_NOTHING} ELSE [{_WAITS}] END AS waiting
    FROM journey_held ANTI JOIN journey_several USING (eid)
"""
"""Where journeys are for which one item waits. They are nearly all, and need not be put together."""
_SEVERAL_WAIT: Final = f"""
    SELECT eid, first.leg AS leg, first.status AS status, first.reason AS reason,
           CASE WHEN first.ended THEN {_NOTHING} ELSE items END AS waiting
    FROM (
        SELECT eid, min({{ended: coalesce(status = 'excluded', false), leg: leg, item: item,
                         status: {_STATUS}, reason: {_REASON}}}) AS first,
               list({_WAITS} ORDER BY leg, item) AS items
        FROM journey_held SEMI JOIN journey_several USING (eid) GROUP BY eid
    )
"""


def _reasons(chain: Chain) -> str:
    """What holds up an item before a leg: its exclusion, or its break."""
    names = ", ".join(text_literal(name) for name in chain.legs)
    return f"""
        SELECT {_leg(chain)} AS leg, entry_id, 'excluded' AS status, reason
        FROM excluded WHERE side = 'left' AND ruleset IN ({names})
        UNION ALL
        SELECT {_leg(chain)} AS leg, entry_id, min(kind), min_by(reason, kind)
        FROM breaks WHERE side = 'left' AND match_id IS NULL AND state <> 'resolved' AND ruleset IN ({names})
        GROUP BY ruleset, entry_id
    """


def _leg(chain: Chain) -> str:
    legs = " ".join(f"WHEN {text_literal(name)} THEN {leg}" for leg, name in enumerate(chain.legs))
    return f"CASE ruleset {legs} END"


def hold(engine: DuckEngine, chain: Chain, earlier: Earlier) -> None:
    """`journey_held`: each item that waits, with what holds it up; what a run before left out is left out still."""
    engine.materialise(
        "journey_held",
        f"""
        SELECT w.*, r.status, r.reason FROM journey_items w
        LEFT JOIN ({_reasons(chain)}) r ON r.leg = w.leg AND r.entry_id = {entry_text("item", "w")}
        """,
    )
    files = earlier("excluded.parquet")
    if not files or not engine.rows("SELECT 1 FROM journey_held WHERE status IS NULL LIMIT 1"):
        return
    engine.scan("earlier_excluded", files)
    names = ", ".join(text_literal(name) for name in chain.legs)
    engine.materialise(
        "journey_held",
        f"""
        SELECT h.eid, h.leg, h.item, coalesce(h.status, if(r.reason IS NULL, NULL, 'excluded')) AS status,
               coalesce(h.reason, r.reason) AS reason
        FROM journey_held h LEFT JOIN (
            SELECT {_leg(chain)} AS leg, entry_id, max(reason) AS reason
            FROM earlier_excluded e ANTI JOIN (SELECT ruleset, entry_id FROM scope WHERE side = 'left') s
              USING (ruleset, entry_id)
            WHERE side = 'left' AND ruleset IN ({names}) GROUP BY ALL
        ) r ON h.status IS NULL AND r.leg = h.leg AND r.entry_id = {entry_text("item", "h")}
        """,
    )


def waiting(engine: DuckEngine) -> str:
    """A query of where each journey waits, from `journey_held`: entry, leg, status, all that waits, and why.

    What is left out ends a journey only when nothing else of it is open, and comes last.
    """
    engine.materialise("journey_several", "SELECT eid FROM journey_held GROUP BY eid HAVING count(*) > 1")
    return f"FROM ({_ONE_WAITS}) UNION ALL BY NAME FROM ({_SEVERAL_WAIT})"
