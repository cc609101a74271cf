"""What became of alerts: recorded when they are raised, looked into, disposed of with a reason, money released by two.

All of it are rows of the ledger. An alert that holds money keeps holding it until a release is approved by a second
person; whoever looks into an alert that holds nothing decides alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from recon.errors import Problem, UsageError
from recon.model.wording import plain_words
from recon.partners.watch.alert import Alert
from recon.project.suggest import did_you_mean
from recon.store.acts import record
from recon.store.four_eyes import Ask, Proposal, proposals, propose
from recon.store.people import Person
from recon.store.store import Store

RAISED: Final = "partners.alerts"
DISPOSED: Final = "partners.disposed"
VERDICTS: Final = ("false_alarm", "explained", "escalated", "confirmed")
"""What an alert may turn out to be; the first two let money go."""
STATES: Final = ("open", "releasing", *VERDICTS)
"""Where an alert may stand."""
RELEASING: Final = frozenset({"false_alarm", "explained"})


@dataclass(frozen=True, slots=True)
class Case:
    """An alert as it was recorded, and where it stands: one of `STATES`, by whom and why."""

    alert: Alert
    state: str = "open"
    by: str = ""
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether money is held because of it."""
        return self.alert.hold != "nothing" and self.state not in RELEASING


def record_alerts(store: Store, person: Person, found: Sequence[Alert]) -> list[Alert]:
    """Keep the alerts that the ledger does not know yet, in one row; those that are new.

    Raises:
        ControlFailed: the ledger cannot be written to.
    """
    known = {one.alert.alert for one in cases(store)}
    new = [one for one in found if one.alert not in known]
    if new:
        record(store.ledger, person, lambda: [(RAISED, {"alerts": [_told(one) for one in new]})])
    return new


def cases(store: Store) -> list[Case]:
    """Every alert that was recorded, as it stands now, the oldest first."""
    found: dict[str, Case] = {}
    for row in store.ledger.rows(RAISED, DISPOSED):
        body: Mapping[str, Any] = row.body
        if row.kind == RAISED:
            for told in body["alerts"]:
                found.setdefault(told["alert"], Case(_alert(told)))
            continue
        for name in body["alerts"]:
            found[name] = replace(found[name], state=body["verdict"], by=body["by"], reason=body["reason"])
    for one in proposals(store.ledger, "release"):
        _after(found, one)
    return list(found.values())


def _after(found: dict[str, Case], one: Proposal) -> None:
    """Take a release into account: while it waits, and once it is approved."""
    content: Mapping[str, Any] = one.ask.content
    if one.state not in {"pending", "approved"}:
        return
    state = "releasing" if one.state == "pending" else str(content["verdict"])
    for name in content.get("alerts", ()):
        if name in found:
            found[name] = replace(found[name], state=state, by=one.by, reason=one.ask.reason)


def case_of(store: Store, name: str) -> Case:
    """The alert of an id, or the only one whose id begins so.

    Raises:
        UsageError: there is none, or several.
    """
    known = cases(store)
    near = [one for one in known if one.alert.alert.startswith(name)]
    if len(near) == 1:
        return near[0]
    hint = did_you_mean(name, [one.alert.alert for one in known]) or "`recon partners alerts` shows them"
    message = f"{len(near)} alerts begin with {name}" if near else f"there is no alert {name}"
    raise UsageError(Problem("no-alert", message, hint=hint))


def dispose(store: Store, person: Person, found: Sequence[Case], verdict: str, reason: str) -> Proposal | None:
    """Say what alerts turned out to be; the proposal to release what they hold, where a second person has to approve.

    Raises:
        UsageError: the verdict is unknown, a reason is missing, or a release of one of them waits already.
        ControlFailed: the person has no role to release what is held.
    """
    if verdict not in VERDICTS:
        hint = did_you_mean(verdict, VERDICTS) or f"one of {', '.join(VERDICTS)}"
        raise UsageError(Problem("unknown-value", f"{verdict} is no disposition", hint=hint))
    if not reason.strip():
        raise UsageError(Problem("no-reason", "a decision needs a reason", hint="say why with `--reason`"))
    if waiting := [one.alert.alert for one in found if one.state == "releasing"]:
        message = f"a release of {', '.join(waiting)} waits for approval already"
        raise UsageError(
            Problem("pending", message, hint="approve or refuse it first: `recon partners pending`")
        )
    held = [one for one in found if one.holds and verdict in RELEASING]
    free = [one.alert.alert for one in found if one not in held]
    asked = None
    if held:
        names = [one.alert.alert for one in held]
        content = {"what": f"release after {plain_words(verdict)}", "alerts": names, "verdict": verdict}
        subjects = tuple(sorted({one.alert.partner for one in held}))
        (asked,) = propose(store.ledger, person, [Ask("release", subjects, reason, content, {})])
    if free:
        body = {"alerts": free, "verdict": verdict, "reason": reason.strip()}
        record(store.ledger, person, lambda: [(DISPOSED, body)])
    return asked


def held(store: Store) -> Iterator[Alert]:
    """The alerts because of which money is held."""
    return (one.alert for one in cases(store) if one.holds)


def _told(one: Alert) -> dict[str, object]:
    return {
        **asdict(one),
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "entries": list(one.entries),
    }


def _alert(told: Mapping[str, Any]) -> Alert:
    days = {name: date.fromisoformat(told[name]) for name in ("first", "last")}
    return Alert(**{**told, **days, "entries": tuple(told["entries"])})
