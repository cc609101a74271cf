"""What is owed again: payments that the bank rejected or returned, made once more to another account."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from recon.model.periods import Period
from recon.payouts.bank.outcomes import failed, payments
from recon.payouts.desk.payments import Due, again
from recon.payouts.desk.registry import registry_known
from recon.payouts.desk.running import tables_of
from recon.payouts.known_facts import known_in, read_facts
from recon.project.workspace import Project
from recon.store.store import Store


def owed_again(project: Project, store: Store, day: date, *, same_account: bool) -> Due:
    """The payments that failed, by what the registry and the project's facts say of their payees on a day.

    Raises:
        InputRefused: the facts are wrong.
    """
    before: list[Mapping[str, Any]] = failed(payments(store))
    if not before:
        return Due([], [])
    tables = [(path, project.relative(path)) for path in tables_of(project, "facts")]
    facts = [
        *(fact for path, shown in tables for fact in read_facts(path, shown)),
        *registry_known(project, store),
    ]
    known = known_in(facts, Period(day, day))
    words = {row["payee"]: known.of(row["payee"], Period(day, day)).words for row in before}
    return again(before, words, known.holds, day, same_account=same_account)
