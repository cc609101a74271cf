"""Tables of the registry: what is read, what holds on which day, who stands above whom."""

from datetime import date
from pathlib import Path

import pytest

from recon.errors import ConfigError, InputRefused, UsageError
from recon.partners.registry.hierarchy import Hierarchy
from recon.partners.registry.reading import LAST, read_file
from recon.partners.registry.registry import Registry
from recon.partners.registry.tables import TABLES
from tests.unit.partners.tables import SOUND, laid_out, registry


def test_yaml_and_excel_say_the_same_as_csv(tmp_path: Path) -> None:
    from openpyxl import Workbook

    plain = registry(tmp_path / "csv")
    book = Workbook()
    assert book.active is not None
    for line in SOUND["owners"].splitlines():
        book.active.append(line.split(","))
    mixed = laid_out(tmp_path / "mixed", owners=None, holdings=None)
    book.save(mixed / "owners.xlsx")
    (mixed / "things.yaml").write_text(
        "holdings:\n  - {partner: AG-1, what: terminal, thing: T-1}\n  - {partner: AG-2, what: terminal, thing: T-2}\n",
        encoding="utf-8",
    )
    other = Registry.read(mixed, lambda path: path.name)
    assert {
        name: [(row.cells, row.first, row.last) for row in rows] for name, rows in other.tables.items()
    } == {name: [(row.cells, row.first, row.last) for row in rows] for name, rows in plain.tables.items()}
    assert str(other.tables["holdings"][1].place) == "things.yaml:3:5"


def test_everything_wrong_in_every_file_is_told_together(tmp_path: Path) -> None:
    folder = laid_out(
        tmp_path,
        partners="partner,kind,name\n,agnt,Adaeze\nAG-2,agent,\n",
        statuses="partner,status,from,until\nAG-2,active,2026-1-1,\nAG-2,actve,2026-02-01,2026-01-01\n",
        targets="who,measure,value\nAG-2,volume,1e6\n",
        contacts="partner,person,day\nAG-2,SC-1,yesterday\n",
    )
    (folder / "more.yaml").write_text("owners:\n  - {partner: AG-2, ownr: SC-1}\n", encoding="utf-8")
    with pytest.raises(InputRefused) as told:
        Registry.read(folder, lambda path: path.name)
    assert [f"{one.place}: {one.code}" for one in told.value.problems] == [
        "contacts.csv:2:day: not-a-date",
        "more.yaml:2:21: unknown-setting",
        "partners.csv:2:partner: empty-field",
        "partners.csv:2:kind: unknown-value",
        "partners.csv:3:name: empty-field",
        "statuses.csv:2:from: not-a-date",
        "statuses.csv:3:status: unknown-value",
        "statuses.csv:3:until: not-a-date",
        "targets.csv:2:value: not-a-number",
    ]
    assert told.value.problems[3].hint == "did you mean `agent`?"


def test_a_table_is_known_by_its_name_its_columns_or_by_being_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.csv"
    path.write_text("partner,owner,from\nAG-1,SC-1,2026-11-01\n", encoding="utf-8")
    assert [row.table for row in read_file(path, "letter.csv")] == ["owners"]
    path.write_text("partner,document\nAG-1,terms\n", encoding="utf-8")
    assert [row.table for row in read_file(path, "letter.csv", "documents")] == ["documents"]
    with pytest.raises(InputRefused, match="no table ownrs"):
        read_file(path, "letter.csv", "ownrs")
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="expected the columns"):
        read_file(path, "letter.csv")
    path.write_text("partner,tag\nAG-1,x\n", encoding="utf-8")
    broken = tmp_path / "tags.yaml"
    broken.write_text("tagz:\n  - {partner: AG-1}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="tagz"):
        read_file(broken, "tags.yaml")


def test_the_chain_goes_on_through_a_vacant_post(tmp_path: Path) -> None:
    tree = Hierarchy(registry(tmp_path))
    assert tree.people("AG-1", date(2026, 11, 9)) == {
        "aggregator": "AGG-1", "coordinator": "SC-1", "regional_manager": "RM-1",
    }  # fmt: skip
    assert tree.people("AG-1", date(2026, 11, 10)) == {"aggregator": "AGG-1", "regional_manager": "RM-1"}
    spans = tree.spans("AG-1")
    assert [(str(one.first), str(one.last), "coordinator" in one.people) for one in spans] == [
        ("0001-01-01", "2026-11-09", True), ("2026-11-10", "9999-12-31", False),
    ]  # fmt: skip


def test_spans_follow_every_move_above(tmp_path: Path) -> None:
    moves = "who,above,from,until\nAG-1,AGG-1,,\nAGG-1,SC-1,,2026-10-18\nAGG-1,RM-1,2026-10-19,\nSC-1,RM-1,,\n"
    spans = Hierarchy(registry(tmp_path, hierarchy=moves)).spans("AG-1")
    assert [(str(one.last), sorted(one.people)) for one in spans] == [
        ("2026-10-18", ["aggregator", "coordinator", "regional_manager"]),
        (str(LAST), ["aggregator", "regional_manager"]),
    ]


def test_a_loop_ends_the_chain(tmp_path: Path) -> None:
    ring = "who,above\nAG-1,AGG-1\nAGG-1,AG-1\n"
    assert list(Hierarchy(registry(tmp_path, hierarchy=ring)).above("AG-1", date(2026, 1, 1))) == ["AGG-1"]


def test_nobody_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean `AGG-1`"):
        registry(tmp_path).refuse_unknown("AGG1")


def test_every_table_has_its_key_among_its_columns() -> None:
    for table in TABLES.values():
        names = {column.name for column in table.columns}
        assert {*table.key, table.about} <= names
        assert all(of in TABLES for column in table.columns for of in column.of)
