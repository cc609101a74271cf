"""What a payout's amounts rest on, as one short text: the same entries and facts give the same, others do not.

It tells without computing anything again whether a closed period would come out as it did.
"""

from collections.abc import Iterator
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.relations import select
from recon.engines.render import render
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.payouts.books.activity import Books, of_component, payee
from recon.payouts.books.measured import readings
from recon.payouts.calculation.windows import period_before
from recon.payouts.periods.period import Known
from recon.payouts.plan.plan import Plan


def basis_of(engine: DuckEngine, plan: Plan, books: Books, period: Period, known: Known) -> str:
    """The hash of the entries that each component and figure counts, with whom each credits, and of the facts.

    An entry's id is the hash of all that it says, so that its money and its day need not be looked at.
    """
    parts = [plan.version, *_counted(engine, plan, books, period)]
    for one in plan.figures:
        for ago, days, alone in readings(plan, one, period):
            parts += [f"{ago} {part}" for part in _counted(engine, alone, books, days)]
    parts += [_facts_text(known, who) for who in sorted(known.facts)]
    if any(one.prorated is not None for one in plan.figures):
        parts += [_days_text(known, who, period) for who in sorted(known.facts)]
    return content_id(parts, 24)


def _counted(engine: DuckEngine, plan: Plan, books: Books, period: Period) -> Iterator[str]:
    """The entries of each component: how many, and a hash of which and whose."""
    for component in plan.components:
        relation = of_component(plan, books, component, period)
        sql = render(select(relation, {"payee": payee(plan, relation), "entry_id": relation["entry_id"]}))
        ((count, mixed),) = engine.rows(
            f"SELECT count(*), CAST(bit_xor(md5_number(concat(entry_id, ' ', payee))) AS VARCHAR) FROM ({sql})"
        )
        yield f"{component.name}: {count} {mixed}"


def _facts_text(known: Known, who: str) -> str:
    facts = known.facts[who]
    figures = sorted((name, str(_short(value))) for name, value in facts.figures.items())
    earlier = sorted((name, str(_short(value))) for name, value in facts.previous.items())
    texts = [sorted(one.items()) for one in (facts.words, facts.people, facts.levels)]
    spells = [(str(one.first), sorted(one.people.items())) for one in facts.spells]
    return repr((who, figures, earlier, texts, spells))


def _days_text(known: Known, who: str, period: Period) -> str:
    """The figures of a payee that hold on some days of the period or the one before, and on which."""
    first, last = period_before(period).first, period.last
    days = sorted(
        (name, str(max(one.first, first)), str(min(one.last, last)), str(_short(one.amount)))
        for name, values in known.facts[who].values.items()
        for one in values
        if one.first <= last and first <= one.last
    )
    return repr((who, days))


def _short(value: Decimal) -> Decimal:
    return value.normalize()
