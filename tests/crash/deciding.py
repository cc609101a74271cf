"""What else the crash tests interrupt: a write-off proposed and approved, a month closed by three people, opened again.

Every act is done once, however often the work is started: what is in the ledger already is not done again, as a person
would look first. The lock of a month is a row beside the last approval: neither is ever there without the other.
"""

import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from recon.close.periods.controls import Control
from recon.close.periods.locks import LOCKED, REOPENED
from recon.close.periods.reopening import approve_reopening, ask_reopening, reopening
from recon.close.periods.signing import prepare as prepare_closing
from recon.close.periods.signing import sign
from recon.close.periods.standing import standing
from recon.errors import ReconError
from recon.model.periods import Period
from recon.store import four_eyes
from recon.store.four_eyes import Ask
from recon.store.people import Person
from recon.store.publish import publishing
from recon.store.store import Store
from tests.crash.scenario import store_of

OCTOBER = Period.parse("2026-10")
CONTROLS = [Control("proof", holds=True, evidence="made again")]
Act = tuple[str, Callable[[Store], bool], Callable[[Store], object]]


def person(name: str) -> Person:
    return Person(name, name)


def prepare(root: Path) -> None:
    """A store with the run of a month."""
    store = store_of(root)
    with publishing(store, "run", "r0", store.runs_folder, {"ingests": []}) as publication:
        publication.content |= {"as_of": "2026-10-31", "previous_run": None, "verdict": "reconciled"}
    store.ledger.append("decision", {"by": "ada"})


def write_offs(store: Store, state: str) -> list[int]:
    found = four_eyes.proposals(store.ledger, "write_off")
    return [one.number for one in found if one.state == state]


def acts() -> list[Act]:
    """Each act: its name, whether it was done before, how it is done."""
    ask = Ask("write_off", ("b1",), "too small to claim", {"ruleset": "r"}, {"EUR": Decimal("0.10")})

    def approved(store: Store) -> object:
        return four_eyes.approve(store.ledger, person("ben"), write_offs(store, "pending"))

    def signed(level: str, who: str) -> Callable[[Store], object]:
        return lambda store: sign(store, person(who), standing(store, OCTOBER), level, CONTROLS, "")

    def locked(store: Store) -> bool:
        return bool(store.ledger.rows(LOCKED))

    def said(store: Store) -> bool:
        return any(one.said for one in four_eyes.proposals(store.ledger, "close"))

    def reopened(store: Store) -> bool:
        return bool(store.ledger.rows(REOPENED))

    def prepared(store: Store) -> object:
        return prepare_closing(store, person("ada"), standing(store, OCTOBER), CONTROLS, "")

    return [
        ("proposed", lambda s: bool(four_eyes.proposals(s.ledger, "write_off")),
         lambda s: four_eyes.propose(s.ledger, person("ada"), [ask])),
        ("approved", lambda s: bool(write_offs(s, "approved")), approved),
        ("prepared", lambda s: bool(four_eyes.proposals(s.ledger, "close")), prepared),
        ("reviewed", said, signed("reviewed", "ben")),
        ("locked", locked, signed("approved", "cleo")),
        ("asked", lambda s: reopened(s) or reopening(s, OCTOBER) is not None,
         lambda s: ask_reopening(s, person("ada"), OCTOBER, "a late file")),
        ("reopened", reopened, lambda s: approve_reopening(s, person("ben"), OCTOBER, "")),
    ]  # fmt: skip


def work(root: Path) -> None:
    """Do everything that is not done, saying after each act that it is."""
    store = store_of(root)
    with store.writing("decisions"):
        pass
    for name, is_done, do in acts():
        if not is_done(store):
            do(store)
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()


def faults_before_recovery(root: Path, promised: list[str]) -> list[str]:
    """What must not be found after whoever decides was stopped."""
    store = store_of(root)
    faults = [str(problem) for problem in store.verify_all()]
    faults += [
        f"{name} was promised and is gone" for name, done, _ in acts() if name in promised and not done(store)
    ]
    return faults + halves(store)


def halves(store: Store) -> list[str]:
    """Locks and openings without their approval, and the other way round."""
    faults = []
    for act, kind in (("close", LOCKED), ("reopen", REOPENED)):
        decided = [one.decided for one in four_eyes.proposals(store.ledger, act) if one.state == "approved"]  # type: ignore[arg-type]  # both are acts
        rows = [row.seq - 1 for row in store.ledger.rows(kind)]
        if decided != rows:
            faults.append(f"{act}: approved in rows {decided}, and in force after rows {rows}")
    return faults


def advance(_root: Path, _steps: int) -> int:
    """Nothing can be done before."""
    return 1


def disproved(_root: Path) -> list[str]:
    """No run was computed, so none can be proven."""
    return []


def faults_after_next(root: Path, undisturbed: dict[str, str]) -> list[str]:
    """What must not be left once everything was done again: each act is in the ledger once."""
    store = store_of(root)
    faults = [str(problem) for problem in store.verify_all()] + halves(store)
    kinds = [row.kind for row in store.ledger.rows()]
    wanted = [*undisturbed.values()]
    if [kind for kind in kinds if not kind.endswith("aborted")] != wanted:
        faults.append(f"rows: {kinds}")
    return faults


def manifests(root: Path) -> dict[str, str]:
    """What an undisturbed work leaves: the kinds of the ledger's rows, in order."""
    return {str(row.seq): row.kind for row in store_of(root).ledger.rows()}


if __name__ == "__main__":
    try:
        work(Path(sys.argv[1]))
    except ReconError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(int(error.exit_status))
