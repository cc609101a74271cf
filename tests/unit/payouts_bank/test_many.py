"""Thousands of payments: each in one file, each answered, and no table of a batch read more than once for it."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recon.payouts.bank.checks import check_payments
from recon.payouts.bank.files import bank_files
from recon.payouts.bank.ordered import keep
from recon.payouts.bank.owed import owed_again
from recon.payouts.bank.profile import bank_files_in
from recon.payouts.bank.taking import take_answers
from recon.payouts.desk import batches as desk
from recon.payouts.desk.shelf import PAYOUT
from recon.payouts.desk.states import APPROVED
from recon.payouts.steps import STEPS
from recon.payouts.tables import PAYOUTS
from recon.project.workspace import open_project
from recon.store.acts import record
from recon.store.parquet import read_table, write_table
from recon.store.people import Person
from recon.store.publish import publishing
from recon.store.store import Store
from tests.cli.payout_stage import plan_text
from tests.properties.payment_bank import DESCRIBED

MANY = 5_000
CLERK = Person("clerk", "clerk")
DAY = "2026-11-05"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one approved payout of many payees."""
    (tmp_path / "recon.toml").write_text('[project]\nname = "acme"\n')
    (tmp_path / "configs" / "payments").mkdir(parents=True)
    (tmp_path / "configs" / "payments" / "eur.yaml").write_text(DESCRIBED.format(name="eur", words="{payouts}"))
    found = Store.open(open_project(tmp_path))
    usual = dict.fromkeys(STEPS, Decimal(0)) | {
        "plan": "sales", "version": "sales@1", "period": "2026-10", "currency": "EUR", "paid_in": "EUR",
        "fx_rate": None,
    }  # fmt: skip
    rows = [
        usual | {"payee": f"P{number:05}", "net": Decimal(number), "paid": Decimal(number)}
        for number in range(1, MANY + 1)
    ]
    with publishing(found, PAYOUT, "sales-2026-10", found.payouts_folder, {}) as publication:
        write_table(pa.Table.from_pylist(rows, schema=PAYOUTS), publication.folder / "payouts.parquet")
        (publication.folder / "inputs" / "facts").mkdir(parents=True)
        (publication.folder / "inputs" / "plan.yaml").write_text(plan_text())
        facts = [
            "payee,what,name,value",
            *(f"{row['payee']},word,bank_account,A{row['payee']}" for row in rows),
        ]
        (publication.folder / "inputs" / "facts" / "known.csv").write_text("\n".join(facts) + "\n")
        publication.content |= {"plan": "sales", "period": "2026-10", "number": 1}
    body = {"identity": "sales-2026-10", "level": "central", "final": True}
    record(found.ledger, CLERK, lambda: [(f"{PAYOUT}.{APPROVED}", body)])
    return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each table was read."""
    counted: Counter[str] = Counter()

    def reading(path: Path, *given: Any) -> pa.Table:
        counted[path.name] += 1
        return read_table(path, *given)

    monkeypatch.setattr(desk, "read_table", reading)
    return counted


def test_thousands_of_payments_are_ordered_answered_and_checked(store: Store, reads: Counter[str]) -> None:
    project = open_project(store.root)
    made = desk.export(store)
    assert made is not None
    files = bank_files(made, bank_files_in(project.configs / "payments"))
    (file,) = files.files
    assert (len(file.message.instructions), files.left) == (MANY, [])
    assert file.message.total == sum(range(1, MANY + 1))
    keep(store, made, files.files, CLERK)

    ids = [one.payment_id for one in file.message.instructions]
    statuses = ["returned" if number % 100 == 0 else "paid" for number in range(MANY)]
    answer = store.root / "answer.csv"
    told = [f"{name},{status}" for name, status in zip(ids, statuses, strict=True)]
    answer.write_text("\n".join(["payment_id,status", *told]) + "\n")
    assert len(take_answers(store, answer, "answer.csv", CLERK).news) == MANY

    reads.clear()
    assert check_payments(project, store) == MANY
    assert reads["payments.parquet"] == 1
    reads.clear()
    again = desk.export(store, again=lambda day: owed_again(project, store, day, same_account=True).rows)
    assert again is not None
    assert len(again.payments) == MANY // 100
    assert reads["payments.parquet"] == 2
