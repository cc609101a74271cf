"""What a payout's amounts rest on, as one short text: the same entries and facts give the same, others do not.

It tells without computing anything again whether a closed period would come out as it did.
"""

from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call
from recon.engines.names import identifier
from recon.engines.relations import select
from recon.engines.render import render
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.payouts.activity import FIGURES, Books, counted, figure, of_plan, payee
from recon.payouts.period import Known
from recon.payouts.plan.plan import Plan


def basis_of(engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known) -> str:
    """The hash of the entries that each component counts, by payee and with their money, and of the facts."""
    parts = [plan.version]
    for component in plan.components:
        relation = counted(of_plan(plan, books, component.activity.of, period), component.activity)
        columns = {"payee": payee(plan, relation), "entry_id": relation["entry_id"]}
        columns |= {name: figure(relation, name) for name in FIGURES}
        day = call("coalesce", relation["business_date"], relation["booking_date"])
        sql = render(select(relation, {**columns, "day": day}))
        said = ", ".join(f"coalesce(CAST({identifier(name)} AS VARCHAR), '')" for name in (*columns, "day"))
        ((count, mixed),) = engine.rows(
            f"SELECT count(*), CAST(bit_xor(md5_number(concat_ws('|', {said}))) AS VARCHAR) FROM ({sql})"
        )
        parts.append(f"{component.name}: {count} {mixed}")
    parts += [_facts_text(known, who) for who in sorted(known.facts)]
    return content_id(parts, 24)


def _facts_text(known: Known, who: str) -> str:
    facts = known.facts[who]
    figures = sorted((name, str(_short(value))) for name, value in facts.figures.items())
    earlier = sorted((name, str(_short(value))) for name, value in facts.previous.items())
    texts = [sorted(one.items()) for one in (facts.words, facts.people, facts.levels)]
    spells = [(str(one.first), sorted(one.people.items())) for one in facts.spells]
    return repr((who, figures, earlier, texts, spells))


def _short(value: Decimal) -> Decimal:
    return value.normalize()
