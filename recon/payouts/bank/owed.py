"""What is owed again: payments that the bank rejected or returned, and those that were kept back by a hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from recon.model.periods import Period
from recon.payouts.bank.outcomes import failed, payments
from recon.payouts.desk.payments import Due, again
from recon.payouts.desk.registry import registry_known
from recon.payouts.desk.running import tables_of
from recon.payouts.periods.known_facts import known_in, read_facts
from recon.payouts.periods.period import Known
from recon.project.workspace import Project
from recon.store.store import Store


def holds_on(project: Project, store: Store, day: date) -> Mapping[str, str]:
    """The payees who are on hold on a day, by the registry and the project's facts, and why.

    Raises:
        InputRefused: the facts are wrong.
    """
    return _known_on(project, store, day).holds


def owed_again(project: Project, store: Store, day: date, *, same_account: bool) -> Due:
    """The payments that failed or were kept back, by what is known of their payees on a day.

    Raises:
        InputRefused: the facts are wrong.
    """
    everything = payments(store)
    before: list[Mapping[str, Any]] = failed(everything)
    if not before:
        return Due([], [])
    known = _known_on(project, store, day)
    words = {row["payee"]: known.of(row["payee"], Period(day, day)).words for row in before}
    kept = {name for name, one in everything.items() if one.kept}
    return again(before, words, known.holds, kept, day, same_account=same_account)


def _known_on(project: Project, store: Store, day: date) -> Known:
    tables = [(path, project.relative(path)) for path in tables_of(project, "facts")]
    facts = [
        *(fact for path, shown in tables for fact in read_facts(path, shown)),
        *registry_known(project, store),
    ]
    return known_in(facts, Period(day, day))
