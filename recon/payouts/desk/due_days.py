"""T+n: what was earned on each day, and the business day on which it is due; what is due later waits.

What is earned on an entry is due n business days after the entry's day, by the calendar of the plan. What rests on no
entry of its own (totals, limits, rounding) counts as earned on the last day of the period. What an open break holds
waits for nothing: it is held. A day on which more is taken back than earned does not wait either: that is owed at once.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from recon.engines.names import identifier
from recon.model.calendars import calendar
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.period_rows import PeriodRows
from recon.payouts.plan.payment import Hold

ZERO = Decimal(0)
DueLater = Mapping[str, Mapping[date, Decimal]]
"""By payee, what is due on each day after the period."""


def due_on(hold: Hold, day: date) -> date:
    """The business day on which something earned on a day is due; T+1 of a Saturday is Monday."""
    business, days = calendar(hold.calendar), hold.after_business_days or 0
    return business.add(day, days if days == 0 or business.is_business_day(day) else days - 1)


def due_later(rows: PeriodRows, books: Books, hold: Hold | None, period: Period) -> DueLater:
    """What of each payee's earnings is due after the last day of a period."""
    if hold is None or hold.after_business_days is None:
        return {}
    broken = ""
    if books.broken is not None:
        broken = f"WHERE entry_id IS NULL OR entry_id NOT IN (SELECT entry_id FROM {identifier(books.broken)})"
    earned = (
        "SELECT r.payee, coalesce(e.business_date, e.booking_date, $1) AS day, r.amount FROM "
        f"(SELECT payee, entry_id, amount FROM ({rows.sql}) {broken}) AS r "
        f"LEFT JOIN {identifier(books.entries)} AS e USING (entry_id)"
    )
    sums = f"SELECT payee, day, CAST(sum(amount) AS DECIMAL(38,8)) FROM ({earned}) GROUP BY payee, day"
    found: dict[str, dict[date, Decimal]] = {}
    for who, day, amount in sorted(rows.engine.rows(sums, [period.last])):
        due = due_on(hold, day)
        if due > period.last:
            own = found.setdefault(who, {})
            own[due] = own.get(due, ZERO) + amount
    return {who: {due: amount for due, amount in own.items() if amount > 0} for who, own in found.items()}
