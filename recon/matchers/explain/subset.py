"""Why an entry was or was not matched by a pass without a key: what was in reach of it, and what came nearest.

The search is made again by the code that matches, over the entries that were free for the pass and in reach. What a
published run suggested is told as it stands there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from recon.engines.expressions import Column, all_of, call, literal
from recon.engines.relations import Relation, join, select, where
from recon.engines.render import render
from recon.matchers.explain.entries import entry_facts
from recon.matchers.explain.facts import Candidate, Gate, GateResult, MatchFacts, PassVerdict, Verdict
from recon.matchers.explain.gates import Told, gates_of
from recon.matchers.explain.units import LookedBack
from recon.matchers.subset.books import Books, load_books
from recon.matchers.subset.both.evidence import WHY_OF_BOTH
from recon.matchers.subset.both.pools import MOST_READ
from recon.matchers.subset.evidence import WHY
from recon.matchers.subset.groups import groups_of
from recon.matchers.subset.subset_run import WAYS, SubsetRun
from recon.matchers.subset.ways import CLAIMED, SETTLED
from recon.model.money import plain
from recon.model.wording import money
from recon.rules.ruleset import Side
from recon.rules.subset import Subset

KEPT: Final = 3
"""Candidates that are told."""
MOST_FACING: Final = 1_000
"""Ones that are looked at for an entry that may be a part of them."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class SubsetQuestion:
    """One entry in a subset pass: the pass as it is looked back on, the entry's side and its unit."""

    looked: LookedBack
    subset: Subset
    side: Side
    own: Row
    words: str
    is_pair: bool

    @property
    def facing(self) -> Side:
        """The other side."""
        return "right" if self.side == "left" else "left"

    def verdict(self, suggested: Sequence[MatchFacts]) -> PassVerdict:
        """What the pass made of the entry; `suggested` are its suggestions with the entry, with their members."""
        if suggested:
            return self._of_suggestions(suggested)
        return self._of_part() if self.is_pair or self.subset.adds(self.side) else self._of_one()

    def _told(self, found: Verdict, reason: str, candidates: Sequence[Candidate] = ()) -> PassVerdict:
        name = self.looked.plan.item.name
        return PassVerdict(name, self.words, found, reason, tuple(candidates), 1, self.own["amount"])

    def _of_suggestions(self, suggested: Sequence[MatchFacts]) -> PassVerdict:
        first = suggested[0].evidence
        others = suggested[0].alternatives
        several = f"a set adds up, and {first['because']}" if not others else f"{others + 1} sets add up"
        if others and self.subset.many == "both":
            several = (
                f"sets of both sides add up, and {others} other{'s' * (others != 1)} with an entry of them"
            )
        expected, bound = (plain(Decimal(str(first[name]))) for name in ("expected", "bound"))
        reason = f"{several}: {expected} expected by coincidence, fewer than {bound} allowed"
        found = Verdict.AMBIGUOUS if others else Verdict.SUGGESTED
        return self._told(found, reason, [self._suggestion(one) for one in suggested[:KEPT]])

    def _suggestion(self, match: MatchFacts) -> Candidate:
        mine = [member for member in match.members if member.side == self.facing]
        amount = sum((member.amount for member in mine), Decimal(0))
        last = max((day for member in mine if (day := member.entry.business_date)), default=None)
        expected, bound = Decimal(str(match.evidence["expected"])), Decimal(str(match.evidence["bound"]))
        own = sum((member.amount for member in match.members if member.side == self.side), Decimal(0))
        gates = self._gates({**self.own, "amount": own}, {**self._like(amount), "day": last}, {})
        chance = f"{plain(expected)} sets expected by coincidence, fewer than {plain(bound)} allowed"
        gates.append(
            GateResult(
                Gate.CHANCE, str(Gate.CHANCE), expected < bound, plain(expected), plain(bound), None, chance
            )
        )
        plural = match.alternatives != 1
        others = f"{match.alternatives} other set{'s' * plural} add{'s' * (not plural)} up as well"
        claimed = match.evidence["because"] in {WHY[CLAIMED], WHY_OF_BOTH[CLAIMED]}
        alone = others if match.alternatives else WHY[CLAIMED if claimed else SETTLED]
        is_alone = not (match.alternatives or claimed)
        gates.append(GateResult(Gate.ONLY_CHOICE, str(Gate.ONLY_CHOICE), is_alone, None, None, None, alone))
        first = min(mine, key=lambda member: member.entry.entry_id).entry
        return Candidate(first, len(mine), amount, match.currency, last, tuple(gates))

    def _of_one(self) -> PassVerdict:
        """Of an entry that others may add up to: the search made again over what is free, and the nearest groups."""
        pools = self._pools()
        run = SubsetRun(self.looked.engine, self.looked.plan, self.subset, pools, ())
        run.search()
        ways = self.looked.engine.rows(f"SELECT count(*) FROM {WAYS}")[0][0]
        books = Books.of(self.looked.plan, self.subset, pools)
        count, total = self._in_reach(books)
        currency = self.own["currency"]
        amount = f"{money(self.own['amount'], currency)} {currency}"
        if not count:
            return self._told(
                Verdict.NOTHING_NEAR, f"no free entry of the {self.subset.many} side is in reach of it"
            )
        reach = f"{count:,} free entries are in reach and add up to {money(total, currency)} {currency}"
        if ways:
            return self._told(Verdict.FITS, f"{reach}; some of them add up to its {amount}")
        candidates = self._nearest_groups(books)
        if run.unsearched:
            return self._told(
                Verdict.FAILED, f"{reach}; they are too many to be searched to the end", candidates
            )
        tried = [*(["whole group"] if self.subset.specs else []), *(["run"] if self.subset.runs else [])]
        tried += [f"set of at most {self.subset.most}"] if self.subset.most else []
        return self._told(
            Verdict.FAILED, f"{reach}; no {' or '.join(tried)} of them adds up to its {amount}", candidates
        )

    def _pools(self) -> dict[Side, Relation]:
        """The entry alone on its side, and what is free for the pass on the other."""
        own, others = self.looked.pool(self.side), self.looked.pool(self.facing)
        mine = where(own, call("eq", own["rid"], call("row_of", literal(f"{self.own['uid']:024x}"))))
        free = where(others, all_of(others["seen"], call("eq", others["held"], literal(""))))
        return {self.side: mine, self.facing: free}

    def _reached(self, books: Books) -> Relation:
        """The members in reach of the entry; the books hold the entry alone."""
        engine, pools = self.looked.engine, self._pools()
        load_books(engine, self.looked.plan, self.subset, pools)
        reach, members = books.reach(), books.members
        equal = [(reach.of("l", name), members.of("r", name)) for name in (*books.keys, "tick")]
        return join(reach, members, equal, {"amount": members.of("r", "amount")})

    def _in_reach(self, books: Books) -> tuple[int, Decimal]:
        rows = self.looked.engine.rows(
            f"SELECT count(*), coalesce(sum(amount), 0) FROM ({render(self._reached(books))})"
        )
        return int(rows[0][0]), Decimal(rows[0][1])

    def _nearest_groups(self, books: Books) -> list[Candidate]:
        """The whole groups whose sums come nearest, those that reach out of the window after those inside."""
        rows = []
        for spec in self.subset.specs:
            groups = groups_of(books, spec)
            columns = {name: groups[name] for name in ("n", "amount", "start", "from", "to")}
            query = (
                f"SELECT g.*, o.first, o.last FROM ({render(select(groups, columns))}) g, {books.ones.name} o"
            )
            rows += self.looked.engine.rows(query)
        first = {row[2] for row in rows}
        uids = dict(
            self.looked.engine.rows(
                f"SELECT no, uid FROM {books.members.name} WHERE no IN (SELECT unnest(?))", [sorted(first)]
            )
        )
        table = f"why_{self.facing}"
        rows.sort(key=lambda row: (not row[5] <= row[3] <= row[4] <= row[6], self._beyond(row[1]), row[2]))
        best = rows[:KEPT]
        facts = entry_facts(self.looked.engine, [f"{uids[row[2]]:024x}" for row in best], table)
        told = []
        for n, amount, start, begin, end, low, high in best:
            entry = facts[f"{uids[start]:024x}"]
            inside = low <= begin and end <= high
            gates = self._gates(
                self.own, {**self._like(amount), "day": entry.business_date}, {"g_days": inside}
            )
            told.append(Candidate(entry, n, amount, self.own["currency"], entry.business_date, tuple(gates)))
        return told

    def _of_part(self) -> PassVerdict:
        """Of an entry that may be added up: the ones in whose window it lies."""
        looked, currency = self.looked, self.own["currency"]
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
                abs(item[0]["amount"] or 0),
                item[0]["uid"],
            )
        )
        if not told:
            return self._told(Verdict.NOTHING_NEAR, f"no entry of the {self.facing} side has it in reach")
        facts = entry_facts(
            looked.engine, [f"{one['uid']:024x}" for one, _ in told[:KEPT]], f"why_{self.facing}"
        )
        candidates = [
            Candidate(
                facts[f"{one['uid']:024x}"], 1, one["amount"], one["currency"], one["day"],
                tuple(self._gates(self.own, one, outcomes)),
            )
            for one, outcomes in told[:KEPT]
        ]  # fmt: skip
        if self.is_pair:
            gates = ", ".join(gate.name for gate in candidates[0].failed)
            return self._told(Verdict.FAILED, f"the candidate fails: {gates}", candidates)
        within = sum(
            all(passed for name, passed in outcomes.items() if name != "g_amount") for _, outcomes in told
        )
        amount = f"{money(self.own['amount'], currency)} {currency}"
        plural = "entry has" if within == 1 else "entries have"
        tried = "no sets of both sides with it that were tried add up to the same"
        if self.subset.many != "both":
            tried = "no set with it that was tried adds up"
        elif within > MOST_READ:
            tried = "they are too many to be searched to the end"
        reason = f"{within} free {plural} its {amount} in reach; {tried}"
        return self._told(Verdict.FAILED, reason, candidates)

    def _outcomes(self, one: Row) -> dict[str, bool]:
        """Which gates a one passes beside the entry; the sum never does, or the run would have said so."""
        lag = self._lag(one)
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

    def _lag(self, one: Row) -> int | None:
        left, right = (self.own, one) if self.side == "left" else (one, self.own)
        if "ordinal" in one:
            if left.get("ordinal") is None or right.get("ordinal") is None:
                return None
            return int(right["ordinal"] - left["ordinal"])
        if left["day"] is None or right["day"] is None:
            return None
        return int((right["day"] - left["day"]).days)

    def _like(self, amount: Decimal) -> dict[str, Any]:
        """A unit of the other side with the entry's keys."""
        return {**self.own, "amount": amount, "seen": True, "held": "", "is_set": True}

    def _beyond(self, amount: Decimal) -> Decimal:
        """How far a sum is from what the entry would take."""
        bounds = self.looked.plan.pairing.gates.within.bounds(self.own["currency"])
        short = amount - self.own["amount"] if self.facing == "left" else self.own["amount"] - amount
        beyond: Decimal = max(short - bounds.short, -short - bounds.over, Decimal(0))
        return beyond

    def _gates(self, own: Row, other: Row, outcomes: Mapping[str, bool]) -> list[GateResult]:
        """The gates between the entry (or its set) and what faces it."""
        plan, currency = self.looked.plan, self.own["currency"]
        bounds = plan.pairing.gates.within.bounds(currency)
        variance = None if other["amount"] is None else own["amount"] - other["amount"]
        if variance is not None and self.side == "right":
            variance = -variance
        fits = variance is not None and -bounds.over <= variance <= bounds.short
        kinds = {name: Column(key.type, name) for name, key in plan.left.named_keys.items()}
        found = []
        for gate in gates_of(plan, "r" if self.side == "left" else "l", kinds):
            passed = outcomes.get(gate.column, fits if gate.gate is Gate.AMOUNT else True)
            pair = {
                gate.column: passed, "variance": variance, "short": str(bounds.short), "over": str(bounds.over),
                "lag": self._lag(other) if "day" in other else None,
            }  # fmt: skip
            teller = Told(plan, self.side, own, other, pair, None, ())
            if gate.gate is Gate.AMOUNT and outcomes.get("g_amount") is False:
                sought = other["amount"] if self.subset.adds(self.side) else own["amount"]
                words = f"no set with it that was tried adds up to {money(sought, currency)} {currency}"
                if self.subset.many == "both":
                    words = "no set with it that was tried comes to the same as one of the other side"
                found.append(GateResult(gate.gate, gate.name, False, None, None, None, words))
            elif gate.gate is Gate.DAYS and "is_set" in other:
                words = "all of it lies in the window" if passed else "some of it lies outside the window"
                found.append(GateResult(gate.gate, gate.name, passed, None, None, None, words))
            else:
                found.append(teller.result(gate))
        return found
