"""Small books for tests: entries, matches and exclusions of a run, put on an engine as the tables of a run."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from recon.breaks.lifecycle import find_breaks
from recon.breaks.settings import BreakSettings
from recon.engines.duck import DuckEngine
from recon.engines.rows import held
from recon.matchers.pool import POOLS
from recon.matchers.survey import survey
from recon.model.tables import BREAKS, ENTRIES, EXCLUDED, MATCHES, MEMBERS, OPEN, STATEMENTS

AS_OF = date(2026, 10, 31)
RULESET = "ours_vs_processor"
SCOPE = pa.schema(
    [
        pa.field("ruleset", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("is_new", pa.bool_(), nullable=False),
        pa.field("compared", pa.decimal128(24, 8), nullable=False),
        pa.field("first_seen", pa.date32(), nullable=False),
        *ENTRIES,
    ]
)
Row = dict[str, Any]


def hashed(column: str) -> str:
    """The number that stands for an id here, where ids are names."""
    return f"CAST(hash({column}) AS HUGEINT)"


@dataclass
class Books:
    """The tables of one run, filled row by row; whatever is neither matched nor excluded is open."""

    as_of: date = AS_OF
    scope: list[Row] = field(default_factory=list)
    matches: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    excluded: list[Row] = field(default_factory=list)
    statements: list[Row] = field(default_factory=list)
    earlier_statements: list[Row] = field(default_factory=list)
    previous: list[Row] = field(default_factory=list)

    def entry(self, side: str, entry_id: str, amount: str, **more: object) -> str:
        """An entry of 30 October in NGN unless told otherwise."""
        money = Decimal(amount)
        row: Row = {
            "ruleset": RULESET, "side": side, "is_new": True, "compared": money, "first_seen": self.as_of,
            "entry_id": entry_id, "source": f"{side}_books", "file_id": f"f-{side}",
            "line_no": len(self.scope) + 1,
            "account": f"{side}-1", "amount": money, "currency": "NGN", "business_date": date(2026, 10, 30),
            "is_reversal": False, "type": "payment", "status": "booked",
        } | more  # fmt: skip
        self.scope.append(row)
        return entry_id

    def of(self, entry_id: str) -> Row:
        return next(row for row in self.scope if row["entry_id"] == entry_id)

    def match(self, match_id: str, *entry_ids: str, state: str = "confirmed", **more: object) -> None:
        """A match of entries, its amounts taken from them."""
        rows = [self.of(entry_id) for entry_id in entry_ids]
        amounts: dict[str, Decimal] = {
            side: sum((row["compared"] for row in rows if row["side"] == side), Decimal(0))
            for side in ("left", "right")
        }
        counts = {side: sum(row["side"] == side for row in rows) for side in ("left", "right")}
        ruleset = rows[0]["ruleset"]
        self.matches.append(
            {
                "match_id": match_id, "ruleset": ruleset, "pass": "same reference", "state": state,
                "kind": _kind(counts["left"], counts["right"]), "currency": rows[0]["currency"],
                "left_count": counts["left"], "right_count": counts["right"], "left_amount": amounts["left"],
                "right_amount": amounts["right"], "variance": amounts["left"] - amounts["right"],
                "variance_kind": None, "twins": False, "alternatives": 0, "rank": 1, "evidence": "{}",
            } | more
        )  # fmt: skip
        self.members += [
            {
                "match_id": match_id, "ruleset": ruleset, "side": row["side"], "entry_id": row["entry_id"],
                "account": row["account"], "amount": row["compared"], "currency": row["currency"],
            }
            for row in rows
        ]  # fmt: skip

    def exclude(self, entry_id: str, reason: str) -> None:
        row = self.of(entry_id)
        names = ("ruleset", "side", "entry_id", "account", "currency")
        self.excluded.append(
            {name: row[name] for name in names} | {"amount": row["compared"], "reason": reason}
        )

    def statement(self, name: str | None, day: date, opening: str, closing: str, **more: object) -> Row:
        """A statement of one day that adds up unless told otherwise."""
        move = Decimal(closing) - Decimal(opening)
        return {
            "source": "bank", "file_id": "f-bank", "statement_no": 1, "statement_id": name, "account": "NG01",
            "currency": "NGN", "period_from": day, "period_to": day, "opening": Decimal(opening),
            "closing": Decimal(closing), "entries": 1, "sum_credits": max(move, Decimal(0)),
            "sum_debits": max(-move, Decimal(0)), "balance_ok": True, "control_ok": None,
        } | more  # fmt: skip

    def open_items(self) -> list[Row]:
        states = {row["match_id"]: row["state"] for row in self.matches}
        taken = {
            (row["ruleset"], row["side"], row["entry_id"])
            for row in self.members
            if states[row["match_id"]] in {"confirmed", "manual"}
        } | {(row["ruleset"], row["side"], row["entry_id"]) for row in self.excluded}
        return [row for row in self.scope if (row["ruleset"], row["side"], row["entry_id"]) not in taken]

    @contextmanager
    def engine(self, inputs: Sequence[Path] = ()) -> Iterator[DuckEngine]:
        """The tables on an engine, as `find_breaks` and `prove` read them."""
        with DuckEngine.open(memory_mb=400, threads=1, inputs=inputs) as engine:
            for name, rows, schema in (
                ("scope", self.scope, SCOPE), ("matches", self.matches, MATCHES),
                ("members", self.members, MEMBERS),
                ("excluded", self.excluded, EXCLUDED), ("open_items", self.open_items(), OPEN),
                ("statements", self.statements, STATEMENTS), ("previous_breaks", self.previous, BREAKS),
                ("earlier_statements", self.earlier_statements, STATEMENTS),
            ):  # fmt: skip
                engine.register(f"{name}_rows", table_of(rows, schema))
                engine.materialise(name, f"SELECT * FROM {name}_rows")
            engine.view("known_before", "SELECT * FROM scope WHERE false")
            engine.view("questioned_matches", "SELECT * FROM matches")
            engine.view("questioned_members", "SELECT * FROM members")
            engine.view(
                "member_numbers",
                f"SELECT b.*, {hashed('b.entry_id')} AS rid, {hashed('b.match_id')} AS mid, "
                "CASE WHEN m.state = 'suggested' THEN 0 ELSE 1 END AS confirmed "
                "FROM members b LEFT JOIN matches m USING (ruleset, match_id)",
            )
            engine.view("match_numbers", f"SELECT *, {hashed('match_id')} AS mid FROM matches")
            engine.view("questioned_entries", "SELECT * FROM scope")
            survey(engine)
            engine.materialise(
                POOLS,
                f"SELECT ruleset, side, account, currency, {held('compared', hashed('entry_id'))} FROM scope "
                "ANTI JOIN excluded USING (ruleset, side, entry_id) GROUP BY ALL",
            )
            yield engine

    def breaks(self, settings: BreakSettings | None = None, **rulesets: BreakSettings) -> list[Row]:
        """The breaks of the run, by identity."""
        with self.engine() as engine:
            find_breaks(engine, settings_of(settings, rulesets), self.as_of)
            table = engine.table("SELECT * FROM breaks ORDER BY break_id")
            assert table.schema.names == BREAKS.names
            rows: list[Row] = table.cast(BREAKS).to_pylist()
            return rows

    def kinds(self, settings: BreakSettings | None = None) -> dict[str, str]:
        """The kind of each entry's break."""
        return {row["entry_id"]: row["kind"] for row in self.breaks(settings)}


def settings_of(settings: BreakSettings | None, more: Mapping[str, BreakSettings]) -> dict[str, BreakSettings]:
    return {RULESET: settings or BreakSettings(), **more}


def table_of(rows: list[Row], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def _kind(left: int, right: int) -> str:
    if not left or not right:
        return "offset"
    return f"{'N' if left > 1 else '1'}:{'1' if right == 1 else ('M' if left > 1 else 'N')}"
