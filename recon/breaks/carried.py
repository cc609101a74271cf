"""Breaks that stay what they were: nothing that came, went or is suggested has anything in common with them.

A night looks at what is new and at everything open from before. Of the open items, nearly all are what they were the
night before, since what says otherwise (a counterpart, a twin, an announcement) shares a reference with them. Their
breaks only grow older, so that a night costs what is new; see `docs/decisions/026-carried-breaks.md`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from recon.breaks.ageing import within_calendar_sql
from recon.breaks.kinds import BreakKind, BreakState
from recon.breaks.reasons import HORIZON, later_reason_sql
from recon.breaks.references import CREDIT_REFERENCES, IDENTIFYING, announcing, exploded, own_reference
from recon.breaks.wording import next_step_of
from recon.engines.duck import DuckEngine
from recon.engines.names import identifier

ITEMS: Final = "breaks_items"
"""The open items whose breaks are worked out, in the columns of `open_items`."""
BEFORE: Final = "breaks_before"
"""The breaks of the run before, but for those that stay."""
MOVED: Final = "breaks_moved"
"""Entries (rule set, side, entry) that something happened to or near to; there when breaks are carried over."""
_CHANGED = "breaks_changed"
_CHANGED_REFERENCE = "breaks_changed_reference"
_NEXT_STEPS = next_step_of("p.kind")
_ENTRY = "{0}.ruleset = {1}.ruleset AND {0}.side = {1}.side AND {0}.entry_id = {1}.entry_id"


def work_out_all(engine: DuckEngine) -> None:
    """Let the break of every open item be worked out."""
    engine.view(ITEMS, "FROM open_items")
    engine.view(BEFORE, "FROM previous_breaks")


def carry_over(
    engine: DuckEngine, references: str, bank_credits: str, apart: Sequence[str], as_of: date
) -> None:
    """Materialise `MOVED`, `BEFORE` and `ITEMS`: what happened, the breaks that do not stay, what is worked out.

    Reads `scope`, `previous_open`, `previous_breaks` and `open_items`; `references` of open items (rule set, side,
    entry, reference); the condition of an open item `o` to be one of the `bank_credits`; and the tables `apart` of
    entries (rule set, side, entry) whose breaks do not stay.

    What came is every entry that is new in scope; what went was open in the run before and is not now. An open item
    that shares a reference with either is looked at again, as are those with a suggestion now or then, those that an
    author's rule speaks of, those that fall due, parts of what was split, and those whose references hold no letter or
    digit to compare. All tables made here are as small as the night; what stays is never copied.
    """
    _changes(engine)
    _moves(engine, references, bank_credits, apart)
    engine.drop(_CHANGED, _CHANGED_REFERENCE)
    stays = f"""
        p.match_id IS NULL AND p.entry_id IS NOT NULL AND p.business_date IS NOT NULL
        AND p.state <> '{BreakState.RESOLVED}' AND p.next_step = {_NEXT_STEPS}
        AND (p.kind <> '{BreakKind.IN_TRANSIT}' OR DATE '{as_of}' < p.due_date)
    """
    engine.materialise(
        BEFORE,
        f"SELECT p.* FROM previous_breaks p LEFT JOIN {MOVED} m ON {_ENTRY.format('m', 'p')} "
        f"WHERE ({stays}) IS NOT TRUE OR m.entry_id IS NOT NULL",
    )
    engine.append(
        MOVED,
        f"SELECT ruleset, side, entry_id FROM {BEFORE} WHERE match_id IS NULL AND entry_id IS NOT NULL",
    )
    engine.materialise(ITEMS, f"FROM open_items o SEMI JOIN {MOVED} m ON {_ENTRY.format('m', 'o')}")


def _changes(engine: DuckEngine) -> None:
    """What came and what went since the run before, and the references that it has."""
    kept = ", ".join(
        ("e.ruleset", "e.side", "e.entry_id", *(f"e.{identifier(name)}" for name in CREDIT_REFERENCES))
    )
    engine.materialise(
        _CHANGED,
        f"SELECT {kept} FROM scope e WHERE is_new UNION ALL "
        f"SELECT {kept} FROM previous_open e ANTI JOIN open_items o ON {_ENTRY.format('o', 'e')}",
    )
    engine.materialise(_CHANGED_REFERENCE, exploded(f"{_CHANGED} e", "e.ruleset"))


def _moves(engine: DuckEngine, references: str, bank_credits: str, apart: Sequence[str]) -> None:
    said = ", ".join(f"o.{identifier(name)}" for name in IDENTIFYING)
    parts = ("parts",) if engine.has("parts") else ()
    moved = [
        f"SELECT ruleset, side, entry_id FROM {references} r SEMI JOIN {_CHANGED_REFERENCE} c "
        "ON c.ruleset = r.ruleset AND c.reference = r.reference",
        f"SELECT ruleset, side, entry_id FROM ({announcing('open_items', bank_credits)}) a "
        f"SEMI JOIN ({announcing(_CHANGED)}) c "
        "ON c.ruleset = a.ruleset AND c.side <> a.side AND c.reference = a.reference",
        "SELECT ruleset, side, entry_id FROM open_items o "
        f"WHERE {own_reference('o')} IS NOT NULL AND NOT regexp_matches(concat({said}), '[1-9A-Za-z]')",
        *(f"SELECT ruleset, side, entry_id FROM {table}" for table in (_CHANGED, *apart, *parts)),
    ]
    engine.materialise(MOVED, " UNION ".join(moved))


def standing_sql(calendar: str, as_of: date) -> str:
    """The breaks that stay, as of the day of the run, in the columns of BREAKS."""
    return f"""
        SELECT p.* REPLACE (
                   greatest(0, DATE '{as_of}' - p.business_date) AS age_days,
                   k.age_business_days AS age_business_days,
                   {later_reason_sql()} AS reason, '{BreakState.PERSISTING}' AS state)
        FROM (FROM previous_breaks ANTI JOIN {BEFORE} USING (break_id)) p
        JOIN {calendar} k
          ON k.ruleset = p.ruleset AND k.side = p.side AND k.day = {within_calendar_sql("p.business_date")}
        LEFT JOIN {HORIZON} h ON h.ruleset = p.ruleset AND h.side <> p.side
    """
