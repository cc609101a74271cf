"""The steps of a plan as queries of its table of rows: the parts of lines, limits, and what rounding changes."""

from decimal import Decimal

from recon.engines.names import identifier
from recon.payouts.calculation.earning import mirrors
from recon.payouts.calculation.rounding import rounding_words
from recon.payouts.plan.components import Component
from recon.payouts.plan.limits import Limit
from recon.payouts.plan.measures import Scope
from recon.payouts.plan.payment import RoundAt
from recon.payouts.rows import Kind, plain
from recon.payouts.sets.component_parts import parts_of
from recon.payouts.sets.parts import NO_UNITS, SUM, SqlPart, line_total, number, rounded_to
from recon.payouts.sets.rows_table import NO_TEXT, OWN, STEP, PlanRows


def line_rows(rows: PlanRows, component: Component, step: int, lines: str, money: str) -> str:
    """The rows of the lines of a component, as a query. All parts of a line are worked out at once."""
    found = parts_of(component, money)
    if rows.plan.rounding.at is RoundAt.LINE:
        total = line_total(found)
        rounded = f"CAST({rounded_to(rows.plan, total)} - {total} AS {SUM})"
        found.append(
            SqlPart(
                Kind.ROUNDING,
                f"{rounded} <> 0",
                NO_UNITS,
                rounded,
                rounding_words(rows.plan.rounding, rows.plan.currency),
                "",
            )
        )
    single = component.scope is Scope.TRANSACTION and mirrors(component)

    def turned(value: str) -> str:
        return f"CAST({f'CASE WHEN turned THEN -({value}) ELSE {value} END' if single else value} AS {SUM})"

    said = any(part.said is not None for part in found)
    rows.said |= said
    structs = []
    for position, part in enumerate(found):
        code = step * STEP + position
        rows.meaning[code] = (part.kind, component.name, part.words, part.rate)
        units = part.units if part.units == NO_UNITS else turned(part.units)
        values = {"code": f"CAST({code} AS INTEGER)", "units": units, "amount": turned(part.amount)}
        if said:
            values |= {"said": part.said or NO_TEXT, "said_rate": part.said_rate or NO_TEXT}
        struct = "{" + ", ".join(f"'{name}': {value}" for name, value in values.items()) + "}"
        structs.append(f"CASE WHEN {part.when} THEN {struct} END" if part.when != "TRUE" else struct)
    each = structs[0] if len(structs) == 1 else f"unnest([{', '.join(structs)}])"
    more = ", part.said, part.said_rate" if said else ""
    return (
        f"SELECT payee_no, part.code, line, entry_id, n AS entries, part.units, part.amount{more} "
        f"FROM (SELECT payee_no, line, entry_id, n, {each} AS part FROM {identifier(lines)}) "
        "WHERE part IS NOT NULL"
    )


def no_rows(rows: PlanRows) -> str:
    """A query of the columns of rows and no row; only plans that have them keep receivers and words of their own."""
    texts = ", ".join(f"{NO_TEXT} AS {name}" for name in ("said", "said_rate") if rows.said)
    if rows.plan.overrides is not None:
        texts = f"CAST({OWN} AS INTEGER) AS receiver" + (f", {texts}" if texts else "")
    more = f", {texts}" if texts else ""
    return (
        "SELECT CAST(0 AS INTEGER) AS payee_no, CAST(0 AS INTEGER) AS code, CAST(0 AS BIGINT) AS line, "
        f"{NO_TEXT} AS entry_id, {NO_UNITS} AS units, CAST(0 AS {SUM}) AS amount, CAST(0 AS BIGINT) AS entries{more} "
        "WHERE FALSE"
    )


def limit_row(rows: PlanRows, limit: Limit, step: int) -> str:
    """The rows of a cap or floor."""
    if limit.cap is not None:
        bound, how = limit.cap, ">"
        rows.meaning[step * STEP] = (Kind.CAP, "", f"cap of {plain(bound)}", "")
    else:
        bound, how = limit.floor if limit.floor is not None else Decimal(0), "<"
        rows.meaning[step * STEP] = (Kind.FLOOR, "", f"floor of {plain(bound)}", "")
    totals = (
        f"SELECT payee_no, CAST(coalesce(sum(amount), 0) AS {SUM}) AS total "
        f"FROM {identifier(rows.people)} LEFT JOIN {identifier(rows.part)} USING (payee_no) GROUP BY payee_no"
    )
    return _appended(step, f"{number(bound)} - total", f"({totals}) WHERE total {how} {number(bound)}")


def payee_rounding(rows: PlanRows, step: int) -> str:
    """A row for each payee of each credited one whose sum is no payable amount, in the order of their first rows."""
    rows.meaning[step * STEP] = (Kind.ROUNDING, "", rounding_words(rows.plan.rounding, rows.plan.currency), "")
    own = f"coalesce(receiver, {OWN}) AS receiver, " if rows.plan.overrides is not None else ""
    totals = (
        f"SELECT payee_no, {own}CAST(min(code) AS BIGINT) AS line, "
        f"CAST(sum(amount) AS {SUM}) AS total FROM {identifier(rows.part)} GROUP BY ALL"
    )
    rounded = f"SELECT *, {rounded_to(rows.plan, 'total')} - total AS difference FROM ({totals})"
    kept = "receiver, line, " if rows.plan.overrides is not None else "line, "
    return _appended(step, "difference", f"({rounded}) WHERE difference <> 0", kept)


def _appended(step: int, amount: str, source: str, more: str = "") -> str:
    return (
        f"SELECT payee_no, {more}CAST({step * STEP} AS INTEGER) AS code, {NO_UNITS} AS units, "
        f"CAST({amount} AS {SUM}) AS amount, CAST(0 AS BIGINT) AS entries FROM {source}"
    )
