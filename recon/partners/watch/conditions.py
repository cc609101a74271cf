"""What a monitor looks for in an entry, as conditions in SQL over the entries of a period that are looked at."""

from collections.abc import Sequence
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.partners.measures.books import ACTIVITY, local_time, word
from recon.partners.watch.monitors import Monitor

LOOKED_AT: Final = "looked_at"
"""The table of the entries of a period, with what monitors ask of them: files are read once for all monitors."""
ASKED: Final = ("entry_id", "partner", "day", "event_time", "currency", "value", "type", "reversed")
IS_SALE: Final = "(NOT reversed AND type <> 'chargeback')"


def lay_looked_at(engine: DuckEngine, monitors: Sequence[Monitor], period: Period) -> None:
    """The table `looked_at`: the activity of a period, with the words that monitors mention in columns of their own."""
    named = {name for one in monitors for name in (*one.where, one.account, one.device, one.proof) if name}
    words = [f"{word(name, ACTIVITY)} AS {column_of(name)}" for name in sorted(named)]
    within = f"day BETWEEN DATE '{period.first}' AND DATE '{period.last}'"
    engine.materialise(LOOKED_AT, f"SELECT {', '.join([*ASKED, *words])} FROM {ACTIVITY} WHERE {within}")


def column_of(name: str) -> str:
    """The column of a word in the table `looked_at`; words may be named as no column can be."""
    return identifier(f"word_{content_id([name], 12)}")


def flagged(monitor: Monitor, zone: str, period: Period) -> str:
    """The condition on an entry that a monitor counts, as SQL over `looked_at`."""
    parts = _where(monitor)
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
    parts = _where(monitor)
    return " AND ".join([*parts, IS_SALE])


def _where(monitor: Monitor) -> list[str]:
    return [
        f"{column_of(name)} IN ({', '.join(map(text_literal, values))})"
        for name, values in monitor.where.items()
    ]
