"""One entry in a pass that adds up what texts name: what its text names, or which texts name it, and what is missing.

The texts are read by the same code as in the run, over the entries that were free for the pass.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression, all_of, any_of, call, literal
from recon.engines.relations import Relation, where
from recon.engines.render import render
from recon.matchers.comparing.keys import as_word
from recon.matchers.explain.entries import entry_facts
from recon.matchers.explain.facts import Candidate, Gate, GateResult, MatchFacts, PassVerdict, Verdict
from recon.matchers.explain.gates import Told, gates_of
from recon.matchers.explain.near import Asking
from recon.matchers.explain.pools import everything, want
from recon.matchers.explain.units import LookedBack
from recon.matchers.fee import with_figures
from recon.matchers.listed.cut_off import MOST_MISSING
from recon.matchers.listed.naming import COMPLETED, CUT, HITS, NAMED, RANGED, SHORT, Naming
from recon.model.sides import SIDES
from recon.model.wording import counted, money, with_currency
from recon.rules.lists import InText
from recon.rules.ruleset import RuleSet, Side

SHORTEST_BEGINNING: Final = 5
_NAMED_AS: Final = {
    COMPLETED: "the text names `{}` by its end",
    RANGED: "`{}` lies in a range that the text names",
    CUT: "the text ends in the beginning of `{}`",
}
KEPT: Final = 3
"""Candidates that are told."""
Row = Mapping[str, Any]


def want_listed(engine: DuckEngine, ruleset: RuleSet, asking: Asking) -> None:
    """Add to the entries wanted those that texts name together with the unit asked about, and these texts."""
    plan, own = asking.looked.plan, asking.own
    said = InText.of(plan.item.lists or {})
    books = {side: with_figures(everything(ruleset, side), ruleset, side) for side in SIDES}
    pools: dict[Side, Relation] = {
        side: where(books[side], call("is_null", books[side]["reason"])) for side in SIDES
    }
    texts = pools[said.side]
    if asking.role == said.side:
        chosen: Expression = call("eq", texts["rid"], call("row_of", literal(f"{own['uid']:024x}")))
    else:
        text = as_word(plan.side(said.side).text or literal(""))
        chosen = any_of(
            *(all_of(*(call("contains", text, literal(p)) for p in parts)) for parts in _parts(own["word"]))
        )
    Naming(engine, plan, said, {**pools, said.side: where(texts, chosen)}, pools[said.named]).meet()
    for side, name in ((said.side, "one"), (said.named, "uid")):
        want(engine, side, f"SELECT {name} AS rid FROM {HITS}")


def _parts(word: str) -> Iterator[tuple[str, ...]]:
    """What stands in a text that names a reference: all of it, or the end of it beside the letters of another."""
    yield (word,)
    head = word.rstrip("0123456789")
    if head != word:
        yield (head, word[-1]) if head else (word[-2:],)
        if len(word) > SHORTEST_BEGINNING:
            yield (word[:-2],)  # of one in a range, the first and the last begin alike
    if len(word) > SHORTEST_BEGINNING + MOST_MISSING:
        yield (word[:-MOST_MISSING],)


@dataclass(frozen=True)
class ListedQuestion:
    """One entry in such a pass: the pass as it is looked back on, the entry's side and its unit, and who holds what.

    `against` is the row id of the one entry that it is asked to be held against, absent where it is any.
    """

    looked: LookedBack
    side: Side
    own: Row
    words: str
    against: int | None
    holder: Callable[[str], str]

    @property
    def said(self) -> InText:
        """Whose text names what."""
        return InText.of(self.looked.plan.item.lists or {})

    def verdict(self, suggested: Sequence[MatchFacts]) -> PassVerdict:
        """What the pass made of the entry; `suggested` are its suggestions with the entry."""
        if suggested:
            first = suggested[0]
            reason = f"{first.evidence['listed']} named in a text add up, and {first.evidence['because']}"
            found = Verdict.AMBIGUOUS if first.alternatives else Verdict.SUGGESTED
            return self._told(found, reason, ())
        if not self._named:
            reason = (
                f"its text names no two entries of the {self.said.named} side"
                if self._is_text
                else f"no text of the {self.said.side} side names it beside another entry"
            )
            return self._told(Verdict.NOTHING_NEAR, reason, ())
        texts = sorted({row["one"] for row in self._named}, key=lambda one: (abs(self._short(one)), one))
        facing = [row["uid"] for row in self._named] if self._is_text else texts
        if self.against is not None:
            facing = [uid for uid in facing if uid == self.against]
        found = Verdict.FITS if self._meets(texts[0]) else Verdict.FAILED
        return self._told(found, self._reason(texts), self._candidates(facing[:KEPT]))

    @property
    def _is_text(self) -> bool:
        """Whether the entry is the one whose text is read."""
        return self.side == self.said.side

    def _told(self, found: Verdict, reason: str, candidates: Sequence[Candidate]) -> PassVerdict:
        name = self.looked.plan.item.name
        return PassVerdict(name, self.words, found, reason, tuple(candidates), 1, self.own["amount"])

    def _pools(self) -> dict[Side, Relation]:
        """What the pass could see: the entry alone where it is asked about its text, and what is free besides."""
        text, named = (self.looked.pool(side) for side in (self.said.side, self.said.named))
        mine = call("eq", text["rid"], call("row_of", literal(f"{self.own['uid']:024x}")))
        free = all_of(named["seen"], call("eq", named["held"], literal("")))
        return {
            self.said.side: where(text, mine if self._is_text else text["seen"]),
            self.said.named: where(named, free),
        }

    @cached_property
    def _named(self) -> list[dict[str, Any]]:
        """What the texts name that matter to the entry, of each text all that it names."""
        engine, pool = self.looked.engine, self.looked.pool(self.said.named)
        Naming(engine, self.looked.plan, self.said, self._pools(), where(pool, pool["seen"])).load()
        names = ("one", "uid", "amount", "weight", "free")
        query = f"SELECT {', '.join(names)} FROM {NAMED} ORDER BY one, weight, uid"
        rows = [dict(zip(names, row, strict=True)) for row in engine.rows(query)]
        mine = {row["one"] for row in rows if self._is_text or row["uid"] == self.own["uid"]}
        return [row for row in rows if row["one"] in mine]

    @cached_property
    def _units(self) -> dict[int, dict[str, Any]]:
        """The units of both sides by their row id."""
        found: dict[int, dict[str, Any]] = {}
        for side in SIDES:
            units = self.looked.units_of(side, self.looked.pool(side))
            rows = self.looked.engine.rows(render(units))
            found |= {
                row["uid"]: row for row in (dict(zip(units.schema, values, strict=True)) for values in rows)
            }
        return found

    def _free(self, one: int) -> list[dict[str, Any]]:
        """What a text names that is free: in the most certain way that adds up, or else what it writes out itself."""
        free = [row for row in self._named if row["one"] == one and row["free"]]
        if len([row for row in free if row["weight"] == CUT]) > 1:  # one of them at the most is meant
            free = [row for row in free if row["weight"] != CUT]
        ways = [[row for row in free if row["weight"] <= weight] for weight in (COMPLETED, RANGED, SHORT, CUT)]
        several = [way for way in ways if len(way) > 1]
        met = (way for way in several if self._fits(one, self._lack(one, way)))
        return next(met, several[0] if several else free)

    def _short(self, one: int) -> Decimal:
        """What the entries that a text names lack of the amount of its own entry; negative where they exceed it."""
        return self._lack(one, self._free(one))

    def _lack(self, one: int, rows: Sequence[Row]) -> Decimal:
        amount: Decimal = self._units[one]["amount"] - sum((row["amount"] for row in rows), Decimal(0))
        return amount

    def _meets(self, one: int) -> bool:
        """Whether the amounts are as near as the pass asks."""
        return self._fits(one, self._short(one))

    def _fits(self, one: int, lack: Decimal) -> bool:
        bounds = self.looked.plan.pairing.gates.within.bounds(self._units[one]["currency"])
        return -bounds.over <= (lack if self.said.side == "left" else -lack) <= bounds.short

    def _reason(self, texts: Sequence[int]) -> str:
        one, which = texts[0], "its text names"
        unit, short, count = self._units[one], self._short(one), len(self._free(one))
        if not self._is_text:
            plural = "s" * (len(texts) == 1)
            which = (
                f"{counted(len(texts), 'text')} of the {self.said.side} side name{plural} it; the nearest names"
            )
        gone = len([row for row in self._named if row["one"] == one and not row["free"]])
        amount = with_currency(unit["amount"], unit["currency"])
        if not count:
            return f"{which} {counted(gone, 'entry')}, none of which is free and in reach"
        total = with_currency(unit["amount"] - short, unit["currency"])
        plain = f"{which} {counted(count, 'free entry')} that add{'s' * (count == 1)} up to {total}"
        differ = f"{money(abs(short), unit['currency'])} {'less' if short > 0 else 'more'} than"
        also = f"; {gone} more {'is' if gone == 1 else 'are'} matched already or out of reach" if gone else ""
        own = "its" if self._is_text else "its own"
        return f"{plain}, {differ if short else 'which is'} {own} {amount}{also}"

    def _candidates(self, facing: Sequence[int]) -> list[Candidate]:
        """Entries that the text names, or whose texts name the entry, gate by gate."""
        other: Side = "right" if self.side == "left" else "left"
        facts = entry_facts(self.looked.engine, [f"{uid:024x}" for uid in facing], f"why_{other}")
        found = []
        for uid in facing:
            unit = self._units[uid]
            gates = tuple(self._gates(unit, self.own["uid"] if self._is_text else uid))
            entry = facts[f"{uid:024x}"]
            found.append(Candidate(entry, 1, unit["amount"], unit["currency"], unit["day"], gates))
        return found

    def _gates(self, other: Row, one: int) -> list[GateResult]:
        """The gates between the entry and one that it faces; amounts are those of all that the text (`one`) names."""
        plan, short = self.looked.plan, self._short(one)
        window, lag = plan.item.within.window, self._lag(other)
        outcomes = {
            "g_seen": bool(other["seen"]),
            "g_currency": self.own["currency"] == other["currency"],
            "g_days": window is None or (lag is not None and window.earliest <= lag <= window.latest),
            "g_free": other["held"] == "",
        }
        kinds = {name: Column(key.type, name) for name, key in plan.left.named_keys.items()}
        holder = self.holder(other["held"]) if other["held"] else None
        found = []
        for gate in gates_of(plan, "r" if self.side == "left" else "l", kinds):
            if gate.gate is Gate.AMOUNT:
                differ = f"{money(abs(short), self.own['currency'])} {'less' if short > 0 else 'more'} than"
                words = f"all that the text names is {f'{differ} ' * bool(short)}its own amount"
                found.append(GateResult(gate.gate, gate.name, self._meets(one), None, None, None, words))
                continue
            pair = {gate.column: outcomes.get(gate.column, True), "variance": None, "lag": lag}
            told = Told(plan, self.side, self.own, other, pair, holder, ()).result(gate)
            if gate.gate is Gate.CONTAINS:
                told = self._as_named(told, one, other["uid"] if self._is_text else self.own["uid"])
            found.append(told)
        return found

    def _as_named(self, gate: GateResult, one: int, named: int) -> GateResult:
        """How a text (`one`) names an entry, where its reference does not stand there whole."""
        weights = [row["weight"] for row in self._named if (row["one"], row["uid"]) == (one, named)]
        words = _NAMED_AS.get(min(weights, default=COMPLETED - 1))
        reference = gate.left if self.said.named == "left" else gate.right
        return gate if words is None else replace(gate, words=words.format(reference))

    def _lag(self, other: Row) -> int | None:
        """How many days the right lies after the left, where both have a date."""
        left, right = (self.own, other) if self.side == "left" else (other, self.own)
        if "ordinal" in other:
            first, last = left.get("ordinal"), right.get("ordinal")
            return None if first is None or last is None else int(last - first)
        return None if left["day"] is None or right["day"] is None else int((right["day"] - left["day"]).days)
