"""Breaks of matches whose two sides differ: rounding, fees, exchange rates, wrong amounts.

They differ in the amount compared (the variance of the match), or in a figure that the rule set verifies beside
it (`differences`). Either is left minus right, and plus is money to us: a positive difference means that the
right side gives us less than the left expects, so that a fee was overcharged. A fee that differs beside a variance, and
does not make it up, is a break of its own.
"""

from datetime import date
from typing import Final

from recon.breaks.ageing import within_calendar_sql
from recon.breaks.ids import break_id_sql
from recon.breaks.kinds import BreakKind
from recon.breaks.wording import amount_text, first_reference, next_step_of
from recon.engines.duck import DuckEngine
from recon.matchers.survey import day_of

VARIANCE = "breaks_variance"
ANCHOR = "breaks_anchor"
_FIGURE = "breaks_figure"
_KINDS = (
    BreakKind.ROUNDING, BreakKind.FX_DIFFERENCE, BreakKind.FEE_OVERCHARGE, BreakKind.FEE_UNDERCHARGE,
    BreakKind.AMOUNT_MISMATCH,
)  # fmt: skip
_NEXT_STEPS = next_step_of("v.kind", _KINDS)
_PARTS = ("field", "card", "left_amount", "right_amount", "difference")
_VALUES = f"{{{', '.join(f'{name!r}: {name}' for name in _PARTS)}}}"
_FEE = f"CASE WHEN difference > 0 THEN '{BreakKind.FEE_OVERCHARGE}' ELSE '{BreakKind.FEE_UNDERCHARGE}' END"
_ANCHORS = f"""
    SELECT * EXCLUDE (place, other) FROM (
        SELECT *, row_number() OVER (PARTITION BY ruleset, match_id, place > 1 ORDER BY other, place) AS nth,
               place > 1 AS is_second
        FROM (
            SELECT b.ruleset, b.match_id, b.entry_id, b.side, row_number() OVER own AS place,
                   b.side = first_value(b.side) OVER own AS other
            FROM questioned_members b
            SEMI JOIN {VARIANCE} v ON v.ruleset = b.ruleset AND v.match_id = b.match_id
            WINDOW own AS (PARTITION BY b.ruleset, b.match_id ORDER BY b.side, b.entry_id))
    ) WHERE nth = 1
"""
"""The entry by which each break of a match is known."""


def variances(engine: DuckEngine, currencies: str, *, verified: bool) -> None:
    """Materialise `VARIANCE`: the confirmed or manual matches whose sides differ, with the kind of the difference.

    `verified`: whether there is anything in a table `differences`. Of several figures that differ, the largest counts;
    beside a variance only fee and tax are told apart from it (`is_second`). The entry by which a break is known is the
    first of the match, left before right: the break of an open item that is matched with a variance lives on as that
    variance. What is told beside it is known by the first entry of the other side, or by the next one where there is
    none. The reference of a group is its payout.
    """
    whole = "m.ruleset, m.match_id, m.pass, m.currency, c.digits, c.unit, m.variance_kind, m.left_count > 1 AS of_group"
    settled = f"questioned_matches m JOIN {currencies} c ON c.currency = m.currency"
    differ = _with_figures(engine, whole, settled) if verified else _alone(whole, settled)
    engine.materialise(
        VARIANCE, f"SELECT * EXCLUDE (variance_kind, unit), {_kind_sql()} AS kind FROM ({differ})"
    )
    engine.materialise(ANCHOR, _ANCHORS)
    engine.drop(_FIGURE)


_OWN: Final = (
    "m.variance AS difference, m.left_amount, m.right_amount, true AS of_amount, false AS is_second FROM {0} "
    "WHERE m.state IN ('confirmed', 'manual') AND m.variance <> 0"
)


def _alone(whole: str, settled: str) -> str:
    """The variances, where no figure beside them differs."""
    absent = (
        "CAST(NULL AS DECIMAL(38,8)) AS figure, CAST(NULL AS VARCHAR) AS field, CAST(NULL AS VARCHAR) AS card"
    )
    return f"SELECT {whole}, {absent}, {_OWN.format(settled)}"


def _with_figures(engine: DuckEngine, whole: str, settled: str) -> str:
    """The variances with the fee that differs beside each, and the figures that are told apart."""
    engine.materialise(
        _FIGURE,
        f"""
        SELECT ruleset, match_id, max_by({_VALUES}, (abs(difference), field)) AS largest,
               max_by({_VALUES}, (abs(difference), field)) FILTER (WHERE field IN ('fee', 'tax')) AS fee
        FROM differences GROUP BY ruleset, match_id
        """,
    )
    beside = f"{_FIGURE} f ON f.ruleset = m.ruleset AND f.match_id = m.match_id"
    own = _OWN.format(f"{settled} LEFT JOIN {beside}")
    return f"""
        SELECT {whole}, f.fee.difference AS figure, f.fee.field AS field, f.fee.card AS card, {own}
        UNION ALL
        SELECT * EXCLUDE (of_amount, is_second, variance, told), told.difference, told.field, told.card,
               told.difference, told.left_amount, told.right_amount, of_amount, is_second
        FROM (SELECT {whole}, m.variance, false AS of_amount, m.variance <> 0 AS is_second,
                     if(m.variance <> 0, f.fee, f.largest) AS told
              FROM {settled} JOIN {beside} WHERE m.state IN ('confirmed', 'manual'))
        WHERE told.difference <> 0 AND told.difference <> variance
    """


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
            FROM {VARIANCE} d
            JOIN {ANCHOR} a ON a.ruleset = d.ruleset AND a.match_id = d.match_id AND a.is_second = d.is_second
            JOIN questioned_entries s
              ON s.ruleset = a.ruleset AND s.side = a.side AND s.entry_id = a.entry_id
        ) v
        JOIN {calendar} k ON k.ruleset = v.ruleset AND k.side = v.side AND k.day = {within_calendar_sql("v.day")}
    """
