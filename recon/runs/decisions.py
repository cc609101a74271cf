"""Decisions of people about suggested matches: kept in the ledger for good, honoured by every run after them.

A later decision about the same match replaces an earlier one. A run records up to which row of the ledger it knew
decisions; as every row carries the hash of the one before, that row's hash stands for all of them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from recon.breaks.casework.decided import Decided, decisions
from recon.breaks.casework.matching import worth
from recon.breaks.casework.splitting import splits
from recon.breaks.casework.vocabulary import MATCH_DECIDED, MATCHING
from recon.engines.duck import DuckEngine
from recon.errors import ControlFailed, Place, Problem, UsageError
from recon.matchers.explain.facts import MatchFacts
from recon.matchers.pairing.decided import TABLE
from recon.runs.honoured import Honoured
from recon.runs.parts import Splits
from recon.store.acts import record
from recon.store.chain import LedgerRow
from recon.store.ledger import Ledger
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store

ACCEPTED, REJECTED = "accepted", "rejected"
_SCHEMA: Final = pa.schema(
    [
        ("ruleset", pa.string()),
        ("number", pa.int64()),
        ("accepted", pa.bool_()),
        ("match_id", pa.string()),
        ("pass", pa.string()),
        ("side", pa.string()),
        ("entry_id", pa.string()),
        ("entries", pa.int64()),
        ("evidence", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about one match: `left` and `right` are its entries, `number` its row of the ledger."""

    number: int
    at: str
    verdict: str
    by: str
    reason: str
    match_id: str
    ruleset: str
    pass_name: str
    run: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    approved_by: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: LedgerRow) -> "Decision":
        """The decision that a row of the ledger holds."""
        body: dict[str, Any] = row.body
        return cls(
            number=row.seq,
            at=row.at,
            pass_name=body["pass"],
            left=tuple(body["left"]),
            right=tuple(body["right"]),
            **{name: body[name] for name in ("verdict", "by", "reason", "match_id", "ruleset", "run")},
        )

    @classmethod
    def by_hand(cls, one: Decided) -> "Decision":
        """The decision that a match made or taken back by hand is."""
        content = one.content
        return cls(
            number=one.number,
            at=one.at,
            by=one.by,
            reason=one.reason,
            pass_name=str(content["pass"]),
            run=one.proposal.ask.run,
            left=tuple(content["left"]),
            right=tuple(content["right"]),
            approved_by=one.approved_by,
            **{name: str(content[name]) for name in ("verdict", "match_id", "ruleset")},
        )

    @property
    def entries(self) -> set[tuple[str, str]]:
        """The entries of the match, each with its side."""
        return {("left", one) for one in self.left} | {("right", one) for one in self.right}

    @property
    def evidence(self) -> str:
        """Who decided, when and why, as the evidence of the match."""
        facts: dict[str, object] = {"by": self.by, "at": self.at, "reason": self.reason}
        if self.approved_by:
            facts["approved_by"] = list(self.approved_by)
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions that a run honours, one a match, in the order in which they were made."""

    standing: tuple[Decision, ...] = ()
    through: LedgerRow | None = None
    about_breaks: tuple[Decided, ...] = ()
    """Everything decided about breaks and matches by hand, undone or not, in the order in which it took effect."""

    @classmethod
    def of(cls, ledger: Ledger, rulesets: Iterable[str], through: int | None = None) -> "Decisions":
        """What was decided about matches and breaks of some rule sets; up to a row of the ledger, or until now."""
        wanted = set(rulesets)
        rows = [
            row
            for row in ledger.rows(MATCH_DECIDED)
            if row.body["ruleset"] in wanted and (through is None or row.seq <= through)
        ]
        about = tuple(one for one in decisions(ledger, through) if one.content["ruleset"] in wanted)
        by_hand = [Decision.by_hand(one) for one in about if one.act in MATCHING and one.stands]
        made = sorted((*map(Decision.of, rows), *by_hand), key=lambda one: one.number)
        last = {row.seq for row in rows} | {number for one in about for number in _rows_of(one)}
        return cls(_standing(made), ledger.rows()[max(last) - 1] if last else None, about)

    @classmethod
    def recorded(cls, ledger: Ledger, rulesets: Iterable[str], inputs: dict[str, Any]) -> "Decisions":
        """The decisions that a run says it honoured.

        Raises:
            ControlFailed: the ledger no longer holds them.
        """
        wanted = inputs.get("decisions")
        if wanted is None:
            return cls()
        found = cls.of(ledger, rulesets, wanted["row"])
        if found.inputs != {"decisions": wanted}:
            message = f"the decisions that the run was made with, up to row {wanted['row']}, are not there"
            raise ControlFailed(
                Problem("ledger-chain", message, Place(ledger.shown), "restore the ledger from a backup")
            )
        return found

    @property
    def inputs(self) -> dict[str, Any]:
        """What a run's manifest says of them; nothing when there are none, as in runs before the first decision."""
        if self.through is None:
            return {}
        return {"decisions": {"row": self.through.seq, "hash": self.through.hash}}

    @property
    def splits(self) -> Splits:
        """What was split, undone or not."""
        return Splits(tuple(splits(self.about_breaks)))

    def honoured(self, previous: Published | None, line: Sequence[Published]) -> Honoured:
        """What a run has to honour that continues `previous`, the last of `line`."""
        known = previous.manifest["inputs"].get("decisions") if previous else None
        return Honoured.of(self.about_breaks, int(known["row"]) if known else 0, line)

    def register(self, engine: DuckEngine) -> None:
        """Make the table that `matchers.pairing.decided` reads."""
        if not self.standing:
            return
        rows = [
            {
                "ruleset": one.ruleset,
                "number": one.number,
                "accepted": one.verdict == ACCEPTED,
                "match_id": one.match_id,
                "pass": one.pass_name,
                "side": side,
                "entry_id": entry_id,
                "entries": len(one.entries),
                "evidence": one.evidence,
            }
            for one in self.standing
            for side, entry_id in sorted(one.entries)
        ]
        engine.register(TABLE, pa.Table.from_pylist(rows, schema=_SCHEMA))


def made(store: Store) -> list[Decision]:
    """All decisions about matches, replaced ones included, undone ones not, the oldest first."""
    by_hand = (one for one in decisions(store.ledger) if one.act in MATCHING and one.stands)
    found = [*map(Decision.of, store.ledger.rows(MATCH_DECIDED)), *map(Decision.by_hand, by_hand)]
    return sorted(found, key=lambda one: one.number)


def deciding_runs(store: Store, name: str) -> list[Published]:
    """The runs whose suggestions of a name, or a beginning of one, people decided about; the latest first."""
    wanted = {one.run for one in made(store) if one.match_id.startswith(name.strip().lower())}
    return [one for one in reversed(store.runs()) if one.identity in wanted]


def revoked(store: Store) -> dict[str, Decision]:
    """The matches that were taken back, by their id."""
    by_hand = (one for one in decisions(store.ledger) if one.act == "unmatch" and one.stands)
    return {one.match_id: one for one in map(Decision.by_hand, by_hand)}


def decide(
    store: Store, verdict: str, matches: Sequence[MatchFacts], person: Person, reason: str
) -> list[Decision]:
    """Write what somebody decided about suggestions of the latest run, with their members, into the ledger.

    All of it is written, or nothing.

    Raises:
        UsageError: a match is no suggestion, or two accepted matches would share an entry.
        ControlFailed: the person has no role to match by hand, or not up to these amounts; the ledger is damaged or
            cannot be written to.
    """
    amounts: dict[str, Decimal] = {}
    for one in matches:
        for currency, amount in worth(one).items():
            amounts[currency] = amounts.get(currency, Decimal(0)) + amount
    person.refuse_unless("prepares", "manual_match", amounts)
    rows = record(store.ledger, person, lambda: _worked_out(store, verdict, matches, reason))
    return [Decision.of(row) for row in rows]


def _worked_out(
    store: Store, verdict: str, matches: Sequence[MatchFacts], reason: str
) -> list[tuple[str, dict[str, object]]]:
    """The rows of decisions, or what is wrong with them as the ledger stands."""
    standing = {(one.ruleset, one.match_id): one for one in _standing(made(store))}
    claimed = {
        (one.ruleset, *entry): one.match_id
        for one in standing.values()
        if one.verdict == ACCEPTED
        for entry in one.entries
    }
    problems, bodies = list[Problem](), list[dict[str, object]]()
    for match in matches:
        problems += _refusals(verdict, match, standing.get((match.ruleset, match.match_id)), claimed)
        sides = {
            side: sorted(member.entry.entry_id for member in match.members if member.side == side)
            for side in ("left", "right")
        }
        if verdict == ACCEPTED:
            claimed |= {
                (match.ruleset, side, one): match.match_id for side, ids in sides.items() for one in ids
            }
        named = {
            "match_id": match.match_id,
            "ruleset": match.ruleset,
            "pass": match.pass_name,
            "run": match.run,
        }
        bodies.append({"verdict": verdict, "reason": reason, **named, **sides})
    if problems:
        raise UsageError(*problems)
    return [(MATCH_DECIDED, body) for body in bodies]


def _rows_of(one: Decided) -> Iterable[int]:
    """The rows by which a decision took effect and was undone."""
    return (one.number, one.undone.number) if one.undone else (one.number,)


def _standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The last decision about each match, in the order in which they were made."""
    last = {(one.ruleset, one.match_id): one for one in decisions}
    return tuple(sorted(last.values(), key=lambda one: one.number))


def _refusals(
    verdict: str, match: MatchFacts, before: Decision | None, claimed: dict[tuple[str, str, str], str]
) -> list[Problem]:
    """Why a decision cannot be taken; nothing when it can."""
    if match.state != "suggested":
        message = f"match {match.match_id} is {match.state}, and only suggestions are decided about"
        hint = "`recon matches list --state suggested` shows what waits"
        return [Problem("decision", message, hint=hint)]
    if before is not None and before.verdict == verdict:
        message = f"match {match.match_id} was {verdict} by {before.by} already: {before.reason}"
        return [Problem("decision", message, hint="`recon match` makes the run that honours it")]
    if verdict != ACCEPTED:
        return []
    taken = sorted(
        {
            other
            for member in match.members
            if (other := claimed.get((match.ruleset, member.side, member.entry.entry_id)))
            and other != match.match_id
        }
    )
    if not taken:
        return []
    message = f"match {match.match_id} shares an entry with match {', '.join(taken)}, which is accepted"
    return [Problem("decision", message, hint=f"reject {taken[0]} first if it is wrong")]
