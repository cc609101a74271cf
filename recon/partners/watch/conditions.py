"""What a monitor looks for in an entry, as conditions in SQL over the view `activity`."""

from typing import Final

from recon.engines.names import text_literal
from recon.model.periods import Period
from recon.partners.measures.books import ACTIVITY, local_time, word
from recon.partners.watch.monitors import Monitor

IS_SALE: Final = "(NOT reversed AND type <> 'chargeback')"


def flagged(monitor: Monitor, zone: str, period: Period) -> str:
    """The condition on an entry that a monitor counts, as SQL over `activity`."""
    parts = [
        f"{word(name, ACTIVITY)} IN ({', '.join(map(text_literal, values))})"
        for name, values in monitor.where.items()
    ]
    match monitor.kind:
        case "structuring":
            near = " OR ".join(
                f"(currency = {text_literal(currency)} AND value < {limit} "
                f"AND value >= {limit * (100 - monitor.within_percent) / 100})"
                for currency, limit in sorted(monitor.limit.items())
            )
            parts += [IS_SALE, f"({near})"]
        case "round_amounts":
            round_ = " OR ".join(
                f"(currency = {text_literal(currency)} AND value > 0 AND value % {unit} = 0)"
                for currency, unit in sorted(monitor.multiple_of.items())
            )
            parts += [IS_SALE, f"({round_})"]
        case "reversals":
            parts.append("reversed")
        case "chargebacks":
            parts.append("type = 'chargeback'")
        case "night":
            local = local_time(zone, period.first, period.last)
            clock = f"(hour({local}) * 60 + minute({local}))"
            start, end = (int(one[:2]) * 60 + int(one[3:]) for one in monitor.night)
            joint = "OR" if start > end else "AND"
            parts += [IS_SALE, f"event_time IS NOT NULL AND ({clock} >= {start} {joint} {clock} < {end})"]
        case _:
            parts.append(IS_SALE)
    return " AND ".join(parts)


def of_all(monitor: Monitor) -> str:
    """The entries that a share is of."""
    parts = [
        f"{word(name, ACTIVITY)} IN ({', '.join(map(text_literal, values))})"
        for name, values in monitor.where.items()
    ]
    return " AND ".join([*parts, IS_SALE])


def _where(monitor: Monitor) -> list[str]:
    return [
        f"{word(name, ACTIVITY)} IN ({', '.join(map(text_literal, values))})"
        for name, values in monitor.where.items()
    ]


def in_period(period: Period) -> str:
    """The condition that an entry is of a period."""
    return f"day BETWEEN DATE '{period.first}' AND DATE '{period.last}'"
