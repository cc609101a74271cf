"""Pools as they are looked back on: every entry of a side, and what used it up.

Table `why_<side>`: `rid`, `reason` (why the rule set leaves the entry out, or absent), what passes read, and what
became of the entry: `taken_at` (the number of the pass that confirmed a match of it, absent while it is open) with
`taken_match`, and `hinted_at`, `hinted_match` for the first pass that suggested one; see `explain_outcomes`.
"""

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, all_of, call, literal
from recon.engines.names import text_literal
from recon.engines.relations import Relation, Scan, select, where
from recon.engines.render import render
from recon.engines.types import INTEGER, TEXT
from recon.matchers.explain_entries import REFERENCES
from recon.matchers.pool import SCOPE, columns_read, exclusion_reason
from recon.rules.ruleset import RuleSet, Side

FATE = {"taken_at": INTEGER, "taken_match": TEXT, "hinted_at": INTEGER, "hinted_match": TEXT}
SHOWN = (*REFERENCES, "account", "currency", "business_date", "amount", "remittance")


def load_pool(engine: DuckEngine, ruleset: RuleSet, side: Side) -> Scan:
    """Fill `why_<side>` from `scope`, `why_taken` and `why_hinted`; the pool."""
    scope = Scan(SCOPE, "scope")
    mine = where(
        scope,
        all_of(
            call("eq", scope["ruleset"], literal(ruleset.ruleset)), call("eq", scope["side"], literal(side))
        ),
    )
    reason = exclusion_reason(ruleset, side)
    names = sorted(columns_read(ruleset, side) | set(SHOWN))
    columns: dict[str, Expression] = {
        "rid": call("row_of", mine["entry_id"]),
        "reason": Literal(TEXT, None) if reason is None else reason,
        **{name: mine[name] for name in names},
    }
    pool = select(mine, columns)
    engine.materialise(
        f"why_{side}",
        "SELECT p.*, t.number AS taken_at, t.match_id AS taken_match, "
        "h.number AS hinted_at, h.match_id AS hinted_match "
        f"FROM ({render(pool)}) p "
        f"LEFT JOIN why_taken t ON t.side = {text_literal(side)} AND t.rid = p.rid "
        f"LEFT JOIN why_hinted h ON h.side = {text_literal(side)} AND h.rid = p.rid",
    )
    return Scan({**pool.schema, **FATE}, f"why_{side}")


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
