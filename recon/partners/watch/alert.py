"""An alert: something that a monitor found, with the entries that raised it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from recon.model.ids import content_id
from recon.partners.watch.monitors import Monitor

MOST_ENTRIES: Final = 50
"""Entries that an alert names, unless it holds them all; how many there are is said beside."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that a monitor found: whom it is about, when, in words, and the entries that raised it."""

    alert: str
    monitor: str
    kind: str
    severity: str
    owner: str
    hold: str
    partner: str
    first: date
    last: date
    words: str
    count: int
    entries: tuple[str, ...]


def alert_of(
    one: Monitor,
    partner: str,
    days: tuple[date, date],
    about: tuple[str, ...],
    words: str,
    count: int,
    entries: Sequence[str],
) -> Alert:
    """An alert of a monitor. `about` is what makes it another than the partner's other alerts.

    Its id is a hash of the monitor's name, the partner and `about`, so that it is the same alert every night.
    """
    named = entries if one.hold == "entries" else entries[:MOST_ENTRIES]
    return Alert(
        content_id([one.name, partner, *about], 12), one.name, one.kind, one.severity, one.owner, one.hold, partner,
        *days, words, count, tuple(named),
    )  # fmt: skip
