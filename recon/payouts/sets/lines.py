"""The lines of a component: what is rated at once (a payee's total, or one transaction), as a table of the engine.

Columns: `payee_no`, `line` (the place in the order of the calculation) and `entry_id` (both null for a total), `q` (the
quantity that is paid for), `step` (what is added to the total that chooses bands), `before` (that total before it),
`first` (whether nothing was accumulated before), `n` (entries), `turned` (whether a negative transaction is rated as if
it were positive, to be taken back); where flat amounts ask, `most` (the most that the total was before); where a
component asks, `chooser` (the word that chooses a case of a matrix) and `percent` (the contracted rate).
"""

from collections.abc import Iterator
from decimal import Decimal

from recon.engines.dialects import DUCKDB
from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression
from recon.engines.names import identifier
from recon.engines.relations import Relation, select
from recon.engines.render import render
from recon.errors import InputRefused, Problem
from recon.payouts.books.activity import Books, of_component, word
from recon.payouts.books.reduction import refuse_absent, value_of
from recon.payouts.calculation.earning import mirrors
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import BelowZero, Scope
from recon.payouts.plan.plan import Plan
from recon.payouts.sets.book import PLACE, Book
from recon.payouts.sets.parts import MONEY
from recon.payouts.sets.support import contracted_rate, is_running

NUMBER = r"'[+-]?(0*[0-9]{1,4}(\.[0-9]{0,8}0*)?|\.[0-9]{1,8}0*)'"
"""A plain number that a contracted percentage can be: up to four digits before and eight after the point."""
_SO_FAR = "PARTITION BY payee_no ORDER BY line ROWS UNBOUNDED PRECEDING"


def build_lines(
    engine: DuckEngine, plan: Plan, component: Component, books: Books, book: Book, name: str
) -> str:
    """Build the table of a component's lines; gives the type of their quantities.

    The empty payee holds what names nobody.

    Raises:
        InputRefused: entries lack a figure that is added up, or a rate that is contracted.
    """
    relation = book.counted(plan, books, component)
    if component.scope is Scope.PAYEE:
        if not _build_totals(engine, component, relation, book, name):
            _refuse_absent(engine, plan, component, books, book)
        return MONEY
    money = DUCKDB.type(book.money) if all(map(book.holds, _numbers(component))) else MONEY
    _build_singles(engine, component, relation, book, name, money)
    return money


def _numbers(component: Component) -> Iterator[Decimal]:
    """The amounts of a component that its lines are compared with."""
    if component.each_counts_at_most is not None:
        yield component.each_counts_at_most
    for pays in component.ways():
        for band in pays.tiers.bands if pays.tiers else ():
            yield from (bound for bound in (band.from_, band.to) if bound is not None)


def add_absent(
    engine: DuckEngine, components: tuple[Component, ...], lines: list[str], taking_part: str
) -> None:
    """A total of nothing for whoever takes part otherwise: flat amounts and floors do not ask how much.

    `taking_part` is a query of payees by number.
    """
    people = everybody(lines, taking_part)
    for component, name in zip(components, lines, strict=True):
        if component.scope is Scope.PAYEE:
            zero = f"CAST(0 AS {MONEY})"
            engine.append(
                name,
                f"SELECT payee_no, {zero} AS q, {zero} AS step, {zero} AS before, {zero} AS most, "
                f"TRUE AS first, FALSE AS turned, CAST(0 AS BIGINT) AS n FROM ({people}) WHERE payee_no NOT IN "
                f"(SELECT payee_no FROM {identifier(name)})",
            )


def everybody(lines: list[str], taking_part: str) -> str:
    """Everyone who has a line or takes part without one, as a query."""
    return " UNION ".join(
        [*(f"SELECT DISTINCT payee_no FROM {identifier(name)}" for name in lines), taking_part]
    )


def _build_totals(engine: DuckEngine, component: Component, relation: Relation, book: Book, name: str) -> bool:
    """Build the table of totals; whether all that is added up was there."""
    chooser = component.tiers.by if component.tiers is not None else None
    columns: dict[str, Expression] = {"payee_no": relation["payee_no"]}
    sums, present = {}, []
    for column, measure in (("q", component.measure), ("step", chooser)):
        if measure is None:
            continue
        if measure.different is not None:
            columns[column] = word(relation, book.words[measure.different])
            sums[column] = f"count(DISTINCT {column})"
        else:
            columns[column] = value_of(component, measure, relation)
            sums[column] = f"sum({column})"
            present.append(column)
    whole = " AND ".join(f"count({column}) = count(*)" for column in present) or "TRUE"
    totals = (
        f"SELECT payee_no, {', '.join(f'{sql} AS {column}' for column, sql in sums.items())}, "
        f"count(*) AS n, {whole} AS present FROM ({render(select(relation, columns))}) GROUP BY payee_no"
    )
    quantity = _floored(component, "q", MONEY)
    step = f"CAST(step AS {MONEY})" if chooser is not None else quantity
    engine.materialise(
        name,
        f"SELECT payee_no, CAST(NULL AS BIGINT) AS line, CAST(NULL AS VARCHAR) AS entry_id, {quantity} AS q, "
        f"{step} AS step, CAST(0 AS {MONEY}) AS before, before AS most, TRUE AS first, FALSE AS turned, n, "
        "present "
        f"FROM ({totals})",
    )
    return not engine.rows(f"SELECT 1 FROM {identifier(name)} WHERE NOT present LIMIT 1")


def _refuse_absent(engine: DuckEngine, plan: Plan, component: Component, books: Books, book: Book) -> None:
    """Refuse figures that are absent; the entries are told from the books, because a table of sums has no ids."""
    relation = of_component(plan, books, component, book.period)
    chooser = component.tiers.by if component.tiers is not None else None
    for measure in (component.measure, chooser):
        if measure is not None and measure.sum is not None:
            refuse_absent(engine, component, relation, value_of(component, measure, relation))


def _build_singles(
    engine: DuckEngine, component: Component, relation: Relation, book: Book, name: str, money: str
) -> None:
    contracted = contracted_rate(component)
    columns = {
        "payee_no": relation["payee_no"],
        "line": relation[PLACE],
        "entry_id": relation["entry_id"],
        "value": value_of(component, component.measure, relation),
        **({"chooser": word(relation, book.words[component.by.word])} if component.by else {}),
        **({"percent": word(relation, book.words[contracted])} if contracted else {}),
    }
    before, first = f"CAST(0 AS {money})", "TRUE"
    quantity = _floored(component, "value", money)
    turned = "FALSE"
    if mirrors(component):
        quantity, turned = f"abs({quantity})", f"{quantity} < 0"
    if is_running(component):
        window = f"OVER ({_SO_FAR})"
        before = f"CAST(sum({quantity}) {window} - {quantity} AS {money})"
        if component.has_flats:
            first = f"row_number() {window} = 1"
    more = ", chooser" if component.by else ""
    if contracted:
        number = f"CASE WHEN regexp_full_match(percent, {NUMBER}) THEN percent END"
        more += f", CAST({number} AS DECIMAL(13,8)) AS percent"
    lines = (
        f"SELECT payee_no, line, entry_id, {quantity} AS q, q AS step, {before} AS before, {first} AS first, "
        f"{turned} AS turned, CAST(1 AS BIGINT) AS n{more} "
        f"FROM ({render(select(relation, columns))})"
    )
    if component.has_flats:
        lines = f"SELECT *, max(before) OVER ({_SO_FAR}) AS most FROM ({lines})"
    engine.materialise(name, lines)
    if engine.rows(f"SELECT 1 FROM {identifier(name)} WHERE q IS NULL LIMIT 1"):
        refuse_absent(engine, component, relation, columns["value"])
    if contracted:
        _refuse_without_rate(engine, component, name, contracted)


def _refuse_without_rate(engine: DuckEngine, component: Component, name: str, contracted: str) -> None:
    counts = f"SELECT count(*), min(entry_id) FROM {identifier(name)} WHERE percent IS NULL"
    ((entries, example),) = engine.rows(counts)
    if entries:
        message = (
            f"{entries} entries of {component.name} have no number {contracted}, entry {example} among them"
        )
        hint = "the rate of each entry is contracted: give it, or leave these entries out"
        raise InputRefused(Problem("missing-figure", message, hint=hint))


def _floored(component: Component, column: str, money: str) -> str:
    value = f"CAST({column} AS {money})"
    if component.below_zero is BelowZero.NOTHING:
        return f"CASE WHEN {column} < 0 THEN CAST(0 AS {money}) ELSE {value} END"
    return value
