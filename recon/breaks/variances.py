"""Breaks of matches whose two sides differ: rounding, fees, exchange rates, wrong amounts.

They differ in the amount compared (the variance of the match), or in a figure that the rule set verifies beside
it (`differences`). Either is left minus right, and plus is money to us: a positive difference means that the
right side gives us less than the left expects, so that a fee was overcharged.
"""

from datetime import date

from recon.breaks.ageing import within_calendar_sql
from recon.breaks.classify import day_of
from recon.breaks.ids import break_id_sql
from recon.breaks.kinds import KIND_WORDS, BreakKind
from recon.breaks.wording import amount_text, case_of, first_reference
from recon.engines.duck import DuckEngine

VARIANCE = "breaks_variance"
ANCHOR = "breaks_anchor"
_FIGURE = "breaks_figure"
_NEXT_STEPS = case_of("v.kind", {str(kind): words.next_step for kind, words in KIND_WORDS.items()})
_FEE = f"CASE WHEN difference > 0 THEN '{BreakKind.FEE_OVERCHARGE}' ELSE '{BreakKind.FEE_UNDERCHARGE}' END"


def variances(engine: DuckEngine, currencies: str, *, verified: bool) -> None:
    """Materialise `VARIANCE`: one row per confirmed or manual match whose sides differ, with the kind.

    `verified`: whether there is a table `differences`. Of several figures that differ, and have no variance
    beside them, the largest counts. The entry by which the break is known is the first of the match, left
    before right: the break of an open item that is matched with a variance lives on as that variance. The
    reference of a group is its payout.
    """
    engine.materialise(
        _FIGURE,
        """
        SELECT ruleset, match_id, max_by(field, (abs(difference), field)) AS field,
               max_by(card, (abs(difference), field)) AS card,
               max_by(left_amount, (abs(difference), field)) AS left_amount,
               max_by(right_amount, (abs(difference), field)) AS right_amount,
               max_by(difference, (abs(difference), field)) AS difference
        FROM differences GROUP BY ruleset, match_id
        """
        if verified
        else "SELECT ruleset, match_id, '' AS field, '' AS card, left_amount, right_amount, variance AS difference "
        "FROM matches WHERE false",
    )
    engine.materialise(
        VARIANCE,
        f"""
        SELECT * EXCLUDE (variance_kind, unit), {_kind_sql()} AS kind FROM (
            SELECT m.ruleset, m.match_id, m.pass, m.currency, c.digits, c.unit, m.variance_kind,
                   f.difference AS figure, f.field, f.card,
                   if(m.variance <> 0, m.variance, f.difference) AS difference,
                   if(m.variance <> 0, m.left_amount, f.left_amount) AS left_amount,
                   if(m.variance <> 0, m.right_amount, f.right_amount) AS right_amount,
                   m.variance <> 0 AS of_amount, m.left_count > 1 AS of_group
            FROM matches m JOIN {currencies} c ON c.currency = m.currency
            LEFT JOIN {_FIGURE} f ON f.ruleset = m.ruleset AND f.match_id = m.match_id
            WHERE m.state IN ('confirmed', 'manual') AND (m.variance <> 0 OR f.difference <> 0))
        """,
    )
    engine.materialise(
        ANCHOR,
        f"""
        SELECT b.ruleset, b.match_id, min_by(b.entry_id, (b.side, b.entry_id)) AS entry_id, min(b.side) AS side
        FROM questioned_members b SEMI JOIN {VARIANCE} v ON v.ruleset = b.ruleset AND v.match_id = b.match_id
        GROUP BY b.ruleset, b.match_id
        """,
    )
    engine.drop(_FIGURE)


def _kind_sql() -> str:
    """The kind of a difference. What has no class is rounding when it is under one minor unit."""
    return f"""
        CASE WHEN of_amount AND variance_kind = 'rounding' THEN '{BreakKind.ROUNDING}'
             WHEN of_amount AND variance_kind = 'fx' THEN '{BreakKind.FX_DIFFERENCE}'
             WHEN of_amount AND variance_kind = 'fee' THEN {_FEE}
             WHEN field IN ('fee', 'tax') AND figure = difference THEN {_FEE}
             WHEN NOT of_amount AND field = 'original_amount' THEN '{BreakKind.FX_DIFFERENCE}'
             WHEN abs(difference) < unit AND coalesce(variance_kind, '') NOT IN ('short', 'over')
             THEN '{BreakKind.ROUNDING}'
             ELSE '{BreakKind.AMOUNT_MISMATCH}' END
    """


def variances_sql(calendar: str, as_of: date) -> str:
    """The breaks of `VARIANCE`, in the columns of a break but for its state."""
    left, right = amount_text("v.left_amount", "v.digits"), amount_text("v.right_amount", "v.digits")
    gap = amount_text("abs(v.difference)", "v.digits")
    return f"""
        SELECT {break_id_sql("v.ruleset", "v.side", "v.entry_id")} AS break_id, v.ruleset, v.side, v.kind,
               v.entry_id, v.match_id, v.source, v.account, v.currency,
               CAST(v.difference AS DECIMAL(38,8)) AS amount, v.business_date, v.first_seen, v.day AS due_date,
               greatest(0, DATE '{as_of}' - v.day) AS age_days, k.age_business_days, v.reference,
               coalesce(v.counterparty_name, v.entity) AS counterparty,
               concat('matched by ', v.pass, ': ', if(v.of_amount, '', concat(v.field, ' ')), {left},
                      if(v.of_amount OR v.card = '', ' on the left and ', concat(' by rate card ', v.card, ' and ')),
                      {right}, ' ', v.currency,
                      if(v.of_amount OR v.card = '', ' on the right, ', ' charged, '), {gap},
                      CASE v.kind WHEN '{BreakKind.FEE_OVERCHARGE}' THEN ' charged too much'
                                  WHEN '{BreakKind.FEE_UNDERCHARGE}' THEN ' charged too little'
                                  ELSE if(v.difference > 0, ' less', ' more') END) AS reason,
               {_NEXT_STEPS} AS next_step, v.file_id, v.line_no
        FROM (
            SELECT d.*, a.side, s.entry_id, s.source, s.account, s.business_date, s.first_seen, s.counterparty_name,
                   s.entity, s.file_id, s.line_no, {day_of("s")} AS day,
                   coalesce(if(d.of_group, coalesce(s.payout_id, s.ref_payout), NULL), {first_reference("s")})
                       AS reference
            FROM {VARIANCE} d JOIN {ANCHOR} a ON a.ruleset = d.ruleset AND a.match_id = d.match_id
            JOIN questioned_entries s
              ON s.ruleset = a.ruleset AND s.side = a.side AND s.entry_id = a.entry_id
        ) v
        JOIN {calendar} k ON k.ruleset = v.ruleset AND k.side = v.side AND k.day = {within_calendar_sql("v.day")}
    """
