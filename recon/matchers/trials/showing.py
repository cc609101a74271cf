"""The SQL of a pass as `recon rules show --sql` prints it: the statements that the engine is given, in order."""

from recon.engines.relations import Relation, Scan
from recon.engines.render import render
from recon.engines.types import MONEY, ROW
from recon.matchers.comparing.blocks import Held
from recon.matchers.pairing.compiled import compiled
from recon.matchers.pairing.offset import as_two_sided, offset_pools
from recon.matchers.pairing.unique import several, unique_pairs
from recon.matchers.pool import SCOPE
from recon.matchers.subset.both.statements import both_statements
from recon.matchers.subset.statements import subset_statements
from recon.model.sides import SIDES
from recon.rules.ruleset import Compare, Pass, Side


def pass_sql(item: Pass, compare: Compare) -> str:
    """Units of both sides, then the candidates: unique keys first, then classes with mutual best.

    Tolerances by currency are those written in the rule; the tables named are those of a run.
    """
    window = item.within.window
    calendar = (
        f"calendar_{window.calendar or 'weekdays'}".lower() if window and window.counts_business_days else None
    )
    currencies = sorted(item.within.amount) if isinstance(item.within.amount, dict) else []
    pools: dict[Side, Relation] = {
        side: Scan({**SCOPE, "rid": ROW, compare.column(side): MONEY}, f"open_{side}") for side in SIDES
    }
    if item.offset is not None:
        pools = offset_pools(pools[item.offset.side], compare.column(item.offset.side))
        item = as_two_sided(item, item.offset)
    plan = compiled(item, compare, currencies, calendar)
    if item.subset is not None:
        statements_of = both_statements if item.subset.many == "both" else subset_statements
        told = statements_of(plan, item.subset, pools)
        return "\n\n".join(_named(title, relation) for title, relation in told)
    units = {side: plan.side(side).units(plan.side(side).keyed(pools[side]), plan.calendar) for side in SIDES}
    statements = [_named(f"units_{side}", units[side]) for side in SIDES]
    held = {side: Scan(units[side].schema, f"units_{side}") for side in SIDES}
    if plan.has_keys:
        statements += [_named(f"several_{side}", several(plan, held[side])) for side in SIDES]
        statements.append(_named("pairs of unique keys", unique_pairs(plan, held)))
    classes = {side: plan.pairing.classes(held[side]) for side in SIDES}
    statements += [_named(f"classes_{side}", classes[side]) for side in SIDES]
    named: dict[Side, Relation] = {side: Scan(classes[side].schema, f"classes_{side}") for side in SIDES}
    sure, doubtful = plan.pairing.sure_and_doubtful(named["left"], named["right"], _Shown(statements))
    statements.append(_named("candidates, assigned by mutual best", sure))
    if doubtful is not None:
        statements.append(_named("candidates that wait for a person", doubtful))
    return "\n\n".join(statements)


class _Shown(Held):
    """Shows what a run holds in a table as a statement of its own."""

    def __init__(self, statements: list[str]) -> None:
        self.statements = statements

    def __call__(self, name: str, relation: Relation) -> Scan:
        """The relation as the table of a statement."""
        self.statements.append(_named(name, relation))
        return Scan(relation.schema, name)


def _named(title: str, relation: Relation) -> str:
    return f"-- {title}\n{render(relation)};"
