"""The settings of a draft beside the money: dates, references, texts, the status of rows."""

from collections.abc import Iterator
from typing import Final

from recon.sources.detection.dating import Dating
from recon.sources.detection.days import (
    BEHIND_WEEKDAY,
    FIRST_OF_TWO_DAYS,
    ZONE_BEHIND,
    has_two_days,
    has_weekday,
)
from recon.sources.detection.detecting import Detected
from recon.sources.detection.tables import Column
from recon.sources.detection.yaml_text import listed, plain, quoted, single
from recon.sources.values.time_formats import zone_of_all

_FIELDS: Final = (
    "ref_end_to_end", "payout_id", "ref_merchant", "ref_processor", "ref_bank", "counterparty_account",
    "counterparty_name", "remittance",
)  # fmt: skip
_LEAST: Final = 55


def _timed(dating: Dating) -> bool:
    return any("HH" in one or "hh" in one for one in dating.formats)


def _clock(found: Detected) -> Column | None:
    """The column of the time of day that belongs to a column of dates without one."""
    if not found.dates or _timed(found.dates[0][1]):
        return None
    times = [one for one in found.table.columns if one.kind == "time" and all(one.cells)]
    return times[0] if times else None


def date_lines(found: Detected) -> Iterator[str]:
    """The settings of `dates`."""
    yield "formats:"
    clock = _clock(found)
    if not found.dates:
        yield "  - yyyy-MM-dd  # check: no column of dates was found"
    else:
        dating = found.dates[0][1]
        said = f"  # check: {dating.doubt}" if dating.doubt else f"  # {dating.proof}" if dating.proof else ""
        for written in dating.formats:
            yield f"  - {plain(written)}{said}"
        if clock is not None:
            written = "HH:mm:ss" if clock.filled[0].count(":") == 2 else "HH:mm"
            for one in dating.formats:
                yield f"  - {plain(f'{one} {written}')}"
    if clock is not None or (found.dates and _timed(found.dates[0][1])):
        named = zone_of_all(match[1] for one in found.dates[0][1].formats if (match := ZONE_BEHIND.search(one)))
        why = "the times name it" if named else "check: the zone of these times"
        yield f"zone: {named or found.place.zone or 'UTC'}  # {why}"


def other_lines(found: Detected) -> Iterator[str]:
    """The settings of `columns`."""
    taken = {column.name for column, _ in found.dates[:2]}
    taken |= {column.name for column in (found.money.columns if found.money else ())}
    yield from _times(found)
    for field in _FIELDS:
        fitting = [
            one
            for one in found.table.columns
            if one.name not in taken
            and one.kind in {"text", "amount"}
            and one.roles.get(field, 0) >= _LEAST
            and one.roles[field] >= max(one.roles.values()) - (0 if one.kind == "amount" else 20)
        ]
        best = max(fitting, key=lambda one: one.roles[field], default=None)
        if best is not None:
            taken.add(best.name)
            yield f"{field}: {quoted(best.name)}"
    if found.table.header is None:
        texts = [one for one in found.table.columns if one.kind == "text" and one.name not in taken]
        longest = max(texts, key=lambda one: sum(map(len, one.filled)), default=None)
        if longest is not None:
            yield f"remittance: {quoted(longest.name)}  # check"


def _times(found: Detected) -> Iterator[str]:
    if not found.dates:
        yield "booking_date: UNKNOWN  # check: no column of dates was found"
        return
    first, dating = found.dates[0]
    clock = _clock(found)
    if _timed(dating):
        yield f"event_time: {_named(first)}"
    elif clock is not None:
        yield f"event_time: {listed([first.name, clock.name])}"
    else:
        yield f"booking_date: {_named(first)}"
    for column, other in found.dates[1:]:
        if len(other.formats) == 1 and not _timed(other) and not _timed(dating):
            yield f"value_date: {_named(column, '' if other.formats == dating.formats else other.formats[0])}"
            return


def _named(column: Column, written: str = "") -> str:
    """A column of days: its name alone, or with its own format and the part of its cells that is meant."""
    more = [f"format: {plain(written)}"] if written else []
    if any(map(has_two_days, column.filled)):
        more.append(f"find: {single(FIRST_OF_TWO_DAYS)}")
    elif any(map(has_weekday, column.filled)):
        more.append(f"find: {single(BEHIND_WEEKDAY)}")
    return f"{{{', '.join([f'column: {quoted(column.name)}', *more])}}}" if more else quoted(column.name)
