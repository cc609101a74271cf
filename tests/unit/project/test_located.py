"""Located YAML: text survives exactly, and every problem stands at its place."""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, model_validator

from recon.errors import ConfigError, Problem
from recon.project.located import Document, read_yaml
from recon.project.models import ConfigModel, Fault, refuse


class Band(ConfigModel, use_attribute_docstrings=True):
    amount: Decimal | dict[str, Decimal] = Decimal(0)
    days: int = Field(0, ge=0)


class Same(ConfigModel, use_attribute_docstrings=True):
    kind: Literal["same"]
    same: dict[str, str]
    within: Band = Band()


class Where(ConfigModel, use_attribute_docstrings=True):
    kind: Literal["where"]
    where: str
    within: Band = Band()

    @model_validator(mode="after")
    def _no_semicolon(self) -> "Where":
        if ";" in self.where:
            refuse(Fault("one expression only", ("where",), "delete the `;`", "two-expressions"))
        return self


class Rules(ConfigModel, use_attribute_docstrings=True):
    name: str
    """What the rule set is called."""
    day: date | None = None
    flag: bool = False
    limit: int | Literal["none"] = "none"
    passes: tuple[Annotated[Same | Where, Field(discriminator="kind")], ...] = ()
    words: dict[str, str] = Field(default_factory=dict)


@pytest.fixture
def document(tmp_path: Path) -> "Writer":
    return Writer(tmp_path / "rules.yaml")


class Writer:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, text: str) -> Document:
        self.path.write_text(text, encoding="utf-8", newline="")
        return read_yaml(self.path, "rules.yaml")

    def problems(self, text: str) -> list[Problem]:
        with pytest.raises(ConfigError) as caught:
            self(text).build(Rules)
        return list(caught.value.problems)

    def summary(self, text: str) -> list[str]:
        return [f"{p.place}: {p.message}" + (f" | {p.hint}" if p.hint else "") for p in self.problems(text)]


@pytest.mark.parametrize(
    "typed", ["0012345", "NO", "0.10", "12:30", "1e3", "0x1F", "on", "2026-10-01", "1_000", "+5"]
)
def test_text_stays_what_was_typed(document: Writer, typed: str) -> None:
    rules = document(f"name: {typed}\nwords: {{{typed}: {typed}}}\n").build(Rules)
    assert rules.name == typed
    assert rules.words == {typed: typed}


_PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"], exclude_characters="\t\x85")
)


@settings(max_examples=150)
@given(_PRINTABLE)
def test_any_quoted_text_survives_exactly(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("text") / "rules.yaml"
    quoted = "'" + text.replace("'", "''") + "'"
    path.write_text(f"name: {quoted}\n", encoding="utf-8")
    assert read_yaml(path).build(Rules).name == text


@settings(max_examples=150)
@given(
    st.from_regex(r"[A-Za-z0-9.+_/-]{1,20}", fullmatch=True).filter(
        lambda s: s not in {"-", "---", "...", "null"}
    )
)
def test_any_plain_word_survives_exactly(tmp_path_factory: pytest.TempPathFactory, word: str) -> None:
    path = tmp_path_factory.mktemp("word") / "rules.yaml"
    path.write_text(f"name: {word}\n", encoding="utf-8")
    assert read_yaml(path).build(Rules).name == word


@settings(max_examples=150)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**15), max_value=10**15))
def test_decimals_are_exact(tmp_path_factory: pytest.TempPathFactory, amount: Decimal) -> None:
    path = tmp_path_factory.mktemp("amount") / "band.yaml"
    path.write_text(f"amount: {amount:f}\n", encoding="utf-8")
    read = read_yaml(path).build(Band).amount
    assert isinstance(read, Decimal)
    assert (read, read.as_tuple()) == (amount, Decimal(f"{amount:f}").as_tuple())


@pytest.mark.parametrize("empty", ["", " ~", " null", " # nothing"])
def test_null_is_an_empty_value_only(document: Writer, empty: str) -> None:
    assert document(f"name: x\nday:{empty}\n").build(Rules).day is None


@pytest.mark.parametrize("quoted", ['""', "''", '"~"', '"null"'])
def test_quoted_text_is_never_null(document: Writer, quoted: str) -> None:
    assert document(f"name: {quoted}\n").build(Rules).name == quoted[1:-1]


@pytest.mark.parametrize(
    ("word", "meant"), [(word, "true") for word in ("yes", "on", "TRUE", "1")] + [("NO", "false")]
)
def test_only_true_and_false_are_truth_values(document: Writer, word: str, meant: str) -> None:
    assert document.summary(f"name: x\nflag: {word}\n") == [
        f"rules.yaml:2:7: `flag`: expected `true` or `false`, found `{word}` | did you mean `{meant}`?"
    ]


@pytest.mark.parametrize("typed", ["1.0", "1e3", "010", "1_000", "0x10", "\u0661", "1,000"])
def test_numbers_have_one_form(document: Writer, typed: str) -> None:
    (problem,) = document.problems(
        f"name: x\npasses:\n  - {{kind: same, same: {{}}, within: {{days: '{typed}'}}}}\n"
    )
    assert problem.message == f"`days`: expected a whole number, found `{typed}`"


def test_a_number_comes_before_a_word_when_it_fits(document: Writer) -> None:
    assert document("name: x\nlimit: 12\n").build(Rules).limit == 12
    assert document("name: x\nlimit: none\n").build(Rules).limit == "none"
    assert document.summary("name: x\nlimit: non\n") == [
        "rules.yaml:2:8: `limit`: expected a whole number or `none`, found `non` | did you mean `none`?"
    ]


def test_all_problems_at_once_in_the_order_of_the_file(document: Writer) -> None:
    text = (
        "nam: x\n"
        "passes:\n"
        "  - kind: same\n"
        "    same: [a]\n"
        "    within: {amount: {NGN: q}, dayz: 3}\n"
        "  - kind: wher\n"
        "  - where: x\n"
        "  - {kind: where, where: a; b}\n"
        "day: 1700000000\n"
    )
    assert document.summary(text) == [
        "rules.yaml:1:1: unknown setting `nam` | did you mean `name`?",
        "rules.yaml:4:11: `same`: expected settings (`name: value`), found a list of 1 item",
        "rules.yaml:5:28: `NGN`: expected a decimal number such as 0.10, found `q`",
        "rules.yaml:5:32: unknown setting `dayz` | did you mean `days`?",
        "rules.yaml:6:11: `kind`: expected one of `same`, `where`, found `wher` | did you mean `where`?",
        "rules.yaml:7:5: missing setting `kind`",
        "rules.yaml:8:26: one expression only | delete the `;`",
        "rules.yaml:9:6: `day`: expected a date such as 2026-10-31, found `1700000000`",
    ]


def test_a_missing_setting_is_reported_once_with_what_it_is(document: Writer) -> None:
    assert document.summary("flag: true\n") == [
        "rules.yaml:1:1: missing setting `name` | `name`: What the rule set is called."
    ]


def test_a_union_gives_one_problem_not_one_per_branch(document: Writer) -> None:
    text = "name: x\npasses:\n  - {kind: same, same: {}, within: {amount: soon}}\n"
    assert document.summary(text) == [
        "rules.yaml:3:45: `amount`: expected a decimal number such as 0.10 or settings (`name: value`), "
        "found `soon`"
    ]


def test_a_setting_named_like_its_union_tag_is_found(document: Writer) -> None:
    text = "name: x\npasses:\n  - kind: where\n    where:\n    within: {days: -1}\n"
    assert document.summary(text) == [
        "rules.yaml:4:5: `where`: expected text, found nothing",
        "rules.yaml:5:20: `days`: expected 0 or more, found `-1`",
    ]


class Listed(ConfigModel, use_attribute_docstrings=True):
    bands: list[Band] = Field(min_length=1)


def test_a_list_whose_items_are_wrong_is_not_called_too_short(document: Writer) -> None:
    with pytest.raises(ConfigError) as caught:
        document("bands:\n  - {dyas: 2}\n").build(Listed)
    assert [(str(one.place), one.hint) for one in caught.value.problems] == [
        ("rules.yaml:2:6", "did you mean `days`?")
    ]
    with pytest.raises(ConfigError) as caught:
        document("bands: []\n").build(Listed)
    assert [str(one.place) for one in caught.value.problems] == ["rules.yaml:1:8"]


def test_positions_of_names_values_and_characters(document: Writer) -> None:
    read = document(
        "name: x\npasses:\n  - kind: where\n    where: 'a = b'\nwords:\n  sql: |\n    one\n    two\n"
    )
    assert str(read.place(("passes", 0, "where"))) == "rules.yaml:4:12"
    assert str(read.place(("passes", 0, "where"), key=True)) == "rules.yaml:4:5"
    assert str(read.place(("passes", 0, "where"), offset=4)) == "rules.yaml:4:17"
    assert str(read.place(("words", "sql"), offset=5)) == "rules.yaml:8:6"
    assert str(read.place(("passes", 0, "absent", "deeper"))) == "rules.yaml:3:5"
    assert read.sha256 == hashlib.sha256(read.path.read_bytes()).hexdigest()


def test_build_part_of_a_file(document: Writer) -> None:
    read = document("other: 1\npasses:\n  - kind: same\n    same: {a: b}\n  - kind: same\n    sane: {}\n")
    assert read.build(Same, ("passes", 0)).same == {"a": "b"}
    with pytest.raises(ConfigError) as caught:
        read.build(Same, ("passes", 1))
    assert [str(p.place) for p in caught.value.problems] == ["rules.yaml:6:5"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings_and_byte_order_mark(document: Writer, ending: str) -> None:
    document.path.write_bytes(b"\xef\xbb\xbf" + f"name: x{ending}zzz: 1{ending}".encode())
    with pytest.raises(ConfigError) as caught:
        read_yaml(document.path, "rules.yaml").build(Rules)
    assert [str(p.place) for p in caught.value.problems] == ["rules.yaml:2:1"]


def test_the_caret_stands_under_wide_characters_and_in_long_lines(document: Writer) -> None:
    (wide,) = document.problems("name: 商户对账\nwords: {商户: [x]}\n")
    assert wide.excerpt is not None
    assert wide.excerpt.splitlines()[1] == "    | " + " " * len("words: {____: ") + "^"
    (long,) = document.problems("name: x\nwords: {a: " + "b" * 500 + ", c: [x], d: " + "e" * 500 + "}\n")
    assert long.excerpt is not None
    source, caret = long.excerpt.splitlines()
    assert source[len(caret) - 1] == "["
    assert len(source) < 120
