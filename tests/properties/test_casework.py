"""Casework on the ledger alone: nobody approves their own, undoing restores exactly, the same sheet twice is once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.breaks.casefile import Break
from recon.breaks.casework.clearing import clear
from recon.breaks.casework.decided import decisions, pending
from recon.breaks.casework.noting import Noting, note
from recon.breaks.casework.sheet import FILLED, Filled, compare, take
from recon.breaks.casework.shown import beside
from recon.breaks.casework.undoing import reversible, undo, undo_rows
from recon.breaks.casework.vocabulary import Note
from recon.breaks.casework.work import Worked
from recon.breaks.casework.worked import book
from recon.breaks.routing import Routing
from recon.errors import ReconError
from recon.store import four_eyes
from recon.store.ledger import Ledger
from recon.store.people import Person

NAMES = ("ada", "bob", "eve")
BREAKS = [
    Break(
        break_id=f"b{number}" * 5, ruleset="r", side="left", kind="rounding", state="new", entry_id=f"e{number}",
        match_id=None, source="orders", account="A", currency="EUR", amount=Decimal(number + 1),
        business_date=date(2026, 10, 5), first_seen=date(2026, 10, 6), due_date=None, age_days=1, age_business_days=1,
        reference=None, counterparty=None, reason="", next_step="", file_id=None, line_no=None,
    )
    for number in range(3)
]  # fmt: skip
WORDS = st.sampled_from(["", "asked", "waits"])
NOTES = st.one_of(
    st.tuples(st.just(Note.ASSIGN), st.sampled_from(["", *NAMES]), WORDS),
    st.tuples(st.just(Note.COMMENT), st.just(""), st.sampled_from(["asked", "waits"])),
    st.tuples(st.just(Note.TAG), st.sampled_from(["vat", "q4"]), WORDS),
    st.tuples(st.just(Note.UNTAG), st.sampled_from(["vat", "q4"]), WORDS),
    st.tuples(st.just(Note.DUE), st.sampled_from(["", "2026-11-01"]), WORDS),
    st.tuples(st.just(Note.STATUS), st.sampled_from(["open", "waiting", "resolved"]), WORDS),
    st.tuples(st.just(Note.SUPPORT), st.sampled_from(["", "2026-11-02"]), st.just("timing")),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["note", "clear", "approve", "refuse", "undo"]),
        st.sampled_from(NAMES),
        st.integers(0, 2),
        NOTES,
    ),
    max_size=14,
)


@contextmanager
def new_ledger() -> Iterator[Ledger]:
    with TemporaryDirectory() as folder:
        yield Ledger.open(Path(folder) / "store" / "ledger.db")


def play(ledger: Ledger, acts: list[tuple[str, str, int, tuple[Note, str, str]]]) -> None:
    """Do what can be done of some acts; what is refused leaves no trace."""
    for act, name, number, (kind, value, words) in acts:
        person, one = Person(name, name), BREAKS[number]
        waiting = [proposal.number for proposal in pending(ledger)]
        before = ledger.head()
        try:
            if act == "note":
                note(ledger, person, [Noting(one.break_id, kind, value, words)], "r1")
            elif act == "clear":
                clear(ledger, person, "write_off", [one], "small", "r1")
            elif act == "undo":
                undo(ledger, person, [one.break_id], "wrong")
            elif waiting:
                say = four_eyes.approve if act == "approve" else four_eyes.refuse
                say(ledger, person, waiting[:1], "because")
        except ReconError:
            assert ledger.head() == before


def picture(ledger: Ledger) -> dict[str, Worked]:
    """The work on every break, without the row that was last."""
    held = book(ledger)
    return {one.break_id: replace(held.of(one.break_id), row=0) for one in BREAKS}


@settings(max_examples=40)
@given(acts=ACTS)
def test_nobody_approves_their_own_and_the_chain_holds(
    acts: list[tuple[str, str, int, tuple[Note, str, str]]],
) -> None:
    with new_ledger() as ledger:
        play(ledger, acts)
        assert ledger.verify() == []
        for one in decisions(ledger):
            assert one.approved_by
            assert one.by not in one.approved_by
        for proposal in four_eyes.proposals(ledger):
            assert len({said.by for said in proposal.said}) == len(proposal.said)
        standing = [one.subjects[0] for one in decisions(ledger) if one.stands]
        assert len(set(standing)) == len(standing)


@settings(max_examples=40)
@given(acts=ACTS, kind=NOTES, number=st.integers(0, 2), clears=st.booleans())
def test_undoing_restores_exactly_and_undoing_that_restores_again(
    acts: list[tuple[str, str, int, tuple[Note, str, str]]],
    kind: tuple[Note, str, str],
    number: int,
    clears: bool,
) -> None:
    with new_ledger() as ledger:
        play(ledger, acts)
        before, one = picture(ledger), BREAKS[number]
        try:
            if clears:
                (made,) = clear(ledger, Person("ada", "ada"), "write_off", [one], "small", "r1")
                four_eyes.approve(ledger, Person("bob", "bob"), [made.number])
                row = made.number
            else:
                (noted,) = note(ledger, Person("ada", "ada"), [Noting(one.break_id, *kind)], "r1")
                row = noted.seq
        except ReconError:
            return
        after = picture(ledger)
        (undone,) = undo_rows(ledger, Person("eve", "eve"), [row], "wrong")
        assert picture(ledger) == before
        assert row not in {held.row.seq for held in reversible(ledger)}
        undo_rows(ledger, Person("eve", "eve"), [undone.seq], "right after all")
        assert picture(ledger) == after


CELLS = st.fixed_dictionaries(
    {
        "Status": st.sampled_from(["open", "waiting", "timing", "write-off", "nonsense"]),
        "Owner": st.sampled_from(["", *NAMES]),
        "Comment": st.sampled_from(["", "asked", "waits"]),
        "Resolution": st.sampled_from(["", "paid"]),
    }
)


@settings(max_examples=40)
@given(acts=ACTS, late=ACTS, cells=st.lists(CELLS, min_size=3, max_size=3))
def test_a_sheet_taken_twice_changes_what_it_changes_once(
    acts: list[tuple[str, str, int, tuple[Note, str, str]]],
    late: list[tuple[str, str, int, tuple[Note, str, str]]],
    cells: list[dict[str, str]],
) -> None:
    with new_ledger() as ledger:
        play(ledger, acts)
        written = beside(BREAKS, book(ledger), Routing())
        rows = [
            Filled("Breaks", line, one.break_id, written[one.break_id].worked.row, filled)
            for line, (one, filled) in enumerate(zip(BREAKS, cells, strict=True), start=2)
        ]
        play(ledger, late)
        touched = {one.break_id for one in BREAKS if book(ledger).of(one.break_id).row > _row_of(rows, one)}
        found = compare(ledger, Routing(), BREAKS, rows, "book.xlsx")
        assert not touched & {change.filled.break_id for change in found.changes}
        person = Person("ada", "ada")
        try:
            take(ledger, person, found, "r1")
        except ReconError:
            return
        after = picture(ledger)
        again = compare(ledger, Routing(), BREAKS, rows, "book.xlsx")
        assert again.changes == ()
        take(ledger, person, again, "r1")
        assert picture(ledger) == after
        assert set(FILLED) == set(cells[0])


def _row_of(rows: list[Filled], one: Break) -> int:
    return next(row.work_row for row in rows if row.break_id == one.break_id)
