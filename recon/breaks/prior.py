"""Prior-period items among breaks: dated in a period that was closed before they were first seen."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def prior_period(manifest: Mapping[str, Any], business_date: date | None, first_seen: date) -> str:
    """The closed period that a break of a run is too late for; empty when it is of an open one.

    What was open when its period was closed is no prior-period item: it was carried forward. An item belongs to the
    first closed period that ends on its day or after it, as in the run's file `prior`.
    """
    closed: Sequence[Mapping[str, Any]] = manifest.get("closed", ())
    if business_date is None:
        return ""
    for one in closed:
        last = date.fromisoformat(one["last"])
        if business_date <= last:
            return str(one["period"]) if first_seen > last else ""
    return ""
