"""Breaks of statements: one that does not add up, one that does not follow from the one before."""

from datetime import date

import pyarrow as pa

from recon.breaks.ageing import within_calendar_sql
from recon.breaks.ids import break_id_sql
from recon.breaks.kinds import BreakKind
from recon.breaks.wording import amount_text, next_step_of
from recon.engines.duck import DuckEngine
from recon.model.tables import BREAKS, STATEMENTS

STATEMENT_BREAKS = "breaks_statement"
CHAIN = "breaks_chain"
_BROKEN = "breaks_broken_chain"
_NEXT_STEPS = next_step_of("s.kind", (BreakKind.STATEMENT_GAP, BreakKind.CONTROL_TOTAL))

_KNOWN = pa.schema([*STATEMENTS, ("name", pa.string()), ("place", pa.int64()), ("break_id", pa.string())])


def chain(engine: DuckEngine, tables: list[str]) -> None:
    """Materialise the statements known, one row each, numbered by date within account and currency.

    A statement is known by source, account, currency, period and the name it has; without a name, by its file.
    Of two files with the same statement, the one that `tables` names first counts; then the one that adds up.
    """
    held = [table for table in tables if not engine.is_bare(table)]
    if not held:
        engine.create(CHAIN, _KNOWN)
        return
    union = " UNION ALL BY NAME ".join(f"SELECT *, {nth} AS nth FROM {table}" for nth, table in enumerate(held))
    name = (
        "concat_ws(' ', currency, period_from, period_to, "
        "coalesce(statement_id, concat_ws(' ', file_id, statement_no)))"
    )
    engine.materialise(
        CHAIN,
        f"""
        SELECT * EXCLUDE (nth), dense_rank() OVER (
                   PARTITION BY source, account, currency ORDER BY coalesce(period_to, period_from)) AS place,
               {break_id_sql("'statement'", "source", "coalesce(account, '')", "name")} AS break_id
        FROM (SELECT *, {name} AS name FROM ({union}))
        QUALIFY row_number() OVER (
            PARTITION BY source, account, name
            ORDER BY nth, coalesce(balance_ok, true) AND coalesce(control_ok, true) DESC, opening, closing,
                     file_id, statement_no) = 1
        """,
    )


def statement_breaks(engine: DuckEngine, calendar: str, currencies: str, as_of: date) -> None:
    """Materialise `STATEMENT_BREAKS`: the statements at fault, in the columns of a break but for its state.

    A statement follows from another of the same day or of the day before it that has a statement, when that
    one closes with its opening balance. The first of an account follows from nothing:
    of the earliest day, one that others follow from. Amounts: what is missing
    between the balances, else between the totals stated and computed.
    """
    if not engine.count(CHAIN):
        engine.create(STATEMENT_BREAKS, pa.schema([field for field in BREAKS if field.name != "state"]))
        return
    engine.materialise(_BROKEN, _broken_sql())
    stated = "coalesce(c.stated_credits - c.sum_credits, 0) - coalesce(c.stated_debits - c.sum_debits, 0)"
    movement = "c.closing - c.opening - c.sum_credits + c.sum_debits"
    at_fault = "NOT coalesce(c.balance_ok, true) OR NOT coalesce(c.control_ok, true) OR b.break_id IS NOT NULL"
    gap = "NOT coalesce(c.balance_ok, true) OR b.break_id IS NOT NULL"
    engine.materialise(
        STATEMENT_BREAKS,
        f"""
        WITH s AS (
            SELECT c.*, b.before, coalesce(c.period_to, c.period_from) AS day, d.digits,
                   CASE WHEN {gap} THEN '{BreakKind.STATEMENT_GAP}'
                        ELSE '{BreakKind.CONTROL_TOTAL}' END AS kind,
                   CASE WHEN NOT coalesce(c.balance_ok, true) THEN {movement}
                        WHEN b.break_id IS NOT NULL THEN c.opening - b.before
                        ELSE {stated} END AS difference
            FROM {CHAIN} c LEFT JOIN {_BROKEN} b ON b.break_id = c.break_id
            LEFT JOIN {currencies} d ON d.currency = c.currency
            WHERE {at_fault})
        SELECT s.break_id, '' AS ruleset, CAST(NULL AS VARCHAR) AS side, s.kind,
               CAST(NULL AS VARCHAR) AS entry_id, CAST(NULL AS VARCHAR) AS match_id, s.source,
               coalesce(s.account, '') AS account,
               coalesce(s.currency, '') AS currency, CAST(coalesce(s.difference, 0) AS DECIMAL(38,8)) AS amount,
               s.day AS business_date, DATE '{as_of}' AS first_seen, s.day AS due_date,
               greatest(0, coalesce(DATE '{as_of}' - s.day, 0)) AS age_days,
               coalesce(k.age_business_days, 0) AS age_business_days, s.statement_id AS reference,
               CAST(NULL AS VARCHAR) AS counterparty, {_reason_sql()} AS reason, {_NEXT_STEPS} AS next_step,
               s.file_id, CAST(NULL AS BIGINT) AS line_no
        FROM s LEFT JOIN {calendar} k
          ON k.ruleset = '' AND k.side = '' AND k.day = {within_calendar_sql("s.day")}
        """,
    )
    engine.drop(_BROKEN)


def _broken_sql() -> str:
    """Statements that follow from none, with the nearest closing balance before them."""
    return f"""
        WITH loose AS (
            SELECT c.*, EXISTS (
                       SELECT 1 FROM {CHAIN} n WHERE n.source = c.source AND n.account IS NOT DISTINCT FROM c.account
                       AND n.currency IS NOT DISTINCT FROM c.currency AND n.opening = c.closing
                       AND n.place BETWEEN c.place AND c.place + 1 AND n.break_id <> c.break_id) AS leads
            FROM {CHAIN} c
            ANTI JOIN {CHAIN} p ON p.source = c.source AND p.account IS NOT DISTINCT FROM c.account
                AND p.currency IS NOT DISTINCT FROM c.currency AND p.closing = c.opening
                AND p.place BETWEEN c.place - 1 AND c.place AND p.break_id <> c.break_id
            WHERE c.opening IS NOT NULL AND coalesce(c.period_to, c.period_from) IS NOT NULL
            QUALIFY c.place > 1 OR row_number() OVER (
                PARTITION BY c.source, c.account, c.currency, c.place
                ORDER BY leads DESC, c.statement_no, c.break_id) > 1
        )
        SELECT l.break_id, max_by(p.closing, (p.place, p.statement_no, p.break_id)) AS before
        FROM loose l JOIN {CHAIN} p ON p.source = l.source AND p.account IS NOT DISTINCT FROM l.account
            AND p.currency IS NOT DISTINCT FROM l.currency AND p.place <= l.place AND p.break_id <> l.break_id
            AND p.closing IS NOT NULL
        GROUP BY l.break_id
    """


def _reason_sql() -> str:
    """One sentence for each fault of a statement `s`."""
    digits = "coalesce(s.digits, 0)"
    opening, closing = amount_text("s.opening", digits), amount_text("s.closing", digits)
    difference = amount_text("abs(s.difference)", digits)
    before = amount_text("s.before", digits)
    sums = f"concat('credits ', {amount_text('s.sum_credits', digits)}, ', debits ', "
    sums += f"{amount_text('s.sum_debits', digits)}, ' in ', s.entries, ' entries')"
    stated = f"""concat_ws(', ',
        CASE WHEN s.stated_entries IS NOT NULL THEN concat(s.stated_entries, ' entries') END,
        CASE WHEN s.stated_credits IS NOT NULL
             THEN concat('credits ', {amount_text("s.stated_credits", digits)}) END,
        CASE WHEN s.stated_debits IS NOT NULL
             THEN concat('debits ', {amount_text("s.stated_debits", digits)}) END)"""
    name = "concat('statement', CASE WHEN s.statement_id IS NULL THEN '' ELSE concat(' ', s.statement_id) END)"
    return f"""
        concat_ws('; ',
            CASE WHEN NOT coalesce(s.balance_ok, true) AND s.closing IS NULL
                 THEN concat({name}, ' opens with ', {opening}, ' and closes in another currency')
                 WHEN NOT coalesce(s.balance_ok, true)
                 THEN concat({name}, ' opens with ', {opening}, ' and closes with ', {closing},
                             ', but holds ', {sums}, ': ', {difference}, ' is missing') END,
            CASE WHEN s.before IS NOT NULL
                 THEN concat({name}, ' opens with ', {opening}, '; the one before closes with ', {before}) END,
            CASE WHEN NOT coalesce(s.control_ok, true) AND s.control_note IS NOT NULL
                 THEN concat({name}, ': ', s.control_note)
                 WHEN NOT coalesce(s.control_ok, true)
                 THEN concat({name}, ' states ', {stated}, ' and holds ', {sums}) END)
    """
