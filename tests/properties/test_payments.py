"""Nothing is paid twice: whatever is approved, ordered, killed, answered, returned and paid again, in any order."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from recon.errors import ControlFailed
from recon.model.periods import Period
from recon.payouts.bank.answers import Status
from recon.payouts.bank.checks import check_payments
from recon.payouts.bank.files import bank_files
from recon.payouts.bank.ordered import keep
from recon.payouts.bank.outcomes import failed, payments
from recon.payouts.bank.owed import owed_again
from recon.payouts.bank.profile import bank_files_in
from recon.payouts.bank.taking import take_answers
from recon.payouts.desk import batches as desk
from recon.payouts.desk.shelf import PAYOUT, PublishedPayout, Shelf
from recon.payouts.desk.states import APPROVED, CALCULATED, EXPORTED, SENT, state_of
from recon.payouts.steps import STEPS
from recon.payouts.tables import PAYOUTS
from recon.project.workspace import open_project
from recon.store import publish
from recon.store.acts import record
from recon.store.parquet import write_table
from recon.store.people import Person
from recon.store.publish import publishing
from recon.store.store import Store
from tests.cli.payout_stage import plan_text
from tests.properties.payment_bank import DESCRIBED, Bank

PAYEES, PLANS, MONTHS = ("Ada", "Bello"), ("sales", "bonus"), ("2026-09", "2026-10")
CLERK = Person("clerk", "clerk")
AMOUNTS = st.sampled_from(("0", "10.00", "25.50"))
PICK = st.integers(0, 7)
ZERO = Decimal(0)
PLAN = plan_text()


class Killed(BaseException):
    """The process is gone: nothing after this line was done."""


@contextmanager
def killed(where: str) -> Iterator[None]:
    """A writer that dies: while it writes, before its folder has its name, or before the ledger knows."""
    real: Callable[..., Any] = publish._seal

    def sealed_then_gone(*given: Any) -> None:
        real(*given)
        raise Killed

    places = {"writing": (desk, "_write"), "sealed": (publish, "_seal"), "named": (publish, "record_published")}
    with patch.object(publish, "_give_up"), suppress(Killed):
        if where in places:
            with patch.object(*places[where], side_effect=sealed_then_gone if where == "sealed" else Killed):
                yield
        else:
            yield


class Payments(RuleBasedStateMachine):
    """A desk and its bank. Every act opens the store anew, as another process does."""

    @initialize()
    def opens(self) -> None:
        self.held = tempfile.TemporaryDirectory()
        root = Path(self.held.name)
        (root / "recon.toml").write_text('[project]\nname = "acme"\n')
        (root / "configs" / "partners" / "facts").mkdir(parents=True)
        (root / "configs" / "payments").mkdir()
        self.project, self.bank, self.day = open_project(root), Bank(), date(2026, 11, 2)
        self.owed: dict[tuple[str, str], Decimal] = {}
        self.outbox: dict[str, bytes] = {}
        self.accounts = dict.fromkeys(PAYEES, 0)
        self.describes("eur", "{payouts}")
        self._facts()
        self.approves("sales", "2026-09", ("10.00", "25.50"), often=1)
        self.batches("", same=False, pick=7)
        self.orders(0, dies=False, delivers=True)

    def teardown(self) -> None:
        if hasattr(self, "held"):
            with self.held:
                self._settles()

    def _settles(self) -> None:
        """Everything is ordered by the description it was ordered by, paid and heard of: nothing is left over."""
        for _ in range(2):
            for who in PAYEES:
                self.moves(who)
            self.batches("", same=False, pick=7)
            for names, words in product((["eur", "all"], ["eur"]), ("{payouts}", "{payouts} ")):
                (self.project.configs / "payments" / "all.yaml").unlink(missing_ok=True)
                for name in names:
                    self.describes(name, words)
                for number in range(len(desk.batches(self.store))):
                    self.orders(number, dies=False, delivers=True)
            self.bank.each(lambda _: "paid")
            self.bank.table()
            self._hear(self.bank.answers[-1])
        store = self.store
        assert failed(payments(store)) == []
        assert check_payments(self.project, store) == len(payments(store))
        self.never_more_than_is_owed()
        assert sum((one.amount for one in self.bank.living()), ZERO) == sum(self.owed.values())

    @property
    def store(self) -> Store:
        return Store.open(self.project)

    def _facts(self) -> str:
        rows = [f"{who},word,bank_account,ACC{number}" for who, number in self.accounts.items()]
        text = "\n".join(["payee,what,name,value", *rows]) + "\n"
        (self.project.configs / "partners" / "facts" / "known.csv").write_text(text)
        return text

    @rule(name=st.sampled_from(("eur", "eur", "all")), words=st.sampled_from(("{payouts}", "{payouts} ")))
    def describes(self, name: str, words: str) -> None:
        """Somebody edits the description of the bank file, or adds another that comes before it."""
        path = self.project.configs / "payments" / f"{name}.yaml"
        path.write_text(DESCRIBED.format(name=name, words=words))

    @rule(
        plan=st.sampled_from(PLANS),
        month=st.sampled_from(MONTHS),
        amounts=st.tuples(AMOUNTS, AMOUNTS),
        often=st.integers(1, 2),
    )
    def approves(self, plan: str, month: str, amounts: tuple[str, str], often: int) -> None:
        """A payout is calculated once or again, and the one that stands is approved."""
        for _ in range(often):
            self._calculates(plan, month, amounts)
        store = self.store
        one = Shelf(store).current(plan, Period.parse(month))
        if one is not None and not state_of(store, one).closed:
            body = {"identity": one.identity, "level": "central", "final": True}
            record(store.ledger, CLERK, lambda: [(f"{PAYOUT}.{APPROVED}", body)])
            self.owed.update({(one.identity, row["payee"]): row["paid"] for row in one.payouts})

    def _calculates(self, plan: str, month: str, amounts: tuple[str, str]) -> None:
        store = self.store
        shelf, period = Shelf(store), Period.parse(month)
        standing = shelf.current(plan, period)
        if standing is not None and state_of(store, standing).closed:
            return
        identity = f"{plan}-{month}-{len(shelf.all)}"
        usual = dict.fromkeys(STEPS, ZERO) | {
            "plan": plan, "version": f"{plan}@1", "period": month, "currency": "EUR", "paid_in": "EUR", "fx_rate": None,
        }  # fmt: skip
        rows = [
            usual | {"payee": who, "net": Decimal(amount), "paid": Decimal(amount)}
            for who, amount in zip(PAYEES, amounts, strict=True)
        ]
        with publishing(store, PAYOUT, identity, store.payouts_folder, {"of": identity}) as publication:
            write_table(pa.Table.from_pylist(rows, schema=PAYOUTS), publication.folder / "payouts.parquet")
            facts = publication.folder / "inputs" / "facts" / "known.csv"
            facts.parent.mkdir(parents=True)
            facts.write_text(self._facts())
            (publication.folder / "inputs" / "plan.yaml").write_text(PLAN)
            publication.content |= {"plan": plan, "period": month, "number": 1}
        record(store.ledger, CLERK, lambda: [(f"{PAYOUT}.{CALCULATED}", {"identity": identity})])

    @rule(where=st.sampled_from(("", "", "writing", "sealed", "named")), same=st.booleans(), pick=PICK)
    def batches(self, where: str, same: bool, pick: int) -> None:
        """What is approved and what failed is put into a batch; the process may die over it."""
        store = self.store
        closed = [one for one in Shelf(store).standing() if state_of(store, one).closed]
        chosen: list[PublishedPayout] | None = [closed[pick]] if pick < len(closed) else None
        with killed(where):
            desk.export(store, chosen, lambda day: self._again(store, day, same=same), self.day)

    def _again(self, store: Store, day: date, *, same: bool) -> list[dict[str, Any]]:
        return owed_again(self.project, store, day, same_account=same).rows

    @rule(pick=PICK, dies=st.sampled_from((False, False, False, True)), delivers=st.booleans())
    def orders(self, pick: int, dies: bool, delivers: bool) -> None:
        """The files of a batch are written, or written once more; a file that would pay twice is refused."""
        store = self.store
        made = desk.batches(store)
        batch = made[-1 - pick % len(made)]
        files = bank_files(batch, bank_files_in(self.project.configs / "payments")).files
        with suppress(ControlFailed):
            keep(store, batch, files, CLERK)
            self.outbox |= {} if dies else {one.message.identity: one.content for one in files}
        if delivers:
            self.delivers()

    @precondition(lambda self: self.outbox)
    @rule()
    def delivers(self) -> None:
        """What lies ready goes to the bank."""
        while self.outbox:
            self.bank.take(self.outbox.popitem()[1])

    @rule(pick=PICK)
    def marks(self, pick: int) -> None:
        waiting = [one for one in desk.batches(self.store) if one.state == EXPORTED]
        if waiting:
            desk.mark(self.store, waiting[pick % len(waiting)], SENT, CLERK)

    @precondition(lambda self: self.bank.files)
    @rule(
        become=st.lists(st.sampled_from(("paid", "rejected", "returned", "")), min_size=1, max_size=3),
        pick=PICK,
        heard=st.booleans(),
    )
    def works(self, become: list[str], pick: int, heard: bool) -> None:
        """The bank goes through its orders, and says what became of those of one file."""
        number = iter(range(1000))
        self.bank.each(lambda _: become[next(number) % len(become)])
        self.bank.report(sorted(self.bank.files)[pick % len(self.bank.files)])
        self.bank.table()
        if heard:
            self._hear(self.bank.answers[-1])

    @precondition(lambda self: self.bank.files)
    @rule(pick=PICK)
    def refuses(self, pick: int) -> None:
        """The bank refuses a whole file, which is read at once: nobody hands in a file again without its answer."""
        if self.bank.refuse(sorted(self.bank.files)[pick % len(self.bank.files)]):
            self._hear(self.bank.answers[-1])

    @precondition(lambda self: self.bank.answers)
    @rule(pick=PICK)
    def hears(self, pick: int) -> None:
        """An answer is read: the latest or an old one, for the first time or again."""
        self._hear(self.bank.answers[-1 - pick % len(self.bank.answers)])

    def _hear(self, answer: str) -> None:
        path = self.project.root / "answer.txt"
        path.write_text(answer)
        taken = take_answers(self.store, path, "answer.txt", CLERK)
        refused = {one.message for _, one in taken.news if one.status is Status.REJECTED}
        self.outbox = {name: content for name, content in self.outbox.items() if name not in refused}

    @rule(who=st.sampled_from(PAYEES))
    def moves(self, who: str) -> None:
        """A payee has another account from now on."""
        self.accounts[who] += 1
        self.day += timedelta(days=1)
        self._facts()

    @invariant()
    def never_more_than_is_owed(self) -> None:
        if not hasattr(self, "owed"):
            return
        paid = dict.fromkeys(PAYEES, ZERO)
        lines: Counter[tuple[str, str]] = Counter()
        for one in self.bank.living():
            paid[one.payee] += one.amount
            lines.update((name, one.payee) for name in one.payouts)
            assert one.amount == sum(self.owed[name, one.payee] for name in one.payouts)
        assert all(count == 1 for count in lines.values())
        for who in PAYEES:
            assert paid[who] <= sum(amount for (_, payee), amount in self.owed.items() if payee == who)


TestPayments = Payments.TestCase
TestPayments.settings = settings(
    max_examples=12, stateful_step_count=20, suppress_health_check=list(HealthCheck)
)
