"""A desk whose store is filled by hand: orders, proofs and bank lines arrive, and runs say whatever a test wants."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from recon.model.decided import DECIDED
from recon.model.tables import BREAKS, FILES, MATCHES, MEMBERS
from recon.project.workspace import open_project
from recon.releases.acts import approve, propose, reject
from recon.releases.candidates import Books, Candidate
from recon.releases.desk import open_desk
from recon.releases.exporting import export
from recon.releases.prices import PriceList
from recon.releases.released import Batch
from recon.releases.settings import Desk, Setting
from recon.rules.ruleset import RuleSet
from recon.store.parquet import write_table
from recon.store.people import Person
from recon.store.publish import publishing
from recon.store.store import Store
from tests.unit.payouts.books import BREAK, MATCH, MEMBER, entries

DAY = date(2026, 10, 20)
PROVEN, CREDITED = "orders_vs_proofs", "proofs_vs_bank"
ADA, BEN = Person("ada", "ada"), Person("ben", "ben")
PRICES = {
    "prices": "coins",
    "unit": "coins",
    "versions": [
        {"effective": "2026-10-01", "until": "2026-10-25", "lines": [{"currency": "USD", "price": "10"}]},
        {"effective": "2026-10-28", "lines": [{"currency": "USD", "price": "11"}]},
    ],
}
REGISTRY = {
    "partners": "partner,kind,name\nRS-1,reseller,One\nRS-2,reseller,Two\n",
    "statuses": "partner,status,reason,from,until\nRS-1,active,,,\nRS-2,active,,,2026-10-14\n"
    "RS-2,suspended,fraud,2026-10-15,\n",
}
FILE = {
    "file_id": "f1", "source": "orders", "path": "data/all.csv", "sha256": "0", "size": 1, "reader": "csv", "lines": 3,
    "entries": 3, "known": 0, "refused": 0, "recognised": 0, "proof_ok": True,
}  # fmt: skip
Pair = tuple[str, str, str, str]
"""Rule set, match, entry on the left, entry on the right."""


def ruleset(name: str, left: str, right: str) -> RuleSet:
    """A rule set of which only the sources matter: its matches are made by hand."""
    same = [{"name": "by hand", "same": ["ref_bank"]}]
    return RuleSet.model_validate({"ruleset": name, "left": left, "right": right, "passes": same})


def setting(**desk: Any) -> Setting:
    """A desk with a price of 10 until 25 October and of 11 from the 28th."""
    asked = Desk.model_validate({"chain": "order_to_bank", "once": ["ref_bank"], **desk})
    rules = ruleset(PROVEN, "orders", "proofs"), ruleset(CREDITED, "proofs", "bank")
    return Setting(asked, PriceList.model_validate(PRICES), *rules)


def line(source: str, name: str, amount: str, **more: Any) -> dict[str, Any]:
    """An entry: an order by its number (`ref_merchant`), a proof, or a bank line by `ref_bank`."""
    units = more.pop("units", None)
    return {
        "entry_id": name, "source": source, "amount": Decimal(amount), "business_date": DAY, "entity": "RS-1",
        "is_reversal": Decimal(amount) < 0, "attributes": [("units", units)] if units else [], **more,
    }  # fmt: skip


class Stage:
    """A project with two resellers, RS-1 active and RS-2 suspended since 15 October; it is 20 October."""

    def __init__(self, folder: Path, made: Setting | None = None) -> None:
        (folder / "recon.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
        self.folder = folder
        for name, text in REGISTRY.items():
            self.table(name, text)
        self.project = open_project(folder)
        self.store = Store.open(self.project, lambda: datetime(2026, 10, 20, 12, tzinfo=UTC))
        self.setting = made or setting()
        self.ingests: list[str] = []
        self.runs: list[str] = []

    def table(self, name: str, text: str) -> None:
        """Write a table of the registry."""
        path = self.folder / "configs" / "partners" / "registry" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def deliver(self, *rows: dict[str, Any]) -> None:
        """Entries arrive."""
        name = f"i{len(self.ingests) + 1}"
        with publishing(self.store, "ingest", name, self.store.ingests_folder, {}) as publication:
            write_table(entries(rows), publication.folder / "entries.parquet")
            write_table(pa.Table.from_pylist([FILE], schema=FILES), publication.folder / "files.parquet")
        self.ingests.append(name)

    def run(
        self,
        pairs: Sequence[Pair] = (),
        *,
        returned: Iterable[tuple[str, str, str]] = (),
        breaks: Iterable[dict[str, Any]] = (),
        state: str = "confirmed",
        as_of: date = DAY,
    ) -> None:
        """A run publishes these matches and breaks, and brings entries back into scope."""
        name, previous = f"r{len(self.runs) + 1}", self.runs[-1] if self.runs else None
        inputs = {"ingests": list(self.ingests), "number": name}
        members, matches = dict[tuple[str, ...], dict[str, Any]](), dict[str, dict[str, Any]]()
        for rules, match, left, right in pairs:
            matches[match] = {**MATCH, "match_id": match, "ruleset": rules, "state": state}
            for side, entry in (("left", left), ("right", right)):
                own = {"match_id": match, "ruleset": rules, "side": side, "entry_id": entry}
                members[match, side, entry] = MEMBER | own
        back = [
            {"number": 1, "class": "returned", "ruleset": rules, "side": side, "entry_id": entry, "currency": "USD",
             "amount": Decimal(0), "reason": "taken back"}
            for rules, side, entry in returned
        ]  # fmt: skip
        tables = {
            "matches": pa.Table.from_pylist(list(matches.values()), schema=MATCHES),
            "members": pa.Table.from_pylist(list(members.values()), schema=MEMBERS),
            "breaks": pa.Table.from_pylist([{**BREAK, **one} for one in breaks], schema=BREAKS),
        } | ({"decided": pa.Table.from_pylist(back, schema=DECIDED)} if back else {})
        with publishing(self.store, "run", name, self.store.runs_folder, inputs) as publication:
            for table, content in tables.items():
                write_table(content, publication.folder / f"{table}.parquet")
            publication.content |= {"previous_run": previous, "as_of": str(as_of)}
        self.runs.append(name)

    def paid(self, order: str, amount: str = "100", units: str = "10", **more: Any) -> None:
        """An order with its proof and its credit, matched by a run."""
        self.deliver(
            line("orders", f"o-{order}", amount, ref_merchant=order, units=units, **more),
            line("proofs", f"p-{order}", amount, ref_merchant=order, ref_bank=f"FT-{order}", **more),
            line("bank", f"c-{order}", amount, ref_bank=f"FT-{order}", **{**more, "entity": None}),
        )
        self.run(matched(order))

    def books(self, day: date = DAY) -> Books:
        """The desk as it stands."""
        return open_desk(self.project, self.store, self.setting, day)

    def one(self, order: str, day: date = DAY) -> Candidate:
        """An order as it stands."""
        return self.books(day).named([order])[0]

    def why(self, order: str, day: date = DAY) -> list[str]:
        """What speaks against an order."""
        return [each.why.value for each in self.one(order, day).refusals]

    def propose(self, *orders: str) -> None:
        """Ada proposes."""
        propose(self.store, self.books(), ADA, orders, "paid")

    def approve(self, *orders: str) -> None:
        """Ben approves."""
        approve(self.store, self.books(), BEN, orders)

    def reject(self, order: str, reason: str) -> None:
        """Ben refuses."""
        reject(self.store, self.books(), BEN, [order], reason)

    def export(self) -> Batch | None:
        """Ada exports what is approved."""
        return export(self.store, ADA, self.books)[0]

    def tomorrow(self) -> "Stage":
        """The same project, opened anew."""
        self.store = Store.open(self.project, self.store.clock)
        return self


def matched(order: str) -> list[Pair]:
    """The two matches of an order that is paid."""
    return [
        (PROVEN, f"mp-{order}", f"o-{order}", f"p-{order}"),
        (CREDITED, f"mc-{order}", f"p-{order}", f"c-{order}"),
    ]


def asking(stage: Stage, **desk: Any) -> Stage:
    """The same stage, with a desk that asks for something else."""
    stage.setting = replace(setting(**desk), prices=stage.setting.prices)
    return stage
