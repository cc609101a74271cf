"""The documentation is true: its commands run as shown, its outputs are the program's, its links lead somewhere.

In a `console` block a line that begins with `$` is a command; what follows is its output. A line that ends with `…`
is the beginning of a longer one, and a line of `…` alone stands for any number of lines. Names of runs, ids and
hashes may differ from those on the page, and so may the space between columns. A code block under a line that is
nothing but a path in backticks is that file.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import BaseModel

from docs.press.examples import EXAMPLES
from docs.press.picture import COMMAND, PICTURE
from docs.press.settings import MODELS, PAGE, own_fields, page, read_example, shown_models
from docs.press.stage import ROOT, Performance, perform, set_up

FOLLOWED = ("README.md", "docs/tour.md")
PARSED = ("docs/bank_files.md", "docs/closing.md", "docs/nights.md", "docs/configuration.md", "docs/rules.md")
PAGES = (
    *FOLLOWED, *PARSED,
    "docs/casework.md", "docs/partners.md", "docs/releases.md", "docs/channels.md", "configs/README.md",
)  # fmt: skip
WIDTH = 160
_BLOCK = re.compile(r"(?:^`([\w./-]+)`\n\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_IDENTITY = re.compile(r"\b\d{4}-\d\d-\d\d-[0-9a-f]{10}\b|\b(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,}\b")
_SKIPPED = r"(?:[^\n]*\n)*?"
_RULE = re.compile(r"^─+$")


@dataclass
class Step:
    """A command of a page and the output it shows, or a file that the page gives."""

    command: list[str]
    shown: list[str] = field(default_factory=list)
    file: str = ""
    content: str = ""


def steps(page: str) -> Iterator[Step]:
    """The commands and files of a page, in order."""
    for path, language, body in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        if path:
            yield Step([], file=path, content=body)
        elif language == "console":
            step: Step | None = None
            for line in body.splitlines():
                if line.startswith("$ "):
                    if step:
                        yield step
                    step = Step(shlex.split(line[2:]))
                elif step:
                    step.shown.append(line)
            if step:
                yield step


def squeezed(line: str) -> str:
    """A line without what may differ."""
    return " ".join(_IDENTITY.sub("#", line).split())


def output_lines(text: str) -> list[str]:
    return [line for line in map(squeezed, text.splitlines()) if line and not _RULE.match(line)]


def is_as_shown(shown: list[str], done: Performance) -> bool:
    """Whether the program printed what a page shows: all of it, but for what `…` stands for."""
    lines = [squeezed(line) for line in shown if line]
    pattern = "".join(_SKIPPED if line == "…" else _as_pattern(line) for line in lines)
    out, err = output_lines(done.stdout), output_lines(done.stderr)
    texts = ("".join(f"{line}\n" for line in one) for one in (out, err, out + err, err + out))
    return not lines or any(re.fullmatch(pattern, text) for text in texts)


def _as_pattern(line: str) -> str:
    if line.endswith("…"):
        return re.escape(line.removesuffix("…").rstrip()) + r"[^\n]*\n"
    return re.escape(line) + r"\n"


def walk(page: str, folder: Path) -> dict[str, Performance]:
    """Do what a page says, step by step, in the folder; what each command printed the first time."""
    done: dict[str, Performance] = {}
    wrong: list[str] = []
    for step in steps(page):
        if step.file:
            (folder / step.file).write_text(step.content, encoding="utf-8")
            continue
        name, *arguments = step.command
        if name == "cd":
            folder /= arguments[0]
        elif name == "rm":
            for pattern in arguments:
                for path in folder.glob(pattern):
                    path.unlink()
        elif name == "recon":
            shown = perform(folder, arguments, WIDTH)
            done.setdefault(" ".join(step.command), shown)
            if shown.status:
                wrong.append(f"{shlex.join(step.command)}: exit status {shown.status}\n{shown.stderr}")
            elif not is_as_shown(step.shown, shown):
                wrong.append("\n".join([f"$ {shlex.join(step.command)}", shown.stdout, shown.stderr]))
    assert not wrong, f"{page} shows something else than the program:\n" + "\n\n".join(wrong)
    return done


@pytest.mark.slow
def test_the_readme_can_be_followed(tmp_path: Path) -> None:
    walk("README.md", tmp_path)


@pytest.mark.slow
def test_the_tour_can_be_followed_and_the_picture_is_its_first_run(tmp_path: Path) -> None:
    done = walk("docs/tour.md", set_up(tmp_path / "tour"))
    texts = re.findall(r"<text [^>]*clip-path[^>]*>(.*?)</text>", PICTURE.read_text(encoding="utf-8"))
    drawn = squeezed("".join(texts).replace("&#160;", " ").replace("&lt;", "<").replace("&amp;", "&"))
    printed = squeezed(done[f"recon {' '.join(COMMAND)}"].stdout.replace("\n", " "))
    assert drawn.replace(" ", "") == printed.replace(" ", ""), "the picture is old: make picture"


@pytest.mark.parametrize("page", PARSED)
def test_every_command_of_the_other_pages_can_be_parsed(page: str, tmp_path: Path) -> None:
    """Asking for help beside its options parses a command without running it."""
    commands = [step.command[1:] for step in steps(page) if step.command[0] == "recon"]
    assert commands
    for command in commands:
        done = perform(tmp_path, [*command, "--help"])
        assert done.status == 0, f"{page}: {shlex.join(command)}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in _LINK.findall(text):
        assert (ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}"


def test_the_map_names_folders_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What lies where")[2]
    named = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert [name for name in named if not (ROOT / name).exists()] == []
    rooms = {path.parent.name for path in (ROOT / "recon").glob("*/__init__.py")}
    assert rooms == {name.removeprefix("recon/") for name in named if name.startswith("recon/")}


def test_make_targets_of_the_pages_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    texts = "\n".join((ROOT / one).read_text(encoding="utf-8") for one in PAGES)
    named = {
        first or second
        for first, second in re.findall(r"^\$ make ([a-z-]+)|`make ([a-z-]+)`", texts, re.MULTILINE)
    }
    assert {"demo", "test"} <= named <= targets


def test_the_tables_of_settings_are_those_of_the_program() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert shown_models(text) == {model.__name__ for model in MODELS}
    assert page(text) == text, "docs/configuration.md is old: make picture"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_setting_has_an_example_that_it_takes(model: type[BaseModel]) -> None:
    settings = own_fields(model)
    assert settings.keys() == EXAMPLES[model.__name__].keys()
    for name, one in settings.items():
        assert one.description, name
        read_example(one, EXAMPLES[model.__name__][name])
