"""The style of the house: short modules and functions, documented rooms, light help, no traces of a machine."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
HEAVY = (
    "pydantic",
    "polars",
    "pandera",
    "duckdb",
    "openpyxl",
    "pandas",
    "numpy",
    "pyarrow",
    "xlsxwriter",
    "fastexcel",
    "sqlglot",
)

MODULES = sorted(path for folder in ("recon", "sample_data") for path in (ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring; a docstring gives room to explain, not a reason to split."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= LONGEST_MODULE, f"more than {LONGEST_MODULE} lines"
    assert not tree.body or ast.get_docstring(tree), "no docstring"
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    long = {node.name: own_lines(node) for node in functions if own_lines(node) > LONGEST_FUNCTION}
    assert not long, f"functions over {LONGEST_FUNCTION} lines"


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import contextlib, io, sys\n"
        "from recon.cli.app import run\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    assert run(['--help']) == 0\n"
        f"print(*sorted(set(sys.modules) & set({HEAVY!r})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stderr == ""
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("module", "left_out"),
    [
        ("recon.store.store", ("pyarrow", "duckdb", "filelock")),
        (
            "recon.runs.match",
            ("sqlglot", "recon.matchers.subset", "recon.matchers.listed", "polars", "recon.runs.rule_schema"),
        ),
    ],
)
def test_what_a_module_does_without(module: str, left_out: tuple[str, ...]) -> None:
    program = f"import sys, {module}\nprint(*sorted(set(sys.modules) & set({left_out!r})))\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def test_descriptions_stand_in_fields() -> None:
    """pydantic reads and parses the module again for each model that has them below its fields."""
    found = [shown(path) for path in MODULES if "use_attribute_docstrings" in path.read_text(encoding="utf-8")]
    assert found == []


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


_FOLDERS_OF_A_MACHINE = "|".join(("home", "root", "Users", "work", "mnt", "opt", "var", "srv"))
_ABSOLUTE = re.compile(rf"(?<![\w.:/*}})\]~-])/(?:{_FOLDERS_OF_A_MACHINE})/[\w.]|[A-Z]:\\Users\\")


def test_no_file_mentions_a_path_of_some_machine() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{shown(path)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(text.splitlines(), start=1)
            if _ABSOLUTE.search(line)
        ]
    assert found == []


@pytest.mark.parametrize("before", ["see ", "'", '"', "", "path = "])
@pytest.mark.parametrize("folder", _FOLDERS_OF_A_MACHINE.split("|"))
def test_the_search_for_paths_finds_them(before: str, folder: str) -> None:
    assert _ABSOLUTE.search(f"{before}/{folder}/ada/x")
    assert _ABSOLUTE.search(f"{before}/{folder}/.cache")


def test_the_search_for_paths_leaves_relative_ones_alone() -> None:
    assert not any(
        _ABSOLUTE.search(f"{before}/home/x") for before in ("at", "..", "https://a.b", "{project}", "*", "~")
    )


def test_every_room_says_what_it_is_for() -> None:
    rooms = sorted(path for path in (ROOT / "recon").iterdir() if path.is_dir() and path.name != "__pycache__")
    rooms = [room for room in rooms if room.name != "shipped"]
    missing = [shown(room) for room in rooms if not (room / "__init__.py").is_file()]
    assert missing == []
    for room in rooms:
        assert ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))), shown(room)
