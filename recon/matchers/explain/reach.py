"""What is in reach of an entry in a pass without a key, so that it can be looked back on."""

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, call, literal
from recon.engines.relations import select, where, within
from recon.engines.render import render
from recon.matchers.comparing.keys import column
from recon.matchers.explain.near import Asking
from recon.matchers.explain.pools import everything, want
from recon.rules.ruleset import RuleSet


def want_reach(engine: DuckEngine, ruleset: RuleSet, asking: Asking) -> None:
    """Add to the entries wanted those that face the unit asked about: in its currency, with its keys, in its window.

    Of the side that is added up come the other entries of their natural groups as well, wherever they lie.
    """
    looked, own = asking.looked, asking.own
    plan, window, subset = (
        looked.plan.side(asking.facing),
        looked.plan.item.within.window,
        looked.plan.item.subset,
    )
    specs = subset.specs if subset is not None and subset.adds(asking.facing) else ()
    names = {name: column(name) for name in dict.fromkeys(name for spec in specs for name in spec)}
    labels = {name: f"g{place}" for place, name in enumerate(names, start=1)}
    everyone = everything(ruleset, asking.facing)
    columns: dict[str, Expression] = {name: everyone[name] for name in everyone.schema}
    columns |= {labels[name]: value for name, value in names.items()}
    keyed = plan.keyed(select(everyone, columns), *labels.values())
    near: list[Expression] = [call("eq", keyed["currency"], literal(own["currency"]))]
    near += [
        call("eq", call("as_text", keyed[name]), call("as_text", literal(str(own[name]))))
        for name in plan.named_keys
    ]
    if window is not None:
        days = max(-window.earliest, window.latest)
        reach = 2 * days + 14 if window.counts_business_days else days
        near.append(
            call("between", call("days", keyed["day"], literal(own["day"])), literal(-reach), literal(reach))
        )
    reached = where(keyed, all_of(*near))
    alike = [[*plan.named_keys, "currency", *(labels[name] for name in spec)] for spec in specs]
    for found in (reached, *(within(keyed, reached, **{name: name for name in shared}) for shared in alike)):
        want(engine, asking.facing, render(select(found, {"rid": found["rid"]})))
