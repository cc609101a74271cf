"""From pairs of units to matches and their members, in the canonical form.

Reads what `ruleset_run` leaves and appends to the tables `matches` and `members` (schemas of `recon.model.tables`)
and to `open_rows`. A suggestion is kept only while all its entries are still open; of the same pair suggested by
several passes the first is kept. `variance` is left minus right in the rule set's own compared amounts, whatever
amount the pass compared, so that variances add up to the difference of the books.
"""

from collections.abc import Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, Expression, Literal, all_of, any_of, call, literal
from recon.engines.names import identifier
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    Schema,
    aggregate,
    join,
    pick,
    select,
    union,
    where,
    without,
)
from recon.engines.types import INTEGER, MONEY, ROW, TEXT
from recon.matchers.differences import append_differences, both_sums
from recon.matchers.one_pass import SIDES
from recon.matchers.pool import BASE, verified_fields
from recon.matchers.ruleset_run import FOUND, GROUPED
from recon.model.money import exponent, is_currency
from recon.model.tables import MATCHES
from recon.rules.ruleset import RuleSet, Side

LINKED: Schema = {"pass": INTEGER, "lu": ROW, "ru": ROW, "confirmed": INTEGER, "side": TEXT, "rid": ROW}
DETAILED: Schema = {**LINKED, "account": TEXT, "currency": TEXT, "amount": MONEY}
PAIR_KEYS = ("pass", "lu", "ru")


def write_results(engine: DuckEngine, ruleset: RuleSet, currencies: Sequence[str]) -> None:
    """Append the rule set's matches, members and open rows."""
    Results(engine, ruleset, currencies).write()


class Results:
    """The results of one rule set on one engine."""

    def __init__(self, engine: DuckEngine, ruleset: RuleSet, currencies: Sequence[str]) -> None:
        self.engine, self.ruleset, self.currencies = engine, ruleset, currencies

    def write(self) -> None:
        """Append to `matches`, `members` and `open_rows`; drop what is no longer needed."""
        self.engine.build("linked", union(*self._linked()))
        self._drop_stale_suggestions()
        self.engine.build("detailed", union(*(self._detailed(side) for side in SIDES)))
        self.engine.build("new_matches", self._matches())
        matches = Scan({"pass": INTEGER, "lu": ROW, "ru": ROW, "match_id": TEXT}, "new_matches")
        columns = ", ".join(identifier(name) for name in MATCHES.names if name != "pass")
        self.engine.append("matches", f'SELECT {columns}, "pass_name" AS "pass" FROM "new_matches"')
        append_differences(self.engine, self.ruleset, self.currencies)
        self.engine.append_relation("members", self._members(matches))
        for side in SIDES:
            pool = Scan({"rid": ROW}, f"open_{side}")
            which = {"ruleset": literal(self.ruleset.ruleset), "side": literal(side)}
            self.engine.append_relation("open_rows", select(pool, {**which, "rid": pool["rid"]}))
        self.engine.drop("linked", "detailed", "new_matches", "found", "grouped", "base_left", "base_right")

    def _linked(self) -> list[Relation]:
        """Every entry of every pair, with the side it is on."""
        found, grouped = Scan(FOUND, "found"), Scan(GROUPED, "grouped")
        parts: list[Relation] = []
        for side, unit in (("left", "lu"), ("right", "ru")):
            for number, item in enumerate(self.ruleset.passes):
                actual = item.offset.side if item.offset else side
                mine = where(found, call("eq", found["pass"], literal(number)))
                kept = {name: mine.of("l", name) for name in (*PAIR_KEYS, "confirmed")}
                if item.group is not None and item.group.keys("left" if side == "left" else "right"):
                    members = where(
                        grouped,
                        all_of(
                            call("eq", grouped["pass"], literal(number)),
                            call("eq", grouped["side"], literal(side)),
                        ),
                    )
                    columns = {**kept, "side": literal(actual), "rid": members.of("r", "rid")}
                    parts.append(join(mine, members, [(mine.of("l", unit), members.of("r", "uid"))], columns))
                else:
                    plain = {name: mine[name] for name in (*PAIR_KEYS, "confirmed")}
                    parts.append(select(mine, {**plain, "side": literal(actual), "rid": mine[unit]}))
        return parts

    def _drop_stale_suggestions(self) -> None:
        """Forget suggestions that lost an entry to a confirmed match, and repetitions of an earlier one."""
        linked, found = Scan(LINKED, "linked"), Scan(FOUND, "found")
        suggested = where(linked, call("eq", linked["confirmed"], literal(0)))
        if not self.engine.build("suggested", suggested):
            return
        gone: list[Relation] = []
        for side in SIDES:
            rows = Scan(LINKED, "suggested")
            mine = where(rows, call("eq", rows["side"], literal(side)))
            gone.append(pick(without(mine, Scan({"rid": ROW}, f"open_{side}"), rid="rid"), *PAIR_KEYS))
        offers = where(found, call("eq", found["confirmed"], literal(0)))
        first = aggregate(
            offers, {name: offers[name] for name in ("lu", "ru")}, Measure("pass", "min", offers["pass"])
        )
        keys = dict(zip(PAIR_KEYS, PAIR_KEYS, strict=True))
        gone.append(pick(without(offers, first, **keys), *PAIR_KEYS))
        self.engine.build("gone", union(*gone))
        for name, schema in (("linked", LINKED), ("found", FOUND)):
            self.engine.build(
                "kept", without(Scan(schema, name), Scan(pick(offers, *PAIR_KEYS).schema, "gone"), **keys)
            )
            self.engine.build(name, Scan(schema, "kept"))

    def _detailed(self, side: Side) -> Relation:
        linked, base = Scan(LINKED, "linked"), Scan(BASE, f"base_{side}")
        mine = where(linked, call("eq", linked["side"], literal(side)))
        columns = {name: mine.of("l", name) for name in LINKED}
        columns |= {"account": base.of("r", "account"), "currency": base.of("r", "currency")}
        columns |= {"amount": base.of("r", "compared")}
        columns |= {name: Column(MONEY, name, "r") for name in verified_fields(self.ruleset)}
        return join(mine, base, [(mine.of("l", "rid"), base.of("r", "rid"))], columns)

    def _matches(self) -> Relation:
        detailed, found = Scan(DETAILED, "detailed"), Scan(FOUND, "found")
        on_left = call("eq", detailed["side"], literal("left"))
        zero, one = literal(Decimal(0)), literal(1)
        sums = aggregate(
            detailed,
            {name: detailed[name] for name in PAIR_KEYS},
            Measure("currency", "min", detailed["currency"]),
            Measure("left_count", "sum", call("if", on_left, one, literal(0))),
            Measure("right_count", "sum", call("if", on_left, literal(0), one)),
            Measure("left_amount", "sum", call("if", on_left, detailed["amount"], zero)),
            Measure("right_amount", "sum", call("if", on_left, zero, detailed["amount"])),
            *both_sums(self.ruleset, on_left),
        )
        left, right = sums.of("r", "left_amount"), sums.of("r", "right_amount")
        variance = call("as_sum", call("sub", left, right))
        ids = [call("entry_of", found.of("l", name)) for name in ("lu", "ru")]
        confirmed = call("eq", found.of("l", "confirmed"), one)
        columns: dict[str, Expression] = {
            **{name: found.of("l", name) for name in PAIR_KEYS},
            "match_id": call("digest", literal(self.ruleset.ruleset), *ids),
            "ruleset": literal(self.ruleset.ruleset),
            "pass_name": self._pass_name(found),
            "state": call("if", confirmed, literal("confirmed"), literal("suggested")),
            "kind": _kind(sums),
            **{name: sums.of("r", name) for name in ("currency", "left_count", "right_count")},
            "left_amount": left,
            "right_amount": right,
            "variance": variance,
            "variance_kind": self._variance_kind(found, sums, variance),
            "twins": call("eq", found.of("l", "twins"), one),
            **{name: found.of("l", name) for name in ("alternatives", "rank", "evidence")},
            **{measure.name: sums.of("r", measure.name) for measure in both_sums(self.ruleset, on_left)},
        }
        return join(found, sums, [(found.of("l", name), sums.of("r", name)) for name in PAIR_KEYS], columns)

    def _pass_name(self, found: Relation) -> Expression:
        names: Expression = literal(self.ruleset.passes[0].name)
        for number, item in enumerate(self.ruleset.passes[1:], start=1):
            names = call("if", call("eq", found.of("l", "pass"), literal(number)), literal(item.name), names)
        return names

    def _variance_kind(self, found: Relation, sums: Relation, variance: Expression) -> Expression:
        """None when zero; rounding up to one minor unit an entry; a fee when the pass compared another amount."""
        zero = literal(Decimal(0))
        entries = call("add", sums.of("r", "left_count"), sums.of("r", "right_count"))
        small = call("le", call("abs", variance), call("mul", _minor_unit(sums, self.currencies), entries))
        own = self.ruleset.compared()
        other = [n for n, item in enumerate(self.ruleset.passes) if self.ruleset.compared(item) != own]
        fee = any_of(*(call("eq", found.of("l", "pass"), literal(number)) for number in other))
        direction = call("if", call("gt", variance, zero), literal("short"), literal("over"))
        named = call("if", small, literal("rounding"), call("if", fee, literal("fee"), direction))
        return call("if", call("eq", variance, zero), Literal(TEXT, None), named)

    def _members(self, matches: Relation) -> Relation:
        detailed = Scan(DETAILED, "detailed")
        return join(
            detailed,
            matches,
            [(detailed.of("l", name), matches.of("r", name)) for name in PAIR_KEYS],
            {
                "match_id": matches.of("r", "match_id"),
                "ruleset": literal(self.ruleset.ruleset),
                "side": detailed.of("l", "side"),
                "entry_id": call("entry_of", detailed.of("l", "rid")),
                **{name: detailed.of("l", name) for name in ("account", "amount", "currency")},
            },
        )


def _kind(sums: Relation) -> Expression:
    left, right, one = sums.of("r", "left_count"), sums.of("r", "right_count"), literal(1)
    same_side = any_of(call("eq", left, literal(0)), call("eq", right, literal(0)))
    several_right = call("if", call("eq", right, one), literal("1:1"), literal("1:N"))
    many = call("if", call("eq", right, one), literal("N:1"), literal("N:M"))
    return call("if", same_side, literal("offset"), call("if", call("eq", left, one), several_right, many))


def _minor_unit(sums: Relation, currencies: Sequence[str]) -> Expression:
    """The smallest coin of each match's currency; a hundredth where ISO 4217 names none."""
    unit: Expression = literal(Decimal("0.01"))
    for currency in currencies:
        digits = exponent(currency) if is_currency(currency) else None
        if digits is not None and digits != 2:
            named = call("eq", sums.of("r", "currency"), literal(currency))
            unit = call("if", named, literal(Decimal(1).scaleb(-digits)), unit)
    return unit
