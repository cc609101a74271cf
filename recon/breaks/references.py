"""References as evidence: the same transaction on two sides, whatever zeros, hyphens and case were typed."""

IDENTIFYING = ("ref_end_to_end", "ref_bank", "ref_merchant", "ref_processor")
"""The columns that name one transaction. `ref_payout` names a batch and `ref_original` another transaction, so
neither says that two entries are the same."""

CREDIT_REFERENCES = (*IDENTIFYING, "ref_payout", "payout_id")
"""The columns by which a credit at a bank may be announced."""

OWN_REFERENCES = ("ref_merchant", "ref_end_to_end", "ref_processor", "ref_bank")
"""What `own_reference` is made of, the payer's own names first."""


def normalised(column: str) -> str:
    """Upper case, ASCII letters and digits only, without leading zeros; null when nothing is left."""
    return f"nullif(ltrim(regexp_replace(upper({column}), '[^0-9A-Z]', '', 'g'), '0'), '')"


def exploded(source: str, columns: str) -> str:
    """A query with one row per entry and distinct reference: the named columns and `reference`.

    `source` is what follows FROM, aliased `e`, conditions included.
    """
    made = ", ".join(f"{normalised(f'e.{column}')} AS r{place}" for place, column in enumerate(IDENTIFYING))
    names = [f"r{place}" for place in range(len(IDENTIFYING))]
    # `list_distinct` takes longer than all the rest
    first = names[:1] + [
        f"if({name} IN ({', '.join(names[:place])}), NULL, {name})"
        for place, name in enumerate(names)
        if place > 0
    ]
    return (
        f"SELECT * FROM (SELECT * EXCLUDE ({', '.join(names)}), unnest([{', '.join(first)}]) AS reference "
        f"FROM (SELECT {columns}, {made} FROM {source})) WHERE reference IS NOT NULL"
    )


def own_reference(table: str) -> str:
    """What the payer's side calls the transaction of an entry, as it was typed; null when it does not say.

    Who reports an entry numbers every line of his own (`ref_processor`, `ref_bank`), so that a transaction
    reported twice has two such numbers. They count only for an entry that has no other reference.
    """
    given = f"{table}.ref_merchant IS NULL AND {table}.ref_end_to_end IS NULL"
    columns = (f"{table}.ref_merchant", f"{table}.ref_end_to_end")
    own = (f"if({given}, {table}.ref_processor, NULL)", f"if({given}, {table}.ref_bank, NULL)")
    parts = ", ".join(f"coalesce({part}, '')" for part in (*columns, *own))
    return f"nullif(concat_ws(chr(31), {parts}), concat(chr(31), chr(31), chr(31)))"


def announcing(table: str, condition: str = "true") -> str:
    """A query with one row per entry `o` of a table that fulfils a condition, and reference that may announce it."""
    said = ", ".join(f"o.{column}" for column in CREDIT_REFERENCES)
    return (
        f"SELECT o.ruleset, o.side, o.entry_id, unnest([{said}]) AS reference FROM {table} o WHERE {condition}"
    )
