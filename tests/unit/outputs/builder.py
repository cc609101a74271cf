"""Builds the folder of a run, consistent by construction, from what matched and what did not."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recon.model import tables

SCHEMAS: dict[str, pa.Schema] = {
    "matches": tables.MATCHES,
    "members": tables.MEMBERS,
    "excluded": tables.EXCLUDED,
    "open": tables.OPEN,
    "breaks": tables.BREAKS,
    "proof": tables.PROOF,
    "bridge": tables.BRIDGE,
    "journeys": tables.JOURNEYS,
    "statements": tables.STATEMENTS,
    "files": tables.FILES,
    "refused": tables.REFUSED,
}
Member = tuple[str, str | Decimal]
"""Account and amount."""
ProofKey = tuple[str, str, str, str]
BUCKETS = ("opening", "new", "matched", "excluded", "closing")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def priced(money: str) -> tuple[str, Decimal]:
    """`NGN 12.50` as currency and amount."""
    currency, _, amount = money.partition(" ")
    return currency, exact(amount)


def exact(amount: str | Decimal) -> Decimal:
    return Decimal(amount).quantize(Decimal("1e-8"))


@dataclass
class RunBuilder:
    """Collects what a run found and writes its folder."""

    as_of: date = date(2026, 10, 31)
    rulesets: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    tally: dict[ProofKey, dict[str, tuple[int, Decimal]]] = field(default_factory=lambda: defaultdict(dict))
    chains: list[dict[str, Any]] = field(default_factory=list)
    ids: int = 0

    def ruleset(self, name: str, left: str, right: str, title: str = "", passes: Sequence[str] = ()) -> None:
        made = [
            {"name": p, "words": f"same {p}", "kind": "same", "confirm": "automatic", "matches": 0,
             "suggested": 0, "left_entries": 0, "right_entries": 0, "twins": 0}
            for p in passes
        ]  # fmt: skip
        self.rulesets.append({"name": name, "title": title, "left": [left], "right": [right], "passes": made})

    def match(
        self,
        ruleset: str,
        currency: str,
        left: Sequence[Member],
        right: Sequence[Member],
        *,
        state: str = "confirmed",
        variance_kind: str | None = None,
        name: str | None = None,
    ) -> str:
        """A match; of a suggestion nothing counts as matched."""
        made = self._ruleset(ruleset)["passes"]
        by = next((p for p in made if p["name"] == name), made[0])
        match_id = self._id("m")
        sides = {"left": left, "right": right}
        sums = {side: sum((exact(a) for _, a in members), Decimal(0)) for side, members in sides.items()}
        variance = sums["left"] - sums["right"]
        settled = state in {"confirmed", "manual"}
        for side, members in sides.items():
            for account, amount in members:
                self._member(match_id, ruleset, side, account, amount=exact(amount), currency=currency)
                if settled:
                    self._count(ruleset, side, account, currency, "matched", amount=exact(amount))
        by["matches" if settled else "suggested"] += 1
        if settled:
            by["left_entries"] += len(left)
            by["right_entries"] += len(right)
        self.rows["matches"].append(
            {"match_id": match_id, "ruleset": ruleset, "pass": by["name"], "state": state,
             "kind": _kind(len(left), len(right)), "currency": currency, "left_count": len(left),
             "right_count": len(right), "left_amount": sums["left"], "right_amount": sums["right"],
             "variance": variance, "variance_kind": variance_kind if variance else None, "twins": False,
             "alternatives": 0, "rank": 1, "evidence": "{}"}
        )  # fmt: skip
        if settled and variance_kind in {"fee", "fx"}:
            kind = {"fee": "fee_overcharge", "fx": "fx_difference"}[variance_kind]
            account = left[0][0] if left else right[0][0]
            self._break(
                ruleset, None, kind, account, currency=currency, amount=variance, age=3, match_id=match_id
            )
        return match_id

    def open(
        self, ruleset: str, side: str, account: str, money: str, kind: str,
        *, age: int = 2, state: str = "new", **words: Any,
    ) -> str:  # fmt: skip
        """An open item and its break; `money` as `NGN 12.50`."""
        entry_id = self._id("e")
        currency, value = priced(money)
        day = self.as_of - timedelta(days=age)
        self.rows["open"].append(
            {"ruleset": ruleset, "side": side, "compared": value, "first_seen": day, "entry_id": entry_id,
             "source": self._ruleset(ruleset)[side][0], "file_id": "f1", "line_no": self.ids, "account": account,
             "amount": value, "currency": currency, "is_reversal": False, "type": "payment",
             "status": "booked", "business_date": day}
        )  # fmt: skip
        self._count(ruleset, side, account, currency, "closing", amount=value, opening=state != "new")
        self._break(
            ruleset, side, kind, account,
            currency=currency, amount=value, age=age, state=state, entry_id=entry_id, **words,
        )  # fmt: skip
        return entry_id

    def exclude(self, ruleset: str, side: str, account: str, money: str, reason: str) -> None:
        currency, value = priced(money)
        self.rows["excluded"].append(
            {"ruleset": ruleset, "side": side, "entry_id": self._id("e"), "account": account, "amount": value,
             "currency": currency, "reason": reason}
        )  # fmt: skip
        self._count(ruleset, side, account, currency, "excluded", amount=value)

    def statement(
        self, source: str, account: str, currency: str,
        *, number: int, opening: str, moves: Sequence[str], closing: str | None = None,
    ) -> None:  # fmt: skip
        values = [exact(move) for move in moves]
        end = exact(opening) + sum(values, Decimal(0))
        stated = end if closing is None else exact(closing)
        self.rows["statements"].append(
            {"source": source, "file_id": "f1", "statement_no": number,
             "statement_id": f"{account}/{number:03d}", "account": account,
             "currency": currency, "period_from": self.as_of.replace(day=1),
             "period_to": self.as_of, "opening": exact(opening), "closing": stated, "entries": len(values),
             "sum_credits": sum((v for v in values if v > 0), Decimal(0)),
             "sum_debits": -sum((v for v in values if v < 0), Decimal(0)), "stated_entries": None,
             "stated_credits": None, "stated_debits": None, "balance_ok": end == stated, "control_ok": None}
        )  # fmt: skip

    def file(self, source: str, path: str, entries: int, refused: int = 0, recognised: int = 0) -> None:
        sha256 = hashlib.sha256(path.encode()).hexdigest()
        self.rows["files"].append(
            {"file_id": sha256[:16], "source": source, "path": path, "sha256": sha256, "size": 1000 + entries,
             "reader": "csv", "encoding": "utf-8", "lines": entries + refused + recognised, "entries": entries,
             "known": 0, "refused": refused, "recognised": recognised, "duplicate_of": None, "supersedes": None,
             "proof_ok": True}
        )  # fmt: skip
        for n in range(refused):
            self.rows["refused"].append(
                {"file_id": sha256[:16], "source": source, "line_no": n + 2, "field": "amount",
                 "value": "1.234,50", "code": "amount", "reason": '"1.234,50" is not a decimal',
                 "text": "x,1.234,50"}
            )  # fmt: skip

    def write(self, folder: Path, **manifest: Any) -> Path:
        """The run folder with every table and a manifest that fits them."""
        folder.mkdir(parents=True)
        self.write_tables(folder)
        files = [
            {
                "name": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "rows": 0,
                "digest": "",
            }
            for path in sorted(folder.iterdir())
        ]
        named = {"kind": "run", "run_id": folder.name, "files": files}
        inputs = {"ingests": ["i-1"], "files": [row["sha256"] for row in self.rows["files"]]}
        document = self.content() | named | {"inputs": inputs} | manifest
        (folder / "manifest.json").write_text(json.dumps(document, indent=1, sort_keys=True))
        return folder

    def write_tables(self, folder: Path) -> None:
        """Every table of the run."""
        self._prove()
        for name, schema in SCHEMAS.items():
            rows = [{key: row.get(key) for key in schema.names} for row in self.rows[name]]
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")

    def content(self) -> dict[str, Any]:
        """What the manifest says beside inputs and files."""
        found = self.rows["files"]
        return {
            "run_key": "5f0c9a1b" * 8, "project": "lagos",
            "as_of": self.as_of.isoformat(), "period": "2026-10", "previous_run": "2026-10-30-99aa77bb",
            "recon": "0.1.0", "versions": {"duckdb": "2.0.0", "python": "3.11"},
            "config": {"configs/rules/processor_vs_bank.yaml": "ab" * 32, "recon.toml": "cd" * 32},
            "counts": {"files": len(found), "entries": sum(row["entries"] for row in found)},
            "rulesets": [ruleset | {"match_rate": self._rate(ruleset["name"])} for ruleset in self.rulesets],
            "chains": self.chains, "proof": "ok", "verdict": "breaks" if self.rows["breaks"] else "reconciled",
        }  # fmt: skip

    def _rate(self, ruleset: str) -> dict[str, int]:
        def count(side: str, buckets: Sequence[str]) -> int:
            return sum(
                held.get(bucket, (0, Decimal(0)))[0]
                for (name, at, _, _), held in self.tally.items()
                for bucket in buckets
                if (name, at) == (ruleset, side)
            )

        return {
            f"{side}_{what}": count(side, buckets)
            for side in ("left", "right")
            for what, buckets in (("count", ("matched", "closing")), ("matched", ("matched",)))
        }

    def _prove(self) -> None:
        for (ruleset, side, account, currency), held in self.tally.items():
            row: dict[str, Any] = {"ruleset": ruleset, "side": side, "account": account, "currency": currency}
            for bucket in BUCKETS:
                count, amount = held.get(bucket, (0, Decimal(0)))
                row |= {f"{bucket}_count": count, f"{bucket}_amount": amount}
            self.rows["proof"].append(row | {"ok": True})
        for ruleset, currency in sorted({(key[0], key[3]) for key in self.tally}):
            self.rows["bridge"].append(
                {"ruleset": ruleset, "currency": currency, "class": "residual", "side": None, "count": 0,
                 "amount": Decimal(0)}
            )  # fmt: skip

    def _count(
        self, ruleset: str, side: str, account: str, currency: str, bucket: str,
        *, amount: Decimal, opening: bool = False,
    ) -> None:  # fmt: skip
        held = self.tally[ruleset, side, account, currency]
        for name in (bucket, "opening" if opening else "new"):
            count, before = held.get(name, (0, Decimal(0)))
            held[name] = (count + 1, before + amount)

    def _member(
        self, match_id: str, ruleset: str, side: str, account: str, *, amount: Decimal, currency: str
    ) -> None:
        self.rows["members"].append(
            {"match_id": match_id, "ruleset": ruleset, "side": side, "entry_id": self._id("e"),
             "account": account, "amount": amount, "currency": currency}
        )  # fmt: skip

    def _break(
        self, ruleset: str, side: str | None, kind: str, account: str,
        *, currency: str, amount: Decimal, age: int, state: str = "new", **words: Any,
    ) -> None:  # fmt: skip
        day = self.as_of - timedelta(days=age)
        ruled = self._ruleset(ruleset)
        row: Mapping[str, Any] = {
            "break_id": _digest(f"{ruleset}{self.ids}{kind}")[:20], "ruleset": ruleset, "side": side,
            "kind": kind, "state": state, "source": ruled[side or "left"][0], "account": account,
            "currency": currency, "amount": amount, "business_date": day, "first_seen": day,
            "due_date": day + timedelta(days=2), "age_days": age, "age_business_days": age * 5 // 7,
            "reference": f"REF{self.ids:06d}", "counterparty": "Mama Put Foods",
            "reason": "no candidate in any pass", "next_step": "ask the bank for the credit",
            "file_id": "f1", "line_no": self.ids,
        }  # fmt: skip
        self.rows["breaks"].append({**row, **words})

    def _ruleset(self, name: str) -> dict[str, Any]:
        return next(ruleset for ruleset in self.rulesets if ruleset["name"] == name)

    def _id(self, letter: str) -> str:
        self.ids += 1
        return _digest(f"{letter}{self.ids}")[:24]


def _kind(left: int, right: int) -> str:
    if not left or not right:
        return "offset"
    return f"{'1' if left == 1 else 'N'}:{'1' if right == 1 else 'N' if left == 1 else 'M'}"
