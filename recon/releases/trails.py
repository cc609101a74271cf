"""The trail of every order: its lines in the order book, the proofs and credits that runs matched.

Beside them stands what speaks against them: other uses of a proof, credits taken back, open breaks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from recon.engines.duck import DuckEngine
from recon.releases.settings import Setting

_COLUMNS: Final = (
    "entry_id, role, reference, reseller, day, moment, amount, currency, undone, status, units, product, marks, refs, "
    "undoes, place, withdrawn"
)


@dataclass(frozen=True, slots=True)
class Line:
    """An order, a proof of transfer, or a bank entry. `undone` says that it takes another back: a cancellation."""

    entry_id: str
    role: str
    reference: str
    reseller: str
    day: date | None
    at: datetime | None
    amount: Decimal
    currency: str
    undone: bool
    status: str
    units: str
    product: str
    marks: tuple[str, ...]
    refs: tuple[str, ...]
    undoes: str | None
    place: str
    withdrawn: bool

    @property
    def live_marks(self) -> tuple[tuple[int, str], ...]:
        """What no other proof may say, by the position of its column; empty cells say nothing."""
        return tuple((number, mark) for number, mark in enumerate(self.marks) if mark)

    @property
    def when(self) -> tuple[str, str]:
        """What lines are sorted by: the moment if it is known, else the day."""
        return (str(self.at or self.day or ""), self.entry_id)


@dataclass(frozen=True, slots=True)
class Link:
    """A standing or suggested match of one entry with one of the next book."""

    match_id: str
    to: Line
    lefts: int
    rights: int
    state: str
    by: str


@dataclass(frozen=True, slots=True)
class OpenBreak:
    """A break that a run has open on an entry of the trail, with its reason and next step."""

    break_id: str
    kind: str
    reason: str
    next_step: str


@dataclass(frozen=True)
class Trail:
    """One order from the order book to the bank. `standing` is the line that counts; None when it was cancelled."""

    order: str
    lines: tuple[Line, ...]
    standing: Line | None
    unclear: bool
    """Whether more than one line stands under the number, or a cancellation is of none of them."""
    earlier: tuple[Line, ...]
    """Lines that a run matched and that do not stand any more."""
    proofs: tuple[Link, ...] = ()
    credits: tuple[Link, ...] = ()
    offered: tuple[Link, ...] = ()
    """Credits, or else proofs, that the run only suggests."""
    elsewhere: tuple[Line, ...] = ()
    """Other proofs that say the same, uploads under this order included."""
    revoked: tuple[Line, ...] = ()
    """Proofs of the order that were withdrawn."""
    taken_back: tuple[Line, ...] = ()
    """Bank entries that take the credit back."""
    breaks: tuple[OpenBreak, ...] = ()

    @property
    def proof(self) -> Line | None:
        """The one proof of the order."""
        return self.proofs[0].to if len(self.proofs) == 1 else None

    @property
    def credit(self) -> Line | None:
        """The one bank credit of the proof."""
        return self.credits[0].to if len(self.credits) == 1 else None

    @property
    def entries(self) -> frozenset[str]:
        """The ids of everything that the order rests on."""
        found = [self.standing, *(link.to for link in (*self.proofs, *self.credits))]
        return frozenset(one.entry_id for one in found if one is not None)


@dataclass
class _Books:
    """What is read once for all orders."""

    lines: dict[str, Line]
    links: dict[str, dict[str, list[Link]]]
    offered: dict[str, dict[str, list[Link]]]
    uses: dict[tuple[int, str], list[Line]] = field(default_factory=dict)
    uploads: dict[str, list[Line]] = field(default_factory=dict)
    undoing: dict[str, list[Line]] = field(default_factory=dict)
    breaks: dict[str, list[OpenBreak]] = field(default_factory=dict)


def trails(engine: DuckEngine, setting: Setting) -> list[Trail]:
    """The trail of every order number, sorted. The engine holds the books, see `recon.releases.books`."""
    books = _read(engine, setting)
    legs = (setting.proven.ruleset, setting.credited.ruleset)
    by_order: dict[str, list[Line]] = {}
    for line in books.lines.values():
        if line.role == "order" and line.reference:
            by_order.setdefault(line.reference, []).append(line)
    return [_trail(books, legs, order, lines) for order, lines in sorted(by_order.items())]


def _read(engine: DuckEngine, setting: Setting) -> _Books:
    lines = {line.entry_id: line for line in _lines(engine)}
    books = _Books(lines, _links(engine, "links", lines), _links(engine, "suggested", lines))
    for line in lines.values():
        if line.role == "proof" and not line.withdrawn:
            books.uploads.setdefault(line.reference, []).append(line)
            for mark in line.live_marks:
                books.uses.setdefault(mark, []).append(line)
        elif line.role == "credit" and line.undone and not line.withdrawn:
            for reference in {*line.refs, line.undoes} - {None}:
                books.undoing.setdefault(str(reference), []).append(line)
    rows = engine.rows(
        "SELECT entry_id, break_id, kind, reason, next_step FROM breaks WHERE state <> 'resolved' "
        "AND entry_id IS NOT NULL AND ruleset IN (?, ?) ORDER BY entry_id, break_id",
        [setting.proven.ruleset, setting.credited.ruleset],
    )
    for entry_id, *told in rows:
        books.breaks.setdefault(entry_id, []).append(OpenBreak(*told))
    return books


def _lines(engine: DuckEngine) -> Iterator[Line]:
    """Orders and proofs, and of the bank's entries those that were matched or that take something back."""
    rows = engine.rows(
        f"SELECT {_COLUMNS} FROM lines WHERE role <> 'credit' OR undone "
        "OR entry_id IN (SELECT b FROM links UNION SELECT b FROM suggested) ORDER BY entry_id"
    )
    for row in rows:
        values: list[Any] = list(row)
        values[12:14] = tuple(values[12]), tuple(values[13])
        yield Line(*values)


def _links(engine: DuckEngine, table: str, lines: Mapping[str, Line]) -> dict[str, dict[str, list[Link]]]:
    """By rule set and the entry on the left."""
    found: dict[str, dict[str, list[Link]]] = {}
    rows = engine.rows(
        f'SELECT ruleset, a, match_id, b, lefts, rights, state, "pass" FROM {table} ORDER BY ruleset, a, match_id, b'
    )
    for ruleset, left, match_id, right, lefts, rights, state, by in rows:
        if right in lines:
            link = Link(match_id, lines[right], lefts, rights, state, by)
            found.setdefault(ruleset, {}).setdefault(left, []).append(link)
    return found


def _trail(books: _Books, legs: tuple[str, str], order: str, lines: Sequence[Line]) -> Trail:
    proven, credited = (books.links.get(leg, {}) for leg in legs)
    left, stray = told_apart(line for line in lines if not line.withdrawn)
    standing = left[-1] if left else None
    earlier = [line for line in lines if line is not standing and not line.undone and line.entry_id in proven]
    proofs = proven.get(standing.entry_id, []) if standing else []
    paid = [link for proof in proofs for link in credited.get(proof.to.entry_id, [])]
    offered = [
        link for proof in proofs for link in books.offered.get(legs[1], {}).get(proof.to.entry_id, [])
    ] or (books.offered.get(legs[0], {}).get(standing.entry_id, []) if standing else [])
    mine = [*([standing] if standing else []), *(link.to for link in (*proofs, *paid))]
    return Trail(
        order,
        lines=tuple(sorted(lines, key=lambda one: one.when)),
        standing=standing,
        unclear=len(left) > 1 or bool(left and stray),
        earlier=tuple(earlier),
        proofs=tuple(proofs),
        credits=tuple(paid),
        offered=tuple(offered),
        elsewhere=tuple(_elsewhere(books, proofs)),
        revoked=tuple(_revoked(books, proofs)),
        taken_back=tuple(_taken_back(books, proofs, paid)),
        breaks=tuple(one for line in mine for one in books.breaks.get(line.entry_id, ())),
    )


def told_apart(lines: Iterable[Line]) -> tuple[list[Line], int]:
    """The lines that nothing takes back, the latest last, and how many cancellations are of no line.

    A cancellation takes back the latest line before it of its amount and units.
    """
    left: list[Line] = []
    undone: Counter[tuple[str, Decimal, str, str]] = Counter()
    for line in sorted(lines, key=lambda one: one.when, reverse=True):
        key = (line.reference, abs(line.amount), line.currency, line.units.lstrip("-"))
        if line.undone:
            undone[key] += 1
        elif undone[key]:
            undone[key] -= 1
        else:
            left.append(line)
    return left[::-1], undone.total()


def _elsewhere(books: _Books, proofs: Sequence[Link]) -> list[Line]:
    """The other proofs that stand and say the same as a proof of the order."""
    own = {link.to.entry_id for link in proofs}
    found: dict[str, Line] = {}
    for link in proofs:
        for mark in link.to.live_marks:
            for line in told_apart(books.uses.get(mark, ()))[0]:
                if line.entry_id not in own:
                    found[line.entry_id] = line
    return sorted(found.values(), key=lambda one: one.when)


def _revoked(books: _Books, proofs: Sequence[Link]) -> Iterator[Line]:
    """The proofs of the order that were uploaded and withdrawn since."""
    for link in proofs:
        standing, _ = told_apart(books.uploads.get(link.to.reference, ()))
        if link.to not in standing and not link.to.withdrawn:
            yield link.to


def _taken_back(books: _Books, proofs: Sequence[Link], paid: Sequence[Link]) -> list[Line]:
    """The bank's entries that name a credit of the order, or the transfer that its proof is of, and take it back."""
    found: dict[str, Line] = {}
    for link in (*proofs, *paid):
        for reference in link.to.refs:
            for line in books.undoing.get(reference, ()):
                if line.currency == link.to.currency:
                    found[line.entry_id] = line
    return sorted(found.values(), key=lambda one: one.when)
