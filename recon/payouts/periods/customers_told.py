"""What is told of entries by the time of their customers: where each lies, and those that name no customer."""

from collections.abc import Iterator
from datetime import date

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.engines.relations import Measure as Sum
from recon.engines.relations import Scan, aggregate, without
from recon.engines.render import render
from recon.engines.types import TEXT
from recon.model.periods import Period
from recon.payouts.books.activity import Books, of_component
from recon.payouts.periods.period import LeftOut
from recon.payouts.plan.components import Component
from recon.payouts.plan.plan import Plan


def without_customer(engine: DuckEngine, plan: Plan, books: Books, period: Period) -> Iterator[LeftOut]:
    """The entries that components would count and that name no customer, so that nobody knows of their time."""
    told = []
    for component in plan.components:
        same = (component.activity, component.effective, component.until)
        if plan.customers is None or component.of_customers is None or same in told:
            continue
        told.append(same)
        relation = of_component(plan, books, any_time(component), period)
        named = Scan({"entry_id": TEXT}, str(books.customers))
        nobody = without(relation, named, entry_id="entry_id")
        sums = aggregate(nobody, {}, Sum("entries", "count"), Sum("total", "sum", nobody["amount"]))
        for entries, amount in engine.rows(render(sums)):
            if entries:
                name = plan.customers.word
                reason = f"entries of {component.name} name no {name}, and it pays by the time of customers"
                hint = f"give them a {name}, or leave them out by `except` and pay them by another component"
                yield LeftOut(reason, plan.currency, entries, amount, component.name, hint)


def any_time(component: Component) -> Component:
    """The component as if it counted all of customers' time."""
    return component.model_copy(update={"of_customers": None})


def told_of_customers(engine: DuckEngine, component: Component, books: Books, ids: list[str]) -> dict[str, str]:
    """By entry, where it lies in its customer's time, as an auditor reads it, with the line of the first sale."""
    if component.of_customers is None or not ids:
        return {}
    units = [
        one.unit for one in (component.of_customers.after, component.of_customers.first) if one is not None
    ]
    listed = ", ".join(map(text_literal, ids))
    rows = engine.rows(
        "SELECT c.entry_id, c.customer, c.started, c.first_day, c.months + 1, c.days + 1, c.place, c.sale, "
        f"min(f.path), min(e.line_no) FROM {identifier(str(books.customers))} AS c "
        f"LEFT JOIN {identifier(books.entries)} AS e ON e.entry_id = c.first_entry "
        f"LEFT JOIN files AS f ON f.file_id = e.file_id "
        f"WHERE c.entry_id IN ({listed}) GROUP BY ALL"
    )
    found = {}
    for entry_id, customer, started, first_day, month, day, place, sale, path, line in rows:
        number = {"months": f"month {month}", "days": f"day {day}", "sales": f"sale {place}"}
        where_in = ", ".join(number[unit] for unit in dict.fromkeys(units))
        text = f"{where_in} of customer {customer} (counts: {component.of_customers}), {_began(started, first_day)}"
        text += f", {path}:{line}" if path is not None else ""
        found[entry_id] = text + (f", as its sale {sale}" if sale is not None else "")
    return found


def _began(started: date | None, first_day: date | None) -> str:
    """With what a customer begins."""
    sold = f"first sale {first_day}" if first_day is not None else "no sale that starts"
    return sold if started == first_day else f"customer since {started}, {sold}"
