"""What there is to be booked now: facts of the runs in the line, of decisions they honoured, and of closed periods.

Every fact has an origin that stays its own from night to night, and a signed amount: plus where the right side lacks
what the left side has. A fact that is gone (undone, taken back, recomputed after an opening) is simply no longer here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from recon.breaks.casework.decided import Decided, decisions
from recon.close.journals.accounts import OF_ENTRIES, Booking, Subject, booking_for
from recon.close.periods.locks import Locks, line_on
from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.matchers.explain.entries import scan_ingests
from recon.matchers.standing import decided_in, decisions_of
from recon.model.tables import SETTLED
from recon.model.wording import counted, plain_words
from recon.store.parquet import read_table
from recon.store.published import Published
from recon.store.store import Store

_SETTLED: Final = "state IN ('confirmed', 'manual')"
_CLEARED: Final = {"written_off": "write_off", "adjusted": "adjustment"}


@dataclass(frozen=True, slots=True)
class BookedFact:
    """One thing to book. `day` is when it became known, `run` the run that says so, `words` what it is."""

    origin: str
    subject: Subject
    amount: Decimal
    day: date
    run: str
    words: str


@dataclass(frozen=True)
class Ground:
    """What facts are taken from: the runs in line, oldest first, decisions, closed periods, ingests."""

    line: Sequence[Published]
    decided: Mapping[int, Decided]
    taken_back: frozenset[tuple[str, str]]
    locks: Locks
    ingests: Sequence[Published]

    @classmethod
    def of(cls, store: Store) -> "Ground":
        """The ground as it is now."""
        locks, runs = Locks.of(store.ledger), store.runs()
        line = _line(runs, line_on(runs, locks.base(runs)))
        known = line[-1].manifest["inputs"].get("decisions") if line else None
        made = decisions(store.ledger, int(known["row"]) if known else 0)
        back = {
            (str(one.content["ruleset"]), str(one.content["match_id"]))
            for one in made
            if (one.act == "unmatch" and one.stands) or (one.act == "manual_match" and not one.stands)
        }
        return cls(line, {one.number: one for one in made}, frozenset(back), locks, store.ingests())

    @property
    def nights(self) -> list[tuple[str, Published]]:
        """The runs in line, each by its day and its number among those of that day.

        A month that is opened and run again keeps its name by that, so that only what came out otherwise is booked.
        """
        seen = Counter[date]()
        found = []
        for run in self.line:
            seen[_day(run)] += 1
            found.append((f"{_day(run)}.{seen[_day(run)]}", run))
        return found

    @property
    def today(self) -> date | None:
        """The day of the last run; None when there is none."""
        return _day(self.line[-1]) if self.line else None


def facts(ground: Ground, rules: Sequence[Booking]) -> list[BookedFact]:
    """Everything that is to be booked now, by origin.

    Raises:
        ControlFailed: a published file is not what it was.
    """
    differences = list(_differences(ground))
    by_match = {key for _, keys in differences for key in keys}
    found = [
        *(fact for fact, _ in differences),
        *_cleared(ground, by_match),
        *(fact for one in OF_ENTRIES for fact in _of_entries(ground, rules, one)),
        *_accruals(ground, rules),
    ]
    return sorted((fact for fact in found if fact.amount), key=lambda fact: fact.origin)


def _line(runs: Sequence[Published], latest: Published | None) -> list[Published]:
    by_name = {one.identity: one for one in runs}
    found: list[Published] = []
    current = latest
    while current is not None:
        found.append(current)
        current = by_name.get(str(current.manifest["previous_run"]))
    return found[::-1]


def _day(run: Published) -> date:
    return date.fromisoformat(run.manifest["as_of"])


def _differences(ground: Ground) -> Iterator[tuple[BookedFact, set[tuple[str, str, Decimal]]]]:
    """The differences of confirmed matches, by run, rule set, kind and currency; with each match and its own."""
    for label, run in ground.nights:
        kinds = {
            (row["ruleset"], row["match_id"], row["amount"]): row["kind"]
            for row in read_table(
                run.verified("breaks.parquet"), ["ruleset", "match_id", "kind", "state", "amount"]
            ).to_pylist()
            if row["match_id"] is not None and row["state"] != "resolved"
        }
        held: dict[tuple[str, str, str], dict[tuple[str, str], Decimal]] = defaultdict(dict)
        columns = ["ruleset", "match_id", "state", "currency", "variance", "variance_kind"]
        for row in read_table(run.verified("matches.parquet"), columns).to_pylist():
            key = (row["ruleset"], row["match_id"])
            if row["variance"] and row["state"] in SETTLED and key not in ground.taken_back:
                kind = kinds.get((*key, row["variance"])) or row["variance_kind"] or "amount_mismatch"
                held[row["ruleset"], kind, row["currency"]][key] = row["variance"]
        for (ruleset, kind, currency), matches in sorted(held.items()):
            subject = Subject(kind, ruleset, "", currency, kind=kind)
            words = f"{plain_words(kind)} of {counted(len(matches), 'match')} of {ruleset}"
            total = sum(matches.values(), Decimal(0))
            origin = f"difference|{label}|{ruleset}|{kind}|{currency}"
            yield (
                BookedFact(origin, subject, total, _day(run), run.identity, words),
                {(*key, much) for key, much in matches.items()},
            )


def _cleared(ground: Ground, by_match: set[tuple[str, str, Decimal]]) -> Iterator[BookedFact]:
    """Write-offs and adjustments that a run honoured and no later one brought back."""
    standing: dict[tuple[Any, ...], tuple[dict[str, Any], Published]] = {}
    for run in decided_in(ground.line):
        for row in read_table(decisions_of(run)).to_pylist():
            key = (row["ruleset"], row["side"], row["entry_id"], row["match_id"])
            if row["class"] in _CLEARED:
                standing[key] = (row, run)
            elif row["class"] in {"returned", "revived"}:
                standing.pop(key, None)
    for (ruleset, side, _, match_id), (row, run) in sorted(
        standing.items(), key=lambda item: item[1][0]["number"]
    ):
        decided = ground.decided.get(row["number"])
        if decided is None or (ruleset, match_id, row["amount"]) in by_match:
            continue
        kept = decided.content["break"]
        amount = row["amount"] if side == "left" or match_id is not None else -row["amount"]
        subject = Subject(
            _CLEARED[row["class"]], ruleset, str(kept["source"]), row["currency"],
            str(kept.get("counterparty") or ""), str(decided.content.get("account") or ""), str(kept["kind"]),
        )  # fmt: skip
        reference = kept.get("reference") or kept["break_id"]
        words = f"{plain_words(subject.books)} of {reference}: {decided.reason}"
        yield BookedFact(f"decision|{row['number']}", subject, amount, _day(run), run.identity, words)


def _of_entries(ground: Ground, rules: Sequence[Booking], books: str) -> Iterator[BookedFact]:
    """Fees or taxes of the entries that a run matched, by source and entity, for the rule sets that rules name."""
    wanted = sorted({(str(r.when.ruleset), str(r.when.source)) for r in rules if r.books == books})
    column = {"fees": "fee", "taxes": "tax"}[books]
    for label, run in ground.nights if wanted else ():
        inputs = [run.folder, *(one.folder for one in ground.ingests)]
        with DuckEngine.open(inputs=inputs) as engine:
            scan_ingests(engine, ground.ingests, [run])
            engine.scan("members", [run.verified("members.parquet")])
            engine.scan("matches", [run.verified("matches.parquet")])
            pairs = ", ".join(f"({text_literal(a)}, {text_literal(b)})" for a, b in wanted)
            back = ", ".join(text_literal(match) for _, match in sorted(ground.taken_back)) or "''"
            rows = engine.rows(
                f"""
                SELECT m.ruleset, e.source, coalesce(e.entity, ''), e.currency, count(*),
                       CAST(sum(-e.{column}) AS DECIMAL(38,8))
                FROM members m JOIN matches a USING (ruleset, match_id) JOIN held_entries e USING (entry_id)
                WHERE a.{_SETTLED} AND e.{column} <> 0 AND (m.ruleset, e.source) IN ({pairs})
                  AND m.match_id NOT IN ({back})
                GROUP BY ALL ORDER BY ALL
                """
            )
        for ruleset, source, entity, currency, count, amount in rows:
            origin = f"{books}|{label}|{ruleset}|{source}|{entity}|{currency}"
            words = f"{books} of {counted(count, 'entry')} of {source}{f', {entity}' if entity else ''}"
            subject = Subject(books, ruleset, source, currency, entity)
            yield BookedFact(origin, subject, amount, _day(run), run.identity, words)


def _accruals(ground: Ground, rules: Sequence[Booking]) -> Iterator[BookedFact]:
    """What rules book of what stood open at the end of each closed period, and its reversal on the next day."""
    if not any(rule.books == "accrual" for rule in rules):
        return
    by_name = {one.identity: one for one in ground.line}
    for lock in ground.locks.standing:
        run = by_name.get(lock.run)
        if run is None:
            continue
        columns = ["ruleset", "side", "kind", "state", "source", "currency", "amount", "match_id"]
        sums: dict[Subject, Decimal] = defaultdict(Decimal)
        for row in read_table(run.verified("breaks.parquet"), columns).to_pylist():
            subject = Subject("accrual", row["ruleset"], row["source"], row["currency"], kind=row["kind"])
            is_open = row["state"] != "resolved" and row["side"] is not None and row["match_id"] is None
            if is_open and booking_for(rules, subject) is not None:
                sums[subject] += row["amount"] if row["side"] == "left" else -row["amount"]
        last = lock.period.last
        for subject, amount in sorted(sums.items(), key=lambda item: str(item[0])):
            where = f"{lock.period}|{subject.ruleset}|{subject.source}|{subject.kind}|{subject.currency}"
            words = f"{plain_words(subject.kind)} of {subject.source} at the end of {lock.period}"
            yield BookedFact(f"accrual|{where}", subject, amount, last, run.identity, words)
            following = last + timedelta(1)
            yield BookedFact(
                f"accrual-end|{where}", subject, -amount, following, run.identity, f"{words}, taken back"
            )
