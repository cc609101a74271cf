"""Numbers back to names: the canonical `matches`, `members`, `excluded` and `open_items`.

While rule sets run, entries, matches, rule sets and passes are numbers, because joins and sorts of numbers cost a
fraction of those of text. The views turn them into text only where something reads them.
"""

from collections.abc import Mapping

from recon.engines.dialects import code_type
from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.engines.rows import entry_text, row_number
from recon.matchers.asked import asked
from recon.model.tables import MATCHES, MEMBERS, OPEN
from recon.rules.ruleset import RuleSet

MANUAL = "manual"
"""The pass of a match that people made and no pass found."""


def name_results(engine: DuckEngine, rulesets: Mapping[str, RuleSet]) -> None:
    """Make the views `matches`, `members` and `open_items`, and the table `excluded`.

    Matches and members are written from `written_matches` and `written_members`, whose ids are numbers still.

    Three tables beside them hold what is asked for often and is little: `questioned_matches`, the suggestions and the
    matches that differ in some figure, but for their evidence; `questioned_members`; and `questioned_entries`, those
    entries and the open ones (`is_open`).
    """
    for column, names in (("ruleset", set(rulesets)), ("pass", _passes(rulesets))):
        engine.code(column, sorted(names))
    for kind in ("match", "member"):
        parts = (
            f"SELECT {_code(name, 'ruleset')} AS ruleset, * FROM {kind}_rows_{number}"
            for number, name in enumerate(rulesets)
        )
        engine.view(f"{kind}_numbers", " UNION ALL ".join(parts))
    numbers = {"match_id": "mid", "entry_id": "rid", "pass": _pass_names(rulesets)}
    engine.view("written_matches", f"SELECT {_columns(MATCHES.names, numbers)} FROM match_numbers")
    engine.view("written_members", f"SELECT {_columns(MEMBERS.names, numbers)} FROM member_numbers")
    match, entry = (f"{entry_text(name)} AS {name}" for name in ("match_id", "entry_id"))
    engine.view("matches", f"SELECT * REPLACE ({match}) FROM written_matches")
    engine.view("members", f"SELECT * REPLACE ({match}, {entry}) FROM written_members")
    engine.materialise(
        "excluded", f"SELECT * EXCLUDE (rid), {entry_text('rid')} AS entry_id FROM excluded_rows"
    )
    _question(engine, _rulesets(list(rulesets)))
    engine.drop("excluded_rows", "open_rows", "questioned_ids")


def _question(engine: DuckEngine, ruleset: str) -> None:
    """Make the three tables of what is asked for often, and `open_items`; `ruleset` names that of an open row."""
    match, entry = (f"{entry_text(name)} AS {name}" for name in ("match_id", "entry_id"))
    differ = f"match_id IN (SELECT {row_number('match_id')} FROM differences)"
    engine.materialise(
        "questioned_matches",
        f"SELECT match_id AS mid, * EXCLUDE (evidence) REPLACE ({match}) FROM written_matches "
        f"WHERE variance <> 0 OR state = 'suggested' OR {differ}",
    )
    engine.materialise(
        "questioned_members",
        f"SELECT * REPLACE ({match}, {entry}) FROM written_members w "
        "SEMI JOIN questioned_matches q ON q.mid = w.match_id",
    )
    columns = ", ".join(f"s.{identifier(name)}" for name in OPEN.names)
    engine.materialise(
        "questioned_ids",
        f"SELECT ruleset, side, {entry_text('rid')} AS entry_id, is_open FROM ("
        f"SELECT ruleset, side, rid, bool_or(is_open) AS is_open FROM ("
        f"SELECT {ruleset} AS ruleset, side, rid, true AS is_open FROM open_rows UNION ALL "
        f"SELECT ruleset, side, {row_number('entry_id')}, false FROM questioned_members) GROUP BY ALL)",
    )
    with asked(engine, "SEMI JOIN questioned_ids USING (entry_id)") as about:
        engine.materialise(
            "questioned_entries",
            f"SELECT {columns}, is_open FROM {about.scope} s JOIN questioned_ids USING (ruleset, side, entry_id)",
        )
    engine.view("open_items", "SELECT * EXCLUDE (is_open) FROM questioned_entries WHERE is_open")


def _columns(names: list[str], named: Mapping[str, str]) -> str:
    return ", ".join(
        f"{named[name]} AS {identifier(name)}" if name in named else identifier(name) for name in names
    )


def _rulesets(names: list[str]) -> str:
    """The names of rule sets by their place."""
    branches = " ".join(f"WHEN {number} THEN {_code(name, 'ruleset')}" for number, name in enumerate(names))
    return f"CASE rs {branches} END"


def _code(name: str, column: str) -> str:
    """A name as the code that stands for it, by which groups are made sooner."""
    return f"CAST({text_literal(name)} AS {code_type(column)})"


def _passes(rulesets: Mapping[str, RuleSet]) -> set[str]:
    return {MANUAL, *(item.name for ruleset in rulesets.values() for item in ruleset.passes)}


def _pass_names(rulesets: Mapping[str, RuleSet]) -> str:
    branches = " ".join(
        f"WHEN rs = {number} AND pass = {place} THEN {_code(item.name, 'pass')}"
        for number, ruleset in enumerate(rulesets.values())
        for place, item in enumerate(ruleset.passes)
    )
    return f"CASE {branches} ELSE {_code(MANUAL, 'pass')} END"
