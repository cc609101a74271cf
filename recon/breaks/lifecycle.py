"""Breaks from night to night: new, persisting, reopened or resolved against those of the run before."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from recon.breaks.ageing import register_calendar, within_calendar_sql
from recon.breaks.carried import BEFORE, ITEMS, MOVED, standing_sql
from recon.breaks.classify import CLASSIFIED, classify
from recon.breaks.ids import break_id_sql
from recon.breaks.kinds import BreakKind, BreakState
from recon.breaks.reasons import HORIZON, horizon_sql, next_step_sql, reason_sql
from recon.breaks.settings import BreakSettings
from recon.breaks.statements import CHAIN, STATEMENT_BREAKS, chain, statement_breaks
from recon.breaks.variances import ANCHOR, VARIANCE, variances, variances_sql
from recon.breaks.waiting import Earlier
from recon.breaks.wording import first_reference, register_currencies
from recon.engines.duck import DuckEngine, sql_type
from recon.engines.names import text_literal
from recon.matchers.survey import SURVEYED
from recon.model.tables import BREAKS

CALENDAR = "breaks_calendar"
CURRENCIES = "breaks_currency"
_FOUND = "breaks_found"
_RESOLVED = "breaks_resolved_before"
SETTLED = "settled_variances"
"""Variances that people cleared: `break_id`, `words`; absent where there are none."""
REVIVED = "revived_variances"
"""Variances whose clearing was undone, as breaks (BREAKS); absent where there are none."""


def _none_earlier(_: str) -> Sequence[Path]:
    return ()


def find_breaks(
    engine: DuckEngine,
    rulesets: Mapping[str, BreakSettings],
    as_of: date,
    earlier: Earlier = _none_earlier,
    *,
    continued: bool = False,
) -> None:
    """Materialise `breaks` (BREAKS) from the tables of a run.

    Reads `scope`, `known_before` (what earlier runs looked at), `matches`, `members`, `questioned_matches`,
    `questioned_members` and `questioned_entries` (see `matchers.results.named`), `excluded`, `open_items`, `statements`
    and `previous_breaks`; and, if they exist, `SETTLED`, `REVIVED`, `left_out` and `returned` (what people decided),
    `earlier_statements` (STATEMENTS of files of earlier runs, so that gaps between runs are seen and filled),
    `differences` (figures that a rule set verifies beside the amount), and `surveyed` (what the scope holds). A break
    that the run before had and this one has not is listed once as resolved, with what resolved it; one that comes back
    after any number of nights is reopened, which is looked up in the breaks of `earlier` runs. A run that is
    `continued` (by the same rules and versions, and without a corrected file) also reads `previous_open`, and carries
    over what cannot have changed.

    Raises:
        ValueError: open items of a rule set without settings.
    """
    unknown = {row[0] for row in engine.rows("SELECT DISTINCT ruleset FROM open_items")} - set(rulesets)
    if unknown:
        raise ValueError(f"no break settings for the rule sets {sorted(unknown)}")
    _register(engine, rulesets, as_of)
    classify(engine, rulesets, as_of, CALENDAR, continued=continued)
    chain(engine, ["statements", *(["earlier_statements"] if engine.has("earlier_statements") else [])])
    statement_breaks(engine, CALENDAR, CURRENCIES, as_of)
    variances(engine, CURRENCIES, verified=engine.has("differences") and engine.count("differences") > 0)
    engine.materialise(HORIZON, horizon_sql(as_of))
    parts = [_open_sql(engine, as_of)]
    if engine.count(VARIANCE):
        parts.append(variances_sql(CALENDAR, as_of))
    if engine.count(STATEMENT_BREAKS):
        parts.append(f"SELECT * FROM {STATEMENT_BREAKS}")
    if engine.has(REVIVED):
        parts.append(f"SELECT * EXCLUDE (state) FROM {REVIVED}")
    engine.materialise(_FOUND, " UNION ALL BY NAME ".join(f"SELECT * FROM ({part})" for part in parts))
    columns = ", ".join(f"CAST({field.name} AS {sql_type(field.type)}) AS {field.name}" for field in BREAKS)
    _look_up_resolved(engine, as_of, earlier)
    all_parts = [_LIVING_SQL, *([standing_sql(CALENDAR, as_of)] if engine.has(MOVED) else [])]
    if engine.count("previous_breaks"):
        all_parts.append(_gone_sql(engine, rulesets, as_of))
    engine.materialise("breaks", f"SELECT {columns} FROM ({' UNION ALL BY NAME '.join(all_parts)})")
    engine.drop(CLASSIFIED, CHAIN, STATEMENT_BREAKS, VARIANCE, ANCHOR, HORIZON, _FOUND, _RESOLVED, MOVED)


def _register(engine: DuckEngine, rulesets: Mapping[str, BreakSettings], as_of: date) -> None:
    """The days and currencies that breaks of this run may have; what is open or matched is in scope."""
    days = engine.rows(
        f"""
        SELECT DISTINCT day FROM (
            SELECT day FROM {SURVEYED}
            UNION ALL SELECT coalesce(period_to, period_from) FROM statements
            UNION ALL SELECT coalesce(business_date, first_seen) FROM previous_breaks
        ) WHERE day IS NOT NULL
        """
    )
    register_calendar(engine, CALENDAR, rulesets, as_of, [row[0] for row in days])
    tables = (SURVEYED, "statements", "previous_breaks")
    codes = engine.rows(" UNION ".join(f"SELECT currency FROM {table}" for table in tables))
    register_currencies(engine, CURRENCIES, [row[0] for row in codes if row[0] is not None])


def _look_up_resolved(engine: DuckEngine, as_of: date, earlier: Earlier) -> None:
    """The breaks that the run before did not have and that an earlier one resolved, with the day they were first seen.

    Earlier runs are read only when something may have come back: a statement, an entry that a corrected file took
    back, or one that was open before. A new entry has no past, and the variance of a match is made once.
    """
    engine.materialise(_RESOLVED, "SELECT break_id, first_seen FROM previous_breaks WHERE false")
    taken_back = "entry_id IN (SELECT entry_id FROM withdrawn)" if engine.has("withdrawn") else "false"
    may_return = (
        f"SELECT f.break_id FROM {_FOUND} f ANTI JOIN previous_breaks p ON p.break_id = f.break_id "
        f"WHERE side IS NULL OR {_brought_back(engine, 'f')} "
        f"OR (match_id IS NULL AND (first_seen < DATE '{as_of}' OR {taken_back}))"
    )
    if not engine.rows(f"SELECT 1 FROM ({may_return}) LIMIT 1"):
        return
    if files := earlier("breaks.parquet"):
        engine.scan("earlier_breaks", files)
        engine.append(
            _RESOLVED,
            "SELECT break_id, min(first_seen) AS first_seen FROM earlier_breaks "
            f"SEMI JOIN ({may_return}) USING (break_id) WHERE state = '{BreakState.RESOLVED}' GROUP BY break_id",
        )


def _brought_back(engine: DuckEngine, of: str) -> str:
    """Whether a break, a row of `of`, comes back because somebody undid a decision or took a match back."""
    found = ["false"]
    if engine.has(REVIVED):
        found.append(f"{of}.break_id IN (SELECT break_id FROM {REVIVED})")
    if engine.has("returned"):
        found.append(
            f"({of}.ruleset, {of}.side, {of}.entry_id) IN (SELECT (ruleset, side, entry_id) FROM returned)"
        )
    return f"({' OR '.join(found)})"


def _open_sql(engine: DuckEngine, as_of: date) -> str:
    """The breaks of open items, in the columns of a break but for its state."""
    rows = engine.rows(f"SELECT kind FROM {CLASSIFIED} UNION SELECT finding FROM {CLASSIFIED}")
    found = {str(row[0]) for row in rows}
    return f"""
        SELECT {break_id_sql("o.ruleset", "o.side", "o.entry_id")} AS break_id, o.ruleset, o.side, k.kind,
               o.entry_id, CAST(NULL AS VARCHAR) AS match_id, o.source, o.account, o.currency,
               CAST(o.compared AS DECIMAL(38,8)) AS amount, o.business_date, o.first_seen, k.due_date,
               greatest(0, DATE '{as_of}' - k.day) AS age_days, k.age_business_days,
               {first_reference("o")} AS reference, coalesce(o.counterparty_name, o.entity) AS counterparty,
               {reason_sql(found)} AS reason, {next_step_sql(found)} AS next_step, o.file_id, o.line_no
        FROM {ITEMS} o
        JOIN {CLASSIFIED} k ON k.ruleset = o.ruleset AND k.side = o.side AND k.entry_id = o.entry_id
        JOIN {CURRENCIES} c ON c.currency = o.currency
        LEFT JOIN {CURRENCIES} d ON d.currency = k.other_currency
        LEFT JOIN {HORIZON} h ON h.ruleset = o.ruleset AND h.side <> o.side
    """


_LIVING_SQL = f"""
    SELECT f.* REPLACE (least(f.first_seen, p.first_seen, r.first_seen) AS first_seen),
           CASE WHEN p.state <> '{BreakState.RESOLVED}' THEN '{BreakState.PERSISTING}'
                WHEN p.break_id IS NOT NULL OR r.break_id IS NOT NULL THEN '{BreakState.REOPENED}'
                ELSE '{BreakState.NEW}' END AS state
    FROM {_FOUND} f
    LEFT JOIN {BEFORE} p ON p.break_id = f.break_id
    LEFT JOIN {_RESOLVED} r ON r.break_id = f.break_id
"""
"""The breaks found, with what they were in the runs before."""


def _gone_sql(engine: DuckEngine, rulesets: Mapping[str, BreakSettings], as_of: date) -> str:
    """Breaks of the run before that were not found again.

    They are resolved, but for the ones that live on without being found; see `_kept_sql`.
    """
    in_run = ", ".join(text_literal(name) for name in sorted(rulesets)) or "''"
    resolution = f"""
        CASE WHEN w.words IS NOT NULL THEN w.words
             WHEN m.match_id IS NOT NULL THEN concat('matched by ', m.pass, ' in match ', m.match_id)
             WHEN z.reason IS NOT NULL THEN z.reason
             WHEN x.reason IS NOT NULL THEN concat('left out: ', x.reason)
             WHEN p.side IS NULL THEN 'the statements that this run knows add up'
             WHEN p.ruleset NOT IN ({in_run}) THEN 'its rule set has no part in this run'
             WHEN p.match_id IS NOT NULL
             THEN concat('rounding of an earlier month, in match ', p.match_id)
             ELSE 'its entry is no longer in the scope of the rule set' END
    """
    settled = SETTLED if engine.has(SETTLED) else "(SELECT '' AS break_id, '' AS words WHERE false)"
    nothing_left_out = "(SELECT '' AS ruleset, '' AS side, '' AS entry_id, '' AS reason WHERE false)"
    left_out = "left_out" if engine.has("left_out") else nothing_left_out
    decided = f"({_brought_back(engine, 'b')} OR b.break_id IN (SELECT break_id FROM {settled}))"
    return f"""
        SELECT p.* EXCLUDE (kept) REPLACE (
                   CASE WHEN kept THEN '{BreakState.PERSISTING}' ELSE '{BreakState.RESOLVED}' END AS state,
                   CASE WHEN kept THEN p.match_id ELSE coalesce(m.match_id, p.match_id) END AS match_id,
                   CASE WHEN kept THEN p.reason ELSE {resolution} END AS reason,
                   CASE WHEN kept THEN p.next_step ELSE 'nothing to do' END AS next_step,
                   greatest(0, DATE '{as_of}' - coalesce(p.business_date, p.first_seen)) AS age_days,
                   coalesce(k.age_business_days, p.age_business_days) AS age_business_days)
        FROM (
            SELECT b.*, {_kept_sql(in_run, as_of)} AND NOT {decided} AS kept
            FROM {BEFORE} b LEFT JOIN {CHAIN} s ON s.break_id = b.break_id
            ANTI JOIN {_FOUND} f ON f.break_id = b.break_id
            WHERE b.state <> '{BreakState.RESOLVED}'
        ) p
        LEFT JOIN (
            SELECT i.ruleset, i.side, i.entry_id, min(a.match_id) AS match_id,
                   min_by(a.pass, a.match_id) AS pass
            FROM members i JOIN matches a ON a.ruleset = i.ruleset AND a.match_id = i.match_id
            SEMI JOIN {BEFORE} q ON q.ruleset = i.ruleset AND q.side = i.side AND q.entry_id = i.entry_id
            WHERE a.state IN ('confirmed', 'manual') GROUP BY i.ruleset, i.side, i.entry_id
        ) m ON m.ruleset = p.ruleset AND m.side = p.side AND m.entry_id = p.entry_id
        LEFT JOIN {settled} w ON w.break_id = p.break_id
        LEFT JOIN {left_out} z ON z.ruleset = p.ruleset AND z.side = p.side AND z.entry_id = p.entry_id
        LEFT JOIN excluded x ON x.ruleset = p.ruleset AND x.side = p.side AND x.entry_id = p.entry_id
        LEFT JOIN {CALENDAR} k ON k.ruleset = CASE WHEN p.ruleset IN ({in_run}) THEN p.ruleset ELSE '' END
            AND k.side = CASE WHEN p.ruleset IN ({in_run}) THEN p.side ELSE '' END
            AND k.day = {within_calendar_sql("coalesce(p.business_date, p.first_seen)")}
    """


def _kept_sql(in_run: str, as_of: date) -> str:
    """Whether a break `b` lives on although this run did not find it.

    A break of a statement does, when the run knows nothing of the statement. The variance of a match does, since
    the match is made once and the money is still claimed: until its entries are back in scope, or, for rounding,
    until the month in which it was seen is over.
    """
    return f"""
        (b.side IS NULL AND s.break_id IS NULL)
        OR (b.match_id IS NOT NULL AND b.ruleset IN ({in_run})
            AND (b.kind <> '{BreakKind.ROUNDING}'
                 OR date_trunc('month', b.first_seen) = date_trunc('month', DATE '{as_of}')))
    """
