"""The controls of a closing: what must hold before a period is locked, each with its evidence and what to do.

What cannot be put right by waiting, such as a file that never comes, may be accepted by the people who sign, for a
reason that stays with the closing. A proof that fails or a statement that does not add up may not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from recon.breaks.casework.vocabulary import Status
from recon.breaks.casework.worked import book
from recon.breaks.kinds import BreakKind, BreakState
from recon.close.verify import verify_run
from recon.errors import Problem, UsageError
from recon.model.periods import Period
from recon.model.wording import counted, plain_words, with_currency
from recon.project.nights import CloseSettings
from recon.project.suggest import did_you_mean
from recon.store.four_eyes import Proposal, pending
from recon.store.parquet import read_table
from recon.store.published import Published
from recon.store.store import Store

SHOWN: Final = 5
"""Items named of each control; more are only counted."""
_STATEMENTS: Final = (BreakKind.STATEMENT_GAP, BreakKind.CONTROL_TOTAL)


@dataclass(frozen=True, slots=True)
class Control:
    """One control: whether it holds, what shows it, what to do if not, and the items at fault.

    `accepted` is the reason for which the people who sign let it pass all the same; not every control takes one.
    """

    name: str
    holds: bool
    evidence: str
    todo: str = ""
    items: tuple[str, ...] = ()
    acceptable: bool = False
    accepted: str | None = None

    @property
    def passes(self) -> bool:
        """Whether the period may be closed as far as this control goes."""
        return self.holds or self.accepted is not None

    @property
    def result(self) -> str:
        """`pass`, `accepted`, or `FAIL`."""
        return "pass" if self.holds else "accepted" if self.accepted is not None else "FAIL"


def controls_of(
    store: Store, run: Published, period: Period, settings: CloseSettings, came_after: Sequence[str]
) -> list[Control]:
    """The controls of closing a period on a run, in the order in which they are looked at.

    `came_after` says what arrived or was decided since the run was made and would change it.

    Raises:
        ControlFailed: the run's files are not what was published.
    """
    breaks = _living(run)
    return [
        _proof(store, run),
        _complete(came_after, period),
        _statements(run, breaks),
        _files(run, period),
        _aged(_unsupported(store, breaks), settings),
        _decided(store),
    ]


def accepted(controls: Sequence[Control], reasons: Mapping[str, str]) -> list[Control]:
    """The controls, those that fail and are named accepted for their reason.

    Raises:
        UsageError: there is no such control, it holds, or it cannot be accepted.
    """
    known = {one.name: one for one in controls}
    problems = [problem for name in reasons for problem in _unacceptable(known, name)]
    if problems:
        raise UsageError(*problems)
    return [
        replace(one, accepted=reasons[one.name]) if one.name in reasons and not one.holds else one
        for one in controls
    ]


def _unacceptable(known: Mapping[str, Control], name: str) -> Iterator[Problem]:
    if name not in known:
        hint = did_you_mean(name, known) or f"known are {', '.join(known)}"
        yield Problem("control", f"there is no control `{name}`", hint=hint)
    elif not known[name].acceptable:
        yield Problem("control", f"the control `{name}` cannot be accepted", hint=known[name].todo or None)


def _proof(store: Store, run: Published) -> Control:
    ingests = [one for one in store.ingests() if one.identity in set(run.manifest["inputs"]["ingests"])]
    problems = run.problems() + verify_run(run.folder, [one.folder for one in ingests])
    items = tuple(str(problem).splitlines()[0] for problem in problems[:SHOWN])
    holds = run.manifest["proof"] == "ok" and not problems
    rows = len(read_table(run.verified("proof.parquet"), ["ok"]))
    evidence = (
        f"{rows} balances of run {run.identity} made again from its files"
        if holds
        else f"{len(problems)} faults"
    )
    return Control("proof", holds, evidence, "" if holds else "`recon runs verify`, and do not close", items)


def _complete(came_after: Sequence[str], period: Period) -> Control:
    if not came_after:
        return Control("complete", holds=True, evidence="nothing came in or was decided since the run was made")
    todo = f"`recon run --period {period} --fresh` takes it in"
    evidence = f"{counted(len(came_after), 'thing')} not in the run"
    return Control("complete", False, evidence, todo, tuple(came_after[:SHOWN]))


def _statements(run: Published, breaks: pa.Table) -> Control:
    wrong = breaks.filter(pc.is_in(breaks["kind"], pa.array([str(kind) for kind in _STATEMENTS])))
    count = len(read_table(run.verified("statements.parquet"), ["source"]))
    items = tuple(f"{row['source']} {row['reference'] or ''}: {row['reason']}" for row in _first(wrong))
    if not wrong.num_rows:
        evidence = f"balances add up and follow one another in {counted(count, 'statement')}"
        return Control("statements", True, evidence)
    todo = "get the missing or corrected statement and load it"
    return Control("statements", False, f"{wrong.num_rows} of {counted(count, 'statement')} wrong", todo, items)


def _files(run: Published, period: Period) -> Control:
    missing = [
        f"{one['source']}: {day}"
        for one in run.manifest.get("expected", ())
        for day in one["missing"]
        if period.first.isoformat() <= day <= period.last.isoformat()
    ]
    if not missing:
        return Control("files", True, "every expected file of the period came", acceptable=True)
    todo = "get the file and load it, or accept that it will not come: `--accept files`"
    evidence = f"{counted(len(missing), 'day')} without a file"
    return Control("files", False, evidence, todo, tuple(missing[:SHOWN]), acceptable=True)


def _aged(breaks: pa.Table, settings: CloseSettings) -> Control:
    old = breaks.filter(pc.greater(breaks["age_days"], settings.aged_days))
    sums: dict[str, Decimal] = {}
    for currency, amount in zip(old["currency"].to_pylist(), old["amount"].to_pylist(), strict=True):
        sums[currency] = sums.get(currency, Decimal(0)) + abs(amount)
    over = {
        currency: amount for currency, amount in sums.items() if amount > settings.aged_amounts.get(currency, 0)
    }
    evidence = f"{counted(old.num_rows, 'break')} older than {counted(settings.aged_days, 'day')}"
    if sums:
        evidence += f": {', '.join(with_currency(amount, code) for code, amount in sorted(sums.items()))}"
    if not over:
        return Control("aged", True, evidence, acceptable=True)
    mine = old.filter(pc.is_in(old["currency"], pa.array(sorted(over)))).sort_by("break_id")
    items = tuple(
        f"{row['break_id'][:8]} {with_currency(row['amount'], row['currency'])}, "
        f"{counted(row['age_days'], 'day')}: {plain_words(row['kind'])}"
        for row in _first(mine)
    )
    todo = "clear them, support them as timing, raise the limit `close.aged_amounts`, or accept them: `--accept aged`"
    return Control("aged", False, evidence, todo, items, acceptable=True)


def _decided(store: Store) -> Control:
    waiting: list[Proposal] = [one for one in pending(store.ledger) if one.ask.act != "close"]
    if not waiting:
        return Control("approvals", True, "nothing waits for a second person")
    items = tuple(
        f"{one.number}: {plain_words(one.ask.act)} of {', '.join(one.ask.subjects)[:60]} by {one.by}"
        for one in waiting[:SHOWN]
    )
    evidence = f"a second person has not approved or refused {counted(len(waiting), 'decision')}"
    return Control("approvals", False, evidence, "approve or refuse them", items)


def _unsupported(store: Store, breaks: pa.Table) -> pa.Table:
    """The breaks that nobody has marked as a matter of timing, for a reason."""
    worked = book(
        store.ledger, through=len(store.ledger.rows())
    ).worked  # from the ledger itself: this is signed
    supported = [name for name, one in worked.items() if one.status == Status.TIMING]
    return breaks.filter(pc.invert(pc.is_in(breaks["break_id"], pa.array(supported, pa.string()))))


def _living(run: Published) -> pa.Table:
    breaks = read_table(run.verified("breaks.parquet"))
    return breaks.filter(pc.not_equal(breaks["state"], str(BreakState.RESOLVED)))


def _first(rows: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.slice(0, SHOWN).to_pylist()
    return found
