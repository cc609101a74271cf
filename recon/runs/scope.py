"""What a run looks at: the open items of the run before, and every entry that is new to it.

Runs form a line. Each continues the latest one: what that matched stays matched, what it left open is carried
forward, and the entries of ingests that it did not know, or that lay beyond its as-of date, are new. A rule set
that the run before did not have starts from the beginning.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, parquet_files, text_literal
from recon.matchers.asked import EARLIER, FIGURES, PLACED, PREFIX, RAW, ask_nothing
from recon.matchers.fee import converted_sql, entries_sql, figures_of
from recon.matchers.fx import register_rates
from recon.matchers.pool import side_view
from recon.model.sides import SIDES
from recon.model.tables import BREAKS, ENTRIES, FILES, JOURNEYS, MONEY, OPEN, REFUSED, STATEMENTS
from recon.rules.ruleset import RuleSet, Side
from recon.runs.configuration import Configuration
from recon.runs.inputs import Scope
from recon.runs.parts import UNCUT, Cut, Splits, laid
from recon.sources.intake.held import withdrawn
from recon.store.published import Published

_RETURNED = pa.schema([("ruleset", pa.string()), ("side", pa.string()), ("entry_id", pa.string())])
_COLUMNS = pa.schema(
    [
        ("ruleset", pa.string()), ("side", pa.string()), ("is_new", pa.bool_()), ("first_seen", pa.date32()),
        ("compared", MONEY), *ENTRIES,
    ]
)  # fmt: skip
"""The columns of `scope`."""
_READ = "returned_read"
"""What of `returned` is read: of parts, the entries that they were cut from."""


Returned = tuple[str, Side, str]
"""Rule set, side and id of an entry that comes back into scope."""


def register_scope(
    engine: DuckEngine,
    scope: Scope,
    configuration: Configuration,
    returned: Sequence[Returned] = (),
    splits: Splits = Splits(),  # noqa: B008  (frozen)
) -> Cut:
    """Make the view `scope` (see `matchers.pool.SCOPE`) and those of the run before and of the new files.

    The views read Parquet files of the store, whose hashes were checked; nothing is copied. `returned` are entries
    that earlier runs settled and that a decision brought back; they are new to the run. What was split stands in scope
    as its parts; what that comes to is given back.
    """
    _scan_files(engine, scope)
    engine.register("withdrawn", splits.of_entries(withdrawn(scope.ingests).select(["entry_id", "file_id"])))
    known = set() if scope.previous is None else {row["name"] for row in scope.previous.manifest["rulesets"]}
    for ruleset in configuration.rulesets.values():
        register_rates(engine, ruleset)
    if returned:
        _register_returned(engine, returned, splits)
    all_known = known >= set(configuration.rulesets)
    if all_known and not returned and not scope.falls_due:
        engine.create("earlier_in_scope", ENTRIES)
    else:
        which = "true" if returned else _in_time(scope, after=all_known)
        engine.view("earlier_in_scope", f"FROM earlier_entries WHERE {which}")
    figures = {name for ruleset in configuration.rulesets.values() for name in figures_of(ruleset)}
    engine.register(FIGURES, pa.table({"name": pa.array(sorted(figures), pa.string())}))
    ask_nothing(engine)
    cuts = list[Cut]()
    for prefix in ("", PREFIX):
        sides = {
            (name, side): _side_parts(engine, ruleset, side, scope, prefix, continues=name in known)
            for name, ruleset in configuration.rulesets.items()
            for side in SIDES
        }
        if returned:
            for (name, side), parts in sides.items():
                parts.append(_returned_part(engine, scope, configuration.rulesets[name], side, prefix))
        cuts.append(_lay(engine, prefix, sides, splits, returned))
        _know_before(engine, scope, configuration, known, prefix)
    return cuts[0]


def _scan_files(engine: DuckEngine, scope: Scope) -> None:
    """Make the views of what was taken in, new and before, and of what the run before left."""
    _scan_or_empty(engine, "new_entries_all", scope.new, "entries.parquet", ENTRIES)
    _scan_or_empty(engine, EARLIER, scope.earlier, "entries.parquet", ENTRIES)
    if scope.earlier:
        files = parquet_files([one.verified("entries.parquet") for one in scope.earlier], numbered=True)
        engine.view(PLACED, f"SELECT *, filename FROM {files}")
    before = [scope.previous] if scope.previous else []
    for name, file, schema in (
        ("previous_open", "open.parquet", OPEN),
        ("previous_breaks", "breaks.parquet", BREAKS),
        ("previous_journeys", "journeys.parquet", JOURNEYS),
    ):
        _scan_or_empty(engine, name, before, file, schema)
    for table, schema in (("statements", STATEMENTS), ("files", FILES), ("refused", REFUSED)):
        _scan_or_empty(engine, table, scope.new, f"{table}.parquet", schema)
    _scan_or_empty(engine, "earlier_statements", scope.earlier, "statements.parquet", STATEMENTS)


def _lay(
    engine: DuckEngine,
    prefix: str,
    sides: Mapping[tuple[str, Side], Sequence[str]],
    splits: Splits,
    returned: Sequence[Returned],
) -> Cut:
    """Make the view of a scope over the selects of each rule set and side, with parts in place of what was split."""
    rows = " UNION ALL ".join(part for parts in sides.values() for part in parts)
    if not splits:
        if not prefix:
            for (ruleset, side), parts in sides.items():
                engine.view(side_view(ruleset, side), " UNION ALL ".join(parts))
        engine.view(f"{prefix}scope", rows)
        return Cut()
    engine.view(f"{prefix}{UNCUT}_scope", rows)
    if not prefix:
        return splits.lay(engine, returned)
    engine.view(f"{prefix}scope", laid(f"{prefix}{UNCUT}_scope"))
    return Cut()


def _register_returned(engine: DuckEngine, returned: Sequence[Returned], splits: Splits) -> None:
    """Make the tables of what comes back, and of what is read for it."""
    parts = splits.roots(returned)
    for name, found in (("returned", set(returned)), (_READ, {parts.get(one, one) for one in returned})):
        rows = [dict(zip(_RETURNED.names, one, strict=True)) for one in sorted(found)]
        engine.register(name, pa.Table.from_pylist(rows, schema=_RETURNED))


def _returned_part(engine: DuckEngine, scope: Scope, ruleset: RuleSet, side: Side, prefix: str) -> str:
    """The select of entries of a side that come back, each read from the ingest that brought it first."""
    columns = _columns(ruleset, side, f"true AS is_new, DATE '{scope.as_of}' AS first_seen")
    which = f"ruleset = {text_literal(ruleset.ruleset)} AND side = {text_literal(side)}"
    back = f"entry_id IN (SELECT entry_id FROM {_READ} WHERE {which})"
    still = f"entry_id NOT IN (SELECT entry_id FROM previous_open WHERE {which})"
    earlier = entries_sql(ruleset, side, f"{prefix}earlier_entries")
    found = f"SELECT {columns} FROM {earlier} WHERE {back} AND {still}"
    return converted_sql(engine, ruleset, side, f"{prefix}returned_{ruleset.ruleset}_{side}", found)


def _know_before(
    engine: DuckEngine, scope: Scope, configuration: Configuration, known: set[str], prefix: str
) -> None:
    """Make `known_before`: what earlier runs looked at, in the columns of `scope`; what they matched is evidence."""
    parts = list[str]()
    for name in sorted(known & set(configuration.rulesets)):
        ruleset = configuration.rulesets[name]
        for side in SIDES:
            columns = _columns(ruleset, side, f"false AS is_new, DATE '{scope.previous_as_of}' AS first_seen")
            sources = ", ".join(text_literal(source) for source in ruleset.sources(side))
            before = f"(business_date IS NULL OR business_date <= DATE '{scope.previous_as_of}')"
            earlier = entries_sql(ruleset, side, f"{prefix}earlier_entries")
            found = f"SELECT {columns} FROM {earlier} WHERE source IN ({sources}) AND {before}"
            parts.append(converted_sql(engine, ruleset, side, f"{prefix}before_{name}_{side}", found))
    if parts:
        engine.view(f"{prefix}known_before", " UNION ALL BY NAME ".join(parts))
    else:
        engine.create(f"{prefix}known_before", _COLUMNS)


def _columns(ruleset: RuleSet, side: Side, apart: str) -> str:
    """The columns of one side of a rule set in `scope`; `apart` are those that depend on where it is read."""
    chosen = ruleset.compared().column(side)
    compared = "amount" if chosen == "amount" else f"coalesce({identifier(chosen)}, amount)"
    which = f"{text_literal(ruleset.ruleset)} AS ruleset, {text_literal(side)} AS side"
    entry = ", ".join(identifier(field.name) for field in ENTRIES)
    return f"{which}, {apart}, CAST({compared} AS DECIMAL(24,8)) AS compared, {entry}"


def _handed_on(ruleset: RuleSet, side: Side) -> str:
    """The columns of an open item that was converted when it came: it keeps its rate."""
    which = f"{text_literal(ruleset.ruleset)} AS ruleset, {text_literal(side)} AS side"
    entry = ", ".join(identifier(field.name) for field in ENTRIES)
    return f"{which}, false AS is_new, first_seen, CAST(compared AS DECIMAL(24,8)) AS compared, {entry}"


def _scan_or_empty(
    engine: DuckEngine, name: str, published: Sequence[Published], file: str, schema: pa.Schema
) -> None:
    # of files without rows, which most of statements and of what was refused are, nothing is read again
    paths = [path for one in published if (path := one.verified(file)) and one.rows(file)]
    if paths:
        engine.scan(name, paths)
    else:
        engine.create(name, schema)


def _in_time(scope: Scope, *, after: bool) -> str:
    """Whether an entry lies in the time of a run: up to its day and, with `after`, after the day of the run before."""
    if after:
        return f"business_date > DATE '{scope.previous_as_of}' AND business_date <= DATE '{scope.as_of}'"
    return f"(business_date IS NULL OR business_date <= DATE '{scope.as_of}')"


def _is_bare(engine: DuckEngine, scope: Scope, table: str, *, continues: bool) -> bool:
    """Whether nothing of what is new, or was there before, comes into the scope of a rule set, as is known unread."""
    if table == "latest":
        return continues and engine.is_bare("new_entries_all")
    return not scope.earlier or (continues and not scope.falls_due)


def _side_parts(
    engine: DuckEngine, ruleset: RuleSet, side: Side, scope: Scope, prefix: str, *, continues: bool
) -> list[str]:
    """The selects that make up one side of a rule set in `scope`."""
    names = ", ".join(text_literal(name) for name in ruleset.sources(side))
    new = _columns(ruleset, side, f"true AS is_new, DATE '{scope.as_of}' AS first_seen")
    latest, earlier, open_before = (entries_sql(ruleset, side, f"{prefix}{table}") for table in RAW)
    parts = []
    for table, rows, after in (("latest", latest, False), ("earlier", earlier, continues)):
        if _is_bare(engine, scope, table, continues=continues):
            continue  # every use of the view would plan the reading of nothing
        found = f"SELECT {new} FROM {rows} WHERE source IN ({names}) AND {_in_time(scope, after=after)}"
        view = f"{prefix}{table}_{ruleset.ruleset}_{side}"
        parts.append(converted_sql(engine, ruleset, side, view, found))
    if not continues:
        return parts
    carried = _columns(ruleset, side, "false AS is_new, first_seen")
    if ruleset.convert is not None and ruleset.convert.side == side:
        carried, open_before = _handed_on(ruleset, side), f"{prefix}previous_open"
    parts.append(
        f"SELECT {carried} FROM {open_before} "
        f"WHERE ruleset = {text_literal(ruleset.ruleset)} AND side = {text_literal(side)}"
    )
    return parts
