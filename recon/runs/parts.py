"""Entries that people split, in a run: the parts stand in scope where the entry would have stood, with its sums.

A split counts where its item is in scope and its parts add up to it. When it is undone, the item stands again in place
of its parts, as long as all of them are still open; a part that a run has settled keeps the others apart. All of it is
worked out from the few rows that a split names; nothing else in scope is touched.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from recon.breaks.casework.splitting import Figures, Key, Split
from recon.breaks.held_up import LEAVES
from recon.breaks.ids import break_id
from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.model.parts import PARTS

TABLE: Final = "parts"
UNCUT: Final = "uncut"
_AWAY, _IN_PLACE, _NAMED = "parts_away", "parts_in_place", "parts_named"
_KEY: Final = pa.schema([("ruleset", pa.string()), ("side", pa.string()), ("entry_id", pa.string())])
_LEAVES: Final = pa.schema([(name, pa.string()) for name in ("ruleset", "side", "whole", "part")])
Row = dict[str, Any]


@dataclass(frozen=True)
class Splits:
    """What people decided about splitting the items of a run's rule sets, undone or not, in order."""

    made: tuple[Split, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.made)

    def roots(self, keys: Iterable[Key]) -> dict[Key, Key]:
        """Of some items those that are parts, each with the entry that it was cut from."""
        found = {one.key(part): (one.ruleset, one.side, one.whole) for one in self.made for part in one.parts}
        return {key: found[key] for key in keys if key in found}

    def of_entries(self, withdrawn: pa.Table) -> pa.Table:
        """Entries (`entry_id`, `file_id`) with the parts of them."""
        parts = [(one.whole, part.entry_id) for one in self.made for part in one.parts]
        files = dict(zip(*(withdrawn[name].to_pylist() for name in ("entry_id", "file_id")), strict=True))
        rows = [{"entry_id": part, "file_id": files[whole]} for whole, part in parts if whole in files]
        return pa.concat_tables([withdrawn, pa.Table.from_pylist(rows, schema=withdrawn.schema)])

    def lay(self, engine: DuckEngine, back: Iterable[Key] = ()) -> "Cut":
        """Make the view `scope` of the view `uncut_scope`: items that were split as their parts, and the table `parts`.

        `back` are parts that a decision brought back into scope; their entry is in the view in their place.
        """
        engine.register(
            _NAMED, pa.Table.from_pylist([_named(key) for key in sorted(self._keys())], schema=_KEY)
        )
        named = engine.table(
            f"SELECT s.* FROM {UNCUT}_scope s SEMI JOIN {_NAMED} USING (ruleset, side, entry_id)"
        )
        cut = Cut.made(self, named.to_pylist(), self.roots(back))
        rows = [{name: row[name] for name in named.schema.names} for row in cut.rows.values()]
        engine.register(_IN_PLACE, pa.Table.from_pylist(rows, schema=named.schema))
        engine.register(_AWAY, pa.Table.from_pylist([_named(key) for key in sorted(cut.away)], schema=_KEY))
        engine.register(TABLE, pa.Table.from_pylist(sorted(cut.told, key=_order), schema=PARTS))
        engine.register(LEAVES, pa.Table.from_pylist(self._leaves(), schema=_LEAVES))
        engine.view("scope", laid(f"{UNCUT}_scope"))
        return cut

    def _leaves(self) -> list[Row]:
        """Every entry that a split stands of, with what it comes to in the end, for whoever follows entries."""
        standing = {one.key(): one for one in self.made if one.stands}
        return [
            {"ruleset": one.ruleset, "side": one.side, "whole": one.whole, "part": part.entry_id}
            for one in standing.values()
            if one.item.entry_id == one.whole
            for _, part in _leaves(standing, one)
        ]

    def _keys(self) -> set[Key]:
        """Everything that a split names: items, parts, and the entries that these are of."""
        own = {one.key(part) for one in self.made for part in (one.item, *one.parts)}
        return own | {(one.ruleset, one.side, one.whole) for one in self.made}


def laid(uncut: str) -> str:
    """The rows of a scope, or of a part of one, with parts in place of what was split."""
    return (
        f"SELECT s.* FROM {identifier(uncut)} s ANTI JOIN {_AWAY} USING (ruleset, side, entry_id) "
        f"UNION ALL BY NAME FROM {_IN_PLACE}"
    )


@dataclass
class Cut:
    """What splits make of the rows that they name: those that go, those that stand in their place, and what is told."""

    away: set[Key] = field(default_factory=set)
    rows: dict[Key, Row] = field(default_factory=dict)
    told: list[Row] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)
    """The breaks that end by it, each with the words of how."""

    @classmethod
    def made(cls, splits: Splits, named: Sequence[Row], back: Mapping[Key, Key]) -> "Cut":
        """Worked out from the rows of a scope that splits name. `back`: parts that come back, and their entries."""
        cut, here = cls(), {(row["ruleset"], row["side"], row["entry_id"]): row for row in named}
        parts = {one.key(part): (one, part) for one in splits.made for part in one.parts}
        cut._bring_back(here, parts, back)
        standing = {one.key(): one for one in splits.made if one.stands}
        kept = {one.key(part) for one in standing.values() for part in one.parts}
        for one in reversed(splits.made):
            if not one.stands and not kept & {one.key(part) for part in one.parts}:
                cut._join(one, here)
        for key in sorted(here):
            if key in standing:
                cut._split(standing, standing[key], here)
        cut.told += [
            _told(parts[key][0], "carried", row)
            for key, row in here.items()
            if key in parts and not cut._tells(key)
        ]
        return cut

    def _bring_back(
        self, here: dict[Key, Row], parts: Mapping[Key, tuple[Split, Figures]], back: Mapping[Key, Key]
    ) -> None:
        """Put parts that come back in the place of their entry, which was read for them alone."""
        entries = {key: here.pop(key) for key in sorted(set(back.values())) if key in here}
        self.away |= set(entries)
        for key, entry in sorted(back.items()):
            if key not in here and entry in entries:
                self._put(here, key, _row(entries[entry], parts[key][1]))

    def _join(self, one: Split, here: dict[Key, Row]) -> None:
        """Let an item stand again in the place of its parts, if all of them are there."""
        keys = [one.key(part) for part in one.parts]
        if any(key not in here for key in keys):
            return
        rows = [self._take(here, key) for key in keys]
        item = _row(rows[0], one.item) | {
            "is_new": all(row["is_new"] for row in rows),
            "first_seen": min(row["first_seen"] for row in rows),
        }
        self.told += [_told(one, "joined", row, one.item.entry_id) for row in rows]
        self.ended += [(break_id(*key), one.undone) for key in keys]
        self._put(here, one.key(), item)

    def _split(self, standing: Mapping[Key, Split], one: Split, here: dict[Key, Row]) -> None:
        """Put the parts of an item in its place, if they add up to it."""
        item, leaves = here[one.key()], list(_leaves(standing, one))
        total = sum((part.compared for _, part in leaves), Decimal(0))
        if (total, item["currency"]) != (item["compared"], one.currency):
            return
        self._take(here, one.key())
        for of, part in leaves:
            self._put(here, of.key(part), row := _row(item, part))
            self.told.append(_told(of, "split", row, one.item.entry_id))
        self.ended.append((break_id(*one.key()), one.words))

    def _take(self, here: dict[Key, Row], key: Key) -> Row:
        if self.rows.pop(key, None) is None:
            self.away.add(key)
        return here.pop(key)

    def _put(self, here: dict[Key, Row], key: Key, row: Row) -> None:
        here[key] = self.rows[key] = row

    def _tells(self, key: Key) -> bool:
        return any((row["ruleset"], row["side"], row["entry_id"]) == key for row in self.told)


def write_parts(engine: DuckEngine, path: Path) -> dict[str, Any]:
    """Write the parts that the run looked at, if any; gives what the manifest says of them."""
    if not engine.has(TABLE) or not engine.count(TABLE):
        return {}
    engine.write(f"SELECT {', '.join(map(identifier, PARTS.names))} FROM {TABLE} ORDER BY {_BY}", path, PARTS)
    sums = engine.rows(
        f"SELECT act, ruleset, currency, count(*), CAST(sum(compared) AS DECIMAL(38,8)) FROM {TABLE} "
        "GROUP BY ALL ORDER BY ALL"
    )
    names = ("act", "ruleset", "currency", "count", "amount")
    return {TABLE: [dict(zip(names, (*row[:3], int(row[3]), f"{row[4]:f}"), strict=True)) for row in sums]}


_BY: Final = "ruleset, side, entry_id, act"


def _order(row: Row) -> tuple[str, ...]:
    return row["ruleset"], row["side"], row["entry_id"], row["act"]


def _leaves(standing: Mapping[Key, Split], one: Split) -> Iterator[tuple[Split, Figures]]:
    """The parts of a split; a part that was split itself as its own parts."""
    for part in one.parts:
        further = standing.get(one.key(part))
        yield from _leaves(standing, further) if further is not None else [(one, part)]


def _row(like: Row, figures: Figures) -> Row:
    return {**like, **asdict(figures), "fee_parts": None}


def _told(one: Split, act: str, row: Row, item: str | None = None) -> Row:
    return {**row, "number": one.number, "act": act, "item": item, "whole": one.whole}


def _named(key: Key) -> dict[str, str]:
    return dict(zip(_KEY.names, key, strict=True))
