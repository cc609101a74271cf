"""A partner has one owner and one payout entity on every day, whatever is imported and handed over, in any order."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import Place, UsageError
from recon.partners.registry.changes import Change, anchored, change_of, changed, changes_for
from recon.partners.registry.days import left_out, overlapping
from recon.partners.registry.hierarchy import Hierarchy
from recon.partners.registry.reading import FIRST, LAST, Row
from recon.partners.registry.registry import Registry
from recon.partners.registry.transfers import transfer

START = date(2026, 10, 1)
DAYS = [START + timedelta(days=number) for number in range(-2, 16)]
PARTNERS, PEOPLE = ("A", "B", "C"), ("X", "Y", "Z")
PROGRAMMES = ("", "gold", "salt")
HERE = Place("rows.csv", 1)
_day = st.integers(0, 12).map(lambda number: START + timedelta(days=number))


def row(table: str, first: date | None, last: date | None, **cells: str) -> Row:
    return Row(table, cells, first or FIRST, last or LAST, HERE)


def base() -> Registry:
    rows = [row("partners", None, None, partner=name, kind="agent", name=name) for name in PARTNERS]
    rows += [row("people", None, None, person=name, role="coordinator", name=name) for name in PEOPLE]
    for name, owner in zip(PARTNERS, PEOPLE, strict=True):
        rows.append(row("owners", None, None, partner=name, owner=owner))
        rows.append(row("payees", None, None, partner=name, entity=f"E{name}"))
    return Registry.of(rows)


@st.composite
def wanted(draw: st.DrawFn) -> Row:
    """A row that begins on a day and is open, or ends later."""
    first = draw(_day)
    last = draw(st.one_of(st.none(), st.integers(0, 6).map(lambda number: first + timedelta(days=number))))
    partner = draw(st.sampled_from(PARTNERS))
    if draw(st.booleans()):
        return row("owners", first, last, partner=partner, owner=draw(st.sampled_from(PEOPLE)))
    return row("payees", first, last, partner=partner, entity=f"E{draw(st.sampled_from(PARTNERS))}")


def held(registry: Registry, table: str, partner: str, day: date) -> list[Row]:
    return [one for one in registry.by_about[table].get(partner, ()) if one.holds(day)]


def one_a_day(registry: Registry) -> None:
    for table in ("owners", "payees"):
        for partner in PARTNERS:
            assert [len(held(registry, table, partner, day)) for day in DAYS] == [1] * len(DAYS)


def later_ones_are_free(registry: Registry, one: Row) -> bool:
    """Whether nothing is planned behind a row, and it does not merely end what holds: `check` finds both."""
    own = registry.by_key[one.table].get(one.key, ())
    ends = any(other.holds(one.first) and other.cells == one.cells and one.last < other.last for other in own)
    return not ends and not any(one.first < other.first <= one.last for other in own)


@given(
    st.lists(st.one_of(wanted(), st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), _day)), max_size=8)
)
@settings(max_examples=60)
def test_imports_and_transfers_leave_one_owner_and_one_entity_on_every_day(
    acts: list[Row | tuple[str, str, date]],
) -> None:
    registry = base()
    for act in acts:
        before = {
            (table, partner, day): held(registry, table, partner, day)[0].cells
            for table in ("owners", "payees") for partner in PARTNERS for day in DAYS
        }  # fmt: skip
        if isinstance(act, Row):
            if not later_ones_are_free(registry, act):
                continue
            registry = changed(registry, changes_for(registry, [act]))
            expected: dict[tuple[str, str, date], object] = {
                key: act.cells if key[:2] == (act.table, act.about) and act.holds(key[2]) else cells
                for key, cells in before.items()
            }
        else:
            expected = _handed_over(registry, before, act)
            registry = _after_transfer(registry, act)
        one_a_day(registry)
        found = {key: held(registry, *key)[0].cells for key in before}
        assert found == expected


@st.composite
def paid_through(draw: st.DrawFn) -> Row:
    """An entity through which a partner is paid, for all programmes or for one."""
    first = draw(_day)
    last = draw(st.one_of(st.none(), st.integers(0, 6).map(lambda number: first + timedelta(days=number))))
    partner, programme = draw(st.sampled_from(PARTNERS)), draw(st.sampled_from(PROGRAMMES))
    entity = f"E{draw(st.sampled_from(PARTNERS))}"
    of = {"programme": programme} if programme else {}
    return row("payees", first, last, partner=partner, entity=entity, **of)


@given(st.lists(paid_through(), max_size=8))
@settings(max_examples=40)
def test_every_programme_is_paid_through_one_entity_on_every_day(rows: list[Row]) -> None:
    registry = base()
    for one in rows:
        if later_ones_are_free(registry, one):
            registry = changed(registry, changes_for(registry, [one]))
    for partner in PARTNERS:
        for day in DAYS:
            held = {
                name: [one for one in registry.by_key["payees"].get((partner, name), ()) if one.holds(day)]
                for name in PROGRAMMES
            }
            assert len(held[""]) == 1
            assert all(len(own) <= 1 for own in held.values())


def _after_transfer(registry: Registry, act: tuple[str, str, date]) -> Registry:
    try:
        return changed(registry, transfer(registry, "owners", *act))
    except UsageError:
        return registry


def _handed_over(
    registry: Registry, before: Mapping[tuple[str, str, date], object], act: tuple[str, str, date]
) -> dict[tuple[str, str, date], object]:
    """Every partner that the giver owns on the day is the taker's, from that day through the last of that row."""
    giver, taker, day = act
    expected = dict(before)
    for partner in PARTNERS:
        for one in held(registry, "owners", partner, day):
            if one["owner"] == giver:
                for key in expected:
                    if key[:2] == ("owners", partner) and day <= key[2] <= one.last:
                        expected[key] = {**one.cells, "owner": taker}
    return expected


@given(st.lists(wanted(), max_size=5))
@settings(max_examples=30)
def test_changes_survive_the_ledger_and_change_nothing_twice(rows: list[Row]) -> None:
    registry = base()
    for one in rows:
        if not later_ones_are_free(registry, one):
            continue
        changes = changes_for(registry, [one])
        told, lost = anchored(registry, [change_of(each.told()) for each in changes])
        assert lost == []
        assert [_bare(each) for each in told] == [_bare(each) for each in changes]
        registry = changed(registry, told)
        assert changes_for(registry, [one]) == []


def _bare(one: Change) -> object:
    return one.told()


@given(
    st.lists(st.tuples(_day, st.integers(0, 5)), max_size=6),
    st.lists(st.tuples(_day, st.integers(0, 5)), max_size=4),
)
def test_days_left_out_are_those_that_nothing_covers(
    covers: list[tuple[date, int]], wants: list[tuple[date, int]]
) -> None:
    def spans(pairs: list[tuple[date, int]]) -> list[tuple[date, date]]:
        return [(first, first + timedelta(days=more)) for first, more in pairs]

    def days(stretches: Iterable[tuple[date, date]]) -> set[date]:
        return {day for day in DAYS + [DAYS[-1] + timedelta(days=n) for n in range(1, 9)] for first, last in stretches
                if first <= day <= last}  # fmt: skip

    left = left_out(spans(wants), spans(covers))
    assert days(left) == days(spans(wants)) - days(spans(covers))
    assert all(before[1] < after[0] for before, after in pairwise(left))
    rows = sorted(
        (row("owners", first, last, partner="A", owner="X") for first, last in spans(covers)),
        key=lambda one: (one.first, one.last),
    )
    counted = sum(len(days([(one.first, one.last)])) for one in rows)
    assert bool(list(overlapping(rows))) == (counted > len(days(spans(covers))))


@given(
    st.lists(st.tuples(st.sampled_from(("A", "B", "X", "Y")), st.sampled_from(("B", "X", "Y", "Z")), _day,
                       st.integers(0, 8)), max_size=6),
    st.lists(st.tuples(st.sampled_from(PEOPLE), _day, st.integers(0, 9)), max_size=4),
)  # fmt: skip
@settings(max_examples=50)
def test_spans_say_what_each_day_says(
    edges: list[tuple[str, str, date, int]], posts: list[tuple[str, date, int]]
) -> None:
    rows = [row("hierarchy", first, first + timedelta(days=more), who=who, above=above)
            for who, above, first, more in edges]  # fmt: skip
    rows += [
        row("people", first, first + timedelta(days=more), person=who, role=f"role of {who}", name=who)
        for who, first, more in posts
    ]
    tree = Hierarchy(Registry.of(rows))
    for who in ("A", "B"):
        spans = tree.spans(who)
        for day in DAYS:
            told = [span.people for span in spans if span.first <= day <= span.last]
            assert told == ([tree.people(who, day)] if tree.people(who, day) else [])
