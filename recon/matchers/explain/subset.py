"""Why an entry was or was not matched by a pass without a key: what was in reach of it, and what came nearest.

The search is made again by the code that matches, over the entries that were free for the pass and in reach. What a
published run suggested is told as it stands there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.engines.expressions import all_of, call, literal
from recon.engines.relations import Relation, join, select, where
from recon.engines.render import render
from recon.matchers.explain.entries import entry_facts
from recon.matchers.explain.facts import Candidate, Gate, GateResult, MatchFacts, PassVerdict, Verdict
from recon.matchers.explain.subset_asked import KEPT, SubsetAsked
from recon.matchers.subset.books import Books, load_books
from recon.matchers.subset.both.evidence import WHY_OF_BOTH
from recon.matchers.subset.evidence import WHY
from recon.matchers.subset.groups import groups_of
from recon.matchers.subset.subset_run import WAYS, SubsetRun
from recon.matchers.subset.ways import CLAIMED, SETTLED
from recon.model.money import plain
from recon.model.wording import money
from recon.rules.ruleset import Side


@dataclass(frozen=True)
class SubsetQuestion(SubsetAsked):
    """An entry as what others may add up to, and as one that is in suggestions."""

    def verdict(self, suggested: Sequence[MatchFacts]) -> PassVerdict:
        """What the pass made of the entry; `suggested` are its suggestions with the entry, with their members."""
        if suggested:
            return self._of_suggestions(suggested)
        return self._of_one()

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
        return self.told(found, reason, [self._suggestion(one) for one in suggested[:KEPT]])

    def _suggestion(self, match: MatchFacts) -> Candidate:
        mine = [member for member in match.members if member.side == self.facing]
        amount = sum((member.amount for member in mine), Decimal(0))
        last = max((day for member in mine if (day := member.entry.business_date)), default=None)
        expected, bound = Decimal(str(match.evidence["expected"])), Decimal(str(match.evidence["bound"]))
        own = sum((member.amount for member in match.members if member.side == self.side), Decimal(0))
        gates = self.gates({**self.own, "amount": own}, {**self.like(amount), "day": last}, {})
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
        currency, amount = self.own["currency"], self.amount_words
        if not count:
            return self.told(
                Verdict.NOTHING_NEAR, f"no free entry of the {self.subset.many} side is in reach of it"
            )
        reach = f"{count:,} free entries are in reach and add up to {money(total, currency)} {currency}"
        if ways:
            return self.told(Verdict.FITS, f"{reach}; some of them add up to its {amount}")
        candidates = self._nearest_groups(books)
        if run.unsearched:
            return self.told(
                Verdict.FAILED, f"{reach}; they are too many to be searched to the end", candidates
            )
        tried = [*(["whole group"] if self.subset.specs else []), *(["run"] if self.subset.runs else [])]
        tried += [f"set of at most {self.subset.most}"] if self.subset.most else []
        return self.told(
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
        rows.sort(key=lambda row: (not row[5] <= row[3] <= row[4] <= row[6], self.beyond(row[1]), row[2]))
        best = rows[:KEPT]
        facts = entry_facts(self.looked.engine, [f"{uids[row[2]]:024x}" for row in best], table)
        told = []
        for n, amount, start, begin, end, low, high in best:
            entry = facts[f"{uids[start]:024x}"]
            inside = low <= begin and end <= high
            gates = self.gates(self.own, {**self.like(amount), "day": entry.business_date}, {"g_days": inside})
            told.append(Candidate(entry, n, amount, self.own["currency"], entry.business_date, tuple(gates)))
        return told
