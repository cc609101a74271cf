"""Entries taken apart: parts live, match and are cleared on their own, every sum stays, and undoing puts it back."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.breaks.casefile import Break, Casefile
from recon.breaks.cases.answer import trail
from recon.breaks.casework import clearing, matching, undoing
from recon.breaks.casework.splitting import Figures, shares, split
from recon.errors import UsageError
from recon.matchers.explain.matches import with_members
from recon.matchers.wholes import whole_of
from recon.payouts.books.run_books import books_of
from recon.project.workspace import Project, open_project
from recon.runs.hindsight import hindsight
from recon.runs.match import match
from recon.runs.replay import replay
from recon.sources.intake.ingest import ingest
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store
from tests.unit.runs.reading import disproved, journeys, living, rows
from tests.unit.runs.worlds import CONFIGS, FIRST, ONE_RULE_SET, File, Row, Sale, new_project, night, world_of

ADA = Person("ada", "ada")
AS_OF = FIRST + timedelta(6)
ORDER = "T00004"


def line(order: str, gross: str, payout: str = "P009") -> Row:
    """A settlement line of a part of an order."""
    net = Decimal(gross) - Decimal("0.40")
    return Row(
        "lines", f"{order},SALE,{FIRST + timedelta(2)},{gross},-0.40,{net},{payout}", day=FIRST + timedelta(2)
    )


class Desk:
    """A project with an order of 400.00 that nobody settled, and what people do about it night by night."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.store = Store.open(self.project)
        self.run = self.store.run("latest")
        self.day = date.fromisoformat(self.run.manifest["as_of"])

    def night(self, *late: Row, fresh: bool = False) -> Published:
        """The next night, after some rows arrived."""
        self.day += timedelta(not fresh)
        if late:
            File(f"{late[0].book}_{self.day:%y%m%d}.csv", late).write(self.project.root / "inbox")
            ingest(self.project, self.store, sources=None)
        self.run = match(self.project, self.store, as_of=self.day, fresh=fresh).run
        assert self.run.manifest["proof"] == "ok"
        return self.run

    def sound(self) -> bool:
        """Whether every run proves itself from its files."""
        return [problem for one in self.store.runs() for problem in disproved(self.project, one)] == []

    @property
    def casefile(self) -> Casefile:
        return Casefile(self.run)

    def open_of(self, order: str = ORDER) -> list[Break]:
        found = [
            one
            for one in self.casefile.breaks
            if one.is_living and one.reference == order and one.side == "left"
        ]
        return sorted((one for one in found if one.ruleset == "orders_vs_lines"), key=lambda one: one.amount)

    def split(self, one: Break, *amounts: str) -> None:
        wanted = [Decimal(amount) for amount in amounts]
        split(
            self.store.ledger, ADA, one, self.casefile.open_item(one), wanted, "two of them", self.run.identity
        )

    def undo(self, break_id: str) -> None:
        undoing.undo(self.store.ledger, ADA, [break_id], "it was one", self.casefile)


def begun(folder: Path, configs: Mapping[str, str]) -> Path:
    """A project after its first night."""
    project = new_project(folder, configs=configs)
    night(project, world_of([Sale(1, 10_000), Sale(4, 40_000, settled=False)]).files(), AS_OF)
    return project.root


def split_in_two(folder: Path) -> Path:
    """The project after the order was split in 100.00 and 300.00."""
    desk = Desk(open_project(folder))
    desk.split(desk.open_of()[0], "100", "300")
    assert len(desk.open_of()) == 1, "nothing changes before a run honours it"
    desk.night()
    return folder


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after its first night; not to be written to."""
    return begun(tmp_path_factory.mktemp("splits") / "project", ONE_RULE_SET)


@pytest.fixture
def desk(first_night: Path, tmp_path: Path) -> Desk:
    return Desk(open_project(Path(shutil.copytree(first_night, tmp_path / "project"))))


@pytest.fixture(scope="module")
def second_night(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after its order was split; not to be written to."""
    return split_in_two(Path(shutil.copytree(first_night, tmp_path_factory.mktemp("split") / "project")))


@pytest.fixture(scope="module")
def second_night_with_bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, followed to the bank; not to be written to."""
    return split_in_two(begun(tmp_path_factory.mktemp("banked") / "project", CONFIGS))


@pytest.fixture
def parted(second_night: Path, tmp_path: Path) -> Desk:
    """A copy of it, the order being two parts."""
    return Desk(open_project(Path(shutil.copytree(second_night, tmp_path / "parted"))))


@pytest.fixture
def banked(second_night_with_bank: Path, tmp_path: Path) -> Desk:
    """A copy of that, the order being two parts and on its way to the bank."""
    return Desk(open_project(Path(shutil.copytree(second_night_with_bank, tmp_path / "banked"))))


def whole_order(desk: Desk) -> Break:
    """The break of the order before it was split."""
    first = Casefile(desk.store.runs()[0]).breaks
    (whole,) = [one for one in first if one.reference == ORDER and one.ruleset == "orders_vs_lines"]
    return whole


def proof_of(run: Published) -> dict[str, dict[str, Any]]:
    """The left side of the rule set's proof."""
    return {row["side"]: row for row in rows(run, "proof") if row["ruleset"] == "orders_vs_lines"}


def test_a_part_is_a_break_of_its_own_from_the_next_run_on(parted: Desk) -> None:
    desk, whole = parted, whole_order(parted)
    before = proof_of(desk.store.runs()[0])["left"]
    parts = desk.open_of()
    assert [(one.amount, one.state, one.kind) for one in parts] == [
        (Decimal(100), "new", "missing_in_processor"),
        (Decimal(300), "new", "missing_in_processor"),
    ]
    assert {one.first_seen for one in parts} == {whole.first_seen}
    assert {one.due_date for one in parts} == {whole.due_date}
    (gone,) = [one for one in desk.casefile.breaks if one.break_id == whole.break_id]
    assert (gone.state, gone.reason) == ("resolved", "split into 2 parts by ada: two of them")
    after = proof_of(desk.run)["left"]
    assert after["opening_amount"] == before["closing_amount"]
    assert after["opening_count"] == before["closing_count"] + 1
    assert {whole_of(desk.run, str(one.entry_id)) for one in parts} == {whole.entry_id}
    assert replay(desk.project, desk.store, desk.run).problems == ()
    with hindsight(desk.project, desk.store, desk.run, "orders_vs_lines") as explainer:
        told = explainer.explain("left", str(parts[0].entry_id))
    assert told.entry.amount == Decimal("99.90"), "its share of the net"
    assert told.passes


def test_each_part_goes_its_own_way(desk: Desk) -> None:
    """One is settled by a late file, one by hand, one written off; the order has arrived when all of it has."""
    (whole,) = desk.open_of()
    desk.split(whole, "100", "250", "50")
    desk.night()
    desk.night(line(ORDER, "100"), line("T99999", "249.00"))
    small, large = desk.open_of()
    assert (small.amount, large.amount) == (Decimal(50), Decimal(250)), (
        "the part of 100 is matched by its number"
    )
    clearing.clear(desk.store.ledger, ADA, "exclude", [small], "a gift", desk.run.identity)
    (stray,) = [
        one for one in desk.casefile.breaks if one.reference == "T99999" and one.ruleset == "orders_vs_lines"
    ]
    matching.make(desk.store.ledger, ADA, [large, stray], "wrong number", desk.run.identity, "short")
    for proposal in clearing_proposals(desk):
        approve(desk, proposal)
    desk.night()
    assert [one.match_id for one in desk.open_of() if one.match_id is None] == []
    members = [
        row
        for row in rows(desk.run, "members")
        if row["side"] == "left" and row["ruleset"] == "orders_vs_lines"
    ]
    assert [(row["entry_id"], row["amount"]) for row in members] == [(large.entry_id, 250)]
    (made,) = [one for one in matches(desk) if any(m.entry.entry_id == large.entry_id for m in one.members)]
    assert made.members[0].entry.file.endswith(".csv"), "a part is told down to the line it was read from"
    steps = trail([str(whole.entry_id)], desk.store.runs(), desk.store.ingests_of(desk.run), gone=())
    assert steps[1].count == 2, "the two lines that the order was settled by"
    with books_of(desk.store, desk.run, 500, 1) as (engine, _):
        held = [row[0] for row in engine.rows("SELECT entry_id FROM matched")]
    assert whole.entry_id not in held, "a part of it was given away"


def clearing_proposals(desk: Desk) -> list[int]:
    from recon.breaks.casework.decided import pending

    return [one.number for one in pending(desk.store.ledger)]


def approve(desk: Desk, number: int) -> None:
    from recon.store import four_eyes

    four_eyes.approve(desk.store.ledger, Person("ben", "ben"), [number])


def matches(desk: Desk) -> Sequence[Any]:
    from recon.matchers.explain.matches import run_matches

    found = run_matches(desk.run)
    return with_members(found, {desk.run.identity: desk.run}, desk.store.ingests_of(desk.run))


def test_an_order_has_arrived_when_all_its_parts_have(banked: Desk) -> None:
    desk, whole = banked, whole_order(banked)
    entry = str(whole.entry_id)
    assert [key[1] for key in journeys(desk.store.runs()) if key[1] == entry] == [entry], (
        "a journey is of an entry"
    )
    desk.night(line(ORDER, "100"))
    assert journeys(desk.store.runs())["to_bank", entry][0] == "missing_in_processor"
    desk.night(line(ORDER, "300", "P010"))
    status, leg, _, amount, waiting = journeys(desk.store.runs())["to_bank", entry]
    assert (status, leg, amount) == ("missing_in_bank", "1", "400.00000000")
    assert str(waiting).count("1:") == 2, "both lines are waited for at the bank"
    bank = [Row("bank", f"{desk.day},P009,99.60,payout"), Row("bank", f"{desk.day},P010,299.60,payout")]
    desk.night(*bank)
    assert journeys(desk.store.runs())["to_bank", entry][0] == "settled"
    with books_of(desk.store, desk.run, 500, 1) as (engine, _):
        assert (entry,) in engine.rows("SELECT entry_id FROM matched")
    again = desk.night(fresh=True)
    assert journeys([again])["to_bank", entry][0] == "settled", "a run from the first file on comes to the same"
    assert {row["act"] for row in rows(again, "parts")} == {"split"}
    assert disproved(desk.project, again) == []


def test_an_order_is_where_its_open_part_is_although_another_was_given_away(banked: Desk) -> None:
    desk, entry = banked, str(whole_order(banked).entry_id)
    clearing.clear(desk.store.ledger, ADA, "exclude", desk.open_of()[:1], "a gift", desk.run.identity)
    for proposal in clearing_proposals(desk):
        approve(desk, proposal)
    desk.night(line(ORDER, "300"))
    status, leg, _, amount, waiting = journeys(desk.store.runs())["to_bank", entry]
    assert (status, leg, amount) == ("missing_in_bank", "1", "400.00000000")
    assert "0:" in str(waiting), "the part that was given away is not forgotten"
    desk.night(Row("bank", f"{desk.day},P009,299.60,payout"))
    assert journeys(desk.store.runs())["to_bank", entry][0] == "excluded"
    assert journeys([desk.night(fresh=True)])["to_bank", entry][0] == "excluded"
    assert desk.sound()


def test_undone_the_item_stands_again_in_place_of_its_parts(desk: Desk) -> None:
    (whole,) = desk.open_of()
    desk.split(whole, "100", "300")
    desk.undo(whole.break_id)
    desk.night()
    assert [one.amount for one in desk.open_of()] == [400], "no run had honoured it"
    desk.split(whole, "100", "300")
    desk.night()
    parts = desk.open_of()
    desk.undo(whole.break_id)
    desk.night()
    (back,) = desk.open_of()
    assert (back.break_id, back.amount, back.state) == (whole.break_id, Decimal(400), "reopened")
    assert back.first_seen == whole.first_seen
    gone = {one.break_id: one.reason for one in desk.casefile.breaks if not one.is_living}
    assert all(gone[one.break_id] == "joined again, undone by ada: it was one" for one in parts)
    item = {name: row for row in rows(desk.run, "open") if (name := row["entry_id"]) == whole.entry_id}
    first = {row["entry_id"]: row for row in rows(desk.store.runs()[0], "open")}
    assert item[whole.entry_id] == first[str(whole.entry_id)], "with every figure that it had"
    desk.split(back, "150", "250")
    desk.night()
    assert [one.amount for one in desk.open_of()] == [150, 250]


def test_a_split_is_not_undone_while_a_part_is_settled(parted: Desk) -> None:
    desk, whole = parted, whole_order(parted)
    desk.night(line(ORDER, "100"))
    with pytest.raises(UsageError, match="it is settled"):
        desk.undo(whole.break_id)
    undoing.undo(desk.store.ledger, ADA, [whole.break_id], "by force")
    desk.night()
    assert [one.amount for one in desk.open_of()] == [300], "a run keeps apart what is no longer whole"


def test_a_part_is_split_again(parted: Desk) -> None:
    desk, whole = parted, whole_order(parted)
    desk.split(desk.open_of()[1], "150", "150")
    desk.night()
    assert [(one.amount, one.kind) for one in desk.open_of()] == [
        (Decimal(100), "missing_in_processor"),
        (Decimal(150), "missing_in_processor"),
        (Decimal(150), "missing_in_processor"),
    ], "equal parts are no duplicates"
    with pytest.raises(UsageError, match="split by ada"):
        desk.undo(whole.break_id)
    nightly = living(desk.run)
    again = desk.night(fresh=True)
    assert living(again) == nightly
    assert {(row["act"], row["item"], row["whole"]) for row in rows(again, "parts")} == {
        ("split", whole.entry_id, whole.entry_id)
    }
    assert desk.sound()


def test_parts_that_were_forged_are_found(parted: Desk) -> None:
    desk, run = parted, parted.run
    file = run.folder / "parts.parquet"
    table = pq.read_table(file)

    def codes(**values: object) -> set[str]:
        changed = [{**row, **values} if number == 0 else row for number, row in enumerate(table.to_pylist())]
        pq.write_table(pa.Table.from_pylist(changed, schema=table.schema), file)
        return {problem.code for problem in disproved(desk.project, run)}

    assert {"part-sum", "file-hash"} <= codes(compared=Decimal(99))
    assert "part-differs" in codes(source="lines")
    assert "part-of-entry" in codes(amount=Decimal(99))


def test_what_cannot_be_split_is_refused(desk: Desk) -> None:
    (whole,) = desk.open_of()
    for amounts, words in (
        (("400",), "two or more"), (("0", "400"), "over zero"), (("100", "200"), "come to 300.00 NGN"),
        (("0.001", "399.999"), "0.001 has more decimals than the 2 of an amount in NGN"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            desk.split(whole, *amounts)
    desk.split(whole, "100", "300")
    with pytest.raises(UsageError, match="spoken for: split by ada"):
        desk.split(whole, "100", "300")
    with pytest.raises(UsageError, match="spoken for: split by ada"):
        clearing.clear(desk.store.ledger, ADA, "write_off", [whole], "twice", desk.run.identity)
    desk.night()
    (gone,) = [one for one in desk.casefile.breaks if one.break_id == whole.break_id]
    with pytest.raises(UsageError, match="no open item"):
        split(
            desk.store.ledger, ADA, gone, {"entry_id": "e", "compared": 1, "amount": 1}, [Decimal(1)], "r", ""
        )


amount = st.decimals(min_value="0.01", max_value="99999.99", places=2)


@settings(max_examples=60)
@given(
    parts=st.lists(amount, min_size=2, max_size=5),
    fee=st.decimals(min_value="-500", max_value="0", places=2),
    tax=st.none() | st.decimals(min_value="-90", max_value="0", places=3),
    basis=st.sampled_from(["gross", "net"]),
    sign=st.sampled_from([1, -1]),
)
def test_the_figures_of_parts_add_up(
    parts: list[Decimal], fee: Decimal, tax: Decimal | None, basis: str, sign: int
) -> None:
    """Every figure of the parts is that of the item, and each part holds net = gross + fee + tax."""
    amounts = [sign * one for one in parts]
    compared, charges = sum(amounts, Decimal(0)), fee + (tax or Decimal(0))
    gross = compared if basis == "gross" else compared - charges
    item = Figures("e", compared, gross + charges, gross, fee, tax, gross + charges)
    found = shares(item, amounts, "EUR", [str(place) for place in range(len(parts))])
    assert [one.compared for one in found] == amounts
    for name in ("amount", "gross", "fee", "tax", "net"):
        figure = getattr(item, name)
        values = [getattr(one, name) for one in found]
        assert values == [None] * len(found) if figure is None else sum(values) == figure
    assert all((one.gross or 0) + (one.fee or 0) + (one.tax or 0) == one.net for one in found)
