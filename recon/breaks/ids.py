"""The identity of a break: rule set, side and entry, never its kind, so that comments stay with it for life."""

from recon.model.ids import content_id

DIGITS = 20


def break_id(ruleset: str, side: str, entry_id: str) -> str:
    """The identity of the break of an entry. A variance has the identity of its match's first entry."""
    return content_id([ruleset, side, entry_id], DIGITS)


def break_id_sql(*columns: str) -> str:
    """`break_id` as an SQL expression over columns that are never null."""
    return f"left(sha256(concat_ws(chr(31), {', '.join(columns)})), {DIGITS})"
