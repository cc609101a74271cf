"""References as evidence: the same transaction on two sides, whatever zeros, hyphens and case were typed."""

IDENTIFYING = ("ref_end_to_end", "ref_bank", "ref_merchant", "ref_processor")
"""The columns that name one transaction. `ref_payout` names a batch and `ref_original` another transaction, so
neither says that two entries are the same."""


def normalised(column: str) -> str:
    """Upper case, ASCII letters and digits only, without leading zeros; null when nothing is left."""
    return f"nullif(ltrim(regexp_replace(upper({column}), '[^0-9A-Z]', '', 'g'), '0'), '')"


def exploded(source: str, columns: str) -> str:
    """A query with one row per entry and distinct reference: the named columns and `reference`.

    `source` is what follows FROM, aliased `e`, conditions included.
    """
    refs = ", ".join(normalised(f"e.{column}") for column in IDENTIFYING)
    return (
        f"SELECT * FROM (SELECT {columns}, unnest(list_distinct([{refs}])) AS reference FROM {source}) "
        f"WHERE reference IS NOT NULL"
    )


def has_reference(table: str) -> str:
    """Whether an entry names its transaction at all."""
    return "(" + " OR ".join(f"{table}.{column} IS NOT NULL" for column in IDENTIFYING) + ")"


def same_references(one: str, other: str) -> str:
    """Whether two entries of one source have the same references, as they were typed."""
    return " AND ".join(f"{one}.{column} IS NOT DISTINCT FROM {other}.{column}" for column in IDENTIFYING)
