"""The amounts that a rule set compares where they are no column: less a fee by a rate card, or in another currency."""

from collections import defaultdict
from collections.abc import Mapping

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, Literal, call, literal
from recon.engines.relations import Relation, Scan, Schema, select, union, where
from recon.engines.render import render
from recon.engines.types import DATE, MONEY, TEXT, TRUTH
from recon.matchers.asked import PREFIX
from recon.matchers.fx import BASE, columns_converted, converted, register_rates, with_converted
from recon.model.sides import SIDES
from recon.model.tables import ENTRIES
from recon.rules.book import COLUMNS
from recon.rules.card_fee import base_of, priced
from recon.rules.ruleset import RuleSet, Side

_WHOLE: Schema = {name: COLUMNS.get(name, TEXT) for name in ENTRIES.names}
"""Every column of an entry; lists, which no plan computes with, are handed on as they are."""
_SCOPE: Schema = {
    "ruleset": TEXT, "side": TEXT, "is_new": TRUTH, "first_seen": DATE, "compared": MONEY, **_WHOLE,
}  # fmt: skip
_KEPT: Mapping[str, Schema] = defaultdict(
    dict, previous_open={"ruleset": TEXT, "side": TEXT, "first_seen": DATE}
)
"""What tables of entries hold beside the columns of an entry that is read with them."""


def with_figures(entries: Relation, ruleset: RuleSet, side: Side) -> Relation:
    """Entries of a side with the columns of the rate cards that the rule set reads for them, and what was converted.

    With a rate card in what is compared, also `fee_base`. A figure that no card gives on this side is absent.
    """
    compared = ruleset.compared().column(side)
    read = {item.card for item in ruleset.verify if item.sides[0].startswith(f"{side}_")}
    for name in ruleset.cards:
        if compared == f"net_{name}" or name in read:
            entries = priced(entries, ruleset.rates.cards[name])
    if ruleset.convert is not None:
        entries = with_converted(entries, ruleset, side)
    if (card := ruleset.compared().card) is not None:
        on_card = compared == f"net_{card}"
        base = base_of(entries, ruleset.rates.cards[card]) if on_card else entries["gross"]
        entries = select(entries, {**{kept: entries[kept] for kept in entries.schema}, BASE: base})
    missing = [figure for item in ruleset.verify for figure in item.figures if figure not in entries.schema]
    if not missing:
        return entries
    kept: dict[str, Expression] = {name: entries[name] for name in entries.schema}
    return select(entries, {**kept, **{name: Literal(MONEY, None) for name in missing}})


def figures_of(ruleset: RuleSet) -> set[str]:
    """The columns of an entry that what a rule set compares is made of; a rate card may read any of them."""
    compared = ruleset.compared()
    if compared.card is not None:
        return set(ENTRIES.names)
    figures = {compared.column(side) for side in SIDES}
    return figures if ruleset.convert is None else figures | columns_converted(ruleset.convert)


def entries_sql(ruleset: RuleSet, side: Side, table: str) -> str:
    """A table of entries with what the rule set compares beside them, to be read from; the table itself without."""
    card = ruleset.compared().card
    if card is None or ruleset.compared().column(side) != f"net_{card}":
        return table
    entries = Scan({**_WHOLE, **_KEPT[table.removeprefix(PREFIX)]}, table)
    return f"({render(priced(entries, ruleset.rates.cards[card]))})"


def converted_sql(engine: DuckEngine, ruleset: RuleSet, side: Side, name: str, rows: str) -> str:
    """A query of entries in the columns of a scope, with what the rule set converts; through a view of that name."""
    if ruleset.convert is None or ruleset.convert.side != side:
        return rows
    engine.view(name, rows)
    return render(converted(Scan(_SCOPE, name), ruleset, side))


def scope_of_table(engine: DuckEngine, ruleset: RuleSet, table: str) -> None:
    """Make the view `scope` of a table in its columns, with what rate cards and exchange rates make of the amounts."""
    register_rates(engine, ruleset)
    card, parts = ruleset.compared().card, list[Relation]()
    for side in SIDES:
        rows: Relation = Scan(_SCOPE, table)
        rows = where(rows, call("eq", rows["side"], literal(side)))
        if card is not None and (column := ruleset.compared().column(side)) == f"net_{card}":
            net = priced(rows, ruleset.rates.cards[card])
            rows = select(net, {name: net[column if name == "compared" else name] for name in rows.schema})
        parts.append(converted(rows, ruleset, side))
    engine.view("scope", render(union(*parts)))
