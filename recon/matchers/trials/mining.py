"""What known matches have in common: references that agree, lags, fees, names of the same party.

Everything is counted over `mined`, one row per known match with both sides summed up: `l_<column>` and `r_<column>`
are present where all entries of a side say the same, `l_n` and `r_n` count them, `variance` is left minus right as
compared, `lag` the calendar days from left to right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.matchers.explain.kin import SHORTEST_IN_TEXT, TELLING
from recon.matchers.trials.remedy import IGNORABLE
from recon.rules.ruleset import Normalise, Pass
from recon.rules.tolerance import Bounds, Window, Within

TAIL: Final = Decimal("0.995")
"""The share of known matches that a proposed tolerance or window takes in."""
_TEXTS: Final = (*TELLING, "counterparty_name", "remittance")
_LEVELS: Final = tuple(IGNORABLE[:count] for count in range(len(IGNORABLE) + 1))
"""Ways of telling less and less apart: nothing ignored, then separators, then case too, then zeros too."""
_SHAPED: Final = Decimal("0.95")
"""The share of references that a pattern must fit."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A way in which two sides name the same money: `support` known matches agree in it."""

    left: str
    right: str
    support: int
    normalise: Normalise
    is_contained: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Something counted: `rule` says it, `support` of `known` matches bear it out."""

    kind: str
    rule: str
    support: int
    known: int


def load_mined(engine: DuckEngine, entries: str) -> int:
    """Table `mined` from `h_matches`, `h_members` (see `backtest.load_history`) and entries; the known matches."""
    texts = ", ".join(
        f"CASE WHEN count(DISTINCT {identifier(name)}) = 1 AND count({identifier(name)}) = count(*) "
        f"THEN min({identifier(name)}) END AS {identifier(name)}"
        for name in _TEXTS
    )
    engine.materialise(
        "mined_sides",
        f"SELECT b.match_id, b.side, count(*) AS n, max(e.business_date) AS day, {texts} "
        f"FROM h_members b JOIN {identifier(entries)} e ON e.entry_id = b.entry_id GROUP BY b.match_id, b.side",
    )
    columns = ", ".join(
        f"{side[0]}.{identifier(name)} AS {identifier(f'{side[0]}_{name}')}"
        for side in ("left", "right")
        for name in ("n", *_TEXTS)
    )
    return engine.materialise(
        "mined",
        f'SELECT m.match_id, m."pass" AS maker, m.currency, m.variance, m.left_amount, r.day - l.day AS lag, {columns} '
        "FROM h_matches m JOIN mined_sides l ON l.match_id = m.match_id AND l.side = 'left' "
        "JOIN mined_sides r ON r.match_id = m.match_id AND r.side = 'right'",
    )


def references(engine: DuckEngine, least: int) -> list[Reference]:
    """References in which at least so many known matches agree, told apart as much as they allow; the best first."""
    found = []
    for left in TELLING:
        for right in TELLING:
            counts = _agreeing(engine, left, right)
            if counts[-1] >= least:
                level = next(place for place, count in enumerate(counts) if count >= counts[-1] * TAIL)
                how = Normalise(ignore=_LEVELS[level])
                found.append(Reference(left, right, counts[level], how))
    for name in TELLING:
        for side, other in (("l", "r"), ("r", "l")):
            count = _contained(engine, side, name, other)
            if count >= least:
                pair = (name, "remittance") if side == "l" else ("remittance", name)
                found.append(Reference(*pair, count, Normalise(), is_contained=True))
    return sorted(
        found, key=lambda one: (-one.support, one.is_contained, one.left != one.right, one.left, one.right)
    )


def _agreeing(engine: DuckEngine, left: str, right: str) -> tuple[int, ...]:
    """How many known matches agree in two columns, at each level of telling less apart."""
    counts = ", ".join(
        f"count(*) FILTER (WHERE {_plain(f'l_{left}', level)} = {_plain(f'r_{right}', level)})"
        for level in _LEVELS
    )
    row: tuple[int, ...] = engine.rows(f"SELECT {counts} FROM mined")[0]
    return row


def _plain(column: str, ignored: Sequence[str]) -> str:
    text = identifier(column)
    if "separators" in ignored:
        text = f"regexp_replace({text}, '[^A-Za-z0-9]+', '', 'g')"
    if "case" in ignored:
        text = f"upper({text})"
    if "leading_zeros" in ignored:
        text = f"coalesce(nullif(ltrim({text}, '0'), ''), left({text}, 1))"
    return f"nullif({text}, '')"


def _contained(engine: DuckEngine, side: str, name: str, other: str) -> int:
    word = f"regexp_replace(upper({identifier(f'{side}_{name}')}), '[^A-Z0-9]+', '', 'g')"
    text = f"regexp_replace(upper({identifier(f'{other}_remittance')}), '[^A-Z0-9]+', '', 'g')"
    condition = f"length({word}) >= {SHORTEST_IN_TEXT} AND contains({text}, {word})"
    return int(engine.rows(f"SELECT count(*) FROM mined WHERE {condition}")[0][0])


def pass_of(engine: DuckEngine, found: Reference) -> Pass:
    """A pass that rests on a reference, as wide in money and days as known matches that agree in it are."""
    left, right = identifier(f"l_{found.left}"), identifier(f"r_{found.right}")
    which = f"{left} IS NOT NULL AND {right} IS NOT NULL"
    settings: dict[str, Any] = {"within": _within(engine, which)}
    grouped = engine.rows(f"SELECT coalesce(max(l_n), 1), coalesce(max(r_n), 1) FROM mined WHERE {which}")[0]
    if found.is_contained:
        text, name = ("right", found.left) if found.right == "remittance" else ("left", found.right)
        reference = "left" if text == "right" else "right"
        settings["contains"] = {f"{text}.remittance": f"{reference}.{name}"}
        if grouped[0 if reference == "left" else 1] > 1:
            settings["group"] = {reference: name}
    elif max(grouped) > 1:
        settings["group"] = {
            side: name
            for side, name, count in zip(("left", "right"), (found.left, found.right), grouped, strict=True)
            if count > 1
        }
        if min(grouped) == 1:
            settings["same"] = {found.left: found.right}
    else:
        settings["same"] = (found.left,) if found.left == found.right else {found.left: found.right}
    if found.normalise.ignore:
        settings["normalise"] = found.normalise
    named = (
        found.left
        if found.left == found.right
        else f"{found.left} {'in' if found.is_contained else '='} {found.right}"
    )
    return Pass.model_validate({"name": named, **settings})


def _within(engine: DuckEngine, which: str) -> Within:
    """The tolerance by currency and the window of days that take in nearly all of some known matches."""
    rows = engine.rows(
        f"SELECT currency, quantile_disc(greatest(variance, 0), {TAIL}), quantile_disc(greatest(-variance, 0), {TAIL}) "
        f"FROM mined WHERE {which} GROUP BY currency ORDER BY currency"
    )
    bounds = {currency: Bounds(short=short, over=over) for currency, short, over in rows}
    exact = all(not one.short and not one.over for one in bounds.values())
    window = window_of(engine, which)
    return Within(amount=None if exact else dict(bounds), days=window)


def window_of(engine: DuckEngine, which: str) -> Window | None:
    """The window of calendar days that takes in nearly all of some known matches; None where dates are absent."""
    early, late = engine.rows(
        f"SELECT quantile_disc(lag, 1 - {TAIL}), quantile_disc(lag, {TAIL}) FROM mined WHERE {which}"
    )[0]
    return None if late is None else Window(before=max(-int(early), 0), after=max(int(late), 0))


def pattern_of(engine: DuckEngine, found: Reference) -> str | None:
    """The form that a reference has inside a text, as a regular expression; None when there is no one form.

    Runs of digits may be longer or shorter; everything else stands as it is.
    """
    side, name, text = (
        ("l", found.left, "r_remittance") if found.right == "remittance" else ("r", found.right, "l_remittance")
    )
    column = identifier(f"{side}_{name}")
    shape = f"regexp_replace({column}, '[0-9]+', '#', 'g')"
    rows = engine.rows(
        f"SELECT {shape} AS shape, count(*) AS n, sum(count(*)) OVER () AS total FROM mined "
        f"WHERE contains({text}, {column}) GROUP BY shape ORDER BY n DESC, shape LIMIT 1"
    )
    if not rows or rows[0][1] < rows[0][2] * _SHAPED or "#" not in rows[0][0] or rows[0][0] == "#":
        return None
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", rows[0][0]).replace("#", "[0-9]+")


def lags(engine: DuckEngine) -> Iterator[Fact]:
    """How many days the right side follows the left, by pass."""
    rows = engine.rows(
        f"""
        SELECT maker, known, least, middle, early, late, most, count(*) FILTER (WHERE m.lag BETWEEN q.early AND q.late)
        FROM mined m JOIN (
            SELECT maker, count(lag) AS known, min(lag) AS least, quantile_disc(lag, 1 - {TAIL}) AS early,
                   quantile_disc(lag, 0.5) AS middle, quantile_disc(lag, {TAIL}) AS late, max(lag) AS most
            FROM mined GROUP BY maker) q USING (maker)
        WHERE known > 0 GROUP BY ALL ORDER BY maker
        """
    )
    for maker, known, least, middle, early, late, most, support in rows:
        window = f"days: {{before: {max(-early, 0)}, after: {max(late, 0)}}}"
        words = f"{maker}: {window} takes in {TAIL * 100:.1f} % (right minus left: {least} to {most}, median {middle})"
        yield Fact("lag", words, support, known)


def fees(engine: DuckEngine) -> Iterator[Fact]:
    """What the right side is short of the left in hundredths of a percent, where known matches agree in one rate."""
    rate = (
        "(CAST(variance * 100000000 AS HUGEINT) * 10000 + CAST(left_amount * 50000000 AS HUGEINT)) "
        "// CAST(left_amount * 100000000 AS HUGEINT)"
    )
    rows = engine.rows(
        f"""
        SELECT maker, currency, rate, n, total FROM (
            SELECT maker, currency, rate, count(*) AS n, sum(count(*)) OVER (PARTITION BY maker, currency) AS total,
                   row_number() OVER (PARTITION BY maker, currency ORDER BY count(*) DESC, rate) AS place
            FROM (SELECT maker, currency, {rate} AS rate FROM mined WHERE left_amount > 0 AND variance <> 0)
            GROUP BY maker, currency, rate)
        WHERE place = 1 AND rate <> 0 ORDER BY maker, currency
        """
    )
    for maker, currency, points, support, known in rows:
        percent = Decimal(int(points)) / 100
        yield Fact("fee", f"{maker}: {currency} arrives {percent:f} % short", int(support), int(known))


def aliases(engine: DuckEngine, least: int) -> Iterator[Fact]:
    """Names of the right side that stand for another name of the left."""
    one, other = (_plain(f"{side}_counterparty_name", ("separators", "case")) for side in ("l", "r"))
    rows = engine.rows(
        f"""
        SELECT l_counterparty_name, r_counterparty_name, n, total FROM (
            SELECT l_counterparty_name, r_counterparty_name, count(*) AS n,
                   sum(count(*)) OVER (PARTITION BY r_counterparty_name) AS total, bool_and({one} <> {other}) AS differ
            FROM mined WHERE l_counterparty_name IS NOT NULL AND r_counterparty_name IS NOT NULL GROUP BY 1, 2)
        WHERE differ AND n >= {least} AND 2 * n > total ORDER BY n DESC, 1, 2
        """
    )
    for left, right, support, known in rows:
        yield Fact("alias", f"{text_literal(right)} is {text_literal(left)}", int(support), int(known))
