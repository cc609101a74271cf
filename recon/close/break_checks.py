"""What must hold between the breaks of a run and what they are breaks of, as checks of `checks.py`."""

from recon.close.checks import Check

BREAKS = (
    Check(
        "break-words",
        "breaks",
        "there is no such kind or state",
        """
        SELECT file_row_number, break_id, kind, state FROM {breaks}
        WHERE kind NOT IN {kinds} OR state NOT IN {states}
        """,
    ),
    Check(
        "break-identity",
        "breaks",
        "the identity is not that of the rule set, side and entry",
        """
        SELECT file_row_number, break_id, ruleset, side, entry_id FROM {breaks}
        WHERE entry_id IS NOT NULL
          AND break_id <> sha256(ruleset || chr(31) || side || chr(31) || entry_id)[1:20]
        """,
    ),
    Check(
        "break-without-open-item",
        "breaks",
        "the break of an entry that is not open",
        """
        SELECT file_row_number, break_id, ruleset, side, entry_id FROM living b
        WHERE entry_id IS NOT NULL AND match_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM {open} o WHERE o.ruleset = b.ruleset AND o.side = b.side AND o.entry_id = b.entry_id)
        """,
    ),
    Check(
        "open-item-without-break",
        "open",
        "the open item has no break",
        """
        SELECT file_row_number, ruleset, side, entry_id FROM {open} o
        WHERE NOT EXISTS (
            SELECT 1 FROM living b WHERE b.match_id IS NULL AND b.ruleset = o.ruleset AND b.side = o.side
            AND b.entry_id = o.entry_id)
        """,
    ),
    Check(
        "break-values",
        "breaks",
        "the break says something else than its open item",
        """
        SELECT b.file_row_number, b.break_id, b.amount, o.compared, b.currency, o.currency AS of_item, b.account,
               o.account AS account_of_item, b.first_seen, o.first_seen AS first_seen_of_item
        FROM living b JOIN {open} o USING (ruleset, side, entry_id)
        WHERE b.match_id IS NULL AND (b.amount <> o.compared OR b.currency <> o.currency OR b.account <> o.account
           OR b.source <> o.source OR b.business_date IS DISTINCT FROM o.business_date
           OR b.first_seen > o.first_seen)
        """,
    ),
    Check(
        "break-of-variance",
        "breaks",
        "the break says something else than the variance of its match",
        """
        SELECT b.file_row_number, b.break_id, b.match_id, b.kind, b.amount, m.variance
        FROM living b LEFT JOIN {matches} m USING (ruleset, match_id)
        WHERE b.match_id IS NOT NULL AND (
            (m.match_id IS NULL AND b.state <> 'persisting' AND NOT EXISTS (
                SELECT 1 FROM {decided} d WHERE d."class" = 'revived' AND d.ruleset = b.ruleset AND d.side = b.side
                AND d.entry_id = b.entry_id AND d.match_id = b.match_id)) OR b.currency <> m.currency
            OR m.state NOT IN ('confirmed', 'manual')
            OR (m.variance <> 0 AND b.amount <> m.variance AND b.kind NOT IN ('fee_overcharge', 'fee_undercharge'))
            OR b.amount = 0
            OR (b.kind = 'fee_overcharge' AND b.amount < 0) OR (b.kind = 'fee_undercharge' AND b.amount > 0))
        """,
    ),
    Check(
        "variance-without-break",
        "matches",
        "the variance has no break",
        """
        SELECT file_row_number, match_id, variance FROM {matches} m
        WHERE variance <> 0 AND state IN ('confirmed', 'manual')
          AND (SELECT count(*) FROM living b
               WHERE b.match_id = m.match_id AND b.ruleset = m.ruleset AND b.amount = m.variance) <> 1
        """,
    ),
    Check(
        "break-age",
        "breaks",
        "the age is not the days from its date to the day of the run",
        """
        SELECT file_row_number, break_id, business_date, age_days, age_business_days FROM {breaks}
        WHERE age_days < 0 OR age_business_days < 0 OR age_business_days > age_days
           OR age_days <> greatest(0, {as_of} - business_date)
        """,
    ),
    Check(
        "break-due",
        "breaks",
        "in transit, and not due after the day of the run",
        """
        SELECT file_row_number, break_id, due_date FROM living
        WHERE kind = 'in_transit' AND NOT coalesce(due_date > {as_of}, false)
        """,
    ),
    Check(
        "statement-without-break",
        "statements",
        "the statement does not add up and has no break",
        """
        SELECT file_row_number, source, account, statement_id, balance_ok, control_ok FROM {statements} s
        WHERE (NOT balance_ok OR NOT control_ok) AND NOT EXISTS (
            SELECT 1 FROM living b WHERE b.side IS NULL AND b.source = s.source AND b.account = coalesce(s.account, '')
            AND b.reference IS NOT DISTINCT FROM s.statement_id)
          AND NOT EXISTS (  -- the bank corrected it: the same statement, sent again, adds up
            SELECT 1 FROM {statements} c WHERE c.source = s.source AND c.account IS NOT DISTINCT FROM s.account
            AND c.currency IS NOT DISTINCT FROM s.currency AND c.statement_id = s.statement_id
            AND c.period_from IS NOT DISTINCT FROM s.period_from AND c.period_to IS NOT DISTINCT FROM s.period_to
            AND coalesce(c.balance_ok, true) AND coalesce(c.control_ok, true))
        """,
    ),
    Check(
        "statement-balance",
        "statements",
        "the statement says that it adds up, and its figures do not",
        """
        SELECT file_row_number, source, statement_id, opening, sum_credits, sum_debits, closing, balance_ok
        FROM {statements}
        WHERE balance_ok AND opening + sum_credits - sum_debits <> closing
        """,
    ),
)
