"""Into the store: what is new, what is known, what is refused, what supersedes."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recon.errors import InputRefused, UsageError
from recon.model.tables import ENTRIES, FILES, RAW, REFUSED, STATEMENTS
from recon.project.workspace import Project
from recon.sources.intake.held import Span, held, withdrawn
from recon.sources.intake.ingest import IngestOutcome, ingest
from recon.store.parquet import read_table
from recon.store.store import Store
from tests.unit.sources.workbench import BASIC, HEADER, project

ROWS = "2026-10-01,A,1\n2026-10-02,B,2\n2026-10-02,B,2\n2026-10-03,C,-3.50\n"

SCHEMAS = {"entries": ENTRIES, "raw": RAW, "statements": STATEMENTS, "files": FILES, "refused": REFUSED}


class Shop:
    """A project with an inbox."""

    def __init__(self, folder: Path, *profiles: str, settings: str = "") -> None:
        self.project: Project = project(folder, *profiles, settings=settings)
        self.store = Store.open(self.project)

    def file(self, name: str, text: str) -> Path:
        path = self.project.root / "inbox" / name
        path.write_text(text, encoding="utf-8")
        return path

    def ingest(self, **options: Any) -> IngestOutcome:
        return ingest(self.project, self.store, **options)

    def table(self, name: str) -> pa.Table:
        """A table of all ingests together."""
        return pa.concat_tables(
            [read_table(one.verified(f"{name}.parquet")).cast(SCHEMAS[name]) for one in self.store.ingests()]
        )

    def state(self) -> Sequence[object]:
        """Whatever a refused ingest must leave alone."""
        folders = sorted(str(path) for path in self.store.ingests_folder.rglob("*"))
        return folders, self.store.ledger.head(), [one.identity for one in self.store.ingests()]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_the_tables_of_an_ingest(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    outcome = shop.ingest()
    assert outcome.published is not None
    assert (outcome.entries, outcome.known, outcome.refused) == (4, 0, 0)
    for name, schema in SCHEMAS.items():
        written = read_table(outcome.published.verified(f"{name}.parquet")).schema
        assert (written.names, written.types) == (schema.names, schema.types)
    entries = shop.table("entries").to_pylist()
    assert [entry["amount"] for entry in entries] == [1, 2, 2, Decimal("-3.50")]
    assert len({entry["entry_id"] for entry in entries}) == 4
    assert [str(entry["business_date"]) for entry in entries][:2] == ["2026-10-01", "2026-10-02"]
    (file,) = shop.table("files").to_pylist()
    assert (file["lines"], file["entries"], file["recognised"], file["proof_ok"]) == (5, 4, 1, True)
    assert file["path"] == "inbox/a.csv"
    assert {row["entry_id"] for row in shop.table("raw").to_pylist()} == {e["entry_id"] for e in entries}


def test_the_names_of_entries_that_are_equal_never_change(shop: Shop) -> None:
    """The first has the hash of what it says, each later one that of this name and its number: stores hold them."""
    shop.file("a.csv", HEADER + "2026-10-02,B,2\n" * 3)
    shop.ingest()
    names = {entry["entry_id"] for entry in shop.table("entries").to_pylist()}
    later = {one: [hashlib.sha256(f"{one}\x1f{n}".encode()).hexdigest()[:24] for n in (2, 3)] for one in names}
    assert [one for one in names if names == {one, *later[one]}]


def test_nothing_new_is_nothing_published(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    shop.ingest()
    before = shop.state()
    outcome = shop.ingest()
    assert outcome.published is None
    assert (outcome.seen, outcome.known_files) == (1, 1)
    assert shop.state() == before


def test_the_same_content_under_another_name_is_recorded_once(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    shop.ingest()
    shop.file("b.csv", HEADER + ROWS)
    assert [(row.path, row.duplicate_of) for row in shop.ingest().files] == [("inbox/b.csv", "inbox/a.csv")]
    assert shop.table("entries").num_rows == 4
    assert shop.ingest().published is None


def test_two_copies_in_one_ingest(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    shop.file("b.csv", HEADER + ROWS)
    outcome = shop.ingest()
    assert outcome.entries == 4
    assert [row.duplicate_of for row in outcome.files] == [None, "inbox/a.csv"]


def test_an_overlapping_file_brings_only_what_is_new(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    shop.ingest()
    shop.file("b.csv", HEADER + "2026-10-02,B,2\n2026-10-02,B,2\n2026-10-02,B,2\n2026-10-04,D,4\n")
    outcome = shop.ingest()
    assert (outcome.entries, outcome.known) == (2, 2)
    assert outcome.files[0].supersedes is None
    entries = shop.table("entries").to_pylist()
    assert sorted(entry["ref_merchant"] for entry in entries) == ["A", "B", "B", "B", "C", "D"]
    assert len({entry["entry_id"] for entry in entries}) == 6


def test_overlap_inside_one_ingest_does_not_depend_on_names(tmp_path: Path) -> None:
    contents = (HEADER + ROWS, HEADER + "2026-10-02,B,2\n2026-10-05,E,5\n")
    found = []
    for place, order in (("one", (0, 1)), ("two", (1, 0))):
        (tmp_path / place).mkdir()
        shop = Shop(tmp_path / place)
        for name, which in zip("ab", order, strict=True):
            shop.file(f"{name}.csv", contents[which])
        shop.ingest()
        table = shop.table("entries")
        found.append(table.drop_columns(["line_no"]).to_pylist())
    assert found[0] == found[1]
    assert len(found[0]) == 5


def test_a_corrected_file_supersedes_and_withdraws(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    first = shop.ingest().files[0]
    shop.file("a.csv", HEADER + ROWS.replace("B,2\n2026-10-03", "B,2.22\n2026-10-03"))
    row = shop.ingest().files[0]
    assert (row.entries, row.known, row.supersedes) == (1, 3, first.file_id)
    gone = withdrawn(shop.store.ingests()).to_pylist()
    assert [(one["file_id"], one["superseded_by"]) for one in gone] == [(first.file_id, row.file_id)]
    entries = {entry["entry_id"]: entry for entry in shop.table("entries").to_pylist()}
    assert entries[gone[0]["entry_id"]]["amount"] == 2
    shop.file("a.csv", HEADER + ROWS + "2026-10-03,E,1\n")
    again = shop.ingest().files[0]
    assert (again.supersedes, again.entries, again.known) == (row.file_id, 1, 4)
    assert [one["file_id"] for one in withdrawn(shop.store.ingests()).to_pylist()] == [row.file_id]


def standing(shop: Shop) -> list[str]:
    """The references and amounts of all entries that are not withdrawn."""
    gone = {(one["entry_id"], one["file_id"]) for one in withdrawn(shop.store.ingests()).to_pylist()}
    entries = shop.table("entries").to_pylist()
    assert len({entry["entry_id"] for entry in entries}) == len(entries)
    return sorted(
        f"{entry['ref_merchant']} {entry['amount'].normalize():f}"
        for entry in entries
        if (entry["entry_id"], entry["file_id"]) not in gone
    )


def test_a_file_that_is_put_back_to_an_earlier_version_is_the_newest_again(shop: Shop) -> None:
    first, corrected = HEADER + ROWS, HEADER + ROWS.replace("-3.50", "-3.60")
    names = []
    for text in (first, corrected, first, corrected, first):
        shop.file("a.csv", text)
        row = shop.ingest().files[0]
        names.append((row.file_id.partition("-")[2], row.supersedes))
        assert standing(shop) == ["A 1", "B 2", "B 2", "C -3.5" if text == first else "C -3.6"]
        assert shop.ingest().published is None
    one, other = (f"{row['sha256'][:16]}" for row in shop.table("files").to_pylist()[:2])
    assert names == [("", None), ("", one), ("2", other), ("2", f"{one}-2"), ("3", f"{other}-2")]
    shop.file("a.csv", corrected.replace("-3.60", "-3.70"))
    assert shop.ingest().entries == 1
    assert standing(shop) == ["A 1", "B 2", "B 2", "C -3.7"]


def test_a_row_that_a_later_version_added_is_gone_when_the_first_is_put_back(shop: Shop) -> None:
    for text in (ROWS, ROWS + "2026-10-03,D,4\n", ROWS):
        shop.file("a.csv", HEADER + text)
        shop.ingest()
    assert standing(shop) == ["A 1", "B 2", "B 2", "C -3.5"]


def test_each_version_corrects_all_before_it(shop: Shop) -> None:
    changed = ROWS.replace("-3.50", "-3.60")
    for text in (ROWS, changed, changed.replace("2026-10-01,A,1\n", "2026-10-01,A,1.10\n")):
        shop.file("a.csv", HEADER + text)
        shop.ingest()
    assert standing(shop) == ["A 1.1", "B 2", "B 2", "C -3.6"]


def test_what_another_file_put_in_place_of_the_first_holds_stays(shop: Shop) -> None:
    """A known file under a name of its own, or over a file of other days, corrects nothing."""
    shop.file("a.csv", HEADER + ROWS)
    shop.file("latest.csv", HEADER + "2026-10-09,X,1\n")
    shop.ingest()
    shop.file("latest.csv", HEADER + "2026-10-10,Y,1\n")
    shop.ingest()
    shop.file("latest.csv", HEADER + "2026-10-09,X,1\n")
    shop.file("b.csv", HEADER + ROWS)
    assert [(row.path, row.supersedes) for row in shop.ingest().files] == [
        ("inbox/b.csv", None),
        ("inbox/latest.csv", None),
    ]
    assert standing(shop) == ["A 1", "B 2", "B 2", "C -3.5", "X 1", "Y 1"]
    assert shop.ingest().published is None


def test_another_day_under_the_same_name_corrects_nothing(shop: Shop) -> None:
    shop.file("latest.csv", HEADER + "2026-10-01,A,1\n")
    shop.ingest()
    shop.file("latest.csv", HEADER + "2026-10-02,B,2\n")
    assert shop.ingest().files[0].supersedes is None
    assert withdrawn(shop.store.ingests()).num_rows == 0


def test_one_refused_file_refuses_all_and_leaves_the_store_alone(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    shop.ingest()
    before = shop.state()
    shop.file("good.csv", HEADER + "2026-10-09,G,9\n")
    shop.file("bad.csv", HEADER + "2026-10-09,X,1,5\n2026-13-09,Y,1\n")
    shop.file("worse.csv", "")
    with pytest.raises(InputRefused) as refused:
        shop.ingest()
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["refused-rows", "refused-row", "refused-row", "empty-file"]
    assert str(refused.value.problems[2].place) == "inbox/bad.csv:3:booking_date"
    assert shop.state() == before


def test_keep_going_takes_what_can_be_taken(shop: Shop) -> None:
    shop.file("good.csv", HEADER + "2026-10-09,G,9\n")
    shop.file("bad.csv", HEADER + "2026-10-09,X,y\n")
    outcome = shop.ingest(keep_going=True)
    assert (outcome.entries, [problem.code for problem in outcome.problems]) == (
        1,
        ["refused-rows", "refused-row"],
    )
    assert [row.path for row in outcome.files] == ["inbox/good.csv"]


@pytest.mark.parametrize("where", ["profile", "project"])
def test_some_refused_rows_may_be_allowed(tmp_path: Path, where: str) -> None:
    text, settings = BASIC, ""
    if where == "profile":
        text += "max_refused: 1\n"
    else:
        settings = "[run]\nmax_refused = 1\n"
    shop = Shop(tmp_path, text, settings=settings)
    shop.file("a.csv", HEADER + "2026-10-01,A,1\n2026-10-01,B 4111 1111 1111 1111,x\n")
    outcome = shop.ingest()
    assert (outcome.entries, outcome.refused) == (1, 1)
    (row,) = shop.table("refused").to_pylist()
    assert (row["line_no"], row["field"], row["value"]) == (3, "amount", "x")
    assert row["text"] == "2026-10-01,B 411111…1111,x"


def test_only_some_sources_and_files(tmp_path: Path) -> None:
    other = BASIC.replace("source: till", "source: safe").replace("inbox/*.csv", "inbox/*.txt")
    shop = Shop(tmp_path, BASIC, other)
    shop.file("a.csv", HEADER + "2026-10-01,A,1\n")
    shop.file("b.csv", HEADER + "2026-10-01,B,1\n")
    shop.file("c.txt", HEADER + "2026-10-01,C,1\n")
    assert [row.path for row in shop.ingest(sources=["safe"]).files] == ["inbox/c.txt"]
    named = shop.project.root / "inbox" / "b.csv"
    assert [row.path for row in shop.ingest(files=[named]).files] == ["inbox/b.csv"]
    with pytest.raises(UsageError, match="no source `saf`"):
        shop.ingest(sources=["saf"])
    with pytest.raises(UsageError, match=r"nope.csv: there is no such file"):
        shop.ingest(files=[shop.project.root / "inbox" / "nope.csv"])
    with pytest.raises(UsageError, match="pattern of no source"):
        shop.ingest(files=[shop.project.root / "recon.toml"])


def test_a_named_file_is_known_by_any_way_to_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.file("a.csv", HEADER + "2026-10-01,A,1\n")
    shop.file("b.csv", HEADER + "2026-10-01,B,1\n")
    below = shop.project.root / "configs" / "sources"
    monkeypatch.chdir(below)
    assert [row.path for row in shop.ingest(files=[Path("../../inbox/a.csv")]).files] == ["inbox/a.csv"]
    monkeypatch.chdir(shop.project.root)
    assert [row.path for row in shop.ingest(files=[Path("inbox/../inbox/b.csv")]).files] == ["inbox/b.csv"]


def test_cards_are_cut_before_anything_is_stored(tmp_path: Path) -> None:
    columns = "  ref_merchant: Ref\n  remittance: Note\n  attributes: {card: Card}\n"
    shop = Shop(tmp_path, BASIC.replace("  ref_merchant: Ref\n", columns))
    shop.file(
        "a.csv",
        "Date,Ref,Amount,Note,Card\n2026-10-01,A,1,paid by 4111-1111-1111-1111,5500005555555559\n",
    )
    shop.ingest()
    (entry,) = shop.table("entries").to_pylist()
    assert entry["remittance"] == "paid by 411111…1111"
    assert entry["attributes"] == [("card", "550000…5559")]
    content = b"".join(
        path.read_bytes()
        for path in shop.project.store_dir.rglob("*")
        if path.is_file() and "a.csv" not in path.name
    )
    assert b"4111-1111" not in content
    assert b"5500005555555559" not in str(shop.table("raw").to_pylist()).encode()


def test_statements_tie_or_say_so(tmp_path: Path) -> None:
    shop = Shop(tmp_path, BASIC + "statement:\n  running_balance: Balance\n")
    shop.file("a.csv", "Date,Ref,Amount,Balance\n2026-10-01,A,1,11\n2026-10-02,B,-2,9\n")
    shop.ingest()
    (row,) = shop.table("statements").to_pylist()
    assert (row["opening"], row["closing"], row["entries"]) == (10, 9, 2)
    assert (row["sum_credits"], row["sum_debits"], row["balance_ok"], row["control_ok"]) == (1, 2, True, True)


CAMT = """\
source: bank
title: The bank
files: inbox/*.xml
reader: camt
"""
TWO_CURRENCIES = """\
<Document><BkToCstmrStmt><Stmt><Id>S-1</Id><Acct><Id><Othr><Id>A1</Id></Othr></Id><Ccy>USD</Ccy></Acct>
<FrToDt><FrDtTm>2026-10-01T00:00:00</FrDtTm><ToDtTm>2026-10-31T00:00:00</ToDtTm></FrToDt>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">100</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">59</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="USD">41</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>
<Ntry><Amt Ccy="EUR">29.06</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""


def test_a_statement_in_two_currencies_has_a_row_for_each_and_no_entry_is_doubled(tmp_path: Path) -> None:
    shop = Shop(tmp_path, CAMT)
    shop.file("a.xml", TWO_CURRENCIES)
    shop.ingest()
    rows = shop.table("statements").to_pylist()
    assert [(row["currency"], row["sum_debits"], row["balance_ok"]) for row in rows] == [
        ("EUR", Decimal("29.06"), None),
        ("USD", Decimal(41), True),
    ]
    entries = shop.table("entries").to_pylist()
    assert sorted(row["amount"] for row in entries) == [Decimal(-41), Decimal("-29.06")]
    assert {row["business_date"].isoformat() for row in entries} == {"2026-10-31"}


def test_only_ingests_of_the_same_days_are_looked_at_again(shop: Shop) -> None:
    shop.file("a.csv", HEADER + "2026-09-30,A,1\n2026-10-01,B,1\n")
    shop.file("b.csv", HEADER + "2026-10-01,C,1\n")
    shop.ingest()
    shop.file("c.csv", HEADER + "2026-10-05,D,1\n")
    shop.ingest()
    already = held(shop.store)
    first, second = already.ingests
    assert first.manifest["days"] == {"till": "2026-09-30..2026-10-01"}

    def looked_at(source: str, span: str) -> list[object]:
        return list(already.overlapping({source: Span.parse(span)}))

    assert looked_at("till", "2026-10-01..2026-10-04") == [first]
    assert looked_at("till", "2026-10-01..2026-10-05") == [first, second]
    assert looked_at("till", "2026-10-02..2026-10-04") == []
    assert looked_at("till", "..") == [first, second]
    assert looked_at("till", "") == []
    assert looked_at("safe", "..") == []


def test_rows_without_a_date_are_known_again_whatever_their_file_spans(tmp_path: Path) -> None:
    text = BASIC.replace("  formats:", "  missing: keep\n  formats:")
    shop = Shop(tmp_path, text)
    shop.file("a.csv", HEADER + "2026-09-30,A,1\n,fee,-2\n")
    shop.ingest()
    shop.file("b.csv", HEADER + "2026-12-01,B,1\n,fee,-2\n")
    outcome = shop.ingest()
    assert (outcome.entries, outcome.known) == (1, 1)


def test_a_link_is_not_followed(shop: Shop) -> None:
    path = shop.file("a.txt", HEADER + ROWS)
    (shop.project.root / "inbox" / "a.csv").symlink_to(path)
    with pytest.raises(InputRefused, match="symbolic link"):
        shop.ingest()


def test_hidden_files_are_left_alone(shop: Shop) -> None:
    shop.file(".a.csv", HEADER + ROWS)
    assert shop.ingest().seen == 0


def test_everything_written_is_private(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    shop.ingest()
    paths = [*shop.project.store_dir.rglob("*")]
    assert paths
    assert not [path for path in paths if path.stat().st_mode & 0o077]


def test_nothing_is_left_in_the_temporary_folder(shop: Shop) -> None:
    shop.file("a.csv", HEADER + ROWS)
    shop.ingest()
    assert list(shop.project.temporary_dir.iterdir()) == []


def test_a_bank_that_answers_with_an_error_is_a_statement_that_fails(tmp_path: Path) -> None:
    shop = Shop(tmp_path, "source: bank\ntitle: Bank\nfiles: inbox/*.ofx\nreader: ofx\n")
    error = "<STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>Try again later</STATUS>"
    shop.file("a.ofx", f"OFXHEADER:100\n\n<OFX><SIGNONMSGSRSV1><SONRS>{error}</SONRS></SIGNONMSGSRSV1></OFX>\n")
    assert shop.ingest().published is not None
    (row,) = shop.table("statements").to_pylist()
    assert (row["entries"], row["control_ok"]) == (0, False)
    assert row["control_note"] == "the bank answered with an error and no statement: 2000 Try again later"
