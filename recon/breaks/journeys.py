"""Journeys: where each entry of a chain's first side is, followed leg by leg to the end.

A journey waits for items, each before a leg; it begins with its own entry before the first. An item in a confirmed
match of the leg's rule set passes: in its place the other side of that match waits before the next leg. A journey
has arrived when nothing waits before any leg. Journeys under way are taken up from the run before.

Most arrive within a run. So what did not pass is traced back to the entries that it may hold up, and only those are
followed.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from recon.breaks.held_up import LEAVES, Legs, held_up, whole_of
from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.engines.rows import entry_text, row_number
from recon.model.tables import JOURNEYS
from recon.rules.ruleset import Chain, RuleSet

Earlier = Callable[[str], Sequence[Path]]
"""The files of a name (`matches.parquet`) of the runs before, oldest first."""
_ARRIVED = "every leg is matched"


def follow(
    engine: DuckEngine, chains: Mapping[str, Chain], rulesets: Mapping[str, RuleSet], earlier: Earlier
) -> None:
    """Make the view `journeys` (JOURNEYS) for all chains, each in the order of its entries.

    Reads `scope`, `member_rows` (where a rule set is its place in `rulesets`), `open_items`, `excluded`, `breaks` and
    `previous_journeys` (JOURNEYS of the run before). Status: the chain's `final` word, `excluded`, or the kind of the
    break that holds the entry up.
    """
    files = earlier("members.parquet")
    if files:
        engine.scan("earlier_members", files)
        engine.scan("earlier_matches", earlier("matches.parquet"))
    places = list(rulesets)
    parts = [f"FROM {_empty(engine)}"]
    for number, (name, chain) in enumerate(sorted(chains.items())):
        legs = Legs(tuple(rulesets[leg] for leg in chain.legs), tuple(places.index(leg) for leg in chain.legs))
        held_up(engine, legs, is_first_run=not files)
        _start(engine, name, chain)
        for leg, ruleset in enumerate(chain.legs):
            is_last = leg + 1 == len(chain.legs)
            if engine.has(LEAVES):
                _wait_for_parts(engine, leg, ruleset, has_earlier=bool(files))
            _pass_leg(engine, leg, places.index(ruleset), ruleset, is_last)
            if files:
                _pass_by_earlier_runs(engine, leg, ruleset, is_last)
        _hold(engine, chain, earlier)
        _finish(engine, f"journey_rows_{number}", name, chain)
        parts.append(_named(f"journey_rows_{number}", name, chain))
    engine.view("journeys", " UNION ALL BY NAME ".join(parts))
    engine.drop("journey_items", "journey_strays", "journey_held", "held_up")


def _empty(engine: DuckEngine) -> str:
    engine.create("journeys_none", JOURNEYS)
    return "journeys_none"


def _under_way(engine: DuckEngine, name: str, chain: Chain) -> str:
    """The journeys that the run before left under way; what a decision brought back begins anew."""
    anew = f" AND entry_id NOT IN (SELECT entry_id {_new(engine, chain)})" if engine.has("returned") else ""
    return f"FROM previous_journeys WHERE chain = {text_literal(name)} AND len(waiting) > 0{anew}"


def _new(engine: DuckEngine, chain: Chain) -> str:
    """The entries that a chain begins with and that are new; of parts, the entry that they were cut from."""
    first = text_literal(chain.legs[0])
    new = f"FROM scope WHERE ruleset = {first} AND side = 'left' AND is_new"
    if not engine.has(LEAVES):
        return new
    return (
        "FROM (SELECT coalesce(l.whole, s.entry_id) AS entry_id, s.currency, "
        "CAST(sum(s.compared) AS DECIMAL(24,8)) AS compared, "
        f"min(s.business_date) AS business_date FROM ({new}) s LEFT JOIN {LEAVES} l "
        f"ON l.ruleset = {first} AND l.side = 'left' AND l.part = s.entry_id GROUP BY ALL)"
    )


def _start(engine: DuckEngine, name: str, chain: Chain) -> None:
    """`journey_items` (entry, leg, item that waits) of what is under way, and of new entries that may be held up."""
    engine.materialise(
        "journey_items",
        f"""
        SELECT {row_number("entry_id")} AS eid, CAST(0 AS BIGINT) AS leg, eid AS item
        FROM (SELECT entry_id {_new(engine, chain)})
        SEMI JOIN (SELECT {entry_text("rid")} AS entry_id FROM held_up) USING (entry_id)
        UNION ALL
        SELECT {row_number("entry_id")}, CAST(split_part(w, ':', 1) AS BIGINT), {row_number("i")}
        FROM (SELECT entry_id, w, split_part(w, ':', 2) AS i FROM (
            SELECT entry_id, unnest(waiting) AS w {_under_way(engine, name, chain)}))
        """,
    )


def _wait_for_parts(engine: DuckEngine, leg: int, ruleset: str, *, has_earlier: bool) -> None:
    """Let journeys that wait before a leg for an entry that was split wait for its parts.

    A split that no run has honoured, because the entry was matched before, says nothing.
    """
    name = text_literal(ruleset)
    whole = f"SELECT entry_id FROM scope WHERE ruleset = {name} AND side = 'left'"
    if has_earlier:
        whole += (
            " UNION ALL SELECT b.entry_id FROM earlier_members b JOIN earlier_matches m USING (ruleset, match_id) "
            f"WHERE ruleset = {name} AND side = 'left' AND m.state IN ('confirmed', 'manual')"
        )
    parts = (
        f"(SELECT {row_number('whole')} AS item, {row_number('part')} AS part FROM {LEAVES} "
        f"WHERE ruleset = {name} AND side = 'left' AND whole NOT IN ({whole}))"
    )
    engine.materialise(
        "journey_items",
        f"""
        SELECT w.* FROM journey_items w ANTI JOIN {parts} p ON p.item = w.item AND w.leg = {leg}
        UNION ALL
        SELECT DISTINCT w.eid, w.leg, p.part FROM journey_items w JOIN {parts} p ON p.item = w.item AND w.leg = {leg}
        """,
    )


def _pass_leg(engine: DuckEngine, leg: int, ruleset: int, name: str, is_last: bool) -> None:
    """Move on the items that this run matched on this leg; past the last leg nothing waits.

    Before the first leg each journey has one item, so that nothing can come up twice, unless entries were split.
    """
    mine = f"member_rows WHERE rs = {ruleset} AND confirmed = 1"
    are_split = engine.has(LEAVES)
    onwards = whole_of(text_literal(name), "right", "r.rid") if are_split else "r.rid"
    moved = f"""
        UNION ALL
        SELECT {"DISTINCT" if leg or are_split else ""} w.eid, CAST({leg + 1} AS BIGINT), {onwards}
        FROM journey_items w
        JOIN (SELECT mid, rid FROM {mine} AND side = 'left') l ON l.rid = w.item
        JOIN (SELECT mid, rid FROM {mine} AND side = 'right') r ON r.mid = l.mid
        WHERE w.leg = {leg}
    """
    engine.materialise(
        "journey_items",
        f"""
        SELECT w.* FROM journey_items w WHERE w.leg <> {leg}
        UNION ALL
        SELECT w.* FROM (SELECT * FROM journey_items WHERE leg = {leg}) w
        ANTI JOIN (SELECT rid FROM {mine} AND side = 'left') h ON h.rid = w.item
        {"" if is_last else moved}
        """,
    )


def _pass_by_earlier_runs(engine: DuckEngine, leg: int, ruleset: str, is_last: bool) -> None:
    """Move on items that a run before this one matched: those that this run does not have at all.

    A late order may belong to a settlement line whose payout reached the bank weeks ago.
    """
    name = text_literal(ruleset)
    strays = engine.materialise(
        "journey_strays",
        f"""
        SELECT w.eid, w.item, {entry_text("item")} AS entry_id FROM journey_items w
        ANTI JOIN (SELECT {row_number("entry_id")} AS rid FROM scope WHERE ruleset = {name} AND side = 'left') s
          ON s.rid = w.item
        WHERE w.leg = {leg}
        """,
    )
    if not strays:
        return
    steps = f"""
        SELECT b.* FROM earlier_members b
        SEMI JOIN (SELECT match_id FROM earlier_matches WHERE ruleset = {name} AND state IN ('confirmed', 'manual')) m
          ON m.match_id = b.match_id
        WHERE b.ruleset = {name}
    """
    engine.materialise(
        "journey_hits",
        f"SELECT w.eid, w.item, b.match_id FROM journey_strays w JOIN ({steps}) b "
        "ON b.side = 'left' AND b.entry_id = w.entry_id",
    )
    onwards = row_number("entry_id")
    if engine.has(LEAVES):
        onwards = whole_of(name, "right", onwards)
    moved = f"""
        UNION ALL SELECT DISTINCT h.eid, CAST({leg + 1} AS BIGINT), {onwards}
        FROM journey_hits h JOIN ({steps}) b ON b.side = 'right' AND b.match_id = h.match_id
    """
    engine.materialise(
        "journey_items",
        f"""
        SELECT w.* FROM journey_items w ANTI JOIN journey_hits h ON h.eid = w.eid AND h.item = w.item AND w.leg = {leg}
        {"" if is_last else moved}
        """,
    )
    engine.drop("journey_hits")


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


def _hold(engine: DuckEngine, chain: Chain, earlier: Earlier) -> None:
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


def _finish(engine: DuckEngine, table: str, name: str, chain: Chain) -> None:
    """The journeys of a chain in the order of their entries; where nothing waits, `leg` and what follows is absent.

    What is open tells where a journey is. It ends as left out once nothing else of it waits.
    """
    engine.materialise(
        table,
        f"""
        WITH held AS (
            SELECT eid, first.leg AS leg, first.status AS status, first.reason AS reason,
                   CASE WHEN first.ended THEN CAST([] AS VARCHAR[]) ELSE items END AS waiting
            FROM (
                SELECT eid,
                       min({{ended: coalesce(status = 'excluded', false), leg: leg, item: item,
                            status: coalesce(status, 'open'), reason: coalesce(reason, 'it is open')}}) AS first,
                       list(concat(leg, ':', {entry_text("item")}) ORDER BY leg, item) AS items
                FROM journey_held GROUP BY eid
            )
        )
        SELECT j.*, h.leg, h.status, h.waiting, h.reason
        FROM (
            SELECT {row_number("entry_id")} AS eid, currency, compared AS amount, business_date {_new(engine, chain)}
            UNION ALL SELECT {row_number("entry_id")}, currency, amount, business_date {_under_way(engine, name, chain)}
        ) j LEFT JOIN held h ON h.eid = j.eid
        ORDER BY j.eid
        """,
    )


def _named(table: str, name: str, chain: Chain) -> str:
    """The journeys of a chain as they are written."""
    return f"""
        SELECT {text_literal(name)} AS chain, {entry_text("eid")} AS entry_id, currency, amount, business_date,
               coalesce(leg, {len(chain.legs)}) AS leg, coalesce(status, {text_literal(chain.final)}) AS status,
               coalesce(waiting, CAST([] AS VARCHAR[])) AS waiting, coalesce(reason, '{_ARRIVED}') AS reason
        FROM {table}
    """
