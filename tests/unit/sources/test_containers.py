"""Files in archives: read where they lie, named with their archive, refused when the archive is not honest."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import InputRefused, UsageError
from recon.sources.containers import bounds
from recon.sources.file import SourceFile, inside_of
from recon.sources.intake.discovery import discover
from recon.sources.profiles.profile import load_profiles
from tests.unit.sources.packing import patched, tarred, zipped, zipped_as
from tests.unit.sources.test_ingest import Shop
from tests.unit.sources.workbench import BASIC, HEADER, profile, read_bytes

ONE = (HEADER + "2026-10-01,A,1\n2026-10-02,B,2\n").encode()
TWO = (HEADER + "2026-10-03,C,3\n").encode()
ANY = BASIC.replace("inbox/*.csv", "inbox/*")


def refused(path: Path, content: bytes) -> str:
    """What is said of a file that is refused, its place included."""
    path.write_bytes(content)
    with pytest.raises(InputRefused) as caught:
        SourceFile(path, path.name).close()
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("a.csv.gz", gzip.compress(ONE, mtime=0), "a.csv.gz"),
        ("a.zip", zipped({"a.csv": ONE}), "a.zip!a.csv"),
        ("a.zip", zipped({"a.csv": ONE}, zipfile.ZIP_STORED), "a.zip!a.csv"),
        ("a.zip", zipped({"a.csv": ONE}, zipfile.ZIP_BZIP2), "a.zip!a.csv"),
        ("a.tar.gz", tarred({"a.csv": ONE}), "a.tar.gz!a.csv"),
        ("a.tgz", tarred({"a.csv": ONE}), "a.tgz!a.csv"),
        ("a.tar", tarred({"a.csv": ONE}, packed=False), "a.tar!a.csv"),
        ("a.zip", zipped({"a.csv.gz": gzip.compress(ONE, mtime=0)}), "a.zip!a.csv.gz"),
        ("a.zip", zipped({"b.zip": zipped({"deep/a.csv": ONE})}), "a.zip!b.zip!deep/a.csv"),
        ("a.zip", zipped({"__MACOSX/a": b"", ".DS_Store": b"", "a.csv": ONE}), "a.zip!a.csv"),
        ("a.zip", zipped({"folder/": b"", "folder\\a.csv": ONE}), "a.zip!folder/a.csv"),
        ("a.zip", zipped_as({"账单.csv".encode("gb18030"): ONE}), "a.zip!账单.csv"),
        ("a.zip", zipped_as({"账单.csv".encode(): ONE}), "a.zip!账单.csv"),
    ],
)
def test_a_file_in_a_container_is_the_file(tmp_path: Path, name: str, content: bytes, shown: str) -> None:
    (tmp_path / "plain.csv").write_bytes(ONE)
    (tmp_path / name).write_bytes(content)
    with SourceFile(tmp_path / "plain.csv") as plain, SourceFile(tmp_path / name, name) as file:
        assert (file.sha256, file.size, file.shown) == (plain.sha256, plain.size, shown)
        assert file.path.suffix == ".csv"
        assert (file.head(10), file.tail(10)) == (ONE[:10], ONE[-10:])
        with file.stream() as first, file.stream() as second:
            assert (first.read(5), second.read(), first.read()) == (ONE[:5], ONE, ONE[5:])
    result = read_bytes(tmp_path, content, profile(tmp_path), name)
    assert [row["ref_merchant"] for row in result.rows] == ["A", "B"]


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    for name, members in (("a.xlsx", {"x": b"1"}), ("a.zip", {"[Content_Types].xml": b"<x/>", "x": b"1"})):
        (tmp_path / name).write_bytes(zipped(members))
        assert inside_of(tmp_path / name) == [""]
        with SourceFile(tmp_path / name) as file:
            assert file.head(4) == b"PK\x03\x04"


def test_an_address_may_be_typed(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"one.csv": ONE, "two!.csv": TWO}))
    assert inside_of(tmp_path / "a.zip") == ["one.csv", "two!.csv"]
    for name, content in (("one.csv", ONE), ("two!.csv", TWO)):
        with SourceFile(tmp_path / f"a.zip!{name}") as file, file.stream() as stream:
            assert stream.read() == content
    with pytest.raises(InputRefused, match=r"several|holds 2 files"):
        SourceFile(tmp_path / "a.zip")
    with pytest.raises(InputRefused, match=r"holds no three\.csv"):
        SourceFile(tmp_path / "a.zip!three.csv")


def test_an_archive_that_changes_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(ONE))
    file = SourceFile(path)
    path.write_bytes(gzip.compress(TWO))
    with pytest.raises(InputRefused, match="changed while it was being read"):
        file.verify()
    file.close()
    with pytest.raises(InputRefused, match="changed while it was being read"):
        SourceFile(path, sha256=file.sha256)


LINK = tarfile.TarInfo("a.csv")
LINK.type, LINK.linkname = tarfile.SYMTYPE, "/etc/passwd"


def linked() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        archive.addfile(LINK)
    return made.getvalue()


def twice() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.csv", ONE)
        archive.writestr("b.csv", TWO)
    return made.getvalue().replace(b"b.csv", b"a.csv")


def zip_link() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        one = zipfile.ZipInfo("a.csv")
        one.external_attr = 0o120777 << 16
        archive.writestr(one, "/etc/passwd")
    return made.getvalue()


def nested(depth: int) -> bytes:
    content = ONE
    for _ in range(depth):
        content = zipped({"a": content})
    return content


BIG = bytes(bounds.SMALL + 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv.gz", lambda: gzip.compress(ONE)[:-9], "a.csv.gz: the archive is damaged: it ends too early"),
        ("a.csv.gz", lambda: gzip.compress(ONE)[:-8] + bytes(8), "damaged: CRC check failed"),
        ("a.csv.gz", lambda: gzip.compress(ONE) + b"more", "damaged: Not a gzipped file"),
        ("a.csv.gz", lambda: gzip.compress(BIG), "a.csv.gz: the file inflates to more than 250 times"),
        ("a.zip", lambda: zipped({"a.csv": BIG}), "a.zip!a.csv: the member would inflate to 8,388,609 bytes"),
        ("a.zip", lambda: zipped({"../a.csv": ONE}), 'a.zip!../a.csv: the name "../a.csv" leads out'),
        ("a.zip", lambda: zipped({"x/..\\a.csv": ONE}), "leads out of the archive"),
        ("a.zip", lambda: zipped({"/etc/a.csv": ONE}), "leads out of the archive"),
        ("a.zip", lambda: zipped({"C:\\a.csv": ONE}), "leads out of the archive"),
        (
            "a.zip",
            lambda: zipped({"a\x1b[2J.csv": ONE}),
            "a.zip!a?[2J.csv: the name of the member holds control",
        ),
        ("a.zip", twice, "a.zip!a.csv: two members of the archive have this name"),
        ("a.zip", zip_link, "a.zip!a.csv: the member is a link"),
        ("a.zip", lambda: patched(zipped({"a.csv": ONE}), 2, "<H", 1), "a.zip!a.csv: the member is encrypted"),
        ("a.zip", lambda: patched(zipped({"a.csv": ONE}), 4, "<H", 14), "packed by a method that is not read"),
        ("a.zip", lambda: patched(zipped({"a.csv": ONE}), 10, "<L", 1), "damaged: Bad CRC-32"),
        ("a.zip", lambda: zipped({"a.csv": ONE})[:-30], "damaged: File is not a zip file"),
        ("a.zip", lambda: zipped({}), "a.zip: the archive holds no file"),
        ("a.zip", lambda: zipped({".hidden": b"x"}), "a.zip: the archive holds no file"),
        ("a.zip", lambda: zipped({"a": ONE, "b": TWO}), "a.zip: the archive holds 2 files"),
        ("a.zip", lambda: nested(4), "a.zip!a!a!a!a: archives lie more than 3 deep"),
        ("a.tar.gz", linked, "a.tar.gz!a.csv: the member is a link"),
        ("a.tar.gz", lambda: tarred({"../a.csv": ONE}), "a.tar.gz!../a.csv: the name"),
        ("a.tar", lambda: tarred({"a.csv": ONE}, packed=False)[:520], "unexpected end of data"),
        ("a.tar", lambda: tarred({"a.csv": ONE}, packed=False)[:1024], "damaged: it ends too early"),
        ("a.tar", lambda: tarred({"a.csv": ONE}, packed=False)[:1024] + b"x" * 512, "a header is no header"),
        ("a.tar.gz", lambda: tarred({"a.csv": ONE})[:-20], "damaged"),
        ("a.7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(50), "a.7z: 7z archives are not read"),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, content: Callable[[], bytes], said: str) -> None:
    assert said in refused(tmp_path / name, content())


def test_there_are_not_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def small(self: bounds.Budget, shown: str) -> None:
        self.shown, self.files, self.inflated = shown, 2, 40

    monkeypatch.setattr(bounds.Budget, "__init__", small)
    many = {f"{number}.csv": b"1" for number in range(3)}
    assert "holds more than" in refused(tmp_path / "a.zip", zipped(many))
    assert "holds more than" in refused(tmp_path / "a.tar.gz", tarred(many))
    assert "bytes together" in refused(tmp_path / "b.zip", zipped({"a": b"1" * 41}))


def test_a_directory_that_lies_about_its_size(tmp_path: Path) -> None:
    content = zipped({"a.csv": ONE})
    at = content.rindex(b"PK\x05\x06")
    for field in (12, 16):
        lie = content[: at + field] + b"\xff\xff\xff\x7f" + content[at + field + 4 :]
        assert "damaged" in refused(tmp_path / "a.zip", lie) or "claims" in refused(tmp_path / "a.zip", lie)


def test_members_are_files_of_the_source(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ANY)
    (tmp_path / "inbox" / "october.zip").write_bytes(zipped({"02.csv": TWO, "01.csv": ONE}))
    outcome = shop.ingest()
    assert [(row.path, row.entries) for row in outcome.files] == [
        ("inbox/october.zip!01.csv", 2),
        ("inbox/october.zip!02.csv", 1),
    ]
    assert {row["file_id"] for row in shop.table("entries").to_pylist()} == {
        row.file_id for row in outcome.files
    }
    assert shop.ingest().published is None


def test_the_same_member_in_two_archives_is_one_file(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ANY)
    inbox = tmp_path / "inbox"
    (inbox / "a.zip").write_bytes(zipped({"one.csv": ONE}))
    shop.ingest()
    (inbox / "b.tar.gz").write_bytes(tarred({"again.csv": ONE, "two.csv": TWO}))
    (inbox / "c.csv.gz").write_bytes(gzip.compress(ONE))
    (inbox / "d.csv").write_bytes(ONE)
    outcome = shop.ingest()
    assert [(row.path, row.duplicate_of) for row in outcome.files] == [
        ("inbox/b.tar.gz!again.csv", "inbox/a.zip!one.csv"),
        ("inbox/b.tar.gz!two.csv", None),
        ("inbox/c.csv.gz", "inbox/a.zip!one.csv"),
        ("inbox/d.csv", "inbox/a.zip!one.csv"),
    ]
    assert outcome.entries == 1


def test_refused_rows_and_archives_name_their_place(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ANY)
    inbox = tmp_path / "inbox"
    (inbox / "a.zip").write_bytes(zipped({"x/one.csv": ONE + b"2026-10-04,D,oops\n"}))
    (inbox / "b.zip").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(InputRefused) as caught:
        shop.ingest()
    places = [str(problem.place) for problem in caught.value.problems]
    assert places == ["inbox/b.zip", "inbox/a.zip!x/one.csv", "inbox/a.zip!x/one.csv:4:amount"]
    assert shop.store.ingests() == []


def test_a_pattern_chooses_members(tmp_path: Path) -> None:
    text = BASIC.replace("inbox/*.csv", "inbox/*.zip!*detail*.csv")
    shop = Shop(tmp_path, text)
    (tmp_path / "inbox" / "a.zip").write_bytes(zipped({"detail.csv": ONE, "summary.csv": b"no table"}))
    (tmp_path / "inbox" / "b.csv").write_bytes(TWO)
    assert [one.shown for one in discover(shop.project, load_profiles(shop.project))] == [
        "inbox/a.zip!detail.csv"
    ]


def test_members_are_named_on_the_command_line(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ANY)
    path = tmp_path / "inbox" / "a.zip"
    path.write_bytes(zipped({"one.csv": ONE, "two.csv": TWO}))
    profiles = load_profiles(shop.project)

    def shown(*files: Path) -> list[str]:
        return [one.shown for one in discover(shop.project, profiles, files)]

    assert shown(path) == ["inbox/a.zip!one.csv", "inbox/a.zip!two.csv"]
    assert shown(Path(f"{path}!two.csv")) == ["inbox/a.zip!two.csv"]
    with pytest.raises(UsageError, match="matches the pattern of no source"):
        shown(Path(f"{path}!three.csv"))
    (tmp_path / "sent.zip").write_bytes(zipped({"one.csv": ONE, "two.csv": TWO}))
    found = discover(shop.project, profiles, [tmp_path / "sent.zip"], chosen=True)
    assert [one.shown for one in found] == ["sent.zip!one.csv", "sent.zip!two.csv"]


@settings(max_examples=150)
@given(data=st.data(), kind=st.sampled_from(["zip", "tar", "gz"]))
def test_a_spoilt_archive_is_read_alike_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, kind: str
) -> None:
    """A flipped byte never changes what is read: checksums catch it, or it was in a place that says nothing."""
    made = {"zip": zipped({"a.csv": ONE}), "tar": tarred({"a.csv": ONE}), "gz": gzip.compress(ONE)}[kind]
    spoilt = bytearray(made)
    spoilt[data.draw(st.integers(0, len(made) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("spoilt") / "a.bin"
    path.write_bytes(spoilt)
    read = problems = None
    try:
        with SourceFile(path) as file, file.stream() as stream:
            packed = bool(file.inside) or file.size != len(spoilt)
            read = stream.read()
    except InputRefused as error:
        problems = [(problem.place, problem.hint) for problem in error.problems]
    assert all(map(all, problems)) if problems else read == (ONE if packed else bytes(spoilt))
    path.unlink()
