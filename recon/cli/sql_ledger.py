"""The tables of `recon sql` that are told by the ledger: its rows, decisions with what became of them, cases."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

    from recon.store.ledger import Ledger

Rows = Iterator[tuple[object, ...]]
TABLES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "ledger": (("seq", "int64"), ("at", "string"), ("kind", "string"), ("body", "string"), ("hash", "string")),
    "decisions": (
        ("number", "int64"), ("act", "string"), ("state", "string"), ("ruleset", "string"), ("about", "string"),
        ("currency", "string"), ("amount", "sum"), ("proposed_by", "string"), ("proposed_at", "string"),
        ("decided_by", "string"), ("decided_at", "string"), ("reason", "string"), ("run", "string"),
        ("undone_by", "string"), ("undone_at", "string"), ("undone_reason", "string"),
    ),
    "cases": (
        ("name", "string"), ("status", "string"), ("asked_by", "string"), ("subject", "string"), ("about", "string"),
        ("owner", "string"), ("priority", "string"), ("opened_at", "time"), ("opened_by", "string"),
        ("cause", "string"), ("resolution", "string"), ("resolved_at", "time"), ("resolved_by", "string"),
        ("reopened", "int64"), ("messages", "int64"),
    ),
}  # fmt: skip
"""Each table's columns with their kinds. A decision has a row for each thing that it is about (the id of a break, a
match, a payout or a period) and each currency; its `state` is pending, approved, refused, withdrawn or undone.
Suggestions that one person accepted or rejected are among them, without an amount."""


def table_of(ledger: "Ledger", name: str) -> "pa.Table":
    """One of the tables, as the ledger stands."""
    import pyarrow as pa

    from recon.model.tables import SUM, UTC_TIME

    kinds = {"int64": pa.int64(), "string": pa.string(), "sum": SUM, "time": UTC_TIME}
    schema = pa.schema([(column, kinds[kind]) for column, kind in TABLES[name]])
    rows = list(_MADE[name](ledger))
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _ledger(ledger: "Ledger") -> Rows:
    for row in ledger.rows():
        yield row.seq, row.at, row.kind, row.text, row.hash


def _decisions(ledger: "Ledger") -> Rows:
    from recon.breaks.casework.decided import undone_rows
    from recon.breaks.casework.vocabulary import UNDONE
    from recon.store.four_eyes import proposals

    yield from _verdicts(ledger)
    undone = undone_rows(ledger.rows(UNDONE))
    for one in proposals(ledger):
        back, last = undone.get(one.number), one.said[-1] if one.said else None
        state = "undone" if back and one.state == "approved" else one.state
        ruleset = one.ask.content.get("ruleset")
        decided = ("", "") if one.decided is None else (last.by, last.at) if last else (one.by, one.at)
        taken_back = (back.by, back.at, back.reason) if back else ("", "", "")
        for about in one.ask.subjects:
            for currency, amount in one.ask.amounts.items() or (("", None),):
                yield (
                    one.number, one.ask.act, state, None if ruleset is None else str(ruleset), about, currency, amount,
                    one.by, one.at, *decided, one.ask.reason, one.ask.run, *taken_back,
                )  # fmt: skip


def _verdicts(ledger: "Ledger") -> Rows:
    from recon.breaks.casework.vocabulary import MATCH_DECIDED
    from recon.runs.decisions import Decision

    for one in map(Decision.of, ledger.rows(MATCH_DECIDED)):
        said = (one.by, one.at)
        yield (
            one.number, f"{one.verdict} suggestion", "approved", one.ruleset, one.match_id, "", None, *said, *said,
            one.reason, one.run, "", "", "",
        )  # fmt: skip


def _cases(ledger: "Ledger") -> Rows:
    from datetime import UTC

    from recon.breaks.cases.case import cases

    def utc(moment: Any) -> Any:  # noqa: ANN401  (a time, or none)
        return moment and moment.astimezone(UTC).replace(tzinfo=None)

    for one in cases(ledger):
        about = "; ".join(f"{link.what} {link.name}" for link in one.links)
        yield (
            one.name, str(one.status), one.asked_by, one.subject, about, one.owner, str(one.priority),
            utc(one.opened_at), one.opened_by, one.cause, one.resolution, utc(one.resolved_at), one.resolved_by,
            one.reopened, len(one.messages),
        )  # fmt: skip


_MADE: Final[Mapping[str, Callable[["Ledger"], Rows]]] = {
    "ledger": _ledger,
    "decisions": _decisions,
    "cases": _cases,
}
