"""What must hold between the proof, the bridge and the other output files of a run, as checks of `checks.py`."""

from recon.close.checks import Check

_SIDE = "ruleset, side, account, currency"
_MATCHED = f"SELECT {_SIDE}, count(*) AS n, sum(amount) AS total FROM settled GROUP BY ALL"
_EXCLUDED = f"SELECT {_SIDE}, count(*) AS n, sum(amount) AS total FROM {{excluded}} GROUP BY ALL"
_CLOSING = f"SELECT {_SIDE}, count(*) AS n, sum(compared) AS total FROM {{open}} GROUP BY ALL"


def _recomputed(bucket: str, listed: str, amounts: str) -> Check:
    """A bucket of the proof against the rows it counts. `amounts`: the condition on amounts, if they are held."""
    return Check(
        f"proof-{bucket}",
        "proof",
        f"the proof counts other {bucket} entries than are listed",
        f"""
        SELECT coalesce(p.file_row_number, -1), ruleset, side, account, currency, {bucket}_count,
               coalesce(l.n, 0) AS listed, {bucket}_amount, coalesce(l.total, 0) AS listed_amount
        FROM {{proof}} p FULL JOIN ({listed}) l USING ({_SIDE})
        WHERE p.file_row_number IS NULL OR {bucket}_count <> coalesce(l.n, 0) {amounts}
        """,
    )


PROOF = (
    Check(
        "proof-sum",
        "proof",
        "opening and new entries are not matched, excluded and closing ones together",
        """
        SELECT file_row_number, ruleset, side, account, currency,
               opening_count, new_count, matched_count, excluded_count, closing_count,
               opening_amount, new_amount, matched_amount, excluded_amount, closing_amount
        FROM {proof}
        WHERE opening_count + new_count - matched_count - excluded_count <> closing_count
           OR opening_amount + new_amount - matched_amount - excluded_amount <> closing_amount
        """,
    ),
    Check(
        "proof-not-ok",
        "proof",
        "the run itself says that the proof fails",
        "SELECT file_row_number, ruleset, side, account, currency FROM {proof} WHERE NOT ok",
    ),
    _recomputed("matched", _MATCHED, "OR matched_amount <> coalesce(l.total, 0)"),
    _recomputed("excluded", _EXCLUDED, "OR excluded_amount <> coalesce(l.total, 0)"),
    _recomputed("closing", _CLOSING, "OR closing_amount <> coalesce(l.total, 0)"),
)

BRIDGE = (
    Check(
        "bridge-residual",
        "bridge",
        "a difference is left that no class explains",
        "SELECT file_row_number, ruleset, currency, amount FROM {bridge} WHERE class = 'residual' AND amount <> 0",
    ),
    Check(
        "bridge-residual-missing",
        "bridge",
        "the rule set has no residual in this currency",
        """
        SELECT DISTINCT -1, ruleset, currency FROM {proof} p
        WHERE NOT EXISTS (SELECT 1 FROM {bridge} b WHERE b.class = 'residual' AND b.ruleset = p.ruleset
                          AND b.currency = p.currency)
        """,
    ),
    Check(
        "bridge-sum",
        "bridge",
        "left minus right is not the sum of the classes and the residual",
        """
        SELECT min(file_row_number), ruleset, currency, sum(amount) FILTER (WHERE class = 'total') AS left_minus_right,
               coalesce(sum(amount) FILTER (WHERE class <> 'total'), 0) AS classes
        FROM {bridge} GROUP BY ruleset, currency
        HAVING coalesce(left_minus_right, 0) <> classes
        """,
    ),
    Check(
        "bridge-total",
        "bridge",
        "the total is not opening and new entries of the proof",
        """
        SELECT coalesce(b.file_row_number, -1), ruleset, currency, side, b."count", p.n, b.amount, p.total
        FROM (SELECT * FROM {bridge} WHERE class = 'total') b
        FULL JOIN (
            SELECT ruleset, currency, side, sum(opening_count + new_count) AS n,
                   sum(CASE side WHEN 'left' THEN opening_amount + new_amount
                                 ELSE - opening_amount - new_amount END) AS total
            FROM {proof} GROUP BY ALL
        ) p USING (ruleset, currency, side)
        WHERE b."count" IS DISTINCT FROM p.n OR b.amount IS DISTINCT FROM p.total
        """,
    ),
    Check(
        "bridge-class",
        "bridge",
        "the class is not the sum of what it stands for",
        """
        WITH listed AS (
            SELECT ruleset, currency, class, side, count(*) AS n, sum(amount) AS total FROM (
                SELECT ruleset, currency, kind AS class, side,
                       CASE side WHEN 'left' THEN amount ELSE -amount END AS amount
                FROM living WHERE entry_id IS NOT NULL AND match_id IS NULL
                UNION ALL SELECT l.ruleset, l.currency, l.kind, NULL, l.amount FROM living l
                JOIN {matches} m USING (ruleset, match_id) WHERE m.variance <> 0 AND m.variance = l.amount
                UNION ALL SELECT x.ruleset, x.currency, coalesce(d."class", 'excluded'), x.side,
                       CASE x.side WHEN 'left' THEN x.amount ELSE -x.amount END
                FROM {excluded} x LEFT JOIN {decided} d ON d.match_id IS NULL AND d.ruleset = x.ruleset
                     AND d.side = x.side AND d.entry_id = x.entry_id AND d.reason = x.reason
            ) GROUP BY ALL)
        SELECT coalesce(b.file_row_number, -1), coalesce(b.ruleset, l.ruleset) AS ruleset,
               coalesce(b.currency, l.currency) AS currency, coalesce(b.class, l.class) AS class, b."count",
               l.n AS listed, b.amount, l.total AS listed_amount
        FROM (SELECT * FROM {bridge} WHERE class NOT IN ('total', 'residual')) b
        FULL JOIN listed l ON b.ruleset = l.ruleset AND b.currency = l.currency AND b.class = l.class
             AND coalesce(b.side, '') = coalesce(l.side, '')
        WHERE b."count" IS DISTINCT FROM l.n OR b.amount IS DISTINCT FROM l.total
        """,
    ),
)

FILES = (
    Check(
        "file-lines",
        "files",
        "the lines of the file are not all accounted for",
        """
        SELECT file_row_number, path, lines, entries, known, refused, recognised, proof_ok FROM {files}
        WHERE proof_ok AND lines <> entries + known + refused + recognised
        """,
    ),
    Check(
        "file-identity",
        "files",
        "the file is not known by its own hash",
        "SELECT file_row_number, path, file_id, sha256 FROM {files} WHERE split_part(file_id, '-', 1) <> sha256[1:16]",
    ),
    Check(
        "file-refused",
        "files",
        "the file says another number of refused rows than are listed",
        """
        SELECT f.file_row_number, f.path, f.refused, coalesce(r.n, 0) AS listed
        FROM {files} f LEFT JOIN (SELECT file_id, count(*) AS n FROM {refused} GROUP BY file_id) r
             USING (file_id)
        WHERE f.refused <> coalesce(r.n, 0)
        """,
    ),
)
"""Checks of the files read."""

WHOLES = """
    SELECT ruleset, side, account, currency, entry_id, compared
    FROM {previous_open} ANTI JOIN (SELECT * FROM {parts} WHERE act = 'joined') USING (ruleset, side, entry_id)
    UNION ALL
    SELECT ruleset, side, account, currency, item, sum(compared) FROM {parts} WHERE act = 'joined' GROUP BY ALL
"""
"""What the run before left open, with items that stand again in place of the parts that were joined."""
OPENED = f"""
    SELECT {_SIDE}, entry_id, compared FROM wholes
    ANTI JOIN (SELECT ruleset, side, item AS entry_id FROM {{parts}} WHERE act = 'split')
        USING (ruleset, side, entry_id)
    UNION ALL
    SELECT {_SIDE}, p.entry_id, p.compared FROM {{parts}} p
    SEMI JOIN wholes w ON w.ruleset = p.ruleset AND w.side = p.side AND w.entry_id = p.item WHERE act = 'split'
"""
"""What a run opened with: what the run before left open, as far as it was split in its parts."""

OPENING = (
    _recomputed(
        "opening",
        f"SELECT {_SIDE}, count(*) AS n, sum(compared) AS total FROM opened "
        "WHERE ruleset IN (SELECT ruleset FROM sides) GROUP BY ALL",
        "OR opening_amount <> coalesce(l.total, 0)",
    ),
)
"""Checks against the run before: what it left open is what this one opened with."""
OPENED_PARTS = (
    Check(
        "part-sum",
        "parts",
        "the parts of an open item do not add up to it",
        """
        SELECT min(file_row_number), p.ruleset, p.side, item, sum(p.compared) AS parts, min(w.compared) AS whole
        FROM (SELECT * FROM {parts} WHERE act = 'split') p
        JOIN wholes w ON w.ruleset = p.ruleset AND w.side = p.side AND w.entry_id = p.item
        GROUP BY p.ruleset, p.side, item HAVING sum(p.compared) <> min(w.compared)
        """,
    ),
)
ENTERED_PARTS = (
    Check(
        "part-differs",
        "parts",
        "the part is not of the entry that it says it was cut from",
        """
        SELECT p.file_row_number, p.entry_id, p.whole, p.source, e.source AS source_ingested, p.account,
               e.account AS account_ingested, p.business_date, e.business_date AS date_ingested
        FROM {parts} p LEFT JOIN {entries} e ON e.entry_id = p.whole
        WHERE (p.source, p.account, p.type, p.status, p.business_date)
              IS DISTINCT FROM (e.source, e.account, e.type, e.status, e.business_date)
        """,
    ),
    Check(
        "part-of-entry",
        "parts",
        "the parts of an entry do not add up to it",
        """
        SELECT min(p.file_row_number), p.ruleset, p.side, p.item, sum(p.amount) AS parts, min(e.amount) AS whole
        FROM (SELECT * FROM {parts} WHERE act = 'split') p JOIN {entries} e ON e.entry_id = p.item
        JOIN sides s ON s.ruleset = p.ruleset AND s.side = p.side AND s.source = p.source
        WHERE NOT (s.converts AND p.currency <> e.currency)
        GROUP BY p.ruleset, p.side, p.item HAVING sum(p.amount) <> min(e.amount)
        """,
    ),
)
"""Checks of entries that were split: against the run before, and against the entries themselves."""

_IN_TIME = "(e.business_date <= {as_of} OR e.business_date IS NULL)"
ARRIVED = f"""
    SELECT s.ruleset, s.side, e.account, if(s.converts, coalesce(p.currency, e.currency), e.currency) AS currency,
           e.entry_id, e.source, e.amount
    FROM {{entries}} e JOIN sides s ON s.source = e.source
    LEFT JOIN (SELECT ruleset, side, entry_id, min(currency) AS currency FROM placed GROUP BY ALL) p
      ON p.ruleset = s.ruleset AND p.side = s.side AND p.entry_id = e.entry_id
    WHERE {_IN_TIME} AND (e.is_new OR NOT s.continues OR e.business_date > {{previous_as_of}})
    UNION
    SELECT d.ruleset, d.side, e.account, e.currency, e.entry_id, e.source, e.amount
    FROM {{entries}} e JOIN {{decided}} d ON d.entry_id = e.entry_id AND d."class" = 'returned'
"""
"""The entries that are new to a run: those of its new ingests up to its day; those of earlier ingests that lay
after the day of the run before; for a rule set that the run before did not have, all up to its day; and those that a
decision brought back."""
EXPECTED = """
    SELECT * FROM arrived
    ANTI JOIN (SELECT ruleset, side, item AS entry_id FROM {parts} WHERE act = 'split') USING (ruleset, side, entry_id)
    UNION
    SELECT p.ruleset, p.side, p.account, p.currency, p.entry_id, p.source, p.amount
    FROM {parts} p SEMI JOIN arrived a ON a.ruleset = p.ruleset AND a.side = p.side AND a.entry_id = p.item
    WHERE act = 'split'
    UNION
    SELECT p.ruleset, p.side, p.account, p.currency, p.entry_id, p.source, p.amount
    FROM {parts} p JOIN {decided} d ON d.ruleset = p.ruleset AND d.side = p.side AND d.entry_id = p.entry_id
    WHERE p.act <> 'joined' AND d."class" = 'returned'
"""
"""The same, what was split as its parts, and with parts that a decision brought back."""

PLACED = """
    SELECT ruleset, side, entry_id, currency FROM settled
    UNION ALL SELECT ruleset, side, entry_id, currency FROM {excluded}
    UNION ALL SELECT ruleset, side, entry_id, currency FROM {open}
"""

ENTRIES = (
    Check(
        "entry-differs",
        "open",
        "the open item is not what was ingested",
        """
        SELECT o.file_row_number, o.entry_id, o.account, e.account AS account_ingested, o.amount,
               e.amount AS amount_ingested, o.currency, e.currency AS currency_ingested
        FROM {open} o JOIN {entries} e USING (entry_id)
        LEFT JOIN sides s ON s.ruleset = o.ruleset AND s.side = o.side AND s.source = o.source
        WHERE (o.source, o.account, o.type, o.status, o.business_date)
              IS DISTINCT FROM (e.source, e.account, e.type, e.status, e.business_date)
           OR if(s.converts AND o.currency <> e.currency, o.original_amount, o.amount) IS DISTINCT FROM e.amount
           OR if(s.converts AND o.currency <> e.currency, o.original_currency, o.currency)
              IS DISTINCT FROM e.currency
        """,
    ),
    Check(
        "entry-lost",
        "open",
        "an entry that came in is neither matched nor left out nor open",
        """
        SELECT -1, ruleset, side, source, entry_id, amount, currency
        FROM expected ANTI JOIN placed USING (ruleset, side, entry_id)
        """,
    ),
    Check(
        "entry-unknown",
        "proof",
        "an entry that is matched, left out or open is neither new nor was open before",
        """
        SELECT -1, ruleset, side, entry_id
        FROM placed ANTI JOIN expected USING (ruleset, side, entry_id)
        ANTI JOIN opened USING (ruleset, side, entry_id)
        """,
    ),
    _recomputed("new", f"SELECT {_SIDE}, count(*) AS n, sum(amount) AS total FROM expected GROUP BY ALL", ""),
)
"""Checks against the entries themselves. Their own amounts are not those that a rule set compares."""
