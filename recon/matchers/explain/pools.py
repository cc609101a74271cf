"""Pools as they are looked back on: the few entries that a question is about, and what used each of them up.

Table `why_<side>`: `rid`, `reason` (why the rule set leaves the entry out, or absent), the columns of an entry, and
what became of it: `taken_at` (the number of the pass that confirmed a match of it, absent while it is open) with
`taken_match`, and `hinted_at`, `hinted_match` for the first pass that suggested one; see `explain.outcomes`.
"""

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, all_of, call, literal
from recon.engines.names import identifier, text_literal
from recon.engines.relations import Relation, Scan, Schema, select, where
from recon.engines.render import render
from recon.engines.rows import entry_text
from recon.engines.types import INTEGER, ROW, TEXT
from recon.matchers.explain.outcomes import Outcomes
from recon.matchers.pool import SCOPE, WITHDRAWN_REASON, exclusion_reason
from recon.model.sides import SIDES
from recon.rules.book import COLUMNS
from recon.rules.ruleset import RuleSet, Side

FATE: Schema = {"taken_at": INTEGER, "taken_match": TEXT, "hinted_at": INTEGER, "hinted_match": TEXT}
POOL: Schema = {"rid": ROW, "reason": TEXT, **COLUMNS, **FATE}
WANTED = "why_ids"
_SCOPE_COLUMNS = ", ".join(identifier(name) for name in SCOPE)
ALL = -1
"""The number that stands for all passes."""


def everything(ruleset: RuleSet, side: Side, table: str = "scope") -> Relation:
    """All entries of a side that the run could see, or those of them in a table, without their fate."""
    scope = Scan(SCOPE, table)
    mine = where(
        scope,
        all_of(
            call("eq", scope["ruleset"], literal(ruleset.ruleset)), call("eq", scope["side"], literal(side))
        ),
    )
    reason = exclusion_reason(ruleset, side)
    columns: dict[str, Expression] = {
        "rid": call("row_of", mine["entry_id"]),
        "reason": Literal(TEXT, None) if reason is None else reason,
        **{name: mine[name] for name in COLUMNS},
        "taken_at": Literal(INTEGER, None),
        "taken_match": Literal(TEXT, None),
        "hinted_at": Literal(INTEGER, None),
        "hinted_match": Literal(TEXT, None),
    }
    return select(mine, columns)


def forget(engine: DuckEngine) -> None:
    """Begin with no entries."""
    engine.create_typed(WANTED, {"side": TEXT, "number": INTEGER, "rid": ROW})


def want(engine: DuckEngine, side: Side, rows: str, number: int = ALL) -> None:
    """Add the entries (`rid`) of a query to those that the pools will hold; for one pass, or for all.

    What is wanted for one pass completes groups of that pass: another pass may see only a part of its own groups in
    them, and must not look at them.
    """
    which = f"side = {text_literal(side)} AND number = {number}"
    engine.append(
        WANTED,
        f"SELECT DISTINCT {text_literal(side)} AS side, {number} AS number, q.rid FROM ({rows}) q "
        f"WHERE q.rid NOT IN (SELECT rid FROM {WANTED} WHERE {which})",
    )


def load_pools(engine: DuckEngine, outcomes: Outcomes) -> None:
    """Fill `why_left` and `why_right` with the entries wanted and their fates."""
    entry = entry_text("rid")
    engine.materialise("why_named", f"SELECT DISTINCT side, rid, {entry} AS entry_id FROM {WANTED}")
    outcomes.load(engine, "why_named")
    for side in SIDES:
        named = f"SELECT entry_id FROM why_named WHERE side = {text_literal(side)}"
        engine.materialise("why_chosen", f"SELECT {_SCOPE_COLUMNS} FROM scope WHERE entry_id IN ({named})")
        _load(engine, outcomes.ruleset, side)


def pool_of(engine: DuckEngine, side: Side, number: int = ALL) -> Relation:
    """The entries of a side that were wanted for a pass."""
    chosen = f"SELECT rid FROM {WANTED} WHERE side = {text_literal(side)} AND number IN ({ALL}, {number})"
    name = f"why_{side}_{'all' if number == ALL else number}"
    engine.view(name, f"SELECT * FROM why_{side} WHERE rid IN ({chosen})")
    return Scan(POOL, name)


def wanted_by_all(engine: DuckEngine, ruleset: RuleSet, side: Side) -> Relation:
    """The entries wanted for all passes so far, without their fate."""
    entry = entry_text("rid")
    named = f"SELECT {entry} FROM {WANTED} WHERE side = {text_literal(side)} AND number = {ALL}"
    engine.materialise("why_chosen", f"SELECT {_SCOPE_COLUMNS} FROM scope WHERE entry_id IN ({named})")
    engine.materialise(f"why_so_far_{side}", render(everything(ruleset, side, "why_chosen")))
    return Scan(POOL, f"why_so_far_{side}")


def _load(engine: DuckEngine, ruleset: RuleSet, side: Side) -> None:
    rows = render(everything(ruleset, side, "why_chosen"))
    of_side = f"AS f WHERE f.side = {text_literal(side)}"
    engine.materialise(
        f"why_{side}",
        "SELECT p.* REPLACE (t.number AS taken_at, t.match_id AS taken_match, h.number AS hinted_at, "
        "h.match_id AS hinted_match, CASE WHEN w.entry_id IS NULL THEN p.reason "
        f"ELSE {text_literal(WITHDRAWN_REASON)} END AS reason) FROM ({rows}) p "
        f"LEFT JOIN (SELECT * FROM why_taken {of_side}) t ON t.rid = p.rid "
        f"LEFT JOIN (SELECT * FROM why_hinted {of_side}) h ON h.rid = p.rid "
        "LEFT JOIN withdrawn w ON w.entry_id = p.entry_id AND w.file_id = p.file_id",
    )


def held(pool: Relation, number: int, confirms: bool) -> Expression:
    """The match that keeps an entry from a pass, empty when it is free.

    A confirmed match does, if it was made before the pass or by it; to a pass that only suggests, so does an
    earlier suggestion.
    """
    free = literal("")
    found = call("if", call("le", pool["taken_at"], literal(number)), pool["taken_match"], free)
    if confirms:
        return found
    hinted = call("if", call("lt", pool["hinted_at"], literal(number)), pool["hinted_match"], free)
    return call("if", call("eq", found, free), hinted, found)
