"""What the books say about each open item: a counterpart by reference, a twin, a suggestion, a known reference.

It is gathered for the items whose breaks are worked out (`carried.ITEMS`), in the light of all that are open. All of
it is set-based. Counterparts are compared as groups (everything open under one reference on a side), so the work
grows with the number of references and never with the number of pairs.
"""

from collections.abc import Mapping

from recon.breaks.carried import ITEMS, MOVED
from recon.breaks.history import alike_rows
from recon.breaks.references import CREDIT_REFERENCES, OWN_REFERENCES, announcing, exploded, own_reference
from recon.breaks.settings import BreakSettings
from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.matchers.asked import all_looked_at, asked, looked_at
from recon.model.sides import SIDES

COUNTERPART = "breaks_counterpart"
TWIN = "breaks_twin"
SUGGESTED = "breaks_suggested"
KNOWN = "breaks_known"
OPEN_REFERENCE = "breaks_open_reference"
_LEFT_OUT = "breaks_left_out_reference"
_GROUPS = "breaks_group"
_ASKED = "breaks_asked_reference"
_NAMED = "breaks_named"
_CONSUMED = "breaks_consumed"
_CREDITS = "breaks_bank_credit"
_LOOKED_AT = "(FROM scope UNION ALL BY NAME FROM known_before)"
"""What this run and the runs before it looked at: an entry matched weeks ago says what a late twin of it is."""
EVIDENCE = (COUNTERPART, TWIN, SUGGESTED, KNOWN)

UNSETTLED = "('failed', 'pending')"
"""The statuses of an entry that has not moved money, or not yet."""
_STANDING_OF = (
    "e.ruleset, e.side, e.entry_id, e.currency, e.compared, e.status, e.compared < 0 AS negative, "
    f"e.status IN {UNSETTLED} AS unsettled"
)


def gather(engine: DuckEngine, rulesets: Mapping[str, BreakSettings]) -> None:
    """Materialise the tables of `EVIDENCE`, each with at most one row per open item (rule set, side, entry).

    Reads what `prepare` made.
    """
    if engine.has(MOVED):
        _narrow(engine)
    _left_out_references(engine)
    _counterparts(engine)
    _twins(engine)
    _known_references(engine, rulesets)
    engine.drop(OPEN_REFERENCE, _LEFT_OUT, _GROUPS, _NAMED, _CONSUMED, _CREDITS)


def prepare(engine: DuckEngine) -> None:
    """Materialise what is asked of every open item: its references (`OPEN_REFERENCE`), its best suggestion."""
    engine.materialise(OPEN_REFERENCE, exploded("open_items e", _STANDING_OF))
    _suggestions(engine)


def _narrow(engine: DuckEngine) -> None:
    """Forget the references that no item has whose break is worked out."""
    engine.materialise(
        _ASKED,
        f"SELECT DISTINCT ruleset, reference FROM {OPEN_REFERENCE} r SEMI JOIN {ITEMS} i "
        "ON i.ruleset = r.ruleset AND i.side = r.side AND i.entry_id = r.entry_id",
    )
    engine.materialise(OPEN_REFERENCE, f"FROM {OPEN_REFERENCE} SEMI JOIN {_ASKED} USING (ruleset, reference)")
    engine.drop(_ASKED)


def _left_out_references(engine: DuckEngine) -> None:
    """References of the entries left out for their status that share one with an open item.

    What was open before and is not now is looked at twice, and counts once.
    """
    standing = (f"SELECT 1 FROM {table} WHERE status IN {UNSETTLED} LIMIT 1" for table in all_looked_at(engine))
    if engine.is_bare(OPEN_REFERENCE) or not any(engine.rows(query) for query in standing):
        engine.materialise(_LEFT_OUT, f"FROM {OPEN_REFERENCE} WHERE false")
        return
    left_out = exploded(
        f"(FROM {_LOOKED_AT} WHERE status IN {UNSETTLED}) e ANTI JOIN open_items o "
        "ON o.ruleset = e.ruleset AND o.side = e.side AND o.entry_id = e.entry_id",
        _STANDING_OF,
    )
    engine.materialise(
        _LEFT_OUT,
        f"""
        SELECT DISTINCT l.* FROM ({left_out}) l
        SEMI JOIN {OPEN_REFERENCE} o ON o.ruleset = l.ruleset AND o.reference = l.reference
        """,
    )


def _counterparts(engine: DuckEngine) -> None:
    """The nearest group of the other side under one of the item's references.

    Groups hold one rule set, side, reference, currency, sign and settled or not. The nearest is of the same
    standing, then of the same currency, then of the same total; the reference decides last.
    """
    engine.materialise(
        _GROUPS,
        f"""
        SELECT ruleset, side, reference, currency, negative, unsettled, count(*) AS entries,
               CAST(sum(compared) AS DECIMAL(38,8)) AS total, min(status) AS status, min(entry_id) AS entry_id
        FROM (SELECT * FROM {OPEN_REFERENCE} UNION ALL SELECT * FROM {_LEFT_OUT})
        GROUP BY ruleset, side, reference, currency, negative, unsettled
        """,
    )
    engine.materialise(
        COUNTERPART,
        f"""
        SELECT r.ruleset, r.side, r.entry_id, r.reference, own.entries AS own_entries, own.total AS own_total,
               other.entries AS other_entries, other.total AS other_total, other.currency AS other_currency,
               other.status AS other_status, other.unsettled <> r.unsettled AS other_standing
        FROM (FROM {OPEN_REFERENCE} r SEMI JOIN {ITEMS} i
              ON i.ruleset = r.ruleset AND i.side = r.side AND i.entry_id = r.entry_id) r
        JOIN {_GROUPS} own USING (ruleset, side, reference, currency, negative, unsettled)
        JOIN {_GROUPS} other ON other.ruleset = r.ruleset AND other.reference = r.reference
             AND other.side <> r.side AND other.negative = r.negative
        QUALIFY row_number() OVER (
            PARTITION BY r.ruleset, r.side, r.entry_id
            ORDER BY other.unsettled <> r.unsettled, other.currency <> r.currency,
                     other.total <> own.total, r.reference, other.currency) = 1
        """,
    )


def _twins(engine: DuckEngine) -> None:
    """For each open item, an entry of its side that says the same: matched, or open and earlier.

    The same is rule set, side, type, currency, amount, status and the payer's own references as typed;
    references of one source are written one way, so nothing is normalised here.
    """
    key = "ruleset, side, type, currency, compared, status, own_reference"
    # the parts of an entry say what it says, and may come to the same: they are no copies of one another
    parts = "ANTI JOIN parts USING (ruleset, side, entry_id)" if engine.has("parts") else ""
    engine.materialise(
        _NAMED,
        f"""
        SELECT * FROM (SELECT ruleset, side, type, currency, compared, status, {own_reference("o")} AS own_reference,
                              {_first_reference("o")} AS first_reference, entry_id, business_date
                       FROM open_items o {parts})
        WHERE own_reference IS NOT NULL {_of_items(engine)}
        """,
    )
    if engine.is_bare(_NAMED):
        engine.materialise(_CONSUMED, f"FROM {_NAMED} WHERE false")
    else:
        _find_consumed(engine, key)
    _pick_twins(engine, key)


def _find_consumed(engine: DuckEngine, key: str) -> None:
    """The entries that say the same as one of `_NAMED`, and are neither open nor left out."""
    equal = " AND ".join(f"s.{column} = k.{column}" for column in key.split(", "))
    alike = (
        f"SEMI JOIN {_NAMED} f ON f.first_reference = {_first_reference('e')} AND f.entry_id <> e.entry_id "
        "AND f.type = e.type AND f.status = e.status"
    )
    columns = ("type", "status", *OWN_REFERENCES)
    earlier = alike_rows(engine, _NAMED, _first_reference("e"))
    with asked(engine, alike, known_before=True, columns=columns, earlier=earlier) as about:
        tables = [about.scope, *([] if engine.is_bare(about.known_before) else [about.known_before])]
        engine.materialise(
            _CONSUMED,
            f"""
            SELECT s.entry_id, s.business_date, {", ".join(f"s.{column}" for column in key.split(", "))}
            FROM (SELECT *, {own_reference("e")} AS own_reference
                  FROM ({" UNION ALL BY NAME ".join(f"FROM {table}" for table in tables)}) e {alike}) s
            SEMI JOIN {_NAMED} k ON {equal}
            ANTI JOIN open_items o ON o.ruleset = s.ruleset AND o.side = s.side AND o.entry_id = s.entry_id
            ANTI JOIN excluded x ON x.ruleset = s.ruleset AND x.side = s.side AND x.entry_id = s.entry_id
            """,
        )


def _pick_twins(engine: DuckEngine, key: str) -> None:
    """Of those that say the same (`key`), the twin of each open item but the first: one that is matched, or earlier."""
    engine.materialise(
        TWIN,
        f"""
        SELECT ruleset, side, entry_id, twin_id, twin_matched FROM (
            SELECT ruleset, side, entry_id, matched,
                   first_value(entry_id) OVER same AS twin_id, first_value(matched) OVER same AS twin_matched,
                   row_number() OVER same AS place
            FROM (
                SELECT {key}, entry_id, business_date, true AS matched FROM {_CONSUMED}
                UNION ALL SELECT {key}, entry_id, business_date, false FROM {_NAMED})
            WINDOW same AS (PARTITION BY {key} ORDER BY matched DESC, business_date NULLS LAST, entry_id)
        ) WHERE place > 1 AND NOT matched
        """,
    )


def _of_items(engine: DuckEngine) -> str:
    """That an open item may be a twin of one whose break is worked out."""
    if not engine.has(MOVED):
        return ""
    return f"AND first_reference IN (SELECT {_first_reference('i')} FROM {ITEMS} i)"


def _first_reference(table: str) -> str:
    """The first of an entry's own references: entries whose own references agree agree in it, and it is cheap."""
    return f"coalesce({', '.join(f'{table}.{name}' for name in OWN_REFERENCES)})"


def _suggestions(engine: DuckEngine) -> None:
    """The best suggestion for each open item, and how many fit as well."""
    engine.materialise(
        SUGGESTED,
        """
        SELECT b.ruleset, b.side, b.entry_id, min_by(m.match_id, (m.rank, m.match_id)) AS suggested_id,
               max(m.alternatives) AS alternatives
        FROM questioned_members b JOIN questioned_matches m ON m.ruleset = b.ruleset AND m.match_id = b.match_id
        WHERE m.state = 'suggested'
        GROUP BY b.ruleset, b.side, b.entry_id
        """,
    )


def bank_sides(table: str, rulesets: Mapping[str, BreakSettings]) -> str:
    """Whether an entry stands on the bank's side of its rule set."""
    banks = [
        f"({text_literal(ruleset)}, {text_literal(side)})"
        for ruleset, settings in sorted(rulesets.items())
        for side in SIDES
        if settings.is_bank(side)
    ]
    return f"({table}.ruleset, {table}.side) IN ({', '.join(banks)})" if banks else "false"


def credit_at_bank(entry: str, rulesets: Mapping[str, BreakSettings]) -> str:
    """Whether an entry is money that came in at a bank."""
    return f"{bank_sides(entry, rulesets)} AND {entry}.compared > 0"


def _known_references(engine: DuckEngine, rulesets: Mapping[str, BreakSettings]) -> None:
    """The open credits at banks that have a reference in common, as typed, with the other side of the books."""
    credits_there = engine.materialise(_CREDITS, announcing(ITEMS, credit_at_bank("o", rulesets)))
    other_side = "s.ruleset = c.ruleset AND s.side <> c.side"
    # nearly always no entry at all has the reference of an open credit, and asking for any is cheap
    tables = looked_at(engine) if credits_there else []
    held = (
        name
        for name in CREDIT_REFERENCES
        for table in tables
        if engine.rows(f"SELECT 1 FROM {table} s SEMI JOIN {_CREDITS} c ON s.{name} = c.reference LIMIT 1")
    )
    engine.materialise(
        KNOWN,
        " UNION ".join(
            [
                f"SELECT ruleset, side, entry_id FROM {_CREDITS} WHERE false",
                *(
                    f"SELECT c.ruleset, c.side, c.entry_id FROM {_CREDITS} c "
                    f"SEMI JOIN scope s ON {other_side} AND s.{name} = c.reference"
                    for name in dict.fromkeys(held)
                ),
            ]
        ),
    )
