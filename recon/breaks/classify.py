"""The kind of each open item: the author's rules first, then evidence in the books, then time."""

from collections.abc import Mapping
from datetime import date

from recon.breaks.ageing import within_calendar_sql
from recon.breaks.carried import ITEMS, carry_over, work_out_all
from recon.breaks.evidence import (
    COUNTERPART,
    EVIDENCE,
    KNOWN,
    OPEN_REFERENCE,
    SUGGESTED,
    TWIN,
    bank_sides,
    credit_at_bank,
    gather,
    prepare,
)
from recon.breaks.kinds import BreakKind
from recon.breaks.settings import BreakSettings
from recon.breaks.wording import case_of
from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.matchers.survey import day_of
from recon.model.sides import SIDES

CLASSIFIED = "breaks_classified"
_RULED = "breaks_ruled"

PARTIAL_TENTHS = 9
"""Up to so many tenths of the larger amount, a smaller one is a part of it; above, it is a wrong amount. Fees
and typing errors take less than a tenth, a part payment seldom comes so close to the whole."""


def classify(
    engine: DuckEngine,
    rulesets: Mapping[str, BreakSettings],
    as_of: date,
    calendar: str,
    *,
    continued: bool = False,
) -> None:
    """Materialise `CLASSIFIED`: one row per open item that is worked out, its kind, due date and the evidence for it.

    Reads `open_items`, `scope`, `matches`, `members`, `excluded` and the registered calendar table. The first
    of these that holds decides: a rule of the rule set; duplicate of an entry of the same side; counterpart of
    another standing, currency or amount under the same reference; suggestion with alternatives; chargeback
    without an original; not yet due; refund; credit at a bank that nobody announced; missing. A run that is
    `continued` by the same rules works out only what may have changed; see `carried`.
    """
    prepare(engine)
    _apply_rules(engine, rulesets)
    if continued:
        carry_over(engine, OPEN_REFERENCE, credit_at_bank("o", rulesets), (SUGGESTED, _RULED), as_of)
    else:
        work_out_all(engine)
    gather(engine, rulesets)
    joins = " ".join(
        f"LEFT JOIN {table} {alias} ON {alias}.ruleset = o.ruleset AND {alias}.side = o.side "
        f"AND {alias}.entry_id = o.entry_id"
        for table, alias in (
            (_RULED, "rule"), (TWIN, "twin"), (COUNTERPART, "near"), (SUGGESTED, "choice"), (KNOWN, "known"),
        )
    )  # fmt: skip
    engine.materialise(
        CLASSIFIED,
        f"""
        SELECT o.ruleset, o.side, o.entry_id, o.day, {_names(rulesets)} AS missing,
               {_finding(rulesets, as_of)} AS finding, coalesce(rule.kind, finding) AS kind,
               rule.words AS rule_words, c.due_date, c.age_business_days, twin.twin_id, twin.twin_matched,
               near.own_entries, near.own_total, near.other_entries, near.other_total, near.other_currency,
               near.other_status, choice.suggested_id, choice.alternatives
        FROM (SELECT *, {day_of(ITEMS)} AS day FROM {ITEMS}) o {joins}
        JOIN {calendar} c ON c.ruleset = o.ruleset AND c.side = o.side
          AND c.day = {within_calendar_sql("o.day")}
        """,
    )
    engine.drop(_RULED, *EVIDENCE)


def _apply_rules(engine: DuckEngine, rulesets: Mapping[str, BreakSettings]) -> None:
    """The kind that the first rule of a rule set gives to an entry, for entries that one gives a kind to."""
    rules = [
        (f"ruleset = {text_literal(name)} AND side = {text_literal(rule.side)} AND ({rule.sql()})", rule)
        for name, settings in sorted(rulesets.items())
        for rule in settings.kinds
    ]
    numbers = " ".join(f"WHEN {condition} THEN '{number}'" for number, (condition, _) in enumerate(rules))
    number = f"CASE {numbers} END" if rules else "CAST(NULL AS VARCHAR)"
    kinds = case_of("number", {str(n): rule.kind for n, (_, rule) in enumerate(rules)})
    words = case_of("number", {str(n): rule.where for n, (_, rule) in enumerate(rules)})
    engine.materialise(
        _RULED,
        f"SELECT ruleset, side, entry_id, {kinds} AS kind, {words} AS words "
        f"FROM (SELECT ruleset, side, entry_id, {number} AS number FROM open_items) WHERE number IS NOT NULL",
    )


def _names(rulesets: Mapping[str, BreakSettings]) -> str:
    """What an open item of a rule set and side is called once it is due."""
    whens = " ".join(
        f"WHEN o.ruleset = {text_literal(name)} AND o.side = {text_literal(side)} "
        f"THEN {text_literal(settings.open_kind(side))}"
        for name, settings in sorted(rulesets.items())
        for side in SIDES
    )
    return f"CASE {whens} ELSE {text_literal(BreakKind.MISSING_IN_INTERNAL)} END"


def _finding(rulesets: Mapping[str, BreakSettings], as_of: date) -> str:
    larger = "greatest(abs(near.own_total), abs(near.other_total))"
    smaller = "least(abs(near.own_total), abs(near.other_total))"
    missing = _names(rulesets)
    bank = bank_sides("o", rulesets)
    return f"""
        CASE
            WHEN rule.kind IS NOT NULL AND DATE '{as_of}' < c.due_date THEN 'in_transit'
            WHEN rule.kind IS NOT NULL THEN {missing}
            WHEN twin.twin_id IS NOT NULL THEN 'duplicate'
            WHEN near.other_standing THEN 'status_mismatch'
            WHEN near.other_currency <> o.currency THEN 'wrong_currency'
            WHEN near.other_total <> near.own_total AND {smaller} * 10 <= {larger} * {PARTIAL_TENTHS}
                THEN 'partial'
            WHEN near.other_total <> near.own_total THEN 'amount_mismatch'
            WHEN choice.alternatives > 0 THEN 'ambiguous'
            WHEN o.type = 'chargeback' AND o.ref_original IS NULL THEN 'chargeback_unlinked'
            WHEN DATE '{as_of}' < c.due_date THEN 'in_transit'
            WHEN o.type = 'refund' THEN 'refund_unmatched'
            WHEN {bank} AND known.entry_id IS NULL AND o.compared > 0 THEN 'unexpected_credit'
            ELSE {missing}
        END
    """
