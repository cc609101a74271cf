"""Another reference: among entries with the same key, the two that share one reference more belong together.

An order that was tried twice has two charges of one amount. To a pass by order number they are alike, or one of them
lies nearer by a day; whoever pairs them in order, or by days, may cross them. Which other columns name the same
transaction on both sides is said by the other passes of the rule set, also by those that come later. What a customer
is called names several of his invoices: where the other reference alone does not single out a pair, it may with the
exact amount.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Call, Column, call, literal
from recon.engines.relations import Relation, Scan, pick, select, union, within
from recon.engines.types import INTEGER, Kind
from recon.matchers.comparing.keys import column
from recon.matchers.pairing.compiled import CompiledPass, compiled
from recon.matchers.pairing.pairs import UNIT, paired
from recon.matchers.pairing.unique import HASH, marked, pair_unique_entries
from recon.model.sides import SIDES
from recon.rules.ruleset import Compare, Pass, RuleSet, Side

CONTESTED: Final = "contested"
"""How the tables of entries begin whose key several of a side have, and at least one of the other."""


def pair_by_another(
    engine: DuckEngine,
    plan: CompiledPass,
    others: Sequence[CompiledPass],
    pools: Mapping[Side, Relation],
    fields: Sequence[str],
    into: str,
    rejected: Relation | None = None,
) -> int:
    """Append pairs of entries that alone of their key share another reference; how many there are.

    `others` are the pass with more keys, see `with_another`. To be called when the unique keys of the pass are
    paired: reads the tables `several_left` and `several_right`. What is appended has the columns of `paired`.
    """
    if not others or not any(engine.count(f"several_{side}") for side in SIDES):
        return 0
    contested, total = _contested(engine, plan, pools), 0
    for other in others:
        if not all(engine.count(table.name) for table in contested.values()):
            break
        by = " = ".join(other.item.keys[-1])
        told = call("concat", literal('"told_by":'), call("json_text", literal(by)))
        if found := pair_unique_entries(engine, other, contested, fields, into, rejected, told):
            pairs = Scan(paired(fields), into)
            for side, table in contested.items():
                engine.remove(table.name, select(pairs, {"rid": pairs[UNIT[side]]}), rid="rid")
        total += found
    engine.drop(*(table.name for table in contested.values()))
    return total


def with_another(
    ruleset: RuleSet, item: Pass, compare: Compare, currencies: list[str], calendar: str | None
) -> list[CompiledPass]:
    """A pass over single entries with one key more: in turn each that another pass of the rule set ties or weighs.

    Then each of them once more, with the compared amounts as keys before it.
    """
    if item.normalise.first is not None:
        return []
    found: list[tuple[str, str]] = []
    for other in ruleset.passes:
        weighed = () if other.likely is None else other.likely.reference_pairs
        found += [pair for pair in (*other.keys, *weighed) if pair not in found]
    own, confirm = dict(item.keys), "automatic" if item.confirms else "suggest"
    others = [
        {left: right}
        for left, right in found
        if left not in own and right not in own.values() and _is_whole(left) and _is_whole(right)
    ]
    amount = _amounts(compare, own)
    wanted = [*others, *({**amount, **other} for other in others if amount)]
    return [
        compiled(
            item.model_copy(update={"same": {**own, **more}, "confirm": confirm}), compare, currencies, calendar
        )
        for more in wanted
    ]


def _amounts(compare: Compare, own: Mapping[str, str]) -> dict[str, str]:
    """The compared amounts as one key more, where they are columns and the pass does not tie them."""
    left, right = compare.column("left"), compare.column("right")
    is_tied = left in own or right in own.values()
    return {} if is_tied or compare.card is not None else {left: right}


def _is_whole(text: str) -> bool:
    """Whether a key is the whole text of a column or an attribute: days and parts of texts tell nothing apart."""
    value = column(text)
    is_named = isinstance(value, Column) or (isinstance(value, Call) and value.operation == "attribute")
    return is_named and value.type.kind is Kind.TEXT


def _contested(engine: DuckEngine, plan: CompiledPass, pools: Mapping[Side, Relation]) -> dict[Side, Scan]:
    """The entries of both sides whose key comes up on both, and more than once on one, as tables."""
    several = union(*(Scan({HASH: INTEGER}, f"several_{side}") for side in SIDES))
    marks = {}
    for side in SIDES:
        rows = within(marked(plan, plan.side(side).keyed(pools[side])), several, **{HASH: HASH})
        marks[side] = engine.held(f"{CONTESTED}_keys_{side}", pick(rows, "rid", HASH))
    found = {}
    for side, other in ((SIDES[0], SIDES[1]), (SIDES[1], SIDES[0])):
        both = within(marks[side], marks[other], **{HASH: HASH})
        found[side] = engine.held(f"{CONTESTED}_{side}", within(pools[side], both, rid="rid"))
    engine.drop(*(table.name for table in marks.values()))
    return found
