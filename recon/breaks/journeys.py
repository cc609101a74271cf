"""Journeys: where each entry of a chain's first side is, followed leg by leg to the end.

A journey waits for items, each before a leg; it begins with its own entry before the first. An item in a confirmed
match of the leg's rule set passes: in its place the other side of that match waits before the next leg. A journey
has arrived when nothing waits before any leg. Journeys under way are taken up from the run before.

Most arrive within a run. So what did not pass is traced back to the entries that it may hold up, and only those are
followed.
"""

from collections.abc import Mapping

from recon.breaks.held_up import LEAVES, Legs, held_up, whole_of
from recon.breaks.waiting import Earlier, hold, waiting
from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.engines.rows import entry_text, row_number
from recon.matchers.pool import scope_of
from recon.model.tables import JOURNEYS
from recon.rules.ruleset import Chain, RuleSet

_ARRIVED = "every leg is matched"
_BEFORE = "journey_before"
"""The journeys of a chain that the run before left under way, read once: its file also holds all that arrived."""


def follow(
    engine: DuckEngine, chains: Mapping[str, Chain], rulesets: Mapping[str, RuleSet], earlier: Earlier
) -> None:
    """Make the view `journeys` (JOURNEYS) for all chains, each in the order of its entries.

    Reads `scope`, `member_rows_<n>` (the number is the rule set's place in `rulesets`), `open_items`, `excluded`,
    `breaks` and `previous_journeys` (JOURNEYS of the run before). Status: the chain's `final` word, `excluded`, or the
    kind of the break that holds the entry up.
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
        engine.materialise(_BEFORE, _under_way(engine, name, chain))
        _start(engine, chain)
        for leg, ruleset in enumerate(chain.legs):
            is_last = leg + 1 == len(chain.legs)
            if engine.has(LEAVES):
                _wait_for_parts(engine, leg, ruleset, has_earlier=bool(files))
            _pass_leg(engine, leg, places.index(ruleset), ruleset, is_last)
            if files:
                _pass_by_earlier_runs(engine, leg, ruleset, is_last)
        hold(engine, chain, earlier)
        _finish(engine, f"journey_rows_{number}", chain)
        parts.append(_named(f"journey_rows_{number}", name, chain))
    engine.view("journeys", " UNION ALL BY NAME ".join(parts))
    engine.drop("journey_items", "journey_strays", "journey_held", "journey_several", "held_up", _BEFORE)


def _empty(engine: DuckEngine) -> str:
    engine.create("journeys_none", JOURNEYS)
    return "journeys_none"


def _under_way(engine: DuckEngine, name: str, chain: Chain) -> str:
    """The journeys that the run before left under way; what a decision brought back begins anew."""
    anew = f" AND entry_id NOT IN (SELECT entry_id {_new(engine, chain)})" if engine.has("returned") else ""
    return (
        f"SELECT {row_number('entry_id')} AS eid, currency, amount, business_date, waiting FROM previous_journeys "
        f"WHERE chain = {text_literal(name)} AND len(waiting) > 0{anew}"
    )


def _new(engine: DuckEngine, chain: Chain) -> str:
    """The entries that a chain begins with and that are new; of parts, the entry that they were cut from."""
    first = text_literal(chain.legs[0])
    where = scope_of(engine, chain.legs[0], "left")
    new = f"FROM {where} WHERE ruleset = {first} AND side = 'left' AND is_new"
    if not engine.has(LEAVES):
        return new
    return (
        "FROM (SELECT coalesce(l.whole, s.entry_id) AS entry_id, s.currency, "
        "CAST(sum(s.compared) AS DECIMAL(24,8)) AS compared, "
        f"min(s.business_date) AS business_date FROM ({new}) s LEFT JOIN {LEAVES} l "
        f"ON l.ruleset = {first} AND l.side = 'left' AND l.part = s.entry_id GROUP BY ALL)"
    )


def _start(engine: DuckEngine, chain: Chain) -> None:
    """`journey_items` (entry, leg, item that waits) of what is under way, and of new entries that may be held up."""
    engine.materialise(
        "journey_items",
        f"""
        SELECT {row_number("entry_id")} AS eid, CAST(0 AS BIGINT) AS leg, eid AS item
        FROM (SELECT entry_id {_new(engine, chain)})
        SEMI JOIN (SELECT {entry_text("rid")} AS entry_id FROM held_up) USING (entry_id)
        UNION ALL
        SELECT eid, CAST(split_part(w, ':', 1) AS BIGINT), {row_number("i")}
        FROM (SELECT eid, w, split_part(w, ':', 2) AS i FROM (SELECT eid, unnest(waiting) AS w FROM {_BEFORE}))
        """,
    )


def _wait_for_parts(engine: DuckEngine, leg: int, ruleset: str, *, has_earlier: bool) -> None:
    """Let journeys that wait before a leg for an entry that was split wait for its parts.

    A split that no run has honoured, because the entry was matched before, says nothing.
    """
    name = text_literal(ruleset)
    whole = f"SELECT entry_id FROM {scope_of(engine, ruleset, 'left')} WHERE ruleset = {name} AND side = 'left'"
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
    mine = f"member_rows_{ruleset} WHERE confirmed = 1"
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
        ANTI JOIN (SELECT {row_number("entry_id")} AS rid FROM {scope_of(engine, ruleset, "left")}
                   WHERE ruleset = {name} AND side = 'left') s
          ON s.rid = w.item
        WHERE w.leg = {leg}
        """,
    )
    if not strays:
        return
    hits = engine.materialise(
        "journey_hits",
        "SELECT w.eid, w.item, b.match_id FROM journey_strays w JOIN earlier_members b "
        f"ON b.ruleset = {name} AND b.side = 'left' AND b.entry_id = w.entry_id",
    )
    if not hits:
        return
    engine.materialise(
        "journey_hits",
        "SELECT h.* FROM journey_hits h SEMI JOIN earlier_matches m "
        f"ON m.ruleset = {name} AND m.match_id = h.match_id AND m.state IN ('confirmed', 'manual')",
    )
    onwards = row_number("entry_id")
    if engine.has(LEAVES):
        onwards = whole_of(name, "right", onwards)
    moved = f"""
        UNION ALL SELECT DISTINCT h.eid, CAST({leg + 1} AS BIGINT), {onwards}
        FROM journey_hits h JOIN earlier_members b
          ON b.ruleset = {name} AND b.side = 'right' AND b.match_id = h.match_id
    """
    engine.materialise(
        "journey_items",
        f"""
        SELECT w.* FROM journey_items w ANTI JOIN journey_hits h ON h.eid = w.eid AND h.item = w.item AND w.leg = {leg}
        {"" if is_last else moved}
        """,
    )
    engine.drop("journey_hits")


def _finish(engine: DuckEngine, table: str, chain: Chain) -> None:
    """The journeys of a chain in the order of their entries; where nothing waits, `leg` and what follows is absent.

    What is open tells where a journey is. It ends as left out once nothing else of it waits.
    """
    where = waiting(engine)
    engine.materialise(
        table,
        f"""
        SELECT j.*, h.leg, h.status, h.waiting, h.reason
        FROM (
            SELECT {row_number("entry_id")} AS eid, currency, compared AS amount, business_date {_new(engine, chain)}
            UNION ALL SELECT eid, currency, amount, business_date FROM {_BEFORE}
        ) j LEFT JOIN ({where}) h ON h.eid = j.eid
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
