"""Four eyes: what one person proposes and another approves, level by level; nobody approves their own.

A proposal says what will be done (`content`, which only its room understands), to what (`subjects`), for how much
(`amounts`) and why. It takes effect with its last approval; one that needs no second person does so at once. All of
it are rows of the ledger, so that who decided what, when and on what run is in the chain.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal

from recon.errors import ControlFailed, Problem, UsageError
from recon.model.wording import plain_words
from recon.project.people import Act
from recon.store.acts import record
from recon.store.chain import LedgerRow
from recon.store.ledger import Ledger
from recon.store.people import Amounts, Person

PROPOSED: Final = "four_eyes.proposed"
APPROVED: Final = "four_eyes.approved"
REFUSED: Final = "four_eyes.refused"
WITHDRAWN: Final = "four_eyes.withdrawn"
KINDS: Final = (PROPOSED, APPROVED, REFUSED, WITHDRAWN)
State = Literal["pending", "approved", "refused", "withdrawn"]
ONE_LEVEL: Final = ("approved",)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to be proposed. `hands` are people who had a part in it before, and may not approve it either."""

    act: Act
    subjects: tuple[str, ...]
    reason: str
    content: Mapping[str, object]
    amounts: Amounts
    run: str = ""
    levels: tuple[str, ...] = ONE_LEVEL
    hands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said to a proposal: who, when (UTC), at which level, in which words, in which row."""

    by: str
    at: str
    level: str
    note: str
    row: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal and what became of it. `number` is its row of the ledger, `decided` the row that ended it."""

    number: int
    hash: str
    ask: Ask
    by: str
    at: str
    state: State = "pending"
    decided: int | None = None
    said: tuple[Said, ...] = ()

    @property
    def due(self) -> str | None:
        """The level whose approval comes next; None when nothing is waited for."""
        if self.state != "pending":
            return None
        given = sum(1 for _ in self.said)
        return self.ask.levels[given]

    @property
    def hands(self) -> set[str]:
        """Everybody who had a part in it."""
        return {self.by, *self.ask.hands, *(one.by for one in self.said)}


def propose(ledger: Ledger, person: Person, asks: Sequence[Ask]) -> list[Proposal]:
    """Propose several things in one go, all or nothing; what needs no second person is approved by that.

    Raises:
        UsageError: a reason is missing.
        ControlFailed: the person has no role for it, or not up to these amounts together; the ledger fails.
    """
    return entered(ledger, record(ledger, person, lambda: proposing(person, asks)))


def proposing(person: Person, asks: Sequence[Ask]) -> list[tuple[str, Mapping[str, object]]]:
    """The rows that propose, for a caller who writes them with `acts.record` beside rows of its own.

    Raises as `propose` does.
    """
    if any(not ask.reason.strip() for ask in asks):
        raise UsageError(Problem("no-reason", "a decision needs a reason", hint="say why with `--reason`"))
    refuse_beyond(person, "prepares", asks)
    return [
        (
            PROPOSED,
            {
                "act": ask.act,
                "subjects": list(ask.subjects),
                "reason": ask.reason.strip(),
                "content": ask.content,
                "amounts": {currency: str(amount) for currency, amount in sorted(ask.amounts.items())},
                "run": ask.run,
                "levels": list(ask.levels) if person.needs_another(ask.act, ask.amounts) else [],
                "hands": sorted(ask.hands),
            },
        )
        for ask in asks
    ]


def approve(ledger: Ledger, person: Person, numbers: Sequence[int], note: str = "") -> list[Proposal]:
    """Approve proposals at the level that is due for each, all or nothing.

    Raises:
        UsageError: there is no such proposal, or it is not pending.
        ControlFailed: the person had a hand in one, or has no role for it up to these amounts together.
    """
    return _say(ledger, person, APPROVED, numbers, note)


def refuse(ledger: Ledger, person: Person, numbers: Sequence[int], note: str) -> list[Proposal]:
    """Refuse proposals, for a reason; they never take effect. Raises as `approve` does."""
    return _say(ledger, person, REFUSED, numbers, note)


def saying(
    found: Mapping[int, Proposal], person: Person, kind: str, numbers: Sequence[int], note: str
) -> list[tuple[str, Mapping[str, object]]]:
    """The rows that approve, refuse or withdraw, for a caller who writes them with `acts.record`.

    Nobody withdraws what somebody else proposed. Raises as `approve` and `refuse` do; everything that is wrong is told
    together.
    """
    if kind != APPROVED and not note.strip():
        raise UsageError(Problem("no-reason", "this needs a reason", hint="say why with `--reason`"))
    problems = [problem for number in numbers for problem in _unfit(found.get(number), number)]
    if problems:
        raise UsageError(*problems)
    chosen = [found[number] for number in dict.fromkeys(numbers)]
    if problems := [problem for one in chosen for problem in _out_of_place(one, person, kind)]:
        raise ControlFailed(*problems)
    if kind != WITHDRAWN:
        refuse_beyond(person, "approves", [one.ask for one in chosen])
    return [
        (kind, {"proposal": one.number, "hash": one.hash, "level": one.due, "note": note.strip()})
        for one in chosen
    ]


def pending(ledger: Ledger, *acts: Act) -> list[Proposal]:
    """The proposals that wait for approval, of these acts or all, oldest first."""
    return [one for one in proposals(ledger, *acts) if one.state == "pending"]


def proposals(ledger: Ledger, *acts: Act, through: int | None = None) -> list[Proposal]:
    """All proposals of these acts, or all, with what became of them, oldest first; up to a row of the ledger."""
    rows = (row for row in ledger.rows(*KINDS) if through is None or row.seq <= through)
    return [one for one in folded(rows) if not acts or one.ask.act in acts]


def folded(rows: Iterable[LedgerRow]) -> Iterator[Proposal]:
    """The proposals in rows of the ledger, each as it stands after the last of them."""
    found: dict[int, Proposal] = {}
    for row in rows:
        body: dict[str, Any] = row.body
        if row.kind == PROPOSED:
            found[row.seq] = _proposal(row, body)
            continue
        one = found.get(body["proposal"])
        if one is not None and one.state == "pending":
            found[one.number] = _after(one, row, body)
    yield from found.values()


def entered(ledger: Ledger, rows: Sequence[LedgerRow]) -> list[Proposal]:
    """The proposals that rows just written are about, as they stand now."""
    numbers = {row.seq if row.kind == PROPOSED else row.body["proposal"] for row in rows if row.kind in KINDS}
    return [one for one in proposals(ledger) if one.number in numbers]


def refuse_beyond(person: Person, right: Literal["prepares", "approves"], asks: Sequence[Ask]) -> None:
    """Refuse what is beyond a person's roles: limits are compared with the sum of what is decided in one go.

    Raises:
        ControlFailed: a role is missing, or a limit is passed.
    """
    sums: dict[Act, dict[str, Decimal]] = {}
    for ask in asks:
        mine = sums.setdefault(ask.act, {})
        for currency, amount in ask.amounts.items():
            mine[currency] = mine.get(currency, Decimal(0)) + abs(amount)
    problems = [problem for act, amounts in sums.items() for problem in person.problems(right, act, amounts)]
    if problems:
        raise ControlFailed(*problems)


def _say(ledger: Ledger, person: Person, kind: str, numbers: Sequence[int], note: str) -> list[Proposal]:
    def rows() -> list[tuple[str, Mapping[str, object]]]:
        found = {one.number: one for one in proposals(ledger)}
        return saying(found, person, kind, numbers, note)

    return entered(ledger, record(ledger, person, rows))


def _unfit(one: Proposal | None, number: int) -> Iterator[Problem]:
    if one is None:
        hint = "`recon breaks pending` shows what waits"
        yield Problem("no-proposal", f"there is no proposal {number}", hint=hint)
    elif one.state != "pending":
        message = f"proposal {number} ({plain_words(one.ask.act)}) is {one.state} already"
        yield Problem("not-pending", message)


def _out_of_place(one: Proposal, person: Person, kind: str) -> Iterator[Problem]:
    what = f"proposal {one.number} ({plain_words(one.ask.act)})"
    if kind == WITHDRAWN and one.by != person.name:
        yield Problem("not-own", f"{what} is {one.by}'s, who alone can withdraw it", hint="refuse it instead")
    if kind == APPROVED and person.name in one.hands:
        message = f"{person.name} had a hand in {what} and cannot approve it"
        yield Problem("own-approval", message, hint="a person without a part in it has to")


def _proposal(row: LedgerRow, body: Mapping[str, Any]) -> Proposal:
    ask = Ask(
        act=body["act"],
        subjects=tuple(body["subjects"]),
        reason=body["reason"],
        content=body["content"],
        amounts={currency: Decimal(amount) for currency, amount in body["amounts"].items()},
        run=body["run"],
        levels=tuple(body["levels"]),
        hands=tuple(body["hands"]),
    )
    alone = not ask.levels
    return Proposal(
        number=row.seq,
        hash=row.hash,
        ask=ask,
        by=body["by"],
        at=row.at,
        state="approved" if alone else "pending",
        decided=row.seq if alone else None,
    )


def _after(one: Proposal, row: LedgerRow, body: Mapping[str, Any]) -> Proposal:
    """A pending proposal after what a row says to it."""
    said = (*one.said, Said(body["by"], row.at, body["level"] or "", body["note"], row.seq))
    ended: dict[str, State] = {REFUSED: "refused", WITHDRAWN: "withdrawn"}
    state = ended.get(row.kind) or ("approved" if len(said) == len(one.ask.levels) else "pending")
    return replace(one, said=said, state=state, decided=None if state == "pending" else row.seq)
