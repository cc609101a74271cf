"""Breaks of matches whose two sides differ: rounding, fees, exchange rates, wrong amounts."""

from datetime import date

from recon.breaks.ageing import within_calendar_sql
from recon.breaks.classify import day_of
from recon.breaks.ids import break_id_sql
from recon.breaks.kinds import KIND_WORDS, BreakKind
from recon.breaks.wording import amount_text, case_of, first_reference

_NEXT_STEPS = case_of("v.kind", {str(kind): words.next_step for kind, words in KIND_WORDS.items()})


def variance_kind_sql() -> str:
    """The kind of the variance of a match `m` whose currency has `c.digits`.

    Variance is left minus right and plus is money to us, so a positive fee variance means that the right side
    gives us less than the left expects: too much was charged. A variance without a class is rounding when it is
    under one minor unit.
    """
    return f"""
        CASE m.variance_kind
            WHEN 'rounding' THEN '{BreakKind.ROUNDING}'
            WHEN 'fx' THEN '{BreakKind.FX_DIFFERENCE}'
            WHEN 'fee' THEN CASE WHEN m.variance > 0 THEN '{BreakKind.FEE_OVERCHARGE}'
                                 ELSE '{BreakKind.FEE_UNDERCHARGE}' END
            WHEN 'short' THEN '{BreakKind.AMOUNT_MISMATCH}'
            WHEN 'over' THEN '{BreakKind.AMOUNT_MISMATCH}'
            ELSE CASE WHEN abs(m.variance) < c.unit THEN '{BreakKind.ROUNDING}'
                      ELSE '{BreakKind.AMOUNT_MISMATCH}' END
        END
    """


def variances_sql(calendar: str, currencies: str, as_of: date) -> str:
    """The breaks of confirmed and manual matches with a variance, in the columns of a break but for its state.

    Each is known by the first entry of its match, left before right: the break of an open item that is matched
    with a variance lives on as that variance.
    """
    left, right = amount_text("v.left_amount", "v.digits"), amount_text("v.right_amount", "v.digits")
    variance = amount_text("abs(v.variance)", "v.digits")
    more = "CASE WHEN v.variance > 0 THEN ' less' ELSE ' more' END"
    return f"""
        WITH v AS (
            SELECT m.* EXCLUDE (kind), c.digits, {variance_kind_sql()} AS kind, a.side, a.entry_id, a.business_date, a.source,
                   a.account, a.counterparty_name, a.entity, a.file_id, a.line_no, a.first_seen, a.day,
                   {first_reference("a")} AS reference
            FROM matches m JOIN {currencies} c ON c.currency = m.currency
            JOIN (
                SELECT b.match_id, s.*, {day_of("s")} AS day
                FROM members b
                JOIN scope s ON s.ruleset = b.ruleset AND s.side = b.side AND s.entry_id = b.entry_id
                SEMI JOIN matches x ON x.ruleset = b.ruleset AND x.match_id = b.match_id AND x.variance <> 0
                QUALIFY row_number() OVER (PARTITION BY b.ruleset, b.match_id ORDER BY b.side, b.entry_id) = 1
            ) a ON a.ruleset = m.ruleset AND a.match_id = m.match_id
            WHERE m.state IN ('confirmed', 'manual') AND m.variance <> 0)
        SELECT {break_id_sql("v.ruleset", "v.side", "v.entry_id")} AS break_id, v.ruleset, v.side, v.kind,
               v.entry_id, v.match_id, v.source, v.account, v.currency,
               CAST(v.variance AS DECIMAL(38,8)) AS amount,
               v.business_date, v.first_seen, v.day AS due_date,
               greatest(0, DATE '{as_of}' - v.day) AS age_days, k.age_business_days, v.reference,
               coalesce(v.counterparty_name, v.entity) AS counterparty,
               concat('matched by ', v.pass, ': ', {left}, ' on the left and ', {right}, ' ', v.currency,
                      ' on the right, ', {variance}, {more}) AS reason,
               {_NEXT_STEPS} AS next_step, v.file_id, v.line_no
        FROM v JOIN {calendar} k
          ON k.ruleset = v.ruleset AND k.side = v.side AND k.day = {within_calendar_sql("v.day")}
    """
