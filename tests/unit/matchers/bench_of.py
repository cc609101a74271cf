"""A small table of entries and the matches that a rule set finds in it, for tests of passes."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.matchers.pool import EXCLUDED, WITHDRAWN
from recon.matchers.results.differences import DIFFERENCES
from recon.matchers.results.named import name_results
from recon.matchers.results.written import create_results, write_results
from recon.matchers.ruleset_run import PassOutcome, run_passes
from recon.model.ids import content_id
from recon.model.tables import ENTRIES, MONEY
from recon.rules.ruleset import RuleSet
from recon.runs.decisions import Decision, Decisions
from tests.unit.engines.bare import bare_engine

SCOPE_SCHEMA = pa.schema(
    [
        pa.field("ruleset", pa.string()),
        pa.field("side", pa.string()),
        pa.field("is_new", pa.bool_()),
        pa.field("compared", MONEY),
        pa.field("first_seen", pa.date32()),
        *ENTRIES,
    ]
)
Row = Mapping[str, Any]


def entry(name: str, side: str, amount: str, currency: str = "NGN", day: int = 1, **values: object) -> Row:
    """One row of `scope`: `name` stands for the entry in the test's expectations."""
    return {
        "name": name,
        "ruleset": "left_vs_right",
        "side": side,
        "is_new": True,
        "compared": Decimal(amount),
        "first_seen": date(2026, 10, 31),
        "entry_id": content_id([name], 24),
        "source": side,
        "file_id": "f",
        "line_no": 1,
        "account": side,
        "amount": Decimal(amount),
        "currency": currency,
        "business_date": date(2026, 10, day),
        "is_reversal": False,
        "type": "payment",
        "status": "booked",
        **values,
    }


def ruleset(passes: Sequence[Mapping[str, object]], **settings: object) -> RuleSet:
    """A rule set over the sources `left` and `right`."""
    base = {"ruleset": "left_vs_right", "left": "left", "right": "right", "passes": passes}
    return RuleSet.model_validate({**base, **settings})


Found = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def matched(rules: RuleSet, rows: Sequence[Row]) -> list[Found]:
    """What the passes find: (pass, state, left names, right names), sorted."""
    return sorted((m["pass"], m["state"], *m["sides"]) for m in matches(rules, rows))


def table_of(entries: Sequence[Row]) -> pa.Table:
    """Entries as the table `scope`."""
    return pa.Table.from_pylist([dict(row) for row in entries], schema=SCOPE_SCHEMA)


def run_on(
    engine: DuckEngine, rules: RuleSet, entries: Sequence[Row], decisions: Sequence[Decision] = ()
) -> list[PassOutcome]:
    """Match the entries on an engine and leave the tables of a run there; what each pass did."""
    engine.register("scope", table_of(entries))
    currencies = sorted({row["currency"] for row in entries})
    create_results(engine)
    engine.create_typed("excluded_rows", EXCLUDED)
    engine.create_typed("differences", DIFFERENCES)
    engine.create_typed("withdrawn", WITHDRAWN)
    Decisions(tuple(decisions)).register(engine)
    run = run_passes(engine, rules, currencies, (date(2026, 9, 1), date(2026, 11, 30)))
    write_results(engine, 0, rules, currencies, run)
    name_results(engine, {rules.ruleset: rules})
    return run.outcomes


def matches(rules: RuleSet, entries: Sequence[Row], decisions: Sequence[Decision] = ()) -> list[dict[str, Any]]:
    """Every match with its columns and `sides`: the names of its left and right members."""
    names = {row["entry_id"]: row["name"] for row in entries}
    with bare_engine() as engine:
        run_on(engine, rules, entries, decisions)
        rows = 'SELECT * FROM matches ORDER BY match_id, "rank"'
        found: list[dict[str, Any]] = engine.table(rows).to_pylist()
        members = engine.table("SELECT match_id, entry_id, side FROM members").to_pylist()
    for match in found:
        mine = [member for member in members if member["match_id"] == match["match_id"]]
        match["sides"] = tuple(
            tuple(sorted(names[member["entry_id"]] for member in mine if member["side"] == side))
            for side in ("left", "right")
        )
    return found


def differing(rules: RuleSet, entries: Sequence[Row]) -> list[dict[str, Any]]:
    """The figures beside the compared amount in which matched entries differ."""
    with bare_engine() as engine:
        run_on(engine, rules, entries)
        found: list[dict[str, Any]] = engine.table("SELECT * FROM differences ORDER BY match_id").to_pylist()
        return found
