"""What must hold among the output files of a run, each as a query for the rows that break it.

Written apart from the proof, on purpose: the two agree only when both are right. A query gives the number of
the row in its file, from 0, and the values to show. Tables stand in braces; `settled` holds the members of
confirmed and manual matches, `living` the breaks that are not resolved.
"""

from dataclasses import dataclass

from recon.close.run_files import RUN_FILES, RunFile
from recon.engines.names import identifier

SETTLED = """
    SELECT b.* FROM {members} b JOIN {matches} m USING (ruleset, match_id) WHERE m.state IN ('confirmed', 'manual')
"""
LIVING = "SELECT * FROM {breaks} WHERE state <> 'resolved'"

STATES = "('confirmed', 'suggested', 'manual', 'revoked')"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, the file it accuses, what is wrong when its query finds a row, and the query."""

    code: str
    file: str
    wrong: str
    sql: str


def key_checks() -> list[Check]:
    """Every key is unique, and every file is in its order."""
    unique = [
        Check(
            f"{name}-key",
            name,
            "a row has the key of another",
            f"SELECT max(file_row_number), {', '.join(file.key)}, count(*) AS rows FROM {{{name}}} "
            f"GROUP BY {', '.join(file.key)} HAVING count(*) > 1",
        )
        for name, file in RUN_FILES.items()
        if file.key
    ]
    in_order = [_in_order(name, file) for name, file in RUN_FILES.items() if name != "members"]
    return [*unique, *in_order, _MEMBERS_IN_ORDER]


def _in_order(name: str, file: RunFile) -> Check:
    turns, sorted_by = (
        ", ".join(
            f"coalesce({column}, '')" if file.absent(column) else identifier(column) for column in columns
        )
        for columns in (file.order[: file.in_turn], file.order[file.in_turn :])
    )
    over = f"OVER ({f'PARTITION BY {turns} ' if turns else ''}ORDER BY file_row_number)"
    named = ", ".join(map(identifier, file.order))
    return Check(
        f"{name}-order",
        name,
        "a row stands after one that it should come before",
        f"SELECT file_row_number, {named} FROM (SELECT *, ROW({sorted_by}) < lag(ROW({sorted_by})) {over} AS less "
        f"FROM {{{name}}}) WHERE less",
    )


_MEMBERS_IN_ORDER = Check(
    "members-order",
    "members",
    "a side's members do not stand in the order of their matches, and of their ids within",
    """
    SELECT file_row_number, ruleset, side, match_id, entry_id FROM (
        SELECT b.*, ROW(m.file_row_number, b.entry_id) < lag(ROW(m.file_row_number, b.entry_id))
               OVER (PARTITION BY b.ruleset, b.side ORDER BY b.file_row_number) AS less
        FROM {members} b JOIN {matches} m USING (ruleset, match_id)
    ) WHERE less
    """,
)


MATCHES = (
    Check(
        "match-state",
        "matches",
        "there is no such state",
        f"SELECT file_row_number, match_id, state FROM {{matches}} WHERE state NOT IN {STATES}",
    ),
    Check(
        "match-kind",
        "matches",
        "the kind does not fit the number of entries",
        """
        SELECT file_row_number, match_id, kind, left_count, right_count FROM {matches}
        WHERE kind <> CASE WHEN left_count = 0 OR right_count = 0 THEN 'offset'
            ELSE concat(CASE left_count WHEN 1 THEN '1' ELSE 'N' END, ':',
                        CASE right_count WHEN 1 THEN '1' ELSE CASE left_count WHEN 1 THEN 'N' ELSE 'M' END END) END
        """,
    ),
    Check(
        "match-members",
        "matches",
        "the match says other counts or amounts than its members",
        """
        WITH made AS (
            SELECT ruleset, match_id, sum(CASE side WHEN 'left' THEN 1 ELSE 0 END) AS left_n,
                   sum(CASE side WHEN 'right' THEN 1 ELSE 0 END) AS right_n,
                   sum(CASE side WHEN 'left' THEN amount ELSE 0 END) AS left_sum,
                   sum(CASE side WHEN 'right' THEN amount ELSE 0 END) AS right_sum
            FROM {members} GROUP BY ruleset, match_id)
        SELECT m.file_row_number, m.match_id, m.left_count, left_n, m.left_amount, left_sum, m.right_count, right_n,
               m.right_amount, right_sum
        FROM {matches} m LEFT JOIN made USING (ruleset, match_id)
        WHERE left_n IS NULL OR left_count <> left_n OR right_count <> right_n OR left_amount <> left_sum
           OR right_amount <> right_sum
        """,
    ),
    Check(
        "match-variance",
        "matches",
        "the variance is not left minus right",
        """
        SELECT file_row_number, match_id, left_amount, right_amount, variance FROM {matches}
        WHERE left_amount <> right_amount + variance
        """,
    ),
    Check(
        "member-match",
        "members",
        "the entry belongs to a match that does not exist",
        """
        SELECT file_row_number, match_id, side, entry_id FROM {members} b
        WHERE NOT EXISTS (SELECT 1 FROM {matches} m WHERE m.match_id = b.match_id AND m.ruleset = b.ruleset)
        """,
    ),
    Check(
        "member-currency",
        "members",
        "the entry is in another currency than its match",
        """
        SELECT b.file_row_number, b.match_id, b.entry_id, b.currency, m.currency AS of_match
        FROM {members} b JOIN {matches} m USING (ruleset, match_id) WHERE b.currency <> m.currency
        """,
    ),
)


def _also_in(file: str, other: str, shown: str, code: str, wrong: str) -> Check:
    """An entry of a file that stands in another table too; `shown` is what that says of it."""
    sql = (
        f"SELECT o.file_row_number, ruleset, side, entry_id, t.{shown} "
        f"FROM {{{file}}} o JOIN {other} t USING (ruleset, side, entry_id)"
    )
    return Check(code, file, wrong, sql)


PLACES = (
    Check(
        "entry-in-two-matches",
        "members",
        "the entry is in two confirmed matches",
        """
        SELECT max(file_row_number), ruleset, side, entry_id, min(match_id) AS one, max(match_id) AS other
        FROM settled GROUP BY ruleset, side, entry_id HAVING count(*) > 1
        """,
    ),
    _also_in("open", "settled", "match_id", "entry-matched-and-open", "the entry is open and matched"),
    _also_in(
        "excluded", "settled", "match_id", "entry-matched-and-excluded", "the entry is left out and matched"
    ),
    _also_in("open", "{excluded}", "reason", "entry-open-and-excluded", "the entry is open and left out"),
    Check(
        "suggestion-not-open",
        "members",
        "a match is suggested for an entry that is not open",
        """
        SELECT b.file_row_number, b.match_id, b.side, b.entry_id
        FROM {members} b JOIN {matches} m USING (ruleset, match_id)
        WHERE m.state = 'suggested' AND NOT EXISTS (
            SELECT 1 FROM {open} o WHERE o.ruleset = b.ruleset AND o.side = b.side AND o.entry_id = b.entry_id)
        """,
    ),
    Check(
        "open-first-seen",
        "open",
        "the item was first seen after the day of the run",
        "SELECT file_row_number, entry_id, first_seen FROM {open} WHERE first_seen > {as_of}",
    ),
)
