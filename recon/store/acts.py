"""What people do, written into the ledger: who, as which user, signed where the person has a key.

Nothing is locked. An act is worked out from the ledger as it stands and written only if nothing was added meanwhile;
otherwise it is worked out again, so that two people who act at once never act on what the other has changed.
"""

from collections.abc import Callable, Mapping, Sequence

from recon.store.chain import LedgerRow
from recon.store.ledger import HeadMoved, Ledger
from recon.store.people import Person
from recon.store.signatures import key_file, signature

Wanted = Sequence[tuple[str, Mapping[str, object]]]
"""Rows to be written: the kind and the body of each, without who acts."""


def record(ledger: Ledger, person: Person, work_out: Callable[[], Wanted]) -> list[LedgerRow]:
    """Write what a person does: all of it, or nothing.

    Args:
        ledger: the project's ledger.
        person: who acts; `by`, `user` and, for a person with a key, `after` and `signature` join each body.
        work_out: makes the rows from the ledger as it stands, or raises; called again when others wrote meanwhile.

    Raises:
        ControlFailed: the ledger cannot be written to, or the person's key is missing.
        Busy: another process kept the ledger locked.
    """
    while True:
        head = ledger.head()
        rows = [(kind, _signed(person, kind, body, head)) for kind, body in work_out()]
        try:
            return ledger.extend(rows, after=head)
        except HeadMoved:
            continue


def _signed(person: Person, kind: str, body: Mapping[str, object], head: str) -> dict[str, object]:
    told: dict[str, object] = {**body, "by": person.name, "user": person.user}
    if person.key is None:
        return told
    told["after"] = head
    return told | {"signature": signature(key_file(person.name), kind, told, person.key)}
