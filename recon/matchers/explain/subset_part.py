"""Why an entry that a pass without a key may add up with others is in no match: the ones in whose window it lies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from recon.engines.render import render
from recon.matchers.explain.entries import entry_facts
from recon.matchers.explain.facts import Candidate, MatchFacts, PassVerdict, Verdict
from recon.matchers.explain.subset_asked import KEPT, Row, SubsetAsked
from recon.matchers.explain.verdict import unseen_words
from recon.matchers.pairing.one_pass import SHOWN_ALTERNATIVES
from recon.matchers.subset.both.pools import MOST_READ

MOST_FACING: Final = 1_000
"""Ones that are looked at for an entry that may be a part of them."""


@dataclass(frozen=True)
class SubsetPart(SubsetAsked):
    """An entry that may be added up; `suggested_of` gives what the pass suggested of an entry of the other side."""

    suggested_of: Callable[[str], Sequence[MatchFacts]]

    def verdict(self) -> PassVerdict:
        """Of an entry that may be added up: the ones in whose window it lies."""
        looked = self.looked
        units = looked.units_of(self.facing, looked.pool(self.facing))
        names = sorted(units.schema)
        rows = looked.engine.rows(
            f"SELECT {', '.join(names)} FROM ({render(units)}) ORDER BY uid LIMIT {MOST_FACING}"
        )
        facing = [dict(zip(names, row, strict=True)) for row in rows]
        told = [(one, self._outcomes(one)) for one in facing]
        told.sort(
            key=lambda item: (
                sum(not passed for passed in item[1].values()),
                *self._far(item[0]["amount"] or Decimal(0)),
                item[0]["uid"],
            )
        )
        if not told:
            return self.told(Verdict.NOTHING_NEAR, f"no entry of the {self.facing} side has it in reach")
        untold = self._untold([one for one, _ in told[:KEPT]])
        candidates = self._faced(told[:KEPT], untold)
        if self.is_pair:
            gates = ", ".join(gate.name for gate in candidates[0].failed)
            return self.told(Verdict.FAILED, f"the candidate fails: {gates}", candidates)
        within = sum(
            all(passed for name, passed in outcomes.items() if name != "g_amount") for _, outcomes in told
        )
        plural = "entry has" if within == 1 else "entries have"
        tried = "no sets of both sides with it that were tried add up to the same"
        if self.subset.many != "both":
            tried = "no set with it that was tried adds up"
        elif within > MOST_READ:
            tried = "they are too many to be searched to the end"
        if untold:
            tried = "sets add up, but those that are told are without it"
        reason = f"{within} free {plural} its {self.amount_words} in reach; {tried}"
        return self.told(Verdict.FAILED, reason, candidates)

    def _far(self, amount: Decimal) -> tuple[bool, Decimal]:
        """How far an amount is from the entry's; one that is smaller hardly has the entry in it."""
        more = abs(amount) - abs(self.own["amount"])
        return more < 0, abs(more)

    def _untold(self, facing: Sequence[Row]) -> dict[int, str]:
        """What is said of ones (by row id) to which other sets add up than those told: the entry may be in them."""
        found = {}
        for one in facing:
            told = self.suggested_of(f"{one['uid']:024x}")
            amounts = {member.amount for match in told for member in match.members if member.side == self.side}
            if self.own["amount"] in amounts:
                found[one["uid"]] = (
                    "an entry of the same amount is in a set that is told; with this one it adds up as well"
                )
            elif told and told[0].alternatives >= SHOWN_ALTERNATIVES:
                count = told[0].alternatives + 1
                found[one["uid"]] = (
                    f"{count} sets add up; the {SHOWN_ALTERNATIVES} that are told are without it"
                )
        return found

    def _faced(
        self, told: Sequence[tuple[Row, Mapping[str, bool]]], untold: Mapping[int, str]
    ) -> list[Candidate]:
        """Ones as candidates, each with which gates it passes."""
        ids = [f"{one['uid']:024x}" for one, _ in told]
        facts = entry_facts(self.looked.engine, ids, f"why_{self.facing}")
        unseen = unseen_words(self.looked, self.facing, ids)
        return [
            Candidate(
                facts[entry_id], 1, one["amount"], one["currency"], one["day"],
                tuple(self.gates(self.own, one, outcomes, unseen[entry_id], untold.get(one["uid"]))),
            )
            for entry_id, (one, outcomes) in zip(ids, told, strict=True)
        ]  # fmt: skip

    def _outcomes(self, one: Row) -> dict[str, bool]:
        """Which gates a one passes beside the entry; the sum never does, or the run would have said so."""
        lag = self.lag_of(one)
        window = self.looked.plan.item.within.window
        keys = {f"g_{name}": self.own[name] == one[name] for name in self.looked.plan.left.named_keys}
        return {
            "g_seen": bool(one["seen"]),
            "g_currency": self.own["currency"] == one["currency"],
            **keys,
            "g_days": window is None or (lag is not None and window.earliest <= lag <= window.latest),
            "g_free": one["held"] == "",
            "g_amount": False,
        }
