"""A stage for tests of payouts over months: entries that arrive, runs that match them, breaks that come and go."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from recon.model.tables import BREAKS, FILES, MATCHES, MEMBERS
from recon.project.workspace import open_project
from recon.store.parquet import write_table
from recon.store.publish import publishing
from recon.store.store import Store
from tests.cli.conftest import Outcome
from tests.unit.payouts.books import BREAK, MATCH, MEMBER, entries

Run = Callable[..., Outcome]

HEAD = """\
plan: {plan}
title: A plan of a test
effective: 2026-01-01
currency: USD
credit: {credit}
components:
  - name: sales
    activity: {{of: matched, source: orders}}
    measure: {{sum: amount}}
    scope: payee
    accumulate: {accumulate}
    below_zero: reverses
    {pays}
{more}
corrections: {{reversal: recompute, books_in: period_of_correction, attainment: kept, closed_periods: {closed}}}
payment: {payment}
rounding: {{at: payee, mode: half_even}}
"""


def plan_text(
    pays: str = "rate: {percent: 10}",
    *,
    plan: str = "sales",
    credit: str = "{to: agent, when_moved: owner_on_the_day_of_the_transaction}",
    payment: str = "{negative: carry, open_break: hold}",
    more: str = "",
    closed: str = "delta",
    accumulate: str = "period",
) -> str:
    """A plan that pays on sales, with what a test is about."""
    return HEAD.format(
        plan=plan, pays=pays, credit=credit, payment=payment, more=more, closed=closed, accumulate=accumulate
    )


class Stage:
    """A project whose store is filled by hand. Sales are (id, agent, amount, day) with attributes beside them."""

    def __init__(self, folder: Path, recon: Run) -> None:
        self.folder = folder
        self.recon = recon
        trusted = '[project]\nname = "acme"\n[four_eyes]\ntrust_by = true\n'
        (folder / "recon.toml").write_text(trusted, encoding="utf-8")
        self.store = Store.open(open_project(folder))
        self._ingests: list[str] = []
        self._runs: list[str] = []
        self._matched: list[str] = []

    def plan(self, text: str, name: str = "sales") -> None:
        """Write a plan into the project."""
        path = self.folder / "configs" / "plans" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def partners(self, kind: str, text: str) -> None:
        """Write the project's facts or adjustments."""
        path = self.folder / "configs" / "partners" / kind / "known.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def night(
        self,
        sales: Iterable[tuple[str, str, str, str]],
        breaks: Mapping[str, str] | None = None,
        *,
        unmatched: Iterable[str] = (),
        more: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Some sales arrive and are matched; `breaks` are all that stand open now, by entry."""
        number = len(self._runs) + 1
        rows = [
            {
                "entry_id": name, "amount": Decimal(amount), "business_date": date.fromisoformat(day),
                **(more or {}).get(name, {}),
                "attributes": [("agent", agent), *(more or {}).get(name, {}).get("attributes", [])],
            }
            for name, agent, amount, day in sales
        ]  # fmt: skip
        file = {
            "file_id": "f1", "source": "orders", "path": f"inbox/{number}.csv", "sha256": "0", "size": 1,
            "reader": "csv", "lines": 3, "entries": 3, "known": 0, "refused": 0, "recognised": 0, "proof_ok": True,
        }  # fmt: skip
        ingest = f"i{number}"
        with publishing(self.store, "ingest", ingest, self.store.ingests_folder, {}) as publication:
            write_table(entries(rows), publication.folder / "entries.parquet")
            write_table(pa.Table.from_pylist([file], schema=FILES), publication.folder / "files.parquet")
        self._ingests.append(ingest)
        self._matched = [str(row["entry_id"]) for row in rows if row["entry_id"] not in set(unmatched)]
        self.run(breaks or {})

    def run(self, breaks: Mapping[str, str], matched: Iterable[str] = (), as_of: str | None = None) -> None:
        """A run over what is there; it matches what arrived last, and `matched` besides. It covers all months."""
        number = len(self._runs) + 1
        previous = self._runs[-1] if self._runs else None
        inputs = {"ingests": list(self._ingests), "previous_run": previous, "number": str(number)}
        with publishing(self.store, "run", f"r{number}", self.store.runs_folder, inputs) as publication:
            ids = [*self._matched, *matched]
            members = [{**MEMBER, "match_id": f"m{number}", "entry_id": one} for one in ids]
            write_table(pa.Table.from_pylist(members, schema=MEMBERS), publication.folder / "members.parquet")
            match = {**MATCH, "match_id": f"m{number}"}
            write_table(pa.Table.from_pylist([match], schema=MATCHES), publication.folder / "matches.parquet")
            found = [{**BREAK, "break_id": name, "entry_id": entry} for entry, name in breaks.items()]
            write_table(pa.Table.from_pylist(found, schema=BREAKS), publication.folder / "breaks.parquet")
            publication.content |= {"previous_run": previous, "as_of": as_of or f"2027-06-{number:02}"}
        self._runs.append(f"r{number}")
        self._matched = []

    def pay(self, period: str, *more: str) -> dict[str, Any]:
        """Run the payouts of a period; the one line that is printed."""
        outcome = self.recon("payouts", "run", "--period", period, "--by", "clerk", "--format", "json", *more)
        assert outcome.status == 0, outcome.stderr
        (row,) = json.loads(outcome.stdout)
        return dict(row)

    def close(self, period: str, name: str | None = None) -> str:
        """Run, review and approve the payout of a period; its name."""
        payout = name or str(self.pay(period)["payout"])
        for words in (
            ("review", payout, "--by", "reviewer"),
            ("approve", payout, "--by", "regional head"),
            ("approve", payout, "--by", "central head"),
        ):
            outcome = self.recon("payouts", *words)
            assert outcome.status == 0, outcome.stderr
        return payout

    def shown(self, payout: str) -> dict[str, dict[str, str]]:
        """Each payee's steps that are not zero; payees with none are left out."""
        rows = json.loads(self.recon("payouts", "show", payout, "--format", "json").stdout)["payouts"]
        skipped = {"plan", "version", "period", "payee", "currency", "paid_in", "fx_rate"}
        steps = {
            row["payee"]: {
                name: value for name, value in row.items() if name not in skipped and value and Decimal(value)
            }
            for row in rows
        }
        return {who: own for who, own in steps.items() if own}

    def explained(self, payee: str, period: str) -> list[dict[str, Any]]:
        """The lines of an explanation."""
        rows = json.loads(
            self.recon("payouts", "explain", payee, "--period", period, "--format", "json").stdout
        )
        return [dict(row) for row in rows]

    def earned(self, payout: str) -> dict[str, str]:
        """What each payee earned, where that is not zero."""
        return {who: own["earned"] for who, own in self.shown(payout).items() if "earned" in own}
