"""Whatever text is thrown at the readers, they answer with settings or with problems at places of that text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recon.errors import ConfigError, Problem
from recon.project.excerpt import split_lines
from recon.project.located import Document, read_yaml
from recon.project.toml_text import read_toml
from tests.errors.sample import Sample

Reader = Callable[[Path, str], Document]

_YAML = [
    "name",
    "steps",
    "within",
    "kind",
    "same",
    "keys",
    "amount",
    ":",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    "  ",
]
_YAML += [
    "'",
    '"',
    "#",
    "|",
    ">",
    "&a",
    "*a",
    "!!int",
    "---",
    "...",
    "%YAML",
    "? ",
    "x",
    "0.10",
    "~",
    "\\",
    "\r",
    "\x85",
]
_TOML = [
    "[",
    "]",
    "=",
    '"',
    "'",
    "\n",
    ".",
    "name",
    "project",
    "run",
    "threads",
    "1",
    "{",
    "}",
    ",",
    " ",
    "'''",
    '"""',
    "#",
]
_ANY = st.text(st.characters(codec="utf-8"), max_size=60)


def texts(words: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), max_size=30).map("".join) | _ANY


def problems(reader: Reader, path: Path) -> tuple[Problem, ...]:
    try:
        reader(path, "file").build(Sample)
    except ConfigError as error:
        return error.problems
    return ()


def judge(reader: Reader, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    lines = split_lines(content.decode("utf-8-sig", errors="replace"))
    places = []
    for problem in problems(reader, path):
        assert problem.message
        assert problem.place is not None
        assert problem.place.file == "file"
        if problem.place.line is not None:
            assert 1 <= problem.place.line <= len(lines)
            assert problem.excerpt is not None
        places.append((problem.place.line or 0, problem.place.column or 0))
    assert places == sorted(places)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "file"


@settings(max_examples=400)
@given(text=texts(_YAML))
@example(text="\ufeffname: x")
@example(text="name: \ud7ff\ue000")
@example(text="[" * 3000)
@example(text="{a: " * 3000)
@example(text="- " * 3000)
@example(text="? " * 3000)
@example(text="a: b\u2028c: d\u2029")
@example(text="%YAML 9.9\n---\na: 1")
@example(text="%TAG ! x\n---\n!a b: 1")
def test_any_yaml(path: Path, text: str) -> None:
    judge(read_yaml, path, text.encode("utf-8"))


@settings(max_examples=100)
@given(text=texts(_TOML))
@example(text="\ufeff[project]")
@example(text="a=" + "[" * 1000)
@example(text="a=" + "{b=" * 1000)
@example(text="a.b=1\na=2")
@example(text='"" = 1')
@example(text="a = 1979-05-27T07:32:00Z\nb = inf\nc = nan")
def test_any_toml(path: Path, text: str) -> None:
    judge(read_toml, path, text.encode("utf-8"))


@settings(max_examples=100)
@given(content=st.binary(max_size=60))
@pytest.mark.parametrize("reader", [read_yaml, read_toml])
def test_any_bytes(path: Path, reader: Reader, content: bytes) -> None:
    judge(reader, path, content)


_WORDS = st.sampled_from(
    [
        "name",
        "steps",
        "kind",
        "same",
        "where",
        "keys",
        "within",
        "amount",
        "days",
        "NGN",
        "0.10",
        "3",
        "x",
        "~",
        "nam",
        "",
        "-1",
    ]
)
_TREES = st.recursive(
    _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS.filter(bool), inner, max_size=4),
    max_leaves=12,
)


def flow(tree: object) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f'"{name}": {flow(below)}' for name, below in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(flow(item) for item in tree) + "]"
    return f"{tree}" if tree in {"~", ""} else f'"{tree}"'


@settings(max_examples=400)
@given(tree=st.dictionaries(st.sampled_from(["name", "steps", "limit", "stepz"]), _TREES, min_size=1))
@example(tree={"name": "x", "steps": [{"kind": "same", "keys": {"0": "x"}, "within": {"amount": ["~"]}}]})
@example(tree={"name": "~", "steps": [{"kind": "~", "where": "~"}]})
def test_any_tree_of_settings(path: Path, tree: dict[str, object]) -> None:
    judge(read_yaml, path, flow(tree).encode("utf-8"))
