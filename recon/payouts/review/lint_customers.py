"""The linter of customers' time: months, days or sales that lie between two components and are paid by none."""

from collections.abc import Iterator
from itertools import pairwise

from recon.payouts.plan.customers import OfCustomers
from recon.payouts.plan.measures import Activity
from recon.payouts.plan.plan import Plan
from recon.payouts.review.findings import Finding


def gaps_of_customers(plan: Plan) -> Iterator[Finding]:
    """What components of the same transactions leave out between the parts of customers' time that they pay.

    What comes after the last part is no gap: that commission ends is what such a plan says.
    """
    groups: list[tuple[Activity, str, list[tuple[OfCustomers, int]]]] = []
    for position, one in enumerate(plan.components):
        if one.of_customers is None or (unit := one.of_customers.unit) is None:
            continue
        own = next((found for activity, of, found in groups if (activity, of) == (one.activity, unit)), None)
        if own is None:
            own = []
            groups.append((one.activity, unit, own))
        own.append((one.of_customers, position))
    for _, unit, own in groups:
        end = 0
        for (before, _), (part, position) in pairwise(sorted(own, key=lambda found: found[0].begins)):
            if before.ends is None:
                break
            end = max(end, before.ends)
            if part.begins > end:
                noun = unit if part.begins - end > 1 else unit[:-1]
                which = f"{end + 1} to {part.begins}" if part.begins - end > 1 else f"{part.begins}"
                message = f"{noun} {which} of each customer are paid by no component"
                hint = f"say after: {{{unit}: {end}}}, or let the part before last until {part.begins}"
                yield Finding("customer-gap", message, ("components", position, "of_customers"), hint)
